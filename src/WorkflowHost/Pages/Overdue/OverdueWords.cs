using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Inbox;
using WorkflowHost.Pages.Plans;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Overdue;

/// <summary>One late task in words.</summary>
/// <param name="Did">What the unit did so far.</param>
/// <param name="Sent">What it was sent and who called.</param>
public sealed record LateRow(LateTask Task, int Days, int WorkingDays, string Did, string Sent);

/// <summary>The units that are late with one step of one plan.</summary>
public sealed record LateGroup(
    Guid PlanId, string? PlanNumber, string Heading, string Arithmetic, Web.Components.DayStrip? Strip, IReadOnlyList<string> Escalation, IReadOnlyList<LateRow> Rows);

/// <summary>Counts and words of what is late. Pure: the day and the calendars are given.</summary>
public sealed class OverdueWords(ReferenceData reference, IReadOnlyDictionary<string, Text> roles, DateTimeOffset now, Texts texts)
{
    /// <summary>Late tasks by plan and step, the largest group first.</summary>
    public IReadOnlyList<LateGroup> Groups(IReadOnlyList<LateTask> late, IReadOnlyList<StepFigures> steps) =>
        [.. from task in late
            group task by (task.PlanId, task.IsChild, task.ActivityId) into step
            orderby step.Count() descending, step.Min(t => t.Limit)
            select GroupOf([.. step], steps.FirstOrDefault(f => f.RootId == step.First().RootId && f.IsChild == step.Key.IsChild && f.ActivityId == step.Key.ActivityId))];

    /// <summary>The row of a task.</summary>
    public LateRow Row(LateTask task)
    {
        var calendar = CalendarOf(task.CalendarId);
        var status = DeadlineStatus.Of(Deadline.FromDue(task.Limit, calendar), now, null, calendar);
        var ladder = LadderOf(task.LadderId);
        var mails = ladder is null ? 0 : task.FiredRungs.Count(id => ladder.Find(id) is { } rung && rung.Recipients.Any(r => r.At == RecipientPlace.Unit));
        var sent = mails == 0 ? texts["overdue.no-mail"] : texts["overdue.mails", mails];
        if (task.FollowUps > 0) sent += ", " + texts["overdue.follow-ups", task.FollowUps, Dates.DayMonth(calendar.DayOf(task.LastFollowUp!.Value))];
        var did = task.DraftSavedAt is { } saved ? texts["overdue.draft", Dates.DayMonth(calendar.DayOf(saved))]
            : task.OpenedAt is { } opened ? texts["overdue.opened", Dates.DayMonth(calendar.DayOf(opened))] : texts["overdue.nothing"];
        return new LateRow(task, status.Days, status.WorkingDaysLate, did, sent);
    }

    /// <summary>When something late was handed in, and by how much it was late; where an event counts, when that was.</summary>
    public string Came(SubmittedLate task)
    {
        var (calendar, days) = (CalendarOf(task.CalendarId), DaysLate(task));
        var (held, came) = (calendar.DayOf(task.CountsAt), calendar.DayOf(task.FirstSubmittedAt));
        return held == came ? texts["overdue.came", Dates.DayMonth(came), days] : texts["overdue.held", Dates.DayMonth(held), Dates.DayMonth(came), days];
    }

    private int DaysLate(SubmittedLate task) => Deadline.FromDue(task.Limit, CalendarOf(task.CalendarId)).DaysLate(task.CountsAt, CalendarOf(task.CalendarId));

    /// <summary>By how many days, and working days, a review or what was returned is late.</summary>
    public (int Days, int WorkingDays) Late(LateRound round)
    {
        var calendar = CalendarOf(round.CalendarId);
        var status = DeadlineStatus.Of(Deadline.FromDue(round.Limit, calendar), now, null, calendar);
        return (status.Days, status.WorkingDaysLate);
    }

