using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Plans;

/// <summary>Tasks of one step whose next reminder or escalation falls at the same time.</summary>
/// <param name="StartedAt">Earliest start, which skips rungs; they share the date.</param>
public sealed record NextRung(
    bool IsChild, string ActivityId, Text Title, string Purpose, string LadderId, string CalendarId, DateTimeOffset Due, DateTimeOffset At, DateTimeOffset StartedAt,
    int Tasks, IReadOnlyList<string> Roles, IReadOnlyList<string> ReviewerRoles);

/// <summary>Instances that wait at the same activity for an event or for the time.</summary>
/// <param name="EventName">Null when it waits for the time.</param>
public sealed record NamedWait(bool IsChild, string ActivityId, string? EventName, DateTimeOffset? DueAt, DateTimeOffset Since, int Instances);

/// <summary>An instance of the plan that stands still.</summary>
public sealed record StandingStill(Guid InstanceId, string? Unit, string Message, DateTimeOffset At);

/// <summary>The latest task of a step of the issuer's own, with whether the reader may do it now.</summary>
public sealed record OwnTask(Guid TaskId, string ActivityId, bool Mine);

/// <summary>Reads of what a plan waits for and what fires next, within the reach of the reader.</summary>
public sealed class PlanWaits(NpgsqlDataSource database)
{
    private const string Rungs =
        """
        -- PlanWaits.Rungs
        select t.instance_id <> t.root_id, t.activity_id, max(s.body #>> '{title,vi}'), max(s.body #>> '{title,en}'), d.purpose, d.ladder_id, d.calendar_id, d.due, d.next_at,
          min(d.started_at), count(*)::int, (array_agg(array_to_string(t.candidate_roles, ',')))[1], (array_agg(array_to_string(t.reviewer_roles, ',')))[1]
        from task t
        join task_spec s on s.id = t.spec_id
        join deadline d on d.task_id = t.id and d.next_at is not null and d.ladder_id is not null and d.due is not null
        join unit c on c.id = t.unit_id join unit o on o.id = t.owner_unit_id
        where t.root_id = $1 and t.status in ('open', 'submitted')
          and ($3 or exists (select from unnest($2) as x where starts_with(c.path, x) or starts_with(o.path, x)))
        group by t.instance_id <> t.root_id, t.activity_id, d.purpose, d.ladder_id, d.calendar_id, d.due, d.next_at
        order by d.next_at, t.activity_id
        limit 40
        """;

    // One state of each group tells the event's name and since when; the others wait for the same.
    private static readonly string Bookmarks =
        $$"""
        -- PlanWaits.Bookmarks
        with waits as (
          select i.id <> i.root_id as is_child, b.activity_id, b.due_at, min(b.id::text) as bookmark, min(i.id::text)::uuid as instance_id, count(*)::int as instances
          from bookmark b join instance i on i.id = b.instance_id and i.root_id = $1
          join instance r on r.id = i.root_id left join unit c on c.id = i.unit_id left join unit o on o.id = r.unit_id
          where $3 or exists (select from unnest($2) as x where starts_with(c.path, x) or starts_with(o.path, x))
          group by 1, 2, 3)
        select w.is_child, w.activity_id, m.value #>> '{payload,eventName}', w.due_at, coalesce((m.value ->> 'createdAt')::timestamptz, i.created_at), w.instances
        from waits w join instance i on i.id = w.instance_id
        left join instance_state s on s.instance_id = i.id
        left join lateral (
          select e.value from {{StateList.Items("bookmarks")}} as e (value)
          where e.value ->> 'nodeId' like '%:' || replace(replace(w.activity_id, '\', '\\'), '_', '\_') limit 1) m on true
        order by w.due_at nulls last, w.activity_id
        limit 20
        """;

    private const string Faulted =
        """
        -- PlanWaits.Faulted
        select i.id, c.short_name, n.message, n.at, count(*) over ()::int
        from instance i
        join instance r on r.id = i.root_id left join unit c on c.id = i.unit_id left join unit o on o.id = r.unit_id
        join lateral (select x.message, x.at from incident x where x.instance_id = i.id and x.resolved_at is null order by x.at desc limit 1) n on true
        where i.root_id = $1 and i.incident_count > 0
          and ($3 or exists (select from unnest($2) as x where starts_with(c.path, x) or starts_with(o.path, x)))
        order by n.at limit 3
        """;

    private const string Own =
        $"""
        -- PlanWaits.Own
        with me as (select $4::uuid[] as selves, $2::bigint[] as units, $3::text[] as roles, $5::date as day)
        select distinct on (t.activity_id) t.id, t.activity_id, {FourEyes.MayDecide} or (t.status = 'open' and exists (
          select from unnest($2, $3) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles)))
        from task t cross join me where t.instance_id = $1 and t.status <> 'cancelled' order by t.activity_id, t.created_at desc, t.id desc
        """;

    /// <summary>The next rung of each step, earliest first.</summary>
    public async Task<IReadOnlyList<NextRung>> RungsAsync(Actor actor, Guid root, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Rungs, P(root), PlanPageQueries.Reach(actor), P(actor.IsSystem)).ListAsync(
            r => new NextRung(r.GetBoolean(0), r.GetString(1), new Text(r.TextOrNull(2) ?? r.GetString(1), r.TextOrNull(3)), r.GetString(4), r.GetString(5), r.GetString(6),
                r.Instant(7), r.Instant(8), r.Instant(9), r.GetInt32(10), Split(r.TextOrNull(11)), Split(r.TextOrNull(12))), cancellation);
    }

    /// <summary>Waits for events and for the time.</summary>
    public async Task<IReadOnlyList<NamedWait>> BookmarksAsync(Actor actor, Guid root, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Bookmarks, P(root), PlanPageQueries.Reach(actor), P(actor.IsSystem)).ListAsync(
            r => new NamedWait(r.GetBoolean(0), r.GetString(1), r.TextOrNull(2), r.InstantOrNull(3), r.Instant(4), r.GetInt32(5)), cancellation);
    }

    /// <summary>Up to three instances that stand still because of an incident, and how many there are.</summary>
    public async Task<(IReadOnlyList<StandingStill> First, int Total)> FaultedAsync(Actor actor, Guid root, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Faulted, P(root), PlanPageQueries.Reach(actor), P(actor.IsSystem)).ListAsync(
            r => (Still: new StandingStill(r.GetGuid(0), r.TextOrNull(1), r.GetString(2), r.Instant(3)), Total: r.GetInt32(4)), cancellation);
        return ([.. rows.Select(r => r.Still)], rows.Count == 0 ? 0 : rows[0].Total);
    }

    /// <summary>
    /// The issuer's own tasks, one an activity; of those handed in, "mine" are the ones that four eyes leave to the reader on the day of
    /// <paramref name="now"/>.
    /// </summary>
    public async Task<IReadOnlyList<OwnTask>> OwnAsync(Actor actor, Guid root, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Own, P(root), Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles),
            Uuids(actor.Selves), P(WorkingCalendar.VietnamPublic.DayOf(now)))
            .ListAsync(r => new OwnTask(r.GetGuid(0), r.GetString(1), r.GetBoolean(2)), cancellation);
    }

    private static string[] Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
