using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>What a command decided after reading the task: an answer without effect, or the statement to run and the answer it earns.</summary>
internal sealed record TaskDecision(TaskAnswer? Refused, TaskWrite? Write)
{
    public static implicit operator TaskDecision(TaskAnswer refused) => new(refused, null);

    public static implicit operator TaskDecision(TaskWrite write) => new(null, write);
}

/// <summary>One statement that changes the task and everything that goes with it, or nothing.</summary>
/// <param name="Sql">Starts with a <c>changed</c> CTE and ends with <see cref="TaskIntake.Trail"/>; $1 to $13 are as <see cref="TaskIntake"/> says.</param>
/// <param name="Role">The role in which it is done, and the unit where it is held.</param>
internal sealed record TaskWrite(
    string Sql, string Action, TaskAnswer.Done Answer, (string? Code, long Unit) Role, JsonObject Detail, NpgsqlParameter[] Own)
{
    /// <summary>Told once the statement is committed, where it leaves mails for the pulses; an event is told of by who runs its instance.</summary>
    public Nudge? Nudge { get; init; }
}

/// <summary>
/// The way of every command on one task: read it, decide, write in one statement that checks revision, state and permission again, and if that
/// statement found nothing to change tell what happened instead.
/// </summary>
/// <remarks>
/// The statement is whole: task, round, deadline rows, event, audit and the kept answer are there together or not at all; a crash before its commit
/// leaves nothing, after it the event cannot be lost. The task row is locked before it, so that it sees what was committed while it waited (a pause of
/// the clocks); then it locks the task's deadline rows, and no instance row ever. Commands that come
/// at the same moment share a transaction, by task id; each has a statement of its own, which decides by the rows it finds, so that one that comes
/// too late does not hold up the others. If the server refuses one, all are rolled back and each is repeated in a transaction of its own.
/// Parameters of each statement: $1 task, $2 revision, $3 now, $4 recorded at, $5 actor, $6 on behalf of, $7 action, $8 detail, $9 operation,
/// $10 body hash, $11 answer, $12 units and $13 roles of the grants; from $14 on the command's own.
/// </remarks>
internal static class TaskIntake
{
    /// <summary>The end of each statement: audit and the kept answer, for the row that was changed.</summary>
    public const string Trail =
        """
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $3, $4, $5, $6, $7, c.root_id, c.instance_id, c.id, c.unit_id, $8 from changed c)
        , kept as (
          insert into task_operation (task_id, actor_id, operation_id, body_hash, answer, at)
          select c.id, $5, $9, $10, $11, $3 from changed c where $9 is not null)
        select count(*) from changed
        """;

    /// <summary>Longest operation id.</summary>
    private const int OperationLength = 100;

    // Nobody waits long in a transaction that others share: who needs a row that is held waits for it alone.
    private const string Patience =
        """
        -- TaskIntake.Patience
        select set_config('lock_timeout', '200ms', true)
        """;

    /// <summary>Locks tasks by their ids. A statement behind it has a younger snapshot: it sees what those wrote who held them before.</summary>
    internal const string Lock =
        """
        -- TaskIntake.Lock
        select from (select id from unnest($1) as n(id) order by id) n cross join lateral (select from task t where t.id = n.id for no key update) t
        """;

    private static readonly ConditionalWeakTable<NpgsqlDataSource, SharedLane<Intake, bool>> Lanes = [];

    private sealed record Intake(Guid TaskId, string Sql, NpgsqlParameter[] Values);

    public static async Task<TaskAnswer> RunAsync(
        NpgsqlDataSource database, Actor actor, TaskCommand command, string ownerPermission, DateTimeOffset now, DateTimeOffset recordedAt,
        Func<LoadedTask, Task<TaskDecision>> decide, CancellationToken cancellation)
    {
        if (command.Body is not { } body)
            return TaskAnswer.Invalid.On("", "Nội dung có ký tự không lưu được (U+0000 hoặc ký tự hỏng). Hãy xoá ký tự đó.",
                "The text holds a character that cannot be stored (U+0000 or a broken one). Remove it.");
        if (RefuseOperation(command.OperationId) is { } wrong) return wrong;
        var hash = HashOf(body, command.GetType().FullName);

        if (await LoadTask.ReadAsync(database, actor, command.TaskId, command.OperationId, ownerPermission, now, cancellation) is not { } task)
            return new TaskAnswer.NotFound();
        if (Replay(task, hash) is { } before) return before;
        var decision = await decide(task);
        if (decision.Write is not { } write) return decision.Refused!;
        if (await WriteAsync(database, actor, command, hash, write, now, recordedAt, cancellation))
        {
            write.Nudge?.Now();
            return write.Answer;
        }

        // Lost a race: to oneself (the same operation sent twice) or to somebody else.
        if (await LoadTask.ReadAsync(database, actor, command.TaskId, command.OperationId, ownerPermission, now, cancellation) is not { } after)
            return new TaskAnswer.NotFound();
        return Replay(after, hash) ?? await LoadTask.ConflictAsync(database, after, cancellation);
    }

