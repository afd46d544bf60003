using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace Unions.Plans;

/// <summary>One step of a plan over all units: how many tasks stand where. Undated open tasks wait; they are never overdue (domain §7.10).</summary>
public sealed record StageProgress(
    string ActivityId, string? Obligation, string TitleVi, string TitleEn, int Total, int Open, int Submitted, int Done, int Closed, int Overdue, int Late,
    DateTimeOffset? LegalDue);

/// <summary>One unit's way through a plan.</summary>
public sealed record UnitProgress(
    long UnitId, string Code, string Name, string? Group, Guid InstanceId, string SubStatus, int Open, int Submitted, int Done, int Overdue, int Late,
    IReadOnlyList<string> OpenTitles, DateTimeOffset? NextDue);

/// <summary>
/// Reads of a plan's progress. Only the latest task of a unit's step counts, so a step done twice is not counted twice. Lateness is measured on the
/// legal date or the recorded extension; submitted late stays late after acceptance. What a unit left open when it ended is nobody's to do any more and
/// leaves the totals (domain §7.7). An actor sees the units they may read, nothing of the others.
/// </summary>
public static class PlanProgress
{
    private const string Stages =
        """
        -- PlanProgress.Stages
        with latest as (
          select distinct on (t.instance_id, t.activity_id) t.*
          from task t join plan p on p.root_id = t.root_id join unit at on at.id = t.unit_id
          where p.id = $1 and t.status <> 'cancelled' and exists (select 1 from unnest($3::text[]) as g (path) where starts_with(at.path, g.path))
            and not (t.status = 'closed' and at.valid_to <= ($2 at time zone 'Asia/Ho_Chi_Minh')::date)
          order by t.instance_id, t.activity_id, t.created_at desc, t.id desc)
        select t.activity_id, max(s.body ->> 'obligation'), max(s.body #>> '{title,vi}'), max(coalesce(s.body #>> '{title,en}', s.body #>> '{title,vi}')),
          count(*)::int, count(*) filter (where t.status = 'open')::int, count(*) filter (where t.status = 'submitted')::int,
          count(*) filter (where t.status in ('accepted', 'completed'))::int, count(*) filter (where t.status = 'closed')::int,
          count(*) filter (where t.status = 'open' and t.first_submitted_at is null and coalesce(d.extended_due, d.legal_due) <= $2)::int,
          count(*) filter (where t.first_submitted_at >= coalesce(d.extended_due, d.legal_due))::int,
          min(d.legal_due)
        from latest t
        join task_spec s on s.id = t.spec_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        group by t.activity_id
        order by min(t.created_at), min(d.legal_due) nulls last, t.activity_id
        """;

    private const string Units =
        """
        -- PlanProgress.Units
        with latest as (
          select distinct on (t.instance_id, t.activity_id) t.*
          from task t join plan p on p.root_id = t.root_id join unit at on at.id = t.unit_id
          where p.id = $1 and t.status <> 'cancelled' and exists (select 1 from unnest($3::text[]) as g (path) where starts_with(at.path, g.path))
          order by t.instance_id, t.activity_id, t.created_at desc, t.id desc)
        select u.id, u.code, u.name, u.attributes ->> 'group', i.id, i.sub_status,
          count(t.id) filter (where t.status = 'open')::int, count(t.id) filter (where t.status = 'submitted')::int,
          count(t.id) filter (where t.status in ('accepted', 'completed', 'closed'))::int,
          count(t.id) filter (where t.status = 'open' and t.first_submitted_at is null and coalesce(d.extended_due, d.legal_due) <= $2)::int,
          count(t.id) filter (where t.first_submitted_at >= coalesce(d.extended_due, d.legal_due))::int,
          coalesce(array_agg(s.body #>> '{title,vi}' order by t.created_at) filter (where t.status in ('open', 'submitted')), '{}'),
          min(d.due) filter (where t.status = 'open')
        from plan p
        join instance i on i.root_id = p.root_id and i.id <> p.root_id and i.unit_id is not null
        join unit u on u.id = i.unit_id
        left join latest t on t.instance_id = i.id
        left join task_spec s on s.id = t.spec_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        where p.id = $1 and exists (select 1 from unnest($3::text[]) as g (path) where starts_with(u.path, g.path))
        group by u.id, i.id
        order by u.attributes ->> 'group', u.name collate "vi-x-icu", u.id
        """;

    /// <summary>The steps in the order in which they began.</summary>
    public static async Task<IReadOnlyList<StageProgress>> StagesAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var read = Command(connection, Stages, P(planId), Instant(now), P(PlanQueries.Reach(actor)));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        var stages = new List<StageProgress>();
        while (await rows.ReadAsync(cancellation))
            stages.Add(new(rows.GetString(0), rows.TextOrNull(1), rows.TextOrNull(2) ?? rows.GetString(0), rows.TextOrNull(3) ?? rows.GetString(0),
                rows.GetInt32(4), rows.GetInt32(5), rows.GetInt32(6), rows.GetInt32(7), rows.GetInt32(8), rows.GetInt32(9), rows.GetInt32(10),
                rows.InstantOrNull(11)));
        return stages;
    }

    /// <summary>Every unit that the plan was rolled out to, by group and name.</summary>
    public static async Task<IReadOnlyList<UnitProgress>> UnitsAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var read = Command(connection, Units, P(planId), Instant(now), P(PlanQueries.Reach(actor)));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        var units = new List<UnitProgress>();
        while (await rows.ReadAsync(cancellation))
            units.Add(new(rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.TextOrNull(3), rows.GetGuid(4), rows.GetString(5),
                rows.GetInt32(6), rows.GetInt32(7), rows.GetInt32(8), rows.GetInt32(9), rows.GetInt32(10), rows.GetFieldValue<string[]>(11),
                rows.InstantOrNull(12)));
        return units;
    }
}
