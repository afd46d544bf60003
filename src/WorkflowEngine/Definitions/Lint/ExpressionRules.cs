using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WorkflowEngine.Expressions.JavaScript;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>Expressions that cannot be read or are never run here, and variables that nothing declares.</summary>
internal static partial class ExpressionRules
{
    private static readonly string[] Known = ["Literal", "Object", "Json", "Variable", "Input", "JavaScript"];

    public static void Judge(Workflow workflow, ActivityNode node, LintList found)
    {
        foreach (var (input, value) in node.Inputs)
            if (value.Expression is { } expression)
                Judge(workflow, node, input, node.Type == "Elsa.RunJavaScript" && input == "script" ? expression with { Type = Code(expression) } : expression, found);
        // Cases of a switch and the like: expressions within raw members.
        foreach (var (input, raw) in node.Raw) JudgeRaw(workflow, node, input, raw, found);
        foreach (var (output, binding) in node.Outputs)
            if (binding.MemoryId is { Length: > 0 } id && !IsVariable(workflow, node, id, null) && workflow.Outputs.All(o => o.Name != id))
                found.Error("undeclared-variable", node, $"đầu ra “{output}” ghi vào biến chưa khai báo.", $"the output '{output}' goes to a variable that is not declared.");
    }

    /// <summary>The body of a script activity is code, however the input that holds it is written.</summary>
    private static string Code(Expression expression) => expression.Type is "Literal" ? "JavaScript" : expression.Type;

    private static void JudgeRaw(Workflow workflow, ActivityNode node, string input, JsonNode? raw, LintList found)
    {
        if (input == "variable" && node.Type == "Elsa.SetVariable")
        {
            if (raw is JsonObject variable && !IsVariable(workflow, node, variable["id"]?.ToString(), variable["name"]?.ToString()))
                found.Error("undeclared-variable", node, $"biến “{variable["name"] ?? variable["id"]}” chưa khai báo.", $"the variable '{variable["name"] ?? variable["id"]}' is not declared.");
            return;
        }

        switch (raw)
        {
            case JsonArray items:
                foreach (var item in items) JudgeRaw(workflow, node, input, item, found);
                break;
            case JsonObject one when one["condition"] is JsonObject condition && condition["type"] is JsonValue type:
                Judge(workflow, node, one["label"]?.ToString() ?? input, new Expression(type.ToString(), condition["value"]), found);
                break;
        }
    }

    private static void Judge(Workflow workflow, ActivityNode node, string input, Expression expression, LintList found)
    {
        if (!Known.Contains(expression.Type))
        {
            found.Error("syntax-not-run", node, $"“{input}” viết bằng {expression.Type}; ở đây không chạy cú pháp này.", $"'{input}' is written in {expression.Type}, which is not run here.");
            return;
        }

        var text = expression.Value is JsonValue value && value.TryGetValue<string>(out var written) ? written : null;
        switch (expression.Type)
        {
            case "JavaScript" when !string.IsNullOrWhiteSpace(text):
                JudgeScript(workflow, node, input, text, found);
                break;
            // Text that is no JSON stays text; one that begins like JSON was meant to be it.
            case "Object" or "Json" when text?.TrimStart() is ['{' or '[', ..] && !IsJson(text):
                found.Error("unreadable-expression", node, $"“{input}” không phải JSON đọc được.", $"'{input}' is no JSON that can be read.");
                break;
            case "Variable" when Reference(expression.Value) is { } variable && !IsVariable(workflow, node, variable["id"]?.ToString(), variable["name"]?.ToString()):
                found.Error("undeclared-variable", node, $"“{input}” dùng biến “{variable["name"] ?? variable["id"]}” chưa khai báo.",
                    $"'{input}' uses the variable '{variable["name"] ?? variable["id"]}', which is not declared.");
                break;
            default:
                break;
        }
    }

    private static void JudgeScript(Workflow workflow, ActivityNode node, string input, string source, LintList found)
    {
        try
        {
            var script = Script.Parse(source);
            // A script may make a variable by setting it; so may any other of the definition.
            foreach (var name in script.VariableNames.Concat(Asked().Matches(source).Select(m => m.Groups[1].Value)).Distinct())
                if (!IsVariable(workflow, node, null, name) && !IsMade(workflow, name))
                    found.Warning("undeclared-variable", node, $"“{input}” dùng biến “{name}” chưa khai báo; giá trị sẽ rỗng.", $"'{input}' uses the variable '{name}', which is not declared; it is empty.");
        }
        catch (ScriptSyntaxException e)
        {
            found.Error("unreadable-expression", node, $"“{input}” không đọc được, dòng {e.Line}, cột {e.Column}: {e.Message}", $"'{input}' cannot be read, line {e.Line}, column {e.Column}: {e.Message}");
        }
        catch (ScriptLimitException e)
        {
            found.Error("unreadable-expression", node, $"“{input}” quá dài hoặc lồng quá sâu: {e.Message}", $"'{input}' is too long or nested too deep: {e.Message}");
        }
    }

    private static bool IsVariable(Workflow workflow, ActivityNode node, string? id, string? name)
    {
        for (var scope = node; scope is not null; scope = scope.Parent)
            if (scope.Variables.Any(v => Is(v, id, name))) return true;
        // Loops hand their item over by these names.
        return workflow.Variables.Any(v => Is(v, id, name)) || name is "CurrentValue" or "CurrentIndex" or "currentValue";
    }

    private static bool Is(VariableDefinition variable, string? id, string? name) => id is { Length: > 0 } ? variable.Id == id : variable.Name == name;

    private static bool IsMade(Workflow workflow, string name) => workflow.Inputs.Any(i => i.Name == name) || LintDefinition.Own(workflow.Root).SelectMany(n => n.Inputs.Values)
        .Any(v => v.Expression is { Value: JsonValue value } && value.TryGetValue<string>(out var text) && Set().Matches(text).Any(m => m.Groups[1].Value == name));

    private static JsonObject? Reference(JsonNode? value)
    {
        if (value is JsonObject reference) return reference;
        if (value is not JsonValue text || !text.TryGetValue<string>(out var json) || !json.StartsWith('{') || !IsJson(json)) return null;
        return JsonNode.Parse(json) as JsonObject;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex("""\bgetVariable\(\s*['"]([^'"]+)['"]\s*\)""")]
    private static partial Regex Asked();

    [GeneratedRegex("""\bsetVariable\(\s*['"]([^'"]+)['"]""")]
    private static partial Regex Set();
}
