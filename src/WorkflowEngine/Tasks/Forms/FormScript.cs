using System.Text.Json.Nodes;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>Evaluates the expressions of forms; waits for the script branch.</summary>
public static class FormScript
{
    public static JsonNode? Evaluate(string expression, JsonObject scope) => throw new NotImplementedException($"{expression} {scope.Count}");
}
