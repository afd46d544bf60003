using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>What a burst leaves: the new state and everything to write beside it.</summary>
public sealed record BurstResult(InstanceState State, Effects Effects, bool MustContinue);

/// <summary>
/// Runs one instance in memory from its events until it waits. Pure: the same head, state, events, facts and time give the same result;
/// it does no I/O and reads no clock. Work items run first in, first out, as Elsa 3.8 does; the journal's order follows from that.
/// </summary>
public sealed class Burst
{
    /// <summary>Executions after which a burst is committed and goes on in the next one.</summary>
    public const int MaximumExecutions = 10_000;

    private readonly Dictionary<string, ActivityContext> _contexts = new(StringComparer.Ordinal);
    private readonly List<ActivityContext> _order = [];
    private readonly Queue<Work> _queue = new();
    private readonly Dictionary<string, JsonObject> _outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _signalled = new(StringComparer.Ordinal);
    private int _executions;

    private Burst(InstanceHead head, InstanceState state, Facts facts, DateTimeOffset now)
    {
        (Head, State, Facts, Now) = (head, state, facts, now);
        Ids = new DeterministicIds(head.Id, head.Burst, now);
        Input = (JsonObject)state.Input.DeepClone();
    }

    private sealed record Work(
        ActivityContext? Owner, ActivityNode Node, string? Tag = null, JsonObject? Variables = null, bool Backward = false,
        ActivityContext? Existing = null, Bookmark? Bookmark = null, JsonObject? Resumption = null);

    public InstanceHead Head { get; }
    public InstanceState State { get; }
    public Facts Facts { get; }
    public DateTimeOffset Now { get; }
    public Effects Effects { get; } = new();
    internal DeterministicIds Ids { get; }

    /// <summary>The instance's input as this run sees it: what came with the resumption, gaps filled from what was kept.</summary>
    public JsonObject Input { get; private set; }

    /// <summary>The output set last in this burst.</summary>
    internal JsonNode? LastResult { get; private set; }

    public static BurstResult Run(InstanceHead head, InstanceState? state, IReadOnlyList<InstanceEvent> events, Facts facts, DateTimeOffset now)
    {
        var burst = new Burst(head, state ?? new InstanceState(), facts, now);
        burst.Restore();
        foreach (var instanceEvent in events) burst.Take(instanceEvent);
        burst.Settle();
        return new BurstResult(burst.State, burst.Effects, burst.State.Queue.Count > 0);
    }

    // ---- events in

    private void Take(InstanceEvent e)
    {
        if (State.Status == InstanceStatus.Finished && e.Kind is not EventKind.Retry)
        {
            // A faulted instance may be re-opened: what people did meanwhile is held for that, not lost.
            if (State.SubStatus == SubStatus.Faulted && e.Kind is not EventKind.Cancel)
                State.Held.Add(new HeldEvent(e.Kind, (JsonObject)e.Body.DeepClone(), e.ActorId, e.OnBehalfOf, e.At));
            else if (State.SubStatus == SubStatus.Faulted) CancelInstance();
            return;
        }

        switch (e.Kind)
        {
            case EventKind.Start:
                Start(e.Body);
                break;
            case EventKind.TimerDue or EventKind.Resume:
                Resume(b => b.Id == e.Body["bookmarkId"]?.GetValue<string>(), e.Body["input"] as JsonObject ?? []);
                break;
            case EventKind.TaskDone or EventKind.TaskClosed:
                Resume(b => b.Payload?["taskId"]?.GetValue<string>() == e.Body["taskId"]?.GetValue<string>(), With(e, "kind", e.Kind));
                break;
            case EventKind.ChildEnded or EventKind.ChildrenStarted or EventKind.ChildrenEnded:
                Resume(b => b.ContextId == e.Body["contextId"]?.GetValue<string>(), With(e, "kind", e.Kind));
                break;
            case EventKind.Retry:
                Retry();
                break;
            case EventKind.Cancel:
                CancelInstance();
                break;
            case EventKind.Continue:
                break;
            default:
                throw new InvalidOperationException($"Instance event of unknown kind '{e.Kind}'.");
        }

        Drain();
    }

    private static JsonObject With(InstanceEvent e, string name, string value)
    {
        var body = (JsonObject)e.Body.DeepClone();
        body[name] = value;
        return body;
    }

