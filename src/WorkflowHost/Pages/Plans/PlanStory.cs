using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Plans;

/// <summary>A column of the table of units: a task that each unit gets.</summary>
public sealed record UnitColumn(string ActivityId, string Title, string Date);

/// <summary>Everything that a plan's page says is made from.</summary>
public sealed record PlanFacts(
    PlanHead Head, PlanMap Map, IReadOnlyList<StepFigures> Figures, int Units, int Pending, IReadOnlyList<NextRung> Rungs, IReadOnlyList<NamedWait> Waits,
    (IReadOnlyList<StandingStill> First, int Total) Faulted, IReadOnlyList<OwnTask> Own, IReadOnlyDictionary<string, Text> Roles, ReferenceData Reference,
    DateTimeOffset Now, bool MayOperate, bool MayExtend);

/// <summary>A plan told: its stage line, and in sentences what it waits for, since when, and what fires next. Pure.</summary>
public sealed class PlanStory(PlanFacts facts, Texts texts)
{
    private readonly WorkingCalendar _calendar = facts.Reference.Calendars.GetValueOrDefault(facts.Head.CalendarId) ?? WorkingCalendar.VietnamPublic;

    public PlanFacts Facts => facts;

    /// <summary>The issuer's.</summary>
    public WorkingCalendar Calendar => _calendar;

    /// <summary>Whether it is still drafted, checked, signed or numbered.</summary>
    public bool IsDraft => facts.Head.Status is "draft" or "checking" or "signing" or "signed";

    /// <summary>The steps with dates, by date; of a draft the steps up to its issue.</summary>
    public Stages Stages()
    {
        if (IsDraft)
            return new Stages([.. facts.Map.Steps.Where(s => s.BeforeIssue).Select(s => new Stages.Stage(Language.Say(s.Title), "", DraftStanding(s, out var state), state))]);
        var stages = from step in facts.Map.Steps
                     where !step.BeforeIssue
                     let figures = Figures(step)
                     let date = DateOf(step, figures)
                     where date is not null && (figures is not null || !step.IsConditional)
                     orderby date.Last
                     select new Stages.Stage(Language.Say(step.Title), Words(date), Standing(step, figures, out var state), state);
        return new Stages([.. stages]);
    }

    /// <summary>The tasks that each unit gets, in the order of their dates, undated last.</summary>
    public IReadOnlyList<UnitColumn> Columns() =>
        [.. from step in facts.Map.Steps
            where step.IsChild
            let figures = Figures(step)
            where figures is not null || !step.IsConditional
            let date = DateOf(step, figures)
            orderby date is null, date?.Last
            select new UnitColumn(step.ActivityId, Language.Say(step.Title), date is not null ? Words(date) : texts[step.WaitsForEvent is null ? "plans.undated" : "plans.no-date-yet"])];

    /// <summary>What waits first, then what fires by date, then what has no date.</summary>
    public Waiting Waiting()
    {
        var rows = new List<Waiting.Row>();
        rows.AddRange(Still());
        rows.AddRange(Contradictions());
        if (facts.Pending > 0) rows.Add(new(texts["plans.waiting"], texts["plans.wait.pending", facts.Units - facts.Pending, facts.Units]));
        foreach (var figures in facts.Figures.OrderByDescending(f => f.IsChild)) rows.AddRange(IsDraft || !figures.IsChild ? OwnRows(figures) : UnitRows(figures));
        rows.AddRange(Next().OrderBy(n => n.At).Select(n => n.Row));
        rows.AddRange(facts.Waits.Where(w => w.DueAt is null && w.EventName is not null).Select(EventRow));
        rows.AddRange(Later());
        return new Waiting(rows);
    }

