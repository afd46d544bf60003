using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>What a task's page shows beside the task itself.</summary>
/// <param name="Unit">The unit as rules of forms see it.</param>
/// <param name="People">How many may do it.</param>
/// <param name="Units">How many units have this obligation of the plan.</param>
/// <param name="Working">The instance has events that nobody has worked on yet: what comes next is not there.</param>
/// <param name="IsSetAside">The instance has failed, and what came for it since is kept until that is mended.</param>
/// <param name="DraftSavedAt">When the reader last saved a draft.</param>
public sealed record TaskHead(
    JsonObject Unit, string UnitShort, string OwnerShort, PlanName Plan, string CalendarId, string? LadderId, DateTimeOffset StartedAt, string? LastRung,
    int LastPeriod, DateTimeOffset? NextAt, int People, int Units, bool Working, DateTimeOffset? DraftSavedAt, IReadOnlyList<Text> ReviewRoles, bool IsSetAside);

/// <summary>A step of the task's ladders that was taken.</summary>
public sealed record TaskRung(string Purpose, int Round, string Rung, int Period, DateTimeOffset At);

/// <summary>Where a task stands among those to decide.</summary>
/// <param name="Number">From 1; null when it is not among them.</param>
public sealed record ReviewPlace(int? Number, int Total, Guid? Next);

/// <summary>Reads for the pages of one task. The caller has been shown the task by <see cref="Api.TaskQueries.FindAsync"/>.</summary>
public sealed class TaskPageQueries(NpgsqlDataSource database)
{
    private const string HeadSql =
        """
        -- TaskPageQueries.Head
        select jsonb_build_object('id', u.id, 'code', u.code, 'name', u.name, 'shortName', u.short_name, 'kind', u.kind, 'path', u.path,
            'calendar', u.calendar_id, 'attributes', u.attributes)::text,
          u.short_name, o.short_name, p.id, p.number_text, p.subject, p.issued_on, coalesce(i.name, o.name), coalesce(d.calendar_id, u.calendar_id),
          d.ladder_id, coalesce(d.started_at, t.created_at), d.last_rung, d.last_period, d.next_at,
          (select count(distinct a.person_id) from role_assignment a
            where a.unit_id = t.unit_id and a.role = any(t.candidate_roles) and a.valid_from <= $3 and $3 < a.valid_to)::int,
          (select count(distinct x.unit_id) from task x where x.root_id = t.root_id and x.activity_id = t.activity_id)::int,
          exists (select from instance_event e where e.instance_id = t.instance_id) or (h.is_held and w.sub_status <> 'Faulted'),
          (select f.saved_at from task_draft f where f.task_id = t.id and f.person_id = $2),
          array(select r.label_vi from unnest(t.reviewer_roles) as c(code) join role r on r.code = c.code),
          array(select r.label_en from unnest(t.reviewer_roles) as c(code) join role r on r.code = c.code), p.doc_type,
          h.is_held and w.sub_status = 'Faulted'
        from task t
        join every_instance w on w.id = t.instance_id
        cross join lateral (select exists (select from held_event where instance_id = t.instance_id) as is_held) h
        join unit u on u.id = t.unit_id
        join unit o on o.id = t.owner_unit_id
        left join plan p on p.root_id = t.root_id
        left join unit i on i.id = p.unit_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        where t.id = $1
        """;

    private const string RungsSql =
        """
        -- TaskPageQueries.Rungs
        select purpose, round, rung, period, scheduled_at from rung_fired where task_id = $1 and recipients > 0 order by scheduled_at desc
        """;

    // The order of the inbox.
    private const string QueueSql =
        $"""
        -- TaskPageQueries.Queue
        with me as (select $4::uuid[] as selves, $2::bigint[] as units, $3::text[] as roles, $5::date as day)
        , waiting as (
          select t.id, t.root_id, t.activity_id, t.submitted_at, min(t.submitted_at) over (partition by t.root_id, t.activity_id) as group_at,
            (select c.short_name from unit c where c.id = t.unit_id) as unit
          from me cross join task t
          where t.status = 'submitted' and (t.owner_unit_id = any($2) or t.owner_unit_id in (select c.id from unit c where c.parent_id = any($2)))
            and {FourEyes.MayDecide})
        , queue as (
          select id, row_number() over w as n, lead(id) over w as next, first_value(id) over w as first from waiting
          window w as (order by group_at, root_id, activity_id, submitted_at, unit collate "vi-x-icu", id))
        select (select n::int from queue where id = $1), (select count(*)::int from queue),
          case when exists (select from queue where id = $1)
            then (select coalesce(next, nullif(first, id)) from queue where id = $1)
            else (select first from queue limit 1) end
        """;

    /// <summary>What stands around the task.</summary>
    public async Task<TaskHead> HeadAsync(Guid taskId, Guid personId, DateOnly today, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, HeadSql, P(taskId), P(personId), P(today)).ListAsync(r => new TaskHead(
            JsonNode.Parse(r.GetString(0))!.AsObject(), r.GetString(1), r.GetString(2),
            new PlanName(r.GuidOrNull(3), r.TextOrNull(4), r.TextOrNull(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateOnly>(6), r.GetString(7), r.TextOrNull(20)),
            r.GetString(8), r.TextOrNull(9), r.Instant(10), r.TextOrNull(11), r.IsDBNull(12) ? 0 : r.GetInt32(12), r.InstantOrNull(13), r.GetInt32(14),
            r.GetInt32(15), r.GetBoolean(16), r.InstantOrNull(17),
            [.. r.GetFieldValue<string[]>(18).Zip(r.GetFieldValue<string[]>(19), (vi, en) => new Text(vi, en))], r.GetBoolean(21)), cancellation))[0];
    }

    /// <summary>What the system has sent about the task, latest first.</summary>
    public async Task<List<TaskRung>> RungsAsync(Guid taskId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, RungsSql, P(taskId)).ListAsync(
            r => new TaskRung(r.GetString(0), r.GetInt32(1), r.GetString(2), r.GetInt32(3), r.Instant(4)), cancellation);
    }

    /// <summary>The task's place among those the actor has to decide, and the one to go on with.</summary>
    public async Task<ReviewPlace> PlaceAsync(Actor actor, Guid taskId, DateOnly today, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, QueueSql, P(taskId), Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles),
            Uuids(actor.Selves), P(today))
            .ListAsync(r => new ReviewPlace(r.IsDBNull(0) ? null : r.GetInt32(0), r.GetInt32(1), r.GuidOrNull(2)), cancellation))[0];
    }
}
