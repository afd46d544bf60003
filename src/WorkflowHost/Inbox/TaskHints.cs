using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>Reads what the sign-in says to whoever follows a link of a mail: which plan, which date. Not the unit, the duty, its state or people.</summary>
public sealed class TaskHints(NpgsqlDataSource database)
{
    private const string Sql =
        """
        -- TaskHints.Read
        select coalesce(s.body -> 'context' ->> 'planNumber', s.body -> 'context' ->> 'numberText'),
          coalesce(s.body -> 'context' ->> 'planSubject', s.body -> 'context' ->> 'subject'), d.due
        from task t join task_spec s on s.id = t.spec_id left join deadline d on d.task_id = t.id and d.purpose = 'work'
        where t.id = $1
        """;

    public async Task<TaskHint?> ReadAsync(Guid task, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, Sql, P(task)).ListAsync(r => new TaskHint(r.TextOrNull(0), r.TextOrNull(1),
            r.InstantOrNull(2) is { } due ? WorkingCalendar.VietnamPublic.LastDayOf(due) : null), cancellation)).SingleOrDefault();
    }
}
