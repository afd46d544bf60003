using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>Waits for the next time of a cron expression (six fields, seconds first, UTC); as a start it begins a new instance each time.</summary>
[Activity("Elsa.Cron", Category = "Scheduling", Kind = "Trigger", NameVi = "Lịch cron", TextVi = "Chờ đến lần kế tiếp của biểu thức cron.",
    TextEn = "Waits for the next time of a cron expression.")]
public sealed class Cron : Activity
{
    public readonly Input<string> CronExpression = new("CronExpression") { LabelVi = "Biểu thức cron", LabelEn = "Cron expression" };

    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (context.TakeTrigger())
        {
            context.Complete();
            return;
        }

        var text = context.Get(CronExpression) ?? "";
        if (CronSchedule.Parse(text) is not { } schedule) throw new ActivityFaultException($"'{text}' is no cron expression of six fields.", "CronFormatException");
        if (schedule.Next(context.Now) is not { } next) throw new ActivityFaultException($"'{text}' never comes again.", "CronFormatException");
        context.WaitFor(payload: new() { ["executeAt"] = next, ["cronExpression"] = text }, dueAt: next);
    }
}
