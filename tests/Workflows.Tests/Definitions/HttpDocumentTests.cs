using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Requests;

namespace Workflows.Tests.Definitions;

/// <summary>Elsa's HTTP activities as its own designer writes them keep every member, and are indexed as starts.</summary>
public sealed class HttpDocumentTests
{
    private static readonly DefinitionReader Reader = new(new ActivityCatalog(typeof(Activity).Assembly));

    private const string Document = """
        {"id":"v1","definitionId":"nhan","name":"nhan","version":1,"isPublished":true,
         "variables":[{"id":"than","name":"Than","typeName":"Object","storageDriverTypeName":"WorkflowInstanceStorageDriver"}],
         "root":{"id":"so-do","type":"Elsa.Flowchart","version":1,"connections":[],"activities":[
          {"path":{"typeName":"String","expression":{"type":"Literal","value":"/don/{ma}/"}},
           "supportedMethods":{"typeName":"List<String>","expression":{"type":"Object","value":"[\"post\",\"PUT\"]"}},
           "authorize":{"typeName":"Boolean","expression":{"type":"Literal","value":"True"}},
           "policy":{"typeName":"String","expression":{"type":"Literal","value":"review"}},
           "requestTimeout":{"typeName":"TimeSpan?","expression":{"type":"Literal","value":"00:00:10"}},
           "requestSizeLimit":{"typeName":"Int64?","expression":{"type":"Literal","value":2000}},
           "fileSizeLimit":{"typeName":"Int64?","expression":{"type":"Literal","value":5}},
           "allowedFileExtensions":{"typeName":"List<String>","expression":{"type":"Object","value":"[\".pdf\"]"}},
           "blockedFileExtensions":{"typeName":"List<String>","expression":{"type":"Object","value":"[\".exe\"]"}},
           "allowedMimeTypes":{"typeName":"List<String>","expression":{"type":"Object","value":"[\"text/plain\"]"}},
           "exposeRequestTooLargeOutcome":true,"exposeFileTooLargeOutcome":false,"exposeInvalidFileExtensionOutcome":false,"exposeInvalidFileMimeTypeOutcome":false,
           "parsedContent":{"typeName":"Object","memoryReference":{"id":"than"}},
           "id":"nhan1","name":"Nhan1","type":"Elsa.HttpEndpoint","version":1,"customProperties":{"canStartWorkflow":true,"runAsynchronously":false},"metadata":{}},
          {"statusCode":{"typeName":"HttpStatusCode","expression":{"type":"Literal","value":"Created"}},
           "content":{"typeName":"Object","expression":{"type":"JavaScript","value":"getVariable('Than')"}},
           "contentType":{"typeName":"String","expression":{"type":"Literal","value":"application/json"}},
           "responseHeaders":{"typeName":"HttpHeaders","expression":{"type":"Object","value":"{\"X-A\":[\"b\"]}"}},
           "id":"tra1","name":"Tra1","type":"Elsa.WriteHttpResponse","version":1,"customProperties":{"canStartWorkflow":false,"runAsynchronously":false},"metadata":{}}]}}
        """;

    [Fact]
    public void Every_member_is_read_and_written_the_same()
    {
        var read = Reader.Read(Document);
        read.Warnings.ShouldBeEmpty();
        var written = JsonNode.Parse(DefinitionWriter.WriteText(read.Workflow))!["root"]!["activities"]!.AsArray();
        var given = JsonNode.Parse(Document)!["root"]!["activities"]!.AsArray();
        for (var i = 0; i < given.Count; i++)
            foreach (var (name, value) in given[i]!.AsObject())
                JsonNode.DeepEquals(written[i]![name], value).ShouldBeTrue($"{name}: {written[i]![name]?.ToJsonString()}");
    }

    [Fact]
    public void A_start_is_indexed_by_each_of_its_methods_with_what_it_asks_for()
    {
        var triggers = StartTriggers.Of(Reader.Read(Document).Workflow, default).Triggers;
        triggers.Select(t => t.Payload["method"]!.ToString()).ShouldBe(["POST", "PUT"]);
        triggers.Select(t => t.Hash).Distinct().Count().ShouldBe(2);
        foreach (var trigger in triggers) EndpointRule.Of(trigger.Payload).ShouldBe(new EndpointRule("don/{ma}", true, "review", 2000, true));
    }

    [Theory]
    [InlineData("\"policy\":{\"typeName\":\"String\",\"expression\":{\"type\":\"Literal\",\"value\":\"review\"}}", "\"policy\":{\"typeName\":\"String\",\"expression\":{\"type\":\"JavaScript\",\"value\":\"''\"}}", 0, true)]
    [InlineData("\"type\":\"Literal\",\"value\":\"True\"", "\"type\":\"JavaScript\",\"value\":\"false\"", 2, true)]
    [InlineData("\"type\":\"Literal\",\"value\":\"True\"", "\"type\":\"Literal\",\"value\":\"False\"", 2, false)]
    public void Who_may_come_in_is_never_guessed(string from, string to, int starts, bool isClosed)
    {
        var triggers = StartTriggers.Of(Reader.Read(Document.Replace(from, to, StringComparison.Ordinal)).Workflow, default).Triggers;
        triggers.Count.ShouldBe(starts);
        foreach (var trigger in triggers) EndpointRule.Of(trigger.Payload).Authorize.ShouldBe(isClosed);
    }
}
