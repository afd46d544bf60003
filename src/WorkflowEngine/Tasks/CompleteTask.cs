using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks.Forms;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>
/// The unit hands in the round's data: with review the task is submitted and the owner's clock starts, without it is completed and the instance
/// moves. Claims the task when nobody has. What a unit sent on paper is entered by whoever keeps the owner's registers; then the day it arrived counts.
/// </summary>
public sealed class CompleteTask(NpgsqlDataSource database, FormStore forms, FormExpression evaluate, TaskClocks clocks, PaperRegister? register = null)
{
    /// <inheritdoc cref="TaskCommand"/>
    /// <param name="Outcome">One of the task's outcomes; null where it has none.</param>
    /// <param name="Data">The form's fields; null where there is no form.</param>
    /// <param name="Explanations">A word for each soft rule that fires, by rule id.</param>
    public sealed record Command(
        Guid TaskId, int? Revision, string? OperationId, string? Outcome, JsonObject? Data, IReadOnlyDictionary<string, string>? Explanations)
        : TaskCommand(TaskId, Revision, OperationId)
    {
        /// <summary>Set where the data came on paper; asks for <see cref="Permission.IssuePlan"/> over the owner's subtree instead of the unit's role.</summary>
        public PaperReceipt? Paper { get; init; }

        /// <summary>
        /// Fields whose value the caller could not take, a file of the wrong kind or a date that is none. Nothing is handed in then, and the answer
        /// tells what is wrong with the others, so that all of it is mended at once.
        /// </summary>
        public IReadOnlyCollection<string> Refused { get; init; } = [];
    }

    // first_submitted_at is round 1's: a withdrawal of round 1 forgets it, a return keeps it. So is counts_at, unless the form tells the day of an
    // event: then the last told day counts. On a standing clock a round that was withdrawn and is
    // handed in again has the same instant; its key is a microsecond later.
    // $26: on paper, by who keeps the registers; nobody of the unit takes the task by it.
    private const string Submit =
        $"""
        -- CompleteTask.Submit
        with changed as (
          update task t set status = $15, revision = revision + 1, assignee_id = case when $26 then assignee_id else coalesce(assignee_id, $6, $5) end, outcome = $16,
            opened_at = coalesce(opened_at, $3), first_submitted_at = coalesce(first_submitted_at, $3), submitted_at = $3,
            counts_at = coalesce($25, counts_at, $28, $3), decided_at = case when $15 = 'completed' then $3 end
          where id = $1 and revision = $2 and status = 'open' and case when $26
            then $29 or exists (select from unit o, unnest($27) as p where o.id = t.owner_unit_id and starts_with(o.path, p))
            else (assignee_id is null or assignee_id = any($14))
              and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles)) end
          returning *)
        , handed_in as (
          insert into task_round (task_id, round, due_at, submitted_at, submitted_by, on_behalf_of, outcome, data, explanations, form_version, counts_at)
          select c.id, c.round, d.due,
            greatest($3, (select max(r.submitted_at) + interval '1 microsecond' from task_round r where r.task_id = c.id and r.round = c.round)),
            $5, $6, $16, $17, $18, $19, c.counts_at
          from changed c left join deadline d on d.task_id = c.id and d.purpose = 'work')
        , work as (
          update deadline d set next_at = null, stopped_at = $3 from changed c where d.task_id = c.id and d.purpose = 'work')
        , review as (
          insert into deadline (task_id, purpose, instance_id, ladder_id, calendar_id, due, started_at, round, paused_at, next_at)
          select c.id, 'review', c.instance_id, $20, $21, $22, $3, c.round, {PauseClocks.Since}, case when {PauseClocks.Since} is null then $23 end
          from changed c where c.status = 'submitted'
          on conflict (task_id, purpose) do update set due = excluded.due, started_at = excluded.started_at, round = excluded.round,
            paused_at = excluded.paused_at, next_at = excluded.next_at, last_rung = null, last_period = 0, stopped_at = null)
        , drafts as (
          delete from task_draft d using changed c where d.task_id = c.id)
        , event as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select c.instance_id, 'task-done', $24, $5, $6, $3 from changed c where c.status = 'completed')
        """;

    private const string Sql = Submit + TaskIntake.Trail;

