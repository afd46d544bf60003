using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Activities;

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

    /// <summary>Activities that were passed, run or skipped.</summary>
    public IEnumerable<string> Visited => _visits.Select(v => v.Key);

    /// <summary>The same counts under new ids of activities.</summary>
    public void Rename(ActivityNode flowchart, Func<string, string> newId)
    {
        Move(_visits, newId);
        var keys = flowchart.Connections.DistinctBy(FlowGraph.Key).ToDictionary(FlowGraph.Key, c => FlowGraph.Key(c with { Source = newId(c.Source), Target = newId(c.Target) }));
        Move(_passes, key => keys.GetValueOrDefault(key, key));
        Move(_followed, key => keys.GetValueOrDefault(key, key));
    }

    private static void Move(JsonObject counts, Func<string, string> newName)
    {
        var moved = counts.Select(c => KeyValuePair.Create(newName(c.Key), c.Value?.DeepClone())).ToList();
        counts.Clear();
        foreach (var (name, value) in moved) counts[name] = value;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject known) return known;
        var created = new JsonObject();
        parent[name] = created;
        return created;
    }
}
