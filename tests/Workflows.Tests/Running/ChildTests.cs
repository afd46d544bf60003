using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>People's tasks, fan-outs, children and composites as one instance sees them.</summary>
public sealed class ChildTests
{
    private static readonly UnitFacts Office = new(7, "OWNER", "Owner", "Owner", "sector", "/7/", "vn-public", "{}");

    [Fact]
    public void A_loop_that_executes_children_without_a_wait_becomes_an_incident()
    {
        var engine = Engine();
        engine.Import(Definition("kid", Line("kid")));
        engine.Import(Definition("d", Of("Elsa.While", "w", ("condition", Expression("Literal", "true")), ("body", Of("Elsa.ExecuteWorkflow", "x", ("workflowDefinitionId", "kid"))))));
        var instance = HasHeard(engine, Burst.MostHeard - 3);
        instance.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
        engine.Lines.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(EventKind.TaskDone, "Approved", "yes")]
    [InlineData(EventKind.TaskDone, "Other", "done")]
    [InlineData(EventKind.TaskClosed, null, "closed")]
    public void A_task_goes_on_by_its_outcome(string kind, string? outcome, string line)
    {
        var engine = Engine();
        engine.Import(Definition("d", Flow(
            "t:Approved>yes t:Closed>closed t>done", Of("Workflows.HumanTask", "t", ("title", "Viết báo cáo"), ("roles", new JsonArray("secretary"))),
            Line("yes"), Line("closed"), Line("done"))));
        var instance = engine.Start("d");
        var task = instance.Tasks.ShouldHaveSingleItem();
        engine.Tell(instance, kind, new JsonObject { ["taskId"] = task.Id.ToString(), ["contextId"] = task.ContextId, ["outcome"] = outcome });
        engine.Lines.ShouldBe([line]);

        // A second answer for the same task finds nothing.
        engine.Tell(instance, kind, new JsonObject { ["taskId"] = task.Id.ToString(), ["outcome"] = outcome });
        engine.Lines.ShouldBe([line]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    [Fact]
    public void A_closed_task_without_a_way_of_its_own_counts_as_done()
    {
        var engine = Engine();
        engine.Import(Definition("d", Flow("t>done", Of("Workflows.HumanTask", "t", ("title", "x"), ("roles", new JsonArray("secretary"))), Line("done"))));
        var instance = engine.Start("d");
        engine.Tell(instance, EventKind.TaskClosed, new JsonObject { ["taskId"] = instance.Tasks[0].Id.ToString() });
        engine.Lines.ShouldBe(["done"]);
    }

    [Fact]
    public void A_cascade_counts_its_children_and_ends_with_the_last()
    {
        var engine = Engine();
        engine.Import(Definition("kid", Wait("go")));
        engine.Import(Definition("d", Sequence(Of("Workflows.Cascade", "c", ("definitionId", "kid")), Line("after"))));
        var instance = engine.Start("d");
        engine.Instances.Count.ShouldBe(4);
        engine.Tell(engine.Instances[1], EventKind.Cancel);
        engine.Lines.ShouldBeEmpty();
        engine.Publish("go");
        engine.Lines.ShouldBe(["after"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    [Fact]
    public void A_cascade_without_units_ends_at_once()
    {
        var engine = new MemoryEngine { FanOutUnits = 0, Facts = Engine().Facts };
        engine.Import(Definition("kid", Line("k")));
        engine.Import(Definition("d", Sequence(Of("Workflows.Cascade", "c", ("definitionId", "kid")), Line("after"))));
        engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        engine.Lines.ShouldBe(["after"]);
    }

    [Fact]
    public void A_bulk_dispatch_only_counts_when_nobody_looks_at_the_single_child()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("k")));
        engine.Import(Definition("d", Sequence(
            Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", "Array.from({length: 500}, (x, i) => i)"))), Line("after"))));
        var instance = engine.Start("d");
        engine.Lines.Count(l => l == "k").ShouldBe(500);
        engine.Lines[^1].ShouldBe("after");
        engine.Instances.Skip(1).ShouldAllBe(i => i.Report == "count");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    [Fact]
    public void A_bulk_dispatch_of_a_whole_country_keeps_only_how_many_there_were()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("k")));
        engine.Import(Definition("d", Sequence(
            Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("waitForCompletion", false),
                ("items", Expression("JavaScript", "Array.from({length: 120000}, (x, i) => 'unit ' + i)"))), Line("after"))));
        var instance = engine.Start("d");
        engine.Lines.Count(l => l == "k").ShouldBe(120_000);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.Journal.Single(e => e.ActivityId == "b" && e.Event == "Started").Inputs!["items"]!.ToJsonString().ShouldBe("""{"count":120000}""");
    }

    [Fact]
    public void More_children_than_one_dispatch_may_have_are_an_incident()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("k")));
        engine.Import(Definition("d", Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", "Array.from({length: 200001}, (x, i) => 1)")))));
        var instance = engine.Start("d");
        instance.State.Incidents.ShouldHaveSingleItem().Message.ShouldBe("200001 children are too many for one dispatch; at most 200000.");
        engine.Instances.Count.ShouldBe(1);
    }

    [Fact]
    public void A_cancelled_child_tells_its_parent()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Wait("never")));
        engine.Import(Definition("d", Sequence(Of("Elsa.ExecuteWorkflow", "x", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)), Line("after"))));
        var instance = engine.Start("d");
        engine.Tell(engine.Instances[1], EventKind.Cancel);
        engine.Lines.ShouldBe(["after"]);
        instance.Trace.ShouldContain("x:Started x:Suspended x:Resumed x:Completed");
    }

    [Fact]
    public void A_composite_keeps_its_input_over_a_wait_and_chooses_its_outcome()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition(
            "ask", Sequence(Wait("w"), Of("Elsa.WriteLine", "p", ("text", Expression("JavaScript", "'in ' + getInput('Sum')"))), Of("Elsa.Complete", "c", ("outcomes", "Refused"))),
            ("name", "Ask once"), ("inputs", new JsonArray(new JsonObject { ["name"] = "Sum", ["type"] = "Int32" })), ("outcomes", new JsonArray("Refused")),
            ("options", new JsonObject { ["usableAsActivity"] = true })));
        engine.Import(Definition("d", Flow("sub:Refused>no sub>done", Of("AskOnce", "sub", ("sum", "21")), Line("no"), Line("done"))));
        var instance = engine.Start("d");
        engine.Publish("w");
        engine.Lines.ShouldBe(["in 21", "no"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    private static MemoryEngine Engine()
    {
        var plain = new MemoryEngine().Facts;
        return new MemoryEngine { Facts = plain with { Unit = Office, Owner = Office } };
    }

    [Theory]
    [InlineData("Finished")]
    [InlineData("Faulted")]
    [InlineData("Cancelled")]
    public void A_parent_sees_how_its_child_ended_and_may_raise_it(string end)
    {
        var engine = Engine();
        engine.Import(Definition("kid", end switch { "Faulted" => Fault("f"), "Cancelled" => Wait("w"), _ => Line("k") }));
        engine.Import(Definition("d", Flow("k>ok ok:True>on ok:False>raise",
            Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)),
            Of("Elsa.FlowDecision", "ok", ("condition", Expression("JavaScript", "getInput('WorkflowSubStatus') == 'Finished'"))),
            Of("Elsa.WriteLine", "on", ("text", "on")),
            Of("Elsa.Fault", "raise", ("message", Expression("JavaScript", "'child ' + getInput('WorkflowSubStatus')"))))));
        var parent = engine.Start("d");
        if (end == "Cancelled") engine.Tell(engine.Instances[1], EventKind.Cancel);
        if (end == "Finished") engine.Lines.ShouldBe(["k", "on"]);
        else parent.State.Incidents.ShouldHaveSingleItem().Message.ShouldBe($"child {end}");
    }

    [Fact]
    public void A_child_executed_without_waiting_runs_as_far_as_it_gets_before_its_parent_goes_on()
    {
        var engine = Engine();
        engine.Import(Definition("kid", Sequence(Line("k1"), Wait("w"), Line("k2"))));
        engine.Import(Definition("d", Sequence(
            Line("p1"), Of("Elsa.ExecuteWorkflow", "k", ("workflowDefinitionId", "kid"),
                ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } })),
            Of("Elsa.WriteLine", "p2", ("text", Expression("JavaScript", "getR().Status + ' ' + getR().SubStatus")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "R", ["typeName"] = "Object" }))));
        var parent = engine.Start("d");
        engine.Lines.ShouldBe(["p1", "k1", "Running Suspended"]);
        parent.State.SubStatus.ShouldBe(SubStatus.Finished);
        parent.Trace.ShouldNotContain("k:Suspended");
        engine.Publish("w");
        engine.Lines[^1].ShouldBe("k2");
    }
}