    private void Start(JsonObject body)
    {
        if (_order.Count > 0) return;
        State.Input = body["input"]?.DeepClone() as JsonObject ?? [];
        Input = (JsonObject)State.Input.DeepClone();
        State.Properties = body["properties"]?.DeepClone() as JsonObject ?? [];
        (State.CorrelationId, State.Name) = (Head.CorrelationId, Head.Name);
        if (body["triggerActivityId"]?.GetValue<string>() is { } trigger) State.Properties["TriggerActivityId"] = trigger;
        State.StartVariables = body["variables"]?.DeepClone() as JsonObject;
        _queue.Enqueue(new Work(null, Head.Workflow.Root));
    }

    private void Resume(Predicate<Bookmark> match, JsonObject input)
    {
        if (State.Bookmarks.Find(match) is not { } bookmark || !_contexts.TryGetValue(bookmark.ContextId, out var context)) return;
        if (input["input"] is null && bookmark.Payload?["taskId"] is null)
            foreach (var (name, value) in input) Input[name] = value?.DeepClone();
        _queue.Enqueue(new Work(context.Parent, context.Node, Existing: context, Bookmark: bookmark, Resumption: input));
    }

    /// <summary>Re-opens the instance and executes what failed again; what finished stays finished.</summary>
    private void Retry()
    {
        if (State.Status == InstanceStatus.Finished && State.SubStatus != SubStatus.Faulted) return;
        (State.Status, State.SubStatus) = (InstanceStatus.Running, SubStatus.Executing);
        foreach (var context in _order.Where(c => c.Status == ActivityStatus.Faulted).ToArray())
        {
            for (var ancestor = context.Parent; ancestor is not null; ancestor = ancestor.Parent) ancestor.State.FaultCount--;
            context.State.Status = ActivityStatus.Pending;
            _queue.Enqueue(new Work(context.Parent, context.Node, Existing: context));
        }

        State.Incidents.Clear();
        Effects.IncidentsResolved = true;
        Drain();
        var held = State.Held;
        State.Held = [];
        foreach (var e in held) Take(new InstanceEvent(0, e.Kind, e.Body, e.ActorId, e.OnBehalfOf, e.At));
    }

    // ---- the loop

    private void Drain()
    {
        while (_queue.Count > 0 && _executions < MaximumExecutions)
        {
            var work = _queue.Dequeue();
            _executions++;
            if (work.Bookmark is not null) ResumeContext(work);
            else ExecuteNode(work);
        }
    }

    private void ExecuteNode(Work work)
    {
        var context = work.Existing ?? Create(work);
        context.State.Status = ActivityStatus.Running;
        var entry = Effects.Journal.Count;
        Journal(context, "Started");
        try
        {
            context.EvaluateInputs();
            if (context.State.Inputs is { } inputs) Effects.Journal[entry] = Effects.Journal[entry] with { Inputs = (JsonObject)inputs.DeepClone() };
            Perform(context, () => context.Node.Activity.Execute(context));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fault(context, e);
        }
    }

    private ActivityContext Create(Work work)
    {
        var state = new ContextState
        {
            Id = Ids.NewShort(), ParentId = work.Owner?.Id, NodeId = work.Node.NodeId, Tag = work.Tag, StartedAt = Now,
            Status = ActivityStatus.Pending,
        };
        var context = new ActivityContext(this, state, work.Node, work.Owner);
        if (work.Backward) context.Properties["BackwardConnection"] = true;
        context.DeclareVariables(work.Variables);
        _contexts.Add(state.Id, context);
        _order.Add(context);
        return context;
    }