    /// <summary>What the issuer itself has done, latest first, each with a way to what was recorded.</summary>
    public Waiting Done() => new([
        .. from f in facts.Figures
           where !f.IsChild && f.Open + f.Submitted == 0 && f.LastDecided is not null
           orderby f.LastDecided descending
           let task = facts.Own.FirstOrDefault(t => t.ActivityId == f.ActivityId)
           select new Waiting.Row(Dates.Full(_calendar.DayOf(f.LastDecided!.Value)), texts[f.Done > 0 ? "plans.done.row" : IsRecalled ? "plans.done.recalled" : "plans.done.closed", Language.Say(f.Title)], null,
               task is null ? null : texts["plans.open-task"], task is null ? null : $"/tasks/{task.TaskId}")]);

    private IEnumerable<Waiting.Row> Still()
    {
        foreach (var still in facts.Faulted.First)
            yield return new(texts["plans.stands-still"], texts["plans.wait.incident", still.Unit ?? texts["plans.wait.issuer"], Dates.ShortMoment(still.At)],
                still.Message, facts.MayOperate ? texts["plans.open-instance"] : null, facts.MayOperate ? $"/instances/{still.InstanceId}" : null);
        if (facts.Faulted.Total > facts.Faulted.First.Count)
            yield return new(texts["plans.stands-still"], texts["plans.wait.incidents-more", facts.Faulted.Total - facts.Faulted.First.Count]);
    }

    /// <summary>
    /// Steps that must come after another one and yet fall due before it, because only the other's date was moved (domain §7, story 6). Nothing
    /// moves by itself: whoever set the date decides, and their later date is recorded as an extension.
    /// </summary>
    private IEnumerable<Waiting.Row> Contradictions()
    {
        foreach (var step in facts.Map.Steps)
        {
            if (step.DueAfter is null || facts.Map.Find(step.IsChild, step.DueAfter) is not { } earlier) continue;
            var (own, others) = (Figures(step), Figures(earlier));
            if (IsOver(own) || DateOf(step, own) is not { } date || DayOf(earlier, others) is not { } day || day <= date.Last) continue;
            yield return new(texts["plans.contradiction"],
                texts[IsOver(others) ? "plans.contradiction.done" : "plans.contradiction.due", Language.Say(step.Title), Language.Say(earlier.Title), Dates.Full(date.Last), Dates.Full(day)],
                texts[own is null ? "plans.contradiction.later" : "plans.contradiction.now"],
                own?.AnyOpen is null || !facts.MayExtend ? null : texts["plans.extend"], own?.AnyOpen is { } task && facts.MayExtend ? $"/tasks/{task}/extend" : null);
        }

        static bool IsOver(StepFigures? f) => f is { Open: 0, Submitted: 0 };
        DateOnly? DayOf(PlanStep step, StepFigures? f) => IsOver(f) ? _calendar.DayOf(f!.LastDecided ?? f.Since) : DateOf(step, f)?.Last;
    }