    /// <summary>What refuses a command that changes the task's row: not allowed, no revision, another revision or state.</summary>
    public static async Task<TaskAnswer?> RefuseAsync(
        NpgsqlDataSource database, LoadedTask task, TaskCommand command, bool allowed, bool rightState, CancellationToken cancellation)
    {
        if (!allowed) return new TaskAnswer.Forbidden();
        if (command.Revision is not { } revision) return new TaskAnswer.MissingRevision();
        return revision == task.Revision && rightState ? null : await LoadTask.ConflictAsync(database, task, cancellation);
    }

    /// <summary>What refuses a decision on a round that was handed in; four eyes come before state, so that nobody is sent away with a half-truth.</summary>
    public static async Task<TaskAnswer?> RefuseDecisionAsync(
        NpgsqlDataSource database, LoadedTask task, TaskCommand command, DateTimeOffset now, CancellationToken cancellation)
    {
        var submitted = task.Status == TaskState.Submitted;
        if (submitted && task.HandedIn) return new TaskAnswer.OwnSubmission(await FourEyes.WhoAsync(database, task.Id, now, cancellation));
        return await RefuseAsync(database, task, command, submitted ? task.DecidesAs is not null : task.ReviewRole is not null, submitted, cancellation);
    }

    /// <summary>What refuses an operation id: its length, or a character that cannot be stored.</summary>
    public static TaskAnswer? RefuseOperation(string? id) => id is null || (id.Length is > 0 and <= OperationLength && StorableText.Holds(id)) ? null
        : TaskAnswer.Invalid.On("operationId", "Mã thao tác dài từ 1 đến 100 ký tự thường.", "An operation id has 1 to 100 ordinary characters.");

    /// <summary>What tells a repeated request from another one with the same operation id.</summary>
    public static string HashOf(JsonNode body, string? kind = null) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {body.ToJsonString()}")));

    /// <summary>A text of a person: trimmed, asked for, bounded.</summary>
    public static TaskAnswer? RefuseText(string field, string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text)) return TaskAnswer.Invalid.On(field, "Hãy ghi nội dung này.", "This is needed.");
        return text.Length <= longest ? null : TaskAnswer.Invalid.On(field,
            $"Dài tối đa {longest} ký tự, đang có {text.Length}. Hãy rút gọn.", $"At most {longest} characters, now {text.Length}. Shorten it.");
    }

    private static TaskAnswer? Replay(LoadedTask task, string hash) =>
        task.Earlier is not { } earlier ? null : earlier.BodyHash == hash ? earlier.Answer : new TaskAnswer.OperationReused();

    private static async Task<bool> WriteAsync(
        NpgsqlDataSource database, Actor actor, TaskCommand command, string hash, TaskWrite write, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation)
    {
        var detail = write.Detail;
        detail["round"] = write.Answer.Round;
        detail["revision"] = write.Answer.Revision;
        if (write.Role.Code is { } role) (detail["role"], detail["roleUnit"]) = (role, write.Role.Unit);
        var intake = new Intake(command.TaskId, write.Sql,
            [P(command.TaskId), P(command.Revision, NpgsqlDbType.Integer), Instant(now), Instant(recordedAt), P(actor.PersonId),
                P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(write.Action), Json(detail.ToJsonString()), P(command.OperationId, NpgsqlDbType.Text), P(hash),
                Json(JsonSerializer.Serialize(write.Answer, LoadTask.AnswerJson)), Longs([.. actor.Grants.Select(g => g.UnitId)]), Texts(actor.Roles),
                .. write.Own]);
        try
        {
            return await Lanes.GetValue(database, _ => new(e => e.IsRolledBack(), TimeProvider.System)).RunAsync(
                intake, together => WriteTogetherAsync(database, together), (alone, stop) => WriteAloneAsync(database, alone, stop), cancellation);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "task_operation_pkey" })
        {
            return false;
        }
    }

    /// <returns>For each whether it changed its task; committed then.</returns>
    private static async Task<IReadOnlyList<bool>> WriteTogetherAsync(NpgsqlDataSource database, IReadOnlyList<Intake> intakes)
    {
        var order = Enumerable.Range(0, intakes.Count).OrderBy(i => intakes[i].TaskId).ToArray();
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Patience);
        batch.Add(Lock, Uuids([.. intakes.Select(i => i.TaskId).Distinct()]));
        foreach (var i in order) batch.Add(intakes[i].Sql, intakes[i].Values);
        var changed = new bool[intakes.Count];
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        foreach (var i in order)
        {
            await reader.NextResultAsync();
            await reader.ReadAsync();
            changed[i] = reader.GetInt64(0) == 1;
        }

        // The commit comes behind the last result.
        while (await reader.NextResultAsync()) { }
        return changed;
    }

    private static async Task<bool> WriteAloneAsync(NpgsqlDataSource database, Intake intake, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Lock, Uuids([intake.TaskId]));
        batch.Add(intake.Sql, [.. intake.Values.Select(v => v.Clone())]);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var changed = reader.GetInt64(0) == 1;

        // The commit comes behind the last result.
        while (await reader.NextResultAsync(cancellation)) { }
        return changed;
    }
}
