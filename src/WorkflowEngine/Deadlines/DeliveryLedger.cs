using Npgsql;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>What became of one rung for one person: each time is null until it happened.</summary>
/// <param name="ScheduledAt">When the rung was due.</param>
/// <param name="AsRole">The role in whose place a deputy got it.</param>
/// <param name="QueuedAt">The mail was written; null: the work was done before, so none was needed.</param>
/// <param name="FailedAt">No further attempt; <paramref name="Reason"/> says why.</param>
/// <param name="BouncedAt">It came back after it was sent.</param>
/// <param name="OpenedAt">The person opened the page the mail led to: the task's, or the list behind a digest.</param>
/// <param name="ActedAt">The first that the person did on the task after it was written.</param>
/// <param name="Withheld">The person wants no mail of this kind, so none was written.</param>
public sealed record Delivery(
    string Rung, int Period, int Round, bool Review, DateTimeOffset ScheduledAt, DateTimeOffset FiredAt, Guid PersonId, Text? Role, string? Unit, bool StandsIn,
    Guid? MailId, DateTimeOffset? QueuedAt, DateTimeOffset? SentAt, bool IsDead, int Attempts, DateTimeOffset? BouncedAt, string? Reason,
    DateTimeOffset? OpenedAt, DateTimeOffset? ActedAt, bool Withheld);

/// <summary>The ledger of a task's reminders and escalations, rung by rung and person by person; read from the rows themselves.</summary>
public sealed class DeliveryLedger(NpgsqlDataSource database)
{
    private const string OfTask =
        """
        -- DeliveryLedger.OfTask
        select f.rung, f.period, f.round, f.purpose = 'review', f.scheduled_at, f.fired_at, g.person_id, held.label_vi, held.label_en, held.unit,
          l.as_person is not null, o.id, o.queued_at, o.sent_at, o.status = 'dead', coalesce(o.attempts, 0), o.bounced_at, coalesce(o.bounce_reason, o.last_error),
          l.opened_at, (select min(a.at) from audit a where a.task_id = f.task_id and g.person_id in (a.actor_id, a.on_behalf_of) and a.at >= f.fired_at and a.action <> 'task.opened'),
          l.withheld
        from rung_fired f
        join digest_line l on l.task_id = f.task_id and l.purpose = f.purpose and l.round = f.round and l.rung = f.rung and l.period = f.period
        join digest g on g.id = l.digest_id
        left join outbox o on o.digest_id = g.id and not l.withheld
        join task t on t.id = f.task_id
        left join lateral (
          select r.label_vi, r.label_en, u.name as unit from role_assignment a join role r on r.code = a.role join unit u on u.id = a.unit_id
          where a.person_id = coalesce(l.as_person, g.person_id)
          order by a.unit_id <> all(array[t.unit_id, t.owner_unit_id]), a.id limit 1) held on true
        where f.task_id = $1
        order by f.fired_at, f.rung, g.person_id
        """;

    private const string Open =
        """
        -- DeliveryLedger.Open
        update digest_line l set opened_at = $3 from digest g
        where l.task_id = $1 and g.id = l.digest_id and g.person_id = $2 and g.closed_at is not null and l.opened_at is null
        """;

    // The page behind a digest's button. Digests of two months: a person has at most a few a day.
    private const string OpenList =
        """
        -- DeliveryLedger.OpenList
        update digest_line l set opened_at = $2 from digest g join outbox o on o.digest_id = g.id and o.kind = 'digest' and o.sent_at is not null
        where g.person_id = $1 and g.closed_at is not null and g.slot > $2 - interval '60 days' and l.digest_id = g.id and l.opened_at is null and not l.withheld
        """;

    /// <summary>Oldest first. The caller has checked that the reader may see the task.</summary>
    public async Task<List<Delivery>> OfTaskAsync(Guid taskId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, OfTask, P(taskId)).ListAsync(r => new Delivery(
            r.GetString(0), r.GetInt32(1), r.GetInt32(2), r.GetBoolean(3), r.Instant(4), r.Instant(5), r.GetGuid(6),
            r.TextOrNull(7) is { } vi ? new Text(vi, r.TextOrNull(8)) : null, r.TextOrNull(9), r.GetBoolean(10), r.GuidOrNull(11), r.InstantOrNull(12),
            r.InstantOrNull(13), !r.IsDBNull(14) && r.GetBoolean(14), r.GetInt32(15), r.InstantOrNull(16), r.TextOrNull(17), r.InstantOrNull(18), r.InstantOrNull(19), r.GetBoolean(20)), cancellation);
    }

    /// <summary>Notes that a person opened the list of what is overdue: the digests they were sent are read.</summary>
    public async Task NoteListOpenedAsync(Guid personId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, OpenList, P(personId), Instant(now));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Notes that a person opened the task's page: what they were sent about it is read. Looking twice is noted once.</summary>
    public async Task NoteOpenedAsync(Guid taskId, Guid personId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Open, P(taskId), P(personId), Instant(now));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
