using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>
/// The unit takes back what it handed in, while nobody has decided on it: the same round is open again and its clock goes on. A withdrawn first
/// round no longer counts as handed in.
/// </summary>
public sealed class WithdrawTask(NpgsqlDataSource database, TaskClocks clocks)
{
    /// <inheritdoc cref="TaskCommand"/>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId, string? Reason) : TaskCommand(TaskId, Revision, OperationId);

    private const string Sql =
        $"""
        -- WithdrawTask.Withdraw
        with changed as (
          update task t set status = 'open', revision = revision + 1, submitted_at = null, outcome = null,
            first_submitted_at = case when round > 1 then first_submitted_at end,
            counts_at = (select r.counts_at from task_round r where r.task_id = t.id and r.decision = 'returned' order by r.round desc limit 1)
          where id = $1 and revision = $2 and status = 'submitted' and (assignee_id is null or assignee_id = any($14))
            and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          returning *)
        , decided as (
          update task_round r set decision = 'withdrawn', decided_at = $3, decided_by = $5, decided_on_behalf_of = $6, reason = $15
          from changed c where r.task_id = c.id and r.round = c.round and r.decision is null)
        , review as (
          update deadline d set next_at = null, stopped_at = $3 from changed c where d.task_id = c.id and d.purpose = 'review')
        , work as (
          update deadline d set paused_at = {PauseClocks.Since}, next_at = case when {PauseClocks.Since} is null then $16 end, stopped_at = null
          from changed c where d.task_id = c.id and d.purpose = 'work')
        """ + TaskIntake.Trail;

    public Task<TaskAnswer> WithdrawAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            var rightState = task.Status == TaskState.Submitted && task.IsFreeFor(actor);
            if (await TaskIntake.RefuseAsync(database, task, command, task.WorkRole is not null, rightState, cancellation) is { } refused) return refused;
            if (command.Reason is not null && TaskIntake.RefuseText("reason", command.Reason, 2000) is { } text) return text;
            // What rang while it lay with the owner is not rung again: the ladder goes on from here.
            var next = await clocks.NextAsync(task.CalendarId, task.LadderId, task.Due, task.StartedAt, now, TaskClocks.IsSoft(task.Spec), cancellation);
            return new TaskWrite(
                Sql, "task.withdrawn", new TaskAnswer.Done(task.Id, task.InstanceId, TaskState.Open, task.Round, task.Revision + 1, now),
                (task.WorkRole, task.UnitId), new() { ["reason"] = command.Reason },
                [Uuids(actor.Selves), P(command.Reason?.Trim(), NpgsqlTypes.NpgsqlDbType.Text), Instant(next)]);
        }, cancellation);
}
