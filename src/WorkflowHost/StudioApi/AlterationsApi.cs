using System.Globalization;
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

    private const int MostAlterations = 100;

    /// <summary>What a member must be where it is given.</summary>
    private sealed record Kind(string ExpectedVi, string Expected, Func<JsonNode, bool> Holds);

    private static readonly Kind Name = new("Cần một văn bản.", "A text is expected.", n => n.AsText() is not null);

    private static readonly Kind Number = new("Cần một số nguyên.", "A whole number is expected.",
        n => n is JsonValue && int.TryParse(n.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static readonly Kind Names = new("Cần một đối tượng gồm các văn bản: mã cũ và mã mới.", "An object of texts is expected: old ids and new ones.",
        n => n is JsonObject given && given.All(m => m.Value.AsText() is not null));

    private static readonly (string, Kind)[] Step = [("activityId", Name), ("activityInstanceId", Name)];

    /// <summary>The alterations there are, and their members; any value may be given to a variable.</summary>
    private static readonly Dictionary<string, (string Name, Kind Kind)[]> Members = new(StringComparer.Ordinal)
    {
        ["ModifyVariable"] = [("variableId", Name)],
        ["ScheduleActivity"] = Step,
        ["CancelActivity"] = Step,
        ["Migrate"] = [("targetVersion", Number), ("mapping", Names)],
        ["Cancel"] = [],
    };

    /// <summary>Adds the endpoints.</summary>
    public static void MapAlterationsApi(this IEndpointRouteBuilder routes)
    {
        var alterations = routes.MapStudioGroup("/alterations");
        alterations.MapPost("/run", Run).Needs(Permission.Operate).WithName("ElsaRunAlterations").WithSummary("Changes instances now, of many the first twenty and the others behind the answer; migrations may carry a mapping of activity ids");
        alterations.MapMethods("/workflows/retry", ["GET", "POST"], Retry).WithMetadata(new RequireAntiforgery.ChangesSomething()).Needs(Permission.Operate).WithName("ElsaRetryInstances").WithSummary("Goes on from what has failed in these instances, of many in the first twenty and in the others behind the answer");
    }

    private static async Task<IResult> Run(HttpRequest http, RequestActor who, OperateInstance operate, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (Asked(body, out var asked) is { } wrong) return wrong;
        if (Ids(body, http) is not { } ids) return StudioJson.Refuse(400, $"workflowInstanceIds must be a list of 1 to {MostInstances} instance ids.", $"workflowInstanceIds phải là danh sách từ 1 đến {MostInstances} mã quy trình.");

        var (results, done, busy) = (new JsonArray(), 0, false);
        foreach (var (id, answer) in ids.Zip(await operate.AlterEachAsync(who.Actor, ids, asked, who.Now, who.RecordedAt, stop)))
        {
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

    /// <summary>The alterations of a body, or what is wrong with them: a member of another type would be passed over, and something else done than was meant.</summary>
    internal static IResult? Asked(JsonObject body, out JsonArray asked)
    {
        asked = body["alterations"] as JsonArray ?? [];
        if (asked.Count is 0 or > MostAlterations)
            return StudioJson.Refuse(400, $"alterations must be a list of 1 to {MostAlterations}.", $"alterations phải là danh sách từ 1 đến {MostAlterations} thay đổi.");
        var errors = new List<(string, string)>();
        for (var i = 0; i < asked.Count; i++)
        {
            if (asked[i] is not JsonObject one || one.Text("type") is not { } type || !Members.TryGetValue(type, out var members))
                return StudioJson.Refuse(400, "There is no such alteration.", "Không có loại thay đổi này.", null, [($"alterations[{i}].type", $"One of {string.Join(", ", Members.Keys)} is expected.")]);
            errors.AddRange(members.Where(m => one[m.Name] is { } given && !m.Kind.Holds(given)).Select(m => ($"alterations[{i}].{m.Name}", Language.Say(m.Kind.ExpectedVi, m.Kind.Expected))));
        }

        return errors.Count > 0 ? StudioJson.Refuse(400, "An alteration cannot be read.", "Có thay đổi không đọc được.", "unreadable", errors) : null;
    }

    private static async Task<IResult> Retry(HttpRequest http, RequestActor who, OperateInstance operate, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        if (Ids(body, http) is not { } ids) return StudioJson.Refuse(400, $"workflowInstanceIds must be a list of 1 to {MostInstances} instance ids.", $"workflowInstanceIds phải là danh sách từ 1 đến {MostInstances} mã quy trình.");
        var (results, done, busy) = (new JsonArray(), 0, false);
        foreach (var (id, answer) in ids.Zip(await operate.RetryEachAsync(who.Actor, ids, who.Now, who.RecordedAt, stop)))
        {
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

    private static Guid[]? Ids(JsonObject body, HttpRequest http)
    {
        var texts = body["workflowInstanceIds"] is JsonArray given ? given.Select(n => n?.ToString()) : http.Query["workflowInstanceIds"];
        var ids = new List<Guid>();
        foreach (var text in texts)
        {
            if (!Guid.TryParse(text, out var id)) return null;
            if (!ids.Contains(id)) ids.Add(id);
        }

        return ids.Count is > 0 and <= MostInstances ? [.. ids] : null;
    }
}
