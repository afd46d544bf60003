using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

public sealed partial class Burst
{
    /// <summary>
    /// Moves the instance to another version of its definition. <c>mapping</c> gives new ids to activities that were renamed. Refused, with nothing
    /// changed, when something that runs or waits has no place in that version, or something that has finished would run again.
    /// </summary>
    private string? Migrate(JsonObject alteration)
    {
        if (!int.TryParse(alteration["targetVersion"]?.ToString(), CultureInfo.InvariantCulture, out var number) || Head.Versions?.TryGetValue(number, out var target) != true)
            return $"There is no version '{alteration["targetVersion"]}'.";
        if (target!.Id == Head.Workflow.Id) return null;
        var mapping = alteration["mapping"] as JsonObject ?? [];
        string NewId(string id) => mapping[id]?.ToString() ?? id;

        // Where everything that lives or comes next goes, and what it stands in, ended or not. Parents stand before their children in the list.
        var (places, standing) = (new Dictionary<ActivityContext, ActivityNode>(), new HashSet<ActivityContext>());
        foreach (var context in _order.Where(c => c.Parent is null || !HasEnded(c)).Concat(_queue.Select(w => w.Existing ?? w.Owner)))
            for (var around = context; around is not null && standing.Add(around);) around = around.Parent;
        foreach (var context in _order)
        {
            if (!standing.Contains(context)) continue;
            var place = context.Parent is null ? target.Root
                : places[context.Parent].AllChildren.FirstOrDefault(n => n.Id == NewId(context.Node.Id));
            if (place is null) return $"Version {number} has no place for the activity '{context.Node.Id}', which {(WaitsAt(context.Node) ? "waits" : "runs")}.";
            if (place.Type != context.Node.Type) return $"'{context.Node.Id}' is of type {context.Node.Type}, '{place.Id}' of version {number} of type {place.Type}.";
            if (context.Parent?.Node.Activity is Flowchart && Flowchart.StartOf(places[context.Parent], null) is { } begin
                && !FlowGraph.Of(places[context.Parent], begin.Id).IsReached(place.Id))
                return $"Nothing leads to the activity '{place.Id}' in version {number}; nothing would follow from it.";
            places.Add(context, place);
        }

        foreach (var (context, place) in places)
            if (!HasEnded(context) && RunsAgain(context, place, places, NewId) is { } again) return $"'{again}' has finished and would run again in version {number}.";

        var left = new List<QueuedWork>();
        foreach (var work in _queue)
        {
            if (PlaceOf(work) is { } node) left.Add(Queued(work, node));
            else if (work is { Existing: null, Owner: { } owner } && places.ContainsKey(owner))
                return $"Version {number} has no place for the activity '{work.Node.Id}', which comes next.";
        }

        foreach (var (context, place) in places) MoveProperties(context, place, places, NewId);
        Rename(places);
        State.Contexts = [.. places.Keys.Select(Written)];
        foreach (var (context, place) in places) context.State.NodeId = place.NodeId;
        State.Queue = left;
        Head = Head with { Workflow = target };
        _contexts.Clear();
        _order.Clear();
        _queue.Clear();
        Restore();
        return null;

        ActivityNode? PlaceOf(Work work) => work.Existing is { } existing ? places.GetValueOrDefault(existing)
            : work.Owner is not { } owner ? target.Root
            : places.TryGetValue(owner, out var around) ? around.AllChildren.FirstOrDefault(n => n.Id == NewId(work.Node.Id)) : null;
    }

    private static bool HasEnded(ActivityContext context) => context.Status is ActivityStatus.Completed or ActivityStatus.Canceled;

    /// <summary>Waits, tasks and failures follow their activity to its new place and keep their identity: what is on its way to them arrives.</summary>
    private void Rename(Dictionary<ActivityContext, ActivityNode> places)
    {
        var nodes = places.ToDictionary(p => p.Key.Id, p => p.Value, StringComparer.Ordinal);
        foreach (var (context, place) in places)
            if (context.Node.Id != place.Id) Effects.Renamed[context.Id] = place.Id;
        for (var i = 0; i < State.Bookmarks.Count; i++)
        {
            var bookmark = State.Bookmarks[i];
            State.Bookmarks[i] = bookmark with { NodeId = nodes[bookmark.ContextId].NodeId };
            if (Effects.BookmarksAdded.IndexOf(bookmark) is >= 0 and var added) Effects.BookmarksAdded[added] = State.Bookmarks[i];
        }

        for (var i = 0; i < Effects.Tasks.Count; i++)
            if (nodes.TryGetValue(Effects.Tasks[i].ContextId, out var place)) Effects.Tasks[i] = Effects.Tasks[i] with { ActivityId = place.Id };
        for (var i = 0; i < State.Incidents.Count; i++)
            if (nodes.TryGetValue(State.Incidents[i].ContextId, out var place)) State.Incidents[i] = State.Incidents[i] with { ActivityId = place.Id, NodeId = place.NodeId };
    }

    /// <summary>An activity within this container that has finished and lies before what still runs, in the new version only.</summary>
    private static string? RunsAgain(ActivityContext context, ActivityNode place, Dictionary<ActivityContext, ActivityNode> places, Func<string, string> newId)
    {
        var live = context.Children.Where(places.ContainsKey).Select(c => c.Node.Id).ToList();
        switch (context.Node.Activity)
        {
            case Sequence:
                var steps = context.Node.Children["activities"];
                var finished = steps.Take((context.State.Properties?["CurrentIndex"]?.GetValue<int>() ?? 0) - live.Count).Select(s => newId(s.Id)).ToHashSet();
                var after = place.Children["activities"].Skip(live.Count == 0 ? finished.Count : IndexOf(place, newId(live[^1])) + 1);
                return after.FirstOrDefault(s => finished.Contains(s.Id))?.Id;
            case Flowchart when context.Properties["Start"] is { } start && context.Properties["FlowScope"] is not null:
                if (Flowchart.StartOf(place, null) is not { } begin) return null;
                var visited = new FlowScope(context.Properties).Visited.Where(id => !live.Contains(id)).ToList();
                var before = FlowGraph.Of(context.Node, start.GetValue<string>());
                var now = FlowGraph.Of(place, begin.Id);
                return visited.FirstOrDefault(id => live.Exists(from => now.LeadsTo(newId(from), newId(id)) && !before.LeadsTo(from, id)));
            default:
                return null;
        }
    }

    private static void MoveProperties(ActivityContext context, ActivityNode place, Dictionary<ActivityContext, ActivityNode> places, Func<string, string> newId)
    {
        switch (context.Node.Activity)
        {
            case Sequence when context.Properties["CurrentIndex"] is not null:
                if (context.Children.Find(places.ContainsKey) is { } step) context.Properties["CurrentIndex"] = IndexOf(place, newId(step.Node.Id)) + 1;
                break;
            case Flowchart when context.Properties["Start"] is not null:
                new FlowScope(context.Properties).Rename(context.Node, newId);
                TokenFlow.Rename(context, newId);
                context.Properties["Start"] = Flowchart.StartOf(place, null)?.Id;
                break;
        }
    }

    private static int IndexOf(ActivityNode container, string id)
    {
        var children = container.Children["activities"];
        for (var i = 0; i < children.Count; i++)
            if (children[i].Id == id) return i;
        return children.Count - 1;
    }
}
