using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// How calendars, deadline specifications and ladders are written as JSON: camelCase, enumerations by name, Vietnamese unescaped,
/// unknown members refused (a misspelt rule must not be ignored). Members may come in any order, because PostgreSQL's jsonb reorders them.
/// </summary>
public static class DeadlineJson
{
    /// <summary>The options; share them, they are read-only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Reads a document of this namespace.</summary>
    /// <exception cref="JsonException">The text is no JSON, misses a member, has an unknown one, or a value breaks a rule of the type.</exception>
    internal static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"Expected a {typeof(T).Name}, found null.");
        }
        catch (ArgumentException broken)
        {
            throw new JsonException(broken.Message, broken);
        }
    }

    /// <summary>The text of a JSON file that is shipped inside this assembly.</summary>
    internal static string Embedded(string file)
    {
        using var stream = typeof(DeadlineJson).Assembly.GetManifestResourceStream($"WorkflowEngine.Deadlines.{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowOutOfOrderMetadataProperties = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new TimeOfDay() },
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>A time of day as "08:00"; the converter of the framework insists on seconds.</summary>
    private sealed class TimeOfDay : JsonConverter<TimeOnly>
    {
        public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TimeOnly.TryParseExact(reader.GetString(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : throw new JsonException("A time of day is written HH:mm, for example 08:00.");

        public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("HH:mm", CultureInfo.InvariantCulture));
    }
}
