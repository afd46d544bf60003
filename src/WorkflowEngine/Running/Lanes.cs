using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>
/// What the pulse does, lane by lane. Each can be paused by those who operate the scheduler: its rows stay due, nothing of it is lost, and it makes up
/// for all of it when it goes on. What instances do next is no lane: people wait for it.
/// </summary>
public static class Lanes
{
    /// <summary>Definitions that start by Timer, Cron or StartAt.</summary>
    public const string Triggers = "triggers";

    /// <summary>Waits of instances for a time.</summary>
    public const string Timers = "timers";

    /// <summary>Reminders and escalations, and the digests they go into.</summary>
    public const string Deadlines = "deadlines";

    /// <summary>Mails on their way.</summary>
    public const string Mails = "mails";

    /// <summary>All, in the order of a turn.</summary>
    public static readonly IReadOnlyList<string> All = [Triggers, Timers, Deadlines, Mails];

    /// <summary>Whether a lane (a literal) is paused, as SQL.</summary>
    internal const string IsPaused = "exists (select from schedule_pause where name = ";

    private const string Read =
        """
        -- Lanes.Paused
        select name from schedule_pause
        """;

    /// <summary>Names of lanes and jobs that stand still.</summary>
    public static async Task<IReadOnlySet<string>> PausedAsync(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await PausedAsync(connection, cancellation);
    }

    /// <inheritdoc cref="PausedAsync(NpgsqlDataSource, CancellationToken)"/>
    public static async Task<IReadOnlySet<string>> PausedAsync(NpgsqlConnection connection, CancellationToken cancellation = default) =>
        (await Command(connection, Read).ListAsync(r => r.GetString(0), cancellation)).ToHashSet();
}

/// <summary>Pauses lanes and jobs and lets them go on; both are written to the audit, with the reason.</summary>
public sealed class PauseSchedule(NpgsqlDataSource database)
{
    private const string Pause =
        """
        -- PauseSchedule.Pause
        with paused as (
          insert into schedule_pause (name, paused_at, paused_by, reason) values ($1, $5, $3, $2) on conflict (name) do nothing returning name)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
        select $6, $5, $3, $4, 'schedule.pause', jsonb_build_object('name', name, 'reason', $2) from paused
        """;

    private const string Resume =
        """
        -- PauseSchedule.Resume
        with resumed as (delete from schedule_pause where name = $1 returning name, paused_at)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
        select $6, $5, $3, $4, 'schedule.resume', jsonb_build_object('name', name, 'reason', $2, 'pausedAt', paused_at) from resumed
        """;

    private const string Note =
        """
        -- PauseSchedule.Note
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail) values ($6, $5, $3, $4, 'schedule.run', jsonb_build_object('name', $1, 'reason', $2::text))
        """;

    /// <summary>False: it stands still already.</summary>
    /// <param name="recordedAt">System time.</param>
    public Task<bool> PauseAsync(Actor actor, string name, string reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(Pause, actor, name, reason, now, recordedAt, cancellation);

    /// <summary>False: it was not paused.</summary>
    public Task<bool> ResumeAsync(Actor actor, string name, string? reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(Resume, actor, name, reason, now, recordedAt, cancellation);

    /// <summary>Writes down that somebody had a job run now.</summary>
    public Task<bool> NoteRunAsync(Actor actor, string name, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(Note, actor, name, null, now, recordedAt, cancellation);

    private async Task<bool> RunAsync(string sql, Actor actor, string name, string? reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, sql, P(name), P(reason, NpgsqlTypes.NpgsqlDbType.Text), P(actor.Id, NpgsqlTypes.NpgsqlDbType.Uuid),
            P(actor.OnBehalfOf, NpgsqlTypes.NpgsqlDbType.Uuid), Instant(recordedAt), Instant(now)).ExecuteNonQueryAsync(cancellation) == 1;
    }
}
