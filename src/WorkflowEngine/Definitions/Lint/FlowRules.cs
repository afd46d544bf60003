using System.Text.Json.Nodes;
using WorkflowEngine.Activities;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>The ways of one flowchart: steps nothing leads to, outcomes that never come, joins that cannot be satisfied, loops that a join cuts off.</summary>
internal static class FlowRules
{
    /// <summary>Steps and connections of a drawing that people can still read; ways of larger ones are not followed.</summary>
    private const int MostSteps = 1_000, MostConnections = 3_000, MostStarts = 20;

    /// <summary>Searches for ways in one drawing, each as long as the drawing is large.</summary>
    private const int MostSearches = 20_000;

    public static void Judge(Workflow workflow, ActivityNode flowchart, DesignWorld world, LintList found)
    {
        var activities = flowchart.Children.GetValueOrDefault("activities") ?? [];
        if (Flowchart.StartOf(flowchart, null) is not { } start) return;
        var starts = activities.Where(a => a.CanStartWorkflow && a != start).Prepend(start).ToList();
        if (activities.Count > MostSteps || flowchart.Connections.Count > MostConnections || starts.Count > MostStarts)
        {
            found.Warning("drawing-too-large", flowchart, $"có {activities.Count} bước và {flowchart.Connections.Count} mũi tên: các đường đi không được kiểm tra.",
                $"has {activities.Count} steps and {flowchart.Connections.Count} connections: its ways are not judged.");
            return;
        }

        var graphs = starts.Select(a => FlowGraph.Of(flowchart, a.Id)).ToList();
        foreach (var node in activities.Where(a => !graphs.Exists(g => g.IsReached(a.Id))))
            found.Warning("unreachable", node, "không có đường nào dẫn tới bước này.", "no way leads to this step.");
        foreach (var connection in flowchart.Connections)
            if (activities.FirstOrDefault(a => a.Id == connection.Source) is { } source && Outcomes(source) is { } outcomes
                && connection.SourcePort is { Length: > 0 } port && !outcomes.Contains(port))
                found.Warning("no-such-outcome", source, $"nhánh ra “{port}” không bao giờ xảy ra: bước này không có kết quả đó.", $"the way out '{port}' is never taken: the step has no such outcome.");
        var byTokens = TokenFlow.Applies(workflow, world.Reference);
        foreach (var graph in graphs) new Walk(graph, byTokens, found).Judge(activities.Where(a => graph.IsReached(a.Id)));
    }

    /// <summary>The outcomes a step can have; null: any, or not known before it runs.</summary>
    private static List<string>? Outcomes(ActivityNode node) => node.Type switch
    {
        "Elsa.FlowDecision" => ["True", "False"],
        "Elsa.FlowSwitch" when node.Raw["cases"] is JsonArray cases => [.. cases.Select(c => c?["label"]?.ToString() ?? ""), "Default"],
        "Elsa.FlowFork" when NodeText.List(node, "branches") is { Count: > 0 } branches => [.. branches],
        "Elsa.FlowSendHttpRequest" => [.. NodeText.List(node, "expectedStatusCodes") ?? ["200"], "Unmatched status code", "Done", "Failed to connect", "Timeout"],
        // Closed without a way of its own counts as Done, so both are always possible.
        NodeText.HumanTask when NodeText.List(node, "outcomes") is { } outcomes => [.. outcomes, "Done", "Closed"],
        _ => null,
    };

    /// <summary>Whether a step takes only one of its ways out.</summary>
    private static bool TakesOne(ActivityNode node) => node.Type is "Elsa.FlowDecision" or NodeText.HumanTask
        || (node.Type == "Elsa.FlowSwitch" && !string.Equals(NodeText.Literal(node, "mode"), "MatchAny", StringComparison.OrdinalIgnoreCase));

    /// <summary>What follows from one start.</summary>
    private sealed class Walk(FlowGraph graph, bool byTokens, LintList found)
    {
        private readonly Dictionary<Connection, HashSet<(string Node, string Port)>> needs = [];
        private int searches;

        public void Judge(IEnumerable<ActivityNode> nodes)
        {
            var all = nodes.ToList();
            foreach (var join in all.Where(n => n.Activity is FlowJoin && WaitsForAll(n))) JudgeJoin(join);
            foreach (var back in all.SelectMany(n => graph.Outbound(n.Id)).Where(c => !graph.IsForward(c)))
                if (searches < MostSearches) JudgeLoop(back, all);
        }

        private void JudgeJoin(ActivityNode join)
        {
            var inbound = graph.InboundForward(join.Id);
            for (var i = 0; i < inbound.Count; i++)
                for (var k = i + 1; k < inbound.Count && searches < MostSearches; k++)
                    if (Excludes(inbound[i], inbound[k]) is { } decision)
                    {
                        var label = NodeText.Label(graph.Node(decision));
                        found.Error("join-never", join, $"chờ mọi nhánh, nhưng “{label.Vi}” chỉ đi một trong các nhánh đó; bước này và mọi bước sau không bao giờ chạy.",
                            $"waits for all ways, but “{label.En}” takes only one of them; this step and all behind it never run.");
                        return;
                    }
        }

