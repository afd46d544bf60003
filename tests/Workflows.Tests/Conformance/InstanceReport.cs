using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Conformance;

/// <summary>Raw results in the form of expected.json: the started instances in order, below each its children in an order that does not depend on time.</summary>
public static partial class InstanceReport
{
    /// <summary>A raw result in the form of expected.json.</summary>
    public static JsonObject Of(JsonObject raw)
    {
        foreach (var step in raw["steps"]!.AsArray())
            step!["instances"] = new JsonArray([.. step["instances"]!.AsArray().Select(i => i!.DeepClone()).OrderBy(Sorted, StringComparer.Ordinal)]);
        return new JsonObject
        {
            ["imports"] = raw["imports"]!.DeepClone(),
            ["steps"] = raw["steps"]!.DeepClone(),
            ["lines"] = new JsonArray([.. raw["steps"]!.AsArray().SelectMany(s => s!["lines"]!.AsArray()).Select(l => l!.DeepClone())]),
            ["instances"] = Instances([.. raw["instances"]!.AsArray().Select(i => i!.AsObject())]),
        };
    }

    private static JsonArray Instances(JsonObject[] instances)
    {
        var report = new JsonArray();
        static string? Parent(JsonObject i) => i["parentId"]?.ToString();
        foreach (var root in instances.Where(i => Parent(i) is null).OrderBy(i => i["started"]!.GetValue<int>() is var n and >= 0 ? n : int.MaxValue)) Add(root, null);
        return report;

        void Add(JsonObject instance, int? parent)
        {
            var index = report.Count;
            var json = One(instance);
            report.Add(parent is null ? json : new JsonObject([new("parent", parent), .. json.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))]));
            foreach (var child in instances.Where(i => Parent(i) == instance["id"]!.ToString()).OrderBy(i => i["definitionId"]!.ToString(), StringComparer.Ordinal)
                .ThenBy(i => Blank(Sorted(One(i))), StringComparer.Ordinal)) Add(child, index);
        }
    }

    private static JsonObject One(JsonObject raw)
    {
        var (state, dynamic) = (raw["state"]!, new JsonArray());
        var json = new JsonObject();
        foreach (var name in new[] { "definitionId", "version", "status", "subStatus", "name", "correlationId", "incidentCount" })
            if (raw[name] is { } value) json[name] = value.DeepClone();
        json["journal"] = new JsonArray([.. raw["journal"]!.AsArray().Select(e => (JsonNode)Entry(e!))]);
        json["bookmarks"] = state["bookmarks"]!.DeepClone();
        json["incidents"] = new JsonArray([.. state["incidents"]!.AsArray().Select(i => (JsonNode)new JsonObject
        {
            ["activityId"] = i!["activityId"]?.DeepClone(),
            ["activityType"] = i["activityType"]?.DeepClone(),
            ["kind"] = i["exception"]!["type"]?.DeepClone(),
            ["message"] = i["message"]?.DeepClone(),
        })]);
        json["outputs"] = state["output"]!.DeepClone();
        json["variables"] = Variables(state["activityExecutionContexts"]!.AsArray(), dynamic);
        if (dynamic.Count > 0) json["dynamicVariables"] = dynamic;
        return json;
    }

    private static JsonObject Entry(JsonNode entry)
    {
        var json = new JsonObject { ["activityId"] = entry["activityId"]!.DeepClone(), ["event"] = entry["event"]!.DeepClone() };
        if (WorkflowPart().Count(entry["nodeId"]!.ToString()) > 1) json["nodeId"] = entry["nodeId"]!.DeepClone();
        if (entry["payload"]?["Outcomes"] is { } outcomes) json["outcomes"] = outcomes.DeepClone();
        return json;
    }

    private static JsonArray Variables(JsonArray contexts, JsonArray dynamic)
    {
        var scopes = new List<JsonObject>();
        foreach (var context in contexts.OrderBy(c => c!["scheduledActivityNodeId"]!.ToString(), StringComparer.Ordinal))
        {
            var scope = context!["scheduledActivityNodeId"]!;
            if (context["properties"]!["Variables"] is JsonObject { Count: > 0 } values) scopes.Add(new JsonObject { ["scope"] = scope.DeepClone(), ["values"] = values.DeepClone() });
            foreach (var made in context["dynamicVariables"]!.AsArray())
                dynamic.Add(new JsonObject { ["scope"] = scope.DeepClone(), ["name"] = made!["name"]?.DeepClone(), ["value"] = made["value"]?.DeepClone() });
        }

        return new JsonArray([.. scopes.OrderBy(s => s["scope"]!.ToString(), StringComparer.Ordinal).ThenBy(s => Sorted(s["values"]), StringComparer.Ordinal)]);
    }

    /// <summary>JSON with sorted keys, as the corpus sorts by it.</summary>
    public static string Sorted(JsonNode? node) => node switch
    {
        JsonObject members => "{" + string.Join(", ", members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Quoted(m.Key)}: {Sorted(m.Value)}")) + "}",
        JsonArray items => "[" + string.Join(", ", items.Select(Sorted)) + "]",
        null => "null",
        JsonValue value when value.TryGetValue(out string? text) => Quoted(text),
        _ => node.ToJsonString(),
    };

    private static string Blank(string text) => Times().Replace(Ids().Replace(text, "<id>"), "<time>");

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c is < ' ' or > '~') quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"(?:^|:)Workflow\d+(?=:|$)")]
    private static partial Regex WorkflowPart();

    [GeneratedRegex("(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{15,16})(?![0-9A-Za-z])")]
    private static partial Regex Ids();

    [GeneratedRegex(@"20[2-3]\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Times();
}
