using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>What a burst leaves: the new state and everything to write beside it.</summary>
/// <param name="Taken">How many of the events, from the first on, are used up; the others wait for the next burst.</param>
/// <param name="Workflow">The version it runs on from now on; another than before after a migration.</param>
public sealed record BurstResult(InstanceState State, Effects Effects, int Taken, bool MustContinue, Workflow Workflow)
{
    /// <summary>With this burst the run that its start began is over, for the first time: it waits, or has ended.</summary>
    public bool CameToRest { get; init; }

    /// <summary>With this burst a run is over that went on from an earlier one: a failure in it is told to a parent only now.</summary>
    public bool EndsRun { get; init; }

    /// <summary>The child that runs within the run, which goes on with its rest.</summary>
    public Guid? Awaits { get; init; }

    /// <summary>Whether this burst is word for the parent.</summary>
    /// <param name="report">What the parent hears of: each change of an end ("each", "count"), the rest that the child first comes to ("first"), or both ("inline").</param>
    /// <param name="before">The child's state before the burst.</param>
    public bool IsTold(string report, SubStatus before)
    {
        var hasEnded = State.Status == InstanceStatus.Finished;
        var isNew = State.SubStatus != before && (hasEnded || before.IsEnd());
        return report switch
        {
            "each" or "count" => isNew,
            "first" => CameToRest,
            "inline" => CameToRest || (isNew && State.Run is null) || (hasEnded && EndsRun),
            _ => false,
        };
    }

    /// <summary>The word for the parent of one child (<see cref="EventKind.ChildEnded"/>), where this burst is told.</summary>
    /// <param name="before">The child's state before the burst.</param>
    public JsonObject Word(InstanceHead head, SubStatus before)
    {
        ArgumentNullException.ThrowIfNull(head);
        var told = new JsonObject
        {
            ["contextId"] = head.ParentContext,
            ["childId"] = head.Id.ToString(),
            ["status"] = State.Status.ToString(),
            ["subStatus"] = State.SubStatus.ToString(),
            ["output"] = State.Output.DeepClone(),
        };
        if (head.Report == "inline" && State.Status != InstanceStatus.Finished) told["rests"] = true;
        if (State.Hops is { } hops) told["hops"] = hops;
        if (State is { Hops: not null, Heard: { } heard }) told["heard"] = heard;
        // The parent has heard of an end of it before, which is one no more.
        if (before.IsEnd()) told["again"] = true;
        return told;
    }
}

/// <summary>
/// Runs one instance in memory from its events until it waits. Pure: the same head, state, events, facts and time give the same result;
/// it does no I/O and reads no clock. Work items run first in, first out, as Elsa 3.8 does; the journal's order follows from that.
/// Its parts: this file runs the queue, <c>Burst.Events</c> makes work of events, <c>Burst.Endings</c> ends executions, <c>Burst.State</c> reads and
/// writes the state, <c>Burst.Weight</c> bounds what it takes in, <c>Burst.Alterations</c> changes an instance from outside.
/// </summary>
public sealed partial class Burst
{
    /// <summary>Executions after which a burst is committed and goes on in the next one.</summary>
    public const int MaximumExecutions = 10_000;

    /// <summary>Bursts in a row that stopped at that bound; after so many (a million executions without a wait) it is taken for a loop without an end.</summary>
    public const int MostContinued = 100;

    /// <summary>Bursts in a row after which the clock is asked for a time that has come: a loop around a delay of nothing turns as fast as it is committed.</summary>
    public const int MostOvertaken = 10_000;

    /// <summary>Events and starts of children in a row, each because of the one before; after so many they are taken for a loop without an end.</summary>
    /// <remarks>An event that begins several instances counts for all of them, so that a row which branches with each hop ends after about as many.</remarks>
    public const int MostHops = 10_000;

    /// <summary>What an event that begins an instance counts for: more than one that an instance waits for.</summary>
    public const int HopsOfStart = 10;

    /// <summary>Children of a run count for at most so many rows: a row may go through a few levels of any breadth, and double a dozen times.</summary>
    public const int WidestRow = 8;

    /// <summary>
    /// Children whose word an instance hears, with all that they have heard of, while nothing comes from elsewhere: as many as one bulk dispatch may begin.
    /// After so many it begins no more: a loop over all units of a country has an end before, one without an end does not.
    /// </summary>
    public const int MostHeard = BulkDispatchWorkflows.MaximumItems;

    /// <summary>Up to so many events each count of ended children is a step of its own in the journal, as in Elsa.</summary>
    private const int CountsOneByOne = 100;

    private readonly Dictionary<string, ActivityContext> _contexts = new(StringComparer.Ordinal);
    private readonly List<ActivityContext> _order = [];
    private readonly Queue<Work> _queue = new();

    private Burst(InstanceHead head, InstanceState state, Facts facts, DateTimeOffset now)
    {
        (Head, State, Facts, Now) = (head, state, facts, now);
        Ids = new DeterministicIds(head.Id, head.Burst, now);
        ThisRun = state.Run ?? InstanceRun.Begin(state.Input, isFirst: head.Burst == 1);
    }

