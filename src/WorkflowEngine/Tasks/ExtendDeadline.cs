using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>What an extension came to: how each named task fared, or why none could be moved.</summary>
/// <param name="Refused">Null when it was carried out, if only for some.</param>
public sealed record ExtensionAnswer(IReadOnlyList<ExtensionLine> Lines, TaskAnswer? Refused = null)
{
    public int Extended => Lines.Count(l => l.Result == ExtensionResult.Extended);
}

/// <summary>One task of an extension.</summary>
public sealed record ExtensionLine(Guid TaskId, string UnitCode, ExtensionResult Result, DateTimeOffset? OldDue);

/// <summary>How a task fared in an extension; kept by name with the answer of an operation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExtensionResult>))]
public enum ExtensionResult
{
    Extended,

    /// <summary>Accepted, completed, closed or cancelled: a done task never moves.</summary>
    Done,

    /// <summary>The task has no date that could be moved.</summary>
    NoDeadline,

    /// <summary>The new date is not after the one in force.</summary>
    NotLater,

    /// <summary>The actor may read it and holds no right to extend over its owner unit.</summary>
    Forbidden,

    /// <summary>Somebody changed it at the same moment; look and repeat.</summary>
    Changed,
}

/// <summary>
/// Moves the date of one task, several or all units' by a notice: recorded with reason and document, the plan's own date stays, lateness is
/// measured on the extension (domain §2.0, story 6). Done tasks keep theirs.
/// </summary>
public sealed class ExtendDeadline(NpgsqlDataSource database, TaskClocks clocks)
{
    /// <summary>Most tasks in one go.</summary>
    public const int MaximumTasks = 10_000;

    /// <param name="NewDue">First instant that is late.</param>
    /// <param name="Document">Number and symbol of the notice, or null.</param>
    /// <param name="OperationId">Chosen by the caller, unique per actor; the same id and body get the same answer again.</param>
    /// <param name="Selection">How the tasks were named where it was not by id ("plan/activity/units"): a repeat may find other ids and is the same request.</param>
    public sealed record Command(
        IReadOnlyList<Guid> TaskIds, DateTimeOffset NewDue, string? Reason, string? Document, string? OperationId = null, string? Selection = null)
    {
        /// <param name="effectiveAt">Of one that is planned; null: at once.</param>
        internal string Hash(DateTimeOffset? effectiveAt)
        {
            var body = new JsonObject
            {
                ["tasks"] = Selection is null ? string.Join(' ', TaskIds.Distinct().Order()) : Selection,
                ["newDue"] = NewDue.ToUniversalTime(),
                ["reason"] = Reason?.Trim(),
                ["document"] = Document?.Trim(),
            };
            if (effectiveAt is { } at) body["effectiveAt"] = at.ToUniversalTime();
            return TaskIntake.HashOf(body);
        }
    }

    private const string Earlier =
        """
        -- ExtendDeadline.Earlier
        select body_hash, answer -> 'lines', answer -> 'moved', (answer ->> 'batch')::uuid from deadline_operation where actor_id = $1 and operation_id = $2
        """;

    /// <summary>A task with its clock, as the decision sees it.</summary>
    internal sealed record Row(
        Guid Id, string UnitCode, string Status, int Round, DateTimeOffset? LegalDue, DateTimeOffset? ExtendedDue, DateTimeOffset? Due,
        DateTimeOffset StartedAt, string CalendarId, string? LadderId, bool MayExtend, TaskSpec Spec, DateTimeOffset? NextAt, bool IsPaused)
    {
        public ExtensionResult ResultFor(DateTimeOffset newDue) =>
            !MayExtend ? ExtensionResult.Forbidden
            : !TaskState.IsLive(Status) ? ExtensionResult.Done
            : Due is null ? ExtensionResult.NoDeadline
            : newDue <= Due || newDue <= (ExtendedDue ?? LegalDue) ? ExtensionResult.NotLater
            : ExtensionResult.Extended;
    }

    private const string Read =
        """
        -- ExtendDeadline.Read
        select t.id, u.code, t.status, t.round, d.legal_due, d.extended_due, d.due, coalesce(d.started_at, t.created_at), coalesce(d.calendar_id, u.calendar_id),
          d.ladder_id, $4 or exists (select from unnest($2) as p where starts_with(o.path, p)), s.body::text, d.next_at, d.paused_at is not null
        from task t
        join task_spec s on s.id = t.spec_id
        join unit u on u.id = t.unit_id
        join unit o on o.id = t.owner_unit_id
        left join lateral (select * from deadline where task_id = t.id and purpose = 'work' limit 1) d on true
        where t.id = any($1) and ($4 or exists (select from unnest($2 || $3) as p where starts_with(u.path, p) or starts_with(o.path, p)))
        order by t.id
        """;

