using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>
/// What Elsa's activities have in members that a document leaves out, and therefore write back (measured on 3.8.0). An explicit null stays null.
/// </summary>
internal static class ActivityDefaults
{
    private static readonly Dictionary<(string Type, string Member), string> Inputs = new()
    {
        [("Elsa.If", "condition")] = "false",
        [("Elsa.While", "condition")] = "false",
        [("Elsa.FlowDecision", "condition")] = "false",
        [("Elsa.FlowJoin", "mode")] = "\"WaitAny\"",
        [("Elsa.FlowSwitch", "mode")] = "\"MatchFirst\"",
        [("Elsa.Switch", "mode")] = "\"MatchFirst\"",
        [("Elsa.For", "start")] = "0",
        [("Elsa.For", "end")] = "0",
        [("Elsa.For", "step")] = "1",
        [("Elsa.For", "outerBoundInclusive")] = "true",
        [("Elsa.ForEach", "items")] = "[]",
        [("Elsa.ParallelForEach", "items")] = "[]",
        [("Elsa.SetName", "value")] = "\"\"",
        [("Elsa.SetVariable", "value")] = "null",
        [("Elsa.RunJavaScript", "script")] = "\"\"",
        [("Elsa.RunCSharp", "script")] = "\"\"",
        [("Elsa.Timer", "interval")] = "\"00:01:00\"",
        [("Elsa.BulkDispatchWorkflows", "defaultItemInputKey")] = "\"Item\"",
        [("Elsa.BulkDispatchWorkflows", "waitForCompletion")] = "true",
        [("Elsa.BulkDispatchWorkflows", "startNewTrace")] = "false",
    };

    private static readonly Dictionary<(string Type, string Member), string> Unwrapped = new()
    {
        [("Elsa.FlowSwitch", "cases")] = "[]",
        [("Elsa.Switch", "cases")] = "[]",
        [("Elsa.Fork", "joinMode")] = "\"WaitAll\"",
    };

    /// <summary>Outputs that are bound to a place of their own when the document binds them to nothing.</summary>
    private static readonly Dictionary<string, string> Outputs = new() { ["Elsa.For"] = "currentValue" };

    public static bool HasInput(string type, string member) => Inputs.ContainsKey((type, member));

    /// <summary>The literal of an input that is not in the document; false when it is simply empty.</summary>
    public static bool TryInput(string type, string member, out JsonNode? value)
    {
        var found = Inputs.TryGetValue((type, member), out var json);
        value = found ? JsonNode.Parse(json!) : null;
        return found;
    }

    public static JsonNode? UnwrappedInput(string type, string member) =>
        Unwrapped.TryGetValue((type, member), out var json) ? JsonNode.Parse(json) : null;

    /// <summary>The id under which the output of an unbound default is written, or null.</summary>
    public static string? OutputId(string type, string member, string activityId) =>
        Outputs.TryGetValue(type, out var name) && name == member ? $"{activityId}:output-{Words.Kebab(member)}" : null;
}
