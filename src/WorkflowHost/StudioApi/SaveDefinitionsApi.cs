using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>Elsa's writes of definitions: save, publish, unpublish, go back, delete.</summary>
public static class SaveDefinitionsApi
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapSaveDefinitionsApi(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.MapStudioGroup("/workflow-definitions");
        definitions.MapPost("", Save).Needs(Permission.Design).WithName("ElsaSave").WithSummary("Stores the model as the draft, and publishes it when asked");
        definitions.MapPost("/{definitionId}/publish", Publish).Needs(Permission.Publish).WithName("ElsaPublish").WithSummary("Publishes the latest version");
        definitions.MapPost("/{definitionId}/retract", Retract).Needs(Permission.Publish).WithName("ElsaRetract").WithSummary("Takes the published version back");
        definitions.MapPost("/{definitionId}/revert/{version:int}", Revert).Needs(Permission.Design).WithName("ElsaRevert").WithSummary("A copy of a version as the new draft");
        definitions.MapDelete("/{definitionId}", Delete).Needs(Permission.Design).WithName("ElsaDelete").WithSummary("Takes a definition out of sight; refused while instances run");
        definitions.MapDelete("/{definitionId}/version/{version:int}", DeleteNumber).Needs(Permission.Design).WithName("ElsaDeleteNumber").WithSummary("Takes one version out of sight");
        routes.MapStudioGroup("/workflow-definition-versions").MapDelete("/{id}", DeleteVersion).Needs(Permission.Design).WithName("ElsaDeleteVersion")
            .WithSummary("The same by the version's own id");
    }

    private static async Task<IResult> Save(
        HttpRequest http, RequestActor who, SaveDefinition save, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop, StudioJson.DefinitionLevels) is not { } body || body["model"] is not JsonObject model)
            return StudioJson.Refuse(400, "The body must be {model, publish}.", "Nội dung gửi lên phải là {model, publish}.");
        var publish = body["publish"] is JsonValue flag && flag.TryGetValue<bool>(out var asked) && asked;
        var wish = new SaveWish("save", publish, RevisionOf(model), UniqueName: true, Confirmed: Confirmed(http));
        return await StoreAsync(save, who, queries, model, wish, async (row, stored) => new JsonObject
        {
            ["workflowDefinition"] = await DefinitionJson.WholeAsync(row, library, who.Actor, stop),
            ["alreadyPublished"] = publish && !stored.Changed,
            ["consumingWorkflowCount"] = publish && stored.Changed ? await FollowAsync(row, who, queries, save, stop) : 0,
        }, stop);
    }

    private static async Task<IResult> Publish(
        string definitionId, HttpRequest http, RequestActor who, SaveDefinition save, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        if (await queries.FindAsync(definitionId, "Latest", stop) is not { } latest) return StudioJson.Gone();
        return await StoreAsync(save, who, queries, Document(latest), new SaveWish("publish", true, Confirmed: Confirmed(http)), async (row, stored) => new JsonObject
        {
            ["workflowDefinition"] = await DefinitionJson.WholeAsync(row, library, who.Actor, stop),
            ["alreadyPublished"] = !stored.Changed,
            ["consumingWorkflowCount"] = stored.Changed ? await FollowAsync(row, who, queries, save, stop) : 0,
        }, stop);
    }

    private static async Task<IResult> Retract(
        string definitionId, RequestActor who, DefinitionCommands commands, DefinitionQueries queries, DefinitionLibrary library, CancellationToken stop)
    {
        var answer = await commands.RetractAsync(who.Actor, definitionId, who.Now, who.RecordedAt, stop);
        if (answer == DefinitionAnswer.Unchanged) return StudioJson.Refuse(409, "It is not published.", "Định nghĩa chưa được phát hành.", "not_published");
        return answer == DefinitionAnswer.Done && await queries.FindAsync(definitionId, "Latest", stop) is { } row
            ? StudioJson.Answer(await DefinitionJson.WholeAsync(row, library, who.Actor, stop))
            : await RefusedAsync(answer, queries, definitionId, null, stop);
    }

    private static async Task<IResult> Revert(
        string definitionId, int version, RequestActor who, SaveDefinition save, DefinitionQueries queries, CancellationToken stop)
    {
        if (await queries.FindAsync(definitionId, version.ToString(System.Globalization.CultureInfo.InvariantCulture), stop) is not { } old) return StudioJson.Gone();
        var document = Document(old);
        document.Remove("id");
        return await StoreAsync(save, who, queries, document, new SaveWish("revert", false, NewVersion: true), (row, _) => Task.FromResult(DefinitionJson.Summary(row, who.Actor)), stop);
    }

    private static async Task<IResult> Delete(string definitionId, RequestActor who, DefinitionCommands commands, DefinitionQueries queries, CancellationToken stop) =>
        await RefusedAsync(await commands.DeleteAsync(who.Actor, definitionId, who.Now, who.RecordedAt, stop), queries, definitionId, null, stop);

    private static async Task<IResult> DeleteNumber(
        string definitionId, int version, RequestActor who, DefinitionCommands commands, DefinitionQueries queries, CancellationToken stop) =>
        await queries.FindAsync(definitionId, version.ToString(System.Globalization.CultureInfo.InvariantCulture), stop) is { } row
            ? await DeleteVersion(row.Id, who, commands, queries, stop)
            : StudioJson.Gone();

    private static async Task<IResult> DeleteVersion(string id, RequestActor who, DefinitionCommands commands, DefinitionQueries queries, CancellationToken stop)
    {
        if (await queries.FindVersionAsync(id, stop) is not { } row) return StudioJson.Gone();
        return await RefusedAsync(await commands.DeleteVersionAsync(who.Actor, id, who.Now, who.RecordedAt, stop), queries, row.DefinitionId, id, stop);
    }

    /// <summary>Stores a document and shapes the answer; every refusal in words.</summary>
    internal static async Task<IResult> StoreAsync(
        SaveDefinition save, RequestActor who, DefinitionQueries queries, JsonObject document, SaveWish wish,
        Func<DefinitionRow, SaveAnswer.Stored, Task<JsonObject>> shape, CancellationToken stop)
    {
        try
        {
            switch (await save.RunAsync(who.Actor, document, wish, who.Now, who.RecordedAt, stop))
            {
                case SaveAnswer.Stored stored:
                    var row = await queries.FindVersionAsync(stored.VersionId, stop) ?? throw new InvalidOperationException("The version just stored is gone.");
                    var answer = await shape(row, stored);
                    if (stored.Warnings.Count + stored.Refusals.Count > 0)
                        answer["warnings"] = new JsonArray([.. stored.Warnings.Concat(stored.Refusals).Select(w => JsonValue.Create(
                            Language.Say($"{w.Path}: {w.MessageVi}", w.ToString())))]);
                    return StudioJson.Answer(answer);
                case SaveAnswer.Stale stale:
                    return StudioJson.Refuse(409, $"Somebody else has saved meanwhile (revision {stale.Revision}). Reload, then save again.",
                        $"Người khác vừa lưu (bản sửa {stale.Revision}). Tải lại rồi lưu lần nữa.", "stale");
                case SaveAnswer.NameTaken taken:
                    return StudioJson.Refuse(400, $"Another definition is called '{taken.Name}'.", $"Đã có định nghĩa khác tên '{taken.Name}'.", "name_taken");
                case SaveAnswer.Judged judged:
                    return Refuse(judged);
                case SaveAnswer.SecondPersonNeeded:
                    return StudioJson.Refuse(403, "Four eyes: somebody else must publish what you have changed.", "Hai người cùng xem: người khác phải phát hành phần bạn đã sửa.", "four_eyes");
                case SaveAnswer.Forbidden forbidden:
                    return StudioJson.Lacks(forbidden.Permission);
                default:
                    throw new InvalidOperationException("Unknown answer of a save.");
            }
        }
        catch (DefinitionFormatException unreadable)
        {
            return StudioJson.Refuse(unreadable);
        }
    }

    /// <summary>The header that confirms warnings: the code that the refusal gave, or * for whichever there are.</summary>
    public const string ConfirmHeader = "Workflows-Confirm";

    internal static string? Confirmed(HttpRequest http) => http.Headers[ConfirmHeader] is [{ Length: > 0 } code, ..] ? code : null;

    /// <summary>Errors block; warnings ask, by a code that confirms exactly these.</summary>
    private static IResult Refuse(SaveAnswer.Judged judged)
    {
        var errors = judged.Findings.Where(f => f.Weight == LintWeight.Error).ToList();
        var told = (errors.Count > 0 ? errors : judged.Findings).Select(f => (f.ActivityId ?? "$", Language.Say(f.Sentence))).ToList();
        return errors.Count > 0
            ? StudioJson.Refuse(400, "Not published: it has errors.", "Chưa phát hành: quy trình có lỗi.", "lint", told)
            : StudioJson.Refuse(409, "Not published yet: look at the warnings, confirm them and publish again.",
                "Chưa phát hành: xem các cảnh báo, xác nhận rồi phát hành lần nữa.", "confirm", told, new JsonObject { ["confirm"] = judged.Confirm });
    }

    /// <summary>A definition that wants so takes along what uses it as an activity; answers how many were moved.</summary>
    private static async Task<int> FollowAsync(DefinitionRow published, RequestActor who, DefinitionQueries queries, SaveDefinition save, CancellationToken stop) =>
        Document(published)["options"]?["autoUpdateConsumingWorkflows"] is JsonValue flag && flag.TryGetValue<bool>(out var follows) && follows
            ? (await ConsumersApi.MoveAsync(published, null, who, queries, save, stop)).Done.Count
            : 0;

    /// <summary>204 when done, else why not.</summary>
    private static async Task<IResult> RefusedAsync(DefinitionAnswer answer, DefinitionQueries queries, string definitionId, string? versionId, CancellationToken stop)
    {
        switch (answer)
        {
            case DefinitionAnswer.Done:
                return Results.NoContent();
            case DefinitionAnswer.Forbidden:
                return StudioJson.Lacks(Permission.Publish);
            case DefinitionAnswer.InUse:
                var running = await queries.RunningAsync(definitionId, versionId, stop);
                return StudioJson.Refuse(409, $"{running} instances run on it. Cancel them first, or unpublish it and let them end.",
                    $"Có {running} lượt chạy đang dùng. Hãy hủy trước, hoặc ngừng phát hành và để chúng chạy hết.", "in_use");
            default:
                return StudioJson.Gone();
        }
    }

    internal static JsonObject Document(DefinitionRow row) => (JsonObject)JsonNode.Parse(row.Document, documentOptions: new() { MaxDepth = 1000 })!;

    /// <summary>The revision that the author has seen. A client that does not know of revisions sends none.</summary>
    private static int? RevisionOf(JsonObject model) =>
        model["customProperties"] is JsonObject properties && properties[DefinitionContent.Revision] is JsonValue value
        && int.TryParse(value.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var revision) ? revision : null;
}
