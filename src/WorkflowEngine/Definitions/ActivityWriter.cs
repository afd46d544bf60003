using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>Writes activities: what is special to the type first, then the common part, as Elsa orders them.</summary>
internal static class ActivityWriter
{
    public static JsonObject Write(ActivityNode node)
    {
        if (node.Composite is { } composite) return WriteComposite(node, composite);
        if (node.Activity is NotFoundActivity && node.Type != ActivityReader.NotFoundType) return WriteUnknown(node);
        var json = new JsonObject();
        if (node.Type == "Elsa.Flowchart")
        {
            WriteCommon(json, node, node.Type, node.Version);
            WriteContainer(json, node);
            json["connections"] = new JsonArray([.. node.Connections.Select(DefinitionWriter.Write)]);
            return json;
        }

        var descriptor = node.Activity.Descriptor;
        foreach (var declared in descriptor.Inputs)
        {
            if (!declared.IsWrapped) WriteUnwrapped(json, node, declared.JsonName);
            else WriteInput(json, node, declared);
        }

        if (descriptor.Ports.Contains("activities")) WriteContainer(json, node);
        foreach (var port in descriptor.Ports)
        {
            if (port == "activities") continue;
            if (ActivityReader.IsList(port)) json[port] = new JsonArray([.. Children(node, port).Select(Write)]);
            else if (node.Child(port) is { } child) json[port] = Write(child);
        }

        foreach (var declared in descriptor.Outputs) WriteOutput(json, node, declared);
        if (node.Type == ActivityReader.NotFoundType) DefinitionWriter.PutAll(json, node.Raw);
        WriteCommon(json, node, node.Type, node.Version);
        return json;
    }

    private static JsonObject WriteUnknown(ActivityNode node)
    {
        var json = new JsonObject
        {
            ["missingTypeName"] = node.Type,
            ["missingTypeVersion"] = 0,
            [ActivityReader.Original] = node.Raw.ToJsonString(JsonMembers.Compact),
        };
        WriteCommon(json, node, ActivityReader.NotFoundType, 1);
        return json;
    }

    private static JsonObject WriteComposite(ActivityNode node, Composite composite)
    {
        var json = new JsonObject
        {
            ["workflowDefinitionId"] = composite.Workflow.DefinitionId,
            ["workflowDefinitionVersionId"] = composite.Workflow.Id,
            ["latestAvailablePublishedVersion"] = composite.LatestVersion,
            ["latestAvailablePublishedVersionId"] = composite.LatestVersionId,
        };
        WriteCommon(json, node, node.Type, node.Version);
        foreach (var declared in composite.Workflow.Inputs)
        {
            var name = Words.Camel(declared.Name);
            if (!node.Inputs.TryGetValue(name, out var input)) continue;
            var written = Write(input, declared.Type);
            written["memoryReference"] = new JsonObject { ["id"] = $"{node.Id}:input-{Words.Kebab(declared.Name)}" };
            json[name] = written;
        }

        foreach (var declared in composite.Workflow.Outputs)
            if (node.Outputs.TryGetValue(Words.Camel(declared.Name), out var output)) json[Words.Camel(declared.Name)] = Write(output, declared.Type);
        return json;
    }

    private static void WriteCommon(JsonObject json, ActivityNode node, string type, int version)
    {
        json["id"] = node.Id;
        json["nodeId"] = node.NodeId;
        DefinitionWriter.Put(json, "name", node.Name);
        json["type"] = type;
        json["version"] = version;
        json["customProperties"] = node.CustomProperties.DeepClone();
        if (!node.HasNullMetadata || node.Parent?.Parent is null) json["metadata"] = node.Metadata.DeepClone();
    }

    private static void WriteContainer(JsonObject json, ActivityNode node)
    {
        json["activities"] = new JsonArray([.. Children(node, "activities").Select(Write)]);
        json["variables"] = new JsonArray([.. node.Variables.Select(v => DefinitionWriter.Write(v, false))]);
    }

    /// <summary>An empty input is left out, except where leaving it out would bring the type's default back.</summary>
    private static void WriteInput(JsonObject json, ActivityNode node, Input declared)
    {
        if (node.Inputs.TryGetValue(declared.JsonName, out var input)) json[declared.JsonName] = Write(input, TypeAliases.Of(declared));
        else if (ActivityDefaults.HasInput(node.Type, declared.JsonName)) json[declared.JsonName] = null;
    }

    private static JsonObject Write(InputValue input, string typeName)
    {
        var json = new JsonObject { ["typeName"] = typeName };
        if (input.Expression is { } expression)
        {
            var written = new JsonObject { ["type"] = expression.Type };
            if (expression.Value is { } value) written["value"] = value.DeepClone();
            json["expression"] = written;
        }

        return json;
    }

    private static void WriteOutput(JsonObject json, ActivityNode node, Output declared)
    {
        if (node.Outputs.TryGetValue(declared.JsonName, out var output)) json[declared.JsonName] = Write(output, declared.TypeName);
        else if (ActivityDefaults.OutputId(node.Type, declared.JsonName, node.Id) is { } id)
            json[declared.JsonName] = Write(new OutputBinding(declared.TypeName, id), declared.TypeName);
    }

    private static JsonObject Write(OutputBinding output, string typeName)
    {
        var json = new JsonObject { ["typeName"] = typeName };
        if (output.MemoryId is { } id) json["memoryReference"] = new JsonObject { ["id"] = id };
        if (output.Converter is { } converter) json["converter"] = converter.DeepClone();
        return json;
    }

    /// <summary>A raw value, the activities of switch cases put back into it.</summary>
    private static void WriteUnwrapped(JsonObject json, ActivityNode node, string name)
    {
        if (node.Raw[name] is not { } raw) return;
        var copy = raw.DeepClone();
        if (copy is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
                if (items[i] is JsonObject item && node.Child($"{name}[{i}]") is { } child) item["activity"] = Write(child);
        }

        json[name] = copy;
    }

    private static IReadOnlyList<ActivityNode> Children(ActivityNode node, string port) => node.Children.GetValueOrDefault(port) ?? [];
}
