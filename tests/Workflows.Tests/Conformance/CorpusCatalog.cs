using System.Reflection;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace Workflows.Tests.Conformance;

/// <summary>Our activities, and Elsa's other types by descriptor only.</summary>
public static class CorpusCatalog
{
    public static readonly IReadOnlyList<JsonObject> ElsaDescriptors =
        [.. JsonNode.Parse(File.ReadAllText(Corpus.FileOf("descriptors.json")))!["items"]!.AsArray().OfType<JsonObject>()];

    public static readonly ActivityCatalog Ours = new(typeof(Activity).Assembly, Assembly.Load("Activities"));

    public static readonly ActivityCatalog All = new(Ours.All.Concat(
        ElsaDescriptors.Where(d => Ours.Find(d["typeName"]!.GetValue<string>()) is null).Select(d => new DescriptorOnlyActivity(d))));
}
