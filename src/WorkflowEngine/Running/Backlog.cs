using Npgsql;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What waits in one lane at a business time.</summary>
/// <param name="Due">Rows whose instant has come.</param>
/// <param name="Late">Of them: by more than a minute.</param>
/// <param name="Oldest">The earliest instant that has come and is not done; null when nothing is due.</param>
/// <param name="Next">The next instant to come; null when nothing is planned.</param>
public sealed record LaneBacklog(string Lane, long Due, long Late, DateTimeOffset? Oldest, DateTimeOffset? Next);

/// <summary>Reads by partial indexes what waits in each lane; a million rows that are not yet due cost nothing.</summary>
public static class Backlog
{
    /// <summary>Beside the lanes: events that instances have not yet gone on with.</summary>
    public const string Instances = "instances";

    private const string Sql =
        """
        -- Backlog.Read
        select 'triggers', count(*), count(*) filter (where t.due_at < $1 - interval '1 minute'), min(t.due_at),
          (select min(n.due_at) from trigger n join definition_version v on v.id = n.definition_version_id and v.is_published and v.deleted_at is null where n.due_at > $1)
        from trigger t join definition_version v on v.id = t.definition_version_id and v.is_published and v.deleted_at is null where t.due_at <= $1
        union all select 'timers', count(*), count(*) filter (where due_at < $1 - interval '1 minute'), min(due_at), (select min(due_at) from bookmark where due_at > $1)
        from bookmark where due_at <= $1
        union all select 'deadlines', count(*), count(*) filter (where next_at < $1 - interval '1 minute'), min(next_at), (select min(next_at) from deadline where next_at > $1)
        from deadline where next_at <= $1
        union all select 'mails', count(*), count(*) filter (where next_attempt_at < $1 - interval '1 minute'), min(next_attempt_at),
          (select min(next_attempt_at) from outbox where status = 'queued' and next_attempt_at > $1)
        from outbox where status = 'queued' and next_attempt_at <= $1
        union all select 'instances', count(*), count(*) filter (where at < $1 - interval '1 minute'), min(at), null from instance_event
        """;

    /// <summary>All lanes, then <see cref="Instances"/>.</summary>
    public static async Task<IReadOnlyList<LaneBacklog>> ReadAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation = default) =>
        await Command(connection, Sql, Instant(now)).ListAsync(
            r => new LaneBacklog(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.InstantOrNull(3), r.InstantOrNull(4)), cancellation);
}
