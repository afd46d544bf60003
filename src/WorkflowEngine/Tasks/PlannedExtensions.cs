using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>An extension that takes effect later.</summary>
/// <param name="Id">Names all its tasks.</param>
public sealed record PlannedExtension(
    Guid Id, DateTimeOffset NewDue, DateTimeOffset EffectiveAt, string Reason, string? Document, DateTimeOffset At, string? GrantedBy, IReadOnlyList<Guid> TaskIds);

/// <summary>
/// Extensions with a time before they take effect: planned and visible to everybody who sees the task, revocable until then. The pulse applies them;
/// afterwards only the inverse change takes them back, recorded like the extension itself.
/// </summary>
/// <remarks>It survives a crash: planned rows stand in the table, and applying is one statement a batch that marks what it did.</remarks>
public sealed class PlannedExtensions(NpgsqlDataSource database, TaskClocks clocks, TimeProvider system)
{
    private const int BatchSize = 500;

    private const string InsertPlanned =
        """
        -- PlannedExtensions.Plan
        with planned as (
          insert into deadline_extension (id, batch_id, task_id, old_due, new_due, reason, document, granted_by, on_behalf_of, at, effective_at)
          select n.id, $4, n.task_id, n.old_due, $5, $6, $7, $8, $9, $10, $11 from unnest($1, $2, $3) as n(id, task_id, old_due)
          returning id, task_id)
        , kept as (
          insert into deadline_operation (actor_id, operation_id, body_hash, answer, at)
          select $8, $13, $14, jsonb_build_object('lines', $15::jsonb, 'moved', (select jsonb_agg(task_id) from planned), 'batch', $4::uuid), $10 where $13 is not null)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
        select $10, $12, $8, $9, 'deadline.extension-planned', t.root_id, t.instance_id, t.id, t.unit_id,
          jsonb_build_object('extension', p.id, 'batch', $4::uuid, 'newDue', $5::timestamptz, 'effectiveAt', $11::timestamptz, 'reason', $6::text)
        from planned p cross join lateral (select * from task where id = p.task_id limit 1) t
        """;

    // Whoever may extend all of its tasks may revoke it, not only who planned it.
    private const string RevokePlanned =
        """
        -- PlannedExtensions.Revoke
        with mine as (
          select e.id, t.root_id, t.instance_id, t.id as task_id, t.unit_id, $6 or exists (select from unnest($5) as p where starts_with(o.path, p)) as may
          from deadline_extension e join task t on t.id = e.task_id join unit o on o.id = t.owner_unit_id
          where e.batch_id = $1 and e.outcome is null
          for update of e)
        , revoked as (
          update deadline_extension e set outcome = 'revoked', settled_at = $2, settled_by = $3 from mine m
          where e.id = m.id and not exists (select from mine where not may) returning m.*)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $2, $7, $3, $4, 'deadline.extension-revoked', r.root_id, r.instance_id, r.task_id, r.unit_id, jsonb_build_object('extension', r.id, 'batch', $1::uuid)
          from revoked r)
        select (select count(*) from mine)::int, (select count(*) from mine where may)::int, (select count(*) from revoked)::int
        """;

    // One a task at a time, the first to take effect, and of those the earliest date: the next one is judged by what this one came to. Rows are
    // locked one by one by their keys (PauseClocks says why); a clock that is just firing is waited for.
    private const string TakeDue =
        """
        -- PlannedExtensions.Take
        select e.id, e.new_due, t.status, d.due, coalesce(d.extended_due, d.legal_due), d.calendar_id, d.ladder_id, d.started_at,
          (select s.body::text from task_spec s where s.id = t.spec_id)
        from (
          select * from (
            select distinct on (task_id) id, task_id, effective_at from deadline_extension where outcome is null and effective_at <= $1
            order by task_id, effective_at, new_due, id) x
          order by effective_at, task_id) n
        cross join lateral (select id, new_due from deadline_extension where id = n.id and outcome is null for update skip locked) e
        cross join lateral (select id, status, spec_id from task where id = n.task_id for update skip locked) t
        left join lateral (select * from deadline where task_id = t.id and purpose = 'work' for no key update) d on true
        limit $2
        """;

