using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>What of a definition its author makes: everything but ids, version, times and marks, which the server gives.</summary>
public static class DefinitionContent
{
    /// <summary>The custom property that carries the revision to the designer and back; never stored or exported.</summary>
    public const string Revision = "revision";

    private static readonly string[] Server = ["id", "definitionId", "version", "createdAt", "toolVersion", "isLatest", "isPublished", "isSystem"];

    /// <summary>Content as text; two documents mean the same to their author when it is equal.</summary>
    public static string Of(Workflow workflow)
    {
        var written = DefinitionWriter.Write(workflow);
        foreach (var name in Server) written.Remove(name);
        (written["customProperties"] as JsonObject)?.Remove(Revision);
        return written.ToJsonString(JsonMembers.Compact);
    }
}
