using System.Text.Json.Nodes;

namespace WorkflowEngine.Running;

/// <summary>A named wait of an activity, kept in the instance's state; those that a stimulus or the time must find have a row beside it.</summary>
/// <remarks>Members are settable and none is required, as in <see cref="ContextState"/>: such objects are read twice as fast, and every burst reads them.</remarks>
public sealed record Bookmark
{
    public string Id { get; set; } = "";

    /// <summary>What it waits for: the type name of the activity unless it says otherwise.</summary>
    public string Name { get; set; } = "";

    public string ContextId { get; set; } = "";
    public string NodeId { get; set; } = "";

    /// <summary>What the stimulus must match, as an object.</summary>
    public JsonObject? Payload { get; set; }

    /// <summary>Key of the stimulus index; null when nothing looks it up by content.</summary>
    public string? Hash { get; set; }

    /// <summary>When it resumes by itself, business time; null for waits on people and events.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Name of the callback as Elsa writes it.</summary>
    public string? Callback { get; set; } = "ResumeAsync";

    /// <summary>False: stays after being resumed (it counts).</summary>
    public bool AutoBurn { get; set; } = true;

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary><see cref="InstanceState.Hops"/> when it began.</summary>
    public int? Hops { get; set; }
}
