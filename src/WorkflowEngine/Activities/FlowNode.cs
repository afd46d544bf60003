using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Holds one activity; ends with it.</summary>
[Activity("Elsa.FlowNode", Category = "Flow", NameVi = "Nút", TextVi = "Chứa một bước.", TextEn = "Holds one activity.", Ports = ["body"])]
public sealed class FlowNode : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.Node.Child("body") is { } body) context.Schedule(body);
        else context.Complete();
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes) => context.Complete();
}
