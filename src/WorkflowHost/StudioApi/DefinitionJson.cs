using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;

namespace WorkflowHost.StudioApi;

/// <summary>Stored versions as Studio reads them. The marks come from the row: the document was written before the version was published.</summary>
internal static class DefinitionJson
{
    /// <summary>
    /// The whole version: the stored document, brought up to date, with the revision that a save must send back. One that cannot be read (any more) is an
    /// empty drawing that says so and is not to be edited: the pages of its instances are shown with it.
    /// </summary>
    public static async Task<JsonObject> WholeAsync(DefinitionRow row, DefinitionLibrary library, Actor actor, CancellationToken stop)
    {
        var (workflow, problem) = await library.TryReadAsync(row.Id, row.Document, null, stop);
        var json = Exported(row, workflow);
        if (problem is not null)
        {
            (json["name"], json["description"], json["isReadonly"]) = (row.Name ?? row.DefinitionId, problem.Message, true);
            json["unreadable"] = new JsonArray(new JsonObject { ["kind"] = Unreadable.Definition, ["message"] = problem.Message });
        }

        json.Remove("$schema");
        (json["customProperties"] as JsonObject ?? (JsonObject)(json["customProperties"] = new JsonObject()))[DefinitionContent.Revision] = row.Revision;
        json["providerName"] = "Workflows";
        json["materializerName"] = "Json";
        json["links"] = problem is null ? Links(row, actor) : new JsonArray(OwnLink(row));
        return json;
    }

    /// <summary>The version as a file, written anew: activities that were unknown when it was stored may be known by now.</summary>
    public static JsonObject Exported(DefinitionRow row, Workflow workflow)
    {
        var json = DefinitionWriter.Write(workflow, withSchema: true);
        (json["id"], json["definitionId"], json["version"], json["createdAt"]) = (row.Id, row.DefinitionId, row.Version, row.CreatedAt);
        (json["isLatest"], json["isPublished"]) = (row.IsLatest, row.IsPublished);
        return json;
    }

    /// <summary>A line of a list.</summary>
    public static JsonObject Summary(DefinitionRow row, Actor actor)
    {
        var document = JsonNode.Parse(row.Document, documentOptions: new() { MaxDepth = 1000 }) as JsonObject ?? [];
        return new JsonObject
        {
            ["id"] = row.Id,
            ["definitionId"] = row.DefinitionId,
            ["name"] = row.Name ?? row.DefinitionId,
            ["description"] = document["description"]?.DeepClone(),
            ["version"] = row.Version,
            ["toolVersion"] = document["toolVersion"]?.DeepClone(),
            ["isLatest"] = row.IsLatest,
            ["isPublished"] = row.IsPublished,
            ["isReadonly"] = document["isReadonly"]?.DeepClone() ?? false,
            ["materializerName"] = "Json",
            ["isMaterializerAvailable"] = true,
            ["providerName"] = "Workflows",
            // In the union's time: Studio's list of versions writes the hour as it is sent.
            ["createdAt"] = TimeZoneInfo.ConvertTime(row.CreatedAt, WorkingCalendar.VietnamPublic.Zone),
            ["links"] = Links(row, actor),
        };
    }

    /// <summary>Studio looks for the relation publish only, and takes it as the right to edit. Publishing itself is asked for when it is done.</summary>
    private static JsonArray Links(DefinitionRow row, Actor actor)
    {
        var own = Address(row);
        var links = new JsonArray(OwnLink(row));
        if (!actor.May(Permission.Design)) return links;
        links.Add(Link(own + "/publish", "publish", "POST"));
        links.Add(Link(own, "delete", "DELETE"));
        if (actor.May(Permission.Publish)) links.Add(Link(own + "/retract", "retract", "POST"));
        return links;
    }

    private static string Address(DefinitionRow row) => $"/elsa/api/workflow-definitions/{Uri.EscapeDataString(row.DefinitionId)}";

    private static JsonObject OwnLink(DefinitionRow row) => Link(Address(row), "self", "GET");

    public static JsonArray ListLinks(Actor actor)
    {
        var links = new JsonArray(Link("/elsa/api/workflow-definitions", "self", "GET"));
        if (!actor.May(Permission.Design)) return links;
        links.Add(Link("/elsa/api/workflow-definitions", "create", "POST"));
        links.Add(Link("/elsa/api/bulk-actions/publish/workflow-definitions/by-definition-ids", "bulk-publish", "POST"));
        links.Add(Link("/elsa/api/bulk-actions/retract/workflow-definitions/by-definition-ids", "bulk-retract", "POST"));
        links.Add(Link("/elsa/api/bulk-actions/delete/workflow-definitions/by-definition-id", "bulk-delete", "POST"));
        return links;
    }

    private static JsonObject Link(string href, string rel, string method) => new() { ["href"] = href, ["rel"] = rel, ["method"] = method };
}
