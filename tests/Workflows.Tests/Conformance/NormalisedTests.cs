using System.Text.Json.Nodes;

namespace Workflows.Tests.Conformance;

public sealed class NormalisedTests
{
    [Theory]
    [InlineData("""{"a":1,"b":null}""", """{"a":1.0}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", false)]
    [InlineData("""{"a":1}""", """{}""", false)]
    [InlineData("""{}""", """{"a":1}""", false)]
    [InlineData("""{"originalActivityJson":"{\"x\":1,\"y\":2}"}""", """{"originalActivityJson":"{\"y\":2, \"x\":1}"}""", true)]
    public void Files_are_compared_by_content(string wanted, string got, bool equal) =>
        (Normalised.Differences(JsonNode.Parse(wanted), JsonNode.Parse(got)).Count == 0).ShouldBe(equal);

    [Fact]
    public void Made_ids_are_numbered_and_foreign_times_hidden()
    {
        var json = new JsonArray("0123456789abcdef", "x fedcba9876543210", "0123456789abcdef", "2031-05-05T10:00:00Z", "ra-1");
        new Normalised("flow-linear").Of(json)!.ToJsonString().ShouldBe("""["\u003Cid1\u003E","x \u003Cid2\u003E","\u003Cid1\u003E","\u003Ctime\u003E","ra-1"]""");
    }
}
