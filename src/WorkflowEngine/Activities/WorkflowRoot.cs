using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>The implicit root of every definition: runs the document's root activity and ends with it.</summary>
[Activity("Elsa.Workflow", Category = "Workflows", NameVi = "Quy trình", IsBrowsable = false, IsContainer = true, Ports = ["root"])]
public sealed class WorkflowRoot : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.Parent is null && context.Burst.State.StartVariables is { } given)
        {
            foreach (var (name, value) in given) context.Begin(name, value);
            context.Burst.State.StartVariables = null;
        }

        if (context.Node.Child("root") is { } root) context.Schedule(root);
        else context.Complete();
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes) => context.Complete();
}
