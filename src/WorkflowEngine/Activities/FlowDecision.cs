using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Goes on through True or False.</summary>
[Activity("Elsa.FlowDecision", Category = "Branching", NameVi = "Rẽ nhánh", TextVi = "Đi tiếp theo nhánh Đúng hoặc Sai.",
    TextEn = "Goes on through True or False.", Outcomes = ["True", "False"])]
public sealed class FlowDecision : Activity
{
    public readonly Input<bool> Condition = new("Condition") { LabelVi = "Điều kiện", LabelEn = "Condition" };

    protected internal override void Execute(ActivityContext context) => context.Complete(context.Get(Condition) ? "True" : "False");
}
