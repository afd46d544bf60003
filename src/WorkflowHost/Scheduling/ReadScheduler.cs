using Npgsql;
using Quartz;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;
using Text = WorkflowEngine.Tasks.Text;

namespace WorkflowHost.Scheduling;

/// <summary>Since when something stands still, why, and who did it.</summary>
public sealed record SchedulePause(string Name, DateTimeOffset PausedAt, string? By, string Reason);

/// <summary>A lane of the pulse.</summary>
public sealed record LaneView(LaneBacklog Backlog, SchedulePause? Pause);

/// <summary>One run of a calendar job. <paramref name="EndedAt"/> null: it runs, or its host died.</summary>
/// <param name="Outcome">Rows it dealt with.</param>
public sealed record JobRun(string Job, string Host, DateTimeOffset ScheduledAt, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long? Outcome, string? Error);

/// <summary>A calendar job with its last run and the next one (system time).</summary>
public sealed record JobView(string Name, string Cron, JobRun? Last, DateTimeOffset? NextAt, SchedulePause? Pause);

/// <summary>A definition that starts by itself, with its last and next start (business time).</summary>
public sealed record TriggerView(string DefinitionId, string? Name, string Kind, DateTimeOffset? LastAt, DateTimeOffset? NextAt);

/// <summary>How many were so late; <paramref name="UpTo"/> seconds, null for the rest.</summary>
public sealed record LatenessStep(double? UpTo, long Rungs, long Mails);

/// <summary>A clock that stopped because what it needs is missing.</summary>
/// <param name="Title">The task's, in the asker's language.</param>
public sealed record BrokenDeadline(Guid TaskId, DateTimeOffset At, string? Unit, string? Title, string? Reason);

/// <summary>A mail that was given up or came back.</summary>
public sealed record FailedMail(Guid Id, DateTimeOffset QueuedAt, string Status, string Kind, string? Subject, string? Error);

/// <summary>A host with its last sign of life (system time).</summary>
public sealed record HostView(string Host, DateTimeOffset StartedAt, DateTimeOffset SeenAt, bool Runs);

/// <summary>Mails queued in the time that the figures cover, by state.</summary>
public sealed record MailCounts(long Queued, long Sent, long Dead, long Bounced);

/// <summary>All that an operator sees of the scheduler at one moment.</summary>
/// <param name="Now">Business time.</param>
/// <param name="SystemNow">System time.</param>
/// <param name="Incidents">Open failures of instances.</param>
public sealed record SchedulerView(
    DateTimeOffset Now, DateTimeOffset SystemNow, DateTimeOffset? LastTurnAt, IReadOnlyList<HostView> Hosts, IReadOnlyList<LaneView> Lanes, LaneBacklog Instances,
    IReadOnlyList<JobView> Jobs, IReadOnlyList<TriggerView> Triggers, IReadOnlyList<LatenessStep> Lateness, MailCounts Mails, IReadOnlyList<JobRun> FailedRuns,
    IReadOnlyList<BrokenDeadline> BrokenDeadlines, IReadOnlyList<FailedMail> FailedMails, long Incidents, IReadOnlyList<Outage> Outages);

/// <summary>Reads the scheduler's state in one connection; nothing of it is remembered between two requests.</summary>
public sealed class ReadScheduler(NpgsqlDataSource database, ISchedulerFactory quartz, Pulse pulse, TimeProvider system)
{
    /// <summary>Time that lateness and mails are counted over.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    private const int Listed = 20;

    private const string Pauses =
        """
        -- ReadScheduler.Pauses
        select s.name, s.paused_at, p.display_name, s.reason from schedule_pause s left join person p on p.id = s.paused_by
        """;

    private const string LastRuns =
        """
        -- ReadScheduler.LastRuns
        select r.job, r.host, r.scheduled_at, r.started_at, r.ended_at, r.outcome, r.error
        from unnest($1) as j(job) cross join lateral (select * from job_run x where x.job = j.job order by x.started_at desc limit 1) r
        """;

    private const string Failed =
        """
        -- ReadScheduler.FailedRuns
        select job, host, scheduled_at, started_at, ended_at, outcome, error from job_run where error is not null and started_at > $1 order by started_at desc limit $2
        """;

    private const string StartTriggers =
        """
        -- ReadScheduler.Triggers
        select v.definition_id, v.name, t.name, t.fired_at, t.due_at
        from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null
        where t.due_at is not null or t.fired_at is not null order by t.due_at nulls last, v.name limit $1
        """;

    private const string Late =
        """
        -- ReadScheduler.Lateness
        select 'rungs', width_bucket(extract(epoch from fired_at - scheduled_at)::float8 - 0.000001, $3), count(*)
        from rung_fired where fired_at > $1 and fired_at <= $2 group by 2
        union all
        select 'mails', width_bucket(extract(epoch from sent_at - queued_at)::float8 - 0.000001, $3), count(*)
        from outbox where queued_at > $1 and queued_at <= $2 and sent_at is not null group by 2
        """;

