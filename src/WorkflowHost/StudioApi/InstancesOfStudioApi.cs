using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Api;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's reads of one instance: <c>/elsa/api/workflow-instances/{id}</c> and its journal.</summary>
public static class InstancesOfStudioApi
{
    private const int LargestPage = 1000;
    private const int MostPages = 1_000_000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapInstancesOfStudioApi(this IEndpointRouteBuilder routes)
    {
        var instances = routes.MapStudioGroup("/workflow-instances");
        instances.MapGet("/{id:guid}", Get).WithName("ElsaInstance").WithSummary("The instance row with its state");
        instances.MapMethods("/{id:guid}/journal", ["GET", "POST"], Journal).WithName("ElsaJournal").WithSummary("The execution log in order, {items, totalCount}");
        instances.MapGet("/{id:guid}/journal/{activityId}", LastOf).WithName("ElsaJournalOfActivity").WithSummary("The last entry of an activity");
        instances.MapGet("/{id:guid}/execution-state", State).WithName("ElsaExecutionState").WithSummary("Where the instance stands; polled by viewers");
        instances.MapGet("/{id:guid}/variables", Variables).WithName("ElsaVariables").WithSummary("Variables of the definition and their values");
        instances.MapPost("/{id:guid}/variables", SetVariables).Needs(Permission.Operate).WithName("ElsaSetVariables").WithSummary("Gives variables other values: all of them, or none");
    }

    private static async Task<IResult> Get(Guid id, RequestActor who, StudioQueries queries, DefinitionStore definitions, InstanceWatch watch, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
        watch.Read(who.Actor.PersonId, id, row.Burst);
        var answer = WorkflowStateJson.Row(row);
        var shown = await ShownInstance.ReadAsync(row, definitions, stop);
        answer["workflowState"] = WorkflowStateJson.Of(shown);
        return shown.Answer(answer);
    }

    private static async Task<IResult> Journal(Guid id, HttpRequest http, RequestActor who, StudioQueries queries, DefinitionStore definitions, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        // Elsa's clients page either way.
        var size = Number(http, body, "take", Number(http, body, "pageSize", 100));
        var page = Number(http, body, "page", 0);
        if (page is < 0 or > MostPages || size is < 1 or > LargestPage || Number(http, body, "skip", page * size) is not (>= 0 and var skip))
            return StudioJson.Refuse(400, $"At most {LargestPage} entries at once, from 0.", $"Mỗi lần nhiều nhất {LargestPage} dòng, tính từ 0.");
        var filter = body["filter"] as JsonObject ?? [];
        var (items, total) = await queries.JournalAsync(id, new JournalFilter(
            Names(filter["activityIds"]), Names(filter["activityNodeIds"]), Names(filter["eventNames"]), Names(filter["excludedActivityTypes"])), skip, size, stop);
        var workflow = await definitions.GetOrEmptyAsync(row.DefinitionVersionId, stop);
        return StudioJson.Answer(new JsonObject
        {
            ["items"] = new JsonArray([.. items.Select(i => Item(row, i.At, i.Entry, workflow))]),
            ["totalCount"] = total,
        });
    }

    private static async Task<IResult> LastOf(Guid id, string activityId, RequestActor who, StudioQueries queries, DefinitionStore definitions, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
        var (items, total) = await queries.JournalAsync(id, new JournalFilter([activityId], null, null, null), 0, 1, stop);
        if (total > 1) (items, _) = await queries.JournalAsync(id, new JournalFilter([activityId], null, null, null), total - 1, 1, stop);
        return items.Count == 0 ? StudioJson.Gone() : StudioJson.Answer(Item(row, items[0].At, items[0].Entry, await definitions.GetOrEmptyAsync(row.DefinitionVersionId, stop)));
    }

    private static async Task<IResult> State(Guid id, RequestActor who, StudioQueries queries, CancellationToken stop) =>
        await queries.FindAsync(who.Actor, id, stop) is { } row
            ? StudioJson.Answer(new JsonObject { ["status"] = row.Status, ["workflowSubStatus"] = row.SubStatus, ["subStatus"] = row.SubStatus, ["updatedAt"] = row.UpdatedAt })
            : StudioJson.Gone();

    /// <summary>Variables of the definition with what they hold now; those of inner containers stand in the state.</summary>
    private static async Task<IResult> Variables(Guid id, RequestActor who, StudioQueries queries, DefinitionStore definitions, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
        var shown = await ShownInstance.ReadAsync(row, definitions, stop);
        var values = shown.State.Contexts.Find(c => c.ParentId is null)?.Variables;
        return shown.Answer(StudioJson.List(shown.Workflow.Root.Variables.Select(v => new JsonObject
        {
            ["id"] = v.Id,
            ["name"] = v.Name,
            ["value"] = WorkflowStateJson.Shown(row, values?.GetValueOrDefault(v.Id)),
        })));
    }