    // What is over or has a later date by then is void; the rest moves as ExtendDeadline moves it, in the name of who granted it. By place: the rows
    // are held.
    private const string ApplyDue =
        """
        -- PlannedExtensions.Apply
        with named as (
          select n.applies, n.next_at, e.ctid as extension_at, d.ctid as clock_at, d.due
          from unnest($1, $2, $3) as n(id, applies, next_at)
          cross join lateral (select ctid, task_id from deadline_extension where id = n.id limit 1) e
          left join lateral (select ctid, due from deadline where task_id = e.task_id and purpose = 'work' limit 1) d on true)
        , settled as (
          update deadline_extension e set outcome = case when n.applies then 'applied' else 'void' end, settled_at = $4, old_due = n.due
          from named n where e.ctid = n.extension_at
          returning e.*, n.applies, n.next_at, n.clock_at)
        , moved as (
          update deadline d set due = s.new_due, extended_due = case when d.legal_due is not null then s.new_due end,
            target_due = case when d.legal_due is null then s.new_due else d.target_due end,
            last_rung = null, last_period = 0, next_at = case when d.paused_at is null then s.next_at end
          from settled s where s.applies and d.ctid = s.clock_at)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
        select $4, $5, s.granted_by, s.on_behalf_of, case when s.applies then 'deadline.extended' else 'deadline.extension-void' end, t.root_id, t.instance_id, t.id, t.unit_id,
          jsonb_build_object('extension', s.id, 'batch', s.batch_id, 'oldDue', s.old_due, 'newDue', s.new_due, 'reason', s.reason, 'document', s.document)
        from settled s cross join lateral (select * from task where id = s.task_id limit 1) t
        """;

    private const string ListPlanned =
        """
        -- PlannedExtensions.List
        select e.batch_id, e.new_due, e.effective_at, e.reason, e.document, e.at, p.display_name, array_agg(e.task_id order by e.task_id)
        from deadline_extension e
        join task t on t.id = e.task_id join unit u on u.id = t.unit_id join unit o on o.id = t.owner_unit_id
        left join person p on p.id = e.granted_by
        where e.outcome is null and ($1::uuid is null or e.task_id = $1)
          and ($3 or exists (select from unnest($2) as x where starts_with(u.path, x) or starts_with(o.path, x)))
        group by e.batch_id, e.new_due, e.effective_at, e.reason, e.document, e.at, p.display_name
        order by e.effective_at, e.batch_id limit 200
        """;

    // The extension taken back must be the one in force; the old date must still lie ahead, or the unit would be late by an act of the office. What
    // lateness was measured by before is the date of the last extension that stands, which a return's date is not.
    private const string Undo =
        """
        -- PlannedExtensions.Undo
        with asked as (
          select e.id, e.task_id, e.old_due, e.new_due, t.root_id, t.instance_id, t.unit_id, t.status, d.due, d.legal_due,
            $8 or exists (select from unnest($7) as p where starts_with(o.path, p)) as may,
            d.due = e.new_due and not exists (select from deadline_extension i where i.task_id = e.task_id and i.inverse_of = e.id) as in_force,
            (select max(x.new_due) from deadline_extension x where x.task_id = e.task_id and x.id <> e.id and x.outcome = 'applied' and x.inverse_of is null
              and not exists (select from deadline_extension i where i.task_id = e.task_id and i.inverse_of = x.id)) as extended_before
          from deadline_extension e join task t on t.id = e.task_id join unit o on o.id = t.owner_unit_id
          join deadline d on d.task_id = t.id and d.purpose = 'work'
          where e.id = $1 and e.outcome = 'applied'
          for no key update of t)
        , moved as (
          update deadline d set due = a.old_due, extended_due = case when a.legal_due is not null then a.extended_before end,
            target_due = case when a.legal_due is null then a.old_due else d.target_due end, last_rung = null, last_period = 0,
            next_at = case when d.paused_at is null and a.status = 'open' then $10 end
          from asked a where a.may and a.status in ('open', 'submitted') and a.in_force and a.old_due > $2 and d.task_id = a.task_id and d.purpose = 'work' and d.due = a.new_due
          returning a.*)
        , recorded as (
          insert into deadline_extension (id, task_id, old_due, new_due, reason, granted_by, on_behalf_of, at, outcome, settled_at, inverse_of)
          select $9, m.task_id, m.new_due, m.old_due, $6, $4, $5, $2, 'applied', $2, m.id from moved m)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $2, $3, $4, $5, 'deadline.extended', m.root_id, m.instance_id, m.task_id, m.unit_id,
            jsonb_build_object('extension', $9::uuid, 'inverseOf', m.id, 'oldDue', m.new_due, 'newDue', m.old_due, 'reason', $6::text)
          from moved m)
        select a.may, a.status, a.in_force, a.old_due > $2, exists (select from moved) from asked a
        """;