    private const string CountMails =
        """
        -- ReadScheduler.Mails
        select count(*) filter (where status = 'queued'), count(*) filter (where status = 'sent'), count(*) filter (where status = 'dead'), count(*) filter (where status = 'bounced')
        from outbox where queued_at > $1 and queued_at <= $2
        """;

    private const string BrokenClocks =
        $$"""
        -- ReadScheduler.Broken
        select distinct on (t.id) t.id, b.at, u.name, s.body #>> '{title,vi}', s.body #>> '{title,en}', b.detail ->> 'reason'
        {{RetryDeadline.Broken}} order by t.id, b.at desc limit $1
        """;

    private const string DeadMails =
        """
        -- ReadScheduler.FailedMails
        select id, queued_at, status, kind, subject, coalesce(bounce_reason, last_error) from outbox where status in ('dead', 'bounced') order by queued_at desc limit $1
        """;

    internal const string OpenIncidents =
        """
        -- ReadScheduler.Incidents
        select count(*) from incident where resolved_at is null
        """;

    private const string Hosts =
        """
        -- ReadScheduler.Hosts
        select host, started_at, seen_at, stopped_at is null and seen_at > $1 from host_beat order by started_at desc limit $2
        """;

    /// <summary>Everything as of now.</summary>
    /// <param name="now">Business time.</param>
    public async Task<SchedulerView> ReadAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        var at = BusinessClock.Whole(system.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var pauses = (await Command(connection, Pauses).ListAsync(r => new SchedulePause(r.GetString(0), r.Instant(1), r.TextOrNull(2), r.GetString(3)), cancellation)).ToDictionary(p => p.Name);
        var backlog = await Backlog.ReadAsync(connection, now, cancellation);
        var last = (await Command(connection, LastRuns, Texts([.. CalendarJob.All.Select(j => j.Name)])).ListAsync(Run, cancellation)).ToDictionary(r => r.Job);
        var scheduler = await quartz.GetScheduler(cancellation);
        var jobs = new List<JobView>();
        foreach (var job in CalendarJob.All)
            jobs.Add(new JobView(job.Name, job.Cron, last.GetValueOrDefault(job.Name),
                (await scheduler.GetTrigger(new TriggerKey(job.Trigger), cancellation))?.NextFireTimeUtc, pauses.GetValueOrDefault(job.Name)));
        return new SchedulerView(
            now, at, pulse.LastTurnAt,
            await Command(connection, Hosts, Instant(at - HostBeats.Silence), P(Listed)).ListAsync(r => new HostView(r.GetString(0), r.Instant(1), r.Instant(2), r.GetBoolean(3)), cancellation),
            [.. Lanes.All.Select(l => new LaneView(backlog.First(b => b.Lane == l), pauses.GetValueOrDefault(l)))], backlog.First(b => b.Lane == Backlog.Instances), jobs,
            await Command(connection, StartTriggers, P(Listed)).ListAsync(r => new TriggerView(r.GetString(0), r.TextOrNull(1), r.GetString(2), r.InstantOrNull(3), r.InstantOrNull(4)), cancellation),
            await LatenessAsync(connection, now, cancellation),
            (await Command(connection, CountMails, Instant(now - Window), Instant(now)).ListAsync(r => new MailCounts(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), cancellation))[0],
            await Command(connection, Failed, Instant(at - Window), P(Listed)).ListAsync(Run, cancellation),
            await Command(connection, BrokenClocks, P(Listed))
                .ListAsync(r => new BrokenDeadline(
                    r.GetGuid(0), r.Instant(1), r.TextOrNull(2), r.TextOrNull(3) is { } title ? Language.Say(new Text(title, r.TextOrNull(4))) : null, r.TextOrNull(5)), cancellation),
            await Command(connection, DeadMails, P(Listed)).ListAsync(r => new FailedMail(r.GetGuid(0), r.Instant(1), r.GetString(2), r.GetString(3), r.TextOrNull(4), r.TextOrNull(5)), cancellation),
            (await Command(connection, OpenIncidents).ListAsync(r => r.GetInt64(0), cancellation))[0],
            await HostBeats.OutagesAsync(connection, Listed, cancellation));
    }

    private static async Task<IReadOnlyList<LatenessStep>> LatenessAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        var counts = (await Command(connection, Late, Instant(now - Window), Instant(now), P(Lateness.Bounds))
            .ListAsync(r => (What: r.GetString(0), Step: r.GetInt32(1), Count: r.GetInt64(2)), cancellation)).ToDictionary(c => (c.What, c.Step), c => c.Count);
        return [.. Enumerable.Range(0, Lateness.Bounds.Length + 1).Select(i => new LatenessStep(
            i < Lateness.Bounds.Length ? Lateness.Bounds[i] : null, counts.GetValueOrDefault(("rungs", i)), counts.GetValueOrDefault(("mails", i))))];
    }

    private static JobRun Run(NpgsqlDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.Instant(2), r.Instant(3), r.InstantOrNull(4), r.LongOrNull(5), r.TextOrNull(6));
}
