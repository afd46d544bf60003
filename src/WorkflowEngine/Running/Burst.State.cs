using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

public sealed partial class Burst
{
    private void Restore()
    {
        MoveRoot();
        foreach (var state in State.Contexts)
        {
            if (Head.Workflow.FindNode(state.NodeId) is not { } node || state.ParentId is not null && !_contexts.ContainsKey(state.ParentId))
                throw new InvalidOperationException($"Definition {Head.Workflow.Id} has no activity '{state.NodeId}' that instance {Head.Id} runs.");

            var context = new ActivityContext(this, state, node, state.ParentId is null ? null : _contexts[state.ParentId]) { OwnerEpoch = state.IsCutOff == true ? -1 : 0 };
            foreach (var declared in node.Variables)
                if (state.Variables?.ContainsKey(declared.Id) != true)
                    (state.Variables ??= [])[declared.Id] = declared.First;
            _contexts.Add(state.Id, context);
            _order.Add(context);
        }

        foreach (var work in State.Queue)
        {
            var owner = _contexts.GetValueOrDefault(work.OwnerId);
            var existing = work.ContextId is null ? null : _contexts.GetValueOrDefault(work.ContextId);
            if (Head.Workflow.FindNode(work.NodeId) is not { } node || owner is null && existing is null) continue;
            var bookmark = work.BookmarkId is null ? null : State.Bookmarks.Find(b => b.Id == work.BookmarkId);
            if (work.BookmarkId is not null && bookmark is null) continue;
            _queue.Enqueue(new Work(owner, node, work.Tag, work.Variables, work.Backward, existing, bookmark, work.Input, work.IsCutOff == true ? -1 : 0));
        }

        State.Queue = [];
    }

    /// <summary>
    /// What Elsa does to a state whenever it reads it: what stands side by side is turned round, and what a join or an end cancels is cancelled in that
    /// order (parents stay before their children); text variables hold text.
    /// </summary>
    private void ReadBack()
    {
        var isChain = true;
        foreach (var context in _order)
        {
            context.ReadTexts();
            context.Children.Reverse();
            isChain &= context.Children.Count < 2;
        }

        if (isChain) return;
        var turned = Enumerable.Reverse(_order).OrderBy(c => c.Depth).ToArray();
        _order.Clear();
        _order.AddRange(turned);
    }

    /// <summary>
    /// The id of the implicit root avoids those within composites, so it changes when a workflow used as an activity becomes known that was not
    /// there before. It begins the path of every node.
    /// </summary>
    private void MoveRoot()
    {
        if (State.Contexts is not [{ ParentId: null, NodeId: var old }, ..] || Head.Workflow.Root.NodeId is var root && old == root) return;
        foreach (var context in State.Contexts) context.NodeId = Moved(context.NodeId);
        for (var i = 0; i < State.Bookmarks.Count; i++) State.Bookmarks[i] = State.Bookmarks[i] with { NodeId = Moved(State.Bookmarks[i].NodeId) };
        for (var i = 0; i < State.Incidents.Count; i++) State.Incidents[i] = State.Incidents[i] with { NodeId = Moved(State.Incidents[i].NodeId) };
        for (var i = 0; i < State.Queue.Count; i++) State.Queue[i] = State.Queue[i] with { NodeId = Moved(State.Queue[i].NodeId) };

        string Moved(string nodeId) => nodeId == old || nodeId.StartsWith(old + ':', StringComparison.Ordinal) ? root + nodeId[old.Length..] : nodeId;
    }

    /// <summary>Takes over the state that the instance had elsewhere; its waits get rows here, its failures stand open here.</summary>
    private void Import(JsonObject body)
    {
        if (_order.Count > 0 || body["state"] is not JsonObject given) return;
        var state = InstanceState.FromJson(given.ToJsonString());
        (State.Status, State.SubStatus, State.CorrelationId, State.Name, State.Sequence) = (state.Status, state.SubStatus, state.CorrelationId, state.Name, state.Sequence);
        (State.Contexts, State.Bookmarks, State.Incidents, State.Queue, State.Run) = (state.Contexts, state.Bookmarks, state.Incidents, state.Queue, state.Run);
        (State.Input, State.Output, State.Properties) = (state.Input, state.Output, state.Properties);
        JournalRoot("Imported");
        Restore();
        if (State.Run is { } run) ThisRun = run;
        Effects.BookmarksAdded.AddRange(State.Bookmarks);
        foreach (var i in State.Incidents)
            Effects.Incidents.Add(new NewIncident(Guid.Parse(i.Id), i.ActivityId, i.ActivityType, i.NodeId, i.Kind, i.Message, null));
    }

    private void Settle()
    {
        State.Queue = [];
        foreach (var work in _queue) State.Queue.Add(Queued(work, work.Node));
        if (State.Status == InstanceStatus.Running) SettleStatus();
        var goesOn = ThisRun.Awaits is not null || (State.Status == InstanceStatus.Running && IsUnfinished);
        if (!goesOn) ReleaseHeld();
        KeepContexts(goesOn);
        State.Run = goesOn ? ThisRun.Within(State.Contexts.Select(c => c.Id).ToHashSet(StringComparer.Ordinal)) : null;
        KeepInput();
    }

