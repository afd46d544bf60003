using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>What each kind of event means for the instance: a start, an answer to a wait, a change from outside, a retry.</summary>
public sealed partial class Burst
{
    // Tasks whose own end is among the events: their rows are closed already.
    private HashSet<string>? _endedTasks;

    /// <summary>Every event is a run of its own: what lives for one run only is gone at the next, also when both come in one burst.</summary>
    private void BeginRun()
    {
        KeepInput();
        ReleaseHeld();
        ThisRun = InstanceRun.Begin(State.Input, isFirst: false);
        foreach (var context in _order) context.ForgetUnstored();
    }

    private void Take(InstanceEvent e)
    {
        if (State.Status == InstanceStatus.Finished && e.Kind is not EventKind.Retry && !IsOfThisRun(e))
        {
            // It still ran when its parent was cancelled: what it has begun goes down with the case.
            if (State.SubStatus == SubStatus.Finished && e.Body["byParent"] is not null) Effects.CancelChildren = true;
            // A failed instance may be re-opened: what people did meanwhile is held for that, not lost; what is to be mended before is mended now.
            if (State.SubStatus != SubStatus.Faulted || e.Kind == EventKind.Continue) return;
            if (e.Kind == EventKind.Cancel) CancelInstance();
            else if (e.Kind == EventKind.Alter) Alter(e);
            else Effects.Held.Add(e);
            return;
        }

        if (ThisRun.Awaits is not null && !IsOfThisRun(e) && IsForLater(e))
        {
            ThisRun.HasHeld = true;
            Effects.Held.Add(e);
            return;
        }

        PlaceInRow(e);
        if (e.Kind is not (EventKind.Start or EventKind.Continue) && !IsUnfinished) ReadBack();
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
                if (Resume(e.Body["bookmarkId"].AsText(), null, null, input)) ThisRun.MergeInput(input);
                break;
            case EventKind.TaskDone or EventKind.TaskClosed:
                if (e.Body["taskId"].AsText() is { } ended) (_endedTasks ??= []).Add(ended);
                Resume(null, e.Body["taskId"].AsText(), null, With(e, "kind", e.Kind));
                break;
            case EventKind.ChildEnded:
                HearOfChild(e);
                break;
            case EventKind.ChildrenStarted or EventKind.ChildrenEnded:
                Resume(null, null, e.Body["contextId"].AsText(), With(e, "kind", e.Kind));
                break;
            case EventKind.Retry:
                Retry();
                break;
            case EventKind.Cancel:
                CancelInstance();
                break;
            case EventKind.Alter:
                Alter(e);
                if (_queue.Count > 0) ReadBack(); // Elsa stores what was altered, and reads it once more to go on
                break;
            case EventKind.Continue:
                break;
            default:
                throw new InvalidOperationException($"Instance event of unknown kind '{e.Kind}'.");
        }

