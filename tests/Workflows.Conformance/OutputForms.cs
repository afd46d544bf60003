using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Conformance;

/// <summary>
/// Outputs in the form in which Elsa stores them, which tells where a list or object comes from: a list that a script made stands with its kind;
/// what came from outside, or was stored with a variable by an earlier step, stands as its text when a script gives it; else it is as it is.
/// </summary>
internal sealed class OutputForms
{
    private readonly List<JsonNode> _given = [];
    private readonly Dictionary<Guid, List<JsonNode>> _stored = [];
    private readonly Dictionary<(Guid Instance, string Output), (JsonNode? Value, JsonNode? Form)> _forms = [];

    /// <summary>A step brought this from outside.</summary>
    public void Bring(JsonNode? value) => _given.AddRange(Composed(value));

    /// <summary>Looks at what a step has left.</summary>
    public void Look(IEnumerable<CaseInstance> instances)
    {
        foreach (var instance in instances)
        {
            var stored = _stored.GetValueOrDefault(instance.Id) ?? [];
            foreach (var (name, value) in instance.State.Output)
                if (!_forms.TryGetValue((instance.Id, name), out var known) || !JsonNode.DeepEquals(known.Value, value))
                    _forms[(instance.Id, name)] = (value, Form(instance.Workflow, name, value, stored));
            _stored[instance.Id] = [.. from context in instance.State.Contexts
                from declared in instance.Workflow.FindNode(context.NodeId)?.Variables ?? []
                where declared is { TypeName: "Object", IsArray: false }
                from node in Composed(context.Variables?.GetValueOrDefault(declared.Id))
                select node];
        }
    }

    public JsonObject Of(CaseInstance instance) => new(instance.State.Output.Select(o => KeyValuePair.Create(
        o.Key, (_forms.TryGetValue((instance.Id, o.Key), out var known) ? known.Form : o.Value)?.DeepClone())));

    private JsonNode? Form(Workflow workflow, string name, JsonNode? value, List<JsonNode> stored)
    {
        var writers = workflow.Nodes.Where(n => n.Type == "Elsa.SetOutput" && n.Inputs.GetValueOrDefault("outputName")?.Expression?.Value?.ToString() == name)
            .Select(n => n.Inputs.GetValueOrDefault("outputValue")?.Expression?.Type).ToHashSet();
        var isScripted = writers.Contains("JavaScript") || workflow.Nodes.Any(n => n.Type == "Elsa.RunJavaScript" && n.Outputs.GetValueOrDefault("result")?.MemoryId == name);
        if (isScripted) return Kinds(value, [.. _given, .. stored]);
        return writers.Contains("Variable") && (Has(stored, value) || !Has(_given, value)) ? Kinds(value, stored) : value;
    }

    private static bool Has(List<JsonNode> nodes, JsonNode? value) => nodes.Exists(n => JsonNode.DeepEquals(n, value));

    private static JsonNode? Kinds(JsonNode? value, List<JsonNode> asText)
    {
        if (value is not (JsonArray or JsonObject)) return value?.DeepClone();
        if (Has(asText, value))
            return new JsonObject { ["_island"] = value.ToString(), ["_type"] = value is JsonArray ? "JsonArray" : "JsonObject" };
        return value is JsonArray list
            ? new JsonObject { ["_items"] = new JsonArray([.. list.Select(item => Kinds(item, asText))]), ["_type"] = "Object[]" }
            : new JsonObject(value.AsObject().Select(m => KeyValuePair.Create(m.Key, Kinds(m.Value, asText))));
    }

    /// <summary>The lists and objects in a value, itself included; not those with nothing in them, which any other equals.</summary>
    private static IEnumerable<JsonNode> Composed(JsonNode? value) => value switch
    {
        JsonArray { Count: > 0 } items => items.SelectMany(Composed).Prepend(items),
        JsonObject { Count: > 0 } members => members.SelectMany(m => Composed(m.Value)).Prepend(members),
        _ => [],
    };
}
