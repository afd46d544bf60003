using Npgsql;
using WorkflowEngine.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Holders of a role at a unit who may decide on what was handed in.</summary>
public sealed record Decider(Text Role, string UnitCode, string UnitName);

/// <summary>
/// Four eyes: whoever handed a round in, or for whom it was handed in, does not decide on it, nor does who stands in for either. Decided it is by
/// the reviewers' roles at the owner unit; if nobody is left there, by the roles with the permission <c>review</c> at the owner unit; if nobody is
/// left there either, by those at the unit above it. Who that is follows from the roles held on the day, so that a new appointment helps at once.
/// </summary>
public static class FourEyes
{
    /// <summary>Who may decide on the round that stands (person_id, unit_id, role, level), with the nearest level. Expects the task <c>t</c> and <c>me.day</c>.</summary>
    internal const string Nearest =
        """
        (select x.*, min(x.level) over () as nearest from (
            select a.person_id, a.unit_id, a.role,
              case when a.unit_id <> fo.id then 2 when a.role = any(t.reviewer_roles) then 0 else 1 end as level
            from unit fo
            join role_assignment a on a.unit_id in (fo.id, fo.parent_id) and a.valid_from <= me.day and me.day < a.valid_to
            join role fr on fr.code = a.role and ('review' = any(fr.permissions) or (a.unit_id = fo.id and a.role = any(t.reviewer_roles)))
            join person fp on fp.id = a.person_id and fp.is_active
            where fo.id = t.owner_unit_id and not exists (
              select from task_round fk
              where fk.task_id = t.id and fk.round = t.round and fk.decision is null and a.person_id in (fk.submitted_by, fk.on_behalf_of))) x)
        """;

    /// <summary>Whether the actor has handed in the round that stands. Expects the task <c>t</c> and <c>me</c> (selves).</summary>
    internal const string HandedIn =
        """
        exists (select from task_round fh where fh.task_id = t.id and fh.round = t.round and fh.decision is null
              and (fh.submitted_by = any(me.selves) or fh.on_behalf_of = any(me.selves)))
        """;

    /// <summary>
    /// Whether the actor may decide on a task. Expects the task <c>t</c> and a row <c>me</c> (selves uuid[], units bigint[] and roles text[] of the
    /// grants, day date).
    /// </summary>
    public const string MayDecide =
        "(t.status = 'submitted' and cardinality(t.reviewer_roles) > 0 and not " + HandedIn + "\n and exists (select from " + Nearest +
        """
         w
              join unnest(me.units, me.roles) as fg(unit_id, role) on fg.unit_id = w.unit_id and fg.role = w.role
              where w.level = w.nearest))
        """;

    /// <summary>The role and unit in which the actor decides, as a row or none; the same expectations. Nothing is looked for where nothing is handed in.</summary>
    internal const string DecidesAs =
        "select w.role, w.unit_id from " + Nearest +
        """
         w
            join unnest(me.units, me.roles) as fg(unit_id, role) on fg.unit_id = w.unit_id and fg.role = w.role
            where w.level = w.nearest and t.status = 'submitted' limit 1
        """;

    private const string Who =
        "-- FourEyes.Who\nwith me as (select $2::date as day)\n" +
        "select distinct r.label_vi, r.label_en, u.code, u.name from me, task t, lateral " + Nearest +
        """
         w
        join role r on r.code = w.role
        join unit u on u.id = w.unit_id
        where t.id = $1 and t.status = 'submitted' and cardinality(t.reviewer_roles) > 0 and w.level = w.nearest
        order by u.code, r.label_vi
        """;

    /// <summary>Who may decide on the task now; empty for one that nobody has handed in, and when nobody is left to decide.</summary>
    /// <param name="now">Business time; the roles of its day count.</param>
    public static async Task<List<Decider>> WhoAsync(NpgsqlDataSource database, Guid taskId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Who, P(taskId), P(WorkingCalendar.VietnamPublic.DayOf(now)))
            .ListAsync(r => new Decider(new Text(r.GetString(0), r.GetString(1)), r.GetString(2), r.GetString(3)), cancellation);
    }
}
