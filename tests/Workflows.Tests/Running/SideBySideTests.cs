using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using Workflows.Conformance;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>
/// Several instances with children of every kind, answered, failed, mended, migrated and cancelled at random: one after the other in memory, many at
/// once in memory in random order, and at once through PostgreSQL by workers and requests beside each other. What is done at once concerns other waits
/// and instances each time, so all three come to the same end. Each case is made from one number; a failure names it, and <c>WORKFLOWS_SEED</c> begins
/// with it.
/// </summary>
public sealed class SideBySideTests : CommittedCases
{
    private const int Roots = 3;

    /// <summary>Rounds in which some of what can be done is done; afterwards all of it, until nothing is left.</summary>
    private const int Rounds = 6;

    private static readonly int Cases = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 100 : 4;
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("WORKFLOWS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    /// <summary>One thing to do to the instance of this name.</summary>
    private readonly record struct Act(string What, string Name, string? Activity = null);

    private sealed record Seen(Guid Id, Guid? Parent, Workflow Workflow, InstanceState State);

    [Fact]
    public async Task Whatever_is_done_at_once_and_however_it_is_grouped_the_end_is_the_same()
    {
        for (var number = First; number < First + Cases; number++)
        {
            try
            {
                await RunAsync(number);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"WORKFLOWS_SEED={number}: {e.Message}", e);
            }
        }

        (await Invariants.BrokenAsync(Database)).ShouldBeEmpty();
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
    }

    private async Task RunAsync(int number)
    {
        var (random, prefix) = (new Random(number), $"n{number}-");
        var (apart, together) = (new MemoryEngine(), new MemoryEngine { Pick = random.Next });
        foreach (var definition in Definitions(random, prefix))
        {
            apart.Import(definition);
            together.Import(definition);
            await Host.ImportAsync(definition, true);
        }

        var known = Host.Lines.Count;
        for (var root = 0; root < Roots; root++)
        {
            var input = new JsonObject { ["At"] = $"{prefix}{root}" };
            apart.Start(prefix + "d", input, version: 1);
            together.Start(prefix + "d", input, version: 1);
            await Host.StartAsync(new CaseStart(prefix + "d", "1", input, null, null, null, null, null));
        }

        for (var round = 0; ; round++)
        {
            var worlds = new[] { Seeing(apart), Seeing(together), await SeeingAsync(prefix) };
            var possible = worlds.Select(Possible).Aggregate((one, other) => [.. one.Intersect(other)]);
            if (possible.Count == 0) break;
            var acts = round < Rounds ? Some(random, possible, worlds[0]) : possible.Where(a => a.What is "answer" or "mend").ToList();
            if (acts.Count == 0 && round >= Rounds) break;
            foreach (var act in acts)
            {
                var seen = Seeing(apart)[act.Name];
                foreach (var (kind, body) in Events(act, seen)) apart.Tell(apart.Instances.Find(i => i.Id == seen.Id)!, kind, body);
            }

            together.Together(() =>
            {
                foreach (var act in acts)
                    foreach (var (kind, body) in Events(act, worlds[1][act.Name])) together.Tell(together.Instances.Find(i => i.Id == worlds[1][act.Name].Id)!, kind, body);
            });
            await DoAsync(random, acts, worlds[2]);
        }

        var ends = Ends(Seeing(apart));
        Ends(Seeing(together)).ShouldBe(ends);
        Ends(await SeeingAsync(prefix)).ShouldBe(ends);
        var lines = apart.Lines.Order(StringComparer.Ordinal).ToArray();
        together.Lines.Order(StringComparer.Ordinal).ShouldBe(lines);
        Host.Lines.Skip(known).Order(StringComparer.Ordinal).ShouldBe(lines);
        ends.ShouldAllBe(e => e.EndsWith("Finished", StringComparison.Ordinal) || e.EndsWith("Cancelled", StringComparison.Ordinal));
        (await TextAsync("select (select count(*) from instance_event) || ' ' || (select count(*) from held_event) || ' ' || (select count(*) from bookmark)")).ShouldBe("0 0 0");
    }

