namespace WorkflowEngine.Deadlines;

/// <summary>One firing of a rung.</summary>
/// <param name="RungId">The rung.</param>
/// <param name="Period">0, or the number of the repetition. (rung, period) is unique for a deadline.</param>
/// <param name="At">When it falls due, UTC.</param>
public sealed record Occurrence(string RungId, int Period, DateTimeOffset At);

/// <summary>
/// When the rungs of one deadline fall: a pure function of ladder, due instant, calendar and start. Occurrences are ordered by instant, then by
/// the ladder's order, and each (rung, period) occurs once. Rules (domain §2.0): a rung on or before the start's date is skipped; the last-day
/// rung is omitted when nobody works that day; overdue days are counted from the day after the last lawful day; a soft deadline escalates
/// nothing; a repetition that falls on a day off moves to the next working day, and two that meet there are one.
/// </summary>
public sealed class LadderPlan
{
    private readonly RungTimes[] rungs;
    private readonly DateTimeOffset startedAt;
    private readonly DateOnly startDay;

    internal LadderPlan(RungTimes[] rungs, WorkingCalendar calendar, DateTimeOffset startedAt)
    {
        (this.rungs, this.startedAt) = (rungs, startedAt);
        startDay = calendar.DayOf(startedAt);
    }

    /// <summary>The plan of a deadline; empty when nothing is due. For many deadlines use <see cref="CompiledLadder"/>.</summary>
    public static LadderPlan For(Ladder ladder, Deadline deadline, WorkingCalendar calendar, DateTimeOffset startedAt)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        ArgumentNullException.ThrowIfNull(deadline);
        ArgumentNullException.ThrowIfNull(calendar);
        return new LadderPlan(deadline.Due is { } due ? RungTimes.Of(ladder, due, deadline.Soft, calendar) : [], calendar, startedAt);
    }

    /// <summary>The first occurrence, or null.</summary>
    public Occurrence? First => After(DateTimeOffset.MinValue, -1, 0);

    /// <summary>The occurrence after the one that fired last, whether or not its instant has passed: what was missed while down is made up for.</summary>
    /// <exception cref="ArgumentException">The ladder has no such rung, or the rung has no such period for this deadline.</exception>
    public Occurrence? Next(string rungId, int period)
    {
        var index = Array.FindIndex(rungs, rung => rung.Rung.Id == rungId);
        if (index < 0) throw new ArgumentException($"The plan has no rung '{rungId}'.", nameof(rungId));
        if (period < 0 || period > rungs[index].LastPeriod)
            throw new ArgumentException($"Rung '{rungId}' has no period {period}.", nameof(period));
        return After(rungs[index].At(period), index, period);
    }

    /// <summary>
    /// The first occurrence at or after an instant: after an extension, or when a ladder starts late, what lies before it is skipped for good.
    /// </summary>
    public Occurrence? From(DateTimeOffset instant) => After(instant, -1, 0);

    /// <summary>When a rung's period falls in this plan, or null where the plan leaves it out.</summary>
    public DateTimeOffset? At(string rungId, int period) =>
        Array.Find(rungs, rung => rung.Rung.Id == rungId) is { } found && period >= 0 && period <= found.LastPeriod && !IsSkipped(found, period) ? found.At(period) : null;

    /// <summary>The occurrences in order; repetitions make the list long (up to <see cref="RungRepeat.Unbounded"/> each), so take what you need.</summary>
    public IEnumerable<Occurrence> Occurrences()
    {
        for (var next = First; next is not null; next = Next(next.RungId, next.Period)) yield return next;
    }

    /// <summary>The occurrences up to and with an instant.</summary>
    public IReadOnlyList<Occurrence> Until(DateTimeOffset instant) => [.. Occurrences().TakeWhile(occurrence => occurrence.At <= instant)];

    /// <summary>The least occurrence greater than (at, index, period) in the order of the plan.</summary>
    private Occurrence? After(DateTimeOffset at, int index, int period)
    {
        Occurrence? best = null;
        for (var i = 0; i < rungs.Length; i++)
        {
            var p = i == index ? period + 1 : rungs[i].FirstPeriodFrom(i < index ? at.AddTicks(1) : at);
            while (p <= rungs[i].LastPeriod && IsSkipped(rungs[i], p)) p++;
            if (p > rungs[i].LastPeriod) continue;
            var instant = rungs[i].At(p);
            if (best is null || instant < best.At) best = new Occurrence(rungs[i].Rung.Id, p, instant);
        }
        return best;
    }

    private bool IsSkipped(RungTimes rung, int period)
    {
        var at = rung.At(period);
        if (period > 0 && rung.At(period - 1) == at) return true;
        return rung.IsHourly ? at <= startedAt : rung.Day(period) <= startDay;
    }
}
