using Quartz;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace WorkflowHost.Scheduling;

/// <summary>Plans anew the reminders that were planned by an outdated calendar, or without the ladder of their case, in the seconds after a change.</summary>
[DisallowConcurrentExecution]
public sealed class SettleCalendars(LoadCalendar calendars, ChangeLadder ladders, BusinessClock clock, RecordRuns runs) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runs.RunAsync(context, async stop => await calendars.SettleAsync(clock.Now(), stop) + await ladders.SettleAsync(clock.Now(), stop), cancellationToken);
}
