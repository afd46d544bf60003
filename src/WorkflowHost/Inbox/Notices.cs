using Npgsql;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>A reminder or escalation that came without a mail, of work that is still to do.</summary>
/// <param name="At">When its rung fell.</param>
/// <param name="Due">First instant that is late.</param>
public sealed record InboxNotice(Guid TaskId, Text Title, string? Plan, string Unit, DateTimeOffset At, DateTimeOffset Due, bool IsReview);

/// <summary>
/// What a person's ladders told them inside only, or would have told by a mail that they declined. It goes when the task's page was opened or the work done.
/// </summary>
public sealed class Notices(NpgsqlDataSource database)
{
    private const int Most = 30;

    // Digests of two months, like the ledger's: a person has at most a few a day. Of several reminders of one task the last counts.
    private const string Read =
        """
        -- Notices.Read
        select * from (
          select distinct on (t.id, l.purpose) t.id, s.body #>> '{title,vi}', s.body #>> '{title,en}', coalesce(s.body #>> '{context,planNumber}', s.body #>> '{context,numberText}'),
            u.name, f.scheduled_at, d.due, l.purpose = 'review'
          from digest g
          join digest_line l on l.digest_id = g.id and l.withheld and l.opened_at is null
          join rung_fired f on f.task_id = l.task_id and f.purpose = l.purpose and f.round = l.round and f.rung = l.rung and f.period = l.period
          join task t on t.id = l.task_id and t.status = case l.purpose when 'review' then 'submitted' else 'open' end
          join task_spec s on s.id = t.spec_id
          join unit u on u.id = t.unit_id
          join deadline d on d.task_id = t.id and d.purpose = l.purpose and d.round = l.round and d.due is not null
          where g.person_id = $1 and g.slot > $2 - interval '60 days'
          order by t.id, l.purpose, f.scheduled_at desc) n
        order by due, scheduled_at limit $3
        """;

    /// <summary>The nearest date first.</summary>
    public async Task<IReadOnlyList<InboxNotice>> ReadAsync(Guid person, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Read, P(person), Instant(now), P(Most)).ListAsync(r => new InboxNotice(
            r.GetGuid(0), new Text(r.GetString(1), r.TextOrNull(2)), r.TextOrNull(3), r.GetString(4), r.Instant(5), r.Instant(6), r.GetBoolean(7)), cancellation);
    }
}
