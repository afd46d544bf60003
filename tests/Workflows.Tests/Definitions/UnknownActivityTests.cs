using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using Workflows.Tests.Conformance;

namespace Workflows.Tests.Definitions;

public sealed class UnknownActivityTests
{
    private const string Fax = """{"id":"fax","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Literal","value":"Gửi đi"}},"metadata":{"designer":{"x":1}}}""";
    private static readonly string Document = Documents.Flowchart(
        """[{"source":{"activity":"go","port":"Done"},"target":{"activity":"fax","port":"In"}},{"source":{"activity":"fax","port":"Done"},"target":{"activity":"go","port":"In"}}]""",
        """{"id":"go","type":"Elsa.Start"}""", Fax);

    /// <summary>A server that does not have one of the types.</summary>
    private static readonly DefinitionReader Without = new(new ActivityCatalog(CorpusCatalog.All.All.Where(a => a.Descriptor.TypeName != "Elsa.WriteLine")));

    [Fact]
    public void An_unknown_activity_is_kept_whole_and_its_connections_set_aside()
    {
        var root = Without.Read(Document).Workflow.Root.Child("root")!;
        var fax = root.Children["activities"][1];
        (fax.Type, fax.Activity is NotFoundActivity, fax.Raw["text"]!["typeName"]!.GetValue<string>()).ShouldBe(("Elsa.WriteLine", true, "String"));
        root.Connections.Single().Target.ShouldBe("fax");
        var written = Written(Without, Document);
        var kept = written["root"]!["activities"]![1]!;
        kept["missingTypeName"]!.GetValue<string>().ShouldBe("Elsa.WriteLine");
        kept["metadata"]!.ToJsonString().ShouldBe("""{"designer":{"x":1},"displayText":"Not Found: Elsa.WriteLine","description":"Could not find activity type Elsa.WriteLine with version 0"}""");
        kept["originalActivityJson"]!.GetValue<string>().ShouldBe(Fax);
        written["root"]!["customProperties"]!["notFoundConnections"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void Writing_and_reading_it_again_changes_nothing()
    {
        var once = DefinitionWriter.WriteText(Without.Read(Document).Workflow);
        DefinitionWriter.WriteText(Without.Read(once).Workflow).ShouldBe(once);
    }

    [Fact]
    public void Where_the_type_is_known_it_comes_back_with_its_connections()
    {
        var kept = DefinitionWriter.WriteText(Without.Read(Document).Workflow);
        var root = Documents.Root(kept);
        root.Children["activities"][1].Inputs["text"].Expression!.Value!.GetValue<string>().ShouldBe("Gửi đi");
        root.Connections.Select(c => c.Source).ShouldBe(["go", "fax"]);
        root.CustomProperties["notFoundConnections"]!.AsArray().ShouldBeEmpty();
        JsonNode.DeepEquals(Documents.Written(kept)["root"]!["activities"], Documents.Written(Document)["root"]!["activities"]).ShouldBeTrue();
    }

    [Fact]
    public void A_broken_original_is_refused_at_its_place()
    {
        var json = Documents.Sequence("""{"type":"Elsa.NotFoundActivity","originalActivityJson":"{\"type\":\"Elsa.WriteLine\",\"text\":\"\\u0000\"}"}""");
        Should.Throw<DefinitionFormatException>(() => Documents.Read(json)).Path.ShouldBe("$.root.activities[0].originalActivityJson.text");
    }

    private static JsonObject Written(DefinitionReader reader, string json) => DefinitionWriter.Write(reader.Read(json).Workflow);
}
