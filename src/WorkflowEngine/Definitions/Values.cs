using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>
/// Conversion of values to declared types, by Elsa's rules and independent of the machine's culture and time zone: text becomes a number, a
/// date or JSON where the type asks for it, scalars become text, JSON text becomes lists and objects.
/// </summary>
public static class Values
{
    /// <summary>The value as the alias's type has it in JSON: Int32 a number, DateTimeOffset ISO text, TimeSpan <c>00:05:00</c>, Object as it is.</summary>
    /// <param name="value">What a document, an expression or a person gave; left as it is.</param>
    /// <param name="typeAlias">Any alias of <see cref="TypeAliases"/>; an unknown one counts as Object.</param>
    /// <param name="isArray">The alias is the type of the items.</param>
    /// <exception cref="ValueConversionException">The value cannot be of this type.</exception>
    public static JsonNode? To(JsonNode? value, string typeAlias, bool isArray = false) => To(value, typeAlias, isArray, isLoose: false);

    private static JsonNode? To(JsonNode? value, string typeAlias, bool isArray, bool isLoose)
    {
        var alias = TypeAliases.Resolve(typeAlias) ?? "Object";
        var converted = Convert(value, isArray ? alias + "[]" : alias, isLoose);
        return converted?.Parent is null ? converted : converted.DeepClone();
    }

    /// <summary>As <see cref="To(JsonNode?,string,bool)"/>, but what cannot be converted stays as it is (variables, as Elsa keeps them).</summary>
    public static JsonNode? ToOrKeep(JsonNode? value, string typeAlias, bool isArray = false)
    {
        try
        {
            return To(value, typeAlias, isArray);
        }
        catch (ValueConversionException)
        {
            return value?.Parent is null ? value : value.DeepClone();
        }
    }

    /// <summary>
    /// As <see cref="To(JsonNode?,string,bool)"/>, but a value that is none of a simple type becomes that type's zero, in a list too, and one that cannot be
    /// converted at all nothing; an empty text is the first day of the year 1 where a date is asked for, and no bytes where bytes are: so Elsa's variables and inputs take what is given to them.
    /// </summary>
    /// <exception cref="ValueConversionException">A number beyond the type's bounds, or JSON text that is not of the type.</exception>
    public static JsonNode? Loose(JsonNode? value, string typeAlias, bool isArray = false)
    {
        try
        {
            if (!isArray && value.AsText() is { } text && string.IsNullOrWhiteSpace(text))
            {
                if (typeAlias is "DateTime" or "DateTimeOffset") return Scalars.Zero(typeAlias);
                if (typeAlias == "ByteArray") return "";
            }

            return To(value, typeAlias, isArray, isLoose: true);
        }
        catch (ValueConversionException e) when (e.IsMismatch)
        {
            return isArray ? null : Scalars.Zero(TypeAliases.Resolve(typeAlias) ?? "Object");
        }
    }

    /// <summary>The value as a .NET type: text, numbers, dates, enums, JSON nodes, lists and arrays of text.</summary>
    /// <exception cref="ValueConversionException">The value cannot be of this type.</exception>
    public static T? To<T>(JsonNode? value)
    {
        if (value is T same && typeof(T) != typeof(JsonNode)) return same;
        if (typeof(T) == typeof(string) && value.AsText() is { } text) return (T)(object)text;
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (type == typeof(JsonNode)) return (T?)(object?)value;
        if (IsNull(value)) return default;
        if (type.IsEnum) return (T)Enumeration(value!, type);
        var alias = TypeAliases.Of(type);
        var converted = TypeAliases.IsRegistered(alias) ? Convert(value, alias) : Parsed(value!, type.Name);
        if (converted is null) return default;
        try
        {
            if (converted is T node) return node;
            if (type == typeof(object)) return (T)(object)converted;
            return converted.Deserialize<T>(JsonMembers.Compact);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or FormatException)
        {
            throw ValueConversionException.Of(Scalars.Text(converted), type.Name, e);
        }
    }

    /// <summary>
    /// A variable's default as Elsa stores it: text, by the variable's type (<c>False</c>, <c>2.25</c>, compact JSON). Text that is no value of a
    /// simple type gives that type's zero, other failures null, exactly as Elsa's loose conversion does.
    /// </summary>
    internal static string? DefaultText(JsonNode? value, string alias, out bool failed)
    {
        failed = false;
        try
        {
            return Scalars.Stored(Convert(value, alias), alias);
        }
        catch (ValueConversionException e)
        {
            failed = true;
            return e.InnerException is FormatException ? Scalars.Stored(Scalars.Zero(alias), alias) : null;
        }
    }

    /// <summary>A value written without type name and expression, as Elsa reads it: its text converted to the input's type.</summary>
    internal static JsonNode? Bare(JsonNode value, string alias, out bool failed)
    {
        failed = false;
        JsonNode text = value.GetValueKind() == JsonValueKind.Number && value.ToJsonString() is "-0.0" ? "-0.0" : Scalars.Text(value);
        try
        {
            return Convert(text, alias);
        }
        catch (ValueConversionException e)
        {
            failed = true;
            return e.InnerException is FormatException ? Scalars.Zero(alias) : null;
        }
    }

    internal static bool IsNull(JsonNode? value) => value is null || value.GetValueKind() == JsonValueKind.Null;