    /// <summary>An alteration of the instance by its own burst; what is asked is checked as a whole before it is taken in.</summary>
    private static async Task<IResult> SetVariables(
        Guid id, HttpRequest http, RequestActor who, StudioQueries queries, DefinitionStore definitions, OperateInstance operate, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Gone();
        if (body["variables"] is not JsonArray { Count: > 0 } asked) return StudioJson.Refuse(400, "variables must be a list of {id, value}.", "variables phải là danh sách {id, value}.");
        var shown = await ShownInstance.ReadAsync(row, definitions, stop);
        if (shown.Refusal is { } unreadable) return unreadable;
        var known = shown.Workflow.Root.Variables.ToDictionary(v => v.Id, v => v.StorageDriverTypeName is not null, StringComparer.Ordinal);
        var (errors, changes) = (new List<(string, string)>(), new JsonArray());
        for (var i = 0; i < asked.Count; i++)
        {
            var one = asked[i] as JsonObject;
            if (one?.Text("id") is not { } variable || !known.TryGetValue(variable, out var isKept)) errors.Add(($"variables[{i}].id", "The definition has no such variable."));
            else if (!isKept) errors.Add(($"variables[{i}].id", "This variable has no storage: it begins anew with every run and keeps nothing."));
            else if (!one.ContainsKey("value")) errors.Add(($"variables[{i}].value", "A value is needed; null is one."));
            // Who reads only *** and sends it back does not mean it.
            else if (!row.ShowsContents && one["value"] is JsonValue given && given.ToString() == MaskedContents.Mark) errors.Add(($"variables[{i}].value", "This value is not shown to you; leave out what you don't change."));
            else changes.Add(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = variable, ["value"] = one["value"]?.DeepClone() });
        }

        if (errors.Count > 0) return StudioJson.Refuse(400, "The variables cannot be set.", "Không đặt được các biến.", null, errors);
        return await operate.AlterAsync(who.Actor, id, changes, who.Now, who.RecordedAt, stop) switch
        {
            OperateAnswer.Taken { Settled: false } => StudioJson.Answer(new JsonObject { ["settled"] = false }, 202),
            OperateAnswer.Taken taken when taken.Log.FirstOrDefault(l => l.Refusal is not null) is { } refused => StudioJson.Refuse(409, refused.Refusal!, $"Lượt chạy không nhận thay đổi này: {refused.Refusal}"),
            OperateAnswer.Taken => await Variables(id, who, queries, definitions, stop),
            OperateAnswer.Forbidden => StudioJson.Lacks(Permission.Operate),
            OperateAnswer.NotNow now => StudioJson.Refuse(409, $"Variables of a running or failed instance can be changed; this one is {now.SubStatus}.", "Chỉ đổi được biến của lượt đang chạy hoặc bị lỗi.", "over"),
            _ => StudioJson.Gone(),
        };
    }

    /// <summary>An entry of the journal as Elsa shapes it, with its values as the asker may see them.</summary>
    internal static JsonObject Item(StudioInstance row, DateTimeOffset at, JsonObject entry, Workflow workflow)
    {
        var node = workflow.FindNode(entry.Text("nodeId") ?? "");
        var payload = new JsonObject();
        if (entry["outcomes"] is { } outcomes) payload["Outcomes"] = outcomes.DeepClone();
        return new JsonObject
        {
            ["id"] = $"{row.Id:N}{entry["sequence"]}",
            ["workflowInstanceId"] = row.Id.ToString(),
            ["workflowDefinitionId"] = row.DefinitionId,
            ["workflowDefinitionVersionId"] = row.DefinitionVersionId,
            ["workflowVersion"] = row.Version,
            ["activityInstanceId"] = entry.Text("contextId"),
            ["activityId"] = entry.Text("activityId"),
            ["activityType"] = entry.Text("type"),
            ["activityTypeVersion"] = node?.Version ?? 1,
            ["activityName"] = node?.Name,
            ["activityNodeId"] = entry.Text("nodeId"),
            ["nodeId"] = entry.Text("nodeId"),
            ["timestamp"] = at,
            ["sequence"] = entry["sequence"]?.DeepClone(),
            ["eventName"] = entry.Text("event"),
            ["message"] = entry.Text("message"),
            ["payload"] = payload.Count > 0 ? payload : null,
            ["activityState"] = WorkflowStateJson.Inputs(row, entry["inputs"], node),
        };
    }

    private static string[]? Names(JsonNode? node) => node is JsonArray { Count: > 0 } names ? [.. names.Select(n => n?.ToString() ?? "")] : null;

    /// <summary>A number of the query or else the body; −1: it is none.</summary>
    private static int Number(HttpRequest http, JsonObject body, string name, int usual) =>
        (http.Query[name].FirstOrDefault() ?? body[name]?.ToString()) is not { Length: > 0 } text ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
