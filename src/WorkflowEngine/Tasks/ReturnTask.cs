using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>
/// The owner unit gives it back with a reason and a new date: the next round opens with its own clock, the first submission keeps counting for
/// punctuality (domain §7, story 3).
/// </summary>
public sealed class ReturnTask(NpgsqlDataSource database, TaskClocks clocks, Nudge nudge)
{
    /// <inheritdoc cref="TaskCommand"/>
    /// <param name="NewDue">First instant at which the next round is late; may be null only where the task has no date at all.</param>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId, string? Reason, DateTimeOffset? NewDue)
        : TaskCommand(TaskId, Revision, OperationId);

    private const string Sql =
        $"""
        -- ReturnTask.Return
        with me as (select $20::uuid[] as selves, $12::bigint[] as units, $13::text[] as roles, $19::date as day)
        , changed as (
          update task t set status = 'open', round = round + 1, revision = revision + 1, submitted_at = null, outcome = null, decided_at = null
          where id = $1 and revision = $2 and status = 'submitted'
            and (select {FourEyes.MayDecide} from me)
          returning *)
        , decided as (
          update task_round r set decision = 'returned', decided_at = $3, decided_by = $5, decided_on_behalf_of = $6, reason = $14
          from changed c where r.task_id = c.id and r.round = c.round - 1 and r.decision is null)
        , review as (
          update deadline d set next_at = null, stopped_at = $3 from changed c where d.task_id = c.id and d.purpose = 'review')
        , work as (
          insert into deadline (task_id, purpose, instance_id, ladder_id, calendar_id, due, started_at, round, paused_at, next_at)
          select c.id, 'work', c.instance_id, $17, $18, $15, $3, c.round, {PauseClocks.Since}, case when {PauseClocks.Since} is null then $16 end from changed c
          on conflict (task_id, purpose) do update set round = excluded.round, due = excluded.due, started_at = excluded.started_at,
            paused_at = excluded.paused_at, next_at = excluded.next_at, last_rung = null, last_period = 0, stopped_at = null)
        """ + QueueReturned.Cte + "\n" + TaskIntake.Trail;

    public Task<TaskAnswer> ReturnAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            if (await TaskIntake.RefuseDecisionAsync(database, task, command, now, cancellation) is { } refused) return refused;
            if (TaskIntake.RefuseText("reason", command.Reason, 2000) is { } text) return text;
            if (command.NewDue is null && task.Due is not null)
                return TaskAnswer.Invalid.On("newDue", "Hãy cho ngày nộp lại.", "Give the new date.");
            if (command.NewDue <= now)
                return TaskAnswer.Invalid.On("newDue", "Ngày nộp lại phải từ hôm nay trở đi. Hãy chọn ngày khác.", "The new date is today or later. Choose another one.");
            var ladder = task.LadderId ?? task.Spec.LadderId;
            var next = await clocks.NextAsync(task.CalendarId, ladder, command.NewDue, now, now, false, cancellation);
            return new TaskWrite(
                Sql, "task.returned", new TaskAnswer.Done(task.Id, task.InstanceId, TaskState.Open, task.Round + 1, task.Revision + 1, now),
                (task.DecidesAs, task.DecidesAt ?? task.OwnerUnitId), new() { ["reason"] = command.Reason, ["newDue"] = command.NewDue },
                [P(command.Reason!.Trim()), Instant(command.NewDue), Instant(next), P(ladder, NpgsqlDbType.Text), P(task.CalendarId),
                    P(WorkingCalendar.VietnamPublic.DayOf(now)), Uuids(actor.Selves)])
            {
                Nudge = nudge,
            };
        }, cancellation);
}
