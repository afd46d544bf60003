using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Goes on through the case whose condition holds, or all such cases; Default when none does.</summary>
[Activity("Elsa.FlowSwitch", Category = "Branching", NameVi = "Chọn nhánh", TextVi = "Đi theo nhánh có điều kiện đúng; không có thì theo Mặc định.",
    TextEn = "Goes on through the case whose condition holds.", Outcomes = ["Default"])]
public sealed class FlowSwitch : Activity
{
    public readonly Input<JsonArray> Cases = new("Cases") { LabelVi = "Các nhánh", LabelEn = "Cases", IsWrapped = false, UiHint = "flow-switch-editor" };

    public readonly Input<string> Mode = new("Mode")
    {
        LabelVi = "Cách chọn",
        LabelEn = "Mode",
        TypeName = "UnregisteredClrType:Elsa.Workflows.SwitchMode, Elsa.Workflows.Core",
        Default = "MatchFirst",
        UiHint = "dropdown",
    };

    protected internal override void Execute(ActivityContext context)
    {
        var matched = SwitchCases.Matching(context, SwitchCases.TakesAll(context, Mode));
        context.Complete(matched.Count > 0 ? [.. matched.Select(m => m.Label)] : ["Default"]);
    }
}
