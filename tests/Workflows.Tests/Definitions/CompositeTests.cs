using WorkflowEngine.Definitions;
using Workflows.Tests.Conformance;

namespace Workflows.Tests.Definitions;

public sealed class CompositeTests
{
    private static readonly Workflow Inner = Documents.Read(
        """{"id":"box-v2","definitionId":"box","name":"Inner box","version":2,"inputs":[{"name":"TotalSum","type":"Int32"}],"root":{"id":"steps","type":"Elsa.Sequence","activities":[{"id":"w","type":"Elsa.WriteLine"}]}}""").Workflow;

    private static readonly DefinitionReader Reader = new(CorpusCatalog.All, r => r.TypeName == "InnerBox" ? new Composite(Inner, 3, "box-v3") : null);

    private static readonly Workflow Outer = Reader.Read(Documents.Sequence("""{"id":"sub","type":"InnerBox","totalSum":7}""", Documents.Line("w"))).Workflow;

    [Fact]
    public void Its_graph_stands_below_the_activity()
    {
        Outer.Root.Id.ShouldBe("Workflow2");
        Outer.FindNode("Workflow2:steps:sub:Workflow1:steps:w")!.Parent!.Parent!.Parent!.Id.ShouldBe("sub");
        Inner.FindNode("Workflow1:steps:w").ShouldNotBeNull();
    }

    [Fact]
    public void An_id_means_the_documents_own_activity_first() => Outer.FindActivity("w")!.NodeId.ShouldBe("Workflow2:steps:w");

    [Fact]
    public void It_is_written_with_its_versions_and_without_its_graph()
    {
        var sub = DefinitionWriter.Write(Outer)["root"]!["activities"]![0]!.AsObject();
        sub.ToJsonString().ShouldStartWith(
            """{"workflowDefinitionId":"box","workflowDefinitionVersionId":"box-v2","latestAvailablePublishedVersion":3,"latestAvailablePublishedVersionId":"box-v3","id":"sub","nodeId":"Workflow2:steps:sub","type":"InnerBox","version":2""");
        sub["totalSum"]!.ToJsonString().ShouldBe("""{"typeName":"Int32","expression":{"type":"Literal","value":7},"memoryReference":{"id":"sub:input-total-sum"}}""");
        sub.ContainsKey("root").ShouldBeFalse();
    }
}