    /// <summary>Checks the form (and hard and soft rules) before it writes; an answer that is not Done has changed nothing.</summary>
    public Task<TaskAnswer> CompleteAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, command.Paper is null ? Permission.CloseTask : Permission.IssuePlan, now, recordedAt, async task =>
        {
            var rightState = task.Status == TaskState.Open && (command.Paper is not null || task.IsFreeFor(actor));
            if (await TaskIntake.RefuseAsync(database, task, command, command.Paper is null ? task.WorkRole is not null : task.MayOwn, rightState, cancellation) is { } refused) return refused;
            var form = await FormOfAsync(task, cancellation);
            if (await CheckAsync(task, form, command, now, cancellation) is { } invalid) return invalid;
            return await WriteAsync(actor, command, task, form?.EventDay(command.Data), now, cancellation);
        }, cancellation);

    private async Task<Form?> FormOfAsync(LoadedTask task, CancellationToken cancellation) => task.Spec.FormId is not { } id ? null
        : await forms.GetAsync(id, task.Spec.FormVersion ?? 1, cancellation)
            ?? throw new InvalidOperationException($"Task {task.Id} names form {id} version {task.Spec.FormVersion}, which is not stored.");

    private async Task<TaskAnswer?> CheckAsync(LoadedTask task, Form? form, Command command, DateTimeOffset now, CancellationToken cancellation)
    {
        var errors = new Dictionary<string, Text>();
        if (task.Spec.Outcomes.Count == 0 ? command.Outcome is not (null or "Done") : task.Spec.Outcomes.All(o => o.Name != command.Outcome))
        {
            var (vi, en) = (string.Join(", ", task.Spec.Outcomes.Select(o => o.Label.Vi)), string.Join(", ", task.Spec.Outcomes.Select(o => o.Label.In("en"))));
            errors["outcome"] = task.Spec.Outcomes.Count == 0
                ? new("Việc này không có lựa chọn kết quả. Hãy bỏ trống.", "This task has no outcomes. Leave it out.")
                : new($"Hãy chọn một kết quả: {vi}.", $"Choose an outcome: {en}.");
        }

        var today = WorkingCalendar.VietnamPublic.DayOf(now);
        foreach (var (field, text) in command.Paper?.Wrong(WorkingCalendar.VietnamPublic.DayOf(task.StartedAt), today) ?? []) errors[field] = text;
        if (form is null) return Refusal(command, errors);
        var context = new FormContext(task.Unit, task.Spec.Context ?? [], today, evaluate);
        var check = FormValidation.Validate(form, command.Data ?? [], context, command.Explanations);
        foreach (var (field, text) in check.Errors) errors[field] = text;
        // What came on paper lies in the registry, with everything that belongs to it.
        if (command.Paper is not null)
            foreach (var file in form.Root.Fields.Where(f => f.Widget == "file" && FieldCheck.IsMissing(command.Data?[f.Name]))) errors.Remove(file.Name);
        await CheckFilesAsync(task, form, command.Data ?? [], errors, cancellation);
        return errors.Keys.All(command.Refused.Contains) && check.Unexplained.Count > 0
            ? new TaskAnswer.ExplanationRequired(check.Unexplained.ToDictionary(r => r.Id, r => r.Message))
            : Refusal(command, errors);
    }

    private static TaskAnswer.Invalid? Refusal(Command command, Dictionary<string, Text> errors)
    {
        foreach (var field in command.Refused) errors.Remove(field);
        return errors.Count > 0 || command.Refused.Count > 0 ? new TaskAnswer.Invalid(errors) : null;
    }

    /// <summary>A file field holds ids of this task's finished attachments, and of nobody else's.</summary>
    private async Task CheckFilesAsync(LoadedTask task, Form form, JsonObject data, Dictionary<string, Text> errors, CancellationToken cancellation)
    {
        var named = FormFiles.In(form, data);
        if (named.Count == 0) return;
        const string sql = """
            -- CompleteTask.Files
            select id from attachment where task_id = $1 and complete and id = any($2)
            """;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var known = (await Storage.Db.Command(connection, sql, P(task.Id), Uuids([.. named.Select(n => n.Id).OfType<Guid>()]))
            .ListAsync(r => r.GetGuid(0), cancellation)).ToHashSet();
        foreach (var (field, id) in named)
            if (id is null || !known.Contains(id.Value))
                errors.TryAdd(field, new("Tệp này không có trong việc. Hãy tải tệp lên lại.", "The task has no such file. Upload it again."));
    }

    private async Task<TaskDecision> WriteAsync(
        Actor actor, Command command, LoadedTask task, DateOnly? eventDay, DateTimeOffset now, CancellationToken cancellation)
    {
        var (review, outcome) = (task.Spec.Review, task.Spec.Outcomes.Count == 0 ? null : command.Outcome);
        var status = review is null ? TaskState.Completed : TaskState.Submitted;
        DateTimeOffset? due = review?.WorkingDays is { } days ? await clocks.AfterWorkingDaysAsync(task.CalendarId, now, days, cancellation) : null;
        var next = await clocks.NextAsync(task.CalendarId, review?.LadderId, due, now, now, false, cancellation);
        var explanations = command.Explanations is { Count: > 0 } given ? new JsonObject(given.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, e.Value))) : null;
        var done = new JsonObject
        {
            ["taskId"] = task.Id,
            ["contextId"] = task.ContextId,
            ["outcome"] = outcome,
            ["data"] = command.Data?.DeepClone(),
            ["round"] = task.Round,
        };
        var paper = command.Paper;
        var detail = new JsonObject { ["outcome"] = outcome };
        if (paper is not null) detail["paper"] = new JsonObject { ["number"] = paper.Number, ["arrivedOn"] = paper.ArrivedOn.ToString("O", System.Globalization.CultureInfo.InvariantCulture) };
        return new TaskWrite(
            paper is null || register is null ? Sql : Submit + register.Insert + TaskIntake.Trail, review is null ? "task.completed" : "task.submitted",
            new TaskAnswer.Done(task.Id, task.InstanceId, status, task.Round, task.Revision + 1, now, review is null),
            (paper is null ? task.WorkRole : null, task.UnitId), detail,
            [Uuids(actor.Selves), P(status), P(outcome, NpgsqlDbType.Text), Json((command.Data ?? []).ToJsonString()), Json(explanations?.ToJsonString()),
                P(task.Spec.FormVersion, NpgsqlDbType.Integer), P(review?.LadderId, NpgsqlDbType.Text), P(task.CalendarId), Instant(due), Instant(next),
                JsonText(done.ToJsonString()), Instant(eventDay is { } day ? WorkingCalendar.VietnamPublic.InstantOf(day) : null), P(paper is not null), Texts(actor.PathsWith(Permission.IssuePlan)),
                Instant(paper is null ? null : WorkingCalendar.VietnamPublic.InstantOf(paper.ArrivedOn)), P(actor.IsSystem),
                .. paper is null || register is null ? Array.Empty<NpgsqlParameter>() : register.Values(paper, now)]);
    }
}