    private static JsonNode? Convert(JsonNode? value, string alias, bool isLoose = false)
    {
        if (IsNull(value)) return null;
        var simple = alias.TrimEnd('?');
        if (TypeAliases.ElementOf(alias) is { } element) return List(value!, alias, element, isLoose);
        if (simple == "ByteArray" && value is JsonArray numbers) return Bytes(numbers, isLoose);
        if (Scalars.IsScalar(simple)) return Scalars.Convert(value!, simple);
        return simple switch
        {
            "JSON" or "JsonObject" or "StringDictionary" or "ObjectDictionary" or "StringMap" or "ObjectMap" or "VariablesDictionary" or "JObject" => Members(value!, simple),
            "JsonArray" or "JArray" => Parsed(value!, simple) switch
            {
                JsonArray items => items,
                var other => throw ValueConversionException.Of(Scalars.Text(value!), simple, other is JsonObject ? new JsonException("An array is expected.") : null),
            },
            "JsonNode" or "JsonElement" => Parsed(value!, simple),
            _ => value,
        };
    }

    private static JsonObject? Members(JsonNode value, string alias)
    {
        if (value.AsText() is { } text && string.IsNullOrWhiteSpace(text)) return null;
        var parsed = Parsed(value, alias);

        // Of what is no object Elsa makes nothing, but fails where the type is an interface.
        var isRead = parsed != value || alias is "ObjectDictionary" or "StringDictionary";
        if (parsed is not JsonObject members) throw ValueConversionException.Of(Scalars.Text(value), alias, isRead ? new JsonException("An object is expected.") : null);
        if (alias is not ("StringDictionary" or "StringMap")) return members;
        if (value != parsed && members.Any(m => !IsAsWritten(m.Value, "String"))) throw ValueConversionException.Of(Scalars.Text(value), alias, new JsonException("Texts are expected."));
        var texts = new JsonObject();
        foreach (var (name, item) in members) texts[name] = IsNull(item) ? null : Scalars.Text(item!);
        return texts;
    }

    private static JsonArray? List(JsonNode value, string alias, string element, bool isLoose)
    {
        var parsed = value;
        if (value.AsText() is { } text)
        {
            if (string.IsNullOrWhiteSpace(text)) return null;
            parsed = text.AsSpan().TrimStart() is ['[' or '{', ..] ? Parsed(value, alias) : element switch
            {
                "String" => new JsonArray(text),
                "Object" => new JsonArray([.. text.Select(c => JsonValue.Create(c.ToString()))]),
                "Int16" or "Int32" or "Int64" => new JsonArray([.. text.Select(c => JsonValue.Create((int)c))]),
                _ => value,
            };
        }

        // One text is a list of one, or of its letters where anything may stand in the list, of their numbers where whole numbers may; a single number
        // or object is no list, in Elsa neither.
        if (parsed is not JsonArray items) throw ValueConversionException.Of(Scalars.Text(value), alias, parsed is JsonObject ? new JsonException("An array is expected.") : null);
        var list = new JsonArray();
        var seen = alias.StartsWith("HashSet<", StringComparison.Ordinal) ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (var item in items)
        {
            // What was JSON text is read strictly: "1" is no number there.
            if (parsed != value && !IsAsWritten(item, element)) throw ValueConversionException.Of(Scalars.Text(value), alias, new JsonException($"An item is no {element}."));
            var converted = isLoose && parsed == value ? Loose(item, element) ?? Scalars.Zero(element) : Convert(item, element);
            if (seen is not null && !seen.Add(converted?.ToJsonString(JsonMembers.Compact) ?? "null")) continue;
            list.Add(converted?.Parent is null ? converted : converted.DeepClone());
        }

        return list;
    }

    private static string Bytes(JsonArray numbers, bool isLoose)
    {
        try
        {
            return System.Convert.ToBase64String([.. List(numbers, "List<Int16>", "Int16", isLoose)!.Select(n => byte.Parse(n?.ToJsonString() ?? "0", CultureInfo.InvariantCulture))]);
        }
        catch (OverflowException e)
        {
            throw ValueConversionException.Of(Scalars.Text(numbers), "ByteArray", e);
        }
    }

    private static bool IsAsWritten(JsonNode? item, string alias) => IsNull(item) || alias.TrimEnd('?') switch
    {
        "String" or "Guid" or "DateTime" or "DateTimeOffset" or "TimeSpan" => item!.GetValueKind() == JsonValueKind.String,
        "Int16" or "Int32" or "Int64" => item!.GetValueKind() == JsonValueKind.Number && long.TryParse(item.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "Single" or "Double" or "Decimal" => item!.GetValueKind() == JsonValueKind.Number,
        "Boolean" => item!.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        _ => true,
    };

    /// <summary>Text that begins like JSON is parsed; other text and values stay.</summary>
    private static JsonNode? Parsed(JsonNode value, string alias)
    {
        if (value.AsText() is not { } text || text.AsSpan().TrimStart() is not ['{' or '[', ..]) return value;
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = DocumentScan.MostDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw ValueConversionException.Of(text, alias, e);
        }
    }

    private static object Enumeration(JsonNode value, Type type)
    {
        var text = Scalars.Text(value);
        return Enum.TryParse(type, text, true, out var member) ? member! : throw ValueConversionException.Of(text, type.Name);
    }
}
