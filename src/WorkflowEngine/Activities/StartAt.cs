using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits until an instant; goes on at once when it has passed.</summary>
[Activity("Elsa.StartAt", Category = "Timers", Kind = "Trigger", NameVi = "Chờ đến lúc", TextVi = "Chờ đến một thời điểm.", TextEn = "Waits until an instant.")]
public sealed class StartAt : Activity
{
    public readonly Input<DateTimeOffset> DateTime = new("DateTime") { LabelVi = "Thời điểm", LabelEn = "Date and time" };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        var at = context.Get(DateTime);
        if (context.TakeTrigger() || at <= context.Now) context.Complete();
        else context.WaitFor(payload: new() { ["executeAt"] = at }, dueAt: at.ToUniversalTime());
    }
}