    // Each task is locked with its clock by their keys, in the order of the ids (PauseClocks says why); state and date are compared with what the
    // decision was made on. A task without a date of the plan keeps it so: its internal date moves, and nobody becomes late by it.
    private const string Write =
        """
        -- ExtendDeadline.Extend
        with held as (
          select t.*, d.purpose, n.extension_id, n.old_due, n.next_at
          from (select * from unnest($1, $2, $3, $4, $5, $6) as n(id, extension_id, status, round, old_due, next_at) order by id) n
          cross join lateral (
            select t.id, t.root_id, t.instance_id, t.unit_id from task t
            where t.id = n.id and t.status = n.status and t.round = n.round
              and ($14 or exists (select from unit o, unnest($13) as p where o.id = t.owner_unit_id and starts_with(o.path, p)))
            for no key update) t
          cross join lateral (
            select d.purpose from deadline d where d.task_id = t.id and d.purpose = 'work' and d.due = n.old_due for no key update) d)
        , moved as (
          update deadline d set due = $7, extended_due = case when d.legal_due is not null then $7 end,
            target_due = case when d.legal_due is null then $7 else d.target_due end,
            last_rung = null, last_period = 0, next_at = case when d.paused_at is null then h.next_at end
          from held h where d.task_id = h.id and d.purpose = h.purpose
          returning h.*)
        , recorded as (
          insert into deadline_extension (id, task_id, old_due, new_due, reason, document, granted_by, on_behalf_of, at, outcome, settled_at)
          select m.extension_id, m.id, m.old_due, $7, $8, $9, $10, $11, $12, 'applied', $12 from moved m)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $12, $15, $10, $11, 'deadline.extended', m.root_id, m.instance_id, m.id, m.unit_id,
            $16 || jsonb_build_object('oldDue', m.old_due, 'extension', m.extension_id)
          from moved m)
        , kept as (
          insert into deadline_operation (actor_id, operation_id, body_hash, answer, at)
          select $10, $17, $18, jsonb_build_object('lines', $19::jsonb, 'moved', (select jsonb_agg(id) from moved)), $12
          where $17 is not null and exists (select from moved))
        select id from moved
        """;

