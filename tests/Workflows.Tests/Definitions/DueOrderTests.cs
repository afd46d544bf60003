using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

public sealed class DueOrderTests
{
    private static readonly DefinitionReader Reader = new(new ActivityCatalog([typeof(Activity).Assembly, typeof(Unions.UnionSetup).Assembly]));

    [Theory]
    [InlineData("Literal", "hoiNghiNganh", null)]
    [InlineData("Literal", "", null)]
    [InlineData("Literal", "guiHoSo", "guiHoSo.dueAfter")]
    [InlineData("Literal", "hoiNghiTinh", "guiHoSo.dueAfter")]
    [InlineData("Literal", "tongHop", "guiHoSo.dueAfter")]
    [InlineData("JavaScript", "'hoiNghi' + 'Nganh'", "guiHoSo.dueAfter")]
    public void A_relation_names_another_task_of_the_workflow(string type, string value, string? place)
    {
        var document = JsonNode.Parse(Unions.ShippedFiles.Definitions["hoi-nghi-dien-hinh-tien-tien-nganh"])!;
        var task = document["root"]!["activities"]!.AsArray().Single(a => a!["id"]!.ToString() == "guiHoSo")!;
        (task["dueAfter"]!["expression"]!["type"], task["dueAfter"]!["expression"]!["value"]) = (type, value);
        DueOrder.Problems(Reader.Read(document.ToJsonString()).Workflow).Select(p => p.Path).ShouldBe(place is null ? [] : [place]);
    }
}
