using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Notes the first time that somebody who may do the task looks at it: since then the unit knows ("đã xem").</summary>
public sealed class OpenTask(NpgsqlDataSource database)
{
    private const string Sql =
        """
        -- OpenTask.Open
        with changed as (
          update task t set opened_at = $3
          where id = $1 and status = 'open' and opened_at is null
            and exists (select from unnest($6, $7) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          returning *)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id)
        select $3, $4, $2, $5, 'task.opened', c.root_id, c.instance_id, c.id, c.unit_id from changed c
        """;

    /// <summary>True when this was the first time. Never refuses: looking is not a command.</summary>
    public async Task<bool> OpenAsync(Actor actor, Guid taskId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Sql,
            P(taskId), P(actor.PersonId), Instant(now), Instant(recordedAt), P(actor.OnBehalfOf, NpgsqlTypes.NpgsqlDbType.Uuid),
            Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles));
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }
}
