using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>What each kind of event means for the instance: a start, an answer to a wait, a change from outside, a retry.</summary>
public sealed partial class Burst
{
    /// <summary>Every event is a run of its own: what lives for one run only is gone at the next, also when both come in one burst.</summary>
    private void Forget()
    {
        KeepInput();
        Input = (JsonObject)State.Input.DeepClone();
        _outputs.Clear();
        LastResult = null;
        GivenNow.Clear();
        GivenAsIs.Clear();
        foreach (var context in _order) context.ForgetUnstored();
    }

    private void Take(InstanceEvent e)
    {
        if (State.Status == InstanceStatus.Finished && e.Kind is not EventKind.Retry)
        {
            // It still ran when its parent was cancelled: what it has begun goes down with the case.
            if (State.SubStatus == SubStatus.Finished && e.Body["byParent"] is not null) Effects.CancelChildren = true;
            // A failed instance may be re-opened: what people did meanwhile is held for that, not lost; what is to be mended before is mended now.
            if (State.SubStatus != SubStatus.Faulted || e.Kind == EventKind.Continue) return;
            if (e.Kind == EventKind.Cancel) CancelInstance();
            else if (e.Kind == EventKind.Alter) Alter(e.Body);
            else Effects.Held.Add(e);
            return;
        }

        if (e.Kind is not (EventKind.Start or EventKind.Continue)) ReadBack();
        switch (e.Kind)
        {
            case EventKind.Start:
                Start(e.Body);
                break;
            case EventKind.Import:
                Import(e.Body);
                break;
            case EventKind.TimerDue or EventKind.Resume:
                var input = e.Body["input"]?.DeepClone() as JsonObject ?? [];
                if (Resume(e.Body["bookmarkId"].AsText(), null, null, input)) MergeInput(input);
                break;
            case EventKind.TaskDone or EventKind.TaskClosed:
                if (e.Body["taskId"].AsText() is { } ended) (_endedTasks ??= []).Add(ended);
                Resume(null, e.Body["taskId"].AsText(), null, With(e, "kind", e.Kind));
                break;
            case EventKind.ChildEnded or EventKind.ChildrenStarted or EventKind.ChildrenEnded:
                Resume(null, null, e.Body["contextId"].AsText(), With(e, "kind", e.Kind));
                break;
            case EventKind.Retry:
                Retry();
                break;
            case EventKind.Cancel:
                CancelInstance();
                break;
            case EventKind.Alter:
                Alter(e.Body);
                break;
            case EventKind.Continue:
                break;
            default:
                throw new InvalidOperationException($"Instance event of unknown kind '{e.Kind}'.");
        }

        Drain();
    }

    // Thousands of ending children give as many counts; added up they wake their parent once.
    private static bool AreOneCount(InstanceEvent one, InstanceEvent next) =>
        one.Kind == EventKind.ChildrenEnded && next.Kind == EventKind.ChildrenEnded && one.Body["contextId"].AsText() == next.Body["contextId"].AsText();

    private static InstanceEvent Sum(IReadOnlyList<InstanceEvent> events, int first, int end)
    {
        var sum = (JsonObject)events[first].Body.DeepClone();
        for (var i = first + 1; i < end; i++)
            foreach (var (name, value) in events[i].Body)
                if (name != "contextId") sum[name] = (sum[name]?.GetValue<int>() ?? 0) + value!.GetValue<int>();
        return events[first] with { Body = sum };
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
        if (body["triggerActivityId"].AsText() is { } trigger) State.Properties["TriggerActivityId"] = trigger;
        State.StartVariables = body["variables"]?.DeepClone() as JsonObject;
        _queue.Enqueue(new Work(null, Head.Workflow.Root));
    }

    /// <summary>Queues the resumption of the wait with this id, for this task or of this context. False: nothing waits for it (any more).</summary>
    private bool Resume(string? bookmarkId, string? taskId, string? contextId, JsonObject input)
    {
        foreach (var bookmark in State.Bookmarks)
        {
            var matches = bookmarkId is not null ? bookmark.Id == bookmarkId
                : taskId is not null ? bookmark.Payload?["taskId"].AsText() == taskId
                : bookmark.ContextId == contextId;
            if (!matches || !_contexts.TryGetValue(bookmark.ContextId, out var context)) continue;
            _queue.Enqueue(new Work(context.Parent, context.Node, Existing: context, Bookmark: bookmark, Resumption: input));
            return true;
        }

        return false;
    }

    /// <summary>Adds to the input that this run sees.</summary>
    internal void MergeInput(JsonObject input)
    {
        foreach (var (name, value) in input) Input[GivenAs(name) ?? name] = value?.DeepClone();
    }

    /// <summary>An input as this run sees it; as in Elsa upper and lower case are the same in its name.</summary>
    internal JsonNode? InputOf(string name) => GivenAs(name) is { } given ? Input[given] : null;

    private string? GivenAs(string name)
    {
        if (Input.ContainsKey(name)) return name;
        foreach (var (given, _) in Input)
            if (given.Equals(name, StringComparison.OrdinalIgnoreCase)) return given;
        return null;
    }

    /// <summary>Re-opens the instance and executes what failed again; what finished stays finished.</summary>
    private void Retry()
    {
        if (State.Status == InstanceStatus.Finished && State.SubStatus != SubStatus.Faulted) return;
        (State.Status, State.SubStatus) = (InstanceStatus.Running, SubStatus.Executing);
        foreach (var context in _order.Where(c => c.Status == ActivityStatus.Faulted).ToArray())
        {
            context.State.Failures = null;
            _queue.Enqueue(Again(context));
        }

        State.Incidents.Clear();
        Effects.IncidentsResolved = true;
        Drain();
    }

    /// <summary>What failed while it was resumed is resumed once more with what had come; anything else is executed from its beginning.</summary>
    private Work Again(ActivityContext context)
    {
        for (var ancestor = context.Parent; ancestor is not null; ancestor = ancestor.Parent) ancestor.State.FaultCount--;
        foreach (var pause in State.Bookmarks.Where(b => b.ContextId == context.Id && b.Name == RetryPolicy.Wait).ToArray()) RemoveBookmark(pause);
        if (context.State.Resumption is { } resumption && State.Bookmarks.Find(b => b.Id == resumption.BookmarkId) is { } bookmark)
        {
            context.State.Status = ActivityStatus.Running;
            return new Work(context.Parent, context.Node, Existing: context, Bookmark: bookmark, Resumption: resumption.Input);
        }

        context.State.Status = ActivityStatus.Pending;
        foreach (var left in State.Bookmarks.Where(b => b.ContextId == context.Id).ToArray()) RemoveBookmark(left);
        return new Work(context.Parent, context.Node, Existing: context);
    }
}