    /// <summary>The last day of a limit, and the last working day of it.</summary>
    public (DateOnly Last, DateOnly Worked) DaysOf(DateTimeOffset limit, string calendarId)
    {
        var calendar = CalendarOf(calendarId);
        var last = calendar.LastDayOf(limit);
        return (last, calendar.LastWorkingDayOnOrBefore(last));
    }

    /// <summary>A title within a sentence: its first letter small where the word is a verb, not an abbreviation.</summary>
    public static string Within(string title) =>
        title.Length > 1 && char.IsUpper(title[0]) && char.IsLower(title[1]) ? char.ToLower(title[0], Language.Current.Culture) + title[1..] : title;

    private LateGroup GroupOf(IReadOnlyList<LateTask> tasks, StepFigures? figures)
    {
        var first = tasks[0];
        var calendar = CalendarOf(first.CalendarId);
        var (title, total) = (Language.Say(first.Title), Math.Max(figures?.Total ?? 0, tasks.Count));
        var deadline = Deadline.FromDue(first.Limit, calendar);
        var today = calendar.DayOf(now);
        var heading = total == 1 ? texts["overdue.heading-one", first.Unit, Within(title)] : texts["overdue.heading", tasks.Count, total, Within(title)];
        var arithmetic = new List<string>();
        if (figures is { Done: > 0 }) arithmetic.Add(texts["overdue.done", figures.Done]);
        if (figures is { Submitted: > 0 }) arithmetic.Add(texts["overdue.submitted", figures.Submitted]);
        var sentence = string.Join(", ", arithmetic);
        var remaining = RemainingDays.Line(deadline, today, calendar)!;
        var strip = Web.Components.DayStrip.Around(today, deadline.LastDay!.Value, day => !calendar.IsWorkingDay(day), texts);
        var escalation = Escalation(first, calendar, today, strip?.Days[0].Date ?? today.AddDays(-14));
        return new LateGroup(first.PlanId, first.PlanNumber, heading, (sentence.Length > 0 ? sentence + ". " : "") + Language.Say(remaining)
            + (tasks.Any(t => t.Limit != first.Limit) ? " " + texts["overdue.other-dates"] : ""), strip is null ? null : strip with { Key = [] }, escalation, [.. tasks.Select(Row)]);
    }

    /// <summary>Who is told when, from the first day after the limit; the days that already came and the next one.</summary>
    private List<string> Escalation(LateTask task, WorkingCalendar calendar, DateOnly today, DateOnly from)
    {
        if (LadderOf(task.LadderId) is not { } ladder) return [];
        var days = new CompiledLadder(ladder, calendar).Plan(task.Limit, task.StartedAt).Occurrences()
            .SkipWhile(o => o.At < task.Limit).Take(60).GroupBy(o => calendar.DayOf(o.At)).ToList();
        var upTo = days.FindIndex(d => d.Key > today);
        return [.. days.Take(upTo < 0 ? days.Count : upTo + 1).Where(d => d.Key >= from || d.Key > today).TakeLast(5).Select(d =>
            texts[d.Key == today ? "overdue.told-today" : d.Key > today ? "overdue.told-next" : "overdue.told", Dates.DayMonth(d.Key), Told(d.Select(o => ladder.Find(o.RungId)!))])];
    }

    private string Told(IEnumerable<Rung> rungs)
    {
        var rules = rungs.SelectMany(r => r.Recipients).ToList();
        var above = rules.Where(r => r.At != RecipientPlace.Unit && r.Role != RecipientRule.Assignee)
            .Select(r => roles.TryGetValue(r.Role, out var label) ? RoleNames.Within(label) : r.Role).Distinct().ToList();
        return above.Count == 0 ? texts["overdue.told-unit"] : texts["overdue.told-roles", string.Join(", ", above)];
    }

    private WorkingCalendar CalendarOf(string id) => reference.Calendars.GetValueOrDefault(id) ?? WorkingCalendar.VietnamPublic;

    private Ladder? LadderOf(string? id) => id is null ? null : reference.Ladders.GetValueOrDefault(id);
}
