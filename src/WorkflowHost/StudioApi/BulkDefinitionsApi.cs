using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's actions on several definitions: <c>/elsa/api/bulk-actions/…/workflow-definitions</c>. Each one is a transaction of its own; the answer says what became of each.</summary>
public static class BulkDefinitionsApi
{
    private const int Most = 500;

    /// <summary>Adds the endpoints.</summary>
    public static void MapBulkDefinitionsApi(this IEndpointRouteBuilder routes)
    {
        var actions = routes.MapStudioGroup("/bulk-actions");
        actions.MapPost("/publish/workflow-definitions/by-definition-ids", Publish).Needs(Permission.Publish).WithName("ElsaBulkPublish").WithSummary("Publishes the latest versions");
        actions.MapPost("/retract/workflow-definitions/by-definition-ids", Retract).Needs(Permission.Publish).WithName("ElsaBulkRetract").WithSummary("Takes published versions back");
        actions.MapPost("/delete/workflow-definitions/by-definition-id", Delete).Needs(Permission.Design).WithName("ElsaBulkDelete").WithSummary("Takes definitions out of sight");
        actions.MapPost("/delete/workflow-definitions/by-id", DeleteVersions).Needs(Permission.Design).WithName("ElsaBulkDeleteVersions").WithSummary("Takes versions out of sight");
    }

    private static async Task<IResult> Publish(HttpRequest http, RequestActor who, SaveDefinition save, DefinitionQueries queries, CancellationToken stop)
    {
        if (await IdsAsync(http, "definitionIds", stop) is not { } ids) return NoIds();
        var (published, already, missing, refused) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var id in ids)
        {
            if (await queries.FindAsync(id, "Latest", stop) is not { } latest)
            {
                missing.Add(id);
                continue;
            }

            SaveAnswer answer;
            try
            {
                answer = await save.RunAsync(who.Actor, SaveDefinitionsApi.Document(latest), new SaveWish("publish", true, Confirmed: SaveDefinitionsApi.Confirmed(http)), who.Now, who.RecordedAt, stop);
            }
            catch (DefinitionFormatException)
            {
                refused.Add(id);
                continue;
            }

            (answer switch { SaveAnswer.Stored { Changed: true } => published, SaveAnswer.Stored => already, _ => refused }).Add(id);
        }

        return Answer(new JsonObject { ["published"] = published, ["alreadyPublished"] = already, ["notFound"] = missing, ["updatedConsumers"] = new JsonArray() }, refused);
    }

    private static async Task<IResult> Retract(HttpRequest http, RequestActor who, DefinitionCommands commands, CancellationToken stop)
    {
        if (await IdsAsync(http, "definitionIds", stop) is not { } ids) return NoIds();
        var (retracted, already, missing) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var id in ids)
            (await commands.RetractAsync(who.Actor, id, who.Now, who.RecordedAt, stop) switch
            {
                DefinitionAnswer.Done => retracted,
                DefinitionAnswer.Unchanged => already,
                _ => missing,
            }).Add(id);
        return Answer(new JsonObject { ["retracted"] = retracted, ["alreadyRetracted"] = already, ["notFound"] = missing }, []);
    }

    private static Task<IResult> Delete(HttpRequest http, RequestActor who, DefinitionCommands commands, CancellationToken stop) =>
        DeleteAsync(http, "definitionIds", id => commands.DeleteAsync(who.Actor, id, who.Now, who.RecordedAt, stop), stop);

    private static Task<IResult> DeleteVersions(HttpRequest http, RequestActor who, DefinitionCommands commands, CancellationToken stop) =>
        DeleteAsync(http, "ids", id => commands.DeleteVersionAsync(who.Actor, id, who.Now, who.RecordedAt, stop), stop);

    private static async Task<IResult> DeleteAsync(HttpRequest http, string member, Func<string, Task<DefinitionAnswer>> delete, CancellationToken stop)
    {
        if (await IdsAsync(http, member, stop) is not { } ids) return NoIds();
        var (deleted, refused) = (0, new JsonArray());
        foreach (var id in ids)
            switch (await delete(id))
            {
                case DefinitionAnswer.Done: deleted++; break;
                case DefinitionAnswer.NotFound: break;
                default: refused.Add(id); break;
            }

        return Answer(new JsonObject { ["deleted"] = deleted }, refused);
    }

    /// <summary>Nothing done and something refused is no success; a part done says what was left.</summary>
    private static IResult Answer(JsonObject answer, JsonArray refused)
    {
        var did = answer.Any(a => a.Value is JsonArray { Count: > 0 } || (a.Value is JsonValue n && n.ToString() != "0"));
        if (refused.Count > 0 && !did)
            return StudioJson.Refuse(409, $"Refused: {string.Join(", ", refused)}. It is in use, or needs another person.", $"Không được: {string.Join(", ", refused)}. Đang có lượt chạy, hoặc cần người khác làm.", "refused");
        if (refused.Count > 0) answer["refused"] = refused;
        return StudioJson.Answer(answer);
    }

    internal static IResult NoIds() => StudioJson.Refuse(400, $"Give 1 to {Most} ids.", $"Hãy cho từ 1 đến {Most} mã.");

    internal static async Task<string[]?> IdsAsync(HttpRequest http, string member, CancellationToken stop) =>
        await StudioJson.ReadAsync(http, stop) is { } body && body.Texts(member) is { Length: > 0 and <= Most } ids ? [.. ids.Distinct(StringComparer.Ordinal)] : null;
}