    private const string OneApplied =
        """
        -- PlannedExtensions.Applied
        select e.task_id, e.old_due, d.calendar_id, d.ladder_id, d.started_at, s.body::text
        from deadline_extension e join task t on t.id = e.task_id join task_spec s on s.id = t.spec_id join deadline d on d.task_id = t.id and d.purpose = 'work'
        where e.id = $1
        """;

    /// <summary>Plans an extension of all tasks that could be extended now; repeated with its operation id it gets its answer again.</summary>
    /// <param name="effectiveAt">Business time at which it takes effect; ahead.</param>
    /// <returns>The lines as an extension gives them, and the id under which the planned ones are revoked.</returns>
    public async Task<(ExtensionAnswer Answer, Guid? Id)> PlanAsync(
        Actor actor, ExtendDeadline.Command command, DateTimeOffset effectiveAt, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (ExtendDeadline.RefuseText(command) is { } unstorable) return (new([], unstorable), null);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await ExtendDeadline.EarlierAsync(connection, actor, command, effectiveAt, cancellation) is { } earlier) return earlier;
        if (ExtendDeadline.Refuse(command, now) is { } refused) return (new([], refused), null);
        if (effectiveAt <= now || effectiveAt >= command.NewDue)
            return (new([], TaskAnswer.Invalid.On("effectiveAt", "Ngày có hiệu lực phải sau hôm nay và trước hạn mới.", "It takes effect after today and before the new date.")), null);
        var rows = await ExtendDeadline.ReadAsync(connection, actor, command.TaskIds, cancellation);
        if (rows.Count == 0) return (new([], new TaskAnswer.NotFound()), null);
        if (rows.TrueForAll(r => !r.MayExtend)) return (new([], new TaskAnswer.Forbidden()), null);
        ExtensionLine[] lines = [.. rows.Select(r => new ExtensionLine(r.Id, r.UnitCode, r.ResultFor(command.NewDue), r.Due))];
        var moving = lines.Where(l => l.Result == ExtensionResult.Extended).ToArray();
        if (moving.Length == 0) return (new(lines), null);
        var batch = Guid.CreateVersion7(now);
        var insert = Command(connection, InsertPlanned, Uuids([.. moving.Select(_ => Guid.CreateVersion7(now))]), Uuids([.. moving.Select(l => l.TaskId)]),
            Instants([.. moving.Select(l => l.OldDue)]), P(batch), Instant(command.NewDue), P(command.Reason!.Trim()), P(command.Document?.Trim(), NpgsqlDbType.Text),
            P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now), Instant(effectiveAt), Instant(recordedAt),
            P(command.OperationId, NpgsqlDbType.Text), P(command.Hash(effectiveAt)), Json(JsonSerializer.Serialize(lines, LoadTask.AnswerJson)));
        await using (insert)
        {
            try
            {
                await insert.ExecuteNonQueryAsync(cancellation);
                return (new(lines), batch);
            }
            catch (PostgresException e) when (ExtendDeadline.IsTwin(e))
            {
                return (await ExtendDeadline.EarlierAsync(connection, actor, command, effectiveAt, cancellation))!.Value;
            }
        }
    }

    /// <summary>Revokes what was planned, while it has not taken effect. NotFound when there is nothing (left) to revoke.</summary>
    public async Task<TaskAnswer?> RevokeAsync(Actor actor, Guid id, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (planned, mine, revoked) = (await Command(connection, RevokePlanned, P(id), Instant(now), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem), Instant(recordedAt)).ListAsync(r => (r.GetInt32(0), r.GetInt32(1), r.GetInt32(2)), cancellation))[0];
        return planned == 0 || mine == 0 ? new TaskAnswer.NotFound() : revoked == 0 ? new TaskAnswer.Forbidden() : null;
    }

    /// <summary>What is planned and has not taken effect, of one task or of all that the actor may read.</summary>
    public async Task<List<PlannedExtension>> ListAsync(Actor actor, Guid? taskId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, ListPlanned, P(taskId, NpgsqlDbType.Uuid), Texts(actor.PathsWith(Permission.Read)), P(actor.IsSystem)).ListAsync(r => new PlannedExtension(
            r.GetGuid(0), r.Instant(1), r.Instant(2), r.GetString(3), r.TextOrNull(4), r.Instant(5), r.TextOrNull(6), r.GetFieldValue<Guid[]>(7)), cancellation);
    }

    /// <summary>Takes one applied extension back: the date before it is in force again. Null: done.</summary>
    public async Task<TaskAnswer?> UndoAsync(Actor actor, Guid extension, string? reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (RefuseReason(reason) is { } refused) return refused;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var known = await Command(connection, OneApplied, P(extension)).ListAsync(r => (Old: r.InstantOrNull(1), Calendar: r.GetString(2), Ladder: r.TextOrNull(3),
            Started: r.Instant(4), Spec: TaskSpecJson.Read(r.GetString(5))), cancellation);
        if (known.Count == 0) return new TaskAnswer.NotFound();
        var next = await clocks.NextAsync(known[0].Calendar, known[0].Ladder, known[0].Old, known[0].Started, now, TaskClocks.IsSoft(known[0].Spec), cancellation);
        var found = await Command(connection, Undo, P(extension), Instant(now), Instant(recordedAt), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            P(reason!.Trim()), Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem), P(Guid.CreateVersion7(now)), Instant(next))
            .ListAsync(r => (May: r.GetBoolean(0), Status: r.GetString(1), InForce: r.GetBoolean(2), Ahead: !r.IsDBNull(3) && r.GetBoolean(3), Moved: r.GetBoolean(4)), cancellation);
        return found switch
        {
            [] or [{ May: false }] => new TaskAnswer.NotFound(),
            [{ Moved: true }] => null,
            [{ Status: not (TaskState.Open or TaskState.Submitted) }] => TaskAnswer.Invalid.On("", "Việc này đã xong nên hạn không đổi nữa.", "This item is done; its date changes no more."),
            [{ InForce: false }] => TaskAnswer.Invalid.On("", "Đã có lần thay đổi hạn sau lần này. Hãy rút lại lần sau cùng trước.", "The date was changed again since. Take the last change back first."),
            _ => TaskAnswer.Invalid.On("", "Hạn trước đó đã qua, nên không rút lại được: đơn vị sẽ thành quá hạn.", "The date before it has passed: taking it back would make the unit late."),
        };
    }

    private static TaskAnswer? RefuseReason(string? reason) => StorableText.Holds(reason) ? TaskIntake.RefuseText("reason", reason, 2000)
        : TaskAnswer.Invalid.On("reason", "Nội dung có ký tự không lưu được.", "The text holds a character that cannot be stored.");

    /// <summary>Applies what takes effect by now, of each task one; run it again while it takes any.</summary>
    public async Task<int> ApplyDueAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var rows = await Command(connection, TakeDue, Instant(now), P(BatchSize)).ListAsync(r => (Id: r.GetGuid(0), NewDue: r.Instant(1), Status: r.GetString(2),
            Due: r.InstantOrNull(3), Limit: r.InstantOrNull(4), Calendar: r.TextOrNull(5), Ladder: r.TextOrNull(6), Started: r.InstantOrNull(7), Spec: r.GetString(8)), cancellation);
        if (rows.Count == 0) return 0;
        var (applies, next) = (new bool[rows.Count], new DateTimeOffset?[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            applies[i] = TaskState.IsLive(row.Status) && row.Due is { } due && row.NewDue > due && !(row.NewDue <= row.Limit);
            if (applies[i] && row.Status == TaskState.Open)
                next[i] = await clocks.NextAsync(row.Calendar!, row.Ladder, row.NewDue, row.Started!.Value, now, TaskClocks.IsSoft(TaskSpecJson.Read(row.Spec)), cancellation);
        }

        await Command(connection, ApplyDue, Uuids([.. rows.Select(r => r.Id)]), P(applies), Instants(next), Instant(now), Instant(Storage.BusinessClock.Whole(system.GetUtcNow())))
            .ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return rows.Count;
    }
}
