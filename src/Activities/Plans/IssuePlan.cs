using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace Unions.Plans;

/// <summary>What became of the clerk's wish to number and issue a plan.</summary>
public abstract record PlanIssue
{
    /// <summary>Numbered; the workflow has the event that lets it go on. Run it with <c>Runner.RunNowAsync(RootId)</c>.</summary>
    public sealed record Issued(Guid RootId, DocumentNumber Number, DateOnly IssuedOn) : PlanIssue;

    public sealed record NotFound : PlanIssue;

    /// <summary>The actor may not number documents of this organisation.</summary>
    public sealed record NotYours : PlanIssue;

    /// <summary>It has a number already: another clerk was faster, or the same request came twice.</summary>
    public sealed record AlreadyIssued(string Number, DateOnly IssuedOn) : PlanIssue;

    /// <summary>Not signed, or the workflow has not come to the clerk yet.</summary>
    public sealed record NotReady(string Status) : PlanIssue;

    /// <summary>The date is in the future or before the signature.</summary>
    public sealed record WrongDate(DateOnly Earliest, DateOnly Latest) : PlanIssue;
}

/// <summary>
/// The clerk numbers and issues a signed plan: takes the next number of the year's register, marks the plan issued, ends the clerk's task and
/// leaves the event that moves the workflow, all in one intake transaction: no plan is issued without a number, no number is spent without a plan.
/// </summary>
/// <remarks>Lock order: task, plan, register, inserts; never the instance.</remarks>
public static class IssuePlan
{
    /// <summary>Form of the clerk's task that this command ends; the ordinary completion is refused by the form's own rule.</summary>
    public const string FormId = "cap-so-ban-hanh";

    private const string LockTask =
        """
        -- IssuePlan.LockTask
        select t.id, t.context_id, t.round
        from plan p
        join task t on t.root_id = p.root_id and t.instance_id = p.root_id and t.status = 'open'
        join task_spec s on s.id = t.spec_id and coalesce(s.body ->> 'formId', s.body ->> 'FormId') = $2
        where p.id = $1
        order by t.id limit 1
        for update of t
        """;

    private const string LockPlan =
        """
        -- IssuePlan.LockPlan
        select p.root_id, p.unit_id, u.path, p.status, p.doc_type, coalesce(u.attributes ->> 'symbol', u.short_name), p.number_text, p.issued_on,
          (coalesce(p.signed_at, p.created_at) at time zone 'Asia/Ho_Chi_Minh')::date, ($2 at time zone 'Asia/Ho_Chi_Minh')::date,
          coalesce(u.attributes ->> 'numbering', 'per-type')
        from plan p join unit u on u.id = p.unit_id
        where p.id = $1
        for update of p
        """;

    private const string MarkIssued =
        """
        -- IssuePlan.MarkIssued
        update plan set status = 'issued', number = $2, number_text = $3, number_raw = $3, symbol = $4, issued_on = $5, issued_at = $6, updated_at = $6
        where id = $1 and status = 'signed'
        """;

    private const string CloseTask =
        """
        -- IssuePlan.CloseTask
        update task set status = 'completed', revision = revision + 1, assignee_id = coalesce(assignee_id, $2),
          first_submitted_at = coalesce(first_submitted_at, $3), counts_at = coalesce(counts_at, $3), submitted_at = $3, decided_at = $3
        where id = $1 and status = 'open'
        """;

    private const string InsertRound =
        """
        -- IssuePlan.InsertRound
        insert into task_round (task_id, round, due_at, submitted_at, submitted_by, on_behalf_of, outcome, data, counts_at)
        select $1, $2, d.due, $3, $4, $5, null, $6, $3
        from (select 1) as one left join deadline d on d.task_id = $1 and d.purpose = 'work'
        """;

    private const string StopDeadline =
        """
        -- IssuePlan.StopDeadline
        update deadline set stopped_at = $2, next_at = null where task_id = $1 and stopped_at is null
        """;

