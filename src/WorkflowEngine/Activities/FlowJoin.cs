using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits for any, all, or all still possible of the ways that lead to it.</summary>
[Activity("Elsa.FlowJoin", Category = "Branching", NameVi = "Hợp nhánh", TextVi = "Chờ một, tất cả, hoặc mọi nhánh còn chạy.",
    TextEn = "Waits for any, all, or all still possible ways.")]
public sealed class FlowJoin : Activity
{
    public readonly Input<string> Mode = new("Mode")
    {
        LabelVi = "Cách chờ",
        LabelEn = "Mode",
        TypeName = "FlowJoinMode",
        Default = "WaitAny",
        UiHint = "dropdown",
    };

    protected internal override void Execute(ActivityContext context)
    {
        if (context.Parent is not { } around) return;
        if (around.Node.Activity is not Flowchart) throw new ActivityFaultException("A join stands in a flowchart only.", "InvalidOperationException");
        Flowchart.CancelAncestors(around, context.Node.Id);
    }

    /// <summary>The mode of a join in this flowchart. It is asked for at every arrival, before the join itself runs.</summary>
    internal static string ModeOf(ActivityContext flowchart, ActivityNode join)
    {
        if (join.Inputs.GetValueOrDefault("mode")?.Expression is not { } expression) return "WaitAny";
        return Modes.Given(flowchart.EvaluateNamed("Mode", expression), Modes.OfJoin);
    }
}
