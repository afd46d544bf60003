using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// Lets a clock ring again that <see cref="FireDue"/> had to stop because its ladder or calendar was missing. It is tried at once; if what it needs is
/// still not there, it stops again with another note.
/// </summary>
public sealed class RetryDeadline(NpgsqlDataSource database)
{
    /// <summary>Clocks that stopped that way and stand still, as SQL: an audit row <c>b</c>, its task <c>t</c> with unit <c>u</c> and spec <c>s</c>, its clock <c>d</c>.</summary>
    public const string Broken =
        """
        from audit b
        join deadline d on d.task_id = b.task_id and d.next_at is null and d.stopped_at is null and d.paused_at is null and d.due is not null
        join task t on t.id = d.task_id and t.status = case d.purpose when 'review' then 'submitted' else 'open' end
        left join unit u on u.id = t.unit_id
        left join task_spec s on s.id = t.spec_id
        where b.action = 'deadline.broken' and not exists (select from audit l where l.task_id = b.task_id and l.id > b.id and l.action in ('deadline.broken', 'deadline.retry'))
        """;

    private const string Sql =
        $"""
        -- RetryDeadline.Run
        with again as (
          update deadline x set next_at = $2
          from (select distinct d.task_id, d.purpose {Broken} and b.task_id = $1) as f
          where x.task_id = f.task_id and x.purpose = f.purpose and x.next_at is null
          returning x.task_id)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id)
        select $2, $3, $4, $5, 'deadline.retry', t.root_id, t.instance_id, t.id, t.unit_id from task t where t.id in (select task_id from again)
        """;

    /// <summary>False: no clock of the task stands still for such a reason.</summary>
    public async Task<bool> RunAsync(Actor actor, Guid task, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Sql, P(task), Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlTypes.NpgsqlDbType.Uuid),
            P(actor.OnBehalfOf, NpgsqlTypes.NpgsqlDbType.Uuid)).ExecuteNonQueryAsync(cancellation) == 1;
    }
}
