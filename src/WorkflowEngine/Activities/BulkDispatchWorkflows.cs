using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>
/// Starts a child for every item of a list; waits for all unless told not to. Without activities for the single child their ends are only
/// counted, so that it stays cheap for a hundred thousand.
/// </summary>
[Activity("Elsa.BulkDispatchWorkflows", Category = "Composition", Kind = "Task", NameVi = "Chạy nhiều quy trình con", TextVi = "Bắt đầu một quy trình con cho mỗi phần tử.",
    TextEn = "Starts a child for every item of a list.", Outcomes = ["Completed", "Canceled", "Done"], Ports = ["childCompleted", "childFaulted"])]
public sealed class BulkDispatchWorkflows : Activity
{
    public readonly Input<string> WorkflowDefinitionId = new("WorkflowDefinitionId") { LabelVi = "Quy trình", LabelEn = "Workflow Definition", UiHint = "workflow-definition-picker" };
    public readonly Input<JsonNode> Items = new("Items") { LabelVi = "Danh sách", LabelEn = "Items", TypeName = "Object", IsBulk = true };
    public readonly Input<string> DefaultItemInputKey = new("DefaultItemInputKey") { LabelVi = "Tên đầu vào", LabelEn = "Default item input key", Default = "Item" };
    public readonly Input<string> CorrelationIdFunction = new("CorrelationIdFunction") { LabelVi = "Mã liên hệ", LabelEn = "Correlation id function", AutoEvaluate = false };
    public readonly Input<JsonObject> Input = new("Input") { LabelVi = "Dữ liệu vào", LabelEn = "Input", TypeName = "ObjectDictionary", UiHint = "dictionary" };
    public readonly Input<bool> WaitForCompletion = new("WaitForCompletion") { LabelVi = "Chờ kết thúc", LabelEn = "Wait for completion", UiHint = "checkbox", Default = true };
    public readonly Input<bool> StartNewTrace = new("StartNewTrace") { LabelVi = "Theo dõi riêng", LabelEn = "Start new trace", UiHint = "checkbox" };
    public readonly Input<string> ChannelName = new("ChannelName") { LabelVi = "Kênh", LabelEn = "Channel", UiHint = "dropdown" };

    /// <summary>Most children of one dispatch; they are created in one transaction.</summary>
    public const int MaximumItems = 200_000;

    /// <summary>Bytes of input for all children of one dispatch.</summary>
    private const long MaximumInput = 256L << 20;

    protected internal override bool CompletesItself => false;

    protected internal override bool StartsChildren => true;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.GetRaw("items") is not JsonArray { Count: > 0 } items)
        {
            context.Complete("Done");
            return;
        }

        if (items.Count > MaximumItems) throw new ActivityFaultException($"{items.Count} children are too many for one dispatch; at most {MaximumItems}.", "TooManyChildren");
        var (definition, wait) = (ChildDispatch.Definition(context, WorkflowDefinitionId), context.Get(WaitForCompletion));
        var watched = context.Node.Child("childCompleted") is not null || context.Node.Child("childFaulted") is not null;
        var (shared, key) = (context.Get(Input), context.Get(DefaultItemInputKey) is { Length: > 0 } name ? name : "Item");
        if (Burst.WeightOf(shared) * items.Count > MaximumInput)
            throw new ActivityFaultException($"The input is too large for {items.Count} children.", "TooMuchAtOnce");
        foreach (var item in items)
        {
            var input = shared?.DeepClone() as JsonObject ?? [];
            if (item is JsonObject members)
                foreach (var (member, value) in members) input[member] = value?.DeepClone();
            else input[key] = item?.DeepClone();
            context.Effects.Children.Add(ChildDispatch.Child(context, definition, CorrelationOf(context, key, item), input, wait, !wait ? "none" : watched ? "each" : "count"));
        }

        if (!wait)
        {
            context.Complete("Done");
            return;
        }

        context.Properties["Open"] = items.Count;
        context.WaitFor(payload: new JsonObject { ["parentInstanceId"] = context.InstanceId.ToString(), ["scheduledInstanceIdsCount"] = items.Count }, autoBurn: false);
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        int Count(string name) => input[name]?.GetValue<int>() ?? 0;
        if (input["kind"]?.GetValue<string>() != EventKind.ChildEnded)
        {
            Account(context, Count("finished") + Count("faulted") + Count("cancelled"));
            return;
        }

        // A failed child that a retry opens again is taken off the count, so that its later end does not count twice.
        if (input["again"]?.GetValue<bool>() == true) Account(context, -1);
        if (input["status"]?.GetValue<string>() == nameof(InstanceStatus.Running)) return;
        var port = input["subStatus"]?.GetValue<string>() == "Finished" ? "childCompleted" : "childFaulted";
        if (context.Node.Child(port) is not { } branch)
        {
            Account(context, 1);
            return;
        }

        ChildDispatch.ShowEnd(context, input);
        context.Schedule(branch, variables: new JsonObject { ["ChildInstanceId"] = input["childId"]?.DeepClone() });
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes) => Account(context, 1);

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child) => Account(context, 1);

    private static void Account(ActivityContext context, int ended)
    {
        var open = context.Properties["Open"]!.GetValue<int>() - ended;
        context.Properties["Open"] = open;
        if (open <= 0) context.Complete("Completed", "Done");
    }

    /// <summary>Evaluated for each item; a script gets it as <c>getItem()</c>, or by the name the children get it under.</summary>
    private string? CorrelationOf(ActivityContext context, string key, JsonNode? item)
    {
        if (context.Node.Inputs.GetValueOrDefault(CorrelationIdFunction.JsonName)?.Expression is not { } expression) return null;
        var value = expression.Type == "JavaScript"
            ? JavaScriptEvaluator.Evaluate(expression.Value.AsText() ?? "", context, arguments: new Dictionary<string, JsonNode?> { [key] = item })
            : context.Evaluate(expression);
        return Values.To<string>(value);
    }
}
