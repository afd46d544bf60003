using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

public sealed class MalformedTests
{
    [Theory]
    [InlineData("", "$", "not valid JSON")]
    [InlineData("nonsense", "$", "not valid JSON")]
    [InlineData("[]", "$", "object is expected")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","activities":[{"type":"x"},""", "$.root.activities[0]", "line 1")]
    [InlineData("""{"a":1,"a":2}""", "$.a", "twice")]
    [InlineData("""{"name":"\u0000"}""", "$.name", "U+0000")]
    [InlineData("""{"customProperties":{"a b":{"\u0000":1}}}""", "$.customProperties['a b']", "U+0000")]
    [InlineData("""{"name":"\ud800"}""", "$.name", "surrogate")]
    [InlineData("""{"customProperties":{"n":[1e999]}}""", "$.customProperties.n[0]", "too large")]
    [InlineData("""{"name":5}""", "$.name", "Text is expected")]
    [InlineData("""{"version":"three"}""", "$.version", "whole number")]
    [InlineData("""{"version":1.5}""", "$.version", "whole number")]
    [InlineData("""{"isPublished":"perhaps"}""", "$.isPublished", "true or false")]
    [InlineData("""{"createdAt":"yesterday"}""", "$.createdAt", "date")]
    [InlineData("""{"options":[]}""", "$.options", "object is expected")]
    [InlineData("""{"options":{"incidentStrategyType":"Pray"}}""", "$.options.incidentStrategyType", "'Pray'")]
    [InlineData("""{"outcomes":[1]}""", "$.outcomes[0]", "Text is expected")]
    [InlineData("""{"variables":{}}""", "$.variables", "array is expected")]
    [InlineData("""{"variables":[7]}""", "$.variables[0]", "variable is a JSON object")]
    [InlineData("""{"variables":[{"typeName":"String"}]}""", "$.variables[0].name", "no name")]
    [InlineData("""{"inputs":[{"name":"A","type":"My.Type"}]}""", "$.inputs[0].type", "'My.Type'")]
    [InlineData("""{"inputs":[{"type":"String"}]}""", "$.inputs[0].name", "no name")]
    [InlineData("""{"inputs":[{"name":"A","type":"String","storageDriverType":"Disk"}]}""", "$.inputs[0].storageDriverType", "'Disk'")]
    [InlineData("""{"outputs":["A"]}""", "$.outputs[0]", "output is a JSON object")]
    [InlineData("""{"root":5}""", "$.root", "activity is a JSON object")]
    [InlineData("""{"root":{}}""", "$.root.type", "no type")]
    [InlineData("""{"root":{"Type":"Elsa.Sequence"}}""", "$.root.type", "no type")]
    [InlineData("""{"root":{"type":7}}""", "$.root.type", "no type")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","id":7}}""", "$.root.id", "Text is expected")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","version":"1"}}""", "$.root.version", "whole number")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","metadata":[]}}""", "$.root.metadata", "object is expected")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","activities":{"a":1}}}""", "$.root.activities", "array is expected")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","activities":[null]}}""", "$.root.activities[0]", "activity is a JSON object")]
    [InlineData("""{"root":{"type":"Elsa.If","then":[1]}}""", "$.root.then", "activity is a JSON object")]
    [InlineData("""{"root":{"type":"Elsa.Switch","cases":[{"label":"x","activity":{"id":"a"}}]}}""", "$.root.cases[0].activity.type", "no type")]
    [InlineData("""{"root":{"type":"Elsa.WriteLine","text":{"typeName":"String","expression":"x"}}}""", "$.root.text.expression", "expression is a JSON object")]
    [InlineData("""{"root":{"type":"Elsa.WriteLine","text":{"typeName":"String","expression":{"type":5}}}}""", "$.root.text.expression.type", "Text is expected")]
    [InlineData("""{"root":{"type":"Elsa.Event","result":"v"}}""", "$.root.result", "memoryReference")]
    [InlineData("""{"root":{"type":"Elsa.Event","result":{"typeName":"Object","memoryReference":{"id":5}}}}""", "$.root.result.memoryReference.id", "Text is expected")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","activities":[{"id":"a","type":"Elsa.Start"},{"id":"a","type":"Elsa.End"}]}}""", "$.root.activities[1].id", "already that of $.root.activities[0]")]
    [InlineData("""{"root":{"type":"Elsa.Flowchart","connections":[5]}}""", "$.root.connections[0]", "connection is a JSON object")]
    [InlineData("""{"root":{"type":"Elsa.Flowchart","connections":[{"target":{"activity":"a"}}]}}""", "$.root.connections[0].source", "source and a target")]
    [InlineData("""{"root":{"type":"Elsa.Flowchart","connections":[{"source":{"port":"Done"},"target":{"activity":"a"}}]}}""", "$.root.connections[0].source.activity", "names no activity")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","activities":[{"type":"Elsa.Start"},{"type":"Elsa.Flowchart","activities":[{"id":"a","type":"Elsa.Start"}],"connections":[{"source":"a","target":"ghost"}]}]}}""", "$.root.activities[1].connections[0].target", "'ghost'")]
    [InlineData("""{"root":{"type":"Elsa.NotFoundActivity","originalActivityJson":"{\"id\":"}}""", "$.root.originalActivityJson.id", "not valid JSON")]
    public void A_broken_document_is_refused_at_the_place(string json, string path, string message)
    {
        var problem = Should.Throw<DefinitionFormatException>(() => Documents.Read(json));
        problem.Path.ShouldBe(path);
        problem.Problems[0].Message.ShouldContain(message);
        problem.Problems[0].MessageVi.ShouldNotBeNullOrWhiteSpace();
        problem.MessageVi.ShouldStartWith(path);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problem = Should.Throw<DefinitionFormatException>(() => Documents.Read(
            """{"name":1,"variables":[{"id":"a"}],"root":{"type":"Elsa.Sequence","activities":[{"id":"a"},{"type":"Elsa.Start","id":2}]}}"""));
        problem.Problems.Select(p => p.Path).ShouldBe(["$.name", "$.variables[0].name", "$.variables[0].typeName", "$.root.activities[0].type", "$.root.activities[1].id"], ignoreOrder: true);
    }

    [Fact]
    public void Endless_problems_end_the_reading() => Should.Throw<DefinitionFormatException>(() => Documents.Read(
        new JsonObject { ["outcomes"] = new JsonArray([.. Enumerable.Repeat(0, 10_000).Select(n => (JsonNode)n)]) }.ToJsonString())).Problems.Count.ShouldBe(50);

    [Fact]
    public void Size_and_depth_are_bounded()
    {
        Should.Throw<DefinitionFormatException>(() => Documents.Read($$"""{"name":"{{new string('x', 5_000_000)}}"}""")).Message.ShouldContain("4 MB");
        var deep = string.Concat(Enumerable.Repeat("[", 500)) + string.Concat(Enumerable.Repeat("]", 500));
        Should.Throw<DefinitionFormatException>(() => Documents.Read($$$"""{"customProperties":{"a":{{{deep}}}}}""")).Message.ShouldContain("200 levels");
        var nested = Nested(95);
        DefinitionWriter.WriteText(Documents.Read(nested).Workflow).ShouldContain("Start1");
        Should.Throw<DefinitionFormatException>(() => Documents.Read(Nested(105)));
    }

    [Fact]
    public void Long_ids_and_endless_lists_are_bounded()
    {
        var longId = new string('i', 1200);
        Should.Throw<DefinitionFormatException>(() => Documents.Read(Documents.WithRoot(
            $$"""{"id":"{{longId}}","type":"Elsa.Sequence","activities":[{"id":"{{longId}}2","type":"Elsa.Start"}]}"""))).Path.ShouldBe("$.root.activities[0].id");
        Should.Throw<DefinitionFormatException>(() => Documents.Read(Documents.Sequence([.. Enumerable.Repeat("""{"type":"Elsa.Start"}""", 20_001)])))
            .Message.ShouldContain("20,000");
        var connections = string.Join(',', Enumerable.Range(0, 40_000).Select(i => $$"""{"source":"a","sourcePort":"p{{i}}","target":"b"}"""));
        Documents.Root(Documents.Flowchart($"[{connections}]", Documents.Line("a"), Documents.Line("b"))).Connections.Count.ShouldBe(40_000);
    }

    [Fact]
    public void Half_a_surrogate_in_the_text_itself_is_refused() =>
        Should.Throw<DefinitionFormatException>(() => Documents.Read("{\"name\":\"\ud800\"}")).Path.ShouldBe("$");

    [Fact]
    public void Half_a_surrogate_in_an_object_is_refused() =>
        Should.Throw<DefinitionFormatException>(() => Documents.Reader.Read((JsonObject)JsonNode.Parse("""{"metadata":{"note":"\ud800"}}""")!)).Message.ShouldContain("surrogate");

    private static string Nested(int levels)
    {
        var root = """{"type":"Elsa.Start"}""";
        for (var i = 0; i < levels; i++) root = $$"""{"type":"Elsa.Sequence","activities":[{{root}}]}""";
        return Documents.WithRoot(root);
    }
}
