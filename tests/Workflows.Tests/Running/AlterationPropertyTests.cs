using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using Workflows.Conformance;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>
/// Random alterations, most of them odd, of random instances, answered in between: whatever is asked, no burst breaks; what is refused has changed nothing.
/// Each case is made from one number; a failure names it, and <c>WORKFLOWS_SEED</c> begins with it.
/// </summary>
public sealed class AlterationPropertyTests
{
    private const string Storage = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core";
    private static readonly int Cases = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 300;
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("WORKFLOWS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;
    private static readonly UnitFacts Unit = new(1, "root", "Root", "Root", "national", "/1/", "vn-public", "{}");

    /// <summary>Answers and alterations of one case.</summary>
    private const int Steps = 12;

    /// <summary>Bursts for each; ways that lead back to a delay of nothing go on for ever.</summary>
    private const int Bursts = 6;

    private static readonly string[] Types = ["ModifyVariable", "ScheduleActivity", "CancelActivity", "Migrate", "Cancel", "", "Explode"];
    private static readonly string[] VariableTypes =
    [
        "Object", "String", "Int32", "Boolean", "Decimal", "DateTime", "TimeSpan", "Guid", "ByteArray", "JsonNode", "JsonArray", "ObjectDictionary", "StringDictionary", "List<Int32>", "HashSet<String>",
    ];

    [Fact]
    public void Whatever_is_asked_no_burst_breaks_and_what_is_refused_changes_nothing()
    {
        for (var number = First; number < First + Cases; number++)
        {
            try
            {
                Run(new Random(number));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"WORKFLOWS_SEED={number}: {e.Message}", e);
            }
        }
    }

