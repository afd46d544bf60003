using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Sets an output of the workflow it stands in.</summary>
[Activity("Elsa.SetOutput", Category = "Composition", NameVi = "Đặt đầu ra", TextVi = "Đặt một đầu ra của quy trình.", TextEn = "Sets an output of the workflow.")]
public sealed class SetOutput : Activity
{
    public readonly Input<string> OutputName = new("OutputName") { LabelVi = "Tên đầu ra", LabelEn = "Output name", UiHint = "output-picker" };
    public readonly Input<JsonNode> OutputValue = new("OutputValue") { LabelVi = "Giá trị", LabelEn = "Value", TypeName = "Object" };

    protected internal override void Execute(ActivityContext context)
    {
        if (context.Get(OutputName) is not { Length: > 0 } name) context.Fault("No output is named.");
        else context.SetOutput(name, context.GetRaw("outputValue"));
    }
}