    private const string InsertEvent =
        """
        -- IssuePlan.InsertEvent
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string InsertAudit =
        """
        -- IssuePlan.InsertAudit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
        values ($1, $2, $3, $4, 'plan.issue', $5, $5, $6, $7, $8)
        """;

    /// <summary>Runs the command at business time <paramref name="now"/>; <paramref name="recordedAt"/> is the system clock for the audit.</summary>
    /// <param name="issuedOn">Date printed on the plan; null: today in Vietnam. Not before the signature, not in the future.</param>
    public static async Task<PlanIssue> RunAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, DateOnly? issuedOn, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        var task = await ReadTaskAsync(connection, planId, cancellation);
        var plan = await ReadPlanAsync(connection, planId, now, cancellation);
        if (plan is null) return new PlanIssue.NotFound();
        if (!actor.May(Permission.IssuePlan, plan.UnitPath)) return new PlanIssue.NotYours();
        if (plan is { NumberText: { } given, IssuedOn: { } on }) return new PlanIssue.AlreadyIssued(given, on);
        if (plan.Status != "signed" || task is null) return new PlanIssue.NotReady(plan.Status);
        var day = issuedOn ?? plan.Today;
        if (day < plan.SignedOn || day > plan.Today) return new PlanIssue.WrongDate(plan.SignedOn, plan.Today);

        var series = plan.Numbering == "single" ? "" : plan.DocType;
        var number = await TakeNumber.InAsync(
            transaction, plan.UnitId, series, DocumentNumber.Of(plan.DocType, plan.Organisation), planId, day, now, cancellation);
        var data = new JsonObject { ["number"] = number.Number, ["numberText"] = number.ToString(), ["issuedOn"] = day.ToString("O", null) };
        var body = new JsonObject
        {
            ["taskId"] = task.Id.ToString(),
            ["contextId"] = task.ContextId,
            ["outcome"] = null,
            ["round"] = task.Round,
            ["data"] = data.DeepClone(),
        };

        await using var batch = new NpgsqlBatch(connection, transaction);
        var close = batch.Add(CloseTask, P(task.Id), P(actor.Id, NpgsqlDbType.Uuid), Instant(now));
        var mark = batch.Add(MarkIssued, P(planId), P(number.Number!.Value), P(number.ToString()), P(number.Symbol), P(day), Instant(now));
        batch.Add(InsertRound, P(task.Id), P(task.Round), Instant(now), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Json(data.ToJsonString()));
        batch.Add(StopDeadline, P(task.Id), Instant(now));
        batch.Add(InsertEvent, P(plan.RootId), P(EventKind.TaskDone), JsonText(body.ToJsonString()), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now));
        batch.Add(InsertAudit, Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(plan.RootId), P(task.Id), P(plan.UnitId), Json(data.ToJsonString()));
        await batch.ExecuteNonQueryAsync(cancellation);
        if (close.RecordsAffected != 1 || mark.RecordsAffected != 1)
            throw new InvalidOperationException($"Plan {planId} or its task changed under the lock of IssuePlan.");
        await transaction.CommitAsync(cancellation);
        return new PlanIssue.Issued(plan.RootId, number, day);
    }

    private sealed record OpenTask(Guid Id, string ContextId, int Round);

    private sealed record LockedPlan(
        Guid RootId, long UnitId, string UnitPath, string Status, string DocType, string Organisation, string? NumberText, DateOnly? IssuedOn,
        DateOnly SignedOn, DateOnly Today, string Numbering);

    private static async Task<OpenTask?> ReadTaskAsync(NpgsqlConnection connection, Guid planId, CancellationToken cancellation)
    {
        await using var read = Command(connection, LockTask, P(planId), P(FormId));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        return await rows.ReadAsync(cancellation) ? new OpenTask(rows.GetGuid(0), rows.GetString(1), rows.GetInt32(2)) : null;
    }

    private static async Task<LockedPlan?> ReadPlanAsync(
        NpgsqlConnection connection, Guid planId, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var read = Command(connection, LockPlan, P(planId), Instant(now));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation)) return null;
        return new LockedPlan(rows.GetGuid(0), rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetString(5),
            rows.TextOrNull(6), rows.ValueOrNull<DateOnly>(7),
            rows.GetFieldValue<DateOnly>(8), rows.GetFieldValue<DateOnly>(9), rows.GetString(10));
    }
}
