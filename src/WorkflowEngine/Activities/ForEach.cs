using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Repeats its body for every item of a list, one after the other; CurrentValue and CurrentIndex tell the body which.</summary>
[Activity("Elsa.ForEach", Category = "Looping", NameVi = "Lặp theo danh sách", TextVi = "Lặp phần thân cho từng phần tử, lần lượt.",
    TextEn = "Repeats its body for every item, one after the other.", Ports = ["body"])]
public sealed class ForEach : Activity
{
    public readonly Input<JsonNode> Items = new("Items") { LabelVi = "Danh sách", LabelEn = "Items", TypeName = "List<Object>" };
    public readonly Output CurrentValue = new("CurrentValue");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context) => Next(context);

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        Recall(context, child);
        if (LoopBreak.IsBroken(context)) context.Complete();
        else Next(context);
    }

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child)
    {
        Recall(context, child);
        Next(context);
    }

    // A round that had to wait ends in another burst than the one that handed its item out; the body has it as its own.
    private void Recall(ActivityContext context, ActivityContext round) => context.RecallMissing(CurrentValue, round.State.Dynamic?["CurrentValue"]);

    private void Next(ActivityContext context)
    {
        context.EvaluateInputsOnce();
        var items = ListOf(context.Get(Items));
        var index = context.Properties["CurrentIndex"]?.GetValue<int>() ?? 0;
        if (items is null && context.Node.Inputs.GetValueOrDefault(Items.JsonName)?.Expression is not null)
            throw new ActivityFaultException("The list to go through is nothing.", "ArgumentNullException");
        if (items is null || index >= items.Count || context.Node.Child("body") is not { } body)
        {
            context.Complete();
            return;
        }

        var item = items[index];
        context.Properties["CurrentIndex"] = index + 1;
        context.Set(CurrentValue, item);
        context.Schedule(body, variables: new JsonObject { ["CurrentIndex"] = index, ["CurrentValue"] = item?.DeepClone() });
    }

    /// <summary>Text is the list of its letters, as in Elsa.</summary>
    private static JsonArray? ListOf(JsonNode? given)
    {
        if (given is JsonArray list) return list;
        try
        {
            return Values.Loose(given, "List<Object>") as JsonArray;
        }
        catch (ValueConversionException e)
        {
            throw new ActivityFaultException($"Failed to evaluate activity input 'Items': {e.Message}", "InputEvaluationException", e);
        }
    }
}
