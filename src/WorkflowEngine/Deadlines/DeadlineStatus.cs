namespace WorkflowEngine.Deadlines;

/// <summary>The kinds of <see cref="DeadlineStatus"/>; a page picks icon and colour by them, never by the words.</summary>
public enum DeadlineStatusKind
{
    /// <summary>The plan sets no date; never overdue.</summary>
    NoDeadline,

    /// <summary>Somebody else or an event has to come first; never overdue.</summary>
    Waiting,

    /// <summary>Not submitted, the limit lies ahead.</summary>
    DaysLeft,

    /// <summary>Submitted before the limit.</summary>
    OnTime,

    /// <summary>Not submitted and the limit has passed ("quá hạn").</summary>
    Overdue,

    /// <summary>Submitted after the limit ("nộp muộn").</summary>
    SubmittedLate,

    /// <summary>A wished-for date has passed; a warning only.</summary>
    SoftPassed,
}

/// <summary>
/// Where a task stands against its deadline, in the fixed words of design §5 and §9: Đúng hạn, Còn n ngày làm việc, Quá hạn n ngày,
/// Không có hạn, Chờ ….
/// </summary>
/// <param name="Kind">What the words mean.</param>
/// <param name="Days">Working days left, or calendar days late as story 2 counts them (31/12 to 09/01 is 9); 0 for the other kinds.</param>
/// <param name="WorkingDaysLate">
/// Working days after the last lawful day: up to and with today while nothing is submitted, else those that passed in full before the
/// submission (02, 03, 06, 07, 08/01 for 09/01).
/// </param>
/// <param name="Words">The status in words.</param>
public sealed record DeadlineStatus(DeadlineStatusKind Kind, int Days, int WorkingDaysLate, Bilingual Words)
{
    /// <summary>
    /// The status at <paramref name="now"/>. <paramref name="submittedAt"/> is the first round's submission: a later return never makes an
    /// on-time unit late. <paramref name="waitsFor"/> names the event or person waited for, in words; the event's own name stands in.
    /// </summary>
    public static DeadlineStatus Of(Deadline deadline, DateTimeOffset now, DateTimeOffset? submittedAt, WorkingCalendar calendar, Bilingual? waitsFor = null)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        ArgumentNullException.ThrowIfNull(calendar);
        if (submittedAt is null && Waiting(deadline, now, calendar, waitsFor) is { } waiting) return new(DeadlineStatusKind.Waiting, 0, 0, waiting);
        if (deadline.LastDay is not { } last) return new(DeadlineStatusKind.NoDeadline, 0, 0, new("Không có hạn", "No deadline"));
        var at = submittedAt ?? now;
        var day = calendar.DayOf(at);
        if (deadline.IsOnTime(at))
        {
            return submittedAt is null
                ? Left(day, last, calendar)
                : new(DeadlineStatusKind.OnTime, 0, 0, new("Đúng hạn", "On time"));
        }
        var late = deadline.DaysLate(at, calendar);
        if (deadline.Soft)
            return new(DeadlineStatusKind.SoftPassed, late, 0, new($"Qua mốc {late} ngày, không tính quá hạn", $"{RemainingDays.Days(late, "day")} past the aim, not overdue"));
        var worked = Math.Max(0, calendar.WorkingDaysBetween(last, submittedAt is null ? day : day.AddDays(-1)));
        return new(submittedAt is null ? DeadlineStatusKind.Overdue : DeadlineStatusKind.SubmittedLate, late, worked,
            new($"Quá hạn {late} ngày", $"{RemainingDays.Days(late, "day")} overdue"));
    }

    private static Bilingual? Waiting(Deadline deadline, DateTimeOffset now, WorkingCalendar calendar, Bilingual? waitsFor)
    {
        if (waitsFor is not null) return new($"Chờ {waitsFor.Vi}", $"Waiting for {waitsFor.En}");
        if (deadline.WaitsFor is { } name) return new($"Chờ {name}", $"Waiting for {name}");
        if (deadline.NotBefore is not { } from || now >= from) return null;
        var day = DayWords.Full(calendar.DayOf(from));
        return new($"Chờ đến {day}", $"Waiting until {day}");
    }

    /// <summary>"Còn 0 ngày làm việc" would frighten without helping: on the last day and in a weekend before it the day itself is named.</summary>
    private static DeadlineStatus Left(DateOnly today, DateOnly last, WorkingCalendar calendar)
    {
        var left = calendar.WorkingDaysBetween(today, last);
        var words = (today == last, left) switch
        {
            (true, _) => new Bilingual("Hạn hôm nay, đến 24:00", "Due today, until 24:00"),
            (_, 0) => new Bilingual($"Hạn {DayWords.Weekday(last).Vi} {DayWords.DayMonth(last)}", $"Due {DayWords.Weekday(last).En} {DayWords.DayMonth(last)}"),
            _ => new Bilingual($"Còn {left} ngày làm việc", $"{RemainingDays.Days(left, "working day")} left"),
        };
        return new(DeadlineStatusKind.DaysLeft, left, 0, words);
    }
}
