using System.Text.Json.Nodes;

namespace WorkflowEngine.Running;

/// <summary>
/// One line of an instance's journal. <paramref name="Inputs"/> holds the evaluated inputs, sensitive ones masked. <paramref name="Outputs"/> stands with
/// the end of an execution: what it gave in that burst, by the names of the document; long values are shortened as they are written.
/// </summary>
public sealed record JournalEntry(
    long Sequence, string Event, string ActivityId, string NodeId, string Type, string ContextId,
    IReadOnlyList<string>? Outcomes = null, JsonObject? Inputs = null, string? Message = null, IReadOnlyDictionary<string, JsonNode?>? Outputs = null);
