using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Keeps what a person has typed so far, unchecked, for that person only. Neither revision nor audit: it decides nothing.</summary>
public sealed class SaveDraft(NpgsqlDataSource database)
{
    /// <summary>Largest draft, as JSON.</summary>
    public const int MaximumBytes = 1024 * 1024;

    /// <inheritdoc cref="TaskCommand"/>
    public sealed record Command(Guid TaskId, JsonObject? Data) : TaskCommand(TaskId, null, null);

    private const string Sql =
        """
        -- SaveDraft.Save
        with changed as (
          select t.id, t.root_id, t.instance_id, t.unit_id from task t
          where t.id = $1 and t.status = 'open' and (t.assignee_id is null or t.assignee_id = any($14))
            and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          for share of t)
        , saved as (
          insert into task_draft (task_id, person_id, data, saved_at) select c.id, $5, $15, $3 from changed c
          on conflict (task_id, person_id) do update set data = excluded.data, saved_at = excluded.saved_at)
        select count(*) from changed
        """;

    public Task<TaskAnswer> SaveAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            if (task.WorkRole is null) return new TaskAnswer.Forbidden();
            if (task.Status != TaskState.Open || !task.IsFreeFor(actor)) return await LoadTask.ConflictAsync(database, task, cancellation);
            var json = (command.Data ?? []).ToJsonString();
            if (Encoding.UTF8.GetByteCount(json) > MaximumBytes)
                return TaskAnswer.Invalid.On("data", "Bản nháp lớn quá 1 MB. Hãy bớt nội dung hoặc dùng tệp đính kèm.", "A draft has at most 1 MB. Shorten it or attach a file.");
            return new TaskWrite(
                Sql, "", new TaskAnswer.Done(task.Id, task.InstanceId, task.Status, task.Round, task.Revision, now), default, [],
                [Uuids(actor.Selves), Json(json)]);
        }, cancellation);
}
