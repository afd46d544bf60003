using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Leaves the loop around it.</summary>
[Activity("Elsa.Break", Category = "Looping", NameVi = "Thoát vòng lặp", TextVi = "Thoát khỏi vòng lặp bao quanh.", TextEn = "Leaves the loop around it.", IsTerminal = true)]
public sealed class Break : Activity
{
    protected internal override void Execute(ActivityContext context) => LoopBreak.Send(context);
}
