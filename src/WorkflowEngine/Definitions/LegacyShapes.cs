using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Wrappers that older versions of Elsa put around arrays and dictionaries: <c>$values</c>, <c>_items</c>, <c>_type</c>.</summary>
internal static class LegacyShapes
{
    /// <summary>The array inside a wrapper, or null when this is none.</summary>
    public static JsonArray? ArrayIn(JsonObject wrapper)
    {
        if (wrapper.TryGetPropertyValue("$values", out var values) && values is JsonArray bare && wrapper.All(m => m.Key is "$values" or "$id" or "_type")) return bare;
        if (wrapper.TryGetPropertyValue("_items", out var items) && items is JsonArray list && wrapper.All(m => m.Key is "_items" or "_type")) return list;
        return MarkedArrayIn(wrapper);
    }

    /// <summary>The array inside a wrapper that is marked with its type, the only one that Elsa itself unwraps everywhere.</summary>
    public static JsonArray? MarkedArrayIn(JsonObject wrapper) =>
        wrapper.ContainsKey("_type") ? wrapper["items"] as JsonArray ?? wrapper["values"] as JsonArray : null;

    /// <summary>A detached copy of free-form members: marked wrappers and type marks are gone, numbers are written the short way.</summary>
    public static JsonNode? Plain(JsonNode? node) => Copy(node, MarkedArrayIn, value =>
        value.GetValueKind() != JsonValueKind.Number || value.TryGetValue(out long _) ? value.DeepClone()
            : value.Deserialize<double>() is var number && number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? (long)number : number);

    /// <summary>A detached copy without wrappers and type marks, at any depth.</summary>
    public static JsonNode? Unwrap(JsonNode? node) => Copy(node, ArrayIn, value => value.DeepClone());

    private static JsonNode? Copy(JsonNode? node, Func<JsonObject, JsonArray?> arrayIn, Func<JsonValue, JsonNode> scalar)
    {
        switch (node)
        {
            case JsonObject wrapper when arrayIn(wrapper) is { } array:
                return Copy(array, arrayIn, scalar);
            case JsonObject members:
                var copy = new JsonObject();
                foreach (var (name, value) in members)
                    if (name != "_type") copy[name] = Copy(value, arrayIn, scalar);
                return copy;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Copy(item, arrayIn, scalar))]);
            default:
                return node is JsonValue one ? scalar(one) : null;
        }
    }
}
