using System.Text.Json.Nodes;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Repeats its body for the numbers from start to end; CurrentValue tells the body which.</summary>
[Activity("Elsa.For", Category = "Looping", NameVi = "Lặp theo số", TextVi = "Lặp phần thân từ số đầu đến số cuối.", TextEn = "Repeats its body for a range of numbers.",
    Ports = ["body"])]
public sealed class For : Activity
{
    public readonly Input<int> Start = new("Start") { LabelVi = "Từ", LabelEn = "Start", Default = 0 };
    public readonly Input<int> End = new("End") { LabelVi = "Đến", LabelEn = "End", Default = 0 };
    public readonly Input<int> Step = new("Step") { LabelVi = "Bước", LabelEn = "Step", Default = 1 };
    public readonly Input<bool> OuterBoundInclusive = new("OuterBoundInclusive") { LabelVi = "Kể cả số cuối", LabelEn = "Outer bound inclusive", UiHint = "checkbox", Default = true };
    public readonly Output CurrentValue = new("CurrentValue");

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context) => Next(context);

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        Recall(context);
        if (LoopBreak.IsBroken(context)) context.Complete();
        else Next(context);
    }

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child)
    {
        Recall(context);
        Next(context);
    }

    // A round that had to wait ends in another burst than the one that handed its value out.
    private void Recall(ActivityContext context) => context.RecallMissing(CurrentValue, context.Properties["CurrentStep"]);

    private void Next(ActivityContext context)
    {
        context.EvaluateInputsOnce();
        var (start, end, step) = (context.Get(Start), context.Get(End), context.Get(Step));
        var upwards = step >= 0;
        var last = context.Properties["CurrentStep"]?.GetValue<long>();
        var current = last is null ? start : last.Value + step;
        var within = context.Get(OuterBoundInclusive) ? (upwards ? current <= end : current >= end) : upwards ? current < end : current > end;
        if (!within || context.Node.Child("body") is not { } body)
        {
            context.Complete();
            return;
        }

        // A step of zero would repeat for ever within one burst after another.
        if (step == 0 && last is not null) context.Fault("The step of the loop is 0.");
        context.Properties["CurrentStep"] = current;
        context.Schedule(body, variables: new JsonObject { ["CurrentValue"] = current });
        context.Set(CurrentValue, current);
    }
}
