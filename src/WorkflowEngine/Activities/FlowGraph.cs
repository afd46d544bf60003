using System.Collections.Concurrent;
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
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<ActivityNode> _nodes = [];

    // Forward connections between activities by their numbers: searches for ways go through these, so that no drawing, however made, takes long.
    private readonly List<int>?[] _next;
    private readonly HashSet<(int From, int To)> _forward = [];
    private readonly ConcurrentDictionary<(int From, int To), bool> _sound = new();
    private readonly string _start;

    private FlowGraph(ActivityNode flowchart, string start)
    {
        _start = start;
        foreach (var node in flowchart.Children.GetValueOrDefault("activities") ?? [])
            if (_numbers.TryAdd(node.Id, _nodes.Count)) _nodes.Add(node);
        _next = new List<int>?[_nodes.Count];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var connection in flowchart.Connections)
        {
            if (!_numbers.ContainsKey(connection.Source) || !_numbers.ContainsKey(connection.Target)) continue;
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

    public ActivityNode Node(string id) => _nodes[_numbers[id]];

    public IReadOnlyList<Connection> Outbound(string id) => _outbound.TryGetValue(id, out var list) ? list : Nothing;

    public IReadOnlyList<Connection> InboundForward(string id) => _inboundForward.TryGetValue(id, out var list) ? list : Nothing;

    /// <summary>All connections that lead here, those back in a loop included.</summary>
    public IEnumerable<Connection> Inbound(string id) => _outbound.Values.SelectMany(list => list).Where(c => c.Target == id);

    public bool IsForward(Connection connection) => _forward.Contains(Ends(connection));

    /// <summary>A connection leading back is sound when every way from the start to its source goes through its target.</summary>
    public bool IsSoundLoop(Connection backward) => backward.Target == _start || backward.Source == backward.Target
        || _sound.GetOrAdd(Ends(backward), (ends, graph) => !graph.Reaches(graph._numbers[graph._start], ends.From, without: ends.To), this);

    /// <summary>Whether forward connections lead from one activity to another; none do where this version does not have both.</summary>
    public bool LeadsTo(string from, string to) =>
        from != to && _numbers.TryGetValue(from, out var first) && _numbers.TryGetValue(to, out var last) && Reaches(first, last, without: -1);

    /// <summary>All activities from which forward connections lead to this one.</summary>
    public IReadOnlySet<string> Ancestors(string id)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>([id]);
        while (pending.TryDequeue(out var next))
            foreach (var connection in InboundForward(next))
                if (found.Add(connection.Source)) pending.Enqueue(connection.Source);
        return found;
    }

    private (int From, int To) Ends(Connection connection) => (_numbers[connection.Source], _numbers[connection.Target]);

    private void Walk()
    {
        var pending = new Queue<string>([_start]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { _start };
        while (pending.TryDequeue(out var id))
            foreach (var connection in Outbound(id))
            {
                var ends = Ends(connection);
                if (_forward.Contains(ends) || !Closes(ends))
                {
                    if (_forward.Add(ends)) (_next[ends.From] ??= []).Add(ends.To);
                    ListOf(_inboundForward, connection.Target).Add(connection);
                }

                if (seen.Add(connection.Target)) pending.Enqueue(connection.Target);
            }
    }

    private bool Closes((int From, int To) ends) => ends.From == ends.To || Reaches(ends.To, ends.From, without: -1);

    private bool Reaches(int from, int to, int without)
    {
        if (from == to) return true;
        if (_next[from] is null) return false;
        var seen = new bool[_next.Length];
        seen[from] = true;
        var pending = new Stack<int>([from]);
        while (pending.TryPop(out var number))
        {
            if (_next[number] is not { } ways) continue;
            foreach (var next in ways)
            {
                if (seen[next] || next == without) continue;
                if (next == to) return true;
                seen[next] = true;
                pending.Push(next);
            }
        }

        return false;
    }

    private static List<Connection> ListOf(Dictionary<string, List<Connection>> lists, string id)
    {
        if (!lists.TryGetValue(id, out var list)) lists[id] = list = [];
        return list;
    }
}
