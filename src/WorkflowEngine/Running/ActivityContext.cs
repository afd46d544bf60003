using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;

namespace WorkflowEngine.Running;

/// <summary>One execution of an activity in an instance, and the only door through which an activity reaches the world.</summary>
public sealed partial class ActivityContext
{
    /// <summary>Where a workflow used as an activity keeps what it was called with and what it gave.</summary>
    internal const string InputKey = "Input", OutputKey = "Output", DeliveredKey = "Delivered";

    private readonly Burst _burst;
    private JsonObject _inputs = [];

    internal ActivityContext(Burst burst, ContextState state, ActivityNode node, ActivityContext? parent)
    {
        (_burst, State, Node, Parent, Depth) = (burst, state, node, parent, parent is null ? 0 : parent.Depth + 1);
        parent?.Children.Add(this);
    }

    /// <summary>How many stand around it.</summary>
    internal int Depth { get; }

    internal ContextState State { get; }
    internal List<ActivityContext> Children { get; } = [];

    /// <summary>How often this execution has ended; what it scheduled before its last end does not report to it any more.</summary>
    internal int Epoch { get; set; }

    /// <summary><see cref="Epoch"/> of the owner when this was scheduled.</summary>
    internal int OwnerEpoch { get; init; }

    /// <summary>The owner has ended since it scheduled this, and is not told of its end.</summary>
    internal bool IsCutOff => Parent is { } owner && owner.Epoch != OwnerEpoch;

    /// <summary>It is about to complete and takes its children down.</summary>
    internal bool IsEnding { get; set; }

    /// <summary>It is being cancelled with all that is within; ends of its children mean nothing to it any more.</summary>
    internal bool IsCancelled { get; set; }

    /// <summary>Variables that scripts made in this container. As in Elsa they do not outlive the run of the instance.</summary>
    private Dictionary<string, JsonNode?>? Made
    {
        get => State.Made;
        set => State.Made = value;
    }

    /// <summary>What this execution gave in this burst, by the outputs' names in the document; null: nothing. For the journal.</summary>
    internal Dictionary<string, JsonNode?>? Given { get; private set; }

    /// <summary>The owner knows of this execution's end.</summary>
    internal bool IsReported { get; set; }

    /// <summary>Set while the activity runs: whether it asked for anything that keeps it from completing by itself.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Started over a connection that leads back in a loop.</summary>
    internal bool IsBackward => State.Properties?["BackwardConnection"] is not null;

    public string Id => State.Id;
    public ActivityNode Node { get; }
    public ActivityContext? Parent { get; }
    public ActivityStatus Status => State.Status;
    public string? Tag => State.Tag;

    // ---- what it may know

    public DateTimeOffset Now => _burst.Now;
    public Facts Facts => _burst.Facts;
    public Guid InstanceId => _burst.Head.Id;
    public Guid RootId => _burst.Head.RootId;
    public Workflow Workflow => _burst.Head.Workflow;
    internal Burst Burst => _burst;
    public string? CorrelationId { get => _burst.State.CorrelationId; set => _burst.State.CorrelationId = value; }
    public string? InstanceName { get => _burst.State.Name; set => _burst.State.Name = value; }

    /// <summary>The activities of the container around this one: those whose outputs its expressions may ask for, as in Elsa.</summary>
    internal IEnumerable<ActivityNode> Neighbours
    {
        get
        {
            var container = Parent;
            while (container is not null && !container.Node.Activity.Descriptor.Texts.IsContainer && container.Node.Composite is null) container = container.Parent;
            return container?.Node.AllChildren ?? [];
        }
    }

    /// <summary>
    /// An input by name: of the instance as this run sees it; within a workflow used as an activity first what is called so around here, its own
    /// inputs among them.
    /// </summary>
    public JsonNode? GetInput(string name)
    {
        if (Composite is not null)
            for (var scope = this; scope is not null; scope = scope.Parent)
                if (scope.TryGetHere(name, out var value)) return value;
        return _burst.ThisRun.InputOf(name);
    }

    /// <summary>The execution of the workflow used as an activity around this one, or null.</summary>
    internal ActivityContext? Composite
    {
        get
        {
            for (var outer = Parent; outer is not null; outer = outer.Parent)
                if (outer.Node.Composite is not null) return outer;
            return null;
        }
    }

    /// <summary>True once for the activity whose stimulus started this instance: it has happened, nothing is to be waited for.</summary>
    internal bool TakeTrigger()
    {
        if (_burst.State.Properties["TriggerActivityId"].AsText() != Node.Id) return false;
        _burst.State.Properties.Remove("TriggerActivityId");
        return true;
    }

    /// <summary>What this activity keeps between bursts.</summary>
    public JsonObject Properties => State.Properties ??= [];

    public Guid NewId() => _burst.Ids.NewGuid();

    // ---- what it may do

    /// <summary>Ends this activity; without names the outcome is Done.</summary>
    public void Complete(params string[] outcomes)
    {
        IsBusy = true;
        _burst.Complete(this, outcomes.Length == 0 ? Outcomes.Done : Outcomes.Of(outcomes));
    }

    public void Complete(Outcomes outcomes)
    {
        IsBusy = true;
        _burst.Complete(this, outcomes);
    }

    /// <summary>Ends this activity as failed with a reason people can read.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Fault(string message) => throw new ActivityFaultException(message);

    /// <summary>Fails because what the definition names is not there, and leaves word of it for a replay.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Missed(string kind, string id)
    {
        Effects.Missed.Add($"{kind} {id}");
        Fault($"There is no {kind} '{id}'.");
    }

    /// <summary>Runs an embedded or connected activity; <see cref="Activity.ChildCompleted"/> tells when it is done.</summary>
    public void Schedule(ActivityNode child, string? tag = null, JsonObject? variables = null, bool backward = false)
    {
        IsBusy = true;
        _burst.Schedule(this, child, tag, variables, backward);
    }

    /// <summary>Waits; the bookmark names for what.</summary>
    public Bookmark WaitFor(string? name = null, JsonObject? payload = null, string? hash = null, DateTimeOffset? dueAt = null, bool autoBurn = true)
    {
        IsBusy = true;
        var bookmark = new Bookmark
        {
            Id = _burst.Ids.NewGuid().ToString(),
            Name = name ?? Node.Type,
            ContextId = Id,
            NodeId = Node.NodeId,
            Payload = payload,
            Hash = hash,
            DueAt = dueAt,
            AutoBurn = autoBurn,
            CreatedAt = Now,
            Hops = _burst.State.Hops,
        };
        _burst.AddBookmark(bookmark);
        return bookmark;
    }

    /// <summary>Waits for this no longer; a retry of a failure then begins anew instead of resuming.</summary>
    internal void StopWaiting(Bookmark bookmark) => _burst.RemoveBookmark(bookmark);

    /// <summary>Cancels this execution: its children, waits and tasks end, nothing follows from it here.</summary>
    public void Cancel() => _burst.Cancel(this);

    /// <summary>Ends the whole instance now.</summary>
    public void FinishInstance() => _burst.Finish();

    /// <summary>Everything the burst writes beside the state.</summary>
    public Effects Effects => _burst.Effects;

    /// <summary>Whether work waits in the queue for this container or anything within it.</summary>
    internal bool HasQueuedWork() => _burst.HasQueuedWork(this);

    /// <summary>Whether a scheduled execution of this child has not begun yet.</summary>
    internal bool IsQueued(ActivityNode node) => _burst.IsQueued(this, node);
}
