using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Tasks;

/// <summary>A person of the unit takes an open task that nobody has. A deputy takes it for whom they stand in: it stays theirs when the absence ends.</summary>
public sealed class ClaimTask(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId) : TaskCommand(TaskId, Revision, OperationId);

    private const string Sql =
        """
        -- ClaimTask.Claim
        with changed as (
          update task t set assignee_id = coalesce($6, $5), revision = revision + 1, opened_at = coalesce(opened_at, $3)
          where id = $1 and revision = $2 and status = 'open' and assignee_id is null
            and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          returning *)
        """ + TaskIntake.Trail;

    /// <summary>Conflict when somebody has it already, the actor too: nothing answers done without effect.</summary>
    public Task<TaskAnswer> ClaimAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            var free = task.Status == TaskState.Open && task.AssigneeId is null;
            if (await TaskIntake.RefuseAsync(database, task, command, task.WorkRole is not null, free, cancellation) is { } refused) return refused;
            return new TaskWrite(
                Sql, "task.claimed", new TaskAnswer.Done(task.Id, task.InstanceId, task.Status, task.Round, task.Revision + 1, now),
                (task.WorkRole, task.UnitId), [], []);
        }, cancellation);
}
