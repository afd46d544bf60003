using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowEngine.Running;

namespace WorkflowEngine.Storage;

/// <summary>
/// How the journal's columns are written: entries as arrays, consumed events with their bodies, facts by what identifies them. Written by hand
/// and as UTF-8: three columns of every burst of every instance.
/// </summary>
public static class JournalJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _kept;

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
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

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

    /// <summary>The unit as it was; calendars by version, since a version never changes.</summary>
    public static byte[] Facts(Facts facts) => Write(facts, static (writer, facts) =>
    {
        writer.WriteStartObject();
        if (facts.Unit is { } unit)
        {
            writer.WriteStartObject("unit");
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
        else
        {
            writer.WriteNull("unit");
        }

        if (facts.OwnerId is { } owner) writer.WriteNumber("ownerId", owner);
        else writer.WriteNull("ownerId");
        writer.WriteString("reference", facts.Reference.Version);
        writer.WriteEndObject();
    });

    private static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        if (_kept is not { } kept)
        {
            var fresh = new ArrayBufferWriter<byte>(4096);
            _kept = kept = (fresh, new Utf8JsonWriter(fresh, Writing));
        }

        kept.Buffer.ResetWrittenCount();
        kept.Writer.Reset();
        write(kept.Writer, value);
        kept.Writer.Flush();
        var bytes = kept.Buffer.WrittenSpan.ToArray();

        // PostgreSQL keeps the character NUL in json but cannot read it out again.
        for (var at = 0; bytes.AsSpan(at).IndexOf("\\u0000"u8) is >= 0 and var found; at += found + 6) "\\ufffd"u8.CopyTo(bytes.AsSpan(at + found));

        // A large journal must not keep its buffer for ever.
        if (kept.Buffer.Capacity > 1 << 20) _kept = null;
        return bytes;
    }
}