    /// <summary>A step that many units do: who is late, who works on it, what waits for a decision.</summary>
    private IEnumerable<Waiting.Row> UnitRows(StepFigures f)
    {
        var title = Language.Say(f.Title);
        if (f.Overdue > 0 && f.FirstDue is { } due)
        {
            var days = _calendar.DayOf(facts.Now).DayNumber - _calendar.LastDayOf(due).DayNumber;
            yield return new(texts["plans.waiting"], f.Overdue == 1 && f.Total == 1 ? texts["plans.wait.overdue-one", f.OnlyUnit, title, days] : texts["plans.wait.overdue", f.Overdue, title, days],
                f.Done > 0 ? texts["plans.wait.not-blocking", f.Done] : null, texts["plans.see-units", f.Overdue], $"/overdue?plan={facts.Head.Id}&step={f.ActivityId}");
        }

        if (f.Returned > 0)
        {
            var (who, late) = (f is { Returned: 1, Open: 1, OnlyUnit: { } only } ? only : texts["plans.units", f.Returned], f.ReturnedDue <= facts.Now);
            yield return new(texts["plans.waiting"], texts["plans.wait.returned", who, title], f.ReturnedDue is not { } again ? null
                : late ? texts["plans.limit.returned-late", Dates.WithWeekday(_calendar.LastDayOf(again)), _calendar.DayOf(facts.Now).DayNumber - _calendar.LastDayOf(again).DayNumber]
                : texts["plans.limit.returned", Dates.WithWeekday(_calendar.LastDayOf(again))],
                f.Returned == 1 ? texts["plans.open-task"] : texts["plans.see-units", f.Returned], f.Returned == 1 ? $"/tasks/{f.FirstReturned}" : "#units");
        }

        if (f.Open - f.Overdue - f.Returned is > 0 and var open)
        {
            var who = open == 1 && f is { Open: 1, OnlyUnit: { } only } ? only : texts["plans.units", open];
            yield return new(texts["plans.waiting"], texts["plans.wait.open", who, title, Dates.Full(_calendar.DayOf(f.Since))], Limit(f), LinkOf(f), PathOf(f));
        }

        if (f.Submitted > 0)
            yield return new(texts["plans.waiting"], f.Submitted == 1 && f.SubmittedAt is { } at
                    ? texts["plans.wait.review-one", RoleWords(RoleNames.First, f.ReviewerRoles), title, f.SubmittedUnits[0], Dates.DayMonth(_calendar.DayOf(at))]
                    : texts["plans.wait.review", RoleWords(RoleNames.First, f.ReviewerRoles), f.Submitted, title, string.Join(", ", f.SubmittedUnits) + (f.Submitted > f.SubmittedUnits.Count ? "…" : "")],
                null, f.Submitted == 1 ? texts["plans.open-task"] : texts["plans.see-units", f.Submitted], f.Submitted == 1 ? $"/tasks/{f.FirstSubmitted}" : "#units");
    }

    /// <summary>A step of the issuer's own, with a way in for who may do it.</summary>
    private IEnumerable<Waiting.Row> OwnRows(StepFigures f)
    {
        if (f.Open + f.Submitted == 0) yield break;
        var task = facts.Own.FirstOrDefault(t => t.ActivityId == f.ActivityId);
        var sentence = f.Submitted > 0
            ? texts["plans.wait.own-review", RoleWords(RoleNames.First, f.ReviewerRoles), Language.Say(f.Title), Dates.Full(_calendar.DayOf(f.SubmittedAt ?? f.Since))]
            : texts["plans.wait.own", RoleWords(RoleNames.First, f.Roles), Language.Say(f.Title), Dates.Full(_calendar.DayOf(f.Since))];
        yield return new(texts["plans.waiting"], sentence, IsDraft ? null : Limit(f), task is null ? null : texts[task.Mine ? "plans.do-task" : "plans.open-task"],
            task is null ? null : $"/tasks/{task.TaskId}");
    }

    private IEnumerable<(DateTimeOffset At, Waiting.Row Row)> Next()
    {
        foreach (var step in facts.Rungs.GroupBy(r => (r.IsChild, r.ActivityId, r.Purpose)))
        {
            var first = step.MinBy(r => r.At)!;
            var same = step.Where(r => r.At == first.At).ToArray();
            if (Sentence(first, same.Sum(r => r.Tasks)) is { } sentence) yield return (first.At, new(Dates.ShortMoment(first.At), sentence));
        }

        foreach (var timer in facts.Waits)
            if (timer.DueAt is { } at)
                yield return (at, new(Dates.ShortMoment(at), texts["plans.next.timer", timer.ActivityId, Dates.Full(_calendar.DayOf(timer.Since))]));
    }

