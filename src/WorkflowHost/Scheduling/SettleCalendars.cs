using Quartz;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace WorkflowHost.Scheduling;

/// <summary>Plans anew the reminders that were planned by an outdated calendar in the seconds after a new one was loaded.</summary>
[DisallowConcurrentExecution]
public sealed class SettleCalendars(LoadCalendar calendars, BusinessClock clock) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        context.Result = await calendars.SettleAsync(clock.Now(), cancellationToken);
}
