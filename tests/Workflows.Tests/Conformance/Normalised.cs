using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Conformance;

/// <summary>
/// The corpus' normal form: ids made by an engine become &lt;id1&gt;, &lt;id2&gt; … in order of appearance, times that do not stand in the case's own files
/// become &lt;time&gt;, empty members do not count, originals of unknown activities are compared as JSON.
/// </summary>
public sealed partial class Normalised(string caseName)
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _own = OwnOf(caseName);

    /// <summary>A copy with ids and times replaced. One instance serves all files of a result, in order.</summary>
    public JsonNode? Of(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(Of(m.Key), Of(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Of)]),
        JsonValue value when value.TryGetValue(out string? text) => Of(text),
        _ => node?.DeepClone(),
    };

    /// <summary>Where two normal forms differ; empty when they are equal.</summary>
    public static List<string> Differences(JsonNode? wanted, JsonNode? got, string path = "$")
    {
        switch (wanted, got)
        {
            case (JsonObject a, JsonObject b):
                var (left, right) = (Members(a), Members(b));
                return [.. left.Keys.Union(right.Keys).Order(StringComparer.Ordinal).SelectMany(name =>
                    !left.TryGetValue(name, out var x) ? [$"{path}.{name}: unexpected {Short(right[name])}"]
                    : !right.TryGetValue(name, out var y) ? [$"{path}.{name}: missing, want {Short(x)}"]
                    : Differences(x, y, $"{path}.{name}"))];
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                return [.. a.Zip(b).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{path}[{i}]"))];
            default:
                return Same(wanted, got) ? [] : [$"{path}: want {Short(wanted)}, got {Short(got)}"];
        }
    }

    private static Dictionary<string, JsonNode> Members(JsonObject json) => json.Where(m => m.Value is not null).ToDictionary(
        m => m.Key, m => m.Key == "originalActivityJson" && m.Value is JsonValue text ? JsonNode.Parse(text.GetValue<string>())! : m.Value!);

    /// <summary>Scalars by value: 1 and 1.0 are the same number.</summary>
    private static bool Same(JsonNode? a, JsonNode? b)
    {
        if (a is null || b is null) return a is null && b is null;
        if (a.GetValueKind() != b.GetValueKind()) return false;
        return a.GetValueKind() == System.Text.Json.JsonValueKind.Number ? double.Parse(a.ToJsonString(), null) == double.Parse(b.ToJsonString(), null) : JsonNode.DeepEquals(a, b);
    }

    private static string Short(JsonNode? node) => node?.ToJsonString() is { Length: > 200 } text ? text[..200] + "…" : node?.ToJsonString() ?? "null";

    private string Of(string text)
    {
        var timed = Time().Replace(text, m => _own.Contains(m.Value[..19]) ? m.Value : "<time>");
        return Hex().Replace(timed, m =>
        {
            if (_own.Contains(m.Value)) return m.Value;
            if (!_ids.TryGetValue(m.Value, out var id)) _ids[m.Value] = id = $"<id{_ids.Count + 1}>";
            return id;
        });
    }

    private static HashSet<string> OwnOf(string caseName)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Corpus.Definitions(caseName).Append("steps.json"))
        {
            var text = Corpus.Text(caseName, file);
            own.UnionWith(Hex().Matches(text).Select(m => m.Value));
            own.UnionWith(Time().Matches(text).Select(m => m.Value[..19]));
        }

        return own;
    }

    [GeneratedRegex("(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{15,16})(?![0-9A-Za-z])")]
    private static partial Regex Hex();

    [GeneratedRegex(@"20[2-3]\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")]
    private static partial Regex Time();
}
