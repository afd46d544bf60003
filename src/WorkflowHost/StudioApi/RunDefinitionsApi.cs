using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Elsa's paths to bring definitions in and run them from outside: <c>/elsa/api/workflow-definitions/import</c>, <c>…/{id}/execute</c>,
/// <c>…/{id}/dispatch</c>.
/// </summary>
public static class RunDefinitionsApi
{
    /// <summary>Header that names the instance, also when the body is a failure.</summary>
    public const string InstanceHeader = "x-elsa-workflow-instance-id";

    /// <summary>Header of a refusal by the definition's activation strategy.</summary>
    public const string CannotStartHeader = "x-elsa-workflow-cannot-start";

    /// <summary>Adds the endpoints.</summary>
    public static void MapRunDefinitionsApi(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.MapGroup("/elsa/api/workflow-definitions").RequireDesigner().WithTags("Elsa");
        definitions.MapMethods("/import", ["POST", "PUT"], (HttpRequest http, RequestActor who, ImportDefinition import, CancellationToken stop) =>
            Import(null, http, who, import, stop)).WithName("ElsaImport").WithSummary("Stores a definition as its next version and publishes it when the document says so");
        definitions.MapMethods("/{definitionId}/import", ["POST", "PUT"], Import).WithName("ElsaImportInto").WithSummary("The same under a given definition id");
        definitions.MapMethods("/{definitionId}/execute", ["GET", "POST"], Execute).WithName("ElsaExecute").WithSummary("Starts an instance and runs it until it waits");
        definitions.MapPost("/{definitionId}/dispatch", Dispatch).WithName("ElsaDispatch").WithSummary("Starts an instance and answers before it runs");
    }

    private static async Task<IResult> Import(string? definitionId, HttpRequest http, RequestActor who, ImportDefinition import, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { Count: > 0 } document) return StudioJson.Refuse(400, "The body must be a definition as JSON.");
        if (definitionId is not null) document["definitionId"] = definitionId;
        try
        {
            var imported = await import.RunAsync(who.Actor, document, who.Now, who.RecordedAt, cancellation: stop);
            var answer = DefinitionWriter.Write(imported.Workflow);
            if (imported.Warnings.Count > 0) answer["warnings"] = new JsonArray([.. imported.Warnings.Select(w => JsonValue.Create(w.ToString()))]);
            return StudioJson.Answer(answer);
        }
        catch (DefinitionFormatException unreadable)
        {
            return StudioJson.Refuse(unreadable);
        }
    }

    private static async Task<IResult> Execute(
        string definitionId, HttpContext http, RequestActor who, StudioQueries queries, DefinitionStore definitions, NpgsqlDataSource database, Runner runner,
        CancellationToken stop)
    {
        var (started, refused) = await StartAsync(definitionId, http.Request, who, queries, database, stop);
        if (refused is not null) return refused;
        http.Response.Headers[InstanceHeader] = started!.Id.ToString();
        var settled = await runner.RunNowAsync(started.Id, stop);
        var row = await queries.FindAsync(who.Actor, started.Id, stop) ?? throw new InvalidOperationException("The instance just started is gone.");
        var workflow = await definitions.GetAsync(row.DefinitionVersionId, stop);
        var answer = new JsonObject { ["workflowState"] = WorkflowStateJson.Of(row, workflow) };
        return StudioJson.Answer(answer, row.SubStatus == "Faulted" ? 500 : settled ? 200 : 202);
    }

    private static async Task<IResult> Dispatch(
        string definitionId, HttpContext http, RequestActor who, StudioQueries queries, NpgsqlDataSource database, Nudge nudge, CancellationToken stop)
    {
        var (started, refused) = await StartAsync(definitionId, http.Request, who, queries, database, stop);
        if (refused is not null) return refused;
        nudge.Now();
        http.Response.Headers[InstanceHeader] = started!.Id.ToString();
        return StudioJson.Answer(new JsonObject { ["workflowInstanceId"] = started.Id.ToString() });
    }

    private static async Task<(NewInstance? Started, IResult? Refused)> StartAsync(
        string definitionId, HttpRequest request, RequestActor who, StudioQueries queries, NpgsqlDataSource database, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(request, stop) is not { } body) return (null, StudioJson.Refuse(400, "The body must be a JSON object."));
        if (!StorableText.Holds(body)) return (null, StudioJson.Refuse(400, "The body holds a character that cannot be stored (U+0000)."));
        var options = VersionOf(body["versionOptions"]) ?? (request.Query["versionOptions"].ToString() is { Length: > 0 } asked ? asked : "Published");
        if (await queries.VersionAsync(definitionId, options, stop) is not { } version)
            return (null, StudioJson.Refuse(404, $"'{definitionId}' has no version '{options}'."));
        // An instance started from outside belongs to the unit where its starter may write definitions, so its tasks have an owner.
        var unit = who.Actor.Grants.FirstOrDefault(g => g.Permissions.Contains(Permission.Design))?.UnitId;
        var start = new NewInstance(
            Guid.CreateVersion7(who.Now), definitionId, unit, body.Text("correlationId") ?? request.Query["correlationId"].FirstOrDefault(),
            body.Text("name"), WorkflowStateJson.Values(body["input"]), WorkflowStateJson.Values(body["properties"]), WorkflowStateJson.Values(body["variables"]),
            body.Text("triggerActivityId"), version);
        switch (await StartWorkflow.StartAsync(database, start, who.Actor, who.Now, stop))
        {
            case StartAnswer.Started:
                return (start, null);
            case StartAnswer.Busy:
                request.HttpContext.Response.Headers[CannotStartHeader] = "True";
                return (null, StudioJson.Refuse(409, $"'{definitionId}' allows no further instance while one runs."));
            default:
                return (null, StudioJson.Refuse(409, $"Version '{version}' was removed meanwhile."));
        }
    }

    /// <summary>"Published", "Latest", 3, or Elsa's object {isPublished, isLatest, version}.</summary>
    private static string? VersionOf(JsonNode? node) => node switch
    {
        JsonValue value => value.ToString(),
        JsonObject o when o["version"] is JsonValue number && number.ToString() is not ("0" or "") => number.ToString(),
        JsonObject o when o["isPublished"]?.GetValue<bool>() == true => "Published",
        JsonObject o when o["isDraft"]?.GetValue<bool>() == true => "Draft",
        JsonObject o when o["isLatest"]?.GetValue<bool>() == true => "Latest",
        _ => null,
    };
}
