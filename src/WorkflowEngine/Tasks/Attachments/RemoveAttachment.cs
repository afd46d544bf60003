using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks.Attachments;

/// <summary>Takes a file out of the open round again. What has been handed in once, withdrawn or returned too, is history and stays.</summary>
public sealed class RemoveAttachment(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    public sealed record Command(Guid TaskId, Guid AttachmentId) : TaskCommand(TaskId, null, null);

    private const string Find =
        """
        -- RemoveAttachment.Find
        select a.name, exists (select from task_round r where r.task_id = a.task_id and r.submitted_at >= a.uploaded_at)
        from attachment a where a.id = $1 and a.task_id = $2 and a.complete
        """;

    private const string Sql =
        """
        -- RemoveAttachment.Remove
        with held as (
          select t.id, t.root_id, t.instance_id, t.unit_id from task t
          where t.id = $1 and t.status = 'open' and (t.assignee_id is null or t.assignee_id = any($14))
            and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          for share of t)
        , changed as (
          delete from attachment a using held h
          where a.id = $15 and a.task_id = h.id and a.complete
            and not exists (select from task_round r where r.task_id = a.task_id and r.submitted_at >= a.uploaded_at)
          returning h.id, h.root_id, h.instance_id, h.unit_id)
        """ + TaskIntake.Trail;

    public Task<TaskAnswer> RemoveAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            if (task.WorkRole is null) return new TaskAnswer.Forbidden();
            if (task.Status != TaskState.Open || !task.IsFreeFor(actor)) return await LoadTask.ConflictAsync(database, task, cancellation);
            if (await FindAsync(command, cancellation) is not { } file) return new TaskAnswer.NotFound();
            if (file.HandedIn)
                return TaskAnswer.Invalid.On("attachment", "Tệp này đã nộp, phải giữ trong lịch sử. Hãy tải tệp mới và chọn tệp mới.",
                    "This file was handed in and stays in the history. Upload and choose a new one.");
            return new TaskWrite(
                Sql, "task.detached", new TaskAnswer.Done(task.Id, task.InstanceId, task.Status, task.Round, task.Revision, now, false, command.AttachmentId),
                (task.WorkRole, task.UnitId), new() { ["attachment"] = command.AttachmentId, ["name"] = file.Name },
                [Uuids(actor.Selves), P(command.AttachmentId)]);
        }, cancellation);

    private async Task<(string Name, bool HandedIn)?> FindAsync(Command command, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Storage.Db.Command(connection, Find, P(command.AttachmentId), P(command.TaskId))
            .ListAsync(r => (r.GetString(0), r.GetBoolean(1)), cancellation);
        return rows.Count == 0 ? null : rows[0];
    }
}
