using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>
/// Runs another definition's published version as a child and goes on with its state and output, once it waits or, asked to wait, after its
/// end. Nothing else happens in the instance until the child has come to rest, and one that ended by then leaves no trace of waiting in the
/// journal: as if it ran inline.
/// </summary>
[Activity("Elsa.ExecuteWorkflow", Category = "Composition", Kind = "Task", NameVi = "Chạy quy trình ngay", TextVi = "Chạy một quy trình khác rồi đi tiếp với kết quả của nó.",
    TextEn = "Runs another definition as a child and goes on with its result.")]
public sealed class ExecuteWorkflow : Activity
{
    public readonly Input<string> WorkflowDefinitionId = new("WorkflowDefinitionId") { LabelVi = "Quy trình", LabelEn = "Workflow Definition", UiHint = "workflow-definition-picker" };
    public readonly Input<string> CorrelationId = new("CorrelationId") { LabelVi = "Mã liên hệ", LabelEn = "Correlation id" };
    public readonly Input<JsonObject> Input = new("Input") { LabelVi = "Dữ liệu vào", LabelEn = "Input", TypeName = "ObjectDictionary", UiHint = "dictionary" };
    public readonly Input<bool> WaitForCompletion = new("WaitForCompletion") { LabelVi = "Chờ kết thúc", LabelEn = "Wait for completion" };
    public readonly Output Result = new("Result", "ExecuteWorkflowResult");

    private static readonly string[] Members = ["WorkflowDefinitionVersionId", "WorkflowInstanceId", "CorrelationId", "Status", "SubStatus", "Output"];

    protected internal override bool CompletesItself => false;

    protected internal override bool StartsChildren => true;

    protected internal override void Execute(ActivityContext context)
    {
        var (definition, wait) = (ChildDispatch.Definition(context, WorkflowDefinitionId), context.Get(WaitForCompletion));
        var child = ChildDispatch.Child(context, definition, context.Get(CorrelationId), context.Get(Input)?.DeepClone() as JsonObject ?? [], wait, wait ? "inline" : "first");
        context.Burst.RunWithin(context, child);
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        var child = input["childId"]?.ToString() ?? bookmark.Payload?["childInstanceId"]?.ToString();
        context.Set(Result, Describe(
            child, input["status"]?.ToString() ?? "Finished", input["subStatus"]?.ToString() ?? "Finished", input["output"] as JsonObject ?? []));
        context.Complete();
    }

    /// <summary>
    /// The value is what this activity gives. Elsa's is an object of .NET, whose members scripts read as they like: <c>R.Status</c>, <c>R.status</c>.
    /// </summary>
    internal static bool IsResult(JsonObject value) => value.Count >= Members.Length && value.Take(Members.Length).Select(m => m.Key).SequenceEqual(Members);

    private static JsonObject Describe(string? child, string status, string subStatus, JsonObject? output) =>
        new(Members.Zip([null, child, null, status, subStatus, output?.DeepClone()], KeyValuePair.Create<string, JsonNode?>));
}