    private string? Sentence(NextRung next, int tasks)
    {
        if (!facts.Reference.Ladders.TryGetValue(next.LadderId, out var ladder)) return null;
        var calendar = facts.Reference.Calendars.GetValueOrDefault(next.CalendarId) ?? _calendar;
        if (new CompiledLadder(ladder, calendar).FirstFrom(next.Due, next.StartedAt, next.At) is not { } occurrence || ladder.Find(occurrence.RungId) is not { } rung) return null;
        var (title, last) = (Language.Say(next.Title), _calendar.LastDayOf(next.Due));
        var roles = RoleWords(RoleNames.Within, rung.Recipients.Where(r => r.Role != RecipientRule.Assignee && r.At != RecipientPlace.Unit).Select(r => r.Role));
        if (next.Purpose == "review") return texts["plans.next.review", RoleWords(RoleNames.Within, next.ReviewerRoles), tasks, title];
        var whom = next.IsChild ? texts["plans.units", tasks] : RoleWords(RoleNames.Within, next.Roles);
        if (roles.Length == 0)
            return next.At >= next.Due
                ? texts["plans.next.overdue", whom, title]
                : texts["plans.next.reminder", whom, title, calendar.WorkingDaysBetween(calendar.DayOf(next.At), last), Dates.DayMonth(calendar.LastWorkingDayOnOrBefore(last))];
        return rung.Channel == RungChannel.Digest ? texts["plans.next.digest", roles, title] : texts["plans.next.escalation", roles, title];
    }

    private Waiting.Row EventRow(NamedWait wait)
    {
        var opens = facts.Map.Steps.FirstOrDefault(s => s.IsChild == wait.IsChild && s.WaitsForEvent == wait.EventName);
        var name = facts.Map.EventWords.TryGetValue(wait.EventName!, out var words) ? Language.Say(words) : wait.EventName!;
        var since = Dates.Full(_calendar.DayOf(wait.Since));
        var who = wait.IsChild ? texts["plans.units", wait.Instances] : texts["plans.wait.issuer"];
        return new(texts["plans.undated-when"], opens is null ? texts["plans.wait.event", who, name, since] : texts["plans.wait.event-opens", who, name, Language.Say(opens.Title), since]);
    }

    /// <summary>Steps of the issuer that open as soon as what is open now is done.</summary>
    private IEnumerable<Waiting.Row> Later() =>
        from step in facts.Map.Steps
        where !step.IsChild && !step.IsConditional && step.BeforeIssue == IsDraft && Figures(step) is null && step.After.Count > 0
        let before = step.After.Select(a => facts.Map.Find(false, a)!).Where(s => Figures(s) is { } f ? f.Open + f.Submitted > 0 : !step.BeforeIssue).ToArray()
        where before.Length > 0 && Array.Exists(before, s => Figures(s) is not null)
        select new Waiting.Row(texts["plans.undated-when"], texts["plans.wait.after", Language.Say(step.Title), List(before.Select(b => $"“{Language.Say(b.Title)}”"))]);

    private bool IsRecalled => facts.Head.Status == "recalled";

    private string Standing(PlanStep step, StepFigures? f, out Stages.State state)
    {
        var total = step.IsChild ? facts.Units : 1;
        var done = f is null ? 0 : f.Done + f.Closed;
        if (IsRecalled && f is null or { Open: 0, Submitted: 0, Done: 0 } || f is { Open: 0, Submitted: 0, Done: 0, Closed: > 0 } && f.Closed >= total)
        {
            // Drawn as what was never reached: the green of a done step would say otherwise than the words.
            state = Web.Components.Stages.State.Ahead;
            return texts[IsRecalled ? "plans.stage.recalled" : "plans.stage.closed"];
        }

        var waiting = f is null && step.WaitsForEvent is not null;
        state = f is null ? waiting ? Web.Components.Stages.State.Waiting : Web.Components.Stages.State.Ahead
            : f.Open + f.Submitted == 0 && (done >= total || IsRecalled) ? Web.Components.Stages.State.Done
            : f.Open + f.Submitted > 0 || done > 0 ? Web.Components.Stages.State.Current : Web.Components.Stages.State.Ahead;
        if (waiting) return texts["plans.stage.waits"];
        if (f is null) return step.IsChild ? $"0/{total}" : texts["plans.stage.ahead"];
        if (state == Web.Components.Stages.State.Done) return step.IsChild ? texts["plans.stage.done-of", f.Done, total] + Ended(f) : texts["plans.stage.done", Dates.DayMonth(_calendar.DayOf(f.LastDecided ?? f.Since))];
        return step.IsChild ? texts["plans.stage.current-of", f.Done, total] + Ended(f) : texts[f.Submitted > 0 ? "plans.stage.review" : "plans.stage.current"];
    }