        private void JudgeLoop(Connection back, List<ActivityNode> all)
        {
            var source = graph.Node(back.Source);
            if (!byTokens && !graph.IsSoundLoop(back))
            {
                var target = NodeText.Label(graph.Node(back.Target));
                found.Error("loop-unsound", source, $"quay lại “{target.Vi}”, nhưng có đường tới đây không qua bước đó; lượt chạy sẽ dừng vì lỗi.",
                    $"leads back to “{target.En}”, but a way comes here that does not pass it; the instance would fail.");
                return;
            }

            // Tokens wait for the branch that is done again; counting does not.
            if (byTokens) return;
            foreach (var join in all.Where(n => n.Id != back.Target && !IsRace(n) && graph.InboundForward(n.Id).Count > 0 && Leads(back.Target, n.Id)))
                foreach (var way in graph.InboundForward(join.Id))
                {
                    if (way.Source == back.Target || Leads(back.Target, way.Source) || IsExclusive(way, back.Target)) continue;
                    if (searches >= MostSearches) return;
                    var label = NodeText.Label(join);
                    var header = graph.Node(back.Target);
                    found.Error("loop-broken-by-join", header,
                        $"được làm lại trong một nhánh song song, nhưng “{label.Vi}” hợp các nhánh: lần làm lại bị hủy khi nhánh kia tới. Đặt vòng lặp ngoài các nhánh song song, hoặc đưa nó vào một quy trình con.",
                        $"is done again within one of several parallel ways, but “{label.En}” joins them: what is being done again is cancelled when the other way arrives. Put the loop outside the parallel ways, or into a child definition.");
                    return;
                }
        }

        /// <summary>Whether this way is only taken when the loop's first step is not.</summary>
        private bool IsExclusive(Connection way, string header) =>
            graph.InboundForward(header) is { Count: > 0 } into && into.All(i => Excludes(way, i) is not null);

        /// <summary>The step that takes one of these two ways only; null: both may be taken.</summary>
        private string? Excludes(Connection one, Connection other)
        {
            var others = Needs(other);
            foreach (var (node, port) in Needs(one))
                if (others.Any(o => o.Node == node && o.Port != port)) return node;
            return null;
        }

        /// <summary>The decisions, with their outcome, without which a connection is never passed.</summary>
        private HashSet<(string Node, string Port)> Needs(Connection connection)
        {
            if (needs.TryGetValue(connection, out var known)) return known;
            var found = new HashSet<(string Node, string Port)>();
            foreach (var decision in graph.Ancestors(connection.Source).Append(connection.Source).Where(a => TakesOne(graph.Node(a))))
                foreach (var port in graph.Outbound(decision).Select(c => c.SourcePort ?? "Done").Distinct())
                    if (!Passes(connection, decision, port)) found.Add((decision, port));
            return needs[connection] = found;
        }

        /// <summary>Whether the connection can be passed when one outcome of one decision never comes.</summary>
        private bool Passes(Connection connection, string decision, string port)
        {
            if (++searches > MostSearches) return true;
            if (Cut(connection)) return false;
            // Against the connections, up to the start.
            var seen = new HashSet<string>(StringComparer.Ordinal) { connection.Source };
            var pending = new Stack<string>([connection.Source]);
            while (pending.TryPop(out var id))
            {
                var inbound = graph.InboundForward(id);
                if (inbound.Count == 0) return true;
                foreach (var way in inbound)
                    if (!Cut(way) && seen.Add(way.Source)) pending.Push(way.Source);
            }

            return false;

            bool Cut(Connection c) => c.Source == decision && (c.SourcePort ?? "Done") == port;
        }

        private bool Leads(string from, string to) => ++searches <= MostSearches && graph.LeadsTo(from, to);

        private bool WaitsForAll(ActivityNode join) => Mode(join) is { } mode
            && (byTokens ? mode is "WaitAll" or "WaitAllActive" : mode == "WaitAll");

        private static bool IsRace(ActivityNode node) => node.Activity is FlowJoin && Mode(node) == "WaitAny";

        /// <summary>The literal mode of a join, or null when it is worked out while running.</summary>
        private static string? Mode(ActivityNode join)
        {
            if (NodeText.IsComputed(join, "mode")) return null;
            return NodeText.Literal(join, "mode") switch
            {
                null => "WaitAny",
                "0" => "WaitAll",
                "1" => "WaitAllActive",
                "2" => "WaitAny",
                var named => Array.Find((string[])["WaitAll", "WaitAllActive", "WaitAny"], m => string.Equals(m, named, StringComparison.OrdinalIgnoreCase)),
            };
        }
    }
}
