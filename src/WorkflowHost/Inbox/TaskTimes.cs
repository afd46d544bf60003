using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;
using DayStrip = WorkflowHost.Web.Components.DayStrip;

namespace WorkflowHost.Inbox;

/// <summary>The dates of one round of a task, and how they are said on a page. Pure.</summary>
/// <param name="Due">First instant that is late in the open round.</param>
/// <param name="CountsAt">What punctuality is measured on: the first submission, or the day of the event that the form asks for.</param>
public sealed record TaskTimes(
    TaskSpec Spec, int Round, DateTimeOffset? NotBefore, DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue, DateTimeOffset? TargetDue, DateTimeOffset? Due,
    DateTimeOffset? CountsAt, WorkingCalendar Calendar)
{
    /// <summary>Number of the document by which the date in force was extended, where the reader was given it.</summary>
    public string? Document { get; init; }

    /// <summary>What kind of document sets the dates.</summary>
    public required Bilingual Kind { get; init; }

    /// <summary>The times of an inbox row.</summary>
    public static TaskTimes Of(InboxItem item, ReferenceData reference) => new(
        item.Spec, item.Round, item.NotBefore, item.LegalDue, item.ExtendedDue, item.TargetDue, item.Due, item.CountsAt, CalendarOf(reference, item.CalendarId))
    { Kind = item.Plan.Kind };

    /// <summary>The times of a task that is still to come; events that have not happened leave it undated.</summary>
    public static TaskTimes Of(UpcomingTask task, ReferenceData reference)
    {
        var calendar = CalendarOf(reference, task.CalendarId);
        var (legal, target) = (Resolve(task.Spec.Deadline), Resolve(task.Spec.TargetDate));
        return new TaskTimes(task.Spec, 1, legal?.NotBefore, legal?.Due, null, target?.Due, legal?.Due ?? target?.Due, null, calendar) { Kind = task.Plan.Kind };

        Deadline? Resolve(string? text) => text is not null && task.Spec.CampaignYear is { } year && DeadlineSyntax.TryParse(text, out var spec, out _)
            ? spec.Resolve(year, new Dictionary<string, DateTimeOffset>(), calendar)
            : null;
    }

    /// <summary>The calendar with this id, else the public one.</summary>
    public static WorkingCalendar CalendarOf(ReferenceData reference, string id)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Calendars.TryGetValue(id, out var calendar) ? calendar : WorkingCalendar.VietnamPublic;
    }

    /// <summary>Who set the date of this round.</summary>
    public DeadlineOrigin Origin => (Round, Due) switch
    {
        ( > 1, not null) when Due != ExtendedDue => DeadlineOrigin.Return,
        _ when ExtendedDue is not null => DeadlineOrigin.Extension,
        _ when LegalDue is null && TargetDue is not null => DeadlineOrigin.Internal,
        _ => DeadlineOrigin.Plan,
    };

    /// <summary>The deadline of this round.</summary>
    public Deadline Deadline => (Due is { } due ? Deadline.FromDue(due, Calendar) : Deadline.None) with { NotBefore = NotBefore, Soft = TaskClocks.IsSoft(Spec) };

    /// <summary>The deadline that punctuality is measured on: the plan's, or the extension.</summary>
    public Deadline Lawful => (ExtendedDue ?? LegalDue) is { } due ? Deadline.FromDue(due, Calendar) : Deadline.None;

    /// <summary>Whether the round's last day has passed and the plan or a reviewer set it.</summary>
    public bool IsPast(DateTimeOffset now) => Origin != DeadlineOrigin.Internal && Due <= now;

    /// <summary>The sentence, the arithmetic and the strip.</summary>
    /// <param name="open">False: the round is handed in, so that nothing is counted down.</param>
    public DeadlineSheet Sheet(DateOnly today, bool open, Texts texts)
    {
        var said = Explain(open ? today : null);
        var deadline = Deadline;
        if (deadline.LastDay is not { } last) return new DeadlineSheet(Language.Say(said.Sentence), null, [], null);
        var lines = new List<string>();
        if (deadline.LastWorkingDay is { } worked && worked != last && Origin != DeadlineOrigin.Internal)
            lines.Add(texts["staff.deadline.last-working-day", Dates.WithWeekday(worked)]);
        if (open && said.Remaining is { } remaining) lines.Add(Language.Say(remaining));
        if (open && Calendar.WarningFor(last.Year) is { } warning) lines.Add(Language.Say(warning));
        return new DeadlineSheet(
            Language.Say(said.Sentence), Language.Say(DayWords.Limit(last)), lines, open ? DayStrip.Around(today, last, day => !Calendar.IsWorkingDay(day), texts) : null);
    }

    /// <summary>"Hạn: trước ngày 15/03/2020 — ngày cuối cùng còn đúng hạn: Thứ Bảy 14/03/2020, ngày làm việc cuối cùng: …"</summary>
    public string OneLine() => Language.Say(Explain(null).OneLine);

    /// <summary>Where it stands, for the icon and the words.</summary>
    public (StatusKind Kind, string Words) Status(DateTimeOffset now, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var status = DeadlineStatus.Of(Deadline, now, null, Calendar);
        if (Origin == DeadlineOrigin.Internal && status.Kind == DeadlineStatusKind.Overdue) return (StatusKind.Soon, texts["staff.status.internal-passed"]);
        return (status.Kind switch
        {
            DeadlineStatusKind.Overdue => StatusKind.Overdue,
            DeadlineStatusKind.DaysLeft => StatusKind.Soon,
            DeadlineStatusKind.Waiting => StatusKind.Waiting,
            DeadlineStatusKind.OnTime => StatusKind.Done,
            _ => StatusKind.None,
        }, Language.Say(status.Words));
    }

    /// <summary>How a submission counts: on time, late by so many days, or undated.</summary>
    public (StatusKind Kind, string Words) Punctuality(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (CountsAt is not { } at || Lawful.LastDay is null) return (StatusKind.None, texts["staff.status.undated"]);
        return Lawful.IsOnTime(at)
            ? (StatusKind.Done, texts[Round > 1 ? "staff.status.on-time-first" : "staff.status.on-time"])
            : (StatusKind.Soon, texts["staff.status.submitted-late", Lawful.DaysLate(at, Calendar)]);
    }

    /// <summary>What the sender is told at once: when it came in and how it counts.</summary>
    public string Received(DateTimeOffset submittedAt, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (Round > 1) return texts["staff.received.again", Round, Dates.Moment(submittedAt)];
        var said = Language.Say(DeadlineSentence.Received(Lawful, submittedAt, Calendar, CountsAt));
        return Lawful.IsOnTime(CountsAt ?? submittedAt) ? said : $"{said} {texts["staff.received.not-again"]}";
    }

    private DeadlineSentence Explain(DateOnly? today) => DeadlineSentence.Explain(new DeadlineFacts(Deadline, Specification(), Calendar)
    {
        Today = today,
        Origin = Origin,
        Kind = Kind,
        Document = Document,
        FirstSubmitted = CountsAt is { } at && Lawful.LastDay is not null && Lawful.IsOnTime(at) ? Calendar.DayOf(at) : null,
    });

    private DeadlineSpec? Specification() =>
        Spec.Deadline is { } text && DeadlineSyntax.TryParse(text, out var spec, out _) ? spec with { Quote = Spec.DeadlineQuote ?? spec.Quote } : null;
}
