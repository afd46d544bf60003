using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Tasks.Forms;

namespace Workflows.Tests.Tasks;

public sealed class FormTests
{
    public static TheoryData<string> Shipped => [.. ShippedFiles.Forms.Keys];

    [Theory, MemberData(nameof(Shipped))]
    public void Every_shipped_form_is_read(string id)
    {
        var (form, problems) = new FormReader().Read(ShippedFiles.Forms[id]);
        problems.ShouldBeEmpty();
        form!.Id.ShouldBe(id);
    }

    [Theory]
    [InlineData("""{"type":"string","oneOf":[]}""", "/schema/properties/a/oneOf")]
    [InlineData("""{"type":"string","minimum":1}""", "/schema/properties/a/minimum")]
    [InlineData("""{"type":"string","pattern":"(a)\\1"}""", "/schema/properties/a/pattern")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", "/schema/properties/a/pattern")]
    [InlineData("""{"type":"string","format":"uri"}""", "/schema/properties/a/format")]
    [InlineData("""{"type":"null"}""", "/schema/properties/a/type")]
    [InlineData("""{"type":"array"}""", "/schema/properties/a/items")]
    [InlineData("""{"type":"integer","minimum":5,"maximum":4}""", "/schema/properties/a")]
    [InlineData("""{"type":"string","x-widget":"slider"}""", "/schema/properties/a/x-widget")]
    [InlineData("""{"type":"array","x-widget":"roster","items":{"type":"string"}}""", "/schema/properties/a/x-widget")]
    [InlineData("""{"type":"string","enum":["x"],"x-enum-labels":{"y":"Y"}}""", "/schema/properties/a/x-enum-labels/y")]
    [InlineData("""{"type":"string","x-event-date":true}""", "/schema/properties/a/x-event-date")]
    [InlineData("""{"type":"string","format":"date","x-event-date":"yes"}""", "/schema/properties/a/x-event-date")]
    [InlineData("""{"type":"object","properties":{"b":{"type":"string","format":"date","x-event-date":true,"x-label":"B"}}}""", "/schema/properties/a/properties/b/x-event-date")]
    public void What_is_not_supported_is_refused_with_its_place(string field, string place)
    {
        var schema = JsonNode.Parse(field)!.AsObject();
        schema.TryAdd("x-label", "A");
        var document = new JsonObject { ["id"] = "f", ["version"] = 1, ["title"] = "F", ["schema"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = schema } } };
        var (form, problems) = new FormReader().Read(document.ToJsonString());
        form.ShouldBeNull();
        problems.Select(p => p.Place).ShouldContain(place);
    }

    [Fact]
    public void A_faulty_rule_is_refused_with_its_place()
    {
        var (_, problems) = new FormReader(e => e == "!!" ? "no" : null).Read(
            """{"id":"f","version":1,"title":"F","schema":{"type":"object"},"rules":[{"id":"r","expression":"!!","level":"soft","text":"t","fields":["x"]},{"level":"odd"}]}""");
        problems.Select(p => p.Place).ShouldBe(
            ["/rules/0/fields", "/rules/0/expression", "/rules/1/level", "/rules/1/text", "/rules/1/id", "/rules/1/expression"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"id":"f","id":"g"}""")]
    [InlineData("""{"id":"f","version":0,"schema":1,"rules":{}}""")]
    public void A_document_that_is_no_form_is_refused(string json) => new FormReader().Read(json).Problems.ShouldNotBeEmpty();
}