    private void ResumeContext(Work work)
    {
        var (context, bookmark) = (work.Existing!, work.Bookmark!);
        if (context.Status != ActivityStatus.Running || !State.Bookmarks.Contains(bookmark)) return;
        if (bookmark.AutoBurn) RemoveBookmark(bookmark);
        Journal(context, "Resumed");
        try
        {
            context.EvaluateInputs();
            Perform(context, () => context.Node.Activity.Resume(context, bookmark, work.Resumption!), mayCompleteItself: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fault(context, e);
        }
    }

    private void Perform(ActivityContext context, Action action, bool mayCompleteItself = true)
    {
        var waits = State.Bookmarks.Count;
        context.IsBusy = false;
        action();
        if (context.Status != ActivityStatus.Running) return;
        if (mayCompleteItself && context.Node.Activity.CompletesItself && !context.IsBusy) Complete(context, Outcomes.Done);
        else if (State.Bookmarks.Count > waits && State.Bookmarks.Exists(b => b.ContextId == context.Id)) Journal(context, "Suspended");
    }

    // ---- what contexts ask for

    internal void Schedule(ActivityContext owner, ActivityNode child, string? tag, JsonObject? variables, bool backward) =>
        _queue.Enqueue(new Work(owner, child, tag, variables, backward));

    internal bool HasQueuedWork(Predicate<ActivityContext> owner) =>
        _queue.Any(w => w.Owner is not null && owner(w.Owner) || w.Existing is not null && owner(w.Existing));

    internal bool IsQueued(ActivityContext owner, ActivityNode node) => _queue.Any(w => w.Owner == owner && w.Node == node && w.Bookmark is null);

    internal void AddBookmark(Bookmark bookmark)
    {
        State.Bookmarks.Add(bookmark);
        if (bookmark.Hash is not null || bookmark.DueAt is not null) Effects.BookmarksAdded.Add(bookmark);
    }

    private void RemoveBookmark(Bookmark bookmark)
    {
        State.Bookmarks.Remove(bookmark);
        if (!Effects.BookmarksAdded.Remove(bookmark) && (bookmark.Hash is not null || bookmark.DueAt is not null))
            Effects.BookmarksRemoved.Add(bookmark.Id);
    }

    internal void Remember(ActivityContext context, string output, JsonNode? value)
    {
        if (!_outputs.TryGetValue(context.Node.Id, out var register)) _outputs[context.Node.Id] = register = [];
        register[output] = value?.DeepClone();
        LastResult = value?.DeepClone();
    }

    /// <summary>An output of an activity by id or name, as far as this burst produced it.</summary>
    internal JsonNode? OutputOf(string activity, string? output)
    {
        var id = _outputs.ContainsKey(activity) ? activity : Head.Workflow.Nodes.FirstOrDefault(n => n.Name == activity)?.Id;
        if (id is null || !_outputs.TryGetValue(id, out var register)) return null;
        if (output is null) return register.FirstOrDefault().Value;
        return register.FirstOrDefault(p => string.Equals(p.Key, output, StringComparison.OrdinalIgnoreCase)).Value;
    }

    internal void Complete(ActivityContext context, Outcomes outcomes)
    {
        if (context.Status != ActivityStatus.Running) return;
        foreach (var child in context.Children.ToArray()) Cancel(child);

        // Cancelling the last child can complete the container from inside; Elsa then writes its completion twice, and so do we.
        context.State.Status = ActivityStatus.Completed;
        Journal(context, "Completed", outcomes.IsExplicit ? outcomes.Names : null);
        DropWaits(context);
        if (!_signalled.Add(context.Id)) return;
        if (context.Parent is { } parent)
        {
            if (parent.Status != ActivityStatus.Running) return;
            try
            {
                parent.Node.Activity.ChildCompleted(parent, context, outcomes);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Elsa files a broken continuation under the activity that completed.
                context.State.Status = ActivityStatus.Running;
                Fault(context, e);
            }
        }
        else if (State.Status == InstanceStatus.Running)
        {
            (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Finished);
        }
    }

    internal void Cancel(ActivityContext context)
    {
        if (context.Status is ActivityStatus.Completed or ActivityStatus.Canceled or ActivityStatus.Faulted) return;
        context.State.Status = ActivityStatus.Canceled;
        DropWaits(context);
        Journal(context, "Canceled");
        foreach (var child in context.Children.ToArray()) Cancel(child);
        if (context.Parent is { Status: ActivityStatus.Running } parent) parent.Node.Activity.ChildCancelled(parent, context);
    }

    private void DropWaits(ActivityContext context)
    {
        foreach (var bookmark in State.Bookmarks.Where(b => b.ContextId == context.Id).ToArray())
        {
            if (bookmark.Payload?["taskId"] is not null) Effects.TasksCancelled.Add(context.Id);
            RemoveBookmark(bookmark);
        }
    }

    internal void Finish()
    {
        _queue.Clear();
        foreach (var bookmark in State.Bookmarks.ToArray()) RemoveBookmark(bookmark);
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Finished);
    }

