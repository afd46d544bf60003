using WorkflowEngine.Definitions;

namespace WorkflowEngine.Activities;

/// <summary>
/// The connections of one flowchart seen from one start activity: which lead forward and which back in a loop. Worked out once per
/// definition version; the order of connections decides, as in Elsa 3.8.
/// </summary>
internal sealed class FlowGraph
{
    private static readonly IReadOnlyList<Connection> Nothing = [];
    private readonly Dictionary<string, List<Connection>> _outbound = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Connection>> _inboundForward = new(StringComparer.Ordinal);
    private readonly HashSet<Connection> _forward = [];
    private readonly Dictionary<string, ActivityNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlySet<string>> _ancestors = new(StringComparer.Ordinal);
    private readonly string _start;

    private FlowGraph(ActivityNode flowchart, string start)
    {
        _start = start;
        foreach (var node in flowchart.Children.GetValueOrDefault("activities") ?? []) _nodes.TryAdd(node.Id, node);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var connection in flowchart.Connections)
        {
            if (!_nodes.ContainsKey(connection.Source) || !_nodes.ContainsKey(connection.Target)) continue;
            if (seen.Add(Key(connection))) ListOf(_outbound, connection.Source).Add(connection);
        }

        Walk();
    }

    /// <summary>The graph of this flowchart from this start.</summary>
    public static FlowGraph Of(ActivityNode flowchart, string start)
    {
        var cache = flowchart.Compiled as Dictionary<string, FlowGraph>;
        if (cache?.TryGetValue(start, out var known) == true) return known;
        var graph = new FlowGraph(flowchart, start);
        flowchart.Compiled = new Dictionary<string, FlowGraph>(cache ?? [], StringComparer.Ordinal) { [start] = graph };
        return graph;
    }

    /// <summary>Names a connection; two that differ in their target port only are two.</summary>
    public static string Key(Connection c) =>
        $"{c.Source}{(string.IsNullOrEmpty(c.SourcePort) ? "" : ":" + c.SourcePort)}->{c.Target}{(string.IsNullOrEmpty(c.TargetPort) ? "" : ":" + c.TargetPort)}";

    /// <summary>Whether forward connections lead here from the start.</summary>
    public bool IsReached(string id) => id == _start || _inboundForward.ContainsKey(id);

    public ActivityNode Node(string id) => _nodes[id];

    public IReadOnlyList<Connection> Outbound(string id) => _outbound.TryGetValue(id, out var list) ? list : Nothing;

    public IReadOnlyList<Connection> InboundForward(string id) => _inboundForward.TryGetValue(id, out var list) ? list : Nothing;

    /// <summary>All connections that lead here, those back in a loop included.</summary>
    public IEnumerable<Connection> Inbound(string id) => _outbound.Values.SelectMany(list => list).Where(c => c.Target == id);

    public bool IsForward(Connection connection) => _forward.Contains(connection);

    /// <summary>A connection leading back is sound when every way from the start to its source goes through its target.</summary>
    public bool IsSoundLoop(Connection backward) =>
        backward.Target == _start || backward.Source == backward.Target || !Reaches(_start, backward.Source, without: backward.Target);

    /// <summary>Whether forward connections lead from one activity to another.</summary>
    public bool LeadsTo(string from, string to) => from != to && Ancestors(to).Contains(from);

    /// <summary>All activities from which forward connections lead to this one.</summary>
    public IReadOnlySet<string> Ancestors(string id)
    {
        lock (_ancestors)
        {
            if (_ancestors.TryGetValue(id, out var known)) return known;
            var found = new HashSet<string>(StringComparer.Ordinal);
            var pending = new Queue<string>([id]);
            while (pending.TryDequeue(out var next))
                foreach (var connection in InboundForward(next))
                    if (found.Add(connection.Source)) pending.Enqueue(connection.Source);
            return _ancestors[id] = found;
        }
    }

    private void Walk()
    {
        var pending = new Queue<string>([_start]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { _start };
        while (pending.TryDequeue(out var id))
            foreach (var connection in Outbound(id))
            {
                if (!Closes(connection))
                {
                    _forward.Add(connection);
                    ListOf(_inboundForward, connection.Target).Add(connection);
                }

                if (seen.Add(connection.Target)) pending.Enqueue(connection.Target);
            }
    }

    private bool Closes(Connection connection) =>
        connection.Source == connection.Target || Reaches(connection.Target, connection.Source, without: null);

    private bool Reaches(string from, string to, string? without)
    {
        var pending = new Stack<string>([from]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        while (pending.TryPop(out var id))
        {
            if (id == to) return true;
            foreach (var connection in Outbound(id))
                if (_forward.Contains(connection) && connection.Target != without && seen.Add(connection.Target)) pending.Push(connection.Target);
        }

        return false;
    }

    private static List<Connection> ListOf(Dictionary<string, List<Connection>> lists, string id)
    {
        if (!lists.TryGetValue(id, out var list)) lists[id] = list = [];
        return list;
    }
}
