using System.Text.Json.Nodes;

namespace WorkflowEngine.Running;

/// <summary>A named wait of an activity, kept in the instance's state; those that a stimulus or the time must find have a row beside it.</summary>
public sealed record Bookmark
{
    public required string Id { get; init; }

    /// <summary>What it waits for: the type name of the activity unless it says otherwise.</summary>
    public required string Name { get; init; }

    public required string ContextId { get; init; }
    public required string NodeId { get; init; }

    /// <summary>What the stimulus must match, as an object.</summary>
    public JsonObject? Payload { get; init; }

    /// <summary>Key of the stimulus index; null when nothing looks it up by content.</summary>
    public string? Hash { get; init; }

    /// <summary>When it resumes by itself, business time; null for waits on people and events.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Name of the callback as Elsa writes it.</summary>
    public string? Callback { get; init; } = "ResumeAsync";

    /// <summary>False: stays after being resumed (it counts).</summary>
    public bool AutoBurn { get; init; } = true;

    public DateTimeOffset CreatedAt { get; init; }
}
