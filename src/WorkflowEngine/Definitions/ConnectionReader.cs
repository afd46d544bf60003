using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Reads a flowchart's connections: objects, the old flat form, Pascal case, wrapped arrays, or one single connection.</summary>
internal static class ConnectionReader
{
    public const string Parked = "notFoundConnections";

    public static void Read(JsonObject owner, string name, Place place, ReadSession session, List<ConnectionDraft> connections)
    {
        if (owner.Member(name) is JsonObject single && single.Has("source"))
        {
            if (Connection(single, place[name], session) is { } only) connections.Add(only);
            return;
        }

        foreach (var (item, at) in owner.Items(name, place, session))
        {
            if (item is null) continue;
            if (item is not JsonObject json) session.Problem(at, "A connection is a JSON object.", "Nối kết phải là một đối tượng JSON.");
            else if (Connection(json, at, session) is { } connection) connections.Add(connection);
        }
    }

    private static ConnectionDraft? Connection(JsonObject json, Place place, ReadSession session)
    {
        var source = End(json, "source", "sourcePort", place, session, out var flat);
        var target = End(json, "target", "targetPort", place, session, out _);
        if (source is null || target is null) return null;
        var vertices = json.Member("vertices") is JsonNode given && LegacyShapes.Unwrap(given) is JsonArray points ? points : [];
        return new ConnectionDraft(new Connection(source.Value.Activity, source.Value.Port, target.Value.Activity, target.Value.Port, vertices), place, flat);
    }

    private static (string Activity, string? Port)? End(JsonObject json, string name, string portName, Place place, ReadSession session, out bool flat)
    {
        flat = false;
        switch (json.Member(name))
        {
            case JsonValue value when value.AsText() is { } activity:
                flat = true;
                return (activity, json.Text(portName, place, session));
            case JsonObject end when end.Has("activity"):
                return (end.Text("activity", place[name], session) ?? "", end.Text("port", place[name], session) ?? json.Text(portName, place, session));
            case JsonObject:
                session.Problem(place[name]["activity"], "The end of a connection names no activity.", "Đầu nối kết chưa ghi bước nào.");
                return null;
            default:
                session.Problem(place[name], "A connection has a source and a target.", "Nối kết phải có điểm đầu và điểm cuối.");
                return null;
        }
    }
}