    // ---- what there is

    private static IEnumerable<JsonObject> Definitions(Random random, string prefix)
    {
        const string storage = "WorkflowInstanceStorageDriver";
        var steps = 0;
        yield return Whole("leaf", SequenceOf("all", [.. Steps(2, 2)]));
        yield return Whole("kid", SequenceOf("all", [.. Steps(1, 3)]));
        var ways = SequenceOf("ways", [.. Enumerable.Range(0, random.Next(2, 4)).Select(n => SequenceOf($"way{n}", [.. Steps(0, 3)]))]);
        ways["type"] = "Elsa.Parallel";
        ((JsonArray)ways["activities"]![0]!["activities"]!).Insert(random.Next(2), Fails());
        var whole = Whole("d", SequenceOf("all", ways, Wait("last"), Tell("end")));
        yield return whole;
        yield return Whole("d", SequenceOf("all", (JsonObject)ways.DeepClone(), Wait("last"), Tell("end")), ("description", "again"));

        JsonObject Whole(string id, JsonObject body, params (string, JsonNode?)[] more) => Definition(prefix + id, SequenceOf("main",
            Of("Elsa.RunJavaScript", "begin", ("script", "setVariable('Me', getInput('At') + (getInput('Item') ? '-' + getInput('Item') : ''))")),
            Of("Elsa.SetName", "name", ("value", Expression("JavaScript", "variables.Me"))), body),
            [("variables", new JsonArray(
                new JsonObject { ["id"] = "me", ["name"] = "Me", ["typeName"] = "Object", ["storageDriverTypeName"] = storage },
                new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = storage })), .. more]);

        // Before its end only the root fails: what failed in the middle would be taken off its parent's count by the retry, or not, by who comes first.
        IEnumerable<JsonObject> Steps(int depth, int most)
        {
            for (var n = random.Next(1, most + 1); n > 0; n--) yield return Step(depth);
            if (depth > 0 && random.Next(4) == 0) yield return Fails();
        }

        JsonObject Step(int depth) => random.Next(depth < 2 ? 6 : 2) switch
        {
            0 => Wait($"w{steps++}"),
            1 => Tell($"t{steps++}"),
            2 => Child("Elsa.ExecuteWorkflow", depth, true),
            3 => Child("Elsa.ExecuteWorkflow", depth, false),
            4 => Child("Elsa.DispatchWorkflow", depth, random.Next(2) == 0),
            _ => Child("Elsa.BulkDispatchWorkflows", depth, true),
        };

        JsonObject Child(string type, int depth, bool waits)
        {
            var id = $"x{steps++}";
            return Of(type, id, ("workflowDefinitionId", prefix + (depth == 0 && random.Next(3) > 0 ? "kid" : "leaf")), ("waitForCompletion", waits), ("items", Expression("JavaScript", "[1, 2]")),
                ("input", Expression("JavaScript", $"({{ At: variables.Me + '/{id}' }})")));
        }

