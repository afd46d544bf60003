using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>Checks data against a form: first each field by itself, then the rules over those that hold, then the facts. Pure.</summary>
public static class FormValidation
{
    /// <param name="explanations">A word for each soft rule, by rule id; blank counts as none.</param>
    /// <exception cref="InvalidOperationException">A rule of the form itself is faulty: nothing that it should guard may pass.</exception>
    public static FormCheck Validate(Form form, JsonObject data, FormContext context, IReadOnlyDictionary<string, string>? explanations = null)
    {
        var errors = new Dictionary<string, Text>();
        FieldCheck.Object(form.Root, "", data, errors);
        var scope = new JsonObject
        {
            ["form"] = Filled(data),
            ["unit"] = context.Unit.DeepClone(),
            ["plan"] = context.Plan.DeepClone(),
            ["today"] = context.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        var (hard, soft) = (new List<FiredRule>(), new List<FiredRule>());
        var wrongInItself = errors.Count > 0;
        foreach (var rule in form.Rules)
        {
            // A rule over a value that is wrong in itself would say the same a second time, or nonsense.
            if (rule.Fields.Any(f => errors.Keys.Any(k => k == f || k.StartsWith(f + "[", StringComparison.Ordinal) || k.StartsWith(f + ".", StringComparison.Ordinal)))) continue;
            try
            {
                if (!IsTrue(Evaluate(form, rule.Id, rule.Expression, context, scope))) continue;
                (rule.IsHard ? hard : soft).Add(new FiredRule(rule.Id, rule.IsHard, rule.Fields, Message(form, rule, context, scope)));
            }
            catch (InvalidOperationException) when (wrongInItself)
            {
                // A list where a number should be breaks rules that look at it; the data are refused for that anyway.
            }
        }

        foreach (var rule in hard) errors.TryAdd(rule.Fields.Count > 0 ? rule.Fields[0] : "", rule.Message);
        // After the rules: a form may say it in words of its own.
        if (form.EventField is { } held && form.EventDay(data) > context.Today)
            errors.TryAdd(held.Name, new($"{held.Label.Vi}: chưa đến ngày này. Hãy nộp khi việc đã diễn ra.", $"{held.Label.In("en")}: that day has not come yet. Hand it in once it has happened."));
        var unexplained = soft.FindAll(r => explanations is null || !explanations.TryGetValue(r.Id, out var text) || string.IsNullOrWhiteSpace(text));
        return new FormCheck(errors, hard, soft, unexplained, wrongInItself ? [] : Facts(form, context, scope));
    }

    /// <summary>What is not filled in is not there: to a script null and "" would be less than 200.</summary>
    private static JsonNode? Filled(JsonNode? value) => value switch
    {
        JsonObject o => new JsonObject(o.Where(p => !FieldCheck.IsBlank(p.Value)).Select(p => KeyValuePair.Create(p.Key, Filled(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Filled)]),
        _ => value?.DeepClone(),
    };

    private static Text[] Facts(Form form, FormContext context, JsonObject scope) =>
        [.. form.Facts.Where(f => IsTrue(Evaluate(form, "fact", f.When, context, scope))).Select(f => Say(form, f, context, scope))];

    private static Text Say(Form form, FormFact fact, FormContext context, JsonObject scope)
    {
        if (fact.Value is not { } expression) return fact.Text;
        var value = Evaluate(form, "fact", expression, context, scope);
        return new Text(fact.Text.Vi.Replace(FormFact.Place, In("vi-VN"), StringComparison.Ordinal), fact.Text.In("en").Replace(FormFact.Place, In("en-GB"), StringComparison.Ordinal));

        string In(string culture) => value?.GetValueKind() == JsonValueKind.Number
            ? value.Deserialize<double>().ToString("#,0.##", CultureInfo.GetCultureInfo(culture))
            : Show(value) ?? "";
    }

    private static Text Message(Form form, FormRule rule, FormContext context, JsonObject scope)
    {
        var limit = rule.Limit is { } text && text.StartsWith('=') ? Show(Evaluate(form, rule.Id, text[1..], context, scope)) : rule.Limit;
        var (vi, en) = (rule.Text.Vi, rule.Text.In("en"));
        if (limit is not null) (vi, en) = ($"{vi} Giới hạn: {limit}.", $"{en} Limit: {limit}.");
        if (rule.WayOut is { } way) (vi, en) = ($"{vi} {way.Vi}", $"{en} {way.In("en")}");
        return new Text(vi, en);
    }

    private static JsonNode? Evaluate(Form form, string rule, string expression, FormContext context, JsonObject scope)
    {
        try
        {
            return context.Evaluate(expression, scope);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"Form {form.Id} version {form.Version}, rule {rule}: {e.Message}", e);
        }
    }

    /// <summary>As JavaScript has it; a missing value is not true.</summary>
    private static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonValue v => v.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.Number => v.Deserialize<double>() is not 0 and not double.NaN,
            JsonValueKind.String => v.Deserialize<string>()!.Length > 0,
            _ => false,
        },
        _ => true,
    };

    private static string? Show(JsonNode? value) => value is JsonValue v && v.TryGetValue(out string? text) ? text : value?.ToJsonString();
}
