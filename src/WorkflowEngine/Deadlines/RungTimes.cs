namespace WorkflowEngine.Deadlines;

/// <summary>
/// The instants of one rung for one due instant, whatever the start: all that is costly about a plan, and the same for every task with that due
/// instant. Immutable.
/// </summary>
internal sealed class RungTimes
{
    private readonly DateTimeOffset due;
    private readonly DateOnly first;
    private readonly WorkingCalendar calendar;
    private readonly DateTimeOffset firstAt;
    private readonly QuietHours? quiet;

    private RungTimes(Rung rung, DateTimeOffset due, DateOnly first, WorkingCalendar calendar, QuietHours? quiet)
    {
        (Rung, this.due, this.first, this.calendar, this.quiet) = (rung, due, first, calendar, quiet);
        LastPeriod = rung.Repeat is null ? 0 : rung.Repeat.Times ?? RungRepeat.Unbounded;
        firstAt = Compute(0);
    }

    public Rung Rung { get; }

    /// <summary>Number of the last period; 0 without repetition.</summary>
    public int LastPeriod { get; }

    public bool IsHourly => Rung is { Unit: RungUnit.Hours, On: RungDay.Offset };

    /// <summary>The rungs that apply, in the ladder's order.</summary>
    public static RungTimes[] Of(Ladder ladder, DateTimeOffset due, bool soft, WorkingCalendar calendar)
    {
        var lastDay = calendar.LastDayOf(due);
        var times = new List<RungTimes>(ladder.Rungs.Count);
        foreach (var rung in ladder.Rungs)
        {
            if (rung.On == RungDay.LastLawfulDay)
            {
                if (calendar.IsWorkingDay(lastDay)) times.Add(new RungTimes(rung, due, lastDay, calendar, ladder.Quiet));
                continue;
            }
            if (soft && rung.Offset > 0) continue;
            var day = rung.Unit switch
            {
                RungUnit.WorkingDays => calendar.AddWorkingDays(lastDay, rung.Offset),
                RungUnit.CalendarDays => lastDay.AddDays(rung.Offset),
                RungUnit.Weeks => lastDay.AddDays(7 * rung.Offset),
                _ => lastDay,
            };
            times.Add(new RungTimes(rung, due, day, calendar, ladder.Quiet));
        }
        return [.. times];
    }

    /// <summary>The instant of a period.</summary>
    public DateTimeOffset At(int period) => period == 0 ? firstAt : Compute(period);

    /// <summary>The local day of a period.</summary>
    public DateOnly Day(int period)
    {
        if (IsHourly || Rung.Repeat is { Unit: RungUnit.Hours }) return calendar.DayOf(At(period));
        if (period == 0 || Rung.Repeat is not { } repeat) return first;
        var day = repeat.Unit switch
        {
            RungUnit.WorkingDays => calendar.AddWorkingDays(first, repeat.Every * period),
            RungUnit.Weeks => first.AddDays(7 * repeat.Every * period),
            _ => first.AddDays(repeat.Every * period),
        };
        // A ladder counted in working days keeps quiet on days off; one counted in calendar days means what it says.
        return Rung.Unit == RungUnit.WorkingDays ? calendar.FirstWorkingDayOnOrAfter(day) : day;
    }

    /// <summary>The first period at or after an instant; LastPeriod + 1 when there is none. Periods never go back in time, so it is found by halving.</summary>
    public int FirstPeriodFrom(DateTimeOffset instant)
    {
        if (firstAt >= instant) return 0;
        var (low, high) = (1, LastPeriod + 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle) >= instant) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private DateTimeOffset Compute(int period) => quiet is null ? Planned(period) : quiet.Move(Planned(period), due, calendar);

    private DateTimeOffset Planned(int period)
    {
        if (IsHourly) return due.AddHours(Rung.Offset).Add(Step(period));
        if (Rung.Repeat is { Unit: RungUnit.Hours }) return calendar.InstantOf(first, Rung.At).Add(Step(period));
        return calendar.InstantOf(Day(period), Rung.At);
    }

    private TimeSpan Step(int period) => Rung.Repeat is not { } repeat ? TimeSpan.Zero : repeat.Unit switch
    {
        RungUnit.Hours => TimeSpan.FromHours((double)repeat.Every * period),
        RungUnit.Weeks => TimeSpan.FromDays(7.0 * repeat.Every * period),
        _ => TimeSpan.FromDays((double)repeat.Every * period),
    };
}
