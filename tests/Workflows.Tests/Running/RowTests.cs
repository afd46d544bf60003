using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Events and children that bursts begin on one another's: rows without an end are stopped, however they branch; lawful ones are not, however wide.</summary>
public sealed class RowTests
{
    private readonly MemoryEngine _engine = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loop_around_an_event_of_its_own_becomes_an_incident_and_a_retry_lets_it_go_on_as_far_again(bool waitsForNothing)
    {
        JsonObject[] round = waitsForNothing ? [Publish("x"), Of("Elsa.Delay", "d", ("timeSpan", "00:00:00")), Wait("x")] : [Publish("x"), Wait("x")];
        _engine.Import(Definition("d", Endless(round)));
        _engine.MostBursts = 3 * Burst.MostHops;
        var instance = _engine.Start("d");
        _engine.Advance(TimeSpan.Zero);
        instance.State.Incidents.ShouldHaveSingleItem().ShouldSatisfyAllConditions(i => i.Kind.ShouldBe("RunsWithoutEnd"), i => i.ActivityId.ShouldBe("publish x"));
        var bursts = instance.Bursts;
        _engine.MostBursts = 3 * Burst.MostHops;
        _engine.Tell(instance, EventKind.Retry);
        _engine.Advance(TimeSpan.Zero);
        (instance.State.Incidents.Count, instance.Bursts).ShouldBe((1, 2 * bursts));
    }

    [Fact]
    public void Instances_that_answer_one_another_for_ever_become_an_incident()
    {
        _engine.Import(Definition("one", Endless(Wait("ping"), Publish("pong"))));
        _engine.Import(Definition("other", Endless(Publish("ping"), Wait("pong"))));
        _engine.MostBursts = 3 * Burst.MostHops;
        _engine.Start("one");
        _engine.Start("other");
        _engine.Instances.Sum(i => i.Bursts).ShouldBe(2 * Burst.MostHops + 1, "the count rises once a round");
        _engine.Instances.SelectMany(i => i.State.Incidents).ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
    }

    /// <summary>What a row of events brings counts anew behind a wait for anything else.</summary>
    [Fact]
    public void A_time_and_an_event_from_outside_begin_a_new_row()
    {
        var begin = Of("Elsa.Event", "out", ("eventName", "out"));
        begin["canStartWorkflow"] = true;
        _engine.Import(Definition("answers", Sequence(begin, Publish("in"))));
        _engine.Import(Definition("d", Endless(Wait("in"), Publish("out"), Of("Elsa.Delay", "d", ("timeSpan", "00:00:01")))));
        var instance = _engine.Start("d");
        _engine.Publish("in");
        (instance.State.Hops, _engine.Instances[^1].State.Hops).ShouldBe((null, Burst.HopsOfStart), "from outside, and what was published because of it");
        for (var round = 0; round < 3; round++)
        {
            _engine.Advance(TimeSpan.FromSeconds(1));
            instance.State.Hops.ShouldBe(1, "the answer had come before the time");
        }
    }

    /// <summary>A start of a child and the word of its end are steps of a row like the events they stand between.</summary>
    [Theory]
    [InlineData("Elsa.DispatchWorkflow", true)]
    [InlineData("Elsa.DispatchWorkflow", false)]
    [InlineData("Elsa.ExecuteWorkflow", true)]
    [InlineData("Elsa.BulkDispatchWorkflows", true)]
    [InlineData("Workflows.Cascade", true)]
    public void A_row_of_events_that_passes_through_children_becomes_an_incident(string type, bool waits)
    {
        var engine = OfUnit(1);
        engine.Import(Definition("kid", waits ? Line("kid") : Publish("x")));
        JsonObject[] round = [Run(type, "kid", waits), .. waits ? new[] { Publish("x") } : [], Wait("x")];
        engine.Import(Definition("d", Endless(round)));
        engine.MostBursts = 5 * Burst.MostHops;
        var instance = engine.Start("d");
        engine.Instances.SelectMany(i => i.State.Incidents).ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
        engine.Instances.Count.ShouldBeInRange(Burst.MostHops / 2, Burst.MostHops + 1);
        instance.State.Status.ShouldBe(waits ? InstanceStatus.Finished : InstanceStatus.Running);
    }

