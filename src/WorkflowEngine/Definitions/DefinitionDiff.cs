using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>What an author changed between two documents, in the words of the drawing: steps, their inputs, connections, settings.</summary>
public static class DefinitionDiff
{
    private static readonly string[] Server = ["$schema", "id", "definitionId", "version", "createdAt", "toolVersion", "isLatest", "isPublished", "isSystem", "root"];

    /// <summary>Empty when nothing changed; everything counts as added when there was no document before.</summary>
    public static JsonObject Between(string? before, string after)
    {
        var old = before is null ? [] : Parse(before);
        var now = Parse(after);
        var diff = new JsonObject();
        var (oldSteps, newSteps) = (Steps(old["root"]), Steps(now["root"]));
        Put(diff, "added", newSteps.Where(s => !oldSteps.ContainsKey(s.Key)).Select(s => Name(s.Value)));
        Put(diff, "removed", oldSteps.Where(s => !newSteps.ContainsKey(s.Key)).Select(s => Name(s.Value)));
        Put(diff, "changed", newSteps.Where(s => oldSteps.ContainsKey(s.Key)).Select(s => Changed(oldSteps[s.Key], s.Value)).OfType<JsonObject>());
        var (oldLines, newLines) = (Lines(oldSteps.Values), Lines(newSteps.Values));
        Put(diff, "connected", newLines.Except(oldLines).Select(l => JsonValue.Create(l)));
        Put(diff, "disconnected", oldLines.Except(newLines).Select(l => JsonValue.Create(l)));
        Put(diff, "settings", now.Select(m => m.Key).Union(old.Select(m => m.Key)).Except(Server)
            .Where(name => !JsonNode.DeepEquals(old[name], now[name])).Select(name => JsonValue.Create(name)));
        return diff;
    }

    private static JsonObject Parse(string document) => (JsonObject)JsonNode.Parse(document, documentOptions: new() { MaxDepth = 1000 })!;

    private static void Put(JsonObject diff, string name, IEnumerable<JsonNode?> items)
    {
        var array = new JsonArray([.. items]);
        if (array.Count > 0) diff[name] = array;
    }

    private static JsonObject Name(JsonObject step) => new()
    {
        ["id"] = step["id"]?.DeepClone(),
        ["type"] = step["type"]?.DeepClone(),
        ["text"] = (step["metadata"]?["displayText"] ?? step["name"])?.DeepClone(),
    };

    /// <summary>The members that differ, a move on the canvas as <c>position</c>; null when none does.</summary>
    private static JsonObject? Changed(JsonObject before, JsonObject after)
    {
        var members = new List<string>();
        foreach (var name in after.Select(m => m.Key).Union(before.Select(m => m.Key)))
        {
            if (name is "id" or "nodeId" or "connections" || JsonNode.DeepEquals(Own(before[name]), Own(after[name]))) continue;
            if (name != "metadata") members.Add(name);
            else if (JsonNode.DeepEquals(WithoutDesigner(before[name]), WithoutDesigner(after[name]))) members.Add("position");
            else members.Add("metadata");
        }

        if (members.Count == 0) return null;
        var changed = Name(after);
        changed["members"] = new JsonArray([.. members.Select(m => JsonValue.Create(m))]);
        return changed;
    }

    /// <summary>Without the steps inside: they are compared for themselves.</summary>
    private static JsonNode? Own(JsonNode? node) => node switch
    {
        JsonObject o when IsStep(o) => o["id"]?.DeepClone(),
        JsonArray a when a.Any(i => i is JsonObject o && IsStep(o)) => new JsonArray([.. a.Select(i => i?["id"]?.ToString()).Order().Select(i => JsonValue.Create(i))]),
        _ => node,
    };

    private static JsonObject? WithoutDesigner(JsonNode? metadata)
    {
        var copy = metadata?.DeepClone() as JsonObject;
        copy?.Remove("designer");
        return copy;
    }

    private static bool IsStep(JsonObject o) => o.ContainsKey("type") && o.ContainsKey("id") && o.ContainsKey("nodeId");

    private static Dictionary<string, JsonObject> Steps(JsonNode? root)
    {
        var steps = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        Walk(root);
        return steps;

        void Walk(JsonNode? node)
        {
            if (node is JsonObject o)
            {
                if (IsStep(o)) steps.TryAdd(o["id"]!.ToString(), o);
                foreach (var (_, value) in o) Walk(value);
            }
            else if (node is JsonArray a)
            {
                foreach (var item in a) Walk(item);
            }
        }
    }

    private static List<string> Lines(IEnumerable<JsonObject> steps) =>
        [.. from step in steps
            from line in step["connections"] as JsonArray ?? []
            select $"{line?["source"]?["activity"]} [{line?["source"]?["port"]}] → {line?["target"]?["activity"]}"];
}
