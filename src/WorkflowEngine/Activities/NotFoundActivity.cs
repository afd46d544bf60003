using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Stands for a type that is not known here: kept through a round trip, faults by name when executed.</summary>
[Activity("Elsa.NotFoundActivity", Category = "System", IsBrowsable = false)]
public sealed class NotFoundActivity : Activity
{
    protected internal override void Execute(ActivityContext context) =>
        throw new ActivityFaultException($"Activity type '{context.Node.Type}' version '{context.Node.Version}' could not be found.", "ActivityNotFoundException");
}
