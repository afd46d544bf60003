using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace Workflows.Tests.Running;

/// <summary>
/// Random workflows, answered in random order. Each case is made from one number; a failure names it, and <c>WORKFLOWS_SEED</c> begins with it.
/// </summary>
public sealed partial class FlowPropertyTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 150;
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("WORKFLOWS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;
    private static readonly UnitFacts Unit = new(1, "root", "Root", "Root", "national", "/1/", "vn-public", "{}");

    /// <summary>Answers to one case; loops could go on for ever.</summary>
    private const int MostAnswers = 40;

    /// <summary>
    /// Whatever the order and the grouping: an instance that runs waits for something with a name, one that is over has nothing left; every burst gives
    /// the same again; and the journal of each instance leads to its state.
    /// </summary>
    [Theory]
    [InlineData("CounterBased")]
    [InlineData("TokenBased")]
    public void Every_instance_ends_or_names_what_it_waits_for(string mode) => Run(mode, May.All, (random, definition) =>
    {
        var engine = Engine(mode, definition);
        var journals = new Dictionary<Guid, List<Recorded>>();
        engine.BurstRun = (head, state, events, facts, result) =>
        {
            var again = Burst.Run(head, state, events, facts, engine.Now);
            Same(again.State.ToJson(), result.State.ToJson(), "state of the same burst");
            Same(JsonSerializer.Serialize(again.Effects), JsonSerializer.Serialize(result.Effects), "effects of the same burst");
            if (!journals.TryGetValue(head.Id, out var journal)) journals[head.Id] = journal = [];
            journal.Add(new Recorded(head, JournalJson.Events([.. events.Take(result.Taken)]), events.Count, facts, engine.Now));
        };
        engine.Pick = random.Next;
        engine.Start("d");
        foreach (var instance in engine.Instances) Check(instance);
        for (var answers = 0; answers < MostAnswers; answers++)
        {
            var open = engine.Instances.SelectMany(Answers).ToArray();
            if (open.Length == 0) break;
            random.Shuffle(open);
            engine.Together(() =>
            {
                foreach (var (instance, kind, body) in open.Take(random.Next(1, 4))) engine.Tell(instance, kind, (JsonObject)body.DeepClone());
            });
            foreach (var instance in engine.Instances) Check(instance);
        }

        foreach (var instance in engine.Instances) Same(Replay(journals[instance.Id]), instance.StateJson, "state after a replay");
    });

    /// <summary>
    /// Events for one instance in one burst or in as many bursts as events: the same happens in the same order. Children are left out: they run
    /// between two bursts, so what they tell comes between other events.
    /// </summary>
    [Theory]
    [InlineData("CounterBased")]
    [InlineData("TokenBased")]
    public void How_events_are_grouped_into_bursts_changes_nothing(string mode) => Run(mode, May.All & ~May.Children, (random, definition) =>
    {
        var (together, apart) = (Engine(mode, definition), Engine(mode, definition));
        var (one, other) = (together.Start("d"), apart.Start("d"));
        for (var answers = 0; answers < MostAnswers; answers++)
        {
            var open = Enumerable.Range(0, Answers(one).Count()).ToArray();
            if (open.Length == 0) break;
            random.Shuffle(open);
            open = open[..Math.Min(open.Length, random.Next(1, 5))];
            var (first, second) = (Answers(one).ToArray(), Answers(other).ToArray());
            together.Together(() =>
            {
                foreach (var at in open) together.Tell(one, first[at].Kind, first[at].Body);
            });
            foreach (var at in open) apart.Tell(other, second[at].Kind, second[at].Body);
            Same(other.Trace, one.Trace, "journal");
            Same(WithoutIds(other.StateJson!), WithoutIds(one.StateJson!), "state");
            Same(Incidents(other), Incidents(one), "incidents");
        }

        Same(string.Join(' ', apart.Lines), string.Join(' ', together.Lines), "lines");

        static string Incidents(MemoryInstance of) => string.Join('\n', of.Incidents.Select(i => $"{i.ActivityId} {i.Kind} {i.Message}"));
    });

    /// <summary>
    /// Where nothing races, fails or leads back, the order of answers decides nothing: the same activities complete equally often, in parents and in
    /// children, and both are over or wait for the same. With tokens an activity with several ways in runs once for each token that finds it idle, as in
    /// Elsa; how often it completes then depends on the order, which ones complete does not. A join with tokens takes down what has not come yet when the
    /// first round of it is complete: there the order decides by design, so joins are left out.
    /// </summary>
    [Theory]
    [InlineData("CounterBased")]
    [InlineData("TokenBased")]
    public void The_order_of_independent_answers_decides_nothing(string mode) => Run(mode, mode == "CounterBased" ? May.Children | May.Join : May.Children, (random, definition) =>
    {
        var outcomes = new List<string>();
        for (var order = 0; order < 3; order++)
        {
            var engine = Engine(mode, definition);
            engine.Pick = order == 0 ? null : random.Next;
            engine.Start("d");
            for (var answers = 0; answers < 500; answers++)
            {
                var open = engine.Instances.SelectMany(Answers).ToArray();
                if (open.Length == 0) break;
                var (instance, kind, body) = open[order == 0 ? 0 : random.Next(open.Length)];
                engine.Tell(instance, kind, body);
            }

            var isCounted = mode == "CounterBased";
            var all = engine.Instances.Select(i => Outcome(i, isCounted)).Order(StringComparer.Ordinal);
            outcomes.Add(string.Join('\n', isCounted ? all : all.Distinct()));
        }

        Same(outcomes[1], outcomes[0], "outcome in another order");
        Same(outcomes[2], outcomes[0], "outcome in another order");
    });

    /// <summary>What one instance did, in no order.</summary>
    private static string Outcome(MemoryInstance instance, bool isCounted)
    {
        var done = instance.Journal.Where(e => e.Event is "Completed" or "Canceled").Select(e => $"{e.ActivityId}:{e.Event}").Order(StringComparer.Ordinal);
        return $"{instance.Workflow.DefinitionId} {instance.State.SubStatus} {string.Join(' ', isCounted ? done : done.Distinct())} | {string.Join(' ', instance.WaitingAt.Order(StringComparer.Ordinal))}";
    }

    private static void Run(string mode, May may, Action<Random, JsonObject> check)
    {
        for (var seed = First; seed < First + Cases; seed++)
        {
            var random = new Random(seed);
            var definition = new RandomFlow(random, may).Definition();
            try
            {
                check(random, definition);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"Seed {seed}, {mode}: {e.Message}\n{definition.ToJsonString()}", e);
            }
        }
    }

    private static MemoryEngine Engine(string mode, JsonObject definition)
    {
        var plain = new MemoryEngine();
        var engine = new MemoryEngine { FlowchartMode = mode, Facts = plain.Facts with { Unit = Unit, Owner = Unit } };
        foreach (var kid in RandomFlow.Kids) engine.Import(kid);
        engine.Import(definition);
        return engine;
    }

    /// <summary>What people, time and operators can say to an instance now.</summary>
    internal static IEnumerable<(MemoryInstance Instance, string Kind, JsonObject Body)> Answers(MemoryInstance instance)
    {
        var state = instance.State;
        if (state.SubStatus == SubStatus.Faulted && instance.Journal.Count(e => e.Event == "Faulted") < 4) yield return (instance, EventKind.Retry, []);
        if (state.Status == InstanceStatus.Finished) yield break;
        foreach (var bookmark in state.Bookmarks)
            if (bookmark.Payload?["taskId"]?.ToString() is { } task) yield return (instance, EventKind.TaskDone, new JsonObject { ["taskId"] = task, ["outcome"] = "Done" });
            else if (bookmark.DueAt is not null) yield return (instance, EventKind.TimerDue, new JsonObject { ["bookmarkId"] = bookmark.Id });
            else if (bookmark.Hash is not null) yield return (instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = bookmark.Id });
    }

    private static void Check(MemoryInstance instance)
    {
        var state = instance.State;
        foreach (var bookmark in state.Bookmarks)
        {
            instance.Workflow.FindNode(bookmark.NodeId).ShouldNotBeNull();
            var context = state.Contexts.Find(c => c.Id == bookmark.ContextId).ShouldNotBeNull();

            // What fails while it is resumed keeps its wait, for a retry.
            context.Status.ShouldBe(bookmark.Name == RetryPolicy.Wait || context.Resumption?.BookmarkId == bookmark.Id ? ActivityStatus.Faulted : ActivityStatus.Running, bookmark.NodeId);
        }

        state.Bookmarks.Select(b => b.Id).ShouldBeUnique();
        if (state.Status == InstanceStatus.Running) (state.Bookmarks.Count > 0 || state.Incidents.Count > 0).ShouldBeTrue("it waits for nothing, silently");
        else if (state.SubStatus == SubStatus.Faulted) state.Incidents.ShouldNotBeEmpty();
        else state.Bookmarks.ShouldBeEmpty();
    }

    /// <summary>From the first burst on, from what the journal holds of the events.</summary>
    private static string? Replay(List<Recorded> journal)
    {
        string? state = null;
        foreach (var burst in journal)
        {
            var events = JournalJson.ReadEvents(Encoding.UTF8.GetString(burst.Events));
            var left = Enumerable.Repeat(new InstanceEvent(0, EventKind.Continue, [], null, null, burst.Now), burst.Given - events.Count);
            state = Burst.Run(burst.Head, state is null ? null : InstanceState.FromJson(state), [.. events, .. left], burst.Facts, burst.Now).State.ToJson();
        }

        return state;
    }

    private static void Same(string? one, string? other, string what)
    {
        if (one == other) return;
        var at = Math.Max(0, one.AsSpan().CommonPrefixLength(other) - 100);
        throw new ShouldAssertException($"The {what} differs:\n{one?[at..]}\n{other?[at..]}\n");
    }

    /// <summary>Ids by the order in which they come: they follow from the burst's number.</summary>
    private static string WithoutIds(string json)
    {
        var seen = new Dictionary<string, string>();
        json = Escapes().Replace(json, e => ((char)Convert.ToInt32(e.Groups[1].Value, 16)).ToString());
        return Ids().Replace(json, id => seen.TryGetValue(id.Value, out var known) ? known : seen[id.Value] = $"#{seen.Count}");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=\")[0-9a-f]{16}(?=\")")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Escapes();

    private sealed record Recorded(InstanceHead Head, byte[] Events, int Given, Facts Facts, DateTimeOffset Now);
}
