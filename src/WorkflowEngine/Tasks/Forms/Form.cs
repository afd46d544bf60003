using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>A form: what a task asks to be filled in, the rules over it, and facts worked out from it. Immutable; one stored version.</summary>
public sealed record Form(
    string Id, int Version, Text Title, FormField Root, IReadOnlyList<FormRule> Rules, IReadOnlyList<FormFact> Facts)
{
    /// <summary>The field that asks on which day it happened, or null.</summary>
    public FormField? EventField { get; } = Root.Fields.FirstOrDefault(f => f.IsEventDate);

    /// <summary>The day of the event that these data tell; it decides whether the task was done in time, whenever they were entered. Null: none told.</summary>
    public DateOnly? EventDay(JsonObject? data) =>
        EventField is { } field && data?[field.Name] is JsonValue value && value.TryGetValue(out string? text)
            && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

/// <summary>One field, or the form itself (an object), or the row of a roster (the items of an array).</summary>
public sealed record FormField
{
    /// <summary>Name in the data; empty for the form and for items.</summary>
    public required string Name { get; init; }

    /// <summary>object, string, integer, number, boolean or array.</summary>
    public required string Type { get; init; }

    public required Text Label { get; init; }
    public Text? Hint { get; init; }

    /// <summary>textarea, radio, select, checkbox-list, file, date, number, roster, unit (the code of a unit below the task's), or null for the type's usual one.</summary>
    public string? Widget { get; init; }

    public bool Required { get; init; }

    /// <summary>When a field that is not <see cref="Required"/> has to be filled in all the same, where a rule sees to it: "khi tổ chức hội nghị đại biểu".</summary>
    public Text? NeededWhen { get; init; }

    /// <summary>date or email.</summary>
    public string? Format { get; init; }

    /// <summary>The day of the event: what counts for the deadline instead of the moment of entry (domain §7, story 5). Not in the future.</summary>
    public bool IsEventDate { get; init; }

    public decimal? Minimum { get; init; }
    public decimal? Maximum { get; init; }
    public int? MinLength { get; init; }
    public int? MaxLength { get; init; }

    /// <summary>Matched in linear time; anywhere in the text unless it anchors itself.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The values to choose from; empty: free.</summary>
    public IReadOnlyList<FormChoice> Choices { get; init; } = [];

    public FormField? Items { get; init; }
    public int? MinItems { get; init; }
    public int? MaxItems { get; init; }
    public bool UniqueItems { get; init; }

    /// <summary>Fields of an object, columns of a roster's row; in the order to show.</summary>
    public IReadOnlyList<FormField> Fields { get; init; } = [];

    public bool IsRoster => Type == "array" && Items is { Type: "object" };
}

/// <summary>One value of a choice.</summary>
public sealed record FormChoice(string Value, Text Label);

/// <summary>
/// A condition that is a problem when it is true. Hard: refused, with the limit and the way out. Soft: needs a word of explanation. A condition
/// over fields that are not filled in is not true, so it never fires too early.
/// </summary>
/// <param name="Fields">Names of the fields it is about; the message stands at the first.</param>
/// <param name="Limit">The limit in words or figures, or an expression that gives it (starting with <c>=</c>).</param>
public sealed record FormRule(string Id, string Expression, bool IsHard, Text Text, IReadOnlyList<string> Fields, string? Limit, Text? WayOut);

/// <summary>A sentence shown while its condition is true ("Hội nghị đại biểu là bắt buộc vì đơn vị có trên 200 người").</summary>
/// <param name="Value">An expression whose value stands for <c>{value}</c> in the text, numbers as the language writes them; null: none.</param>
public sealed record FormFact(string When, Text Text, string? Value = null)
{
    /// <summary>What the value replaces.</summary>
    public const string Place = "{value}";
}

/// <summary>Evaluates an expression over {form, unit, plan, today}; the JavaScript subset of the engine. Throws on a faulty one.</summary>
public delegate JsonNode? FormExpression(string expression, JsonObject scope);

/// <summary>What rules may look at beside the data.</summary>
/// <param name="Unit">The unit {id, code, name, shortName, kind, path, calendar, attributes}.</param>
/// <param name="Plan">The case's values (<see cref="TaskSpec.Context"/>).</param>
/// <param name="Today">Business date in Asia/Ho_Chi_Minh.</param>
public sealed record FormContext(JsonObject Unit, JsonObject Plan, DateOnly Today, FormExpression Evaluate);
