using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Random flowcharts, answered in random order: every instance ends or names what it waits for, and every burst is a pure function.</summary>
public sealed class BurstPropertyTests
{
    private const int Charts = 400;

    [Theory]
    [InlineData("CounterBased")]
    [InlineData("TokenBased")]
    public void Every_instance_ends_or_names_what_it_waits_for(string mode)
    {
        for (var seed = 0; seed < Charts; seed++)
        {
            var random = new Random(seed);
            var chart = Chart(random);
            var engine = new MemoryEngine { FlowchartMode = mode };
            var facts = engine.Facts with { Reference = engine.Facts.Reference with { Published = new HashSet<string> { "d" }, FlowchartMode = mode } };
            engine.BurstRun = (head, state, events, result) => Repeat(head, state, events, facts, engine.Now, result);
            engine.Import(Definition("d", chart));
            var instance = engine.Start("d");
            for (var answers = 0; answers < 25 && Check(instance, seed, chart); answers++)
            {
                var waits = instance.State.Bookmarks;
                engine.Tell(instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = waits[random.Next(waits.Count)].Id });
            }
        }
    }

    /// <summary>True: it waits and can be answered.</summary>
    private static bool Check(MemoryInstance instance, int seed, JsonObject chart)
    {
        var state = instance.State;
        if (state.Status == InstanceStatus.Finished) return false;
        (state.Bookmarks.Count > 0 || state.Incidents.Count > 0).ShouldBeTrue($"seed {seed}: {chart.ToJsonString()}");
        return state.Bookmarks.Count > 0;
    }

    private static void Repeat(InstanceHead head, InstanceState? state, IReadOnlyList<InstanceEvent> events, Facts facts, DateTimeOffset now, BurstResult first)
    {
        var again = Burst.Run(head, state, events, facts, now);
        again.State.ToJson().ShouldBe(first.State.ToJson());
        JsonSerializer.Serialize(again.Effects).ShouldBe(JsonSerializer.Serialize(first.Effects));
    }

    /// <summary>Ways lead forward in any shape; ways back leave waits only, so that no loop spins without an answer from outside.</summary>
    private static JsonObject Chart(Random random)
    {
        var count = random.Next(3, 10);
        var activities = new List<JsonObject>();
        var ways = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var id = $"a{i}";
            activities.Add(random.Next(9) switch
            {
                0 or 1 or 2 => Wait(id),
                3 => Decide(id, random.Next(2) == 0),
                4 => Join(id, "WaitAny"),
                5 => Join(id, "WaitAll"),
                6 => Join(id, "WaitAllActive"),
                7 when i > 2 && random.Next(3) == 0 => Of("Elsa.End", id),
                _ => Line(id),
            });
            if (i > 0) ways.Add(Way(activities, random.Next(i), i, random));
            if (i > 1 && random.Next(2) == 0) ways.Add(Way(activities, random.Next(i), i, random));
        }

        for (var back = random.Next(3); back > 0; back--)
        {
            var from = random.Next(count);
            if (activities[from]["type"]!.ToString() == "Elsa.Event") ways.Add(Way(activities, from, random.Next(from + 1), random));
        }

        return Flow(string.Join(' ', ways.Distinct()), [.. activities]);
    }

    private static string Way(List<JsonObject> activities, int from, int to, Random random) =>
        activities[from]["type"]!.ToString() == "Elsa.FlowDecision" ? $"a{from}:{(random.Next(2) == 0 ? "True" : "False")}>a{to}" : $"a{from}>a{to}";
}
