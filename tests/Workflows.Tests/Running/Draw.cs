using System.Text.Json.Nodes;
using Workflows.Conformance;

namespace Workflows.Tests.Running;

/// <summary>Short hands for definitions in tests: activities by kind, connections as <c>a>b d:True>e</c>.</summary>
internal static class Draw
{
    public static JsonObject Definition(string id, JsonObject root, params (string Name, JsonNode? Value)[] more)
    {
        var json = new JsonObject { ["definitionId"] = id, ["name"] = id, ["root"] = root };
        foreach (var (name, value) in more) json[name] = value;
        return json;
    }

    public static JsonObject Flow(string connections, params JsonObject[] activities) => new()
    {
        ["id"] = "main",
        ["type"] = "Elsa.Flowchart",
        ["activities"] = new JsonArray([.. activities]),
        ["connections"] = new JsonArray([.. connections.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Connection)]),
    };

    public static JsonObject Sequence(params JsonObject[] activities) => SequenceOf("steps", activities);

    public static JsonObject SequenceOf(string id, params JsonObject[] activities) =>
        new() { ["id"] = id, ["type"] = "Elsa.Sequence", ["activities"] = new JsonArray([.. activities]) };

    public static JsonObject Line(string id) => Of("Elsa.WriteLine", id, ("text", id));

    /// <summary>Waits for the event of its own id.</summary>
    public static JsonObject Wait(string id) => Of("Elsa.Event", id, ("eventName", id));

    public static JsonObject Decide(string id, bool holds) => Of("Elsa.FlowDecision", id, ("condition", holds));

    public static JsonObject Join(string id, string mode) => Of("Elsa.FlowJoin", id, ("mode", mode));

    public static JsonObject Fault(string id) => Of("Elsa.Fault", id, ("message", id));

    /// <summary>An activity with literal inputs; a JSON object as value is embedded as it is.</summary>
    public static JsonObject Of(string type, string id, params (string Name, JsonNode? Value)[] members)
    {
        var json = new JsonObject { ["id"] = id, ["type"] = type };
        foreach (var (name, value) in members)
            json[name] = value is JsonObject ? value : new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };
        return json;
    }

    public static JsonObject Expression(string syntax, string value) =>
        new() { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = value } };

    /// <summary>Starts <c>d</c> as if so many children had told it of their ends in its row, and runs it on.</summary>
    public static MemoryInstance HasHeard(MemoryEngine engine, int children, int mostBursts = 1000)
    {
        engine.MostBursts = 1;
        var instance = engine.Start("d");
        var state = instance.State;
        state.Heard = children;
        instance.StateJson = state.ToJson();
        engine.MostBursts = mostBursts;
        engine.Together(() => { });
        return instance;
    }

    private static JsonNode Connection(string text)
    {
        var (from, to) = (text.Split('>')[0].Split(':'), text.Split('>')[1]);
        return new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = from[0], ["port"] = from.Length > 1 ? from[1] : "Done" },
            ["target"] = new JsonObject { ["activity"] = to, ["port"] = "In" },
        };
    }
}
