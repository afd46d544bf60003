using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>A document that is no definition, with the place inside it.</summary>
public sealed class DefinitionFormatException(string place, string message) : Exception($"{place}: {message}")
{
    public string Place { get; } = place;
}

/// <summary>What was read, and what was left out of it.</summary>
public sealed record ReadResult(Workflow Workflow, IReadOnlyList<string> Warnings);

/// <summary>Reads Elsa 3.8 definition JSON (stand-in until the full reader lands).</summary>
public sealed class DefinitionReader(ActivityCatalog catalog)
{
    private static readonly string[] Common = ["id", "nodeId", "name", "type", "version", "customProperties", "metadata", "activities", "variables", "connections"];

    public ReadResult Read(string json)
    {
        JsonObject document;
        try
        {
            document = JsonNode.Parse(json) as JsonObject ?? throw new DefinitionFormatException("$", "A definition is an object.");
        }
        catch (JsonException e)
        {
            throw new DefinitionFormatException("$", e.Message);
        }

        var options = document["options"] as JsonObject;
        var variables = Variables(document["variables"]);
        var root = ReadNode(document["root"] as JsonObject ?? new JsonObject { ["id"] = "Sequence1", ["type"] = "Elsa.Sequence" }, "Workflow1", "$.root");
        var top = new ActivityNode
        {
            Id = "Workflow1", NodeId = "Workflow1", Type = "Elsa.Workflow", Activity = catalog.Find("Elsa.Workflow")!, Variables = variables,
            Children = new Dictionary<string, IReadOnlyList<ActivityNode>> { ["root"] = [root] },
        };
        root.Parent = top;
        return new ReadResult(new Workflow
        {
            Id = Text(document["id"]) ?? "", DefinitionId = Text(document["definitionId"]) ?? "", Version = document["version"]?.GetValue<int>() ?? 1,
            Name = Text(document["name"]), Description = Text(document["description"]), Variables = variables, Root = top,
            Inputs = [.. (document["inputs"] as JsonArray ?? []).OfType<JsonObject>().Select(i => new InputDefinition(
                Text(i["name"])!, Text(i["type"]) ?? "Object", Text(i["displayName"]), null, null, null, Text(i["storageDriverType"]), null))],
            Outputs = [.. (document["outputs"] as JsonArray ?? []).OfType<JsonObject>().Select(o => new OutputDefinition(
                Text(o["name"])!, Text(o["type"]) ?? "Object", null, null, null, null))],
            Options = new WorkflowOptions { IncidentStrategyType = Text(options?["incidentStrategyType"]) },
        }, []);
    }

    private ActivityNode ReadNode(JsonObject json, string parent, string place)
    {
        var type = Text(json["type"]) ?? throw new DefinitionFormatException(place, "An activity needs a type.");
        var id = Text(json["id"]) ?? throw new DefinitionFormatException(place, "An activity needs an id.");
        var activity = catalog.Find(type) ?? catalog.Find("Elsa.NotFoundActivity")!;
        var (inputs, outputs, raw) = (new Dictionary<string, InputValue>(), new Dictionary<string, OutputBinding>(), new JsonObject());
        var children = new Dictionary<string, IReadOnlyList<ActivityNode>>();
        var nodeId = $"{parent}:{id}";
        if (json["activities"] is JsonArray array)
            children["activities"] = [.. array.OfType<JsonObject>().Select((a, i) => ReadNode(a, nodeId, $"{place}.activities[{i}]"))];
        foreach (var (name, value) in json)
        {
            if (Common.Contains(name)) continue;
            if (activity.Descriptor.Ports.Contains(name) && value is JsonObject child) children[name] = [ReadNode(child, nodeId, $"{place}.{name}")];
            else if (value is JsonObject o && o["memoryReference"] is JsonObject memory) outputs[name] = new OutputBinding(Text(o["typeName"]), Text(memory["id"]));
            else if (value is JsonObject w && w["expression"] is JsonObject e) inputs[name] = new InputValue(Text(w["typeName"]), new Expression(Text(e["type"]) ?? "Literal", e["value"]?.DeepClone()));
            else raw[name] = value?.DeepClone();
        }

        var node = new ActivityNode
        {
            Id = id, NodeId = nodeId, Type = type, Name = Text(json["name"]), Version = json["version"]?.GetValue<int>() ?? 1, Activity = activity,
            Inputs = inputs, Outputs = outputs, Raw = raw, Children = children, Variables = Variables(json["variables"]),
            Connections = [.. (json["connections"] as JsonArray ?? []).OfType<JsonObject>().Select(c => new Connection(
                Text(c["source"]?["activity"])!, Text(c["source"]?["port"]), Text(c["target"]?["activity"])!, Text(c["target"]?["port"]), null))],
            CanStartWorkflow = json["customProperties"]?["canStartWorkflow"]?.GetValue<bool>() ?? false,
        };
        foreach (var c in node.AllChildren) c.Parent = node;
        return node;
    }

    private static IReadOnlyList<VariableDefinition> Variables(JsonNode? json) =>
        [.. (json as JsonArray ?? []).OfType<JsonObject>().Select(v => new VariableDefinition(
            Text(v["id"])!, Text(v["name"])!, Text(v["typeName"]) ?? "Object", v["isArray"]?.GetValue<bool>() ?? false, v["value"]?.DeepClone(), Text(v["storageDriverTypeName"])))];

    private static string? Text(JsonNode? node) => node is JsonValue v && v.TryGetValue(out string? text) ? text : null;
}
