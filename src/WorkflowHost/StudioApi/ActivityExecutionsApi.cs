using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Elsa's activity executions. Ours are not rows: each is what the journal tells of one context. Its id names the instance, too, since Elsa's
/// clients ask for one by nothing else.
/// </summary>
public static class ActivityExecutionsApi
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapActivityExecutionsApi(this IEndpointRouteBuilder routes)
    {
        var executions = routes.MapStudioGroup("/activity-executions");
        executions.MapGet("/list", List).WithName("ElsaExecutions").WithSummary("Executions of an instance, or of one of its nodes");
        executions.MapGet("/count", Count).WithName("ElsaExecutionCount").WithSummary("How many there are");
        executions.MapGet("/by-id", (string? id, RequestActor who, StudioQueries queries, ExecutionQueries journal, DefinitionStore definitions, CancellationToken stop) =>
            ById(id ?? "", who, queries, journal, definitions, stop)).WithName("ElsaExecutionById").WithSummary("One execution");
        executions.MapGet("/{id}", ById).WithName("ElsaExecution").WithSummary("The same");
        executions.MapGet("/{id}/call-stack", CallStack).WithName("ElsaCallStack").WithSummary("The executions around one, outermost first");
        executions.MapPost("/report", Report).WithName("ElsaExecutionReport").WithSummary("Figures per node; they colour the viewer");
        routes.MapStudioGroup("/activity-execution-summaries").MapGet("/list", List).WithName("ElsaExecutionSummaries").WithSummary("The same as the list of executions");
    }

    private static async Task<IResult> List(HttpRequest http, RequestActor who, StudioQueries queries, ExecutionQueries journal, DefinitionStore definitions, CancellationToken stop)
    {
        if (!Guid.TryParse(http.Query["workflowInstanceId"], out var instance) || await queries.FindAsync(who.Actor, instance, stop) is not { } row) return StudioJson.Answer(StudioJson.List([]));
        var asked = DefinitionsApi.Values(http, "activityNodeId") ?? DefinitionsApi.Values(http, "activityNodeIds");
        var found = await journal.ListAsync(instance, asked, null, stop);
        if (bool.TryParse(http.Query["completed"], out var completed)) found = [.. found.Where(e => e.EndedAt is not null == completed)];
        var shaped = await ShapeAsync(row, found, definitions, stop);
        return StudioJson.Answer(StudioJson.List(shaped));
    }

    private static async Task<IResult> Count(HttpRequest http, RequestActor who, StudioQueries queries, ExecutionQueries journal, CancellationToken stop) =>
        StudioJson.Answer(new JsonObject
        {
            ["count"] = Guid.TryParse(http.Query["workflowInstanceId"], out var instance) && await queries.FindAsync(who.Actor, instance, stop) is not null
                ? (await journal.StatsAsync(instance, DefinitionsApi.Values(http, "activityNodeId"), stop)).Sum(s => s.Started)
                : 0,
        });

    private static async Task<IResult> ById(string id, RequestActor who, StudioQueries queries, ExecutionQueries journal, DefinitionStore definitions, CancellationToken stop)
    {
        var (row, found) = await FindAsync(id, who, queries, journal, stop);
        return row is null || found is null ? StudioJson.Gone() : StudioJson.Answer((await ShapeAsync(row, [found], definitions, stop))[0]);
    }

    private static async Task<IResult> CallStack(string id, RequestActor who, StudioQueries queries, ExecutionQueries journal, DefinitionStore definitions, CancellationToken stop)
    {
        var (row, found) = await FindAsync(id, who, queries, journal, stop);
        if (row is null || found is null) return StudioJson.Gone();
        // The latest execution of each node around it that had begun by then.
        var around = Ancestors(found.NodeId).ToArray();
        var outer = (await journal.ListAsync(row.Id, around, null, stop)).Where(e => e.Sequence <= found.Sequence)
            .GroupBy(e => e.NodeId).Select(g => g.Last()).OrderBy(e => e.NodeId.Length).Append(found).ToList();
        var items = await ShapeAsync(row, outer, definitions, stop);
        for (var i = 0; i < items.Count; i++)
        {
            items[i]["callStackDepth"] = i;
            if (i > 0) (items[i]["schedulingActivityExecutionId"], items[i]["schedulingActivityId"]) = (items[i - 1]["id"]!.DeepClone(), items[i - 1]["activityId"]!.DeepClone());
        }

        var answer = StudioJson.Page(items, items.Count);
        answer["activityExecutionId"] = id;
        return StudioJson.Answer(answer);
    }

    private static async Task<IResult> Report(HttpRequest http, RequestActor who, StudioQueries queries, ExecutionQueries journal, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        if (!Guid.TryParse(body.Text("workflowInstanceId"), out var instance) || await queries.FindAsync(who.Actor, instance, stop) is not { } row) return StudioJson.Gone();
        return StudioJson.Answer(await ReportAsync(row, body.Texts("activityNodeIds"), journal, stop));
    }

    /// <summary>Figures per node: how often begun and done, whether it waits, whether it stands failed.</summary>
    internal static async Task<JsonObject> ReportAsync(StudioInstance row, string[]? nodeIds, ExecutionQueries journal, CancellationToken stop)
    {
        var (state, _) = ShownInstance.StateOf(row);
        var waiting = state.Bookmarks.Select(b => b.NodeId).ToHashSet(StringComparer.Ordinal);
        var failed = state.Contexts.Where(c => c.Status == ActivityStatus.Faulted).Select(c => c.NodeId).ToHashSet(StringComparer.Ordinal);
        return new JsonObject
        {
            ["stats"] = new JsonArray([.. (await journal.StatsAsync(row.Id, nodeIds, stop)).Select(s => new JsonObject
            {
                ["activityId"] = s.ActivityId,
                ["activityNodeId"] = s.NodeId,
                ["startedCount"] = s.Started,
                ["completedCount"] = s.Completed,
                ["uncompletedCount"] = s.Started - s.Completed,
                ["isBlocked"] = waiting.Contains(s.NodeId),
                ["isFaulted"] = failed.Contains(s.NodeId),
                ["faultedCount"] = s.Faulted,
                ["metadata"] = new JsonObject(),
            })]),
        };
    }

    private static async Task<(StudioInstance? Row, Execution? Found)> FindAsync(
        string id, RequestActor who, StudioQueries queries, ExecutionQueries journal, CancellationToken stop)
    {
        var parts = id.Split('.', 2);
        if (parts.Length != 2 || !Guid.TryParse(parts[0], out var instance) || await queries.FindAsync(who.Actor, instance, stop) is not { } row) return (null, null);
        return (row, await journal.ListAsync(instance, null, parts[1], stop) is [var found, ..] ? found : null);
    }

    private static async Task<List<JsonObject>> ShapeAsync(StudioInstance row, IEnumerable<Execution> executions, DefinitionStore definitions, CancellationToken stop)
    {
        var shown = await ShownInstance.ReadAsync(row, definitions, stop);
        var waiting = shown.State.Bookmarks.Select(b => b.ContextId).ToHashSet(StringComparer.Ordinal);
        return [.. executions.Select(e => Shape(row, e, shown.Workflow.FindNode(e.NodeId), waiting.Contains(e.ContextId)))];
    }

    private static JsonObject Shape(StudioInstance row, Execution e, ActivityNode? node, bool waits)
    {
        var payload = new JsonObject();
        if (e.Outcomes is { } outcomes) payload["Outcomes"] = outcomes.DeepClone();
        return new JsonObject
        {
            ["id"] = $"{e.InstanceId:N}.{e.ContextId}",
            ["workflowInstanceId"] = e.InstanceId.ToString(),
            ["activityId"] = e.ActivityId,
            ["activityNodeId"] = e.NodeId,
            ["activityType"] = e.Type,
            ["activityTypeVersion"] = node?.Version ?? 1,
            ["activityName"] = node?.Name,
            ["startedAt"] = e.StartedAt,
            ["completedAt"] = e.EndedAt,
            ["hasBookmarks"] = waits,
            ["status"] = e.LastEvent switch { "Completed" => "Completed", "Canceled" => "Canceled", "Faulted" => "Faulted", _ => "Running" },
            ["aggregateFaultCount"] = e.LastEvent == "Faulted" ? 1 : 0,
            ["activityState"] = WorkflowStateJson.Inputs(row, e.Inputs, node) ?? [],
            ["payload"] = payload,
            ["outputs"] = WorkflowStateJson.Outputs(row, e.Outputs, node) ?? [],
            ["properties"] = new JsonObject(),
            ["metadata"] = new JsonObject(),
            ["exception"] = e.Message is null ? null : new JsonObject { ["type"] = "Fault", ["message"] = e.Message },
        };
    }

    private static IEnumerable<string> Ancestors(string nodeId)
    {
        for (var end = nodeId.LastIndexOf(':'); end > 0; end = nodeId.LastIndexOf(':', end - 1)) yield return nodeId[..end];
    }
}
