using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Storage;

/// <summary>
/// How the journal's columns are written: entries as arrays, consumed events with their bodies, facts by what identifies them. Written by hand
/// and as UTF-8: three columns of every burst of every instance.
/// </summary>
public static class JournalJson
{
    /// <summary>Letters of a text, bytes of anything else, up to which an output is kept as it is.</summary>
    public const int LongestOutput = 4_000;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Entries(IReadOnlyList<JournalEntry> entries) => Write(entries, static (writer, entries) =>
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence", entry.Sequence);
            writer.WriteString("event", entry.Event);
            writer.WriteString("activityId", entry.ActivityId);
            writer.WriteString("nodeId", entry.NodeId);
            writer.WriteString("type", entry.Type);
            writer.WriteString("contextId", entry.ContextId);
            if (entry.Outcomes is { } outcomes)
            {
                writer.WriteStartArray("outcomes");
                foreach (var outcome in outcomes) writer.WriteStringValue(outcome);
                writer.WriteEndArray();
            }

            if (entry.Inputs is { } inputs)
            {
                writer.WritePropertyName("inputs");
                inputs.WriteTo(writer);
            }

            if (entry.Message is { } message) writer.WriteString("message", message);
            if (entry.Outputs is { } outputs) WriteOutputs(writer, outputs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>Each output by its name; of one that is too long the beginning of its text, or how many members it has.</summary>
    private static void WriteOutputs(Utf8JsonWriter writer, IReadOnlyDictionary<string, JsonNode?> outputs)
    {
        writer.WriteStartObject("outputs");
        foreach (var (name, value) in outputs)
        {
            writer.WritePropertyName(name);
            if (value is JsonObject or JsonArray) WriteMembers(writer, value);
            else if (value.AsText() is { Length: > LongestOutput } text) writer.WriteStringValue(Beginning(text));
            else if (value is null) writer.WriteNullValue();
            else value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonNode value)
    {
        var json = PooledJson.Write(value, static (inner, value) => value.WriteTo(inner));
        if (json.Length <= LongestOutput)
        {
            writer.WriteRawValue(json, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("count", value is JsonArray list ? list.Count : value.AsObject().Count);
        writer.WriteEndObject();
    }

    private static string Beginning(string text) =>
        StorableText.Beginning(text, LongestOutput) + "…";

    public static IReadOnlyList<JournalEntry> ReadEntries(string json) => JsonSerializer.Deserialize<List<JournalEntry>>(json, Options)!;

    public static byte[] Events(IReadOnlyList<InstanceEvent> events) => Write(events, static (writer, events) =>
    {
        writer.WriteStartArray();
        foreach (var e in events)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", e.Id);
            writer.WriteString("kind", e.Kind);
            writer.WritePropertyName("body");
            e.Body.WriteTo(writer);
            if (e.ActorId is { } actor) writer.WriteString("actorId", actor);
            if (e.OnBehalfOf is { } other) writer.WriteString("onBehalfOf", other);
            writer.WriteString("at", e.At);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public static IReadOnlyList<InstanceEvent> ReadEvents(string json) => JsonSerializer.Deserialize<List<InstanceEvent>>(json, Options)!;

    /// <summary>
    /// What a burst was given beside its events: the unit as it was; calendars by version, since a version never changes; and, only where it is not
    /// the usual, what else a replay needs (<see cref="ReplayInstance"/>).
    /// </summary>
    public static byte[] Facts(CommittedBurst burst) => Write(burst, static (writer, burst) =>
    {
        var (head, facts, result) = (burst.Loaded.Head, burst.Loaded.Facts, burst.Result);
        writer.WriteStartObject();
        WriteUnit(writer, "unit", facts.Unit);
        if (facts.OwnerId is { } owner) writer.WriteNumber("ownerId", owner);
        else writer.WriteNull("ownerId");
        if (facts is { Unit: null, Owner: { } itself }) WriteUnit(writer, "owner", itself);
        writer.WriteString("reference", facts.Reference.Version);
        if (facts.Reference.FlowchartMode is { } mode) writer.WriteString("mode", mode);
        if (burst.Loaded.Events.Count != result.Taken) writer.WriteNumber("given", burst.Loaded.Events.Count);
        if (burst.Stopped is { } kind) writer.WriteString("stopped", kind);
        WriteTexts(writer, "missed", result.Effects.Missed);
        WriteTexts(writer, "unknown", head.Workflow.UnknownTypes);
        if (result.Effects.Policies is { } policies)
        {
            writer.WritePropertyName("policies");
            policies.WriteTo(writer);
        }

        if (head.Versions is { } versions)
        {
            writer.WriteStartObject("versions");
            foreach (var (number, version) in versions) writer.WriteString(number.ToString(CultureInfo.InvariantCulture), version.Id);
            writer.WriteEndObject();
        }

        WriteFormerHead(writer, head, result);
        writer.WriteEndObject();
    });

    /// <summary>What of the head this burst has changed, as it was before; the row holds what it is now.</summary>
    private static void WriteFormerHead(Utf8JsonWriter writer, InstanceHead head, BurstResult result)
    {
        var (moved, correlated, named) = (
            head.Workflow.Id != result.Workflow.Id, head.CorrelationId != result.State.CorrelationId, head.Name != result.State.Name);
        if (!moved && !correlated && !named) return;
        writer.WriteStartObject("was");
        if (moved) writer.WriteString("version", head.Workflow.Id);
        if (correlated) writer.WriteString("correlationId", head.CorrelationId);
        if (named) writer.WriteString("name", head.Name);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteUnit(Utf8JsonWriter writer, string name, UnitFacts? unit)
    {
        if (unit is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("id", unit.Id);
        writer.WriteString("code", unit.Code);
        writer.WriteString("name", unit.Name);
        writer.WriteString("shortName", unit.ShortName);
        writer.WriteString("kind", unit.Kind);
        writer.WriteString("path", unit.Path);
        writer.WriteString("calendar", unit.Calendar);
        writer.WritePropertyName("attributes");
        writer.WriteRawValue(unit.Attributes, skipInputValidation: true);
        writer.WriteEndObject();
    }

    /// <summary>A unit that <see cref="Facts(CommittedBurst)"/> wrote; null for null.</summary>
    public static UnitFacts? ReadUnit(JsonElement unit) => unit.ValueKind != JsonValueKind.Object
        ? null
        : new UnitFacts(
            unit.GetProperty("id").GetInt64(), Text(unit, "code"), Text(unit, "name"), Text(unit, "shortName"), Text(unit, "kind"), Text(unit, "path"),
            Text(unit, "calendar"), unit.GetProperty("attributes").GetRawText());

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var bytes = PooledJson.Write(value, write);

        // PostgreSQL keeps the character NUL in json but cannot read it out again.
        StorableText.MendNuls(bytes);
        return bytes;
    }
}
