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
        var outcomes = Activities.Outcomes.Of(Names(context.GetRaw("outcomes")));
        context.Burst.CompositeOutcomes = outcomes;

        // Loops on the way out are cancelled with all that runs in them, this activity too; what is around them is about to end and starts nothing.
        var around = new List<ActivityContext>();
        for (var outer = context.Parent; outer is not null && around is not [.., { Node.Activity: WorkflowRoot }]; outer = outer.Parent) around.Add(outer);
        foreach (var outer in around) outer.IsEnding = true;
        foreach (var loop in around.Where(LoopBreak.IsLoop)) loop.Cancel();

        // First itself: containers end with their terminal activity and may carry the end up to the workflow without its outcomes.
        context.Complete();
        around[^1].Complete(outcomes);
    }

    /// <summary>Text is one outcome, a list one for each item; anything else is Done.</summary>
    private static string[] Names(JsonNode? value) => value switch
    {
        JsonArray items => [.. items.Where(i => i is not null).Select(i => i.AsText() ?? i!.ToJsonString())],
        not null when value.AsText() is { } one => [one],
        _ => ["Done"],
    };
}
