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
        if (StartOf(context.Node, context.Burst.State.Properties["TriggerActivityId"].AsText()) is { } start)
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

        if (TokenFlow.Applies(context))
        {
            TokenFlow.ChildCompleted(context, child, outcomes);
            return;
        }

        if (child.Status != ActivityStatus.Completed) return;
        var walk = new Walk(context);
        walk.Leave(child.Node.Id, outcomes, isVisit: !child.IsBackward);
        if (!walk.Scheduled) CompleteIfIdle(context);
    }

    protected internal override void ChildCancelled(ActivityContext context, ActivityContext child)
    {
        if (TokenFlow.Applies(context))
        {
            TokenFlow.ChildCancelled(context, child);
            return;
        }

        if (context.Status != ActivityStatus.Running) return;

        // In this order, as Elsa does: a join that only waited for the cancelled way still runs, after the flowchart has been called complete.
        CompleteIfIdle(context);
        new Walk(context).Leave(child.Node.Id, Outcomes.None, isVisit: true);
    }

    /// <summary>Cancels what still runs on the ways that lead here.</summary>
    internal static void CancelAncestors(ActivityContext flowchart, string activityId)
    {
        if (flowchart.Properties["Start"]?.GetValue<string>() is not { } start) return;
        var (graph, ancestors) = (FlowGraph.Of(flowchart.Node, start), (IReadOnlySet<string>?)null);
        foreach (var child in flowchart.Children.ToArray())
            if (child.Node.Id != activityId && (ancestors ??= graph.Ancestors(activityId)).Contains(child.Node.Id)) child.Cancel();
    }

    /// <summary>The activity with which a flowchart begins: the one whose stimulus came, else by kind, else by the connections.</summary>
    internal static ActivityNode? StartOf(ActivityNode flowchart, string? trigger)
    {
        var activities = flowchart.Children.GetValueOrDefault("activities") ?? [];
        return activities.FirstOrDefault(a => a.Id == trigger)
            ?? activities.FirstOrDefault(a => a.Type == "Elsa.Start")
            ?? activities.FirstOrDefault(a => a.CanStartWorkflow)
            ?? activities.FirstOrDefault(a => flowchart.Connections.All(c => c.Target != a.Id))
            ?? (activities.Count > 0 ? activities[0] : null);
    }

    /// <summary>Nothing within runs, waits, stands queued or has failed.</summary>
    internal static bool IsIdle(ActivityContext context)
    {
        foreach (var child in context.Children)
            if (child.Status is ActivityStatus.Running or ActivityStatus.Pending or ActivityStatus.Faulted) return false;
        return !context.HasQueuedWork();
    }

    private static void CompleteIfIdle(ActivityContext context)
    {
        if (IsIdle(context)) context.Complete();
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

        /// <param name="isVisit">False for an activity that was started over a connection leading back: that was counted the first time.</param>
        public void Leave(string activityId, Outcomes outcomes, bool isVisit)
        {
            if (!_graph.IsReached(activityId))
                throw new ActivityFaultException($"The activity '{activityId}' cannot be reached from the start of its flowchart; nothing follows from it.", "Exception");

            // A skipped activity passes on "no outcome" before the next connection is looked at; a stack of our own, for flowcharts of any length.
            if (isVisit) Scope.Visit(activityId);
            var pending = new Stack<(IReadOnlyList<Connection> Ways, int Next, Outcomes Outcomes)>([(_graph.Outbound(activityId), 0, outcomes)]);
            while (pending.TryPop(out var left))
            {
                if (left.Next >= left.Ways.Count) continue;
                pending.Push(left with { Next = left.Next + 1 });
                var connection = left.Ways[left.Next];
                var (followed, key) = (left.Outcomes.Follow(connection.SourcePort), FlowGraph.Key(connection));
                Scope.Follow(key, followed);
                if (!_graph.IsForward(connection)) GoBack(connection, followed);
                else if (Arrive(connection, key) is { } skipped) pending.Push((_graph.Outbound(skipped), 0, Outcomes.None));
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
            var (least, most) = (int.MaxValue, 0);
            foreach (var way in inbound)
            {
                var passes = Scope.PassesOf(FlowGraph.Key(way));
                (least, most) = (Math.Min(least, passes), Math.Max(most, passes));
            }

            // What counts is the latest round: ways passed as often as the one passed most.
            var (ready, anyFollowed, allFollowed) = (least > visits, false, true);
            foreach (var way in inbound)
            {
                var followed = Scope.PassesOf(FlowGraph.Key(way)) == most && Scope.WasFollowed(FlowGraph.Key(way));
                (anyFollowed, allFollowed) = (anyFollowed || followed, allFollowed && followed);
            }

            switch (ModeOf(_graph.Node(target)))
            {
                case "WaitAny":
                    if (Scope.PassesOf(key) <= visits || IsQueued(target)) return null;
                    if (most > visits && anyFollowed)
                    {
                        Schedule(target);
                        CancelAncestors(_flowchart, target);
                        return null;
                    }

                    return ready ? Skip(target) : null;
                case "WaitAll":
                    if (!ready) return null;
                    if (!allFollowed) return Skip(target);
                    Schedule(target);
                    return null;
                default:
                    if (!ready) return null;
                    if (!anyFollowed) return Skip(target);
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

        private string ModeOf(ActivityNode node) => node.Activity is FlowJoin ? FlowJoin.ModeOf(_flowchart, node) : "WaitAllActive";
    }
}
