using Quartz;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace WorkflowHost.Scheduling;

/// <summary>Plans anew the reminders that were planned by an outdated calendar in the seconds after a new one was loaded.</summary>
[DisallowConcurrentExecution]
public sealed class SettleCalendars(LoadCalendar calendars, BusinessClock clock, RecordRuns runs) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runs.RunAsync(context, stop => calendars.SettleAsync(clock.Now(), stop), cancellationToken);
}
