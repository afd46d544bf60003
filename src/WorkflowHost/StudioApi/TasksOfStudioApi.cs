using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>
/// <c>POST /elsa/api/tasks/{id}/complete</c>: gives back the result of a task that RunTask asked somebody outside for. Elsa answers 200 whatever
/// happened; ours 404 for a task that never was, 409 for one that was answered.
/// </summary>
public static class TasksOfStudioApi
{
    private const int LongestId = 200;

    /// <summary>Adds the endpoint.</summary>
    public static void MapTasksOfStudioApi(this IEndpointRouteBuilder routes) =>
        routes.MapStudioGroup("/tasks").MapPost("/{taskId}/complete", Complete).Needs(Permission.Design)
            .WithName("ElsaCompleteTask").WithSummary("Gives back the result of a task asked for with RunTask");

    private static async Task<IResult> Complete(string taskId, HttpRequest http, RequestActor who, NpgsqlDataSource database, Runner runner, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (taskId.Length > LongestId) return StudioJson.Refuse(404, "There is no such task.", "Không có việc này.");
        var (answer, instance) = await AnswerRunTask.RunAsync(database, who.Actor, taskId, body["result"], who.Now, stop);
        return answer switch
        {
            RunTaskAnswer.Taken => StudioJson.Answer(
                new JsonObject { ["workflowInstanceId"] = instance.ToString() }, await runner.RunNowAsync(instance, stop) == RunAnswer.Settled ? 200 : 202),
            RunTaskAnswer.Already => StudioJson.Refuse(409, "This task was completed before.", "Việc này đã hoàn thành trước đó."),
            _ => StudioJson.Refuse(404, "There is no such task, or you may not see its instance.", "Không có việc này, hoặc bạn không được xem quy trình của nó."),
        };
    }
}
