using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Repeats its body as long as the condition holds.</summary>
[Activity("Elsa.While", Category = "Looping", NameVi = "Lặp khi", TextVi = "Lặp phần thân khi điều kiện còn đúng.", TextEn = "Repeats its body as long as the condition holds.",
    Ports = ["body"])]
public sealed class While : Activity
{
    public readonly Input<bool> Condition = new("Condition") { LabelVi = "Điều kiện", LabelEn = "Condition", AutoEvaluate = false };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context) => Next(context);

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        if (LoopBreak.IsBroken(context)) context.Complete();
        else Next(context);
    }

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child) => Next(context);

    private void Next(ActivityContext context)
    {
        // Without a body nothing could ever change the condition.
        if (context.Node.Child("body") is { } body && context.Evaluate(Condition)) context.Schedule(body);
        else context.Complete();
    }
}
