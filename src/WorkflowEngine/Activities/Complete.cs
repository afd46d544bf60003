using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Ends the workflow used as an activity around it (else the whole workflow) with these outcomes.</summary>
[Activity("Elsa.Complete", Category = "Composition", NameVi = "Hoàn thành quy trình", TextVi = "Kết thúc quy trình bao quanh với các kết quả này.",
    TextEn = "Ends the surrounding workflow with these outcomes.", IsTerminal = true)]
public sealed class Complete : Activity
{
    public readonly Input<JsonNode> Outcomes = new("Outcomes") { LabelVi = "Kết quả", LabelEn = "Outcomes", TypeName = "Object", UiHint = "outcome-picker" };

    protected internal override void Execute(ActivityContext context)
    {
        var names = Names(context.GetRaw("outcomes"));
        var outcomes = names.Count == 0 ? Activities.Outcomes.Done : Activities.Outcomes.Of(names);
        context.Burst.CompositeOutcomes = outcomes;

        // First itself: containers end with their terminal activity and may carry the end up to the workflow without its outcomes.
        context.Complete();
        for (var outer = context.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer.Node.Activity is not WorkflowRoot) continue;
            outer.Complete(outcomes);
            return;
        }
    }

    /// <summary>Text, a list of texts, or a list written as JSON text.</summary>
    private static List<string> Names(JsonNode? value)
    {
        if (value is not null && value.AsText() is { } text && text.AsSpan().TrimStart() is ['[', ..]) value = Values.To<JsonArray>(value);
        return value switch
        {
            null => [],
            JsonArray items => [.. items.Where(i => i is not null).Select(i => i.AsText() ?? i!.ToJsonString())],
            _ when value.AsText() is { Length: > 0 } one => [one],
            _ => [],
        };
    }
}
