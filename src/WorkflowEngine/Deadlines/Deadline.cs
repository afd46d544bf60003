namespace WorkflowEngine.Deadlines;

/// <summary>
/// A deadline in force: a specification with the plan's year, the events that happened and a calendar put in. Instants are UTC and half-open:
/// on time means submittedAt &lt; <see cref="Due"/>, so 23:59:59 of the last day is on time and 00:00:00 of the next is one day late (domain §0).
/// </summary>
public sealed record Deadline
{
    /// <summary>An undated duty ("không có hạn").</summary>
    public static Deadline None { get; } = new();

    /// <summary>First instant at which the thing may be done, or null without a lower bound.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>First instant that is late, or null when nothing is due (yet).</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Last lawful day, worked or not; ends at 24:00.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Last working day on or before <see cref="LastDay"/>: what people are advised to keep.</summary>
    public DateOnly? LastWorkingDay { get; init; }

    /// <summary>The last day that the words give, when the shift policy moved it; else null.</summary>
    public DateOnly? ShiftedFrom { get; init; }

    /// <summary>Missing it is a warning only ("dịp cuối năm").</summary>
    public bool Soft { get; init; }

    /// <summary>The event that has to happen first, or null. Such a duty waits; it is never overdue.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>The thing may only start when it is already late: somebody has to move a date (domain §7, story 6).</summary>
    public bool IsImpossible => NotBefore is { } from && Due is { } due && from >= due;

    /// <summary>The deadline that ends with the last moment of <paramref name="lastDay"/>: an extension, a return's new date, an internal date.</summary>
    public static Deadline Through(DateOnly lastDay, WorkingCalendar calendar, ShiftPolicy shift = ShiftPolicy.None)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var moved = shift switch
        {
            ShiftPolicy.NextWorkingDay => calendar.FirstWorkingDayOnOrAfter(lastDay),
            ShiftPolicy.PreviousWorkingDay => calendar.LastWorkingDayOnOrBefore(lastDay),
            _ => lastDay,
        };
        return new Deadline
        {
            Due = calendar.InstantOf(moved.AddDays(1)),
            LastDay = moved,
            LastWorkingDay = calendar.LastWorkingDayOnOrBefore(moved),
            ShiftedFrom = moved == lastDay ? null : lastDay,
        };
    }

    /// <summary>The deadline of a stored due instant; its last day is the local day of the moment before it.</summary>
    public static Deadline FromDue(DateTimeOffset due, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var lastDay = calendar.LastDayOf(due);
        return new Deadline { Due = due.ToUniversalTime(), LastDay = lastDay, LastWorkingDay = calendar.LastWorkingDayOnOrBefore(lastDay) };
    }

    /// <summary>True before <see cref="Due"/>, and always for an undated duty.</summary>
    public bool IsOnTime(DateTimeOffset submittedAt) => Due is not { } due || submittedAt < due;

    /// <summary>Calendar days from the last lawful day to the day of <paramref name="at"/>: 0 when on time, 9 for 09/01 after 31/12 (story 2).</summary>
    public int DaysLate(DateTimeOffset at, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return LastDay is not { } last || IsOnTime(at) ? 0 : Math.Max(1, calendar.DayOf(at).DayNumber - last.DayNumber);
    }
}
