using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>The owner unit accepts what was handed in: the instance moves with the round's outcome and data.</summary>
public sealed class AcceptTask(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    /// <param name="Note">A word to the unit, or null.</param>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId, string? Note) : TaskCommand(TaskId, Revision, OperationId);

    private const string Sql =
        $"""
        -- AcceptTask.Accept
        with me as (select $16::uuid[] as selves, $12::bigint[] as units, $13::text[] as roles, $15::date as day)
        , changed as (
          update task t set status = 'accepted', revision = revision + 1, decided_at = $3
          where id = $1 and revision = $2 and status = 'submitted'
            and (select {FourEyes.MayDecide} from me)
          returning *)
        , decided as (
          update task_round r set decision = 'accepted', decided_at = $3, decided_by = $5, decided_on_behalf_of = $6, reason = $14
          from changed c where r.task_id = c.id and r.round = c.round and r.decision is null
          returning r.*)
        , clocks as (
          update deadline d set next_at = null, stopped_at = coalesce(stopped_at, $3) from changed c where d.task_id = c.id)
        , event as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select c.instance_id, 'task-done',
            json_build_object('taskId', c.id, 'contextId', c.context_id, 'outcome', r.outcome, 'data', r.data, 'round', r.round), $5, $6, $3
          from changed c join decided r on r.task_id = c.id)
        """ + TaskIntake.Trail;

    public Task<TaskAnswer> AcceptAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            if (await TaskIntake.RefuseDecisionAsync(database, task, command, now, cancellation) is { } refused) return refused;
            if (command.Note is not null && TaskIntake.RefuseText("note", command.Note, 2000) is { } text) return text;
            return new TaskWrite(
                Sql, "task.accepted", new TaskAnswer.Done(task.Id, task.InstanceId, TaskState.Accepted, task.Round, task.Revision + 1, now, true),
                (task.DecidesAs, task.DecidesAt ?? task.OwnerUnitId), [], [P(command.Note?.Trim(), NpgsqlDbType.Text), P(WorkingCalendar.VietnamPublic.DayOf(now)), Uuids(actor.Selves)]);
        }, cancellation);
}
