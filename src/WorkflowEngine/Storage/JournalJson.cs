using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WorkflowEngine.Running;

namespace WorkflowEngine.Storage;

/// <summary>How the journal's columns are written: entries as arrays, consumed events with their bodies, facts by what identifies them.</summary>
public static class JournalJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Entries(IReadOnlyList<JournalEntry> entries) => JsonSerializer.Serialize(entries, Options);

    public static IReadOnlyList<JournalEntry> ReadEntries(string json) => JsonSerializer.Deserialize<List<JournalEntry>>(json, Options)!;

    public static string Events(IReadOnlyList<InstanceEvent> events) => JsonSerializer.Serialize(events, Options);

    public static IReadOnlyList<InstanceEvent> ReadEvents(string json) => JsonSerializer.Deserialize<List<InstanceEvent>>(json, Options)!;

    /// <summary>The unit as it was; calendars by version, since a version never changes.</summary>
    public static string? Facts(Facts facts) => new JsonObject
    {
        ["unit"] = facts.Unit?.DeepClone(),
        ["ownerId"] = facts.OwnerId,
        ["reference"] = facts.Reference.Version,
    }.ToJsonString(Options);
}
