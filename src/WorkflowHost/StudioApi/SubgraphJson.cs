using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowHost.StudioApi;

/// <summary>Nodes of a graph as Studio asks for them when a designer goes into an embedded activity or a composite.</summary>
internal static class SubgraphJson
{
    public static JsonObject Node(ActivityNode node, bool withChildren) => new()
    {
        ["activity"] = DefinitionWriter.WriteActivity(node),
        ["port"] = PortOf(node),
        ["nodeId"] = node.NodeId,
        ["children"] = new JsonArray(withChildren ? [.. node.AllChildren.Select(c => Node(c, true))] : []),
    };

    public static JsonObject Segments(ActivityNode node)
    {
        var above = new Stack<ActivityNode>();
        for (var outer = node.Parent; outer?.Parent is not null; outer = outer.Parent) above.Push(outer);
        var way = above.ToList();
        var segments = new JsonArray();
        for (var i = 0; i < way.Count; i++)
            segments.Add(new JsonObject
            {
                ["activityNodeId"] = way[i].NodeId,
                ["activityId"] = way[i].Id,
                ["activityType"] = way[i].Type,
                ["portName"] = PortOf(i + 1 < way.Count ? way[i + 1] : node),
            });
        return new JsonObject
        {
            ["childNode"] = Node(node, withChildren: true),
            ["container"] = Node(way.Count > 0 ? way[^1] : node, withChildren: true),
            ["pathSegments"] = segments,
        };
    }

    /// <summary>The port of the parent that holds the node, as descriptors spell it.</summary>
    private static string? PortOf(ActivityNode node) =>
        node.Parent?.Children.FirstOrDefault(c => c.Value.Contains(node)).Key is { Length: > 0 } port ? char.ToUpperInvariant(port[0]) + port[1..] : null;
}