        JsonObject Fails() => Of("Elsa.WriteLine", $"f{steps++}", ("text", Expression("JavaScript", "!variables.V ? missing() : variables.Me + ' mended'")));
        JsonObject Tell(string id) => Of("Elsa.WriteLine", id, ("text", Expression("JavaScript", $"variables.Me + ' {id}'")));
    }

    private static Dictionary<string, Seen> Seeing(MemoryEngine engine) =>
        engine.Instances.ToDictionary(i => i.State.Name!, i => new Seen(i.Id, i.ParentId, i.Workflow, i.State));

    private async Task<Dictionary<string, Seen>> SeeingAsync(string prefix) => (await Host.InstancesAsync())
        .Where(i => i.State.Name!.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(i => i.State.Name!, i => new Seen(i.Id, i.ParentId, i.Workflow, i.State));

    private static string[] Ends(Dictionary<string, Seen> world) => [.. world.Select(i => $"{i.Key} {i.Value.State.SubStatus}").Order(StringComparer.Ordinal)];

    // ---- what is done

    private static List<Act> Possible(Dictionary<string, Seen> world)
    {
        var acts = new List<Act>();
        foreach (var (name, (_, parent, workflow, state)) in world)
        {
            if (state.SubStatus == SubStatus.Faulted) acts.Add(new Act("mend", name));
            if (state.SubStatus is SubStatus.Finished or SubStatus.Cancelled) continue;
            foreach (var wait in state.Bookmarks)
                if (workflow.FindNode(wait.NodeId) is { Type: "Elsa.Event" } node) acts.Add(new Act("answer", name, node.Id));
            if (state.Status != InstanceStatus.Running) continue;
            if (parent is not null) acts.Add(new Act("cancel", name));
            else if (workflow.Version == 1) acts.Add(new Act("migrate", name));
        }

        return acts;
    }

    /// <summary>Things that do not get in each other's way: nothing within what is cancelled, no migration of what may end.</summary>
    private static List<Act> Some(Random random, List<Act> possible, Dictionary<string, Seen> world)
    {
        var all = possible.OrderBy(a => a.ToString(), StringComparer.Ordinal).ToArray();
        random.Shuffle(all);
        var cancelled = all.Where(a => a.What == "cancel").Take(random.Next(2)).Select(a => a.Name).ToList();
        var ending = all.Where(a => a.Activity == "last").Select(a => a.Name).ToList();
        return [.. all.Where(a => a.What == "cancel" ? cancelled.Contains(a.Name)
            : !cancelled.Exists(c => a.Name == c || a.Name.StartsWith(c + '/', StringComparison.Ordinal)) && random.Next(2) == 0
                && (a.What != "migrate" || (!ending.Contains(a.Name) && world[a.Name].State.SubStatus != SubStatus.Faulted)))];
    }

    private static IEnumerable<(string Kind, JsonObject Body)> Events(Act act, Seen seen)
    {
        static JsonObject Alter(JsonObject alteration) => new() { ["alterations"] = new JsonArray(alteration) };
        switch (act.What)
        {
            // Gone meanwhile where it was done before: what follows from it is the same.
            case "answer":
                if (seen.State.Bookmarks.Find(b => seen.Workflow.FindNode(b.NodeId)?.Id == act.Activity) is { } wait) yield return (EventKind.Resume, new JsonObject { ["bookmarkId"] = wait.Id });
                break;
            case "mend":
                yield return (EventKind.Alter, Alter(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 }));
                yield return (EventKind.Retry, []);
                break;
            case "cancel":
                yield return (EventKind.Cancel, []);
                break;
            default:
                yield return (EventKind.Alter, Alter(new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }));
                break;
        }
    }

    /// <summary>All of it stands as rows; then workers with small batches and requests take them up at once.</summary>
    private async Task DoAsync(Random random, List<Act> acts, Dictionary<string, Seen> world)
    {
        foreach (var act in acts)
            foreach (var (kind, body) in Events(act, world[act.Name]))
                await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, $2, $3, $4)", P(world[act.Name].Id), P(kind), JsonText(body.ToJsonString()), Instant(Host.Now));
        var runner = Host.Services.GetRequiredService<Runner>();
        var limits = Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(1, 4)).ToArray();
        var asked = acts.Where(_ => random.Next(3) == 0).Select(a => world[a.Name].Id).ToArray();
        await Task.WhenAll(
        [
            .. limits.Select(limit => Task.Run(async () =>
            {
                using var place = new ReadyPlace();
                while (await runner.RunReadyAsync(place, limit) > 0) { }
            })),
            .. asked.Select(id => Task.Run(() => runner.RunNowAsync(id))),
        ]);
        await RunReadyAsync();
    }
}