    private void CancelInstance()
    {
        if (State.Status == InstanceStatus.Finished && State.SubStatus != SubStatus.Faulted) return;
        _queue.Clear();
        foreach (var bookmark in State.Bookmarks.ToArray()) RemoveBookmark(bookmark);
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Cancelled);
        Effects.CancelChildren = true;
        var root = Head.Workflow.Root;
        Effects.Journal.Add(new JournalEntry(++State.Sequence, "Workflow cancelled", root.Id, root.NodeId, root.Type, ""));
    }

    private void Fault(ActivityContext context, Exception e)
    {
        var fault = e as ActivityFaultException ?? new ActivityFaultException(e.Message, e.GetType().Name, e);
        context.State.Status = ActivityStatus.Faulted;
        for (var ancestor = context.Parent; ancestor is not null; ancestor = ancestor.Parent) ancestor.State.FaultCount++;
        Journal(context, "Faulted", message: fault.Message);
        Report(context.Node, context.Id, fault.Kind, fault.Message);
        if (Head.Workflow.Options.IncidentStrategyType?.Contains("ContinueWithIncidents", StringComparison.Ordinal) != true)
            (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Faulted);
    }

    private void Report(ActivityNode node, string contextId, string kind, string message)
    {
        var id = Ids.NewGuid();
        State.Incidents.Add(new IncidentState(id.ToString(), node.Id, node.NodeId, node.Activity.Descriptor.TypeName, contextId, kind, message, Now));
        Effects.Incidents.Add(new NewIncident(id, node.Id, node.Activity.Descriptor.TypeName, node.NodeId, kind, message, null));
    }

    private void Journal(ActivityContext context, string name, IReadOnlyList<string>? outcomes = null, string? message = null) =>
        Effects.Journal.Add(new JournalEntry(
            ++State.Sequence, name, context.Node.Id, context.Node.NodeId, context.Node.Type, context.Id, outcomes, null, message));

    // ---- state in and out

    private void Restore()
    {
        foreach (var state in State.Contexts)
        {
            if (Head.Workflow.FindNode(state.NodeId) is not { } node)
                throw new InvalidOperationException($"Definition {Head.Workflow.Id} has no activity '{state.NodeId}' that instance {Head.Id} runs.");
            var parent = state.ParentId is null ? null : _contexts[state.ParentId];
            var context = new ActivityContext(this, state, node, parent);
            foreach (var declared in node.Variables)
                (state.Variables ??= []).TryAdd(declared.Id, Values.ToOrKeep(declared.Value?.DeepClone(), declared.TypeName, declared.IsArray));
            _contexts.Add(state.Id, context);
            _order.Add(context);
        }

        foreach (var work in State.Queue)
            if (_contexts.TryGetValue(work.OwnerId, out var owner) && Head.Workflow.FindNode(work.NodeId) is { } node)
                _queue.Enqueue(new Work(owner, node, work.Tag, work.Variables, work.Backward));
        State.Queue = [];
    }

    private void Settle()
    {
        State.Queue = [.. _queue.Where(w => w.Owner is not null && w.Bookmark is null)
            .Select(w => new QueuedWork(w.Owner!.Id, w.Node.NodeId, w.Tag, w.Variables, w.Backward))];
        if (State.Status == InstanceStatus.Running)
        {
            var allDone = _order.Count > 0 && _order.TrueForAll(c => c.Status is ActivityStatus.Completed or ActivityStatus.Canceled);
            (State.Status, State.SubStatus) = allDone
                ? (InstanceStatus.Finished, SubStatus.Finished)
                : (InstanceStatus.Running, SubStatus.Suspended);
            if (!allDone && State.Bookmarks.Count == 0 && State.Queue.Count == 0 && State.Incidents.Count == 0)
                Report(Head.Workflow.Root, "", "WaitsForNothing", "The instance waits, but for no task, time, event or child.");
        }

        State.Contexts = [.. _order.Where(c => c.Parent is null || c.Status is ActivityStatus.Running or ActivityStatus.Pending or ActivityStatus.Faulted)
            .Select(c => c.State)];
        foreach (var context in _order) ForgetUnstored(context);
        foreach (var name in State.Input.Select(p => p.Key).ToArray())
            if (Head.Workflow.Inputs.FirstOrDefault(i => i.Name == name)?.StorageDriverType is not { } driver || driver.Contains("Memory", StringComparison.Ordinal))
                State.Input.Remove(name);
    }

    /// <summary>Variables without a storage driver do not outlive the burst, as in Elsa; the rest go into the state.</summary>
    private static void ForgetUnstored(ActivityContext context)
    {
        if (context.State.Variables is not { } variables) return;
        foreach (var declared in context.Node.Variables)
            if (declared.StorageDriverTypeName is not { } driver || driver.Contains("Memory", StringComparison.Ordinal)) variables.Remove(declared.Id);
        if (variables.Count == 0) context.State.Variables = null;
    }
}
