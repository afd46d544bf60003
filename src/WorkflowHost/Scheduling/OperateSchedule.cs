using Npgsql;
using Quartz;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Identity;

namespace WorkflowHost.Scheduling;

/// <summary>What came of an operator's command.</summary>
public enum ScheduleAnswer
{
    /// <summary>Carried out and written to the audit.</summary>
    Done,

    /// <summary>There is no such lane, job or clock.</summary>
    Unknown,

    /// <summary>It is so already: paused, running, or (to run now) paused.</summary>
    NotNow,
}

/// <summary>The commands of the scheduler page and API; the caller has checked the permission.</summary>
public sealed class OperateSchedule(NpgsqlDataSource database, PauseSchedule pauses, RetryDeadline retries, ISchedulerFactory quartz, Nudge nudge)
{
    /// <summary>Stops a lane or job until it is resumed.</summary>
    public async Task<ScheduleAnswer> PauseAsync(RequestActor who, string name, string reason, CancellationToken cancellation)
    {
        if (!IsKnown(name)) return ScheduleAnswer.Unknown;
        return await pauses.PauseAsync(who.Actor, name, reason, who.Now, who.RecordedAt, cancellation) ? ScheduleAnswer.Done : ScheduleAnswer.NotNow;
    }

    /// <summary>Lets it go on; what has fallen due meanwhile is made up for at once.</summary>
    public async Task<ScheduleAnswer> ResumeAsync(RequestActor who, string name, string? reason, CancellationToken cancellation)
    {
        if (!IsKnown(name)) return ScheduleAnswer.Unknown;
        if (!await pauses.ResumeAsync(who.Actor, name, reason, who.Now, who.RecordedAt, cancellation)) return ScheduleAnswer.NotNow;
        nudge.Now();
        return ScheduleAnswer.Done;
    }

    /// <summary>Has a calendar job run now, on whichever host is free.</summary>
    public async Task<ScheduleAnswer> RunAsync(RequestActor who, string name, CancellationToken cancellation)
    {
        if (CalendarJob.All.All(j => j.Name != name)) return ScheduleAnswer.Unknown;
        if ((await Lanes.PausedAsync(database, cancellation)).Contains(name)) return ScheduleAnswer.NotNow;
        await pauses.NoteRunAsync(who.Actor, name, who.Now, who.RecordedAt, cancellation);
        await (await quartz.GetScheduler(cancellation)).TriggerJob(new JobKey(name), null, cancellation);
        return ScheduleAnswer.Done;
    }

    /// <summary>Tries a clock again that stopped for want of its ladder or calendar.</summary>
    public async Task<ScheduleAnswer> RetryDeadlineAsync(RequestActor who, Guid task, CancellationToken cancellation)
    {
        if (!await retries.RunAsync(who.Actor, task, who.Now, who.RecordedAt, cancellation)) return ScheduleAnswer.Unknown;
        nudge.Now();
        return ScheduleAnswer.Done;
    }

    private static bool IsKnown(string name) => Lanes.All.Contains(name) || CalendarJob.All.Any(j => j.Name == name);
}
