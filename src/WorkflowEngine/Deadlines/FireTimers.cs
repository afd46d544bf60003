using Npgsql;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// An intake: waits of instances whose time has come leave a <c>timer-due</c> event. The row keeps its place until the burst burns it, without a
/// time, so that it fires once. What survives a crash: the one statement, whole or not at all.
/// </summary>
public sealed class FireTimers(NpgsqlDataSource database, CrashPoints? crashPoints = null)
{
    public const int BatchSize = 1000;

    private const string Fire =
        """
        -- FireTimers.Fire
        with due as (
          select id from bookmark where due_at <= $1 order by due_at, id limit $2 for update skip locked),
        fired as (
          update bookmark b set due_at = null from due where b.id = due.id returning b.id, b.instance_id)
        insert into instance_event (instance_id, kind, body, at)
        select instance_id, 'timer-due', json_build_object('bookmarkId', id), $1 from fired
        """;

    /// <summary>Fires up to <see cref="BatchSize"/> timers; returns how many.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Fire, Instant(now), P(BatchSize));
        var fired = await command.ExecuteNonQueryAsync(cancellation);
        if (fired > 0) crashPoints?.Hit("timers-fired");
        return fired;
    }
}
