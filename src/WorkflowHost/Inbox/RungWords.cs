using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>What a step of a ladder does, in the words of the pages.</summary>
/// <param name="Roles">Labels of roles by code.</param>
/// <param name="Own">Roles that the reader holds: they read "bạn".</param>
public sealed record RungWords(IReadOnlyDictionary<string, Text> Roles, IReadOnlySet<string> Own, Texts Texts)
{
    /// <summary>"Nhắc 4 đơn vị chưa nộp “…”.", for many tasks at once.</summary>
    public string ForMany(Rung rung, int period, string purpose, Text title, int tasks)
    {
        var quoted = Quoted(title);
        if (purpose == "review") return Texts["staff.rung.review", tasks, quoted];
        if (rung.Channel == RungChannel.Digest) return Texts[period > 0 ? "staff.rung.digest-again" : "staff.rung.digest", People(rung), quoted];
        return Texts[rung.Offset > 0 ? "staff.rung.overdue" : "staff.rung.remind", tasks, quoted];
    }

    /// <summary>The same when it has happened.</summary>
    public string Happened(Rung? rung, int period, string purpose, Text title, int tasks)
    {
        var quoted = Quoted(title);
        if (rung is null) return Texts["staff.rung.sent", tasks, quoted];
        if (purpose == "review") return Texts["staff.rung.review", tasks, quoted];
        if (rung.Channel == RungChannel.Digest) return Texts[period > 0 ? "staff.rung.digest-sent-again" : "staff.rung.digest-sent", People(rung), tasks, quoted];
        return Texts[rung.Offset > 0 ? "staff.rung.overdue-sent" : "staff.rung.remind-sent", tasks, quoted];
    }

    /// <summary>"Gửi thư nhắc (còn 3 ngày làm việc)", for one task.</summary>
    public string ForOne(Rung rung, int period, string purpose)
    {
        ArgumentNullException.ThrowIfNull(rung);
        if (purpose == "review") return Texts["staff.rung.one-review"];
        if (rung.Channel == RungChannel.Digest || rung.Recipients.All(r => r.At != RecipientPlace.Unit))
            return Texts[period > 0 ? "staff.rung.one-digest-again" : "staff.rung.one-digest", People(rung)];
        return rung switch
        {
            { On: RungDay.LastLawfulDay } => Texts["staff.rung.one-last-day"],
            { Offset: < 0, Unit: RungUnit.WorkingDays } => Texts["staff.rung.one-left", -rung.Offset],
            { Offset: > 0 } => Texts["staff.rung.one-overdue"],
            _ => Texts["staff.rung.one"],
        };
    }

    /// <summary>"nhắc 5 ngày làm việc trước hạn", "báo quá hạn 3 ngày làm việc sau hạn (bản tổng hợp)": the rung named within a sentence.</summary>
    public string Named(Rung rung, int period)
    {
        ArgumentNullException.ThrowIfNull(rung);
        var kind = rung.Channel == RungChannel.Digest ? "digest" : IsLate(rung) ? "overdue" : "remind";
        return Texts[period > 0 ? $"ladders.named.{kind}-again" : $"ladders.named.{kind}", When(rung)];
    }

    /// <summary>The whole rung as a rule: when, how, to whom, on what condition, how often.</summary>
    public string Rule(Rung rung)
    {
        ArgumentNullException.ThrowIfNull(rung);
        var when = Capital.First(When(rung));
        if (rung is not { Unit: RungUnit.Hours, On: RungDay.Offset }) when = Texts["ladders.at", when, Dates.Time(rung.At)];
        var what = Texts[rung.Channel switch
        {
            RungChannel.Digest => "ladders.does.digest",
            RungChannel.InApp => "ladders.does.in-app",
            _ => IsLate(rung) ? "ladders.does.overdue" : "ladders.does.remind",
        }, People(rung)];
        // On the clock of a review "not handed in" means "not decided".
        var reviews = rung.Condition == RungCondition.NotSubmitted && rung.Recipients.Any(r => r.At == RecipientPlace.Reviewer);
        var sentence = Texts["ladders.rule", when, what, Texts[$"ladders.if.{(reviews ? RungCondition.NotReviewed : rung.Condition)}"]];
        if (rung.Repeat is not { } repeat) return sentence;
        var every = Texts[repeat.Every == 1 ? $"ladders.every-one.{repeat.Unit}" : $"ladders.every.{repeat.Unit}", repeat.Every];
        return sentence + " " + (repeat.Times is { } times ? Texts["ladders.repeats-times", every, times] : Texts["ladders.repeats", every]);
    }

    private string When(Rung rung) => rung switch
    {
        { On: RungDay.LastLawfulDay } => Texts["ladders.when.last-day"],
        { Offset: 0, Unit: RungUnit.Hours } => Texts["ladders.when.limit"],
        { Offset: 0 } => Texts["ladders.when.day"],
        _ => Texts[rung.Offset < 0 ? $"ladders.when.before.{rung.Unit}" : $"ladders.when.after.{rung.Unit}", Math.Abs(rung.Offset)],
    };

    private static bool IsLate(Rung rung) => rung is { On: RungDay.Offset, Offset: > 0 } or { On: RungDay.Offset, Offset: 0, Unit: RungUnit.Hours };

    private string People(Rung rung)
    {
        var words = rung.Recipients.Select(r =>
            r is { At: RecipientPlace.Owner or RecipientPlace.Reviewer, Superior: 0, Department: null } && Own.Contains(r.Role) ? Texts["staff.you"]
            : Above(r, r.Role == RecipientRule.Assignee ? Texts["staff.assignee"] : Roles.TryGetValue(r.Role, out var label) ? RoleNames.Within(label) : r.Role)).Distinct().ToList();
        return words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words[..^1])} {Texts["and"]} {words[^1]}";
    }

    private string Above(RecipientRule rule, string people)
    {
        if (rule.Department is { } department) people = Texts["staff.rung.department", people, department];
        if (rule.At == RecipientPlace.Above) people = Texts["staff.rung.above", people];
        return rule.Superior switch { 0 => people, 1 => Texts["staff.rung.superior", people], var levels => Texts["staff.rung.superior-n", people, levels] };
    }

    private static string Quoted(Text title) => $"“{Language.Say(title)}”";
}
