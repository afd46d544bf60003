using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Unions.Plans;

/// <summary>What is done to an issued plan (NĐ 30/2020 Đ.18), each with effects of its own on open work.</summary>
public enum PlanChangeKind
{
    /// <summary>Đính chính by công văn: a form error; everybody is told, no task changes.</summary>
    Correct,

    /// <summary>Sửa đổi by a plan of equal form: open tasks go by the new rules, what was handed in or accepted keeps the old ones.</summary>
    Amend,

    /// <summary>Thu hồi một phần: what a withdrawn requirement left unfinished ends with the reason, done work is kept.</summary>
    Withdraw,

    /// <summary>Thu hồi: every open task ends, all clocks stop, each recipient confirms; nothing is deleted.</summary>
    Recall,
}

/// <summary>A change of an issued plan as the issuer enters it.</summary>
/// <param name="Document">Number and symbol of the công văn, the amending plan or the decision.</param>
/// <param name="Reason">What is said to the recipients.</param>
/// <param name="Forms">Amend: versions of forms (stored before) that open tasks go by.</param>
/// <param name="Values">Amend: values of the case that rules and texts may use.</param>
/// <param name="Obligations">Withdraw: the obligations withdrawn (S2-13); amend: those amended, null: all that use the forms.</param>
public sealed record PlanChange(
    PlanChangeKind Kind, string? Document, string? Reason, IReadOnlyDictionary<string, int>? Forms = null,
    System.Text.Json.Nodes.JsonObject? Values = null, IReadOnlyList<string>? Obligations = null);

/// <summary>What came of it.</summary>
public abstract record PlanChangeAnswer
{
    private PlanChangeAnswer() { }

    /// <param name="Tasks">Tasks that changed or ended.</param>
    /// <param name="Notices">Mails queued to recipients.</param>
    public sealed record Done(Guid Id, int Tasks, int Notices) : PlanChangeAnswer;

    public sealed record NotFound : PlanChangeAnswer;

    public sealed record Forbidden : PlanChangeAnswer;

    /// <summary>Not issued, or recalled already.</summary>
    public sealed record WrongStatus(string Status) : PlanChangeAnswer;

    public sealed record Invalid(IReadOnlyDictionary<string, Text> Errors) : PlanChangeAnswer;
}

/// <summary>Corrects, amends, withdraws in part or recalls an issued plan: one intake transaction with the notices to all who were sent the plan.</summary>
/// <remarks>Lock order: plan, tasks by id, inserts; instances only get events. It survives a crash: after the commit any Runner ends what has to end.</remarks>
public static class ChangePlan
{
    private const string LockPlan =
        """
        -- ChangePlan.Plan
        select p.root_id, u.path, p.status, p.number_text from plan p join unit u on u.id = p.unit_id where p.id = $1 for update of p
        """;

    private const string MissingForm =
        """
        -- ChangePlan.MissingForm
        select n.id from unnest($1, $2) as n(id, version) where not exists (select from form f where f.id = n.id and f.version = n.version) limit 1
        """;

