using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
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
    private const string Latest =
        """
        with latest as (
          select distinct on (t.instance_id, t.activity_id) t.*
          from task t join plan p on p.root_id = t.root_id join unit at on at.id = t.unit_id
          where p.id = $1 and t.status <> 'cancelled' and exists (select 1 from unnest($3::text[]) as g (path) where starts_with(at.path, g.path))
            and not (t.status = 'closed' and at.valid_to <= ($2 at time zone 'Asia/Ho_Chi_Minh')::date)
          order by t.instance_id, t.activity_id, t.created_at desc, t.id desc)
        """;

    private const string Stages =
        $$"""
        -- PlanProgress.Stages
        {{Latest}}
        select t.activity_id, max(s.body ->> 'obligation'), max(s.body #>> '{title,vi}'), max(coalesce(s.body #>> '{title,en}', s.body #>> '{title,vi}')),
          count(*)::int, count(*) filter (where t.status = 'open')::int, count(*) filter (where t.status = 'submitted')::int,
          count(*) filter (where t.status in ('accepted', 'completed'))::int, count(*) filter (where t.status = 'closed')::int,
          count(*) filter (where {{LateSql.Awaited}} and {{LateSql.Limit}} <= $2)::int,
          count(*) filter (where {{LateSql.CameLate}})::int,
          min(d.legal_due)
        from latest t
        join task_spec s on s.id = t.spec_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        group by t.activity_id
        order by min(t.created_at), min(d.legal_due) nulls last, t.activity_id
        """;

    private const string Units =
        $$"""
        -- PlanProgress.Units
        {{Latest}}
        select u.id, u.code, u.name, u.attributes ->> 'group', i.id, i.sub_status,
          count(t.id) filter (where t.status = 'open')::int, count(t.id) filter (where t.status = 'submitted')::int,
          count(t.id) filter (where t.status in ('accepted', 'completed', 'closed'))::int,
          count(t.id) filter (where {{LateSql.Awaited}} and {{LateSql.Limit}} <= $2)::int,
          count(t.id) filter (where {{LateSql.CameLate}})::int,
          coalesce(array_agg(s.body #>> '{title,vi}' order by t.created_at) filter (where t.status in ('open', 'submitted')), '{}'),
          min(d.due) filter (where t.status = 'open')
        from plan p
        join every_instance i on i.root_id = p.root_id and i.id <> p.root_id and i.unit_id is not null
        join unit u on u.id = i.unit_id
        left join latest t on t.instance_id = i.id
        left join task_spec s on s.id = t.spec_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        where p.id = $1 and exists (select 1 from unnest($3::text[]) as g (path) where starts_with(u.path, g.path))
        group by u.id, i.id, i.sub_status
        order by u.attributes ->> 'group', u.name collate "vi-x-icu", u.id
        """;

    /// <summary>The steps in the order in which they began.</summary>
    public static Task<List<StageProgress>> StagesAsync(NpgsqlDataSource database, Actor actor, Guid planId, DateTimeOffset now, CancellationToken cancellation = default) =>
        ReadAsync(database, Stages, actor, planId, now, r => new StageProgress(
            r.GetString(0), r.TextOrNull(1), r.TextOrNull(2) ?? r.GetString(0), r.TextOrNull(3) ?? r.GetString(0), r.GetInt32(4), r.GetInt32(5), r.GetInt32(6),
            r.GetInt32(7), r.GetInt32(8), r.GetInt32(9), r.GetInt32(10), r.InstantOrNull(11)), cancellation);

    /// <summary>Every unit that the plan was rolled out to, by group and name.</summary>
    public static Task<List<UnitProgress>> UnitsAsync(NpgsqlDataSource database, Actor actor, Guid planId, DateTimeOffset now, CancellationToken cancellation = default) =>
        ReadAsync(database, Units, actor, planId, now, r => new UnitProgress(
            r.GetInt64(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.GetGuid(4), r.GetString(5), r.GetInt32(6), r.GetInt32(7), r.GetInt32(8), r.GetInt32(9),
            r.GetInt32(10), r.GetFieldValue<string[]>(11), r.InstantOrNull(12)), cancellation);

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlDataSource database, string sql, Actor actor, Guid planId, DateTimeOffset now, Func<NpgsqlDataReader, T> row, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, sql, P(planId), Instant(now), P(actor.PathsWith(Permission.Read))).ListAsync(row, cancellation);
    }
}
