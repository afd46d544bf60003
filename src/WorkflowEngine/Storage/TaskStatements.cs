using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>The part of <see cref="CommitBursts"/> that writes tasks: the shared specs, the tasks, their clocks, and the ends of cancelled ones.</summary>
internal static class TaskStatements
{
    // A definition names a unit for good; of one that has ended the work goes to its successor, if there is one and one only. None: the task is an incident.
    private const string UnitOfCode =
        """
        with recursive place as (
          select u.id, u.valid_to from unit u where u.code = n.unit_code
          union
          select t.id, t.valid_to from place p join unit_successor s on s.from_unit = p.id join unit t on t.id = s.to_unit where p.valid_to <= $13)
        select min(p.id) from place p where p.valid_to > $13 having count(*) = 1
        """;

    public static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var cancelled = bursts.SelectMany(b => b.Result.Effects.TasksCancelled.Select(c => (b.Id, Context: c))).ToArray();
        if (cancelled.Length > 0)
        {
            // The instances stand there twice: a list of keys keeps an old plan from going through the whole index (CommitBursts.Heads). Not by place as
            // there: a task may be changed beside us, and then its place is another.
            yield return Statement("""
                -- TaskStatements.Cancelled
                with ended as (
                  update task t set status = 'cancelled', revision = revision + 1, decided_at = $3
                  from unnest($1, $2) as n(instance_id, context_id)
                  where t.instance_id = any($1) and t.instance_id = n.instance_id and t.context_id = n.context_id and t.status in ('open', 'submitted')
                  returning t.id)
                update deadline d set next_at = null, stopped_at = $3 from ended where d.task_id = ended.id
                """, Uuids([.. cancelled.Select(c => c.Id)]), Texts([.. cancelled.Select(c => c.Context)]), Instant(now));
        }

        var tasks = bursts.SelectMany(b => b.Result.Effects.Tasks.Select(t => (Burst: b, Task: t, Body: TaskSpecJson.Write(t.Spec)))).ToArray();
        if (tasks.Length == 0) yield break;
        var bodies = tasks.Select(t => t.Body).Distinct().ToDictionary(b => b, TaskSpecJson.IdOf);
        yield return Statement("""
            -- TaskStatements.Specs
            insert into task_spec (id, body) select * from unnest($1, $2) on conflict (id) do nothing
            """, Uuids([.. bodies.Values.Order()]), Jsons([.. bodies.OrderBy(b => b.Value).Select(b => b.Key)]));
        yield return Statement($$"""
            -- TaskStatements.Tasks
            insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, reviewer_roles, created_at)
            select n.id, n.instance_id, n.root_id, n.spec_id, n.activity_id, n.context_id,
              case when n.unit_code is null then nullif(n.unit_id, 0) else ({{UnitOfCode}}) end, n.owner_unit_id,
              string_to_array(n.roles, ','), case when n.reviewers = '' then '{}' else string_to_array(n.reviewers, ',') end, $12
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
              as n(id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, unit_code, owner_unit_id, roles, reviewers)
            """,
            Uuids([.. tasks.Select(t => t.Task.Id)]), Uuids([.. tasks.Select(t => t.Burst.Id)]), Uuids([.. tasks.Select(t => t.Burst.Loaded.Head.RootId)]),
            Uuids([.. tasks.Select(t => bodies[t.Body])]), Texts([.. tasks.Select(t => t.Task.ActivityId)]), Texts([.. tasks.Select(t => t.Task.ContextId)]),
            Longs([.. tasks.Select(t => t.Task.UnitId)]), Texts([.. tasks.Select(t => t.Task.UnitCode)]), Longs([.. tasks.Select(t => t.Task.OwnerUnitId)]),
            Texts([.. tasks.Select(t => string.Join(',', t.Task.CandidateRoles))]),
            Texts([.. tasks.Select(t => string.Join(',', t.Task.Spec.Review?.Roles ?? []))]), Instant(now), P(WorkingCalendar.VietnamPublic.DayOf(now)));
        yield return Statement("""
            -- TaskStatements.Deadlines
            insert into deadline (task_id, instance_id, ladder_id, calendar_id, not_before, legal_due, target_due, due, next_at, started_at)
            select n.*, $10 from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as n
            """,
            Uuids([.. tasks.Select(t => t.Task.Id)]), Uuids([.. tasks.Select(t => t.Burst.Id)]), Texts([.. tasks.Select(t => t.Task.Deadline.LadderId)]),
            Texts([.. tasks.Select(t => t.Task.Deadline.CalendarId)]), Instants([.. tasks.Select(t => t.Task.Deadline.NotBefore)]),
            Instants([.. tasks.Select(t => t.Task.Deadline.LegalDue)]), Instants([.. tasks.Select(t => t.Task.Deadline.TargetDue)]),
            Instants([.. tasks.Select(t => t.Task.Deadline.Due)]), Instants([.. tasks.Select(t => t.Task.Deadline.NextAt)]), Instant(now));
    }

    /// <summary>Open tasks of instances that are over end with them.</summary>
    public static IEnumerable<NpgsqlBatchCommand> CancelAllOf(Guid[] instances, DateTimeOffset now)
    {
        yield return Statement("""
            -- TaskStatements.CancelAllOf
            with ended as (
              update task set status = 'cancelled', revision = revision + 1, decided_at = $2
              where instance_id = any($1) and status in ('open', 'submitted')
              returning id)
            update deadline d set next_at = null, stopped_at = $2 from ended where d.task_id = ended.id
            """, Uuids(instances), Instant(now));
    }
}
