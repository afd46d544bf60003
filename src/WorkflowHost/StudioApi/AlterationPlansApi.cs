using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Elsa's plans of alterations: <c>/elsa/api/alterations/submit</c> for all running instances that a filter chooses, <c>…/dry-run</c> tells which those
/// are, <c>…/{planId}</c> what became of them. A member of a filter that is not known is refused: left out, it would choose too many.
/// </summary>
public static class AlterationPlansApi
{
    private const int LargestPage = 1000, LongestId = 100;

    private static readonly string[] Lists = ["workflowInstanceIds", "correlationIds", "names", "definitionIds", "definitionVersionIds", "subStatuses"];
    private static readonly string[] Known = [.. Lists, "statuses", "isSystem", "hasIncidents", "searchTerm", "timestampFilters", "activityFilters", "emptyFilterSelectsAll"];
    private static readonly string[] Operators = ["Is", "NotIs", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"];

    /// <summary>Adds the endpoints.</summary>
    public static void MapAlterationPlansApi(this IEndpointRouteBuilder routes)
    {
        var alterations = routes.MapStudioGroup("/alterations");
        alterations.MapPost("/submit", Submit).Needs(Permission.Operate).WithName("ElsaSubmitAlterations").WithSummary("Takes changes in for all running instances of a filter; their own bursts make them");
        alterations.MapPost("/dry-run", DryRun).Needs(Permission.Operate).WithName("ElsaDryRunAlterations").WithSummary("The instances that a submitted plan with this filter would change");
        alterations.MapGet("/{planId}", Get).Needs(Permission.Operate).WithName("ElsaAlterationPlan").WithSummary("A submitted plan with what became of each instance");
    }

    private static async Task<IResult> Submit(HttpRequest http, RequestActor who, SubmitAlterations submit, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (AlterationsApi.Asked(body, out var alterations) is { } wrong) return wrong;
        if (body["filter"] is not JsonObject filter) return StudioJson.Refuse(400, "filter must be an object.", "filter phải là một đối tượng.");
        if (Read(filter, out var chosen) is { } refused) return refused;
        var id = body.Text("id") ?? Guid.CreateVersion7(who.Now).ToString("N");
        if (id.Length > LongestId || id is "run" or "submit" or "dry-run" or "." or "..")
            return StudioJson.Refuse(400, $"id has at most {LongestId} characters, and is none of run, submit, dry-run, . and ..", $"id dài nhất {LongestId} ký tự, và không phải là run, submit, dry-run, . hay ..");
        var (answer, instances) = await submit.RunAsync(who.Actor, id, alterations, chosen, filter, who.Now, who.RecordedAt, stop);
        return answer switch
        {
            SubmitAnswer.Submitted => StudioJson.Answer(new JsonObject { ["planId"] = id, ["instances"] = instances }, 202),
            SubmitAnswer.Repeated => StudioJson.Answer(new JsonObject { ["planId"] = id, ["repeated"] = true }),
            SubmitAnswer.Taken => StudioJson.Refuse(409, $"Another plan has the id '{id}'.", $"Mã '{id}' đã thuộc về một kế hoạch thay đổi khác.", "taken"),
            SubmitAnswer.TooMany => StudioJson.Refuse(422,
                $"More than {SubmitAlterations.MostInstances} instances match, or more than {SubmitAlterations.MostLookedThrough} before their activities are looked at. Narrow the filter, for example to a definition.",
                $"Có hơn {SubmitAlterations.MostInstances} lượt chạy khớp, hoặc hơn {SubmitAlterations.MostLookedThrough} trước khi xét đến các bước. Hãy thu hẹp bộ lọc, ví dụ theo một quy trình.", "too_many"),
            _ => StudioJson.Refuse(409, "No running instance that you may operate matches.", "Không có lượt chạy nào đang chạy mà bạn được vận hành khớp với bộ lọc.", "nothing"),
        };
    }

    private static async Task<IResult> DryRun(HttpRequest http, RequestActor who, SubmitAlterations submit, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (Read(body["filter"] as JsonObject ?? body, out var filter) is { } refused) return refused;
        var chosen = await submit.ChooseAsync(who.Actor, filter, stop);
        return StudioJson.Answer(new JsonObject
        {
            ["workflowInstanceIds"] = new JsonArray([.. chosen.Instances.Select(id => JsonValue.Create(id.ToString()))]),
            ["isTooMany"] = chosen.AreTooMany,
        });
    }

    private static async Task<IResult> Get(string planId, HttpRequest http, RequestActor who, SubmitAlterations submit, CancellationToken stop)
    {
        if (!Number(http, "skip", 0, out var skip) || !Number(http, "take", LargestPage, out var take) || take is < 1 or > LargestPage)
            return StudioJson.Refuse(400, $"skip starts at 0, take is 1 to {LargestPage}.", $"skip bắt đầu từ 0, take từ 1 đến {LargestPage}.");
        if (!StorableText.Holds(planId) || await submit.FindAsync(who.Actor, planId, skip, take, stop) is not { } found) return StudioJson.Gone();
        var (plan, jobs) = found;
        return StudioJson.Answer(new JsonObject
        {
            ["plan"] = new JsonObject
            {
                ["id"] = plan.Id,
                ["alterations"] = plan.Alterations,
                ["workflowInstanceFilter"] = plan.Filter,
                ["status"] = plan.Waiting > 0 ? "Running" : "Completed",
                ["createdAt"] = plan.SubmittedAt,
                ["total"] = plan.Total,
                ["waiting"] = plan.Waiting,
            },
            ["jobs"] = new JsonArray([.. jobs.Select(j => (JsonNode)new JsonObject
            {
                ["id"] = $"{plan.Id}/{j.InstanceId:N}",
                ["planId"] = plan.Id,
                ["workflowInstanceId"] = j.InstanceId.ToString(),
                // An instance that ended before its turn has nothing left to change: its burst took the event and did nothing.
                ["status"] = j.Waiting ? "Pending" : j.Outcomes.Count > 0 && j.Outcomes.All(o => o.Refusal is null) ? "Completed" : "Failed",
                ["log"] = new JsonArray([.. j.Outcomes.Select(o => (JsonNode)new JsonObject { ["eventName"] = o.Type, ["logLevel"] = o.Refusal is null ? "Information" : "Error", ["message"] = o.Refusal ?? $"{o.Type} succeeded" })]),
            })]),
        });
    }

    /// <summary>The filter, or what is wrong with it.</summary>
    private static IResult? Read(JsonObject body, out AlterationFilter filter)
    {
        filter = new AlterationFilter();
        var errors = new List<(string, string)>();
        foreach (var name in body.Select(m => m.Key).Except(Known)) errors.Add((name, "There is no such filter."));
        foreach (var name in Lists.Append("statuses"))
            if (body[name] is not null and not JsonArray || body[name] is JsonArray given && given.Any(g => g.AsText() is null)) errors.Add((name, "A list of texts is expected."));
        Guid[]? instances = null;
        if (errors.Count == 0 && body.Texts("workflowInstanceIds") is { } texts)
        {
            if (texts.All(t => Guid.TryParse(t, out _))) instances = [.. texts.Select(Guid.Parse)];
            else errors.Add(("workflowInstanceIds", "Each must be an instance id."));
        }

        if (body["hasIncidents"] is not null && (body["hasIncidents"] is not JsonValue flag || !flag.TryGetValue<bool>(out _))) errors.Add(("hasIncidents", "true or false is expected."));
        // Plans change what runs, and nothing of ours is a system's instance.
        if (errors.Count == 0 && body.Texts("statuses") is { } statuses && !statuses.Contains("Running")) errors.Add(("statuses", "Only instances with the status Running can be altered."));
        if (body["isSystem"] is JsonValue system && system.TryGetValue<bool>(out var isSystem) && isSystem) errors.Add(("isSystem", "There are no system instances."));
        var times = Times(body, errors);
        var (ids, nodes, executions) = Activities(body, errors);
        if (errors.Count > 0) return StudioJson.Refuse(400, "The filter cannot be used.", "Bộ lọc không dùng được.", "filter", errors);
        filter = new AlterationFilter(
            instances, body.Texts("definitionIds"), body.Texts("definitionVersionIds"), body.Texts("correlationIds"), body.Texts("names"), body.Texts("subStatuses"),
            body["hasIncidents"]?.GetValue<bool>(), body.Text("searchTerm"), ids, nodes, executions, times);
        var everything = filter == new AlterationFilter(Times: times) && times.Count == 0 && body["statuses"] is not JsonArray { Count: > 0 };
        return everything && !(body["emptyFilterSelectsAll"] is JsonValue all && all.TryGetValue<bool>(out var yes) && yes)
            ? StudioJson.Refuse(400, "The filter is empty. Say emptyFilterSelectsAll to choose every running instance.", "Bộ lọc trống. Muốn chọn mọi lượt đang chạy, hãy đặt emptyFilterSelectsAll.", "empty_filter")
            : null;
    }

    private static List<(string, string, DateTimeOffset)> Times(JsonObject body, List<(string, string)> errors)
    {
        var times = new List<(string, string, DateTimeOffset)>();
        if (body["timestampFilters"] is not null and not JsonArray) errors.Add(("timestampFilters", "A list is expected."));
        foreach (var one in body["timestampFilters"] as JsonArray ?? [])
        {
            if (one is JsonObject f && f.Text("column") is ("CreatedAt" or "UpdatedAt") and var column && f.Text("operator") is { } op && Operators.Contains(op)
                && DateTimeOffset.TryParse(f.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) times.Add((column, op, at.ToUniversalTime()));
            else errors.Add(("timestampFilters", "Each needs column (CreatedAt, UpdatedAt), operator and timestamp."));
        }

        return times;
    }

    /// <summary>One activity filter is understood: by activity, by node or by execution.</summary>
    private static (string[]? Ids, string[]? Nodes, string[]? Executions) Activities(JsonObject body, List<(string, string)> errors)
    {
        if (body["activityFilters"] is null or JsonArray { Count: 0 }) return default;
        if (body["activityFilters"] is not JsonArray filters || filters.Any(f => f is not JsonObject o || o.Count == 0 || o.Any(m => m.Key is not ("activityId" or "nodeId" or "activityInstanceId") || m.Value.AsText() is null))
            || filters.Select(f => string.Join(' ', ((JsonObject)f!).Select(m => m.Key).Order(StringComparer.Ordinal))).Distinct().Count() > 1 || filters.Any(f => ((JsonObject)f!).Count > 1))
        {
            errors.Add(("activityFilters", "Each names one of activityId, nodeId and activityInstanceId, all of them the same one."));
            return default;
        }

        string[]? Of(string name) => filters.OfType<JsonObject>().Select(f => f.Text(name)).OfType<string>().ToArray() is { Length: > 0 } found ? found : null;
        return (Of("activityId"), Of("nodeId"), Of("activityInstanceId"));
    }

    private static bool Number(HttpRequest http, string name, int usual, out int number)
    {
        number = usual;
        return http.Query[name].ToString() is not { Length: > 0 } text || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
