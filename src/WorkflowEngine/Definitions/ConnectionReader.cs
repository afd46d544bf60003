using System.Text.Json.Nodes;

namespace WorkflowEngine.Definitions;

/// <summary>Reads a flowchart's connections: objects, the old flat form, Pascal case, wrapped arrays, or one single connection.</summary>
internal static class ConnectionReader
{
    public const string Parked = "notFoundConnections";

    public static void Read(JsonObject owner, string name, Place place, ReadSession session, List<ConnectionDraft> connections)
    {
        if (owner.Member(name) is JsonObject single && (single.Count == 0 || single.Has("source")))
        {
            if (single.Count > 0 && Connection(single, place[name], session, IsFlat(single)) is { } only) connections.Add(only);
            return;
        }

        if (owner.Member(name) is { } given and not JsonArray && (given is not JsonObject wrapper || LegacyShapes.ArrayIn(wrapper) is null))
        {
            session.Warn(place[name], "The connections are no list: there are none, as in Elsa.", "Các nối kết không phải danh sách: coi như không có, như Elsa.");
            return;
        }

        bool? isFlat = null;
        foreach (var (item, at) in owner.Items(name, place, session))
        {
            // The first connection tells the form, so it cannot be nothing; later ones that are nothing Elsa leaves out.
            if (item is null && isFlat is not null) continue;
            if (item is not JsonObject json) session.Problem(at, "A connection is a JSON object.", "Nối kết phải là một đối tượng JSON.");
            else if (Connection(json, at, session, isFlat ??= IsFlat(json)) is { } connection) connections.Add(connection);
        }
    }

    /// <summary>The old form is known by the first connection, and then all are of it; it has no vertices.</summary>
    private static bool IsFlat(JsonObject json) => json["source"].AsText() is not null;

    private static ConnectionDraft? Connection(JsonObject json, Place place, ReadSession session, bool isFlat)
    {
        var source = End(json, "source", "sourcePort", place, session, isFlat);
        var target = End(json, "target", "targetPort", place, session, isFlat);
        if (source is null || target is null) return null;
        return new ConnectionDraft(
            new Connection(source.Value.Activity, source.Value.Port, target.Value.Activity, target.Value.Port, isFlat ? [] : Vertices(json, place, session)), place, isFlat);
    }

    private static JsonArray Vertices(JsonObject json, Place place, ReadSession session)
    {
        var points = new JsonArray();
        if (json.Member("vertices") is not JsonArray given) return points;
        foreach (var (item, at) in given.Select((item, i) => (item, place["vertices"][i])))
        {
            if (item is JsonObject point) points.Add(new JsonObject { ["x"] = Number(point, "x", at), ["y"] = Number(point, "y", at) });
            else session.Problem(at, "A vertex is a JSON object with x and y.", "Điểm gãy phải là đối tượng JSON có x và y.");
        }

        return points;

        double Number(JsonObject point, string name, Place at)
        {
            if (!point.Has(name)) return 0;
            if (point.Member(name) is JsonValue value && value.TryGetValue(out double number)) return number;
            session.Problem(at[name], "A number is expected here.", "Ở đây cần một số.");
            return 0;
        }
    }

    private static (string Activity, string? Port)? End(JsonObject json, string name, string portName, Place place, ReadSession session, bool isFlat)
    {
        switch (json.Member(name))
        {
            case JsonValue value when isFlat && value.AsText() is { } activity:
                return (activity, json.Text(portName, place, session));
            case JsonObject end when !isFlat && end.Has("activity"):
                return (end.Text("activity", place[name], session) ?? "", end.Text("port", place[name], session) ?? json.Text(portName, place, session));
            case JsonObject when !isFlat:
                session.Problem(place[name]["activity"], "The end of a connection names no activity.", "Đầu nối kết chưa ghi bước nào.");
                return null;
            default:
                session.Problem(place[name], "A connection has a source and a target.", "Nối kết phải có điểm đầu và điểm cuối.");
                return null;
        }
    }
}
