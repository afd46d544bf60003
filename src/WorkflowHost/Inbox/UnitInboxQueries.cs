using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>A task of the actor's unit that is handed in or over.</summary>
/// <param name="At">When it was handed in or decided.</param>
/// <param name="Holder">Who has taken it.</param>
public sealed record UnitTask(
    Guid Id, TaskSpec Spec, string Unit, string Status, int Round, PlanName Plan, DateTimeOffset At, DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue,
    DateTimeOffset? CountsAt, string? CloseReason, string? Holder);

/// <summary>A task that will come to the actor's unit, worked out from the definition its instance runs on.</summary>
/// <param name="After">Titles of the unit's own tasks that come first.</param>
/// <param name="WaitsFor">Events waited for now, in the words of the drawing.</param>
/// <param name="Spec">Deadline and texts as the definition has them.</param>
public sealed record UpcomingTask(
    string Activity, TaskSpec Spec, string Unit, string Owner, PlanName Plan, string CalendarId, IReadOnlyList<Text> After, IReadOnlyList<string> WaitsFor);

/// <summary>Who follows the unit's work.</summary>
public sealed record WhoToAsk(string RoleVi, string RoleEn, string Unit);

/// <summary>Reads for the inbox of a unit's own people: what is handed in, what is over, what is still to come, whom to ask.</summary>
public sealed class UnitInboxQueries(NpgsqlDataSource database, DefinitionStore definitions)
{
    private const int MostDone = 10;

    private const string TasksSql =
        """
        -- UnitInboxQueries.Tasks
        select t.id, s.body::text, u.short_name, t.status, t.round, p.id, p.number_text, p.subject, p.issued_on, o.name,
          coalesce(t.decided_at, t.submitted_at, t.created_at), d.legal_due, d.extended_due, t.counts_at, t.close_reason, h.display_name, p.doc_type
        from task t
        join task_spec s on s.id = t.spec_id
        join unit u on u.id = t.unit_id
        join unit o on o.id = t.owner_unit_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        left join plan p on p.root_id = t.root_id
        left join person h on h.id = t.assignee_id
        where t.unit_id = any($1) and t.status = any($3) and (t.status <> 'open' or t.assignee_id <> all($5))
          and exists (select from unnest($1, $2) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
        order by coalesce(t.decided_at, t.submitted_at, t.created_at) desc, t.id
        limit $4
        """;

    private const string InstancesSql =
        """
        -- UnitInboxQueries.Instances
        select i.definition_version_id, i.unit_id, u.short_name, coalesce(o.short_name, u.short_name), u.calendar_id, p.id, p.number_text, p.subject,
          p.issued_on, coalesce(o.name, u.name), p.campaign_year,
          array(select t.activity_id from task t where t.instance_id = i.id and t.status <> 'cancelled'),
          array(select t.activity_id from task t where t.instance_id = i.id and t.status in ('accepted', 'completed', 'closed')),
          array(select b.activity_id from bookmark b where b.instance_id = i.id and b.hash is not null), p.doc_type
        from instance i
        join unit u on u.id = i.unit_id
        left join plan p on p.root_id = i.root_id
        left join unit o on o.id = p.unit_id
        where i.unit_id = any($1) and i.status = 'Running' and i.incident_count = 0
        order by i.created_at, i.id
        limit 20
        """;

    private const string WhoSql =
        """
        -- UnitInboxQueries.WhoToAsk
        select r.label_vi, r.label_en, o.name
        from task t
        join unit o on o.id = t.owner_unit_id
        join role r on r.code = any(t.reviewer_roles)
        where t.unit_id = any($1) and t.owner_unit_id <> all($1)
        order by t.created_at desc, r.code limit 1
        """;

    /// <summary>What was handed in and waits for a decision, latest first.</summary>
    public Task<List<UnitTask>> SubmittedAsync(Actor actor, CancellationToken cancellation = default) => TasksAsync(actor, [TaskState.Submitted], InboxQueries.PageSize, cancellation);

    /// <summary>Open tasks that somebody else of the unit has taken.</summary>
    public Task<List<UnitTask>> HeldAsync(Actor actor, CancellationToken cancellation = default) => TasksAsync(actor, [TaskState.Open], InboxQueries.PageSize, cancellation);

    /// <summary>What is over, the last ten.</summary>
    public Task<List<UnitTask>> DoneAsync(Actor actor, CancellationToken cancellation = default) =>
        TasksAsync(actor, [TaskState.Accepted, TaskState.Completed, TaskState.Closed], MostDone, cancellation);

    /// <summary>What will come, in the order of the drawing.</summary>
    public async Task<IReadOnlyList<UpcomingTask>> UpcomingAsync(Actor actor, CancellationToken cancellation = default)
    {
        List<UpcomingInstance> instances;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
            instances = await Command(connection, InstancesSql, Units(actor)).ListAsync(r => new UpcomingInstance(
                r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetString(4),
                new PlanName(r.GuidOrNull(5), r.TextOrNull(6), r.TextOrNull(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateOnly>(8), r.GetString(9), r.TextOrNull(14)),
                r.IsDBNull(10) ? null : r.GetInt32(10), r.GetFieldValue<string[]>(11), r.GetFieldValue<string[]>(12), r.GetFieldValue<string[]>(13)), cancellation);
        var upcoming = new List<UpcomingTask>();
        foreach (var instance in instances)
        {
            var roles = actor.Grants.Where(g => g.UnitId == instance.UnitId).Select(g => g.Role).ToHashSet(StringComparer.Ordinal);
            upcoming.AddRange(Upcoming.In(await definitions.GetOrEmptyAsync(instance.DefinitionVersionId, cancellation), instance, roles));
        }

        return upcoming;
    }

    /// <summary>The role that reviews this unit's work, or null when nobody ever did.</summary>
    public async Task<WhoToAsk?> WhoToAskAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, WhoSql, Units(actor))
            .ListAsync(r => new WhoToAsk(r.GetString(0), r.GetString(1), r.GetString(2)), cancellation)).FirstOrDefault();
    }

    private async Task<List<UnitTask>> TasksAsync(Actor actor, string[] states, int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, TasksSql, Units(actor), Texts(actor.Roles), Texts(states), P(limit),
            Uuids(actor.Selves)).ListAsync(r => new UnitTask(
            r.GetGuid(0), TaskSpecJson.Read(r.GetString(1)), r.GetString(2), r.GetString(3), r.GetInt32(4),
            new PlanName(r.GuidOrNull(5), r.TextOrNull(6), r.TextOrNull(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateOnly>(8), r.GetString(9), r.TextOrNull(16)),
            r.Instant(10), r.InstantOrNull(11), r.InstantOrNull(12), r.InstantOrNull(13), r.TextOrNull(14), r.TextOrNull(15)), cancellation);
    }

    private static NpgsqlParameter Units(Actor actor) => Longs([.. actor.Grants.Select(g => g.UnitId)]);
}
