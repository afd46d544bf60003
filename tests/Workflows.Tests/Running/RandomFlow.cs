using System.Text.Json.Nodes;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What a random definition may hold.</summary>
[Flags]
internal enum May
{
    /// <summary>Acyclic flowcharts of lines, waits, tasks, delays, decisions, switches, forks and nested containers.</summary>
    Plain = 0,

    /// <summary>Ways that lead back, from waits only: no loop spins without an answer from outside.</summary>
    Loop = 1,

    /// <summary>Joins that wait for any, and ends: the first to arrive takes the others down.</summary>
    Race = 2,

    /// <summary>Failing activities, with and without a policy of retries.</summary>
    Fail = 4,

    /// <summary>Children that are waited for, or not.</summary>
    Children = 8,

    /// <summary>Joins that wait for all, or for all that is still possible.</summary>
    Join = 16,

    All = Loop | Race | Fail | Children | Join,
}

/// <summary>Random definitions: the same random numbers give the same definition.</summary>
internal sealed class RandomFlow(Random random, May may)
{
    private int _ids;

    /// <summary>Children that <see cref="Definition"/> may name; "gone" is published by nobody.</summary>
    public static IEnumerable<JsonObject> Kids =>
    [
        Draw.Definition("kid-line", Line("kl")), Draw.Definition("kid-waits", Sequence(Wait("kw"), Line("kd"))), Draw.Definition("kid-fails", Sequence(Wait("kf"), Draw.Fault("kx"))),
    ];

    public JsonObject Definition()
    {
        var definition = Draw.Definition("d", Flow("main", 0), ("variables", new JsonArray(
            new JsonObject { ["id"] = "v", ["name"] = "v", ["typeName"] = "Object", ["value"] = "0", ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" })));
        if (May(Running.May.Fail) && random.Next(3) == 0) definition["options"] = new JsonObject { ["incidentStrategyType"] = "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core" };
        return definition;
    }

    private bool May(May what) => (may & what) != 0;

    private JsonObject Flow(string id, int depth)
    {
        var count = random.Next(3, depth == 0 ? 10 : 5);
        var activities = new List<JsonObject>();
        var ways = new List<string>();
        for (var i = 0; i < count; i++)
        {
            activities.Add(Activity(depth, inFlow: true));
            if (i > 0) ways.Add(Way(activities, random.Next(i), i));
            if (i > 1 && random.Next(2) == 0) ways.Add(Way(activities, random.Next(i), i));
        }

        for (var back = May(Running.May.Loop) ? random.Next(3) : 0; back > 0; back--)
        {
            var from = random.Next(count);
            if (activities[from]["type"]!.ToString() is "Elsa.Event" or "Workflows.HumanTask" or "Elsa.Delay") ways.Add(Way(activities, from, random.Next(from + 1)));
        }

        var flow = Draw.Flow(string.Join(' ', ways.Distinct()), [.. activities]);
        flow["id"] = id;
        return flow;
    }

    private string Way(List<JsonObject> activities, int from, int to)
    {
        var port = activities[from]["type"]!.ToString() switch
        {
            "Elsa.FlowDecision" => random.Next(2) == 0 ? ":True" : ":False",
            "Elsa.FlowSwitch" => random.Next(3) switch { 0 => ":one", 1 => ":two", _ => ":Default" },
            "Elsa.FlowFork" => random.Next(2) == 0 ? ":left" : ":right",
            _ => "",
        };
        return $"{activities[from]["id"]}{port}>{activities[to]["id"]}";
    }

    /// <param name="inFlow">Stands in a flowchart; a join may stand nowhere else.</param>
    private JsonObject Activity(int depth, bool inFlow = false)
    {
        var id = $"a{++_ids}";
        var kind = random.Next(May(Running.May.All) ? 24 : 15);
        return kind switch
        {
            0 or 1 or 2 => Wait(id),
            3 => Of("Workflows.HumanTask", id, ("roles", Expression("Object", "[\"Chair\"]")), ("outcomes", Expression("Object", "[\"Done\"]"))),
            4 => Of("Elsa.Delay", id, ("timeSpan", $"0{random.Next(1, 9)}:00:00")),
            5 => Decide(id, random.Next(2) == 0),
            6 => Switch(id),
            7 => Of("Elsa.FlowFork", id, ("branches", Expression("Object", "[\"left\",\"right\"]"))),
            8 when inFlow && May(Running.May.Join) => Join(id, random.Next(2) == 0 ? "WaitAll" : "WaitAllActive"),
            9 when depth < 2 => Flow(id, depth + 1),
            10 when depth < 2 => Container(id, depth),
            11 => Of("Elsa.RunJavaScript", id, ("script", $"'{id}'")),
            15 or 16 when inFlow && May(Running.May.Race) => Join(id, "WaitAny"),
            17 when May(Running.May.Race) && random.Next(3) == 0 => Of(random.Next(2) == 0 ? "Elsa.End" : "Elsa.Finish", id),
            18 or 19 when May(Running.May.Fail) => Failing(id),
            20 or 21 or 22 when May(Running.May.Children) => Child(id),
            _ => Line(id),
        };
    }

    private JsonObject Container(string id, int depth) => random.Next(4) switch
    {
        0 => SequenceOf(id, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Activity(depth + 1))]),
        1 => new JsonObject { ["id"] = id, ["type"] = "Elsa.Parallel", ["activities"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Activity(depth + 1))]) },
        2 => Of("Elsa.If", id, ("condition", random.Next(2) == 0), ("then", Activity(depth + 1)), ("else", Activity(depth + 1))),
        _ => Of("Elsa.ParallelForEach", id, ("items", Expression("JavaScript", "[1,2]")), ("body", Activity(depth + 1))),
    };

    private JsonObject Switch(string id)
    {
        var (one, two) = (random.Next(2) == 0, random.Next(2) == 0);
        var activity = Of("Elsa.FlowSwitch", id, ("mode", random.Next(2) == 0 ? "MatchFirst" : "MatchAny"));
        activity["cases"] = new JsonArray(Case("one", one), Case("two", two));
        return activity;

        static JsonObject Case(string label, bool holds) => new() { ["label"] = label, ["condition"] = new JsonObject { ["type"] = "Literal", ["value"] = holds } };
    }

    private JsonObject Failing(string id)
    {
        var activity = random.Next(2) == 0 ? Draw.Fault(id) : Of("Elsa.RunJavaScript", id, ("script", "throw new Error('no')"));
        if (random.Next(2) == 0)
            activity["customProperties"] = new JsonObject { ["resilienceStrategy"] = new JsonObject { ["maxRetryAttempts"] = random.Next(1, 3), ["delay"] = "00:10:00" } };
        return activity;
    }

    private JsonObject Child(string id)
    {
        var kid = May(Running.May.Fail) && random.Next(6) == 0 ? "gone" : random.Next(3) switch { 0 => "kid-line", 1 => "kid-waits", _ => May(Running.May.Fail) ? "kid-fails" : "kid-waits" };
        return random.Next(3) switch
        {
            0 => Of("Elsa.DispatchWorkflow", id, ("workflowDefinitionId", kid), ("waitForCompletion", random.Next(2) == 0)),
            1 => Of("Elsa.ExecuteWorkflow", id, ("workflowDefinitionId", kid), ("waitForCompletion", random.Next(2) == 0)),
            _ => Of("Elsa.BulkDispatchWorkflows", id, ("workflowDefinitionId", kid), ("items", Expression("JavaScript", "[1,2,3]")), ("waitForCompletion", random.Next(2) == 0)),
        };
    }
}
