using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Gives a claimed task back to all who may do it: its assignee, or the owner unit for somebody who is away.</summary>
public sealed class ReleaseTask(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId) : TaskCommand(TaskId, Revision, OperationId);

    private const string Sql =
        """
        -- ReleaseTask.Release
        with changed as (
          update task t set assignee_id = null, revision = revision + 1
          where id = $1 and revision = $2 and status = 'open' and assignee_id is not null
            and (assignee_id = any($14) or $16
              or exists (select from unit o, unnest($15) as p where o.id = t.owner_unit_id and starts_with(o.path, p)))
          returning *)
        """ + TaskIntake.Trail;

    public Task<TaskAnswer> ReleaseAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            var held = task.Status == TaskState.Open && task.AssigneeId is not null;
            // Whoever may do the work and does not hold it is told who does, not that they may not.
            var allowed = task.MayOwn || task.IsHeldBy(actor) || (task.WorkRole is not null && !held);
            if (await TaskIntake.RefuseAsync(database, task, command, allowed, held, cancellation) is { } refused) return refused;
            return new TaskWrite(
                Sql, "task.released", new TaskAnswer.Done(task.Id, task.InstanceId, task.Status, task.Round, task.Revision + 1, now),
                actor.RoleIn(task, task.IsHeldBy(actor)), [],
                [Uuids(actor.Selves), Texts(actor.PathsWith(Permission.CloseTask)), P(actor.IsSystem)]);
        }, cancellation);
}
