using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Goes on through all its branches at once.</summary>
[Activity("Elsa.FlowFork", Category = "Branching", NameVi = "Tách nhánh", TextVi = "Đi tiếp theo mọi nhánh cùng lúc.",
    TextEn = "Goes on through all its branches at once.")]
public sealed class FlowFork : Activity
{
    public readonly Input<List<string>> Branches = new("Branches") { LabelVi = "Các nhánh", LabelEn = "Branches", UiHint = "dynamic-outcomes" };

    protected internal override void Execute(ActivityContext context) => context.Complete(Outcomes.Of(context.Get(Branches) ?? ["Done"]));
}