    // What ended without being done is no part of what is done.
    private string Ended(StepFigures f) => f.Closed == 0 ? "" : texts[IsRecalled ? "plans.stage.some-recalled" : "plans.stage.some-closed", f.Closed];

    private string DraftStanding(PlanStep step, out Stages.State state)
    {
        var f = Figures(step);
        state = f is null ? Web.Components.Stages.State.Ahead : f.Open + f.Submitted > 0 ? Web.Components.Stages.State.Current : Web.Components.Stages.State.Done;
        return state switch
        {
            Web.Components.Stages.State.Ahead => texts["plans.stage.ahead"],
            Web.Components.Stages.State.Current => texts["plans.stage.current"],
            _ => texts["plans.stage.done", Dates.DayMonth(_calendar.DayOf(f!.LastDecided ?? f.Since))],
        };
    }

    /// <summary>The date as a whole sentence, for the second line of a row.</summary>
    private string Limit(StepFigures f)
    {
        if ((f.ExtendedDue ?? f.LegalDue) is not { } due)
            return f.TargetDue is { } target ? texts["plans.limit.internal", Dates.WithWeekday(_calendar.LastDayOf(target)), Kind] : texts["plans.limit.none", Kind];
        var (last, worked) = (_calendar.LastDayOf(due), _calendar.LastWorkingDayOnOrBefore(_calendar.LastDayOf(due)));
        return texts[f.ExtendedDue is null ? "plans.limit.plan" : "plans.limit.extended", Dates.WithWeekday(last)]
            + (worked == last ? "" : " " + texts["plans.limit.worked", Dates.WithWeekday(worked)]);
    }

    private string Kind => Language.Say(DocumentNumber.KindWithin(facts.Head.Number));

    private string? LinkOf(StepFigures f) => f is { Open: 1, Overdue: 0, OnlyTask: not null } ? texts["plans.open-task"] : null;

    private static string? PathOf(StepFigures f) => f is { Open: 1, Overdue: 0, OnlyTask: { } task } ? $"/tasks/{task}" : null;

    private StepFigures? Figures(PlanStep step) => facts.Figures.FirstOrDefault(f => f.IsChild == step.IsChild && f.ActivityId == step.ActivityId);

    private string Words(StepDate date) => date switch
    {
        { Extended: true } => texts["plans.date.extended", Dates.Full(date.Last)],
        { Internal: true } => texts["plans.date.internal", Dates.Full(date.Last)],
        _ => texts["plans.date.by", Dates.Full(date.Last)],
    };

    private StepDate? DateOf(PlanStep step, StepFigures? f)
    {
        if (f?.ExtendedDue is { } extended) return new(_calendar.LastDayOf(extended), false, true);
        if (f?.LegalDue is { } legal) return new(_calendar.LastDayOf(legal), false, false);
        if (f?.TargetDue is { } target) return new(_calendar.LastDayOf(target), true, false);
        if (f is not null) return null;
        if (Resolve(step.Deadline) is { } day) return new(day, false, false);
        return Resolve(step.TargetDate) is { } aim ? new(aim, true, false) : null;
    }

    private DateOnly? Resolve(string? deadline) =>
        deadline is not null && DeadlineSyntax.TryParse(deadline, out var spec, out _)
            ? spec!.Resolve(facts.Head.Year, new Dictionary<string, DateTimeOffset>(), _calendar).LastDay
            : null;


    private string RoleWords(Func<Text, string> say, IEnumerable<string> roles)
    {
        var words = roles.Select(r => facts.Roles.TryGetValue(r, out var label) ? (First: say(label), Later: RoleNames.Within(label)) : (First: r, Later: r)).Distinct();
        return string.Join($" {texts["plans.or"]} ", words.Select((w, i) => i == 0 ? w.First : w.Later));
    }

    private string List(IEnumerable<string> items)
    {
        var all = items.ToArray();
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} {texts["and"]} {all[^1]}";
    }


    private sealed record StepDate(DateOnly Last, bool Internal, bool Extended);
}
