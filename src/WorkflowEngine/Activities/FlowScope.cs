using System.Text.Json.Nodes;

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

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject known) return known;
        var created = new JsonObject();
        parent[name] = created;
        return created;
    }
}