    /// <param name="Epoch">How often the owner had ended when this was scheduled; an owner that ended since is not told of the end.</param>
    /// <param name="IsInline">It goes on as if it had never waited.</param>
    private sealed record Work(
        ActivityContext? Owner, ActivityNode Node, string? Tag = null, JsonObject? Variables = null, bool Backward = false,
        ActivityContext? Existing = null, Bookmark? Bookmark = null, JsonObject? Resumption = null, int Epoch = 0, bool IsInline = false);

    // ---- what it is given

    public InstanceHead Head { get; private set; }
    public InstanceState State { get; }
    public Facts Facts { get; }
    public DateTimeOffset Now { get; }
    internal DeterministicIds Ids { get; }

    // ---- what it remembers beside the state

    /// <summary>What lives for one run only; another one for each run of this burst.</summary>
    internal InstanceRun ThisRun { get; private set; }

    /// <summary>Outcomes that a Complete activity chose for the composite around it, until that composite takes them.</summary>
    internal Outcomes? CompositeOutcomes { get; set; }

    // ---- what it hands out, with the state

    public Effects Effects { get; } = new();

    public static BurstResult Run(InstanceHead head, InstanceState? state, IReadOnlyList<InstanceEvent> events, Facts facts, DateTimeOffset now)
    {
        var kept = events.Any(e => e.Kind == EventKind.Alter) ? state?.ToUtf8() : null;
        while (true)
        {
            try
            {
                return RunOnce(head, state, events, facts, now);
            }
            catch (AlterationFailedException failed)
            {
                (events, state) = (RefusedAlteration.In(events, failed), kept is null ? null : InstanceState.FromUtf8(kept));
            }
        }
    }

    private static BurstResult RunOnce(InstanceHead head, InstanceState? state, IReadOnlyList<InstanceEvent> events, Facts facts, DateTimeOffset now)
    {
        var burst = new Burst(head, state ?? new InstanceState(), facts, now);
        var (wasFirst, wasOpen) = (burst.ThisRun.IsFirst, burst.State.Run is not null);
        burst.Restore();
        var taken = 0;
        while (taken < events.Count && burst.HasRoom)
        {
            if (taken > 0 && !burst.IsUnfinished) burst.BeginRun();
            var first = taken++;
            if (events.Count > CountsOneByOne && burst.State.Status == InstanceStatus.Running && burst.ThisRun.Awaits is null)
                while (taken < events.Count && AreOneCount(events[first], events[taken])) taken++;
            burst.Take(taken == first + 1 ? events[first] : Sum(events, first, taken));
        }

        burst.Settle();
        burst.EndEndlessLoop();
        burst.CountRows();
        return new BurstResult(
            burst.State, burst.Effects, taken, burst.State.Queue.Count > 0 && burst.State.Status == InstanceStatus.Running && burst.ThisRun.Awaits is null, burst.Head.Workflow)
        {
            CameToRest = wasFirst && !(burst.ThisRun.IsFirst && burst.State.Run is not null),
            EndsRun = wasOpen && burst.State.Run is null,
            Awaits = burst.Awaited is { } child ? Guid.Parse(child.Payload!["childInstanceId"]!.ToString()) : null,
        };
    }

    // ---- the loop

    private void Drain()
    {
        while (_queue.Count > 0 && !_halted && ThisRun.Awaits is null && HasRoom)
        {
            var work = _queue.Dequeue();
            _executions++;
            if (work.Bookmark is not null) ResumeContext(work);
            else ExecuteNode(work);
        }
    }

    private void ExecuteNode(Work work)
    {
        if (work.Existing is null && work.Node.Version != work.Node.Activity.Descriptor.Version && work.Node.Composite is null && work.Node.Activity is not NotFoundActivity)
        {
            Halt(work);
            return;
        }

        var context = work.Existing ?? Create(work);
        context.State.Status = ActivityStatus.Running;
        var entry = Effects.Journal.Count;
        Journal(context, WaitsAt(context.Node) ? "Resumed" : "Started");
        try
        {
            context.EvaluateInputs();
            if (context.State.Inputs is { } inputs) Effects.Journal[entry] = Effects.Journal[entry] with { Inputs = inputs };
            context.IsBusy = false;
            context.Node.Activity.Execute(context);
            if (context.Status == ActivityStatus.Running && context.Node.Activity.CompletesItself && !context.IsBusy) Complete(context, Outcomes.Done);
            if (context.Status == ActivityStatus.Running && ThisRun.Awaits is null && WaitsAt(context.Node)) Journal(context, "Suspended");
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
            Id = Ids.NewShort(),
            ParentId = work.Owner?.Id,
            NodeId = work.Node.NodeId,
            Tag = work.Tag,
            StartedAt = Now,
            Status = ActivityStatus.Pending,
        };
        var context = new ActivityContext(this, state, work.Node, work.Owner) { OwnerEpoch = work.Epoch };
        if (work.Backward) context.Properties["BackwardConnection"] = true;
        context.DeclareVariables(work.Variables);
        _contexts.Add(state.Id, context);
        _order.Add(context);
        return context;
    }