    /// <summary>No event stands between: the word of the one's end starts the next.</summary>
    [Theory]
    [InlineData("Elsa.DispatchWorkflow", 1)]
    [InlineData("Elsa.BulkDispatchWorkflows", 1)]
    [InlineData("Workflows.Cascade", 1)]
    [InlineData("Workflows.Cascade", 0)]
    public void A_loop_around_children_that_wait_for_nobody_becomes_an_incident(string type, int units)
    {
        var engine = OfUnit(units);
        engine.Import(Definition("kid", Line("kid")));
        engine.Import(Definition("d", Endless(Run(type, "kid", true))));
        HasHeard(engine, Burst.MostHeard - 3).State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
    }

    /// <summary>One child for each unit of a country, one after the other.</summary>
    [Theory]
    [InlineData("Elsa.DispatchWorkflow")]
    [InlineData("Elsa.ExecuteWorkflow")]
    public void A_loop_over_more_units_than_a_row_may_be_long_has_an_end(string type)
    {
        _engine.Import(Definition("kid", Line("kid")));
        _engine.Import(Definition("d", Sequence(Of("Elsa.For", "loop", ("start", 1), ("end", Burst.MostHops + 100), ("body", Run(type, "kid", true))), Line("done"))));
        _engine.Start("d").State.ShouldSatisfyAllConditions(s => s.Incidents.ShouldBeEmpty(), s => s.SubStatus.ShouldBe(SubStatus.Finished));
        _engine.Lines.Count.ShouldBe(Burst.MostHops + 101);
    }

    /// <summary>So what runs itself twice, once after the other, ends long before two to the power of its generations.</summary>
    [Theory]
    [InlineData("Elsa.DispatchWorkflow")]
    [InlineData("Elsa.ExecuteWorkflow")]
    public void A_child_counts_with_all_that_it_has_heard_of(string type)
    {
        JsonObject Twice(string definition) => Sequence([.. new[] { "one", "two" }.Select(id =>
        {
            var run = Run(type, definition, true);
            run["id"] = id;
            return run;
        })]);
        _engine.Import(Definition("kid", Line("kid")));
        _engine.Import(Definition("d", Twice("kid")));
        _engine.Import(Definition("e", Twice("d")));
        _engine.Start("e").State.Heard.ShouldBe(6);
    }

    /// <summary>Each generation is twice as many as the one before: their number is bounded, not only how far they go.</summary>
    [Theory]
    [InlineData("Elsa.DispatchWorkflow", true)]
    [InlineData("Elsa.BulkDispatchWorkflows", false)]
    public void Definitions_that_double_by_children_begin_about_as_many_as_a_row_may_be_long(string type, bool waits)
    {
        JsonObject Again(string id) => Of(type, id, ("workflowDefinitionId", "d"), ("waitForCompletion", waits), ("items", Expression("JavaScript", "[1, 2]")));
        var both = SequenceOf("both", type == "Elsa.DispatchWorkflow" ? [Again("one"), Again("two")] : [Again("one")]);
        both["type"] = "Elsa.Parallel";
        _engine.Import(Definition("d", both));
        _engine.MostBursts = 20 * Burst.MostHops;
        _engine.Start("d");
        _engine.MostBursts.ShouldBeGreaterThan(0, "it has come to rest");
        _engine.Instances.Count.ShouldBeInRange(Burst.MostHops / 10, 4 * Burst.MostHops);
        _engine.Instances.SelectMany(i => i.State.Incidents).ShouldAllBe(i => i.Kind == "RunsWithoutEnd");
    }

    /// <summary>The country, its provinces, their unions, those of the grassroots and their groups: many, but few levels.</summary>
    [Theory]
    [InlineData("Elsa.BulkDispatchWorkflows")]
    [InlineData("Workflows.Cascade")]
    public void A_tree_of_five_levels_is_no_loop_however_wide_it_is(string type)
    {
        var engine = OfUnit(9);
        for (var level = 0; level < 5; level++)
        {
            var below = Run(type, $"level{level + 1}", level % 2 == 0);
            below["items"] = Expression("JavaScript", "[1,2,3,4,5,6,7,8,9]");
            engine.Import(Definition($"level{level + 1}", Line("leaf")));
            engine.Import(Definition($"level{level}", level < 4 ? Sequence(below) : Line("group")));
        }

        engine.Start("level0");
        engine.Instances.SelectMany(i => i.State.Incidents).ShouldBeEmpty();
        engine.Lines.Count.ShouldBe(9 * 9 * 9 * 9);
    }

