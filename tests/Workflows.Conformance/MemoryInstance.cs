using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace Workflows.Conformance;

/// <summary>One instance of <see cref="MemoryEngine"/>: what its rows would hold.</summary>
public sealed class MemoryInstance
{
    public required Guid Id { get; init; }

    /// <summary>How many were begun before it.</summary>
    public required int Place { get; init; }

    public required Guid RootId { get; init; }
    public Guid? ParentId { get; init; }
    public string? ParentContext { get; init; }
    public string Report { get; init; } = "none";
    public string? CorrelationId { get; init; }
    public string? Name { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by a migration.</summary>
    public required Workflow Workflow { get; set; }

    public int Bursts { get; set; }

    /// <summary>As stored: text, so that every burst goes through writing and reading it.</summary>
    public string? StateJson { get; set; }

    public List<InstanceEvent> Events { get; } = [];

    /// <summary>Set aside until a retry.</summary>
    public List<InstanceEvent> Held { get; } = [];

    /// <summary>The correlation that the instance had when it began to wait, by bookmark: what events are asked by.</summary>
    public Dictionary<string, string?> Correlations { get; } = [];

    /// <summary>When its waits began, counted over all instances.</summary>
    public Dictionary<string, int> Began { get; } = [];

    public List<JournalEntry> Journal { get; } = [];
    public List<NewTask> Tasks { get; } = [];
    public List<AlterationOutcome> Alterations { get; } = [];
    public List<NewIncident> Incidents { get; } = [];

    public InstanceState State => StateJson is null ? new InstanceState() : InstanceState.FromJson(StateJson);

    /// <summary>The journal as <c>id:Event</c> words, outcomes in brackets.</summary>
    public string Trace => string.Join(' ', Journal.Select(e => $"{e.ActivityId}:{e.Event}{(e.Outcomes is null ? "" : $"[{string.Join(',', e.Outcomes)}]")}"));

    /// <summary>Ids of the activities that wait.</summary>
    public IEnumerable<string> WaitingAt => State.Bookmarks.Select(b => Workflow.FindNode(b.NodeId)!.Id);
}
