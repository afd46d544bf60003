using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;

namespace Workflows.Tests.Conformance;

/// <summary>An activity type of Elsa's that has no code here: what its descriptor says is enough to read and write it.</summary>
public sealed class DescriptorOnlyActivity : Activity
{
    public DescriptorOnlyActivity(JsonObject descriptor)
    {
        var type = Text(descriptor, "typeName");
        var ports = descriptor["ports"]!.AsArray().OfType<JsonObject>().Where(p => Text(p, "type") == "Embedded" && Text(p, "name") is not ("Start" or "Root"))
            .Select(p => Camel(Text(p, "name"))).ToList();
        var container = descriptor["isContainer"]!.GetValue<bool>();
        if (container) ports.Add("activities");
        if (type == "Elsa.Fork") ports.Add("branches");
        var texts = new ActivityAttribute(type)
        {
            Kind = Text(descriptor, "kind"),
            IsContainer = container,
            IsStart = descriptor["isStart"]!.GetValue<bool>(),
            IsTerminal = descriptor["isTerminal"]!.GetValue<bool>(),
            IsBrowsable = descriptor["isBrowsable"]!.GetValue<bool>(),
            Ports = [.. ports],
        };
        Descriptor = new ActivityDescriptor(
            type, descriptor["version"]!.GetValue<int>(), texts,
            [.. descriptor["inputs"]!.AsArray().OfType<JsonObject>().Select(i => new Input<JsonNode>(Text(i, "name"))
            {
                TypeName = Text(i, "typeName"), IsWrapped = i["isWrapped"]!.GetValue<bool>(), AutoEvaluate = i["autoEvaluate"]!.GetValue<bool>(),
            })],
            [.. descriptor["outputs"]!.AsArray().OfType<JsonObject>().Select(o => new Output(Text(o, "name"), Text(o, "typeName")))]);
    }

    protected internal override void Execute(ActivityContext context) => throw new NotSupportedException($"{Descriptor.TypeName} has no code.");

    private static string Text(JsonObject json, string name) => json[name]!.GetValue<string>();

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
