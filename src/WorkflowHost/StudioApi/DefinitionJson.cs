using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;

namespace WorkflowHost.StudioApi;

/// <summary>Stored versions as Studio reads them. The marks come from the row: the document was written before the version was published.</summary>
internal static class DefinitionJson
{
    /// <summary>The whole version: the stored document, brought up to date, with the revision that a save must send back.</summary>
    public static async Task<JsonObject> WholeAsync(DefinitionRow row, DefinitionLibrary library, Actor actor, CancellationToken stop)
    {
        var json = await ExportedAsync(row, library, stop);
        json.Remove("$schema");
        (json["customProperties"] as JsonObject ?? (JsonObject)(json["customProperties"] = new JsonObject()))[DefinitionContent.Revision] = row.Revision;
        json["providerName"] = "Workflows";
        json["materializerName"] = "Json";
        json["links"] = Links(row, actor);
        return json;
    }

    /// <summary>The version as a file.</summary>
    public static async Task<JsonObject> ExportedAsync(DefinitionRow row, DefinitionLibrary library, CancellationToken stop)
    {
        // Read and written anew: activities that were unknown when it was stored may be known by now.
        var json = DefinitionWriter.Write((await library.ReadAsync(row.Document, null, stop)).Workflow, withSchema: true);
        (json["id"], json["definitionId"], json["version"], json["createdAt"]) = (row.Id, row.DefinitionId, row.Version, row.CreatedAt);
        (json["isLatest"], json["isPublished"]) = (row.IsLatest, row.IsPublished);
        return json;
    }

    /// <summary>A line of a list.</summary>
    public static JsonObject Summary(DefinitionRow row, Actor actor)
    {
        var document = JsonNode.Parse(row.Document, documentOptions: new() { MaxDepth = 1000 })!;
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
        var own = $"/elsa/api/workflow-definitions/{Uri.EscapeDataString(row.DefinitionId)}";
        var links = new JsonArray(Link(own, "self", "GET"));
        if (!actor.May(Permission.Design)) return links;
        links.Add(Link(own + "/publish", "publish", "POST"));
        links.Add(Link(own, "delete", "DELETE"));
        if (actor.May(Permission.Publish)) links.Add(Link(own + "/retract", "retract", "POST"));
        return links;
    }

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
