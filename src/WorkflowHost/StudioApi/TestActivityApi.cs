using System.Text.Json.Nodes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>
/// <c>POST /elsa/api/tests/activities</c>: Studio's Test tab. Runs one activity by itself in memory and tells what it did and what it would have written;
/// nobody gets a task or a mail.
/// </summary>
public static class TestActivityApi
{
    /// <summary>Adds the endpoint.</summary>
    public static void MapTestActivityApi(this IEndpointRouteBuilder routes) =>
        routes.MapStudioGroup("/tests").MapPost("/activities", Test).Needs(Permission.Design)
            .WithName("ElsaTestActivity").WithSummary("Runs one activity by itself in memory and tells what it did");

    private static async Task<IResult> Test(HttpRequest http, RequestActor who, StudioQueries queries, TryOutActivity tryOut, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop, StudioJson.DefinitionLevels) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (body["workflowDefinitionHandle"] is not JsonObject handle || body["activityHandle"] is not JsonObject wanted
            || (wanted.Text("activityNodeId") ?? wanted.Text("activityId")) is not { } activity)
            return StudioJson.Refuse(400, "workflowDefinitionHandle and activityHandle (activityNodeId or activityId) are needed.", "Cần workflowDefinitionHandle và activityHandle (activityNodeId hoặc activityId).");
        var version = handle.Text("definitionVersionId") is { } asked
            ? await queries.VersionByIdAsync(asked, stop)
            : handle.Text("definitionId") is { } definition ? await queries.VersionAsync(definition, handle.Text("versionOptions") ?? "Latest", stop) : null;
        if (version is null) return StudioJson.Refuse(404, "There is no such version of a definition.", "Không có bản định nghĩa này.");
        var unit = who.Actor.Grants.FirstOrDefault(g => g.Permissions.Contains(Permission.Design))?.UnitId;
        return await tryOut.RunAsync(version, activity, unit, who.Now, stop) is not { } did
            ? StudioJson.Refuse(404, $"The version has no activity '{activity}'.", $"Bản này không có bước '{activity}'.")
            : StudioJson.Answer(Shape(did));
    }

    private static JsonObject Shape(Tryout did)
    {
        var effects = did.Effects;
        var payload = new JsonObject
        {
            ["Variables"] = did.Variables,
            ["Lines"] = Texts(effects.Lines),
            ["WouldWrite"] = new JsonObject
            {
                ["tasks"] = effects.Tasks.Count,
                ["waits"] = effects.BookmarksAdded.Count,
                ["children"] = effects.Children.Count + effects.FanOuts.Count,
                ["events"] = Texts(effects.Events.Select(e => e.Name)),
                ["requests"] = effects.HttpJobs.Count,
                ["records"] = Texts(effects.Domain.Select(d => d.Kind)),
            },
        };
        if (did.Outcomes is { } outcomes) payload["Outcomes"] = Texts(outcomes);
        return new JsonObject
        {
            ["activityState"] = WorkflowStateJson.Named(did.Inputs, null),
            ["outputs"] = WorkflowStateJson.Named(did.Outputs, null),
            ["payload"] = payload,
            ["exception"] = did.Failure is { } failure ? new JsonObject { ["type"] = failure.Kind, ["message"] = failure.Message } : null,
            ["status"] = did.Status.ToString(),
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
