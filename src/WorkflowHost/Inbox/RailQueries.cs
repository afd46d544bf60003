using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>Clocks that ring together: same obligation, same date, same step.</summary>
public sealed record RailClock(
    string LadderId, string CalendarId, string Purpose, DateTimeOffset Due, DateTimeOffset StartedAt, string? LastRung, int LastPeriod, DateTimeOffset NextAt,
    Text Title, string? Deadline, int Tasks);

/// <summary>A step of a ladder that was taken.</summary>
public sealed record RailFired(string? LadderId, string Purpose, string Rung, int Period, DateTimeOffset At, Text Title, int Tasks);

/// <summary>Mails of one kind that went out beside the ladders.</summary>
public sealed record RailMails(string Kind, DateTimeOffset At, int Mails);

/// <summary>What others are at: a role of the own organisation, or units that still have time.</summary>
/// <param name="Roles">Codes of who may do it; empty: units.</param>
public sealed record RailWait(Text Title, IReadOnlyList<string> Roles, DateTimeOffset? Due, string CalendarId, int Tasks);

/// <summary>Instances that wait for an event.</summary>
public sealed record RailEvent(string DefinitionVersionId, string ActivityId, int Instances);

/// <summary>What the system does by itself for the tasks an actor follows (<c>task.close</c> over their owner unit).</summary>
public sealed class RailQueries(NpgsqlDataSource database)
{
    private const string ClocksSql =
        """
        -- RailQueries.Clocks
        select d.ladder_id, d.calendar_id, d.purpose, d.due, min(d.started_at), d.last_rung, d.last_period, d.next_at,
          s.body #>> '{title,vi}', s.body #>> '{title,en}', coalesce(s.body ->> 'deadline', s.body ->> 'targetDate'), count(*)::int
        from deadline d
        join task t on t.id = d.task_id and t.status in ('open', 'submitted')
        join task_spec s on s.id = t.spec_id
        join unit o on o.id = t.owner_unit_id and exists (select from unnest($1) as p where starts_with(o.path, p))
        where d.next_at is not null and d.due is not null and d.ladder_id is not null and d.stopped_at is null
        group by 1, 2, 3, 4, 6, 7, 8, 9, 10, 11
        order by d.next_at limit 50
        """;

    private const string FiredSql =
        """
        -- RailQueries.Fired
        select d.ladder_id, r.purpose, r.rung, r.period, r.scheduled_at, s.body #>> '{title,vi}', s.body #>> '{title,en}', count(*)::int
        from rung_fired r
        join task t on t.id = r.task_id
        join task_spec s on s.id = t.spec_id
        join unit o on o.id = t.owner_unit_id and exists (select from unnest($1) as p where starts_with(o.path, p))
        left join deadline d on d.task_id = r.task_id and d.purpose = r.purpose
        where r.fired_at >= $2 and r.fired_at <= $3 and r.recipients > 0
        group by 1, 2, 3, 4, 5, 6, 7
        order by r.scheduled_at desc limit 10
        """;

    private const string MailsSql =
        """
        -- RailQueries.Mails
        select o.kind, min(o.queued_at), count(*)::int
        from outbox o
        join every_instance i on i.id = o.root_id
        join unit u on u.id = i.unit_id and exists (select from unnest($1) as p where starts_with(u.path, p))
        where o.queued_at >= $2 and o.queued_at <= $3 and o.kind in ('distribution', 'returned')
        group by o.kind, o.root_id order by 2 desc limit 10
        """;

    private const string WaitsSql =
        """
        -- RailQueries.Waits
        select s.body #>> '{title,vi}', s.body #>> '{title,en}', case when t.unit_id = t.owner_unit_id then t.candidate_roles else '{}' end, d.due,
          coalesce(d.calendar_id, o.calendar_id), count(*)::int
        from task t
        join task_spec s on s.id = t.spec_id
        join unit o on o.id = t.owner_unit_id and exists (select from unnest($1) as p where starts_with(o.path, p))
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        where t.status = 'open' and not exists (select from unnest($3, $4) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          and (d.due is null or d.due > $2)
        group by 1, 2, 3, 4, 5 order by d.due nulls last, 1 limit 10
        """;

    private const string EventsSql =
        """
        -- RailQueries.Events
        select i.definition_version_id, b.activity_id, count(distinct i.id)::int
        from bookmark b
        join instance i on i.id = b.instance_id and i.status = 'Running'
        join unit u on u.id = i.unit_id and exists (select from unnest($1) as p where starts_with(u.path, p))
        where b.hash is not null
        group by 1, 2 order by 3 desc, 2 limit 5
        """;

    /// <summary>The clocks that ring next, nearest first.</summary>
    public Task<List<RailClock>> ClocksAsync(Actor actor, CancellationToken cancellation = default) => ListAsync(ClocksSql, [Paths(actor)], r => new RailClock(
        r.GetString(0), r.GetString(1), r.GetString(2), r.Instant(3), r.Instant(4), r.TextOrNull(5), r.GetInt32(6), r.Instant(7),
        new Text(r.GetString(8), r.TextOrNull(9)), r.TextOrNull(10), r.GetInt32(11)), cancellation);

    /// <summary>The steps taken since <paramref name="from"/>, latest first.</summary>
    public Task<List<RailFired>> FiredAsync(Actor actor, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellation = default) =>
        ListAsync(FiredSql, [Paths(actor), Instant(from), Instant(now)], r => new RailFired(
            r.TextOrNull(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.Instant(4), new Text(r.GetString(5), r.TextOrNull(6)), r.GetInt32(7)), cancellation);

    /// <summary>Mails of plans sent since <paramref name="from"/>.</summary>
    public Task<List<RailMails>> MailsAsync(Actor actor, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellation = default) =>
        ListAsync(MailsSql, [Paths(actor), Instant(from), Instant(now)], r => new RailMails(r.GetString(0), r.Instant(1), r.GetInt32(2)), cancellation);

    /// <summary>Open tasks in time that somebody else does.</summary>
    public Task<List<RailWait>> WaitsAsync(Actor actor, DateTimeOffset now, CancellationToken cancellation = default) =>
        ListAsync(WaitsSql, [Paths(actor), Instant(now), Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles)], r => new RailWait(
            new Text(r.GetString(0), r.TextOrNull(1)), r.GetFieldValue<string[]>(2), r.InstantOrNull(3), r.GetString(4), r.GetInt32(5)), cancellation);

    /// <summary>Events that instances wait for.</summary>
    public Task<List<RailEvent>> EventsAsync(Actor actor, CancellationToken cancellation = default) =>
        ListAsync(EventsSql, [Paths(actor)], r => new RailEvent(r.GetString(0), r.GetString(1), r.GetInt32(2)), cancellation);

    private async Task<List<T>> ListAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, sql, parameters).ListAsync(row, cancellation);
    }

    private static NpgsqlParameter Paths(Actor actor) => Texts(actor.PathsWith(Permission.CloseTask));
}
