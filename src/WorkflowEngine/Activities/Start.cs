using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Marks where a flowchart begins.</summary>
[Activity("Elsa.Start", Category = "Flow", NameVi = "Bắt đầu", TextVi = "Nơi sơ đồ bắt đầu.", TextEn = "Marks where a flowchart begins.", IsStart = true)]
public sealed class Start : Activity
{
    protected internal override void Execute(ActivityContext context) { }
}
