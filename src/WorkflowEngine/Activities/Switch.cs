using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Runs the embedded activity of the case whose condition holds, or of all such cases; the default when none does.</summary>
[Activity("Elsa.Switch", Category = "Branching", NameVi = "Chọn", TextVi = "Chạy bước bên trong của trường hợp đúng.", TextEn = "Runs the activity of the case that holds.",
    IsBrowsable = false, Ports = ["default"])]
public sealed class Switch : Activity
{
    public readonly Input<JsonArray> Cases = new("Cases") { LabelVi = "Các trường hợp", LabelEn = "Cases", IsWrapped = false, UiHint = "switch-editor" };

    public readonly Input<string> Mode = new("Mode")
    {
        LabelVi = "Cách chọn",
        LabelEn = "Mode",
        TypeName = "UnregisteredClrType:Elsa.Workflows.SwitchMode, Elsa.Workflows.Core",
        Default = "MatchFirst",
        UiHint = "dropdown",
    };

    public readonly Output Output = new("Output");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var matched = SwitchCases.Matching(context, SwitchCases.TakesAll(context, Mode));
        var branches = new List<ActivityNode>();
        foreach (var (position, _) in matched)
            if (context.Node.Child($"cases[{position}]") is { } branch) branches.Add(branch);
        if (matched.Count == 0 && context.Node.Child("default") is { } otherwise) branches.Add(otherwise);
        context.Properties["Open"] = branches.Count;
        foreach (var branch in branches) context.Schedule(branch);
        if (branches.Count == 0) context.Complete();
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        var open = context.Properties["Open"]!.GetValue<int>() - 1;
        context.Properties["Open"] = open;
        if (open <= 0) context.Complete();
    }
}
