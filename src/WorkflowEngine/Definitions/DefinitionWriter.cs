using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Writes definitions as Elsa 3.8 does: camel case in its order, empty members left out, Vietnamese letters as they are.</summary>
public static class DefinitionWriter
{
    private const string Schema = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";

    private static readonly JsonSerializerOptions Indented = new(JsonMembers.Compact) { WriteIndented = true };

    /// <summary>The document as text.</summary>
    /// <param name="workflow">What to write.</param>
    /// <param name="export">For a file: with the schema's address, on many lines.</param>
    public static string WriteText(Workflow workflow, bool export = false) => Write(workflow, export).ToJsonString(export ? Indented : JsonMembers.Compact);

    /// <summary>The document; composites without their graphs, unknown activities as Elsa keeps them.</summary>
    public static JsonObject Write(Workflow workflow, bool withSchema = false)
    {
        var json = new JsonObject();
        if (withSchema) json["$schema"] = Schema;
        json["id"] = workflow.Id;
        json["definitionId"] = workflow.DefinitionId;
        Put(json, "name", workflow.Name);
        Put(json, "description", workflow.Description);
        if (workflow.CreatedAt is { } created) json["createdAt"] = created;
        json["version"] = workflow.Version;
        Put(json, "toolVersion", workflow.ToolVersion);
        json["variables"] = new JsonArray([.. workflow.Variables.Select(v => Write(v, true))]);
        json["inputs"] = new JsonArray([.. workflow.Inputs.Select(Write)]);
        json["outputs"] = new JsonArray([.. workflow.Outputs.Select(Write)]);
        json["outcomes"] = new JsonArray([.. workflow.Outcomes.Select(o => JsonValue.Create(o))]);
        json["customProperties"] = workflow.CustomProperties.DeepClone();
        json["isReadonly"] = workflow.IsReadonly;
        json["isSystem"] = workflow.IsSystem;
        json["isLatest"] = workflow.IsLatest;
        json["isPublished"] = workflow.IsPublished;
        json["options"] = Write(workflow.Options);
        if (workflow.Root.Child("root") is { } root) json["root"] = ActivityWriter.Write(root);
        return json;
    }

    /// <summary>One activity with everything inside it, as it stands in a document.</summary>
    public static JsonObject WriteActivity(ActivityNode node) => ActivityWriter.Write(node);

    internal static JsonObject Write(Connection connection)
    {
        return new JsonObject
        {
            ["source"] = End(connection.Source, connection.SourcePort),
            ["target"] = End(connection.Target, connection.TargetPort),
            ["vertices"] = connection.Vertices?.DeepClone() ?? new JsonArray(),
        };

        static JsonObject End(string activity, string? port)
        {
            var end = new JsonObject { ["activity"] = activity };
            Put(end, "port", port);
            return end;
        }
    }

    internal static JsonObject Write(VariableDefinition variable, bool ofDefinition)
    {
        var json = new JsonObject { ["id"] = variable.Id, ["name"] = variable.Name, ["typeName"] = variable.TypeName };
        if (ofDefinition) json["isArray"] = variable.IsArray;
        if (variable.Value is { } value) json["value"] = value.DeepClone();
        Put(json, "storageDriverTypeName", variable.StorageDriverTypeName);
        return json;
    }

    internal static JsonObject Write(InputDefinition input)
    {
        var json = new JsonObject();
        Put(json, "uiHint", input.UiHint);
        Put(json, "storageDriverType", input.StorageDriverType);
        Argument(json, input.Type, input.Name, input.DisplayName, input.Description, input.Category);
        return json;
    }

    internal static void Put(JsonObject json, string name, string? value)
    {
        if (value is not null) json[name] = value;
    }

    internal static void PutAll(JsonObject json, JsonObject? members)
    {
        foreach (var (name, value) in members ?? []) json.TryAdd(name, value?.DeepClone());
    }

    private static JsonObject Write(OutputDefinition output)
    {
        var json = new JsonObject();
        Argument(json, output.Type, output.Name, output.DisplayName, output.Description, output.Category);
        return json;
    }

    private static void Argument(JsonObject json, string type, string name, string? displayName, string? description, string? category)
    {
        // Elsa has the items' type beside the mark of a list here, and its own name for whole numbers of 64 bits.
        var isArray = type.EndsWith("[]", StringComparison.Ordinal);
        json["type"] = (isArray ? type[..^2] : type) switch { "Int64" => "Long", "Int64?" => "Long?", var alias => alias };
        json["name"] = name;
        Put(json, "displayName", displayName);
        Put(json, "description", description);
        Put(json, "category", category);
        if (isArray) json["isArray"] = true;
    }

    private static JsonObject Write(WorkflowOptions options)
    {
        var json = new JsonObject();
        Put(json, "activationStrategyType", options.ActivationStrategyType);
        if (options.UsableAsActivity is { } usable) json["usableAsActivity"] = usable;
        json["autoUpdateConsumingWorkflows"] = options.AutoUpdateConsumingWorkflows ?? false;
        Put(json, "activityCategory", options.ActivityCategory);
        Put(json, "incidentStrategyType", options.IncidentStrategyType);
        Put(json, "commitStrategyName", options.CommitStrategyName);
        return json;
    }
}
