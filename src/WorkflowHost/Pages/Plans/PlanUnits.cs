using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Plans;

/// <summary>One unit's task of one step, as the table of units shows it.</summary>
public sealed record UnitCell(
    long UnitId, string ActivityId, Guid TaskId, string Status, int Round, DateTimeOffset? Limit, DateTimeOffset? Due, DateTimeOffset? CountsAt,
    DateTimeOffset? SubmittedAt, DateTimeOffset? DecidedAt, string? CloseReason);

/// <summary>A unit of a plan. <paramref name="IsException"/>: late, returned, waiting for a decision, closed or standing still.</summary>
public sealed record UnitRow(long UnitId, string Name, string Group, Guid InstanceId, bool IsException, bool IsFaulted)
{
    public IReadOnlyDictionary<string, UnitCell> Cells { get; init; } = new Dictionary<string, UnitCell>();
}

/// <summary>Figures of one step within one group.</summary>
/// <param name="Closed">Ended without being done: they leave the total.</param>
public sealed record GroupCell(string Group, string ActivityId, int Total, int Done, int Closed, int Submitted, int Overdue);

/// <summary>A group of units with its figures and the rows that are shown.</summary>
public sealed record UnitGroup(string Name, int Units, int Exceptions, IReadOnlyDictionary<string, GroupCell> Cells, IReadOnlyList<UnitRow> Rows);

/// <summary>
/// Progress by unit, grouped by the unit's attribute <c>group</c>, exceptions first. At most <see cref="LargestGroup"/> rows of a group are read,
/// so a plan of thousands of units stays one page.
/// </summary>
public sealed class PlanUnits(NpgsqlDataSource database)
{
    public const int LargestGroup = 200;

    private const string Latest =
        $"""
        with reach as (
          select i.id as instance_id, i.sub_status = 'Faulted' as faulted, c.id as unit_id, c.short_name, coalesce(c.attributes ->> 'group', '') as unit_group
          from plan p join unit u on u.id = p.unit_id
          join every_instance i on i.root_id = p.root_id and i.id <> p.root_id and i.unit_id is not null
          join unit c on c.id = i.unit_id
          where p.id = $1 and ($3 or exists (select from unnest($2) as x where starts_with(c.path, x) or starts_with(u.path, x)))),
        latest as (
          select distinct on (t.instance_id, t.activity_id) t.id, t.instance_id, t.activity_id, t.status, t.round, t.counts_at, t.submitted_at, t.decided_at,
            t.close_reason, {LateSql.Limit} as due_limit, d.due,
            {LateSql.Awaited} and {LateSql.Limit} <= $4 as overdue, {LateSql.CameLate} as late
          from reach r join task t on t.instance_id = r.instance_id and t.status <> 'cancelled'
          left join deadline d on d.task_id = t.id and d.purpose = 'work'
          order by t.instance_id, t.activity_id, t.created_at desc, t.id desc)
        """;

    private const string Figures =
        $"""
        -- PlanUnits.Figures
        {Latest}
        select r.unit_group, l.activity_id, count(*)::int, count(*) filter (where l.status in ('accepted', 'completed'))::int,
          count(*) filter (where l.status = 'closed')::int,
          count(*) filter (where l.status = 'submitted')::int, count(*) filter (where l.overdue)::int
        from reach r join latest l on l.instance_id = r.instance_id
        group by r.unit_group, l.activity_id
        """;

    private const string Ranked =
        $"""
        -- PlanUnits.Rows
        {Latest},
        ranked as (
          select r.*, r.faulted or coalesce(x.exception, false) as exception,
            count(*) over (partition by r.unit_group)::int as units,
            sum(case when r.faulted or coalesce(x.exception, false) then 1 else 0 end) over (partition by r.unit_group)::int as exceptions,
            row_number() over (partition by r.unit_group order by coalesce(x.weight, case when r.faulted then 5 else 0 end) desc, r.short_name collate "vi-x-icu", r.unit_id) as place
          from reach r left join lateral (
            select bool_or(l.overdue or l.status in ('submitted', 'closed') or l.round > 1 or l.late) as exception,
              max(case when l.overdue then 4 when l.status = 'submitted' then 3 when l.status = 'open' and l.round > 1 then 2
                when l.round > 1 or l.status = 'closed' or l.late then 1 else 0 end) as weight
            from latest l where l.instance_id = r.instance_id) x on true)
        select k.unit_id, k.short_name, k.unit_group, k.instance_id, k.exception, k.faulted, k.units, k.exceptions,
          l.activity_id, l.id, l.status, l.round, l.due_limit, l.due, l.counts_at, l.submitted_at, l.decided_at, l.close_reason
        from ranked k left join latest l on l.instance_id = k.instance_id
        where k.place <= $5
        order by k.unit_group collate "vi-x-icu", k.place
        """;

    /// <summary>The groups by name; units without a group come under an empty name.</summary>
    public async Task<IReadOnlyList<UnitGroup>> ReadAsync(Actor actor, Guid planId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var figures = (await Command(connection, Figures, P(planId), PlanPageQueries.Reach(actor), P(actor.IsSystem), Instant(now)).ListAsync(
            r => new GroupCell(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3), r.GetInt32(4), r.GetInt32(5), r.GetInt32(6)), cancellation)).ToLookup(c => c.Group);
        var rows = await Command(connection, Ranked, P(planId), PlanPageQueries.Reach(actor), P(actor.IsSystem), Instant(now), P(LargestGroup)).ListAsync(
            r => (Unit: new UnitRow(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetGuid(3), r.GetBoolean(4), r.GetBoolean(5)), Units: r.GetInt32(6), Exceptions: r.GetInt32(7),
                Cell: r.IsDBNull(8) ? null : new UnitCell(r.GetInt64(0), r.GetString(8), r.GetGuid(9), r.GetString(10), r.GetInt32(11), r.InstantOrNull(12), r.InstantOrNull(13),
                    r.InstantOrNull(14), r.InstantOrNull(15), r.InstantOrNull(16), r.TextOrNull(17))), cancellation);
        return [.. rows.GroupBy(r => r.Unit.Group).Select(group => new UnitGroup(
            group.Key, group.First().Units, group.First().Exceptions, figures[group.Key].ToDictionary(c => c.ActivityId),
            [.. group.GroupBy(r => r.Unit.InstanceId).Select(unit => unit.First().Unit with
            {
                Cells = unit.Where(r => r.Cell is not null).ToDictionary(r => r.Cell!.ActivityId, r => r.Cell!),
            })]))];
    }
}
