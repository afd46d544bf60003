using System.Collections.Concurrent;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// A ladder bound to one version of a calendar, for thousands of deadlines: tasks of a plan share their due instant, so the dates are computed
/// once for each instant and only the start differs. Thread-safe; keep one for each (ladder, calendar id, calendar version). What it remembers
/// is bounded and changes no answer.
/// </summary>
public sealed class CompiledLadder
{
    private const int Remembered = 4096;
    private readonly ConcurrentDictionary<(DateTimeOffset Due, bool Soft), RungTimes[]> times = new();
    private int remembered;

    /// <summary>Binds a ladder to a calendar.</summary>
    public CompiledLadder(Ladder ladder, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        ArgumentNullException.ThrowIfNull(calendar);
        (Ladder, Calendar) = (ladder, calendar);
    }

    /// <summary>The ladder.</summary>
    public Ladder Ladder { get; }

    /// <summary>The calendar version it is bound to.</summary>
    public WorkingCalendar Calendar { get; }

    /// <summary>
    /// What fires next for a stored deadline: the first rung when <paramref name="lastRungId"/> is null, else the one after (rung, period), even if
    /// its instant has already passed. Null when the ladder has ended.
    /// </summary>
    /// <param name="due">First instant that is late, UTC.</param>
    /// <param name="startedAt">When the task opened; rungs on or before its date are skipped.</param>
    /// <param name="lastRungId">The rung that fired last for this due instant.</param>
    /// <param name="lastPeriod">Its period.</param>
    /// <param name="soft">True for a soft deadline: no escalation.</param>
    /// <exception cref="ArgumentException">The ladder has no such rung or period for this due instant.</exception>
    public Occurrence? NextRung(DateTimeOffset due, DateTimeOffset startedAt, string? lastRungId = null, int lastPeriod = 0, bool soft = false)
    {
        var plan = Plan(due, startedAt, soft);
        return lastRungId is null ? plan.First : plan.Next(lastRungId, lastPeriod);
    }

    /// <summary>
    /// What fires first at or after <paramref name="from"/>: for a new due instant (extension, return) or a new calendar version or ladder, where
    /// rungs that lie before the change and were not fired are skipped.
    /// </summary>
    public Occurrence? FirstFrom(DateTimeOffset due, DateTimeOffset startedAt, DateTimeOffset from, bool soft = false) =>
        Plan(due, startedAt, soft).From(from);

    /// <summary>The whole plan of a deadline, for "what fires next and when".</summary>
    public LadderPlan Plan(DateTimeOffset due, DateTimeOffset startedAt, bool soft = false)
    {
        var key = (due.ToUniversalTime(), soft);
        if (!times.TryGetValue(key, out var rungs))
        {
            // Undisturbed plans have a handful of due instants; only a flood of odd ones empties the memory, and the answers stay the same.
            if (Interlocked.Increment(ref remembered) > Remembered)
            {
                times.Clear();
                Interlocked.Exchange(ref remembered, 1);
            }
            rungs = times.GetOrAdd(key, k => RungTimes.Of(Ladder, k.Due, k.Soft, Calendar));
        }
        return new LadderPlan(rungs, Calendar, startedAt);
    }
}
