using System.Globalization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WorkflowEngine.Deadlines;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Ladders;

/// <summary>A recipient of a rung as a form has it; without a role it is an empty line.</summary>
public sealed class RecipientFields
{
    public RecipientPlace At { get; set; }
    public string? Role { get; set; }
    public string? Superior { get; set; }
    public string? Department { get; set; }
}

/// <summary>One rung as a form has it, numbers as they were typed; one without distance and recipients is an empty form.</summary>
public sealed class RungFields
{
    public const string Before = "before";
    public const string After = "after";
    public const string Last = "last";

    /// <summary>Its key in the ladder; empty: a new one, named after its distance.</summary>
    public string? Id { get; set; }

    public string? Amount { get; set; }
    public RungUnit Unit { get; set; }
    public string Side { get; set; } = Before;
    public string? At { get; set; } = "08:00";
    public RungCondition Condition { get; set; }
    public RungChannel Channel { get; set; }
    public string? Every { get; set; }
    public RungUnit EveryUnit { get; set; }
    public string? Times { get; set; }
    public bool Remove { get; set; }
    public List<RecipientFields> Recipients { get; init; } = [];

    public bool IsEmpty => string.IsNullOrWhiteSpace(Id) && string.IsNullOrWhiteSpace(Amount) && Side != Last && Recipients.All(r => string.IsNullOrEmpty(r.Role));

    /// <summary>A rung with an empty line behind its recipients, so that one can be added without script.</summary>
    public static RungFields Of(Rung rung)
    {
        ArgumentNullException.ThrowIfNull(rung);
        var fields = new RungFields
        {
            Id = rung.Id,
            Amount = rung.On == RungDay.LastLawfulDay ? null : Whole(Math.Abs(rung.Offset)),
            Unit = rung.Unit,
            Side = rung.On == RungDay.LastLawfulDay ? Last : rung.Offset > 0 ? After : Before,
            At = Dates.Time(rung.At),
            Condition = rung.Condition,
            Channel = rung.Channel,
            Every = rung.Repeat is { } repeat ? Whole(repeat.Every) : null,
            EveryUnit = rung.Repeat?.Unit ?? RungUnit.WorkingDays,
            Times = rung.Repeat?.Times is { } times ? Whole(times) : null,
        };
        foreach (var rule in rung.Recipients)
            fields.Recipients.Add(new RecipientFields { At = rule.At, Role = rule.Role, Superior = rule.Superior == 0 ? null : Whole(rule.Superior), Department = rule.Department });
        return fields;
    }

    /// <summary>The rung, or null with what is wrong at the field it is about.</summary>
    /// <param name="n">Its number on the page, for people.</param>
    public Rung? Read(int n, string field, ISet<string> taken, Texts texts, ModelStateDictionary problems)
    {
        ArgumentNullException.ThrowIfNull(taken);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(problems);
        var before = problems.ErrorCount;
        var amount = Number(Side == Last ? "0" : Amount, 0, Rung.Farthest);
        if (amount is null) problems.AddModelError(field + ".Amount", texts["ladders.wrong.amount", n, Rung.Farthest]);
        var isTimed = Side == Last || Unit != RungUnit.Hours;
        var at = isTimed ? Dates.ReadTime(At) : TimeOnly.MinValue;
        if (at is null) problems.AddModelError(field + ".At", texts["ladders.wrong.at", n]);
        var rules = new List<RecipientRule>();
        for (var i = 0; i < Recipients.Count; i++)
        {
            if (string.IsNullOrEmpty(Recipients[i].Role)) continue;
            if (Number(string.IsNullOrWhiteSpace(Recipients[i].Superior) ? "0" : Recipients[i].Superior, 0, RecipientRule.MostLevels) is not { } levels)
                problems.AddModelError($"{field}.Recipients[{i}].Superior", texts["ladders.wrong.superior", n, RecipientRule.MostLevels]);
            else
                rules.Add(new RecipientRule(Recipients[i].At, Recipients[i].Role!) { Superior = levels, Department = string.IsNullOrWhiteSpace(Recipients[i].Department) ? null : Recipients[i].Department!.Trim() });
        }

        if (Recipients.All(r => string.IsNullOrEmpty(r.Role))) problems.AddModelError(field + ".Recipients[0].Role", texts["ladders.wrong.nobody", n]);
        RungRepeat? repeat = null;
        if (!string.IsNullOrWhiteSpace(Every))
        {
            var (every, times) = (Number(Every, 1, RungRepeat.Longest), string.IsNullOrWhiteSpace(Times) ? null : Number(Times, 1, RungRepeat.Unbounded));
            if (every is null) problems.AddModelError(field + ".Every", texts["ladders.wrong.every", n, RungRepeat.Longest]);
            if (times is null && !string.IsNullOrWhiteSpace(Times)) problems.AddModelError(field + ".Times", texts["ladders.wrong.times", n, RungRepeat.Unbounded]);
            if (every is { } e) repeat = new RungRepeat(e, EveryUnit, times);
        }

        if (problems.ErrorCount > before) return null;
        var offset = Side == Before ? -amount!.Value : amount!.Value;
        return new Rung(KeyOf(offset, taken), offset, Unit, at!.Value, rules)
        {
            On = Side == Last ? RungDay.LastLawfulDay : RungDay.Offset,
            Condition = Condition,
            Channel = Channel,
            Repeat = repeat,
        };
    }

    // The key stands in the ledger: a rung keeps the one it has, wherever it is moved to.
    private string KeyOf(int offset, ISet<string> taken)
    {
        if (!string.IsNullOrWhiteSpace(Id) && taken.Add(Id)) return Id;
        var unit = Unit switch { RungUnit.CalendarDays => "d", RungUnit.Weeks => "w", RungUnit.Hours => "h", _ => "" };
        var name = Side == Last ? "last-day" : offset > 0 ? string.Create(CultureInfo.InvariantCulture, $"overdue+{offset}{unit}") : string.Create(CultureInfo.InvariantCulture, $"T-{-offset}{unit}");
        var key = name;
        for (var i = 2; !taken.Add(key); i++) key = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        return key;
    }

    private static int? Number(string? text, int least, int most) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
