using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Gives an open task to a named person of the unit: by the owner unit, or by somebody of the unit while nobody else has it.</summary>
public sealed class ReassignTask(NpgsqlDataSource database)
{
    /// <inheritdoc cref="TaskCommand"/>
    /// <param name="AssigneeId">Who shall do it; holds a candidate role at the task's unit today.</param>
    public sealed record Command(Guid TaskId, int? Revision, string? OperationId, Guid AssigneeId, string? Reason)
        : TaskCommand(TaskId, Revision, OperationId);

    private const string MayDoIt =
        """
        -- ReassignTask.MayDoIt
        select exists (
          select from role_assignment a join person p on p.id = a.person_id and p.is_active join task t on t.id = $1
          where a.person_id = $2 and a.unit_id = t.unit_id and a.role = any(t.candidate_roles) and a.valid_from <= $3 and $3 < a.valid_to)
        """;

    private const string Sql =
        """
        -- ReassignTask.Reassign
        with changed as (
          update task t set assignee_id = $14, revision = revision + 1
          where id = $1 and revision = $2 and status = 'open' and assignee_id is distinct from $14
            and ($18
              or exists (select from unit o, unnest($17) as p where o.id = t.owner_unit_id and starts_with(o.path, p))
              or ((assignee_id is null or assignee_id = any($16))
                and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))))
            and exists (
              select from role_assignment a join person p on p.id = a.person_id and p.is_active
              where a.person_id = $14 and a.unit_id = t.unit_id and a.role = any(t.candidate_roles) and a.valid_from <= $15 and $15 < a.valid_to)
          returning *)
        """ + TaskIntake.Trail;

    public Task<TaskAnswer> ReassignAsync(
        Actor actor, Command command, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, async task =>
        {
            var works = task.WorkRole is not null && task.IsFreeFor(actor);
            var changes = task.Status == TaskState.Open && task.AssigneeId != command.AssigneeId;
            if (await TaskIntake.RefuseAsync(database, task, command, task.MayOwn || works, changes, cancellation) is { } refused) return refused;
            if (command.Reason is not null && TaskIntake.RefuseText("reason", command.Reason, 2000) is { } text) return text;
            var day = WorkingCalendar.VietnamPublic.DayOf(now);
            if (!await MayDoItAsync(task.Id, command.AssigneeId, day, cancellation))
                return TaskAnswer.Invalid.On("assigneeId", "Người này không giữ vai trò được làm việc này ở đơn vị. Hãy chọn người khác của đơn vị.",
                    "This person holds no role at the unit that may do the task. Choose another one of the unit.");
            return new TaskWrite(
                Sql, "task.reassigned", new TaskAnswer.Done(task.Id, task.InstanceId, task.Status, task.Round, task.Revision + 1, now),
                actor.RoleIn(task, works), new() { ["from"] = task.AssigneeId, ["to"] = command.AssigneeId, ["reason"] = command.Reason },
                [P(command.AssigneeId), P(day), Uuids(actor.Selves), Texts(actor.PathsWith(Permission.CloseTask)), P(actor.IsSystem)]);
        }, cancellation);

    private async Task<bool> MayDoItAsync(Guid taskId, Guid personId, DateOnly day, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Storage.Db.Command(connection, MayDoIt, P(taskId), P(personId), P(day));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