    /// <summary>
    /// Repeating it is harmless: with its operation id it gets its answer again, without one a date already in force is
    /// <see cref="ExtensionResult.NotLater"/>. Refused as a whole only for its texts, for an operation id used with another body, and with NotFound
    /// or Forbidden when no named task may be moved for that cause.
    /// </summary>
    public async Task<ExtensionAnswer> ExtendAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (RefuseText(command) is { } unstorable) return new([], unstorable);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await EarlierAsync(connection, actor, command, null, cancellation) is { } earlier) return earlier.Answer;
        if (Refuse(command, now) is { } refused) return new([], refused);
        var rows = await ReadAsync(connection, actor, command.TaskIds, cancellation);
        if (rows.Count == 0) return new([], new TaskAnswer.NotFound());
        if (rows.TrueForAll(r => !r.MayExtend)) return new([], new TaskAnswer.Forbidden());

        var moving = rows.FindAll(r => r.ResultFor(command.NewDue) == ExtensionResult.Extended);
        ExtensionLine[] lines = [.. rows.Select(r => new ExtensionLine(r.Id, r.UnitCode, r.ResultFor(command.NewDue), r.Due))];
        // Nothing to move: perhaps the same operation, sent twice, was faster between the two looks.
        if (moving.Count == 0) return (await EarlierAsync(connection, actor, command, null, cancellation))?.Answer ?? new(lines);
        var moved = await WithRetryAsync(() => WriteAsync(connection, actor, command, moving, lines, now, recordedAt, cancellation));
        // Nothing moved: somebody was faster, perhaps the same operation sent twice.
        if (moved.Count == 0 && await EarlierAsync(connection, actor, command, null, cancellation) is { } twin) return twin.Answer;
        return Answer(lines, moved);
    }

    /// <summary>Moves the dates as part of the caller's transaction, which holds the tasks; gives how many. Those that would not be extended stay as they are.</summary>
    internal async Task<int> MoveAsync(NpgsqlConnection connection, Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        if (Refuse(command, now) is not null) return 0;
        var moving = (await ReadAsync(connection, actor, command.TaskIds, cancellation)).FindAll(r => r.ResultFor(command.NewDue) == ExtensionResult.Extended);
        return moving.Count == 0 ? 0 : (await WriteAsync(connection, actor, command, moving, [], now, recordedAt, cancellation)).Count;
    }

    /// <summary>The named tasks that the actor may see.</summary>
    internal static Task<List<Row>> ReadAsync(NpgsqlConnection connection, Actor actor, IEnumerable<Guid> tasks, CancellationToken cancellation) =>
        Storage.Db.Command(connection, Read,
            Uuids([.. tasks.Distinct()]), Texts(actor.PathsWith(Permission.Extend)), Texts(actor.PathsWith(Permission.Read)), P(actor.IsSystem))
            .ListAsync(r => new Row(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.InstantOrNull(4), r.InstantOrNull(5), r.InstantOrNull(6), r.Instant(7),
                r.GetString(8), r.TextOrNull(9), r.GetBoolean(10), TaskSpecJson.Read(r.GetString(11)), r.InstantOrNull(12), r.GetBoolean(13)), cancellation);

    /// <summary>A line that was to move and did not is somebody else's change.</summary>
    private static ExtensionAnswer Answer(IEnumerable<ExtensionLine> lines, HashSet<Guid> moved) =>
        new([.. lines.Select(l => l.Result == ExtensionResult.Extended && !moved.Contains(l.TaskId) ? l with { Result = ExtensionResult.Changed } : l)]);

    /// <summary>The answer that the operation got before, and what it planned; null: there was none.</summary>
    /// <param name="effectiveAt">Of one that is planned; null: at once.</param>
    internal static async Task<(ExtensionAnswer Answer, Guid? Batch)?> EarlierAsync(
        NpgsqlConnection connection, Actor actor, Command command, DateTimeOffset? effectiveAt, CancellationToken cancellation)
    {
        if (command.OperationId is not { } id) return null;
        var found = await Storage.Db.Command(connection, Earlier, P(actor.PersonId), P(id)).ListAsync(
            r => (Hash: r.GetString(0), Lines: r.GetString(1), Moved: r.GetString(2), Batch: r.GuidOrNull(3)), cancellation);
        if (found.Count == 0) return null;
        return found[0].Hash != command.Hash(effectiveAt)
            ? (new([], new TaskAnswer.OperationReused()), null)
            : (Answer(
                JsonSerializer.Deserialize<ExtensionLine[]>(found[0].Lines, LoadTask.AnswerJson)!, [.. JsonSerializer.Deserialize<Guid[]>(found[0].Moved)!]), found[0].Batch);
    }

    /// <summary>Many rows at once may meet a commit that ends the same tasks, or the same operation sent twice, which has moved them then.</summary>
    private static async Task<HashSet<Guid>> WithRetryAsync(Func<Task<HashSet<Guid>>> write)
    {
        try
        {
            return await AgainAfterDeadlockAsync(write);
        }
        catch (PostgresException e) when (IsTwin(e))
        {
            return [];
        }
    }

    /// <summary>The same operation, sent twice at once, was faster.</summary>
    internal static bool IsTwin(PostgresException e) => e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "deadline_operation_pkey" };

    internal static TaskAnswer? RefuseText(Command command) =>
        !StorableText.Holds(command.Reason) || !StorableText.Holds(command.Document)
            ? TaskAnswer.Invalid.On("reason", "Nội dung có ký tự không lưu được.", "The text holds a character that cannot be stored.")
            : TaskIntake.RefuseOperation(command.OperationId);

    internal static TaskAnswer? Refuse(Command command, DateTimeOffset now)
    {
        if (TaskIntake.RefuseText("reason", command.Reason, 2000) is { } reason) return reason;
        if (command.Document is not null && TaskIntake.RefuseText("document", command.Document, 200) is { } document) return document;
        if (command.NewDue <= now)
            return TaskAnswer.Invalid.On("newDue", "Hạn mới phải từ hôm nay trở đi. Hãy chọn ngày khác.", "The new date is today or later. Choose another one.");
        return command.TaskIds.Count is > 0 and <= MaximumTasks ? null : TaskAnswer.Invalid.On(
            "taskIds", $"Hãy chọn từ 1 đến {MaximumTasks} việc.", $"Choose 1 to {MaximumTasks} tasks.");
    }

    private async Task<HashSet<Guid>> WriteAsync(
        NpgsqlConnection connection, Actor actor, Command command, List<Row> rows, ExtensionLine[] lines, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation)
    {
        var next = new DateTimeOffset?[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            // Handed in and not yet decided: the date is on record, the unit's clock stays still.
            next[i] = row.Status != TaskState.Open ? null : await clocks.NextAsync(
                row.CalendarId, row.LadderId, command.NewDue, row.StartedAt, now, TaskClocks.IsSoft(row.Spec), cancellation);
        }

        var detail = new JsonObject { ["newDue"] = command.NewDue, ["reason"] = command.Reason, ["document"] = command.Document };
        return [.. await Storage.Db.Command(connection, Write,
            Uuids([.. rows.Select(r => r.Id)]), Uuids([.. rows.Select(_ => Guid.CreateVersion7(now))]), Texts([.. rows.Select(r => r.Status)]),
            Ints([.. rows.Select(r => r.Round)]), Instants([.. rows.Select(r => r.Due)]), Instants(next), Instant(command.NewDue), P(command.Reason!.Trim()),
            P(command.Document?.Trim(), NpgsqlDbType.Text), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now),
            Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem), Instant(recordedAt), Json(JsonSerializer.Serialize(detail)),
            P(command.OperationId, NpgsqlDbType.Text), P(command.Hash(null)), Json(JsonSerializer.Serialize(lines, LoadTask.AnswerJson)))
            .ListAsync(r => r.GetGuid(0), cancellation)];
    }
}
