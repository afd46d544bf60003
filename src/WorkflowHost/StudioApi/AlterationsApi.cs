using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Elsa's alterations: <c>/elsa/api/alterations/run</c> changes instances now and says for each what was done, <c>…/workflows/retry</c> goes on from
/// what has failed. For those who operate the units' instances.
/// </summary>
public static class AlterationsApi
{
    /// <summary>Most instances of one request.</summary>
    public const int MostInstances = 100;

    private static readonly string[] Types = ["ModifyVariable", "ScheduleActivity", "CancelActivity", "Migrate", "Cancel"];

    /// <summary>Adds the endpoints.</summary>
    public static void MapAlterationsApi(this IEndpointRouteBuilder routes)
    {
        var alterations = routes.MapStudioGroup("/alterations");
        alterations.MapPost("/run", Run).Needs(Permission.Operate).WithName("ElsaRunAlterations").WithSummary("Changes instances now; migrations may carry a mapping of activity ids");
        alterations.MapMethods("/workflows/retry", ["GET", "POST"], Retry).WithMetadata(new RequireAntiforgery.ChangesSomething()).Needs(Permission.Operate).WithName("ElsaRetryInstances").WithSummary("Goes on from what has failed in these instances");
    }

    private static async Task<IResult> Run(HttpRequest http, RequestActor who, OperateInstance operate, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (Asked(body, out var asked) is { } wrong) return wrong;
        if (Ids(body, http) is not { } ids) return StudioJson.Refuse(400, $"workflowInstanceIds must be a list of 1 to {MostInstances} instance ids.", $"workflowInstanceIds phải là danh sách từ 1 đến {MostInstances} mã quy trình.");

        var (results, done, busy) = (new JsonArray(), 0, false);
        foreach (var id in ids)
        {
            var answer = await operate.AlterAsync(who.Actor, id, asked, who.Now, who.RecordedAt, stop);
            var (lines, succeeded) = answer is OperateAnswer.Taken { Settled: true } taken
                ? (taken.Log, taken.Log.All(l => l.Refusal is null))
                : ([new AlterationOutcome("", Words(answer))], answer is OperateAnswer.Taken);
            busy |= answer is OperateAnswer.Taken { Settled: false };
            if (lines.Any(l => l.Refusal is null) || answer is OperateAnswer.Taken { Settled: false }) done++;
            results.Add(new JsonObject
            {
                ["workflowInstanceId"] = id.ToString(),
                ["isSuccessful"] = succeeded,
                ["workflowHasScheduledWork"] = lines.Any(l => l is { Type: "ScheduleActivity", Refusal: null }),
                ["log"] = new JsonObject
                {
                    ["logEntries"] = new JsonArray([.. lines.Select(l => (JsonNode)new JsonObject
                    {
                        ["message"] = l.Refusal ?? $"{l.Type} succeeded", ["logLevel"] = l.Refusal is null ? "Information" : "Error", ["timestamp"] = who.Now, ["eventName"] = l.Type,
                    })]),
                },
            });
        }

        return StudioJson.Answer(new JsonObject { ["results"] = results }, done == 0 ? 409 : busy ? 202 : 200);
    }

    /// <summary>The alterations of a body, or what is wrong with them.</summary>
    internal static IResult? Asked(JsonObject body, out JsonArray asked)
    {
        asked = body["alterations"] as JsonArray ?? [];
        if (asked.Count == 0) return StudioJson.Refuse(400, "alterations must be a list of at least one.", "alterations phải là danh sách có ít nhất một thay đổi.");
        for (var i = 0; i < asked.Count; i++)
            if (asked[i] is not JsonObject one || !Types.Contains(one.Text("type"), StringComparer.Ordinal))
                return StudioJson.Refuse(400, "There is no such alteration.", "Không có loại thay đổi này.", null, [($"alterations[{i}].type", $"One of {string.Join(", ", Types)} is expected.")]);
        return null;
    }

    private static async Task<IResult> Retry(HttpRequest http, RequestActor who, OperateInstance operate, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        if (Ids(body, http) is not { } ids) return StudioJson.Refuse(400, $"workflowInstanceIds must be a list of 1 to {MostInstances} instance ids.", $"workflowInstanceIds phải là danh sách từ 1 đến {MostInstances} mã quy trình.");
        var (results, done, busy) = (new JsonArray(), 0, false);
        foreach (var id in ids)
        {
            var answer = await operate.RetryAsync(who.Actor, id, who.Now, who.RecordedAt, stop);
            if (answer is OperateAnswer.Taken taken) (done, busy) = (done + 1, busy || !taken.Settled);
            results.Add(new JsonObject { ["workflowInstanceId"] = id.ToString(), ["isSuccessful"] = answer is OperateAnswer.Taken, ["message"] = Words(answer) });
        }

        return StudioJson.Answer(new JsonObject { ["results"] = results }, done == 0 ? 409 : busy ? 202 : 200);
    }

    private static string? Words(OperateAnswer answer) => answer switch
    {
        OperateAnswer.Taken { Settled: true } => null,
        OperateAnswer.Taken => "Taken in; the instance is busy.",
        OperateAnswer.Forbidden => "You may not operate this instance.",
        OperateAnswer.NotNow state => $"The instance is not in a state for this: {state.SubStatus}.",
        _ => "There is no such instance, or you may not see it.",
    };

    private static List<Guid>? Ids(JsonObject body, HttpRequest http)
    {
        var texts = body["workflowInstanceIds"] is JsonArray given ? given.Select(n => n?.ToString()) : http.Query["workflowInstanceIds"];
        var ids = new List<Guid>();
        foreach (var text in texts)
        {
            if (!Guid.TryParse(text, out var id)) return null;
            if (!ids.Contains(id)) ids.Add(id);
        }

        return ids.Count is > 0 and <= MostInstances ? ids : null;
    }
}
