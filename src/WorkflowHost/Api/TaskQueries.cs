using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Api;

/// <summary>A unit as lists name it.</summary>
public sealed record UnitName(long Id, string Code, string Name);

/// <summary>The dates of a task. Instants are the first that is late; <paramref name="LastDay"/> is the day before, in Asia/Ho_Chi_Minh.</summary>
public sealed record TaskDates(
    DateTimeOffset? NotBefore, DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue, DateTimeOffset? TargetDue, DateTimeOffset? Due, DateOnly? LastDay,
    DateTimeOffset? ReviewDue);

/// <summary>A task in a list.</summary>
/// <param name="CountsAt">The instant that punctuality is measured on: the first submission, or the day of the event that the form asks for.</param>
/// <param name="Allowed">The commands that this actor may give now.</param>
public sealed record TaskItem(
    Guid Id, Guid PlanId, Guid InstanceId, string Activity, Text Title, string Status, int Round, int Revision, UnitName Unit, UnitName Owner,
    Guid? AssigneeId, string? Assignee, TaskDates Deadline, Lateness Lateness, DateTimeOffset CreatedAt, DateTimeOffset? FirstSubmittedAt,
    DateTimeOffset? CountsAt, DateTimeOffset? SubmittedAt, DateTimeOffset? DecidedAt, string? CloseReason, IReadOnlyList<string> Allowed);

/// <summary>What to list.</summary>
/// <param name="Mine">work: open and the actor's to do; review: handed in and the actor's to decide; all: whatever they may read.</param>
public sealed record TaskFilter(
    string Mine, string? Status, string? Unit, Guid? PlanId, string? Activity, DateTimeOffset? DueBefore, (DateTimeOffset Due, Guid Id)? After, int Limit);

/// <summary>Reads of tasks for lists, pages and the API; each statement shows only what the actor may read.</summary>
public sealed class TaskQueries(NpgsqlDataSource database)
{
    // $1 person and whom they stand for, $2 units and $3 roles of the grants, $4 paths to read, $5 paths to close, $6 paths to extend, $7 system, $8 the business day.
    private const string Select =
        $"""
        with me as (select $1::uuid[] as selves, $2::bigint[] as units, $3::text[] as roles, $8::date as day)
        select t.id, t.root_id, t.instance_id, t.activity_id, s.body -> 'title' ->> 'vi', s.body -> 'title' ->> 'en', t.status, t.round, t.revision,
          u.id, u.code, u.name, o.id, o.code, o.name, t.assignee_id, p.display_name,
          d.not_before, d.legal_due, d.extended_due, d.target_due, d.due, r.due, t.created_at, t.first_submitted_at, t.counts_at, t.submitted_at, t.decided_at, t.close_reason,
          exists (select from unnest($2, $3) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles)),
          {FourEyes.MayDecide},
          $7 or exists (select from unnest($5) as x where starts_with(o.path, x)),
          $7 or exists (select from unnest($6) as x where starts_with(o.path, x)),
          t.assignee_id is null or t.assignee_id = any($1)
        from me cross join task t
        join task_spec s on s.id = t.spec_id
        join unit u on u.id = t.unit_id
        join unit o on o.id = t.owner_unit_id
        left join person p on p.id = t.assignee_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        left join deadline r on r.task_id = t.id and r.purpose = 'review' and t.status = 'submitted'
        """;

    /// <summary>The right to read, as every statement here asks for it.</summary>
    private const string Readable =
        """
        ($7 or t.assignee_id = any($1)
          or exists (select from unnest($4) as x where starts_with(u.path, x) or starts_with(o.path, x))
          or exists (select from unnest($5 || $6) as x where starts_with(o.path, x))
          or exists (select from unnest($2, $3) as g(unit_id, role)
            where (g.unit_id = t.unit_id and g.role = any(t.candidate_roles)) or (g.unit_id = t.owner_unit_id and g.role = any(t.reviewer_roles))))
        """;

    private const string WhereWork =
        """

        where t.status = 'open' and t.unit_id = any($2) and (t.assignee_id is null or t.assignee_id = any($1))
          and exists (select from unnest($2, $3) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
        """;

    private const string WhereReview =
        $"""

        where t.status = 'submitted' and (t.owner_unit_id = any($2) or t.owner_unit_id in (select c.id from unit c where c.parent_id = any($2)))
          and {FourEyes.MayDecide}
        """;

    private const string Filters =
        """

          and ($9::text is null or t.status = $9) and ($10::text is null or u.code = $10) and ($11::uuid is null or t.root_id = $11)
          and ($12::text is null or t.activity_id = $12) and ($13::timestamptz is null or d.due < $13)
          and ($14::timestamptz is null or (coalesce(d.due, '9999-01-01Z'), t.id) > ($14, $15))
        order by coalesce(d.due, '9999-01-01Z'), t.id
        limit $16
        """;

