using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Expressions.JavaScript;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>Evaluates the expressions of forms over {form, unit, plan, today}; nothing else is in reach, and the date is the given one.</summary>
public static class FormScript
{
    private static readonly Kept<Script> Parsed = new(16L << 20);

    public static JsonNode? Evaluate(string expression, JsonObject scope)
    {
        if (!Parsed.Find(expression, out var script))
        {
            var parsed = Script.Parse(expression);
            script = Parsed.Add(expression, parsed, parsed.Weight);
        }

        var today = DateTimeOffset.TryParse(scope["today"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : default;
        var globals = new ScriptGlobals { Now = today, TimeZone = TimeZoneInfo.Utc, Functions = ElsaFunctions.All, Values = scope.ToDictionary(p => p.Key, p => p.Value) };
        return new ScriptRun(globals).Evaluate(script).Value;
    }

    /// <summary>What is wrong with an expression, or null; for the reader of forms.</summary>
    public static string? Check(string expression)
    {
        try
        {
            Script.Parse(expression);
            return null;
        }
        catch (Exception e) when (e is ScriptSyntaxException or ScriptLimitException)
        {
            return e.Message;
        }
    }
}
