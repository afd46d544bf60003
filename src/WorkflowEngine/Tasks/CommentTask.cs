using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Adds a comment (whoever may read the task), or records a follow-up ("Ghi đôn đốc", the case owner while the task is live).</summary>
public sealed class CommentTask(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    /// <param name="IsFollowUp">True: a call, visit or letter to the unit that the case owner puts on record.</param>
    public sealed record Command(Guid TaskId, string? OperationId, string? Text, bool IsFollowUp) : TaskCommand(TaskId, null, OperationId);

    private const string Sql =
        """
        -- CommentTask.Add
        with changed as (
          select t.id, t.root_id, t.instance_id, t.unit_id from task t
          where t.id = $1 and ($14 = 'comment' or t.status in ('open', 'submitted')))
        , added as (
          insert into task_comment (id, task_id, person_id, on_behalf_of, kind, text, at)
          select $15, c.id, $5, $6, $14, $16, $3 from changed c)
        """ + TaskIntake.Trail;

    /// <summary>Changes neither revision nor state: it may be given without a revision and never makes another command lose.</summary>
    public Task<TaskAnswer> CommentAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            if (command.IsFollowUp && !task.MayOwn) return new TaskAnswer.Forbidden();
            if (command.IsFollowUp && !TaskState.IsLive(task.Status)) return await LoadTask.ConflictAsync(database, task, cancellation);
            if (TaskIntake.RefuseText("text", command.Text, 4000) is { } text) return text;
            var id = Guid.CreateVersion7(now);
            var role = task.ReviewRole is { } reviews && !command.IsFollowUp ? (reviews, task.OwnerUnitId) : actor.RoleIn(task, !command.IsFollowUp);
            return new TaskWrite(
                Sql, command.IsFollowUp ? "task.follow-up" : "task.commented",
                new TaskAnswer.Done(task.Id, task.InstanceId, task.Status, task.Round, task.Revision, now, false, id), role, new() { ["comment"] = id },
                [P(command.IsFollowUp ? "follow-up" : "comment"), P(id), P(command.Text!.Trim())]);
        }, cancellation);
}
