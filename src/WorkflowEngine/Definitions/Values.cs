using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Conversion of values to declared types (stand-in until the full one lands).</summary>
public static class Values
{
    public static JsonNode? To(JsonNode? value, string typeAlias, bool isArray = false)
    {
        if (value is not JsonValue v || !v.TryGetValue(out string? text)) return value;
        if (isArray || typeAlias.EndsWith("[]", StringComparison.Ordinal)) return JsonNode.Parse(text);
        return typeAlias switch
        {
            "Int32" or "Int64" => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
            "Decimal" or "Double" => JsonValue.Create(decimal.Parse(text, CultureInfo.InvariantCulture)),
            "Boolean" => JsonValue.Create(bool.Parse(text)),
            "Object" or "ObjectDictionary" or "JSON" or "JsonObject" when text.AsSpan().TrimStart() is ['{' or '[', ..] => JsonNode.Parse(text),
            _ => value,
        };
    }

    public static JsonNode? ToOrKeep(JsonNode? value, string typeAlias, bool isArray = false)
    {
        try
        {
            return To(value, typeAlias, isArray);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return value;
        }
    }

    public static T? To<T>(JsonNode? value)
    {
        try
        {
            if (value is T same) return same;
            if (value is JsonValue v && v.TryGetValue(out string? text))
            {
                if (typeof(T) == typeof(string)) return (T)(object)text;
                if (typeof(T) == typeof(bool)) return (T)(object)bool.Parse(text);
                if (typeof(T) == typeof(int)) return (T)(object)int.Parse(text, CultureInfo.InvariantCulture);
                if (typeof(T) == typeof(TimeSpan)) return (T)(object)TimeSpan.Parse(text, CultureInfo.InvariantCulture);
                if (typeof(T) == typeof(DateTimeOffset)) return (T)(object)DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                if (text.AsSpan().TrimStart() is ['{' or '[', ..]) return JsonNode.Parse(text).Deserialize<T>();
                if (typeof(T) == typeof(List<string>)) return (T)(object)new List<string> { text };
            }

            if (typeof(T) == typeof(string)) return (T?)(object?)value?.ToString();
            return value is null ? default : value.Deserialize<T>();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw new ValueConversionException($"'{value}' is no {typeof(T).Name}.");
        }
    }
}

/// <summary>A value that is not of the declared type.</summary>
public sealed class ValueConversionException(string message) : Exception(message);
