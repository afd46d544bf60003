using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's reads of one instance: <c>/elsa/api/workflow-instances/{id}</c> and its journal.</summary>
public static class InstancesOfStudioApi
{
    private const int LargestPage = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapInstancesOfStudioApi(this IEndpointRouteBuilder routes)
    {
        var instances = routes.MapGroup("/elsa/api/workflow-instances").RequireDesigner().WithTags("Elsa");
        instances.MapGet("/{id:guid}", Get).WithName("ElsaInstance").WithSummary("The instance row with its state");
        instances.MapMethods("/{id:guid}/journal", ["GET", "POST"], Journal).WithName("ElsaJournal").WithSummary("The execution log in order, {items, totalCount}");
    }

    private static async Task<IResult> Get(Guid id, RequestActor who, StudioQueries queries, DefinitionStore definitions, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Refuse(404, "There is no such instance, or you may not see it.");
        var answer = WorkflowStateJson.Row(row);
        answer["workflowState"] = WorkflowStateJson.Of(row, await definitions.GetAsync(row.DefinitionVersionId, stop));
        return StudioJson.Answer(answer);
    }

    private static async Task<IResult> Journal(Guid id, HttpRequest http, RequestActor who, StudioQueries queries, DefinitionStore definitions, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, stop) is not { } row) return StudioJson.Refuse(404, "There is no such instance, or you may not see it.");
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.Refuse(400, "The body must be a JSON object.");
        var (page, size) = (Number(http, body, "page", 0), Number(http, body, "pageSize", 100));
        if (page < 0 || size is < 1 or > LargestPage) return StudioJson.Refuse(400, $"page starts at 0, pageSize is 1 to {LargestPage}.");
        var filter = body["filter"] as JsonObject ?? [];
        var (items, total) = await queries.JournalAsync(id, new JournalFilter(
            Names(filter["activityIds"]), Names(filter["activityNodeIds"]), Names(filter["eventNames"]), Names(filter["excludedActivityTypes"])), page, size, stop);
        var workflow = await definitions.GetAsync(row.DefinitionVersionId, stop);
        return StudioJson.Answer(new JsonObject
        {
            ["items"] = new JsonArray([.. items.Select(i => Item(row, i.At, i.Entry, workflow))]),
            ["totalCount"] = total,
        });
    }

    private static JsonObject Item(StudioInstance row, DateTimeOffset at, JsonObject entry, Workflow workflow)
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
            ["timestamp"] = at,
            ["sequence"] = entry["sequence"]?.DeepClone(),
            ["eventName"] = entry.Text("event"),
            ["message"] = entry.Text("message"),
            ["payload"] = payload.Count > 0 ? payload : null,
            ["activityState"] = entry["inputs"]?.DeepClone(),
        };
    }

    private static string[]? Names(JsonNode? node) => node is JsonArray { Count: > 0 } names ? [.. names.Select(n => n?.ToString() ?? "")] : null;

    private static int Number(HttpRequest http, JsonObject body, string name, int usual) =>
        int.TryParse(http.Query[name].FirstOrDefault() ?? body[name]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
}
