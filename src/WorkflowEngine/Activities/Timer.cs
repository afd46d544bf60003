using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits for an interval; as the start of a definition it begins a new instance each time.</summary>
[Activity("Elsa.Timer", Category = "Scheduling", Kind = "Trigger", NameVi = "Hẹn giờ", TextVi = "Chờ một khoảng thời gian.", TextEn = "Waits for an interval.")]
public sealed class Timer : Activity
{
    public readonly Input<TimeSpan> Interval = new("Interval") { LabelVi = "Khoảng thời gian", LabelEn = "Interval", Default = TimeSpan.FromMinutes(1) };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.TakeTrigger())
        {
            context.Complete();
            return;
        }

        var resumeAt = context.Now + context.Get(Interval);
        context.WaitFor(payload: new() { ["resumeAt"] = resumeAt }, dueAt: resumeAt);
    }
}
