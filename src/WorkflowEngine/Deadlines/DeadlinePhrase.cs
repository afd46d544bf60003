namespace WorkflowEngine.Deadlines;

/// <summary>
/// The words for a specification: the plan's own when they still fit, else the canonical phrase built from the resolved dates. A specification
/// that is reused next year keeps last year's quote; its dates would contradict the deadline, so it is then replaced.
/// </summary>
internal static class DeadlinePhrase
{
    private static readonly string[] Roman = ["I", "II", "III", "IV"];

    /// <summary>"Kế hoạch ghi “trước ngày 01/01/2020”", or "Hạn là trước ngày 01/01/2020" when there is no fitting quote.</summary>
    public static Bilingual Opening(DeadlineFacts facts, DateOnly last)
    {
        if (facts.Spec is null) return new($"Hạn là {Until(last).Vi}", $"The limit is {Until(last).En}");
        var phrase = Of(facts, last);
        var (plan, kind) = (facts.Plan is { } number ? " " + number : "", char.ToUpperInvariant(facts.Kind.Vi[0]) + facts.Kind.Vi[1..]);
        return facts.Spec.Quote is { Length: > 0 } quote && Fits(facts, last)
            ? new($"{kind}{plan} ghi “{quote}”", $"The {facts.Kind.En}{plan} says “{quote}” ({phrase.En})")
            : new($"Hạn là {phrase.Vi}", $"The limit is {phrase.En}");
    }

    /// <summary>"trước ngày 15/03/2020", "trong quý IV năm 2014", "sau Hội nghị, trước ngày 25/05/2020"; without a day yet for an offset.</summary>
    public static Bilingual Of(DeadlineFacts facts, DateOnly last)
    {
        var said = facts.Deadline.ShiftedFrom ?? last;
        var after = facts.Event ?? facts.Spec switch
        {
            DeadlineSpec.AfterEvent a => new Bilingual(a.Event, a.Event),
            DeadlineSpec.Offset o => new Bilingual(o.Event, o.Event),
            _ => new Bilingual("", ""),
        };
        switch (facts.Spec)
        {
            case DeadlineSpec.Before:
                return Before(said);
            case DeadlineSpec.Yearly y:
                var each = y.Inclusive ? Until(said) : Before(said);
                return new($"hằng năm, kỳ này {each.Vi}", $"each year, this time {each.En}");
            case DeadlineSpec.InQuarter q:
                return new($"trong quý {Roman[q.Quarter - 1]} năm {said.Year}", $"within Q{q.Quarter} {said.Year}");
            case DeadlineSpec.QuarterWindow q:
                return new($"vào quý {Roman[q.Quarter - 1]} năm {said.Year}", $"in Q{q.Quarter} {said.Year}");
            case DeadlineSpec.Period when facts.Deadline.NotBefore is { } from:
                var first = DayWords.Full(facts.Calendar.DayOf(from));
                return new($"từ {first} đến hết {DayWords.Full(said)}", $"from {first} to the end of {DayWords.Full(said)}");
            case DeadlineSpec.AfterEvent a:
                var date = a.Inclusive ? Until(said) : Before(said);
                return new($"sau {after.Vi}, {date.Vi}", $"after {after.En}, {date.En}");
            case DeadlineSpec.Offset o:
                var working = o.Unit == PeriodUnit.WorkingDays;
                return new($"trong {o.Amount} ngày{(working ? " làm việc" : "")} kể từ {after.Vi}",
                    $"within {RemainingDays.Days(o.Amount, working ? "working day" : "day")} after {after.En}");
            default:
                return Until(said);
        }
    }

    /// <summary>"chậm nhất ngày 31/12/2019".</summary>
    public static Bilingual Until(DateOnly day) => new($"chậm nhất ngày {DayWords.Full(day)}", $"no later than {DayWords.Full(day)}");

    /// <summary>The first line of the arithmetic: what the words mean.</summary>
    public static IEnumerable<Bilingual> Rule(DeadlineFacts facts, DateOnly last)
    {
        var said = facts.Deadline.ShiftedFrom ?? last;
        var next = DayWords.Full(said.AddDays(1));
        var day = DayWords.Full(said);
        switch (facts.Spec)
        {
            case DeadlineSpec.Before or DeadlineSpec.AfterEvent { Inclusive: false } or DeadlineSpec.Yearly { Inclusive: false }:
                yield return new($"“Trước ngày {next}” không gồm ngày {next}: từ 00:00 ngày đó là quá hạn.",
                    $"“Before {next}” does not include {next}: from 00:00 of that day it is late.");
                break;
            case DeadlineSpec.By or DeadlineSpec.AfterEvent or DeadlineSpec.Yearly:
                yield return new($"“Chậm nhất ngày {day}” gồm cả ngày {day}.", $"“No later than {day}” includes {day}.");
                break;
            case DeadlineSpec.InQuarter or DeadlineSpec.QuarterWindow:
                yield return new($"Quý hết vào ngày {day}.", $"The quarter ends on {day}.");
                break;
            case DeadlineSpec.Period:
                yield return new($"Thời gian tính cả ngày cuối, {day}.", $"The period includes its last day, {day}.");
                break;
            case DeadlineSpec.Offset o when facts.Deadline.NotBefore is { } from:
                var start = DayWords.Full(facts.Calendar.DayOf(from));
                var working = o.Unit == PeriodUnit.WorkingDays;
                yield return new($"Tính từ ngày sau {start}: {o.Amount} ngày{(working ? " làm việc" : "")}, đến {day}.",
                    $"Counted from the day after {start}: {RemainingDays.Days(o.Amount, working ? "working day" : "day")}, up to {day}.");
                break;
        }
        if (facts.Spec is DeadlineSpec.Yearly yearly)
        {
            var again = DayWords.Limit(yearly.LastDayAfter(said));
            yield return new($"Lặp lại hằng năm. Kỳ sau, ngày cuối cùng là {again.Vi}.", $"It comes each year. Next time the last day is {again.En}.");
        }

        if (facts.Deadline is { IsImpossible: true, NotBefore: { } opens })
        {
            var at = DayWords.Full(facts.Calendar.DayOf(opens));
            yield return new($"Việc chỉ mở từ {at}, sau khi đã hết hạn: cần cấp có thẩm quyền quyết định ngày khác.",
                $"It can only start on {at}, after the limit: another date has to be decided.");
        }
    }

    private static Bilingual Before(DateOnly last)
    {
        var day = DayWords.Full(last.AddDays(1));
        return new($"trước ngày {day}", $"before {day}");
    }

    private static bool Fits(DeadlineFacts facts, DateOnly last)
    {
        // An irregular phrase cannot be checked and is trusted; a regular one must give the same last day.
        if (VietnamesePhrase.Read(facts.Spec!.Quote!) is not { Spec: not (DeadlineSpec.Offset or DeadlineSpec.Yearly) } reading) return true;
        var said = reading.Spec.Resolve(0, new Dictionary<string, DateTimeOffset>(), facts.Calendar).LastDay;
        return said is null || said == (facts.Deadline.ShiftedFrom ?? last);
    }
}
