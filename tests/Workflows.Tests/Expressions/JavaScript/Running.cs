using System.Text.Json.Nodes;
using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Runs scripts in fixed surroundings.</summary>
internal static class Running
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 30, 0, TimeSpan.Zero);

    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public static ScriptGlobals Globals(Dictionary<string, JsonNode?>? variables = null) => new()
    {
        Now = Now,
        TimeZone = Zone,
        Random = () => 0.25,
        Functions = ElsaFunctions.All,
        Variables = variables ?? [],
    };

    public static ScriptResult Evaluate(string source, ScriptGlobals? globals = null, ScriptLimits? limits = null) =>
        new ScriptRun(globals ?? Globals(), limits).Evaluate(Script.Parse(source, limits));

    /// <summary>The result as JSON, <c>undefined</c>, or <c>! Name: message</c> for an error.</summary>
    public static string Show(string source, ScriptGlobals? globals = null)
    {
        try
        {
            var result = Evaluate(source, globals);
            return result.IsUndefined ? "undefined" : result.Value?.ToJsonString() ?? "null";
        }
        catch (ScriptErrorException error)
        {
            return $"! {error.Name}: {error.Message}";
        }
    }

    public static TheoryData<string, string> Rows(string table)
    {
        var rows = new TheoryData<string, string>();
        foreach (var line in table.Split('\n'))
        {
            var parts = line.Split("  ⇒  ");
            rows.Add(parts[0].Replace('␤', '\n'), parts[1]);
        }

        return rows;
    }
}