    private static void Run(Random random)
    {
        var one = Whole(random);
        var other = random.Next(3) == 0 ? Whole(random) : Spoilt(random, (JsonObject)one.DeepClone());
        var engine = new MemoryEngine { FlowchartMode = random.Next(2) == 0 ? "CounterBased" : "TokenBased", Facts = new MemoryEngine().Facts with { Unit = Unit, Owner = Unit } };
        foreach (var kid in RandomFlow.Kids) engine.Import(kid);
        engine.Import(Definition("Inner", Flow("i1>i2 i1>i3", Line("i1"), Wait("i2"), Wait("i3")), ("options", new JsonObject { ["usableAsActivity"] = true })));
        engine.Import(one);
        try
        {
            engine.Import(other);
        }
        catch (DefinitionFormatException)
        {
            // Spoilt too much: there is one version only.
        }

        engine.BurstRun = (head, state, events, facts, result) => CheckRefusal(head, state, events, facts, result, engine.Now);
        engine.MostBursts = Bursts;
        var instance = engine.Start("d", version: 1);
        for (var step = 0; step < Steps && instance.StateJson!.Length < Runner.MaximumStateBytes; step++)
        {
            engine.MostBursts = Bursts;
            if (random.Next(2) == 0) engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(Odd(random, instance, one, other)) });
            else if (FlowPropertyTests.Answers(instance).ToArray() is { Length: > 0 } open && open[random.Next(open.Length)] is var (_, kind, body)) engine.Tell(instance, kind, body);
        }
    }

    /// <summary>As if something had been asked that there is not.</summary>
    private static void CheckRefusal(InstanceHead head, InstanceState? state, IReadOnlyList<InstanceEvent> events, Facts facts, BurstResult result, DateTimeOffset now)
    {
        if (events is not [{ Kind: EventKind.Alter }] || result.Effects.Alterations is not [{ Refusal: not null } refused]) return;
        var nothing = new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Nothing" }) };
        var idle = Burst.Run(head, state, [events[0] with { Body = nothing }], facts, now);
        result.State.ToJson().ShouldBe(idle.State.ToJson(), refused.ToString());
        result.Effects.Journal.Select(j => j.Event).ShouldBe([$"Alteration {refused.Type} failed"]);
        (result.Effects.BookmarksAdded.Count, result.Effects.BookmarksRemoved.Count, result.Effects.TasksCancelled.Count, result.Effects.Renamed.Count).ShouldBe((0, 0, 0, 0));
    }

    // ---- what is asked

    private static JsonObject Odd(Random random, MemoryInstance instance, JsonObject one, JsonObject other)
    {
        var ids = Activities(one["root"]).Concat(Activities(other["root"])).Select(o => o["id"]!.ToString())
            .Concat(["i1", "i2", "i3", "Workflow1", "", "nothing", "Workflow1:main", "\0", "it's", "a:b", "a->b"]).ToArray();
        var contexts = instance.State.Contexts;
        string Id() => ids[random.Next(ids.Length)];
        JsonNode? Mostly(JsonNode? right) => random.Next(15) == 0 ? Value(random, Id) : right;
        var type = Types[random.Next(random.Next(12) == 0 ? Types.Length : 4)];
        var alteration = new JsonObject { ["type"] = type };
        switch (type)
        {
            case "ModifyVariable":
                alteration["variableId"] = Mostly(random.Next(5) == 0 ? "v" : $"t{random.Next(3)}");
                alteration["value"] = Value(random, Id);
                break;
            case "Migrate":
                alteration["targetVersion"] = Mostly(random.Next(1, 3));
                if (random.Next(2) == 0) alteration["mapping"] = Mostly(new JsonObject(Enumerable.Range(0, random.Next(4)).Select(_ => Id()).Distinct().Select(id => KeyValuePair.Create(id, Mostly(Id())))));
                break;
            case "ScheduleActivity" or "CancelActivity" when random.Next(2) == 0 && contexts.Count > 0:
                alteration["activityInstanceId"] = Mostly(contexts[random.Next(contexts.Count)].Id);
                break;
            case "ScheduleActivity" or "CancelActivity":
                alteration["activityId"] = Mostly(Id());
                break;
        }

        return alteration;
    }

    private static JsonNode? Value(Random random, Func<string> id, int depth = 0) => random.Next(depth > 2 ? 7 : 12) switch
    {
        0 => null,
        1 => random.Next(-5, 5),
        2 => 1e300,
        3 => true,
        4 => "",
        5 => id(),
        6 => "2020-02-31",
        7 => new JsonArray(Value(random, id, depth + 1), Value(random, id, depth + 1)),
        8 => new JsonObject { ["a"] = Value(random, id, depth + 1), ["b"] = Value(random, id, depth + 1) },
        9 => JsonNode.Parse(new string('[', 54) + new string(']', 54)),
        10 => new string('[', 70) + new string(']', 70),
        _ => "[\"\\u0000\"]",
    };

    // ---- of what

    private static JsonObject Whole(Random random)
    {
        var definition = new RandomFlow(random, May.All).Definition();
        var (body, sub) = ((JsonObject)definition["root"]!.DeepClone(), new JsonObject { ["id"] = "sub", ["type"] = "Inner", ["version"] = 1 });
        body["id"] = "body";
        definition["root"] = random.Next(9) switch
        {
            0 => Of("Elsa.While", "loop", ("condition", true), ("body", SequenceOf("s", Wait("first"), body))),
            1 => Of("Elsa.For", "loop", ("start", 0), ("end", 3), ("step", 1), ("body", body)),
            2 => Of("Elsa.ForEach", "loop", ("items", Expression("JavaScript", "[1,2,3]")), ("body", body)),
            3 => SequenceOf("steps", body, Wait("later"), sub),
            4 => Flow("sub>x body>x", sub, body, Join("x", "WaitAny")),
            5 => Flow("body>j w>j j>end", body, Wait("w"), Of("Elsa.FlowJoin", "j", ("mode", Expression("JavaScript", random.Next(2) == 0 ? "'WaitAll'" : "missing()"))), Line("end"), Wait("apart")),
            6 => Of("Elsa.ForEach", "loop", ("items", Expression("JavaScript", "getVariable('v') ? missing() : [1,2]")), ("body", SequenceOf("s", body, Wait("later")))),
            7 => Of("Elsa.While", "loop", ("condition", Expression("JavaScript", "getVariable('v') == 0 || missing()")), ("body", SequenceOf("s", Wait("first"), body))),
            _ => body,
        };
        for (var i = 0; i < 3; i++)
            ((JsonArray)definition["variables"]!).Add(new JsonObject { ["id"] = $"t{i}", ["name"] = $"t{i}", ["typeName"] = VariableTypes[random.Next(VariableTypes.Length)], ["storageDriverTypeName"] = Storage });
        return definition;
    }

    private static JsonObject Spoilt(Random random, JsonObject definition)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var all = Activities(definition["root"]).ToArray();
            var one = all[random.Next(all.Length)];
            var (steps, ways) = (one["activities"] as JsonArray, one["connections"] as JsonArray);
            switch (random.Next(6))
            {
                case 0:
                    one["id"] = one["id"] + "x";
                    break;
                case 1 when one.Parent is JsonArray { Count: > 1 } list:
                    list.Remove(one);
                    break;
                case 2 when ways?.Count > 0:
                    ways.RemoveAt(random.Next(ways.Count));
                    break;
                case 3:
                    ways?.Clear();
                    break;
                case 4 when steps?.Count > 1:
                    steps.Add(steps[0]!.DeepClone());
                    steps.RemoveAt(0);
                    break;
                case 5:
                    steps?.Insert(0, Line($"new{changes}"));
                    break;
            }
        }

        return definition;
    }

    private static IEnumerable<JsonObject> Activities(JsonNode? node)
    {
        if (node is JsonObject activity && activity["type"] is JsonValue && activity["id"] is JsonValue) yield return activity;
        foreach (var within in node is JsonObject members ? members.Select(m => m.Value) : node as JsonArray ?? Enumerable.Empty<JsonNode?>())
            foreach (var found in Activities(within)) yield return found;
    }
}
