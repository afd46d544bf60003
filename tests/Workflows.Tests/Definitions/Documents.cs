using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using Workflows.Tests.Conformance;

namespace Workflows.Tests.Definitions;

/// <summary>Small documents for the tests of reading and writing.</summary>
internal static class Documents
{
    public static readonly DefinitionReader Reader = new(CorpusCatalog.All);

    public static string WithRoot(string root) => $$"""{"id":"v1","definitionId":"d","name":"D","version":1,"root":{{root}}}""";

    public static string Sequence(params string[] activities) => WithRoot($$"""{"id":"steps","type":"Elsa.Sequence","activities":[{{string.Join(',', activities)}}]}""");

    public static string Flowchart(string connections, params string[] activities) =>
        WithRoot($$"""{"id":"main","type":"Elsa.Flowchart","activities":[{{string.Join(',', activities)}}],"connections":{{connections}}}""");

    public static string Line(string id, string text = "\"x\"") => $$"""{"id":"{{id}}","type":"Elsa.WriteLine","version":1,"text":{{text}}}""";

    public static ReadResult Read(string json) => Reader.Read(json);

    public static ActivityNode Root(string json) => Read(json).Workflow.Root.Child("root")!;

    public static JsonObject Written(string json) => DefinitionWriter.Write(Read(json).Workflow);
}
