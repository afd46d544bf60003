using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Reads declared variables and references to them.</summary>
internal static class VariableReader
{
    /// <summary>
    /// The variables of a definition or container. A definition's variable of an unknown type is left out, a container's becomes Object, as in Elsa.
    /// Those without id are named after their owner once its id is known.
    /// </summary>
    public static List<VariableDefinition> ReadAll(JsonObject owner, Place place, ReadSession session, bool ofContainer)
    {
        var variables = new List<VariableDefinition>();
        foreach (var (item, at) in owner.Items("variables", place, session))
        {
            if (item is not JsonObject declared)
            {
                session.Problem(at, "A variable is a JSON object.", "Biến phải là một đối tượng JSON.");
                continue;
            }

            if (Read(declared, at, session, ofContainer) is { } variable) variables.Add(variable);
        }

        return variables;
    }

    /// <summary>Gives a definition's variables without id the ids Elsa gives them.</summary>
    public static IReadOnlyList<VariableDefinition> WithIds(IReadOnlyList<VariableDefinition> variables, string ownerId)
    {
        var number = 0;
        return variables.All(v => v.Id.Length > 0) ? variables
            : [.. variables.Select(v => v.Id.Length > 0 ? v : v with { Id = $"{ownerId}:variable-{++number}" })];
    }

    /// <summary>Gives a container's variables without id one made from their place: Elsa makes one up there, ours is the same at every reading.</summary>
    public static IReadOnlyList<VariableDefinition> WithMadeIds(IReadOnlyList<VariableDefinition> variables, string nodeId) =>
        variables.All(v => v.Id.Length > 0) ? variables
            : [.. variables.Select((v, i) => v.Id.Length > 0 ? v : v with { Id = MadeId($"{nodeId}:variable-{i}") })];

    /// <summary>An id of the form that Elsa makes up, from what is the same at every reading.</summary>
    public static string MadeId(string place) => Fingerprint.Of(place);

    /// <summary>A reference as Elsa writes it: id, name, type and what else the document says of the variable.</summary>
    public static JsonObject? Reference(JsonNode? value, Place place, ReadSession session)
    {
        if (value.AsText() is { } text)
        {
            if (text.AsSpan().TrimStart() is not ['{', ..]) return null;
            try
            {
                value = DocumentScan.Parse(text, place);
            }
            catch (DefinitionFormatException)
            {
                return null;
            }
        }

        if (value is not JsonObject reference) return null;
        var type = TypeAliases.Resolve(reference.Text("typeName", place, session)) ?? "Object";
        var written = new JsonObject();
        if (reference.Text("id", place, session) is { } id) written["id"] = id;
        if (reference.Text("name", place, session) is { } name) written["name"] = name;
        written["typeName"] = type;
        if (reference.Member("value") is { } given && Values.DefaultText(Scalars.Text(given), type, out _) is { } initial) written["value"] = initial;
        if (TypeAliases.StorageDriver(reference.Text("storageDriverTypeName", place, session)) is { } driver) written["storageDriverTypeName"] = driver;
        return written;
    }

    private static VariableDefinition? Read(JsonObject json, Place place, ReadSession session, bool ofContainer)
    {
        // Of a container's variable Elsa takes the text of whatever stands there; a driver that is none it leaves out.
        string? Said(string member) => ofContainer && json.Member(member) is { } given ? Scalars.Text(given) : json.Text(member, place, session);
        var name = Said("name");
        if (string.IsNullOrEmpty(name)) session.Problem(place["name"], "The variable has no name.", "Biến chưa có tên.");
        var typeName = Said("typeName");
        if (typeName is null && !ofContainer) session.Problem(place["typeName"], "The variable has no type.", "Biến chưa có kiểu.");
        var alias = TypeAliases.Resolve(typeName);
        if (alias is null && !ofContainer)
        {
            session.Warn(place, $"The variable '{name}' is left out: '{typeName}' is no known type.", $"Bỏ qua biến '{name}': không có kiểu '{typeName}'.");
            return null;
        }

        if (alias is null && !string.IsNullOrWhiteSpace(typeName))
            session.Warn(place, $"The variable '{name}' becomes an Object: '{typeName}' is no known type.", $"Biến '{name}' thành Object: không có kiểu '{typeName}'.");
        alias ??= "Object";
        if (!ofContainer && json.Flag("isArray", place, session) == true) alias += "[]";
        var driver = Said("storageDriverTypeName");
        var storage = TypeAliases.StorageDriver(driver);
        if (storage is null && !string.IsNullOrWhiteSpace(driver))
            session.Warn(place, $"The variable '{name}' is not stored: '{driver}' is no known storage driver.", $"Biến '{name}' không được lưu: không có cách lưu '{driver}'.");
        return new VariableDefinition(
            Said("id") ?? "", name ?? "", alias, false, Default(json.Member("value"), alias, name, place, session, ofContainer), storage);
    }

    private static JsonValue? Default(JsonNode? value, string alias, string? name, Place place, ReadSession session, bool ofContainer)
    {
        if (Values.IsNull(value)) return null;
        var text = NumberText(value!) ?? Scalars.Text(value!);
        if (!ofContainer && string.IsNullOrWhiteSpace(text)) return null;
        var stored = Values.DefaultText(text, alias, out var failed);
        if (failed)
            session.Warn(place["value"], $"The default of '{name}' is no {alias}; it becomes {stored ?? "empty"}.", $"Giá trị đầu của '{name}' không phải {alias}; thành {stored ?? "trống"}.");
        if (ofContainer && alias is "DateTime" or "DateTimeOffset" && (string.IsNullOrWhiteSpace(text) || stored == Scalars.Stored(Scalars.Zero(alias), alias))) return JsonValue.Create("");
        return stored is null ? null : JsonValue.Create(stored);
    }

    /// <summary>A number with a fraction loses what says nothing (<c>10.0</c>), as in Elsa; null for anything else.</summary>
    private static string? NumberText(JsonNode value) => value.GetValueKind() == JsonValueKind.Number && value.ToJsonString() is var raw
        && !long.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? double.Parse(raw, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) : null;
}