    /// <summary>In every round a person does the child's task.</summary>
    [Theory]
    [InlineData("Elsa.DispatchWorkflow")]
    [InlineData("Elsa.ExecuteWorkflow")]
    [InlineData("Elsa.BulkDispatchWorkflows")]
    public void A_loop_around_children_that_wait_for_people_goes_on(string type)
    {
        _engine.Import(Definition("kid", Wait("person")));
        _engine.Import(Definition("d", Endless(Run(type, "kid", true))));
        var instance = _engine.Start("d");
        for (var round = 0; round < 5; round++)
        {
            instance.State.Hops.ShouldBeNull();
            _engine.Instances[^1].State.Hops.ShouldBe(1);
            _engine.Publish("person");
        }
    }

    [Fact]
    public void Ends_that_are_added_up_are_of_the_row_only_if_all_are()
    {
        _engine.Import(Definition("kid", Flow("if:True>w", Of("Elsa.FlowDecision", "if", ("condition", Expression("JavaScript", "getInput('Item') == 0"))), Wait("w"))));
        _engine.Import(Definition("d", Sequence(Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", "Array.from({length: 200}, (x, i) => i)"))), Wait("end"))));
        MemoryInstance instance = null!;
        _engine.Together(() => instance = _engine.Start("d"));
        instance.State.Hops.ShouldBe(1, "so far nothing else has come");
        _engine.Publish("w");
        (instance.WaitingAt.ShouldHaveSingleItem(), instance.State.Hops).ShouldBe(("end", null));
    }

    /// <summary>Each event begins twice as many as the one before, or each burst publishes twice: the number of instances is bounded, not the number of hops only.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    public void Definitions_that_begin_one_another_by_events_begin_about_as_many_as_a_row_may_be_long(int definitions, int events)
    {
        for (var n = 0; n < definitions; n++)
            _engine.Import(Definition($"d{n}", Flow(events == 2 ? "x>p p>q" : "x>p", [Begin(Wait("x")), Of("Elsa.PublishEvent", "p", ("eventName", "x")), .. events == 2 ? new[] { Of("Elsa.PublishEvent", "q", ("eventName", "x")) } : []])));
        _engine.MostBursts = 10 * Burst.MostHops;
        _engine.Publish("x");
        _engine.MostBursts.ShouldBeGreaterThan(0, "it has come to rest");
        _engine.Instances.Count.ShouldBeInRange(Burst.MostHops / 10, 4 * Burst.MostHops);
        _engine.Instances.SelectMany(i => i.State.Incidents).ShouldAllBe(i => i.Kind == "RunsWithoutEnd");
    }

    /// <summary>A plan goes to all units at once, each tells of it, and each word begins a record: three steps, however many units there are.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cascade_to_more_units_than_a_row_may_be_long_loses_nothing(bool isCascadedByAChild)
    {
        var engine = OfUnit(Burst.MostHops + 1);
        engine.Import(Definition("record", Flow("received>kept", Begin(Wait("received")), Publish("kept"))));
        engine.Import(Definition("kid", Publish("received")));
        engine.Import(Definition("plan", Sequence(Run("Workflows.Cascade", "kid", true), Line("done"))));
        engine.Import(Definition("d", Run("Elsa.DispatchWorkflow", "plan", true)));
        engine.Start(isCascadedByAChild ? "d" : "plan");
        engine.Instances.SelectMany(i => i.State.Incidents).ShouldBeEmpty();
        engine.Instances.Count(i => i.Workflow.DefinitionId == "record").ShouldBe(Burst.MostHops + 1);
        engine.Lines.ShouldBe(["done"]);
    }

    private static JsonObject Run(string type, string definition, bool waits) => Of(
        type, "run", ("workflowDefinitionId", definition), ("definitionId", definition), ("waitForCompletion", waits), ("items", Expression("JavaScript", "[1]")));

    private static JsonObject Begin(JsonObject activity)
    {
        activity["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return activity;
    }

    private static MemoryEngine OfUnit(int children)
    {
        var unit = new UnitFacts(7, "OWNER", "Owner", "Owner", "sector", "/7/", "vn-public", "{}");
        return new MemoryEngine { FanOutUnits = children, Facts = new MemoryEngine().Facts with { Unit = unit, Owner = unit } };
    }

    private static JsonObject Endless(params JsonObject[] round) => Of("Elsa.While", "loop", ("condition", true), ("body", SequenceOf("round", round)));

    private static JsonObject Publish(string name) => Of("Elsa.PublishEvent", $"publish {name}", ("eventName", name));
}
