using System.Text.Json.Nodes;

namespace WorkflowEngine.Running;

/// <summary>One line of an instance's journal. <paramref name="Inputs"/> holds the evaluated inputs, sensitive ones masked.</summary>
public sealed record JournalEntry(
    long Sequence, string Event, string ActivityId, string NodeId, string Type, string ContextId,
    IReadOnlyList<string>? Outcomes = null, JsonObject? Inputs = null, string? Message = null);
