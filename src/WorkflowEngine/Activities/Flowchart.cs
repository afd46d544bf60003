using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;

namespace WorkflowEngine.Activities;

/// <summary>
/// Activities joined by connections, in Elsa's default counter-based mode: every activity with several inbound connections is a join, and
/// ways that cannot be taken any more are passed on as visited, so that a join behind a decision does not wait for them.
/// </summary>
[Activity("Elsa.Flowchart", Category = "Flow", NameVi = "Sơ đồ", TextVi = "Các bước nối với nhau bằng mũi tên.",
    TextEn = "Activities joined by connections.", IsContainer = true, Ports = ["activities"])]
public sealed class Flowchart : Activity
{
    protected internal override bool CompletesItself => false;

    protected internal override void Execute(ActivityContext context)
    {
        if (StartOf(context) is { } start)
        {
            context.Properties["Start"] = start.Id;
            context.Schedule(start);
        }
        else
        {
            context.Complete();
        }
    }

    protected internal override void ChildCompleted(ActivityContext context, ActivityContext child, Outcomes outcomes)
    {
        if (child.Node.Activity.Descriptor.Texts.IsTerminal)
        {
            context.Complete();
            return;
        }

        var walk = new Walk(context);
        if (!child.IsBackward) walk.Scope.Visit(child.Node.Id);
        walk.Leave(child.Node.Id, outcomes);
        if (!walk.Scheduled) CompleteIfIdle(context);
    }

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child)
    {
        CompleteIfIdle(context);
        if (context.Status == ActivityStatus.Running) new Walk(context).Leave(child.Node.Id, Outcomes.None);
    }

    /// <summary>Cancels what still runs on the ways that lead here.</summary>
    internal static void CancelAncestors(ActivityContext flowchart, string activityId)
    {
        if (flowchart.Properties["Start"]?.GetValue<string>() is not { } start) return;
        foreach (var ancestor in FlowGraph.Of(flowchart.Node, start).Ancestors(activityId))
            foreach (var running in flowchart.Children.Where(c => c.Node.Id == ancestor && c.Status is ActivityStatus.Running or ActivityStatus.Pending).ToArray())
                running.Cancel();
    }

    private static ActivityNode? StartOf(ActivityContext context)
    {
        var activities = context.Node.Children.GetValueOrDefault("activities") ?? [];
        var trigger = context.Burst.State.Properties["TriggerActivityId"]?.GetValue<string>();
        return activities.FirstOrDefault(a => a.Id == trigger)
            ?? activities.FirstOrDefault(a => a.Type == "Elsa.Start")
            ?? activities.FirstOrDefault(a => a.CanStartWorkflow)
            ?? activities.FirstOrDefault(a => context.Node.Connections.All(c => c.Target != a.Id))
            ?? (activities.Count > 0 ? activities[0] : null);
    }

    private static void CompleteIfIdle(ActivityContext context)
    {
        if (context.Children.Exists(c => c.Status is ActivityStatus.Running or ActivityStatus.Pending or ActivityStatus.Faulted)) return;
        if (context.HasQueuedWork(owner => IsWithin(owner, context))) return;
        context.Complete();
    }

    private static bool IsWithin(ActivityContext? candidate, ActivityContext container)
    {
        for (; candidate is not null; candidate = candidate.Parent)
            if (candidate == container) return true;
        return false;
    }

    /// <summary>One pass along the connections after an activity has ended.</summary>
    private sealed class Walk
    {
        private readonly ActivityContext _flowchart;
        private readonly FlowGraph _graph;

        public Walk(ActivityContext flowchart)
        {
            _flowchart = flowchart;
            _graph = FlowGraph.Of(flowchart.Node, flowchart.Properties["Start"]!.GetValue<string>());
            Scope = new FlowScope(flowchart.Properties);
        }

        public FlowScope Scope { get; }
        public bool Scheduled { get; private set; }

        public void Leave(string activityId, Outcomes outcomes)
        {
            // A skipped activity passes on "no outcome"; a queue instead of recursion, for flowcharts of any length.
            var pending = new Queue<(string Id, Outcomes Outcomes)>([(activityId, outcomes)]);
            while (pending.TryDequeue(out var left))
                foreach (var connection in _graph.Outbound(left.Id))
                {
                    var followed = left.Outcomes.Follow(connection.SourcePort);
                    var key = FlowGraph.Key(connection);
                    Scope.Follow(key, followed);
                    if (!_graph.IsForward(connection)) GoBack(connection, followed);
                    else if (Arrive(connection, key) is { } skipped) pending.Enqueue((skipped, Outcomes.None));
                }
        }

        private void GoBack(Connection connection, bool followed)
        {
            if (!followed) return;
            if (!_graph.IsSoundLoop(connection))
                throw new ActivityFaultException($"The connection from '{connection.Source}' back to '{connection.Target}' is not valid: "
                    + "every path from the source must go through the target.", "InvalidOperationException");
            Schedule(connection.Target, backward: true);
        }

        /// <summary>Schedules the target when its join is satisfied; returns its id when it is to be skipped.</summary>
        private string? Arrive(Connection connection, string key)
        {
            var target = connection.Target;
            var visits = Scope.VisitsOf(target);
            var inbound = _graph.InboundForward(target);
            var ready = inbound.Min(c => Scope.PassesOf(FlowGraph.Key(c))) > visits;
            switch (ModeOf(_graph.Node(target)))
            {
                case "WaitAny":
                    if (Scope.PassesOf(key) <= visits || IsQueued(target)) return null;
                    if (inbound.Any(c => Scope.WasFollowed(FlowGraph.Key(c)) && Scope.PassesOf(FlowGraph.Key(c)) > visits))
                    {
                        Schedule(target);
                        CancelAncestors(_flowchart, target);
                        return null;
                    }

                    return ready ? Skip(target) : null;
                case "WaitAll":
                    if (!ready) return null;
                    if (!inbound.All(c => Scope.WasFollowed(FlowGraph.Key(c)))) return Skip(target);
                    Schedule(target);
                    return null;
                default:
                    if (!ready) return null;
                    var most = inbound.Max(c => Scope.PassesOf(FlowGraph.Key(c)));
                    if (!inbound.Any(c => Scope.PassesOf(FlowGraph.Key(c)) == most && Scope.WasFollowed(FlowGraph.Key(c)))) return Skip(target);
                    Schedule(target);
                    return null;
            }
        }

        private string Skip(string target)
        {
            Scope.Visit(target);
            return target;
        }

        private void Schedule(string target, bool backward = false)
        {
            Scheduled = true;
            _flowchart.Schedule(_graph.Node(target), backward: backward);
        }

        private bool IsQueued(string target) => _flowchart.IsQueued(_graph.Node(target));

        private static string ModeOf(ActivityNode node)
        {
            if (node.Type != "Elsa.FlowJoin") return "WaitAllActive";
            return FlowJoin.ModeOf(node);
        }
    }
}

/// <summary>How often activities and connections were passed, kept with the flowchart between bursts.</summary>
internal sealed class FlowScope
{
    private readonly JsonObject _visits;
    private readonly JsonObject _passes;
    private readonly JsonObject _followed;

    public FlowScope(JsonObject properties)
    {
        var scope = Child(properties, "FlowScope");
        (_visits, _passes, _followed) = (Child(scope, "activities"), Child(scope, "connections"), Child(scope, "followed"));
    }

    public int VisitsOf(string activity) => _visits[activity]?.GetValue<int>() ?? 0;

    public int PassesOf(string connection) => _passes[connection]?.GetValue<int>() ?? 0;

    public bool WasFollowed(string connection) => _followed[connection]?.GetValue<bool>() ?? false;

    public void Visit(string activity) => _visits[activity] = VisitsOf(activity) + 1;

    public void Follow(string connection, bool followed)
    {
        _passes[connection] = PassesOf(connection) + 1;
        _followed[connection] = followed;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject known) return known;
        var created = new JsonObject();
        parent[name] = created;
        return created;
    }
}