    /// <summary>Work is left, or a child runs within this run.</summary>
    private bool IsUnfinished => _queue.Count > 0 || ThisRun.Awaits is not null;

    private static QueuedWork Queued(Work work, ActivityNode node) => new(
        work.Owner?.Id ?? "", node.NodeId, work.Tag, work.Variables, work.Backward, work.Existing?.Id, work.Bookmark?.Id, work.Resumption,
        work.Existing is null && work.Owner is { } owner && owner.Epoch != work.Epoch ? true : null);

    /// <summary>
    /// A loop that never waits, or only for a time that has come, would fill the journal burst after burst for ever. It stops as a failure; a retry lets it
    /// go on as far again.
    /// </summary>
    private void EndEndlessLoop()
    {
        if (ThisRun.Awaits is not null) return; // It stands still for a child, whatever else is left; how many of those there may be is counted by themselves.
        State.Continued = State.Queue.Count > 0 && State.Status == InstanceStatus.Running ? (State.Continued ?? 0) + (_weight < MaximumWeight ? 1 : HeavyCount) : null;
        State.Overtaken = State.Status == InstanceStatus.Running && Effects.BookmarksAdded.Exists(b => b.DueAt <= Now) ? (State.Overtaken ?? 0) + 1 : null;
        if (State.Continued is not >= MostContinued && State.Overtaken is not >= MostOvertaken) return;
        var message = State.Overtaken >= MostOvertaken
            ? "Ten thousand waits in a row for a time that had come already: a loop without an end."
            : "A million executions, or as much work in fewer, without waiting for anything: a loop without an end.";
        (State.Continued, State.Overtaken) = (null, null);
        Report(Head.Workflow.Root, "", "RunsWithoutEnd", message);
        (State.Status, State.SubStatus) = (InstanceStatus.Finished, SubStatus.Faulted);
    }

    /// <summary>Only inputs whose definition names a storage driver outlive the run that they came with.</summary>
    private void KeepInput()
    {
        if (State.Input.Count == 0) return;
        foreach (var name in State.Input.Select(p => p.Key).ToArray())
            if (Head.Workflow.Inputs.FirstOrDefault(i => i.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.StorageDriverType is not { } driver || driver.Contains("Memory", StringComparison.Ordinal))
                State.Input.Remove(name);
    }

    /// <summary>All that was begun has ended, and nothing is queued.</summary>
    private bool IsOver => _order.Count > 0 && _queue.Count == 0 && _order.TrueForAll(c => c.Status is ActivityStatus.Completed or ActivityStatus.Canceled);

    /// <summary>An event of this burst has ended it: whether what comes behind is in the same burst or in the next makes no difference.</summary>
    private bool HasJustEnded => State.Status == InstanceStatus.Running && IsOver;

    private void SettleStatus()
    {
        var over = IsOver;
        (State.Status, State.SubStatus) = over ? (InstanceStatus.Finished, SubStatus.Finished) : (InstanceStatus.Running, SubStatus.Suspended);
        // Without a context nothing has begun: what it begins with is held until its retry is committed.
        if (!over && _order.Count > 0 && State.Bookmarks.Count == 0 && State.Queue.Count == 0 && State.Incidents.Count == 0)
            Report(Head.Workflow.Root, "", "WaitsForNothing", "The instance waits, but for no task, time, event or child.");
    }

    /// <summary>Kept are the root, what has not ended, and what these and the queue stand below.</summary>
    private void KeepContexts(bool goesOn)
    {
        var kept = new HashSet<ActivityContext>();
        foreach (var context in _order)
            if (context.Parent is null || context.Status is ActivityStatus.Running or ActivityStatus.Pending or ActivityStatus.Faulted) Keep(context);
        foreach (var work in _queue)
            if (work.Owner is { } owner) Keep(owner);
        State.Contexts = new List<ContextState>(kept.Count);
        foreach (var context in _order)
            if (kept.Contains(context))
            {
                if (!goesOn) ForgetUnstored(context);
                State.Contexts.Add(Written(context));
            }

        void Keep(ActivityContext? context)
        {
            for (; context is not null && kept.Add(context); context = context.Parent) { }
        }
    }

    /// <summary>The execution's state with what is known of it in memory only.</summary>
    private static ContextState Written(ActivityContext context)
    {
        context.State.IsCutOff = context.IsCutOff ? true : null;
        return context.State;
    }

    /// <summary>
    /// Variables without a storage driver do not outlive the burst, as in Elsa; the rest go into the state, also those that Elsa keeps in the
    /// memory of its process: here every burst may run in another one.
    /// </summary>
    private static void ForgetUnstored(ActivityContext context)
    {
        context.State.Made = null;
        if (context.State.Variables is not { } variables) return;
        foreach (var declared in context.Node.Variables)
            if (declared.StorageDriverTypeName is null) variables.Remove(declared.Id);
        if (variables.Count == 0) context.State.Variables = null;
    }
}
