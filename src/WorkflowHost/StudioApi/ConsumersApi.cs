using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;

namespace WorkflowHost.StudioApi;

/// <summary>Definitions that use another one as an activity, and moving them to its published version.</summary>
public static class ConsumersApi
{
    /// <summary>Adds the endpoints.</summary>
    public static void MapConsumersApi(this IEndpointRouteBuilder routes)
    {
        var definitions = routes.MapStudioGroup("/workflow-definitions");
        definitions.MapGet("/{definitionId}/consumers", Consumers).WithName("ElsaConsumers").WithSummary("Latest versions that use it as an activity");
        definitions.MapPost("/{definitionId}/update-references", Update).Needs(Permission.Design).WithName("ElsaUpdateReferences")
            .WithSummary("Those that use it take its published version: drafts are saved, published ones published anew");
    }

    private static async Task<IResult> Consumers(string definitionId, RequestActor who, DefinitionQueries queries, CancellationToken stop)
    {
        if (await queries.FindAsync(definitionId, "", stop) is null) return StudioJson.Gone();
        var rows = await queries.ConsumersAsync(definitionId, stop);
        return StudioJson.Answer(new JsonObject { ["consumingWorkflowDefinitions"] = new JsonArray([.. rows.Select(r => DefinitionJson.Summary(r, who.Actor))]) });
    }

    private static async Task<IResult> Update(string definitionId, HttpRequest http, RequestActor who, DefinitionQueries queries, SaveDefinition save, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http, stop) is not { } body) return StudioJson.NoObject();
        if (await queries.FindAsync(definitionId, "Published", stop) is not { } published)
            return StudioJson.Refuse(409, "It is not published.", "Định nghĩa chưa được phát hành.", "not_published");
        var moved = await MoveAsync(published, body.Texts("consumingWorkflowIds"), who, queries, save, stop);
        var errors = moved.Refused.Select(r => (r.DefinitionId, r.Reason)).ToList();
        return errors.Count > 0
            ? StudioJson.Refuse(422, $"{moved.Done.Count} definitions were moved, {errors.Count} not.", $"Đã chuyển {moved.Done.Count} định nghĩa, {errors.Count} chưa chuyển được.", "partly", errors)
            : StudioJson.Answer(new JsonObject { ["affectedWorkflows"] = new JsonArray([.. moved.Done.Select(d => JsonValue.Create(d))]) });
    }

    /// <summary>
    /// Moves what uses the published version's definition to it, and what uses those that were published anew, once each. Each is a save of its own:
    /// what survives a crash is moved, the rest is moved when asked again.
    /// </summary>
    /// <param name="only">Ids of the definitions to move; null: all.</param>
    internal static async Task<(IReadOnlyList<string> Done, IReadOnlyList<(string DefinitionId, string Reason)> Refused)> MoveAsync(
        DefinitionRow published, string[]? only, RequestActor who, DefinitionQueries queries, SaveDefinition save, CancellationToken stop)
    {
        var (done, refused, seen) = (new List<string>(), new List<(string, string)>(), new HashSet<string>(StringComparer.Ordinal) { published.DefinitionId });
        var pending = new Queue<DefinitionRow>([published]);
        while (pending.TryDequeue(out var target))
            foreach (var consumer in await queries.ConsumersAsync(target.DefinitionId, stop))
            {
                if (only?.Contains(consumer.DefinitionId) == false || !seen.Add(consumer.DefinitionId)) continue;
                var document = SaveDefinitionsApi.Document(consumer);
                if (!Pin(document, target)) continue;
                SaveAnswer answer;
                try
                {
                    answer = await save.RunAsync(who.Actor, document, new SaveWish("save", consumer.IsPublished, Confirmed: SaveWish.Any), who.Now, who.RecordedAt, stop);
                }
                catch (DefinitionFormatException unreadable)
                {
                    refused.Add((consumer.DefinitionId, unreadable.Message));
                    continue;
                }

                if (answer is not SaveAnswer.Stored stored)
                {
                    refused.Add((consumer.DefinitionId, answer is SaveAnswer.Judged judged ? judged.Findings[0].Sentence.En : "Needs the permission to publish, or another person."));
                    continue;
                }

                done.Add(consumer.DefinitionId);
                if (consumer.IsPublished && await queries.FindVersionAsync(stored.VersionId, stop) is { } next) pending.Enqueue(next);
            }

        return (done, refused);
    }

    /// <summary>Every activity that stands for the target's definition names the target; false when all did already.</summary>
    private static bool Pin(JsonNode? node, DefinitionRow target)
    {
        var changed = false;
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items) changed |= Pin(item, target);
                break;
            case JsonObject o:
                foreach (var (_, value) in o.ToArray()) changed |= Pin(value, target);
                if (o.Text("workflowDefinitionId") != target.DefinitionId || o["type"] is null || o.Text("workflowDefinitionVersionId") == target.Id) break;
                (o["workflowDefinitionVersionId"], o["version"], o["type"]) = (target.Id, target.Version, Words.Pascal(target.Name!));
                changed = true;
                break;
        }

        return changed;
    }
}
