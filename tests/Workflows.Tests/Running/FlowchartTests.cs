using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Results of the counter-based mode as Elsa's default has them (format.md, section 7.4).</summary>
public sealed class FlowchartTests
{
    [Fact]
    public void An_unconnected_outcome_ends_its_branch() => Lines(Flow("s>d d:True>t", Line("s"), Decide("d", false), Line("t"))).ShouldBe(["s"]);

    [Fact]
    public void Two_branches_into_one_activity_run_it_once() =>
        Lines(Flow("s>a s>b b>c a>meet c>meet", Line("s"), Line("a"), Line("b"), Line("c"), Line("meet"))).ShouldBe(["s", "a", "b", "c", "meet"]);

    [Fact]
    public void A_dead_way_into_a_join_for_all_skips_it_and_what_follows() =>
        Lines(Flow("d:True>y y>j d:False>n n>j j>e", Decide("d", true), Line("y"), Line("n"), Join("j", "WaitAll"), Line("e"))).ShouldBe(["y"]);

    [Fact]
    public void A_dead_way_into_a_join_for_all_active_does_not_hold_it() =>
        Lines(Flow("d:True>y y>j d:False>n n>j j>e", Decide("d", true), Line("y"), Line("n"), Join("j", "WaitAllActive"), Line("e"))).ShouldBe(["y", "e"]);

    [Fact]
    public void The_first_into_a_join_for_any_cancels_the_other()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>e", Line("s"), Wait("a"), Wait("b"), Join("j", "WaitAny"), Line("e"))));
        var instance = engine.Start("d");
        engine.Publish("b");
        engine.Lines.ShouldBe(["s", "e"]);
        instance.Trace.ShouldContain("a:Canceled");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.State.Bookmarks.ShouldBeEmpty();
    }

    [Fact]
    public void End_ends_its_flowchart_and_cancels_what_waits()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("d", Flow("s>w s>x x>e", Line("s"), Wait("w"), Line("x"), Of("Elsa.End", "e"))));
        engine.Start("d").Trace.ShouldEndWith("e:Completed w:Canceled main:Completed Workflow1:Completed main:Completed");
    }

    [Fact]
    public void Finish_ends_everything_and_nothing_above_it_completes()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("d", Flow("s>w s>f f>x", Line("s"), Wait("w"), Of("Elsa.Finish", "f"), Line("x"))));
        var instance = engine.Start("d");
        instance.Trace.ShouldEndWith("f:Started f:Completed");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        engine.Publish("w");
        engine.Lines.ShouldBe(["s"]);
    }

    [Fact]
    public void Tokens_make_a_rework_loop_before_a_join_wait()
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        engine.Import(Definition("d", Flow(
            "s>w w>again again:Again>w again:Enough>j s>o o>j j>e", Line("s"), Wait("w"),
            Of("Elsa.RunJavaScript", "again", ("script", "setVariable('n', (getVariable('n') || 0) + 1); setOutcome(getVariable('n') < 2 ? 'Again' : 'Enough')")),
            Line("o"), Join("j", "WaitAll"), Line("e")), ("variables", Variable("n"))));
        var instance = engine.Start("d");
        engine.Publish("w");
        engine.Lines.ShouldBe(["s", "o"]);
        engine.Publish("w");
        engine.Lines.ShouldBe(["s", "o", "e"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    [Fact]
    public void A_dead_way_into_a_token_join_is_an_incident_not_silence()
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        engine.Import(Definition("d", Flow("d:True>y y>j d:False>n n>j j>e", Decide("d", true), Line("y"), Line("n"), Join("j", "WaitAll"), Line("e"))));
        engine.Start("d").State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("WaitsForNothing");
    }

    [Fact]
    public void The_mode_can_stand_in_the_definition()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition(
            "d", Flow("s>a s>b b>c a>meet c>meet", Line("s"), Line("a"), Line("b"), Line("c"), Line("meet")),
            ("customProperties", new System.Text.Json.Nodes.JsonObject { ["Flowchart:ExecutionMode"] = "TokenBased" })));
        engine.Start("d");
        engine.Lines.Count(l => l == "meet").ShouldBe(2);
    }

    internal static System.Text.Json.Nodes.JsonArray Variable(string name) => new(new System.Text.Json.Nodes.JsonObject
    {
        ["id"] = "v-" + name,
        ["name"] = name,
        ["typeName"] = "Object",
        ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
    });

    private static List<string> Lines(System.Text.Json.Nodes.JsonObject root)
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("d", root));
        engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        return engine.Lines;
    }

    /// <summary>Both orders come to the same: the way that holds the arrival back ends at a decision.</summary>
    [Theory]
    [InlineData("quick slow")]
    [InlineData("slow quick")]
    public void With_tokens_a_way_that_ends_elsewhere_holds_no_arrival_back(string order)
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        engine.Import(Definition("d", Flow("s>quick s>slow quick>end slow>no no:True>end", Line("s"), Wait("quick"), Wait("slow"), Decide("no", false), Line("end"))));
        var instance = engine.Start("d");
        foreach (var name in order.Split(' ')) engine.Publish(name);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        engine.Lines.ShouldBe(["s", "end"]);
    }

    /// <summary>The way over <c>b</c> has lost to the one over <c>a</c>; while the winner waits, it comes twice more and starts nothing.</summary>
    [Fact]
    public void With_tokens_a_way_that_has_lost_starts_nothing_until_the_winner_has_ended()
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        var winner = Wait("t");
        winner["customProperties"] = new System.Text.Json.Nodes.JsonObject { ["mergeMode"] = "Cascade" };
        engine.Import(Definition("d", Flow("s>a a>t s>b b>t b>again again>b t>end", Of("Elsa.Start", "s"), Line("a"), Wait("b"), winner, Line("again"), Line("end"))));
        var instance = engine.Start("d");
        engine.Publish("b");
        engine.Publish("b");
        instance.State.Bookmarks.Select(b => b.NodeId.Split(':')[^1]).ShouldBe(["t", "b"], ignoreOrder: true);
        engine.Publish("t");
        engine.Lines.ShouldBe(["a", "again", "again", "end"]);
    }

    /// <summary>Asserts no time: with searches that grow faster this would not end.</summary>
    [Fact]
    public void A_drawing_of_thousands_of_connections_in_no_order_runs_or_fails_by_name()
    {
        const int steps = 1_000, ways = 20_000;
        var (engine, random) = (new MemoryEngine(), new Random(7));
        engine.Import(Definition("d", Flow(string.Join(' ', Enumerable.Range(0, ways).Select(_ => $"a{random.Next(steps)}>a{random.Next(steps)}")),
            [.. Enumerable.Range(0, steps).Select(i => Of(i == 0 ? "Elsa.Start" : "Elsa.FlowFork", $"a{i}"))])));
        engine.Start("d").State.Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public void A_long_drawing_with_a_thousand_ways_back_goes_on_burst_by_burst()
    {
        const int steps = 3_000, ways = 1_000;
        var engine = new MemoryEngine { MostBursts = 2 };
        engine.Import(Definition("d", Flow(
            string.Join(' ', Enumerable.Range(0, steps - 1).Select(i => $"a{i}>a{i + 1}").Concat(Enumerable.Range(1, ways).Select(i => $"a{steps - 1}>a{i}"))),
            [.. Enumerable.Range(0, steps).Select(i => Of("Elsa.FlowFork", $"a{i}"))])));
        engine.Start("d").State.Incidents.ShouldBeEmpty();
        engine.MostBursts.ShouldBe(0);
    }
}
