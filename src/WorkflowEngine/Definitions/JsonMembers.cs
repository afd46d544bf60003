using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Members of a document's objects by name in any case, as Elsa reads them, with the place in every complaint.</summary>
public static class JsonMembers
{
    /// <summary>Compact, Vietnamese letters as they are, deep enough for every document we accept.</summary>
    internal static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    /// <summary>The document as text.</summary>
    /// <exception cref="DefinitionFormatException">It holds half of a surrogate pair: an escape that is JSON and no text.</exception>
    internal static string TextOf(JsonObject document)
    {
        try
        {
            return document.ToJsonString(Compact);
        }
        catch (InvalidOperationException)
        {
            throw new DefinitionFormatException(
                new DefinitionProblem("$", "A text in the document contains a broken character (half of a surrogate pair).", "Tài liệu có ký tự hỏng (nửa cặp surrogate)."));
        }
    }

    internal static JsonNode? Member(this JsonObject owner, string name)
    {
        if (owner.TryGetPropertyValue(name, out var exact)) return exact;
        foreach (var (key, value) in owner)
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) return value;
        return null;
    }

    internal static bool Has(this JsonObject owner, string name) =>
        owner.ContainsKey(name) || owner.Any(m => string.Equals(m.Key, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The member is there and null.</summary>
    internal static bool IsNull(this JsonObject owner, string name) => owner.Member(name) is null && owner.Has(name);

    /// <summary>The text that the node is; null: it is something else, or nothing.</summary>
    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    internal static string? Text(this JsonObject owner, string name, Place place, ReadSession session)
    {
        var node = owner.Member(name);
        if (node is null || node.GetValueKind() == JsonValueKind.String) return node.AsText();
        session.ExpectText(place[name]);
        return null;
    }

    internal static bool? Flag(this JsonObject owner, string name, Place place, ReadSession session)
    {
        switch (owner.Member(name))
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue(out bool flag):
                return flag;
            default:
                session.ExpectFlag(place[name]);
                return null;
        }
    }

    /// <summary>As <see cref="Flag"/>, but null is no answer either: the member is true, false or not there.</summary>
    internal static bool? GivenFlag(this JsonObject owner, string name, Place place, ReadSession session)
    {
        if (owner.IsNull(name)) session.ExpectFlag(place[name]);
        return owner.Flag(name, place, session);
    }

    /// <summary>A whole number written as one: <c>2</c>, not <c>2.0</c>.</summary>
    internal static int? Whole(this JsonObject owner, string name, Place place, ReadSession session)
    {
        switch (owner.Member(name))
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number
                && int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return number;
            default:
                session.ExpectWhole(place[name]);
                return null;
        }
    }

    /// <summary>As <see cref="Whole"/>, but null is no answer either: the member is a number or not there.</summary>
    internal static int? GivenWhole(this JsonObject owner, string name, Place place, ReadSession session)
    {
        if (owner.IsNull(name)) session.ExpectWhole(place[name]);
        return owner.Whole(name, place, session);
    }

    /// <summary>A member object, or null; anything else is a problem.</summary>
    internal static JsonObject? Object(this JsonObject owner, string name, Place place, ReadSession session)
    {
        var node = owner.Member(name);
        if (node is null or JsonObject) return (JsonObject?)node;
        session.ExpectObject(place[name]);
        return null;
    }

    /// <summary>The items of a member array with their places; wrapped arrays count, null is empty, anything else is a problem.</summary>
    internal static IEnumerable<(JsonNode? Item, Place Place)> Items(this JsonObject owner, string name, Place place, ReadSession session)
    {
        var node = owner.Member(name);
        var array = node as JsonArray ?? (node is JsonObject wrapper ? LegacyShapes.ArrayIn(wrapper) : null);
        if (array is not null) return array.Select((item, i) => (item, place[name][i]));
        if (node is not null) session.ExpectArray(place[name]);
        return [];
    }
}
