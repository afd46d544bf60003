using System.Text.Json.Nodes;

namespace WorkflowHost.Api;

/// <summary>
/// What people entered is theirs and the reviewers'; everybody else sees that something is there. One rule for our own paths, the pages and the Elsa
/// contract.
/// </summary>
public static class MaskedContents
{
    /// <summary>Stands for a value that is not shown.</summary>
    public const string Mark = "***";

    /// <summary>Members of events that hold what came from outside; the others are the engine's own words.</summary>
    private static readonly HashSet<string> Contents = ["data", "input", "variables", "properties", "output", "result", "payload", "explanations", "value", "state"];

    /// <summary>A value without what it says. Names in an object stay, they are the drawing's.</summary>
    public static JsonNode? Of(JsonNode? value) => value switch
    {
        null => null,
        JsonObject o => Named(o),
        _ => Mark,
    };

    /// <summary>The same of an object.</summary>
    public static JsonObject Named(JsonObject values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new JsonObject([.. values.Select(v => KeyValuePair.Create(v.Key, v.Value is null ? null : (JsonNode?)Mark))]);
    }

    /// <summary>An event's body: contents masked at any depth, the engine's own words as they are.</summary>
    public static JsonObject InEvent(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new JsonObject([.. body.Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : Contents.Contains(m.Key) ? Mark : Within(m.Value)))]);
    }

    private static JsonNode? Within(JsonNode? value) => value switch
    {
        JsonObject o => InEvent(o),
        JsonArray a => new JsonArray([.. a.Select(Within)]),
        _ => value?.DeepClone(),
    };
}
