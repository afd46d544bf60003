using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs its body for all items of a list at once and waits for all; CurrentValue and CurrentIndex tell each body its item.</summary>
[Activity("Elsa.ParallelForEach", Category = "Looping", NameVi = "Lặp song song", TextVi = "Chạy phần thân cho mọi phần tử cùng lúc.",
    TextEn = "Runs its body for all items at once.", Ports = ["body"])]
public sealed class ParallelForEach : Activity
{
    public readonly Input<JsonNode> Items = new("Items") { LabelVi = "Danh sách", LabelEn = "Items", TypeName = "Object" };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        // A JSON array given as text has no items in Elsa either.
        if (context.GetRaw("items") is not JsonArray { Count: > 0 } items || context.Node.Child("body") is not { } body)
        {
            context.Complete();
            return;
        }

        context.Properties["Open"] = items.Count;
        for (var index = 0; index < items.Count; index++)
            context.Schedule(body, variables: new JsonObject { ["CurrentValue"] = items[index]?.DeepClone(), ["CurrentIndex"] = index });
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        var open = context.Properties["Open"]!.GetValue<int>() - 1;
        context.Properties["Open"] = open;
        if (open <= 0) context.Complete();
    }
}
