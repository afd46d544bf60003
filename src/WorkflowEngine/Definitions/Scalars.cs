using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace WorkflowEngine.Definitions;

/// <summary>Conversion of single values. Times without a zone are UTC, so the same document means the same on every machine.</summary>
internal static class Scalars
{
    private static readonly CultureInfo Neutral = CultureInfo.InvariantCulture;

    // As .NET reads fractions where nothing else is said: commas are for thousands, wherever they stand.
    private const NumberStyles Grouped = NumberStyles.Float | NumberStyles.AllowThousands;

    /// <summary>As Elsa writes values that become text: quotes, apostrophes, &lt;, &gt;, &amp; and + by their numbers, other letters as they are.</summary>
    internal static readonly JsonSerializerOptions Escaped = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static bool IsScalar(string alias) => alias is "String" or "Boolean" or "Int16" or "Int32" or "Int64" or "Single" or "Double" or "Decimal"
        or "Guid" or "DateTime" or "DateTimeOffset" or "TimeSpan" or "ByteArray";

    /// <summary>The value in the JSON form of the type. A failure with an inner <see cref="FormatException"/> is one that Elsa answers with zero.</summary>
    /// <exception cref="ValueConversionException">The value cannot be of this type.</exception>
    public static JsonNode? Convert(JsonNode value, string alias)
    {
        if (alias == "String") return value.AsText() is not null ? value : value is JsonValue ? Text(value) : value.ToJsonString(Escaped);
        var text = Text(value);
        if (string.IsNullOrWhiteSpace(text)) return null;
        var kind = value.GetValueKind();
        try
        {
            if (alias is "Int16" or "Int32" or "Int64" or "Decimal" && text is "NaN" or "Infinity" or "-Infinity") throw new OverflowException();
            return alias switch
            {
                "Boolean" => Boolean(kind, text),
                "Int16" => (short)Whole(kind, text, short.MinValue, short.MaxValue),
                "Int32" => (int)Whole(kind, text, int.MinValue, int.MaxValue),
                "Int64" => Whole(kind, text, long.MinValue, long.MaxValue),
                "Single" => Finite((float)Number(kind, text)),
                "Double" => Finite(Number(kind, text)),
                // What a script has worked out is exact to fifteen digits, so 0.1 + 0.2 is 0.3.
                "Decimal" when kind == JsonValueKind.Number && !value.AsValue().TryGetValue(out JsonElement _) && value.AsValue().TryGetValue(out double worked) => Unsigned((decimal)worked),
                "Decimal" => kind is JsonValueKind.True or JsonValueKind.False ? (decimal)Number(kind, text) : Unsigned(decimal.Parse(text.Trim(), Grouped, Neutral)),
                "Guid" or "TimeSpan" or "DateTimeOffset" or "DateTime" or "ByteArray" when kind != JsonValueKind.String => throw new FormatException(),
                "Guid" => Guid.Parse(text.Trim()).ToString("D"),
                "TimeSpan" => TimeSpan.Parse(text.Trim(), Neutral).ToString("c", Neutral),
                "DateTimeOffset" => Moment(text).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", Neutral),
                "DateTime" => Moment(text).UtcDateTime is var time && time == DateTime.MinValue ? Zero(alias) : time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", Neutral),
                "ByteArray" => System.Convert.ToBase64String(System.Convert.FromBase64String(text)),
                _ => value,
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw ValueConversionException.Of(text, alias, AsInElsa(alias, kind, text, e));
        }
    }

    /// <summary>Elsa reads text that looks like JSON as JSON, except for what .NET calls primitive, and bytes as Base64; there it fails instead of answering zero.</summary>
    private static Exception AsInElsa(string alias, JsonValueKind kind, string text, Exception e)
    {
        var isComposed = alias is "Decimal" or "Guid" or "TimeSpan" or "DateTime" or "DateTimeOffset";
        if (kind == JsonValueKind.Object && alias == "ByteArray") return new JsonException(e.Message, e);
        if (kind == JsonValueKind.String && (alias == "ByteArray" || isComposed && text.AsSpan().TrimStart() is ['{' or '[', ..])) return new JsonException(e.Message, e);
        return e is OverflowException && isComposed && alias != "Decimal" ? new FormatException(e.Message, e) : e;
    }

    /// <summary>Text of any value: scalars as .NET writes them without a culture, objects and arrays as compact JSON.</summary>
    public static string Text(JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                return value.AsText() ?? value.Deserialize<string>()!;
            case JsonValueKind.True:
                return "True";
            case JsonValueKind.False:
                return "False";
            case JsonValueKind.Number:
                var raw = value.ToJsonString();
                if (raw == "-0") return raw;
                if (long.TryParse(raw, NumberStyles.AllowLeadingSign, Neutral, out var whole)) return whole.ToString(Neutral);
                if (decimal.TryParse(raw, NumberStyles.Float, Neutral, out var exact) && raw.AsSpan().IndexOfAny('e', 'E') < 0) return exact.ToString(Neutral);
                return double.Parse(raw, Neutral).ToString("R", Neutral);
            default:
                return value.ToJsonString(JsonMembers.Compact);
        }
    }

