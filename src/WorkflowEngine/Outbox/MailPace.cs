using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Outbox;

/// <summary>
/// How often a person gets mail about deadlines (<c>person.mail_pace</c>). Escalations (what is past its date, what a mail that came back or an
/// absence passed up, and what tells somebody about the work of others) come at their own time whatever is chosen.
/// </summary>
/// <param name="DailyAt">Local time of the one mail a day.</param>
public sealed record MailPace(string Kind, TimeOnly DailyAt)
{
    /// <summary>Each mail at its own time.</summary>
    public const string Immediate = "immediate";

    /// <summary>All that is no escalation in one mail a day.</summary>
    public const string Daily = "daily";

    /// <summary>Nothing but escalations: the least one can have.</summary>
    public const string Escalations = "escalations";

    public static readonly MailPace Usual = new(Immediate, new TimeOnly(8, 0));

    public static bool IsKnown(string? kind) => kind is Immediate or Daily or Escalations;

    /// <summary>
    /// When a line due at <paramref name="slot"/> goes out: at the next daily time, unless the date would be past by then; null: not by mail.
    /// </summary>
    /// <param name="due">First instant that is late.</param>
    public DateTimeOffset? SlotOf(DateTimeOffset slot, DateTimeOffset due, bool escalates)
    {
        if (escalates || Kind == Immediate) return slot;
        if (Kind == Escalations) return null;
        var local = TimeZoneInfo.ConvertTime(slot, WorkingCalendar.VietnamPublic.Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        if (TimeOnly.FromDateTime(local.DateTime) > DailyAt) day = day.AddDays(1);
        var daily = WorkingCalendar.VietnamPublic.InstantOf(day, DailyAt);
        return daily < due ? daily : slot;
    }
}