    private const string Work = "-- TaskQueries.Work\n" + Select + WhereWork + Filters;
    private const string Review = "-- TaskQueries.Review\n" + Select + WhereReview + Filters;
    private const string All = "-- TaskQueries.All\n" + Select + "\nwhere " + Readable + Filters;
    private const string One = "-- TaskQueries.One\n" + Select + "\nwhere t.id = $9 and " + Readable;

    private const string IdsOf =
        "-- TaskQueries.IdsOf\n" +
        """
        select t.id from task t join unit u on u.id = t.unit_id join unit o on o.id = t.owner_unit_id
        where t.root_id = $9 and t.activity_id = $10 and ($11::text[] is null or u.code = any($11)) and
        """ + Readable + "\norder by t.id limit $12";

    private static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A page of tasks, by date, undated last; one more than the limit tells that there are more.</summary>
    public async Task<List<TaskItem>> ListAsync(Actor actor, TaskFilter filter, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var sql = filter.Mine switch { "work" => Work, "review" => Review, _ => All };
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, sql,
            [.. Rights(actor, now), P(filter.Status, NpgsqlDbType.Text), P(filter.Unit, NpgsqlDbType.Text), P(filter.PlanId, NpgsqlDbType.Uuid),
                P(filter.Activity, NpgsqlDbType.Text), Instant(filter.DueBefore), Instant(filter.After?.Due), P(filter.After?.Id, NpgsqlDbType.Uuid),
                P(filter.Limit)]).ListAsync(r => Item(r, actor, now), cancellation);
    }

    /// <summary>One task; null when there is none or the actor may not read it.</summary>
    public async Task<TaskItem?> FindAsync(Actor actor, Guid taskId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, One, [.. Rights(actor, now), P(taskId)]).ListAsync(r => Item(r, actor, now), cancellation);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The tasks of one activity of a plan, of these units or of all.</summary>
    public async Task<List<Guid>> IdsOfAsync(Actor actor, Guid planId, string activity, IReadOnlyList<string>? units, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, IdsOf,
            [.. Rights(actor, now), P(planId), P(activity), P(units?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text), P(ExtendDeadline.MaximumTasks + 1)])
            .ListAsync(r => r.GetGuid(0), cancellation);
    }

    /// <summary>Where the list goes on after this item.</summary>
    public static (DateTimeOffset Due, Guid Id) PlaceOf(TaskItem item) => (item.Deadline.Due ?? Never, item.Id);

    private static NpgsqlParameter[] Rights(Actor actor, DateTimeOffset now) =>
    [
        Uuids(actor.Selves), Longs([.. actor.Grants.Select(g => g.UnitId)]),
        Texts(actor.Roles), Texts(actor.PathsWith(Permission.Read)), Texts(actor.PathsWith(Permission.CloseTask)),
        Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem), P(WorkingCalendar.VietnamPublic.DayOf(now)),
    ];

    private static TaskItem Item(NpgsqlDataReader r, Actor actor, DateTimeOffset now)
    {
        var (legal, extended, due, counts) = (r.InstantOrNull(18), r.InstantOrNull(19), r.InstantOrNull(21), r.InstantOrNull(25));
        var (status, assignee, free) = (r.GetString(6), r.GuidOrNull(15), r.GetBoolean(33));
        var dates = new TaskDates(
            r.InstantOrNull(17), legal, extended, r.InstantOrNull(20), due,
            due is { } instant ? Deadline.FromDue(instant, WorkingCalendar.VietnamPublic).LastDay : null, r.InstantOrNull(22));
        // A task that ended without being handed in is not late for ever.
        var at = status is TaskState.Closed or TaskState.Cancelled ? r.InstantOrNull(27) ?? now : now;
        return new TaskItem(
            r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), new Text(r.GetString(4), r.TextOrNull(5)), status, r.GetInt32(7), r.GetInt32(8),
            new UnitName(r.GetInt64(9), r.GetString(10), r.GetString(11)), new UnitName(r.GetInt64(12), r.GetString(13), r.GetString(14)),
            assignee, r.TextOrNull(16), dates, TaskRules.Lateness(legal, extended, counts, at), r.Instant(23), r.InstantOrNull(24), counts, r.InstantOrNull(26),
            r.InstantOrNull(27), r.TextOrNull(28),
            [.. TaskRules.Allowed(status, free, assignee is not null && free, r.GetBoolean(29), r.GetBoolean(30), r.GetBoolean(31), r.GetBoolean(32), due is not null).Where(actor.Covers)]);
    }
}
