using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>A task as one actor sees it before a command: its row, its clock, what they may do, and their earlier answer for this operation.</summary>
internal sealed record LoadedTask(
    Guid Id, Guid InstanceId, string ContextId, string Status, int Round, int Revision, Guid? AssigneeId, TaskSpec Spec, long UnitId, long OwnerUnitId,
    JsonObject Unit, string CalendarId, string? LadderId, DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue, DateTimeOffset? Due,
    DateTimeOffset StartedAt, string? WorkRole, string? ReviewRole, bool MayOwn, bool MayRead, DateTimeOffset? DecidedAt, StoredOperation? Earlier, bool HandedIn,
    string? DecidesAs, long? DecidesAt)
{
    public bool IsFreeFor(Actor actor) => AssigneeId is not { } id || id == actor.PersonId || id == actor.OnBehalfOf;

    public bool IsHeldBy(Actor actor) => AssigneeId is not null && IsFreeFor(actor);
}

/// <summary>An answer given before.</summary>
internal sealed record StoredOperation(string BodyHash, TaskAnswer.Done Answer);

/// <summary>Reads a <see cref="LoadedTask"/> without a lock; the writing statement checks state and permission again.</summary>
internal static class LoadTask
{
    /// <summary>How stored answers are written.</summary>
    public static readonly JsonSerializerOptions AnswerJson = new(JsonSerializerDefaults.Web);

    private static readonly ConditionalWeakTable<NpgsqlDataSource, SharedLane<Asked, LoadedTask?>> Lanes = [];

    private sealed record Asked(Actor Actor, Guid TaskId, string? OperationId, string OwnerPermission, DateOnly Day);

    private const string Read =
        $"""
        -- LoadTask.Read
        with me as (select $9::uuid[] as selves, $3::bigint[] as units, $4::text[] as roles, $10::date as day)
        select t.id, t.instance_id, t.context_id, t.status, t.round, t.revision, t.assignee_id, s.body::text, t.unit_id, t.owner_unit_id,
          jsonb_build_object('id', u.id, 'code', u.code, 'name', u.name, 'shortName', u.short_name, 'kind', u.kind, 'path', u.path,
            'calendar', u.calendar_id, 'attributes', u.attributes)::text,
          coalesce(d.calendar_id, u.calendar_id), d.ladder_id, d.legal_due, d.extended_due, d.due, coalesce(d.started_at, t.created_at),
          (select g.role from unnest($3, $4) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles) limit 1),
          (select g.role from unnest($3, $4) as g(unit_id, role) where g.unit_id = t.owner_unit_id and g.role = any(t.reviewer_roles) limit 1),
          $7 or exists (select from unnest($5) as p where starts_with(o.path, p)),
          $7 or exists (select from unnest($6) as p where starts_with(u.path, p) or starts_with(o.path, p)),
          t.decided_at, k.body_hash, k.answer::text,
          {FourEyes.HandedIn}, v.role, v.unit_id
        from task t
        join task_spec s on s.id = t.spec_id
        join unit u on u.id = t.unit_id
        join unit o on o.id = t.owner_unit_id
        left join deadline d on d.task_id = t.id and d.purpose = 'work'
        left join task_operation k on k.task_id = t.id and k.actor_id = $2 and k.operation_id = $8
        cross join me
        left join lateral ({FourEyes.DecidesAs}) v on {FourEyes.MayDecide}
        where t.id = $1
        """;

    private const string Last =
        """
        -- LoadTask.LastHappening
        select a.action, a.at, a.actor_id, p.display_name, r.label_vi, r.label_en, u.name
        from audit a
        left join person p on p.id = a.actor_id
        left join role r on r.code = a.detail ->> 'role'
        left join unit u on u.id = (a.detail ->> 'roleUnit')::bigint
        where a.task_id = $1 and a.action = any($2)
        order by a.id desc limit 1
        """;

    /// <summary>Null when there is no such task or the actor may not read it.</summary>
    /// <param name="ownerPermission">What "may own" asks for over the subtree of the owner unit.</param>
    public static async Task<LoadedTask?> ReadAsync(
        NpgsqlDataSource database, Actor actor, Guid taskId, string? operationId, string ownerPermission, DateTimeOffset now, CancellationToken cancellation)
    {
        var asked = new Asked(actor, taskId, operationId, ownerPermission, WorkingCalendar.VietnamPublic.DayOf(now));
        var task = await Lanes.GetValue(database, _ => new(_ => true, TimeProvider.System)).RunAsync(
            asked, together => ReadTogetherAsync(database, together, CancellationToken.None),
            async (alone, stop) => (await ReadTogetherAsync(database, [alone], stop))[0], cancellation);
        return task is null ? null : task.MayRead || task.MayOwn || task.WorkRole is not null || task.ReviewRole is not null || task.DecidesAs is not null || task.IsHeldBy(actor) ? task : null;
    }

    /// <summary>One round trip for those who ask at the same moment.</summary>
    private static async Task<IReadOnlyList<LoadedTask?>> ReadTogetherAsync(NpgsqlDataSource database, IReadOnlyList<Asked> asked, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (actor, taskId, operationId, ownerPermission, day) in asked)
            batch.Add(Read,
                P(taskId), P(actor.PersonId), Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles), Texts(actor.PathsWith(ownerPermission)),
                Texts(actor.PathsWith(Permission.Read)), P(actor.IsSystem), P(operationId, NpgsqlTypes.NpgsqlDbType.Text), Uuids(actor.Selves), P(day));
        var tasks = new LoadedTask?[asked.Count];
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        for (var i = 0; i < tasks.Length; i++)
        {
            if (await reader.ReadAsync(cancellation)) tasks[i] = Row(reader);
            await reader.NextResultAsync(cancellation);
        }

        return tasks;
    }

    /// <summary>What changed the task last; the engine's own endings leave no audit row and are told from the task.</summary>
    public static async Task<TaskAnswer.Conflict> ConflictAsync(NpgsqlDataSource database, LoadedTask task, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Last, P(task.Id), Texts(Happening.Changing)).ListAsync(
            r => new Happening(r.GetString(0), r.Instant(1), r.GuidOrNull(2), r.TextOrNull(3),
                r.TextOrNull(4) is { } vi ? new Text(vi, r.TextOrNull(5)) : null, r.TextOrNull(6)), cancellation);
        var last = task.Status == TaskState.Cancelled || rows.Count == 0
            ? new Happening(task.Status == TaskState.Cancelled ? "task.cancelled" : "task.opened", task.DecidedAt ?? task.StartedAt, null, null, null, null)
            : rows[0];
        return new TaskAnswer.Conflict(last, task.Status, task.Round, task.Revision);
    }

    private static LoadedTask Row(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetInt32(5), r.GuidOrNull(6), TaskSpecJson.Read(r.GetString(7)),
        r.GetInt64(8), r.GetInt64(9), JsonNode.Parse(r.GetString(10))!.AsObject(), r.GetString(11), r.TextOrNull(12), r.InstantOrNull(13),
        r.InstantOrNull(14), r.InstantOrNull(15), r.Instant(16), r.TextOrNull(17), r.TextOrNull(18), r.GetBoolean(19), r.GetBoolean(20), r.InstantOrNull(21),
        r.TextOrNull(22) is { } hash ? new StoredOperation(hash, JsonSerializer.Deserialize<TaskAnswer.Done>(r.GetString(23), AnswerJson)!) : null,
        r.GetBoolean(24), r.TextOrNull(25), r.LongOrNull(26));
}