    /// <summary>A converted value as the text Elsa stores for a variable's default.</summary>
    public static string? Stored(JsonNode? value, string alias)
    {
        if (Values.IsNull(value)) return null;
        return alias.TrimEnd('?') switch
        {
            "DateTimeOffset" => Moment(Text(value!)) is var moment ? StoredTime(moment.DateTime) + moment.ToString(" zzz", Neutral) : null,
            "DateTime" => StoredTime(Moment(Text(value!)).UtcDateTime),
            _ => Text(value!),
        };
    }

    /// <summary>Elsa writes dates short, and so loses seconds; here they stay where there are any.</summary>
    private static string StoredTime(DateTime time) => time.ToString(
        time.TimeOfDay == TimeSpan.Zero ? "MM/dd/yyyy" : time.TimeOfDay.Ticks % TimeSpan.TicksPerMinute == 0 ? "MM/dd/yyyy HH:mm" : "MM/dd/yyyy HH:mm:ss.FFFFFFF", Neutral);

    /// <summary>The type's zero, null for types that have none.</summary>
    public static JsonNode? Zero(string alias) => alias switch
    {
        "Boolean" => false,
        "Int16" or "Int32" or "Int64" or "Single" or "Double" or "Decimal" => 0,
        "Guid" => Guid.Empty.ToString("D"),
        "TimeSpan" => "00:00:00",
        "DateTime" => "0001-01-01T00:00:00",
        "DateTimeOffset" => "0001-01-01T00:00:00+00:00",
        _ => null,
    };

    // What JSON has no number for comes as its text; as in Elsa it is not zero, and so holds.
    private static bool Boolean(JsonValueKind kind, string text) =>
        kind == JsonValueKind.Number ? double.Parse(text, Neutral) != 0 : text is "NaN" or "Infinity" or "-Infinity" || bool.Parse(text.Trim());

    private static long Whole(JsonValueKind kind, string text, long least, long most)
    {
        if (kind is JsonValueKind.True or JsonValueKind.False) return kind == JsonValueKind.True ? 1 : 0;
        var trimmed = text.Trim();
        var number = kind == JsonValueKind.Number ? Math.Round(decimal.Parse(trimmed, NumberStyles.Float, Neutral), MidpointRounding.ToEven)
            : trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? long.Parse(trimmed.AsSpan(2), NumberStyles.AllowHexSpecifier, Neutral)
            : decimal.Parse(trimmed, NumberStyles.AllowLeadingSign, Neutral);
        return number >= least && number <= most ? (long)number : throw new OverflowException();
    }

    private static double Number(JsonValueKind kind, string text) => kind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => double.Parse(text.Trim(), Grouped, Neutral),
    };

    private static decimal Unsigned(decimal number) => number == 0 ? Math.Abs(number) : number;

    private static JsonValue Finite(double number) => double.IsFinite(number) ? JsonValue.Create(number) : throw new OverflowException();

    private static JsonValue Finite(float number) => float.IsFinite(number) ? JsonValue.Create(number) : throw new OverflowException();

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text.Trim(), Neutral, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces);
}
