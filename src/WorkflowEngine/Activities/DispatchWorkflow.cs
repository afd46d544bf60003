using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Starts another definition's published version as a child, and waits for its end if asked to.</summary>
[Activity("Elsa.DispatchWorkflow", Category = "Composition", NameVi = "Chạy quy trình con", TextVi = "Bắt đầu một quy trình khác làm con.",
    TextEn = "Starts another definition as a child.")]
public sealed class DispatchWorkflow : Activity
{
    public readonly Input<string> WorkflowDefinitionId = new("WorkflowDefinitionId") { LabelVi = "Quy trình", LabelEn = "Workflow Definition", UiHint = "workflow-definition-picker" };
    public readonly Input<string> CorrelationId = new("CorrelationId") { LabelVi = "Mã liên hệ", LabelEn = "Correlation id" };
    public readonly Input<JsonObject> Input = new("Input") { LabelVi = "Dữ liệu vào", LabelEn = "Input", TypeName = "ObjectDictionary", UiHint = "dictionary" };
    public readonly Input<bool> WaitForCompletion = new("WaitForCompletion") { LabelVi = "Chờ kết thúc", LabelEn = "Wait for completion" };
    public readonly Input<bool> StartNewTrace = new("StartNewTrace") { LabelVi = "Theo dõi riêng", LabelEn = "Start new trace" };
    public readonly Input<string> ChannelName = new("ChannelName") { LabelVi = "Kênh", LabelEn = "Channel", UiHint = "dropdown" };
    public readonly Output Result = new("Result");

    protected internal override bool CompletesItself => false;

    protected internal override bool StartsChildren => true;

    protected internal override void Execute(ActivityContext context)
    {
        var (definition, wait) = (ChildDispatch.Definition(context, WorkflowDefinitionId), context.Get(WaitForCompletion));
        var child = ChildDispatch.Child(context, definition, context.Get(CorrelationId), context.Get(Input)?.DeepClone() as JsonObject ?? [], wait, wait ? "each" : "none");
        context.Effects.Children.Add(child);
        if (wait) context.WaitFor(payload: new JsonObject { ["childInstanceId"] = child.Id.ToString() });
        else context.Complete();
    }

    protected internal override void Resume(ActivityContext context, Bookmark bookmark, JsonObject input)
    {
        if (input["output"] is JsonObject output) context.Burst.ThisRun.MergeInput(output);

        // The child's output, and what this instance keeps of its own input, as in Elsa.
        context.Set(Result, context.Burst.ThisRun.Input);
        ChildDispatch.ShowEnd(context, input);
        context.Complete();
    }
}