        Drain();
        if (e.Kind == EventKind.Start && e.Body["hash"].AsText() is { } hash && !IsUnfinished) MeetAgain(hash, e.Body["input"] as JsonObject ?? []);
    }

    /// <summary>The event that started the instance resumes what waits for it now, with all others that wait for it: Elsa looks for these only when the start has run.</summary>
    private void MeetAgain(string hash, JsonObject input)
    {
        if (Head.CorrelationId is { } asked && asked != State.CorrelationId) return;
        foreach (var bookmark in State.Bookmarks.Where(b => b.Hash == hash).ToArray())
        {
            if (State.Status == InstanceStatus.Finished) return;
            if (!IsUnfinished) BeginRun();
            if (Resume(bookmark.Id, null, null, input)) ThisRun.MergeInput(input);
            Drain();
        }
    }

    /// <summary>
    /// Where this event stands in a row of events and children that bursts begin on one another's: nowhere, and the row is over, for whatever comes from
    /// elsewhere (a person, a time, another program). A wait that began after such a thing takes its event as the first of a row, however long the row was
    /// that brought it. The word of a child leads back to where it was begun; such words are counted by themselves.
    /// </summary>
    private void PlaceInRow(InstanceEvent e)
    {
        var isWord = e.Kind is EventKind.ChildEnded or EventKind.ChildrenStarted or EventKind.ChildrenEnded;
        var staysInPlace = e.Kind == EventKind.Continue || IsOfThisRun(e) || (e.Kind == EventKind.TimerDue && State.Overtaken is not null); // its time had come before it began to wait
        if (!staysInPlace)
        {
            State.Hops = e.Body["hops"]?.GetValue<int>();
            if (State.Hops is not { } hops)
            {
                State.Heard = null;
                return;
            }

            if (e.Kind != EventKind.Start)
            {
                var wait = WaitOf(e)?.Hops ?? 0;
                State.Hops = Math.Min(hops, isWord ? Math.Max(wait, 1) : wait + 1);
            }
        }

        if (isWord) State.Heard = (State.Heard ?? 0) + 1 + (e.Body["heard"]?.GetValue<int>() ?? 0);
    }

    private Bookmark? WaitOf(InstanceEvent e) => e.Kind == EventKind.Resume
        ? State.Bookmarks.Find(b => b.Id == e.Body["bookmarkId"].AsText())
        : State.Bookmarks.Find(b => b.ContextId == e.Body["contextId"].AsText());

    /// <summary>The place in its row of a child that this burst starts, or of each of many.</summary>
    /// <param name="count">For how many children it counts.</param>
    /// <exception cref="ActivityFaultException">As of <see cref="NextHop"/>, or the instance has heard of <see cref="MostHeard"/> children in a row.</exception>
    internal int NextChild(int count)
    {
        if (State.Heard > MostHeard)
            throw new ActivityFaultException($"{MostHeard} children have run one because of the other's end, and nothing else has come meanwhile: a loop without an end.", "RunsWithoutEnd");
        ThisRun.Begun += count;
        return NextHop();
    }

    /// <summary>The place in its row of an event that this burst publishes.</summary>
    /// <exception cref="ActivityFaultException">The row has come to <see cref="MostHops"/>. A retry lets it go on as far again.</exception>
    internal int NextHop() => State.Hops is >= MostHops
        ? throw new ActivityFaultException(
            "Ten thousand events or starts in a row, each because of the one before, or so many levels that begin several each: a loop without an end.", "RunsWithoutEnd")
        : (State.Hops ?? 0) + 1;

    /// <summary>The place in its row of each of <paramref name="count"/> instances that an event at this place begins; 0: it comes from outside.</summary>
    public static int HopsOfEach(int hops, int count) => hops == 0 ? 0 : (hops + HopsOfStart - 1) * count;

    /// <summary>
    /// Several events that one burst publishes are as many rows: each counts for all of them, else every hop could double their number up to the bound. What a
    /// person or a time sets off is one step, however many events it takes. Children are counted by the levels rather than by their number: the units of a
    /// country below its provinces below its unions are many, but few levels.
    /// </summary>
    private void CountRows()
    {
        var (events, children) = (Effects.Events.Count(e => e.Hops > 1), Math.Min(Math.Max(ThisRun.Begun, Effects.Children.Count + WidestRow * Effects.FanOuts.Count), WidestRow));
        for (var i = 0; events > 1 && i < Effects.Events.Count; i++) Effects.Events[i] = Effects.Events[i] with { Hops = OfRows(Effects.Events[i].Hops, events) };
        if (children < 2) return;
        for (var i = 0; i < Effects.Children.Count; i++)
            if (Effects.Children[i].Hops > 1) Effects.Children[i] = Effects.Children[i] with { Hops = OfRows(Effects.Children[i].Hops, children) };
        for (var i = 0; i < Effects.FanOuts.Count; i++) Effects.FanOuts[i] = Effects.FanOuts[i] with { Hops = OfRows(Effects.FanOuts[i].Hops, children) };

        static int OfRows(int hops, int rows) => Math.Min((hops - 1) * rows + 1, MostHops);
    }

    // Thousands of ending children give as many counts; added up they wake their parent once.
    private static bool AreOneCount(InstanceEvent one, InstanceEvent next) =>
        one.Kind == EventKind.ChildrenEnded && next.Kind == EventKind.ChildrenEnded && one.Body["contextId"].AsText() == next.Body["contextId"].AsText();

    private static InstanceEvent Sum(IReadOnlyList<InstanceEvent> events, int first, int end)
    {
        var sum = (JsonObject)events[first].Body.DeepClone();
        for (var i = first + 1; i < end; i++)
            foreach (var (name, value) in events[i].Body)
                if (name is not ("contextId" or "hops")) sum[name] = (sum[name]?.GetValue<int>() ?? 0) + value!.GetValue<int>();
        for (var i = first + 1; i < end; i++)
            if (!events[i].Body.ContainsKey("hops")) sum.Remove("hops");
        return events[first] with { Body = sum };
    }

    private static JsonObject With(InstanceEvent e, string name, string value)
    {
        var body = (JsonObject)e.Body.DeepClone();
        body[name] = value;
        return body;
    }

    /// <summary>Word of the child that runs within this run; also of one that has failed what stands beside the child goes on, as it would without it.</summary>
    private bool IsOfThisRun(InstanceEvent e) => e.Kind == EventKind.ChildEnded && Awaited is { } child && child.ContextId == e.Body["contextId"].AsText();

    /// <summary>The wait for the child that runs within this run.</summary>
    private Bookmark? Awaited => ThisRun.Awaits is not { } awaits ? null : State.Bookmarks.Find(b => b.Id == awaits);

    /// <summary>What would begin a run of its own comes when this one, in which a child runs, is over; who operates it need not wait.</summary>
    private static bool IsForLater(InstanceEvent e) => e.Kind is
        EventKind.Resume or EventKind.TimerDue or EventKind.TaskDone or EventKind.TaskClosed or EventKind.ChildEnded or EventKind.ChildrenStarted or EventKind.ChildrenEnded;

    /// <summary>The activity starts a child that runs within this run: nothing else happens before that one has come to rest.</summary>
    internal void RunWithin(ActivityContext context, NewChild child)
    {
        Effects.Children.Add(child);
        ThisRun.Awaits = context.WaitFor(payload: new JsonObject { ["childInstanceId"] = child.Id.ToString() }).Id;
    }

    private void ReleaseHeld()
    {
        Effects.HeldReleased |= ThisRun.HasHeld && State.Status == InstanceStatus.Running;
        ThisRun.HasHeld = false;
    }

    /// <summary>A child has ended, or one that runs within this run has come to rest.</summary>
    private void HearOfChild(InstanceEvent e)
    {
        var bookmark = WaitOf(e);
        if (bookmark is null || !_contexts.TryGetValue(bookmark.ContextId, out var context)) return;
        var isInline = bookmark.Id == ThisRun.Awaits;
        if (isInline) ThisRun.Awaits = null;
        if (e.Body["rests"] is not null)
        {
            if (isInline) Journal(context, "Suspended");
            return;
        }

        var work = new Work(context.Parent, context.Node, Existing: context, Bookmark: bookmark, Resumption: With(e, "kind", e.Kind), IsInline: isInline);
        if (isInline) ResumeContext(work);
        else _queue.Enqueue(work);
    }

    private void Start(JsonObject body)
    {
        if (_order.Count > 0) return;
        State.Input = body["input"]?.DeepClone() as JsonObject ?? [];
        ThisRun.Input = (JsonObject)State.Input.DeepClone();
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
        if (context.State.Resumption is { } resumption && (State.Bookmarks.Find(b => b.Id == resumption.BookmarkId) ?? (resumption.Ended is { } ended ? ended with { NodeId = context.Node.NodeId } : null)) is { } bookmark)
        {
            if (resumption.Ended is not null) AddBookmark(bookmark);
            context.State.Status = ActivityStatus.Running;
            return new Work(context.Parent, context.Node, Existing: context, Bookmark: bookmark, Resumption: resumption.Input);
        }

        context.State.Status = ActivityStatus.Pending;
        foreach (var left in State.Bookmarks.Where(b => b.ContextId == context.Id).ToArray()) RemoveBookmark(left);
        return new Work(context.Parent, context.Node, Existing: context);
    }
}