    private void ResumeContext(Work work)
    {
        var (context, bookmark) = (work.Existing!, work.Bookmark!);
        if (bookmark.Name == RetryPolicy.Wait)
        {
            if (!State.Bookmarks.Contains(bookmark)) return;
            RemoveBookmark(bookmark);
            if (context.Status == ActivityStatus.Faulted) _queue.Enqueue(Again(context));
            return;
        }

        if (context.Status != ActivityStatus.Running || !State.Bookmarks.Contains(bookmark)) return;
        if (!work.IsInline) Journal(context, "Resumed");
        var hadEnded = work.IsInline || context.State.Resumption?.Ended is not null;
        context.State.Resumption = null;
        try
        {
            context.EvaluateInputs();
            context.Node.Activity.Resume(context, bookmark, work.Resumption!);

            // Burnt when it has served: an activity that fails in between keeps it, and a retry resumes with what had come.
            if (context.Status == ActivityStatus.Faulted) KeepResumption(work, hadEnded);
            else if (bookmark.AutoBurn && State.Bookmarks.Contains(bookmark)) RemoveBookmark(bookmark);
            if (context.Status == ActivityStatus.Running && WaitsAt(context.Node)) Journal(context, "Suspended");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fault(context, e);
            KeepResumption(work, hadEnded);
        }
    }

    /// <summary>For the retry. A child that ran within the run has come to rest, so nothing is waited for meanwhile; its wait is kept with what it told.</summary>
    private void KeepResumption(Work work, bool hadEnded)
    {
        work.Existing!.State.Resumption = new FailedResumption(work.Bookmark!.Id, work.Resumption!, hadEnded ? work.Bookmark : null);
        if (hadEnded) RemoveBookmark(work.Bookmark);
    }

    /// <summary>Elsa asks by activity, not by execution: several executions of one activity share the answer.</summary>
    private bool WaitsAt(ActivityNode node)
    {
        foreach (var bookmark in State.Bookmarks)
            if (bookmark.NodeId == node.NodeId) return true;
        return false;
    }

    // ---- what contexts ask for

    internal void Schedule(ActivityContext owner, ActivityNode child, string? tag, JsonObject? variables, bool backward)
    {
        if (variables is not null) Weigh(variables);
        _queue.Enqueue(new Work(owner, child, tag, variables, backward, Epoch: owner.Epoch));
    }

    /// <summary>Whether work waits in the queue for this container or anything within it.</summary>
    internal bool HasQueuedWork(ActivityContext container)
    {
        foreach (var work in _queue)
        {
            // It begins, but nobody is told of its end: who waited for that would wait for ever, as in Elsa. What is about to end does not wait for it.
            if (work.Existing is null && work.Owner is { } owner && owner.Epoch != work.Epoch && !container.IsEnding) continue;
            for (var candidate = work.Existing ?? work.Owner; candidate is not null; candidate = candidate.Parent)
                if (candidate == container) return true;
        }

        return false;
    }

    internal bool IsQueued(ActivityContext owner, ActivityNode node)
    {
        foreach (var work in _queue)
            if (work.Owner == owner && work.Node == node && work.Bookmark is null) return true;
        return false;
    }

    internal void AddBookmark(Bookmark bookmark)
    {
        State.Bookmarks.Add(bookmark);
        if (bookmark.Hash is not null || bookmark.DueAt is not null) Effects.BookmarksAdded.Add(bookmark);
    }

    internal void RemoveBookmark(Bookmark bookmark)
    {
        State.Bookmarks.Remove(bookmark);
        if (bookmark.Id == ThisRun.Awaits) ThisRun.Awaits = null;
        if (!Effects.BookmarksAdded.Remove(bookmark) && (bookmark.Hash is not null || bookmark.DueAt is not null))
            Effects.BookmarksRemoved.Add(bookmark.Id);
        if (Guid.TryParse(bookmark.Payload?["httpJob"].AsText(), out var job) && Effects.HttpJobs.RemoveAll(j => j.Id == job) == 0) Effects.HttpJobsEnded.Add(job);
    }

    /// <summary>Keeps an output for expressions of this run; gives the copy that is kept, for nobody to change.</summary>
    internal JsonNode? Remember(ActivityContext context, string output, JsonNode? value)
    {
        Weigh(value);
        var copy = value?.DeepClone();
        ThisRun.Outputs.Add(new GivenOutput(context.Parent?.Id ?? "", context.Node.Id, output, copy));
        if (output == "result") ThisRun.LastResult = copy;
        return copy;
    }

    private void Journal(
        ActivityContext context, string name, IReadOnlyList<string>? outcomes = null, string? message = null, IReadOnlyDictionary<string, JsonNode?>? outputs = null) =>
        Effects.Journal.Add(new JournalEntry(
            ++State.Sequence, name, context.Node.Id, context.Node.NodeId, context.Node.Type, context.Id, outcomes, null, message, outputs));

    private void JournalRoot(string name, string? message = null)
    {
        var root = Head.Workflow.Root;
        Effects.Journal.Add(new JournalEntry(++State.Sequence, name, root.Id, root.NodeId, root.Type, "", Message: message));
    }
}
