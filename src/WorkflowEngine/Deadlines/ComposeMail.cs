using System.Text.Json.Nodes;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Deadlines;

/// <summary>A mail to queue: its kind, what it is about and the snapshot it is rendered from.</summary>
/// <param name="Importance">1: somebody can still keep a date by it today or tomorrow; 2: a date is missed or a reminder; 3: the rest.</param>
internal sealed record ComposedMail(string Kind, Guid? RootId, Guid? TaskId, string Data, int Importance);

/// <summary>
/// Makes the snapshot of a digest's mail from its lines. Pure. One task of the reader's own is a reminder; everything else is a digest, grouped
/// by obligation, worst first.
/// </summary>
internal sealed class ComposeMail(
    ReferenceData reference, DateTimeOffset now, IReadOnlyDictionary<string, Text> roles, IReadOnlyDictionary<(Guid, string), ObligationTotals> totals)
{
    private const int NextShown = 4;
    private readonly Dictionary<(string, string), CompiledLadder?> _ladders = [];

    public ComposedMail Of(IReadOnlyList<MailLine> lines)
    {
        var root = lines.All(l => l.RootId == lines[0].RootId) ? lines[0].RootId : (Guid?)null;
        return lines is [{ Own: true } only]
            ? new ComposedMail(MailKind.Reminder, root, only.TaskId, MailData.Write(Reminder(only)), ImportanceOf(lines))
            : new ComposedMail(MailKind.Digest, root, null, MailData.Write(Digest(lines)), ImportanceOf(lines));
    }

    private int ImportanceOf(IReadOnlyList<MailLine> lines) =>
        lines.Any(l => l.Own && l.Due > now && l.Due <= now.AddDays(2)) ? 1 : lines.Any(l => l.Own || l.Due <= now) ? 2 : 3;

    /// <summary>In whose place the reader gets the mail, and who was passed over; each once.</summary>
    private static AbsenceNote[] AbsencesOf(IEnumerable<MailLine> lines) =>
        [.. lines.Where(l => l.AwayUntil is not null).Select(l => new AbsenceNote(l.AwayRole, l.AwayUnit, l.AwayUntil!.Value.AddDays(-1), l.StandsIn)).Distinct()];

    private ReminderData Reminder(MailLine line)
    {
        var next = Next(line).ToArray();
        return new ReminderData
        {
            Plan = PlanOf(line.Spec),
            To = AddresseeOf(line),
            Absences = AbsencesOf([line]),
            TaskId = line.TaskId,
            TaskTitle = line.Spec.Title,
            Unit = line.Unit,
            Review = line.IsReview,
            Instructions = line.IsReview ? null : line.Spec.Instructions,
            Deadline = DeadlineOf(line, line.Due ?? throw new InvalidOperationException($"Task {line.TaskId} has no date to remind of.")),
            Next = [.. next.Where(n => Hears(line, n.Rung)).Select(n => MailedAt(line, n.Rung, n.At)).OfType<DateTimeOffset>().Distinct().Take(NextShown)],
            Escalates = next.Where(n => n.Rung.Recipients.Any(r => r.At != RecipientPlace.Unit) && !Hears(line, n.Rung)).Select(n => (DateTimeOffset?)n.At).FirstOrDefault(),
            Path = $"/tasks/{line.TaskId}",
        };
    }

    private DigestData Digest(IReadOnlyList<MailLine> lines)
    {
        var groups = lines.GroupBy(l => (l.RootId, l.ActivityId, l.IsReview, l.Own, l.IsReturned, IsDated: l.Due is not null)).OrderBy(g => g.Min(l => l.Rank)).Select(Group).ToArray();
        return new DigestData
        {
            To = AddresseeOf(lines.FirstOrDefault(l => !l.Own) ?? lines[0]),
            Absences = AbsencesOf(lines),
            At = now,
            Groups = groups,
            Next = lines.Select(l => Next(l).Where(n => Hears(l, n.Rung)).Select(n => MailedAt(l, n.Rung, n.At)).FirstOrDefault(at => at is not null)).Min(),
            Path = groups.All(g => g.Own) ? "/" : "/overdue" + PartOf(groups),
        };
    }

    /// <summary>The part of the page of late work where all of them stand; none: they stand in several.</summary>
    private static string PartOf(IReadOnlyList<DigestGroup> groups) =>
        groups.All(g => g.Deadline is null) ? "#not-counted" : groups.All(g => g.Deadline is { DaysLate: 0 }) ? "#soon" : groups.Any(g => g.Deadline is null or { DaysLate: 0 }) ? "" : groups.All(g => g.Review) ? "#reviews" : groups.All(g => g.Returned) ? "#returned" : "";

    private DigestGroup Group(IGrouping<(Guid, string, bool, bool, bool, bool), MailLine> group)
    {
        var worst = group.First();
        var standing = totals.GetValueOrDefault((worst.RootId, worst.ActivityId)) ?? new ObligationTotals(0, 0, worst.UnitsInGroup);
        return new DigestGroup
        {
            Plan = PlanOf(worst.Spec),
            TaskTitle = worst.Spec.Title,
            Own = worst.Own,
            Review = worst.IsReview,
            Returned = worst.IsReturned,
            Deadline = worst.Due is { } due ? DeadlineOf(worst, due) : null,
            Units = worst.UnitsInGroup,
            Of = standing.Of,
            Accepted = standing.Accepted,
            Submitted = standing.Submitted,
            Open = standing.Open,
            Rows = [.. group.Where(l => l.IsShown).Select(Row)],
        };
    }

    private DigestRow Row(MailLine line)
    {
        var calendar = CalendarOf(line);
        var deadline = line.Due is { } due ? Deadline.FromDue(due, calendar) : null;
        return new DigestRow
        {
            TaskId = line.TaskId,
            Unit = line.Unit,
            LastDay = deadline?.LastDay,
            DaysLate = deadline?.DaysLate(now, calendar) ?? 0,
            Opened = line.OpenedAt is { } opened ? calendar.DayOf(opened) : null,
            Submitted = line is { IsReview: true, SubmittedAt: { } submitted } ? calendar.DayOf(submitted) : null,
            Returned = line is { IsReturned: true, ReturnedAt: { } returned } ? calendar.DayOf(returned) : null,
            DraftSaved = line.DraftSavedAt is { } saved ? calendar.DayOf(saved) : null,
            Mails = LadderOf(line) is { } ladder
                ? line.RungsFired.Count(id => ladder.Ladder.Find(id)?.Recipients.Any(r => r.At == RecipientPlace.Unit) ?? false)
                : line.RungsFired.Count,
            FollowUps = line.FollowUps,
            Bounced = line.BouncedAt is { } bounced ? calendar.DayOf(bounced) : null,
        };
    }

    private MailDeadline DeadlineOf(MailLine line, DateTimeOffset due)
    {
        var calendar = CalendarOf(line);
        var deadline = Deadline.FromDue(due, calendar);
        var (last, today) = (deadline.LastDay!.Value, calendar.DayOf(now));
        var left = today < last ? calendar.WorkingDaysBetween(today, last) : 0;
        return new MailDeadline
        {
            Quote = line is { InPlan: true, Extended: false, Round: 1, IsReview: false } ? line.Spec.DeadlineQuote : null,
            Origin = line.Round > 1 ? DeadlineOrigin.Return : line.Extended ? DeadlineOrigin.Extension : line.InPlan ? DeadlineOrigin.Plan : DeadlineOrigin.Internal,
            Document = line.Extended ? line.Document : null,
            LastDay = last,
            LastWorkingDay = deadline.LastWorkingDay!.Value,
            Today = today,
            WorkingDaysLeft = left,
            DaysLeft = left is > 0 and <= DayStrip.MaximumCells
                ? [.. Enumerable.Range(1, last.DayNumber - today.DayNumber).Select(today.AddDays).Where(calendar.IsWorkingDay)] : [],
            DaysLate = deadline.DaysLate(now, calendar),
            WorkingDaysLate = today > last ? calendar.WorkingDaysBetween(last, today) : 0,
            TodayIsWorked = calendar.IsWorkingDay(today),
            Strip = [.. DayStrip.Cells(deadline, today, calendar).Select(c => new StripDay(c.Day, c.IsOff))],
        };
    }

    /// <summary>The rungs still to come, as long as nothing is handed in; a weekly one is looked at once.</summary>
    private IEnumerable<(Rung Rung, DateTimeOffset At)> Next(MailLine line)
    {
        if (line.NextAt is not { } from || line.Due is not { } due || LadderOf(line) is not { } ladder) yield break;
        var plan = ladder.Plan(due, line.StartedAt, DueDeadline.IsSoft(DueDeadline.WordsOf(line.Spec)));
        for (var next = plan.From(from); next is { Period: <= 1 }; next = plan.Next(next.RungId, next.Period))
            yield return (ladder.Ladder.Find(next.RungId)!, next.At);
    }

    /// <summary>When a rung to come reaches the reader by mail, as often as they want it; null: never.</summary>
    private static DateTimeOffset? MailedAt(MailLine line, Rung rung, DateTimeOffset at) =>
        line.Due is not { } due ? null : line.Pace.SlotOf(at, due, at >= due || !rung.Recipients.Any(r => r.Role == RecipientRule.Assignee));

    /// <summary>Whether the reader is among those a rung is for.</summary>
    private static bool Hears(MailLine line, Rung rung) => rung.Recipients.Any(r => r.Superior == 0 && (r.At, r.Role) switch
    {
        (RecipientPlace.Unit, RecipientRule.Assignee) => line.Own && !line.IsReview,
        (RecipientPlace.Unit, var role) => line.UnitRoles.Contains(role),
        (RecipientPlace.Above, _) => false,
        (_, RecipientRule.Assignee) => line.Own && line.IsReview,
        (_, var role) => line.OwnerRoles.Contains(role),
    });

    private Addressee AddresseeOf(MailLine line)
    {
        var atUnit = line.Own && !line.IsReview;
        var held = atUnit ? line.UnitRoles : line.OwnerRoles;
        return new Addressee(held.Select(r => roles.GetValueOrDefault(r)).FirstOrDefault(r => r is not null), atUnit ? line.Unit : line.Owner);
    }

    private WorkingCalendar CalendarOf(MailLine line) => DuePlan.CalendarOf(reference, line.CalendarId) ?? WorkingCalendar.VietnamPublic;

    private CompiledLadder? LadderOf(MailLine line)
    {
        if (line.LadderId is not { } id) return null;
        if (!_ladders.TryGetValue((id, line.CalendarId), out var ladder))
            _ladders[(id, line.CalendarId)] = ladder = DuePlan.LadderOf(reference, id) is { } steps ? new CompiledLadder(steps, CalendarOf(line)) : null;
        return ladder;
    }

    /// <summary>The plan as the task's spec carries it; both the short and the long names of the fields are known.</summary>
    internal static PlanFacts PlanOf(TaskSpec spec) => new(
        TextOf(spec.Context, "planNumber") ?? TextOf(spec.Context, "numberText"), TextOf(spec.Context, "planSubject") ?? TextOf(spec.Context, "subject"),
        TextOf(spec.Context, "issuer"));

    private static string? TextOf(JsonObject? context, string name) =>
        context?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
