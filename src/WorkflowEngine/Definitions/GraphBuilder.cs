using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions;

/// <summary>Turns drafts into the immutable graph: missing ids, node ids, connections that lead somewhere, composites unfolded.</summary>
internal sealed class GraphBuilder(ReadSession session)
{
    /// <summary>Composites within composites multiply; more nodes than this nobody drew.</summary>
    private const int MostNodes = 20_000;

    /// <summary>Node ids are keys of every stored state; nested long ids must not add up to megabytes.</summary>
    private const int LongestNodeId = 2000;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counters = new(StringComparer.Ordinal);
    private int _nodes;

    /// <summary>The implicit workflow node above the root; null ends of connections and double ids are noted as problems.</summary>
    public ActivityNode Build(ActivityDraft root, IReadOnlyList<VariableDefinition> variables)
    {
        var drafts = root.All().ToList();
        TakeIds(drafts);
        session.ThrowIfBroken();

        // Elsa names the workflow first, then the nodes from the root down, each after its type with the next free number.
        var id = NextId("Workflow");
        foreach (var draft in drafts)
            if (draft.Id.Length == 0) draft.Id = NextId(draft.IsUnknown ? "NotFoundActivity" : draft.Type[(draft.Type.LastIndexOf('.') + 1)..]);
        var node = Node(root, id);
        var top = new ActivityNode
        {
            Id = id,
            NodeId = id,
            Type = "Elsa.Workflow",
            Activity = session.Catalog.Find("Elsa.Workflow") ?? session.Catalog.NotFound,
            Variables = VariableReader.WithIds(variables, id),
            Children = new Dictionary<string, IReadOnlyList<ActivityNode>> { ["root"] = [node] },
        };
        node.Parent = top;
        session.ThrowIfBroken();
        return top;
    }

    private void TakeIds(List<ActivityDraft> drafts)
    {
        _nodes = drafts.Count;
        if (_nodes > MostNodes) session.Problem(Place.Document, "The document has more than 20,000 activities.", "Tài liệu có hơn 20.000 bước.");
        var first = new Dictionary<string, ActivityDraft>(StringComparer.Ordinal);
        foreach (var draft in drafts)
        {
            if (draft.Id.Length > 0 && !first.TryAdd(draft.Id, draft))
                session.Problem(
                    draft.Place["id"], $"The id '{draft.Id}' is already that of {first[draft.Id].Place}.", $"Mã '{draft.Id}' đã dùng ở {first[draft.Id].Place}.");
            if (draft.Id.Length > 0) _taken.Add(draft.Id);
            if (draft.Composite is not { } composite) continue;
            foreach (var inner in composite.Workflow.Nodes)
            {
                _taken.Add(inner.Id);
                if (++_nodes <= MostNodes) continue;
                session.Problem(draft.Place, "The composites unfold to more than 20,000 activities.", "Các quy trình lồng nhau tạo ra hơn 20.000 bước.");
                return;
            }
        }
    }

    private string NextId(string shortType)
    {
        while (true)
        {
            var number = _counters[shortType] = _counters.GetValueOrDefault(shortType) + 1;
            if (_taken.Add($"{shortType}{number}")) return $"{shortType}{number}";
        }
    }

    private ActivityNode Node(ActivityDraft draft, string parentNodeId)
    {
        var nodeId = $"{parentNodeId}:{draft.Id}";
        if (nodeId.Length > LongestNodeId)
        {
            session.Problem(draft.Place["id"], "The id, with those of the activities around it, is longer than 2000 characters.", "Mã bước, cùng mã các bước bao quanh, dài quá 2000 ký tự.");
            session.ThrowIfBroken();
        }

        var connections = draft.Type == "Elsa.Flowchart" && !draft.IsUnknown ? Connect(draft) : [];
        var children = draft.Children.ToDictionary(c => c.Port, c => (IReadOnlyList<ActivityNode>)[.. c.Activities.Select(child => Node(child, nodeId))]);
        if (draft.Composite is { } composite) children["root"] = [composite.Workflow.Root.Under(nodeId)];
        var node = new ActivityNode
        {
            Id = draft.Id,
            NodeId = nodeId,
            Name = draft.Name,
            Type = draft.Type,
            Version = draft.Version,
            Activity = draft.Activity,
            Composite = draft.Composite,
            Inputs = draft.Inputs,
            Outputs = draft.Outputs,
            Raw = draft.Raw,
            Children = children,
            Variables = VariableReader.WithMadeIds(draft.Variables, nodeId),
            Connections = connections,
            CustomProperties = draft.CustomProperties,
            Metadata = draft.Metadata,
            HasNullMetadata = draft.HasNullMetadata,
            CanStartWorkflow = draft.CanStartWorkflow,
        };
        foreach (var child in node.AllChildren) child.Parent = node;
        return node;
    }

    /// <summary>
    /// The connections between the flowchart's own activities, each once. Those that leave an unknown activity are set aside in its custom
    /// properties and come back when both ends are known again.
    /// </summary>
    private List<Connection> Connect(ActivityDraft flowchart)
    {
        var children = flowchart.Children.SelectMany(c => c.Activities).ToDictionary(a => a.Id, StringComparer.Ordinal);
        var drawn = Existing(flowchart.Connections, children);
        var apart = Distinct(Existing(flowchart.Parked, children).Concat(drawn.Where(c => children[c.Source].IsUnknown)));
        var apartEnds = apart.Select(Ends).ToHashSet();
        bool Returns(Connection c) => !children[c.Source].IsUnknown && !children[c.Target].IsUnknown;
        flowchart.CustomProperties[ConnectionReader.Parked] = new JsonArray([.. apart.Where(c => !Returns(c)).Select(DefinitionWriter.Write)]);
        return Distinct(drawn.Where(c => !apartEnds.Contains(Ends(c))).Concat(apart.Where(Returns)));
    }

    private List<Connection> Existing(List<ConnectionDraft> drafts, Dictionary<string, ActivityDraft> children)
    {
        var existing = new List<Connection>();
        foreach (var (connection, place, flat) in drafts)
        {
            var missing = !children.ContainsKey(connection.Source) ? connection.Source : !children.ContainsKey(connection.Target) ? connection.Target : null;
            if (missing is null)
            {
                existing.Add(connection);
                continue;
            }

            var (text, textVi) = ($"there is no activity '{missing}' in this flowchart.", $"sơ đồ không có bước '{missing}'.");
            if (flat) session.Problem(place[missing == connection.Source ? "source" : "target"], "The connection leads nowhere: " + text, "Nối kết không tới đâu: " + textVi);
            else session.Warn(place, "The connection is left out: " + text, "Bỏ qua nối kết: " + textVi);
        }

        return existing;
    }

    private static List<Connection> Distinct(IEnumerable<Connection> connections) => [.. connections.DistinctBy(Ends)];

    private static (string, string?, string, string?) Ends(Connection connection) =>
        (connection.Source, connection.SourcePort, connection.Target, connection.TargetPort);
}
