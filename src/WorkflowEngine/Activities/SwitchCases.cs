using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>The cases of Switch and FlowSwitch: labels with conditions.</summary>
internal static class SwitchCases
{
    public static bool TakesAll(ActivityContext context, Input<string> mode) =>
        Modes.Given(context.GetRaw(mode.JsonName), Modes.OfSwitch) == "MatchAny";

    /// <summary>Position and label of the first case that holds, or of all; a condition that cannot be evaluated faults the activity.</summary>
    public static List<(int Position, string Label)> Matching(ActivityContext context, bool all)
    {
        var matched = new List<(int, string)>();
        if (context.GetRaw("cases") is not JsonArray cases) throw new ActivityFaultException("The cases are null.", "NullReferenceException");
        for (var position = 0; position < cases.Count; position++)
        {
            if (cases[position] is null) throw new ActivityFaultException($"Case {position + 1} is null.", "NullReferenceException");
            if (cases[position] is not JsonObject item || item["condition"] is not JsonObject condition) continue;
            var value = context.EvaluateNamed("Cases", new Expression(condition["type"].AsText() ?? "Literal", condition["value"]), type: typeof(bool));
            if (Holds(value)) matched.Add((position, item["label"].AsText() ?? ""));
        }

        // All conditions are evaluated even when the first match decides, so that a broken one shows.
        return all || matched.Count < 2 ? matched : matched[..1];
    }

    private static bool Holds(JsonNode? value)
    {
        try
        {
            return Values.To<bool>(value);
        }
        catch (ValueConversionException e) when (e.IsMismatch)
        {
            return false;
        }
        catch (ValueConversionException e)
        {
            throw new ActivityFaultException($"The condition of a case is neither true nor false: {e.Message}", "InputEvaluationException", e);
        }
    }
}
