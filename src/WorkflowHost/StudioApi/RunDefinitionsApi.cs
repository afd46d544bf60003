using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>
/// Elsa's paths to run definitions from outside: <c>/elsa/api/workflow-definitions/{id}/execute</c>, <c>…/dispatch</c>, <c>…/bulk-dispatch</c>.
/// </summary>
public static class RunDefinitionsApi
{
    /// <summary>Header that names the instance, also when the body is a failure.</summary>
    public const string InstanceHeader = "x-elsa-workflow-instance-id";

    /// <summary>Header of a refusal by the definition's activation strategy.</summary>
    public const string CannotStartHeader = "x-elsa-workflow-cannot-start";

    private const int MostCopies = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void MapRunDefinitionsApi(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.MapStudioGroup("/workflow-definitions");
        definitions.MapMethods("/{definitionId}/execute", ["GET", "POST"], Execute).WithMetadata(new RequireAntiforgery.ChangesSomething()).Needs(Permission.Design).WithName("ElsaExecute").WithSummary("Starts an instance and runs it until it waits");
        definitions.MapPost("/{definitionId}/dispatch", Dispatch).Needs(Permission.Design).WithName("ElsaDispatch").WithSummary("Starts an instance and answers before it runs");
        definitions.MapPost("/{definitionId}/bulk-dispatch", BulkDispatch).Needs(Permission.Design).WithName("ElsaBulkDispatch").WithSummary("Starts several instances with the same input");
    }

    private static async Task<IResult> Execute(
        string definitionId, HttpContext http, RequestActor who, StudioQueries queries, DefinitionStore definitions, DefinitionCommands commands, NpgsqlDataSource database,
        Runner runner, CancellationToken stop)
    {
        var (started, refused) = await StartAsync(definitionId, http.Request, who, queries, commands, database, 1, stop);
        if (refused is not null) return refused;
        var id = started[0];
        http.Response.Headers[InstanceHeader] = id.ToString();
        var settled = await runner.RunNowAsync(id, stop) == RunAnswer.Settled;
        var row = await queries.FindAsync(who.Actor, id, stop) ?? throw new InvalidOperationException("The instance just started is gone.");
        var answer = new JsonObject { ["workflowState"] = WorkflowStateJson.Of(await ShownInstance.ReadAsync(row, definitions, stop)) };
        return StudioJson.Answer(answer, row.SubStatus == "Faulted" ? 500 : settled ? 200 : 202);
    }

    private static async Task<IResult> Dispatch(
        string definitionId, HttpContext http, RequestActor who, StudioQueries queries, DefinitionCommands commands, NpgsqlDataSource database, Nudge nudge, CancellationToken stop)
    {
        var (started, refused) = await StartAsync(definitionId, http.Request, who, queries, commands, database, 1, stop);
        if (refused is not null) return refused;
        nudge.Now();
        http.Response.Headers[InstanceHeader] = started[0].ToString();
        return StudioJson.Answer(new JsonObject { ["workflowInstanceId"] = started[0].ToString() });
    }

    private static async Task<IResult> BulkDispatch(
        string definitionId, HttpContext http, RequestActor who, StudioQueries queries, DefinitionCommands commands, NpgsqlDataSource database, Nudge nudge, CancellationToken stop)
    {
        var (started, refused) = await StartAsync(definitionId, http.Request, who, queries, commands, database, null, stop);
        if (refused is not null) return refused;
        nudge.Now();
        return StudioJson.Answer(new JsonObject { ["workflowInstanceIds"] = new JsonArray([.. started.Select(id => JsonValue.Create(id.ToString()))]) });
    }

    /// <param name="count">How many; null: as the body says.</param>
    private static async Task<(IReadOnlyList<Guid> Started, IResult? Refused)> StartAsync(
        string definitionId, HttpRequest request, RequestActor who, StudioQueries queries, DefinitionCommands commands, NpgsqlDataSource database, int? count,
        CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(request, stop) is not { } body || !StorableText.Holds(body)) return ([], StudioJson.NoObject());
        if (body.RefuseUnlessTexts("correlationId", "name", "triggerActivityId") is { } odd) return ([], odd);
        var copies = count ?? (body["count"] is JsonValue given && given.TryGetValue<int>(out var many) ? many : 0);
        if (copies is < 1 or > MostCopies) return ([], StudioJson.Refuse(400, $"count is 1 to {MostCopies}.", $"count từ 1 đến {MostCopies}."));
        var options = VersionOf(body["versionOptions"]) ?? (request.Query["versionOptions"].ToString() is { Length: > 0 } asked ? asked : "Published");
        if (await queries.VersionAsync(definitionId, options, stop) is not { } version)
            return ([], StudioJson.Refuse(404, $"'{definitionId}' has no version '{options}'.", $"'{definitionId}' không có bản '{options}'."));
        // A draft that is run stays as it ran: the next save begins a new version.
        await commands.FreezeAsync(version, who.Now, stop);
        // An instance started from outside belongs to the unit where its starter may write definitions, so its tasks have an owner.
        var unit = who.Actor.Grants.FirstOrDefault(g => g.Permissions.Contains(Permission.Design))?.UnitId;
        NewInstance Next() => new(
            Guid.CreateVersion7(who.Now), definitionId, unit, body.Text("correlationId") ?? request.Query["correlationId"].FirstOrDefault(),
            body.Text("name"), WorkflowStateJson.Values(body["input"]), WorkflowStateJson.Values(body["properties"]), WorkflowStateJson.Values(body["variables"]),
            body.Text("triggerActivityId"), version);
        var all = Enumerable.Range(0, copies).Select(_ => Next()).ToList();
        switch (await StartWorkflow.StartAsync(database, all, who.Actor, who.Now, stop))
        {
            case StartAnswer.Started:
                return ([.. all.Select(s => s.Id)], null);
            case StartAnswer.Busy:
                request.HttpContext.Response.Headers[CannotStartHeader] = "True";
                return ([], StudioJson.Refuse(409, $"'{definitionId}' allows no further instance while one runs.", $"'{definitionId}' không cho chạy thêm khi còn một lần đang chạy."));
            default:
                return ([], StudioJson.Refuse(409, $"Version '{version}' was removed meanwhile.", $"Bản '{version}' vừa bị xóa."));
        }
    }

    /// <summary>"Published", "Latest", 3, or Elsa's object {isPublished, isLatest, version}.</summary>
    private static string? VersionOf(JsonNode? node) => node switch
    {
        JsonValue value => value.ToString(),
        JsonObject o when o["version"] is JsonValue number && number.ToString() is not ("0" or "") => number.ToString(),
        JsonObject o when Is(o, "isPublished") => "Published",
        JsonObject o when Is(o, "isDraft") => "Draft",
        JsonObject o when Is(o, "isLatest") => "Latest",
        _ => null,
    };

    private static bool Is(JsonObject options, string name) => options[name] is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;
}