    private const string Insert =
        """
        -- ChangePlan.Insert
        insert into plan_change (id, plan_id, kind, document, reason, body, at, by, on_behalf_of) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    // Only what nobody has handed in: accepted and submitted work stays with the rules it was done by. The revision stays, as for UpdateTask.
    private const string AmendTasks =
        """
        -- ChangePlan.Amend
        with held as (
          select t.id, t.instance_id, t.unit_id, s.body || jsonb_build_object('context', coalesce(s.body -> 'context', '{}') || $5)
            || case when f.version is null then '{}' else jsonb_build_object('formVersion', f.version) end as body
          from task t join task_spec s on s.id = t.spec_id
          left join unnest($2, $3) as f(id, version) on f.id = s.body ->> 'formId'
          where t.root_id = $1 and t.status = 'open' and t.first_submitted_at is null and ($4::text[] is null or s.body ->> 'obligation' = any($4))
            and (f.id is not null or ($4 is not null and $5 <> '{}'))
          order by t.id for no key update of t)
        , specs as (
          insert into task_spec (id, body) select distinct on (md5(body::text)) md5(body::text)::uuid, body from held on conflict (id) do nothing)
        , changed as (
          update task t set spec_id = md5(h.body::text)::uuid from held h where t.id = h.id returning t.id, t.instance_id, t.unit_id)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $6, $7, $8, $9, 'task.amended', $1, c.instance_id, c.id, c.unit_id, jsonb_build_object('reason', $10::text, 'document', $11::text) from changed c)
        select count(*)::int from changed
        """;

    // $4 null: everything that is open. The flow goes on from a task that a withdrawal ended; a recalled plan's instances are ended as a whole.
    private const string EndTasks =
        """
        -- ChangePlan.End
        with ended as (
          update task t set status = 'closed', revision = revision + 1, close_reason = $2, decided_at = $3
          from task_spec s where s.id = t.spec_id and t.root_id = $1 and t.status in ('open', 'submitted') and ($4::text[] is null or s.body ->> 'obligation' = any($4))
          returning t.*)
        , clocks as (
          update deadline d set next_at = null, stopped_at = coalesce(stopped_at, $3) from ended e where d.task_id = e.id)
        , event as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select e.instance_id, 'task-closed', json_build_object('taskId', e.id, 'contextId', e.context_id, 'reason', $2::text), $6, $7, $3 from ended e where $4 is not null)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $3, $5, $6, $7, 'task.closed', e.root_id, e.instance_id, e.id, e.unit_id, jsonb_build_object('reason', $2::text, 'round', e.round) from ended e)
        select count(*)::int from ended
        """;

    private const string RecallPlan =
        $"""
        -- ChangePlan.Recall
        with recalled as (
          update plan set status = 'recalled', updated_at = $2 where id = $1 returning root_id, unit_id)
        , told as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select r.root_id, 'cancel', json_build_object('reason', $3::text), $4, $5, $2 from recalled r join instance i on i.id = r.root_id and {OpenInstance.Sql} returning instance_id)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          select $2, $6, $4, $5, 'instance.cancel', r.root_id, r.root_id, r.unit_id, jsonb_build_object('reason', $3::text) from recalled r join told on told.instance_id = r.root_id)
        insert into plan_recall_receipt (change_id, n, person_id, unit_id, label)
        select $7, row_number() over (order by o.queued_at, o.id), o.person_id, (o.data ->> 'unitId')::bigint, coalesce(o.data ->> 'unitName', o.data ->> 'recipient', o.to_address)
        from outbox o join recalled r on r.root_id = o.root_id where o.kind = 'distribution'
        """;

    // Those who were sent the plan are told what became of it.
    private const string Tell =
        """
        -- ChangePlan.Tell
        insert into outbox (id, dedupe, kind, person_id, to_address, to_name, language, root_id, data, queued_at, next_attempt_at)
        select md5($2 || o.id::text)::uuid, 'plan-change/' || $2 || '/' || o.id, 'plan-change', o.person_id, coalesce(m.email, o.to_address), o.to_name, coalesce(m.language, o.language), o.root_id,
          jsonb_build_object('planId', o.data ->> 'planId', 'number', o.data ->> 'number', 'subject', o.data ->> 'subject', 'issuer', o.data ->> 'issuer', 'unitName', o.data ->> 'unitName',
            'recipient', o.data ->> 'recipient', 'change', $3::text, 'document', $4::text, 'reason', $5::text), $6, $6
        from outbox o left join person m on m.id = o.person_id
        where o.root_id = $1 and o.kind = 'distribution' and (o.person_id is null or m.is_active)
        on conflict (dedupe) do nothing
        """;

    private const string InsertAudit =
        """
        -- ChangePlan.Audit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
        select $1, $2, $3, $4, 'plan.' || $5, p.root_id, p.root_id, p.unit_id, $7 from plan p where p.id = $6
        """;

    private const string Confirm =
        """
        -- ChangePlan.Confirm
        with confirmed as (
          update plan_recall_receipt r set confirmed_at = $3, confirmed_by = $4
          from plan_change c where c.id = r.change_id and c.plan_id = $1 and r.confirmed_at is null and (r.person_id = any($2) or r.unit_id = any($5))
          returning r.unit_id)
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, unit_id, detail)
        select $3, $6, $4, $7, 'plan.recall-confirmed', p.root_id, c.unit_id, '{}' from confirmed c, plan p where p.id = $1
        """;

    /// <summary>Does it; the caller nudges the runners.</summary>
    public static Task<PlanChangeAnswer> RunAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, PlanChange change, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        RunAsync(database, actor, planId, change, write: true, now, recordedAt, cancellation);

    /// <summary>What it would do, by the same statements, taken back: nothing is written.</summary>
    public static Task<PlanChangeAnswer> PreviewAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, PlanChange change, DateTimeOffset now, CancellationToken cancellation = default) =>
        RunAsync(database, actor, planId, change, write: false, now, now, cancellation);

    private static async Task<PlanChangeAnswer> RunAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, PlanChange change, bool write, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(change);
        if (Refuse(change) is { } wrong) return wrong;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = await Command(connection, LockPlan, P(planId)).ListAsync(r => (Root: r.GetGuid(0), Path: r.GetString(1), Status: r.GetString(2)), cancellation);
        if (found.Count == 0) return new PlanChangeAnswer.NotFound();
        var plan = found[0];
        if (!actor.May(Permission.IssuePlan, plan.Path)) return actor.May(Permission.Read, plan.Path) ? new PlanChangeAnswer.Forbidden() : new PlanChangeAnswer.NotFound();
        if (plan.Status != "issued" && !(plan.Status == "closed" && change.Kind == PlanChangeKind.Recall)) return new PlanChangeAnswer.WrongStatus(plan.Status);

        var (id, kind, document, reason) = (Guid.CreateVersion7(now), JsonNamingPolicy.CamelCase.ConvertName(change.Kind.ToString()), change.Document!.Trim(), change.Reason!.Trim());
        NpgsqlParameter[] by = [P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)];
        string[] forms = [.. (change.Forms ?? new Dictionary<string, int>()).Keys];
        int[] versions = [.. forms.Select(f => change.Forms![f])];
        if (await Command(connection, MissingForm, Texts(forms), Ints(versions)).ExecuteScalarAsync(cancellation) is string missing)
            return On("forms", $"Chưa có biểu mẫu {missing} phiên bản này. Hãy nạp biểu mẫu trước.", $"There is no such version of the form {missing}. Store it first.");
        var detail = JsonSerializer.Serialize(new { change = id, document, reason, obligations = change.Obligations, forms = change.Forms });
        await Command(connection, Insert, P(id), P(planId), P(kind), P(document), P(reason), Json(detail), Instant(now), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)).ExecuteNonQueryAsync(cancellation);
        var tasks = change.Kind switch
        {
            PlanChangeKind.Amend => (int)(await Command(connection, AmendTasks, P(plan.Root), Texts(forms), Ints(versions), Texts(change.Obligations?.ToArray()!),
                Json((change.Values ?? []).ToJsonString()), Instant(now), Instant(recordedAt), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(reason), P(document)).ExecuteScalarAsync(cancellation))!,
            PlanChangeKind.Withdraw or PlanChangeKind.Recall => (int)(await Command(connection, EndTasks, P(plan.Root), P(ReasonOf(change.Kind, document, reason)), Instant(now),
                Texts(change.Kind == PlanChangeKind.Recall ? null! : [.. change.Obligations!]), Instant(recordedAt), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)).ExecuteScalarAsync(cancellation))!,
            _ => 0,
        };
        if (change.Kind == PlanChangeKind.Recall)
            await Command(connection, RecallPlan, P(planId), Instant(now), P(ReasonOf(change.Kind, document, reason)), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(recordedAt), P(id)).ExecuteNonQueryAsync(cancellation);
        var notices = await Command(connection, Tell, P(plan.Root), P(id.ToString()), P(kind), P(document), P(reason), Instant(now)).ExecuteNonQueryAsync(cancellation);
        await Command(connection, InsertAudit, [Instant(now), Instant(recordedAt), .. by, P(kind), P(planId), Json(detail)]).ExecuteNonQueryAsync(cancellation);
        if (write) await transaction.CommitAsync(cancellation);
        return new PlanChangeAnswer.Done(id, tasks, notices);
    }

    /// <summary>A recipient confirms that a recalled plan's copies are destroyed; false when there is nothing (left) for them to confirm.</summary>
    public static async Task<bool> ConfirmAsync(
        NpgsqlDataSource database, Actor actor, Guid planId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Confirm, P(planId), Uuids(actor.Selves), Instant(now), P(actor.PersonId), Longs([.. actor.Grants.Select(g => g.UnitId)]),
            Instant(recordedAt), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)).ExecuteNonQueryAsync(cancellation) > 0;
    }

    private static string ReasonOf(PlanChangeKind kind, string document, string reason) =>
        kind == PlanChangeKind.Recall ? $"Thu hồi theo {document}: {reason}" : $"Thu hồi một phần theo {document}: {reason}";

    private static PlanChangeAnswer.Invalid? Refuse(PlanChange change) => change switch
    {
        { Document: null or "" } => On("document", "Hãy ghi số, ký hiệu văn bản.", "Give number and symbol of the document."),
        { Document.Length: > 200 } => On("document", "Số, ký hiệu dài tối đa 200 ký tự.", "The document's number has 200 characters at most."),
        { Reason: var reason } when string.IsNullOrWhiteSpace(reason) || reason.Length > 2000 => On("reason", "Hãy ghi nội dung, tối đa 2000 ký tự.", "Say what it is about, 2000 characters at most."),
        _ when !StorableText.Holds(change.Document) || !StorableText.Holds(change.Reason) => On("reason", "Nội dung có ký tự không lưu được.", "The text holds a character that cannot be stored."),
        { Kind: PlanChangeKind.Amend, Forms: null or { Count: 0 }, Obligations: null or { Count: 0 } } =>
            On("forms", "Hãy ghi biểu mẫu được sửa, hoặc nghĩa vụ và giá trị mới.", "Name the forms that are amended, or obligations with new values."),
        { Kind: PlanChangeKind.Withdraw, Obligations: null or { Count: 0 } } => On("obligations", "Hãy ghi nghĩa vụ được thu hồi.", "Name the obligations that are withdrawn."),
        _ => null,
    };

    private static PlanChangeAnswer.Invalid On(string field, string vi, string en) => new(new Dictionary<string, Text> { [field] = new(vi, en) });
}
