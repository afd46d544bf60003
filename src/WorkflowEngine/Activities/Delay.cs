using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits for a length of time; for years as well as seconds.</summary>
[Activity("Elsa.Delay", Category = "Timers", NameVi = "Chờ", TextVi = "Chờ một khoảng thời gian.", TextEn = "Waits for a length of time.")]
public sealed class Delay : Activity
{
    public readonly Input<TimeSpan> TimeSpan = new("TimeSpan") { LabelVi = "Khoảng thời gian", LabelEn = "Time span" };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var resumeAt = context.Now + context.Get(TimeSpan);
        context.WaitFor(payload: new() { ["resumeAt"] = resumeAt }, dueAt: resumeAt);
    }
}
