using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>The case owner ends a task with a reason ("không phải thực hiện"), open or handed in; the instance moves on.</summary>
public sealed class CloseTask(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId, string? Reason) : TaskCommand(TaskId, Revision, OperationId);

    private const string Sql =
        """
        -- CloseTask.Close
        with changed as (
          update task t set status = 'closed', revision = revision + 1, close_reason = $14, decided_at = $3
          where id = $1 and revision = $2 and status in ('open', 'submitted')
            and ($16 or exists (select from unit o, unnest($15) as p where o.id = t.owner_unit_id and starts_with(o.path, p)))
          returning *)
        , clocks as (
          update deadline d set next_at = null, stopped_at = coalesce(stopped_at, $3) from changed c where d.task_id = c.id)
        , event as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select c.instance_id, 'task-closed', $17, $5, $6, $3 from changed c)
        """ + TaskIntake.Trail;

    public Task<TaskAnswer> CloseAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            if (await TaskIntake.RefuseAsync(database, task, command, task.MayOwn, TaskState.IsLive(task.Status), cancellation) is { } refused) return refused;
            if (TaskIntake.RefuseText("reason", command.Reason, 2000) is { } text) return text;
            var reason = command.Reason!.Trim();
            var closed = new JsonObject { ["taskId"] = task.Id, ["contextId"] = task.ContextId, ["reason"] = reason };
            return new TaskWrite(
                Sql, "task.closed", new TaskAnswer.Done(task.Id, task.InstanceId, TaskState.Closed, task.Round, task.Revision + 1, now, true),
                actor.RoleIn(task, false), new() { ["reason"] = reason },
                [P(reason), Texts(actor.PathsWith(Permission.CloseTask)), P(actor.IsSystem), JsonText(closed.ToJsonString())]);
        }, cancellation);
}
