using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Reads the declared inputs and outputs of a definition.</summary>
internal static class ArgumentReader
{
    public static IReadOnlyList<InputDefinition> Inputs(JsonObject document, Place place, ReadSession session)
    {
        var inputs = new List<InputDefinition>();
        foreach (var (item, at) in document.Items("inputs", place, session))
            if (item is JsonObject json) inputs.Add(Input(json, at, session));
            else session.Problem(at, "An input is a JSON object.", "Đầu vào phải là một đối tượng JSON.");
        return inputs;
    }

    public static IReadOnlyList<OutputDefinition> Outputs(JsonObject document, Place place, ReadSession session)
    {
        var outputs = new List<OutputDefinition>();
        foreach (var (item, at) in document.Items("outputs", place, session))
        {
            if (item is JsonObject json)
                outputs.Add(new OutputDefinition(
                    NameOf(json, at, session), TypeOf(json, at, session), Words(json, "displayName", at, session), Words(json, "description", at, session),
                    Words(json, "category", at, session)));
            else session.Problem(at, "An output is a JSON object.", "Đầu ra phải là một đối tượng JSON.");
        }

        return outputs;
    }

    public static InputDefinition Input(JsonObject json, Place at, ReadSession session)
    {
        var driver = json.Text("storageDriverType", at, session);
        var storage = TypeAliases.StorageDriver(driver);
        if (storage is null && driver is not null)
            session.Problem(at["storageDriverType"], $"'{driver}' is no known storage driver.", $"Không có cách lưu '{driver}'.");
        return new InputDefinition(
            NameOf(json, at, session), TypeOf(json, at, session), Words(json, "displayName", at, session), Words(json, "description", at, session),
            Words(json, "category", at, session), json.Text("uiHint", at, session), storage);
    }

    private static string NameOf(JsonObject json, Place at, ReadSession session)
    {
        if (json.Text("name", at, session) is { Length: > 0 } name) return name;
        session.Problem(at["name"], "It has no name.", "Chưa có tên.");
        return "";
    }

    /// <summary>
    /// Elsa refuses a document with an unknown argument type, or with none, and so do we: nothing could convert its values. The member's name counts in
    /// this spelling only. Types of its own working parts are Object there.
    /// </summary>
    private static string TypeOf(JsonObject json, Place at, ReadSession session)
    {
        var name = json["type"] is null ? null : json.Text("type", at, session);
        if (TypeAliases.ResolveArgument(name) is not { } alias)
        {
            session.Problem(at["type"], name is null ? "It has no type." : $"'{name}' is no known type.", name is null ? "Chưa có kiểu." : $"Không có kiểu '{name}'.");
            return "Object";
        }

        return json["isArray"] is not null && json.Flag("isArray", at, session) == true ? alias + "[]" : alias;
    }

    /// <summary>Empty when the document does not speak of it, null when it says null: as Elsa writes it back.</summary>
    private static string? Words(JsonObject json, string name, Place at, ReadSession session) => json.Has(name) ? json.Text(name, at, session) : "";
}
