using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What became of an answer to a task that RunTask asked for.</summary>
public enum RunTaskAnswer
{
    /// <summary>Taken in: from here on it cannot be lost.</summary>
    Taken,

    /// <summary>Answered before; this one changes nothing.</summary>
    Already,

    /// <summary>No such task, or the actor may not see its instance.</summary>
    Unknown,
}

/// <summary>
/// Takes the result of a task that <c>RunTask</c> asked somebody outside for. An intake: it marks the wait as taken, once, and leaves the event for
/// the instance's own burst.
/// </summary>
public static class AnswerRunTask
{
    // What is remembered tells a second answer from an unknown task when the wait is burnt.
    private static readonly string Take =
        $"""
        -- AnswerRunTask.Take
        with seen as (
          select b.id, b.instance_id from bookmark b join instance i on i.id = b.instance_id
          left join unit u on u.id = coalesce(i.unit_id, (select r.unit_id from instance r where r.id = i.root_id))
          where b.hash = $1 and b.taken_at is null
            and {WithinReach.Sql("$2", "$3")}
          for update of b),
        taken as (
          update bookmark b set taken_at = $4 from seen s where b.id = s.id returning b.id, b.instance_id),
        told as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
          select t.instance_id, 'resume', json_build_object('bookmarkId', t.id, 'input', json_build_object('RunTaskInput', $5::json)), $6, $7, $4 from taken t
          returning instance_id),
        remembered as (
          insert into run_task_answer (hash, answered_at) select distinct $1, $4 from told on conflict (hash) do nothing)
        select (select instance_id from told limit 1), exists (select from run_task_answer where hash = $1) or exists (select from bookmark where hash = $1 and taken_at is not null)
        """;

    /// <summary>Takes the result in at business time <paramref name="now"/>; with the instance to run.</summary>
    public static async Task<(RunTaskAnswer Answer, Guid Instance)> RunAsync(
        NpgsqlDataSource database, Actor actor, string taskId, JsonNode? result, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Whoever waited for another answer to the same task still sees the database as it was before that one: the second look sees it.
        var answer = await TakeAsync(connection, actor, taskId, result, now, cancellation);
        return answer.Answer == RunTaskAnswer.Unknown ? await TakeAsync(connection, actor, taskId, result, now, cancellation) : answer;
    }

    private static async Task<(RunTaskAnswer Answer, Guid Instance)> TakeAsync(
        NpgsqlConnection connection, Actor actor, string taskId, JsonNode? result, DateTimeOffset now, CancellationToken cancellation)
    {
        var (instance, known) = (await Command(connection, Take, P(Stimulus.HashOfTask(taskId)), P(actor.IsSystem), Texts(actor.PathsWith(Permission.Design)),
            Instant(now), JsonText(result?.ToJsonString() ?? "null"), P(actor.IsSystem ? null : (Guid?)actor.PersonId, NpgsqlDbType.Uuid),
            P(actor.OnBehalfOf, NpgsqlDbType.Uuid)).ListAsync(r => (r.IsDBNull(0) ? (Guid?)null : r.GetGuid(0), r.GetBoolean(1)), cancellation))[0];
        return instance is { } id ? (RunTaskAnswer.Taken, id) : (known ? RunTaskAnswer.Already : RunTaskAnswer.Unknown, default);
    }
}
