using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What becomes of an instance when an activity fails.</summary>
public sealed class IncidentTests
{
    private readonly MemoryEngine _engine = new();

    [Fact]
    public void A_fault_stops_the_instance_but_not_what_was_queued()
    {
        _engine.Import(Definition("d", Flow("s>f s>b b>c", Line("s"), Fault("f"), Line("b"), Line("c"))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Incidents.ShouldHaveSingleItem().Message.ShouldBe("f");
        _engine.Lines.ShouldBe(["s", "b", "c"]);
    }

    [Fact]
    public void A_retry_goes_on_from_what_failed_and_takes_what_came_meanwhile()
    {
        _engine.Import(Definition("d", Flow(
            "s>w s>k w>got k>after", Line("s"), Wait("w"), Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid")), Line("got"), Line("after"))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        _engine.Tell(instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = instance.State.Bookmarks[0].Id });
        instance.Held.Count.ShouldBe(1);
        _engine.Lines.ShouldBe(["s"]);

        _engine.Import(Definition("kid", Line("kid")));
        _engine.Tell(instance, EventKind.Retry);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.State.Incidents.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["s", "after", "got", "kid"], ignoreOrder: true);
        instance.Journal.Count(e => e is { ActivityId: "s", Event: "Started" }).ShouldBe(1);
    }

    [Fact]
    public void With_continue_the_rest_runs_and_a_retry_lets_the_instance_finish()
    {
        _engine.Import(Definition(
            "d", Flow("s>k k>after s>b", Line("s"), Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid")), Line("after"), Line("b")),
            ("options", new JsonObject { ["incidentStrategyType"] = "ContinueWithIncidentsStrategy" })));
        var instance = _engine.Start("d");
        instance.State.Status.ShouldBe(InstanceStatus.Running);
        instance.State.Incidents.Count.ShouldBe(1);
        _engine.Import(Definition("kid", Line("kid")));
        _engine.Tell(instance, EventKind.Retry);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldContain("after");
    }

    [Fact]
    public void A_version_that_does_not_exist_stops_at_the_root_and_keeps_the_work()
    {
        var missing = Line("b");
        missing["version"] = 99;
        _engine.Import(Definition("d", Sequence(Line("a"), missing)));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("Workflow1");
        instance.State.Queue.ShouldHaveSingleItem().NodeId.ShouldEndWith(":b");
        _engine.Tell(instance, EventKind.Retry);
        instance.State.Queue.Count.ShouldBe(1);
        _engine.Lines.ShouldBe(["a"]);
    }

    [Fact]
    public void A_cancelled_instance_takes_its_children_down_and_answers_nothing_more()
    {
        _engine.Import(Definition("kid", Wait("never")));
        _engine.Import(Definition("d", Sequence(Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)), Line("after"))));
        var instance = _engine.Start("d");
        _engine.Tell(instance, EventKind.Cancel);
        _engine.Instances.ShouldAllBe(i => i.State.SubStatus == SubStatus.Cancelled && i.State.Bookmarks.Count == 0);
        _engine.Publish("never");
        _engine.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_step_cancelled_in_a_sequence_lets_the_next_one_run()
    {
        _engine.Import(Definition("d", Sequence(Wait("w"), Line("b"))));
        var instance = _engine.Start("d");
        _engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "w" }) });
        _engine.Lines.ShouldBe(["b"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>What holds one step ends with it: Elsa's stands for ever.</summary>
    [Theory]
    [InlineData("w")]
    [InlineData("holder")]
    [InlineData("main")]
    public void A_container_whose_only_step_is_cancelled_is_complete(string cancelled)
    {
        _engine.Import(Definition("d", Flow("holder>b", Of("Elsa.If", "holder", ("condition", true), ("then", Wait("w"))), Line("b"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = cancelled });
        instance.State.Incidents.ShouldBeEmpty();
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(cancelled == "w" ? ["b"] : []);
    }

    [Fact]
    public void The_variables_of_a_failed_instance_are_mended_before_its_retry()
    {
        _engine.Import(Definition("d", Sequence(Line("a"), Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "variables.V.name"))), Line("z")),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);

        Alter(instance, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = new JsonObject { ["name"] = "mended" } });
        instance.Alterations.ShouldHaveSingleItem().Refusal.ShouldBeNull();
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Incidents.Count.ShouldBe(1);

        _engine.Tell(instance, EventKind.Retry);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["a", "mended", "z"]);
    }

    [Fact]
    public void A_failed_instance_moves_to_the_mended_version_and_goes_on_there_with_what_came_meanwhile()
    {
        _engine.Import(Definition("d", Flow("s>w s>f f>z w>got", Line("s"), Wait("w"), Of("Elsa.WriteLine", "f", ("text", Expression("JavaScript", "missing()"))), Line("z"), Line("got"))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        _engine.Tell(instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = instance.State.Bookmarks[0].Id });
        _engine.Import(Definition("d", Flow("s>w s>g g>z w>got", Line("s"), Wait("w"), Line("g"), Line("z"), Line("got"))));

        Alter(instance, new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 });
        instance.Alterations.ShouldHaveSingleItem().Refusal.ShouldNotBeNull();
        Alter(instance, new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2, ["mapping"] = new JsonObject { ["f"] = "g" } });
        instance.Alterations[1].Refusal.ShouldBeNull();
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);

        _engine.Tell(instance, EventKind.Retry);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s", "g", "got", "z"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("ScheduleActivity")]
    [InlineData("CancelActivity")]
    public void Nothing_is_scheduled_or_cancelled_in_a_failed_instance(string type)
    {
        _engine.Import(Definition("d", Sequence(Line("a"), Fault("f"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = type, ["activityId"] = "a" });
        instance.Alterations.ShouldHaveSingleItem().Refusal.ShouldNotBeNull().ShouldContain("retry");
        instance.State.Queue.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["a"]);
    }

    private void Alter(MemoryInstance instance, JsonObject alteration) =>
        _engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(alteration) });

    [Fact]
    public void The_first_alteration_that_cannot_be_done_stops_the_rest()
    {
        _engine.Import(Definition("d", Sequence(Wait("w"), Line("b"))));
        var instance = _engine.Start("d");
        _engine.Tell(instance, EventKind.Alter, new JsonObject
        {
            ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "none" }, new JsonObject { ["type"] = "Cancel" }),
        });
        instance.Alterations.ShouldHaveSingleItem().Refusal.ShouldNotBeNull();
        instance.State.Status.ShouldBe(InstanceStatus.Running);
    }

    [Fact]
    public void What_failed_while_it_was_resumed_is_retried_with_what_had_come()
    {
        // The loop back is not sound until version 2 mends it; the event has been taken and must not be asked for again.
        _engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>w w>a", Line("s"), Line("a"), Line("b"), Line("j"), Wait("w"))));
        var instance = _engine.Start("d");
        _engine.Publish("w", "paid");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Bookmarks.ShouldHaveSingleItem();

        instance.Workflow = _engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>w w>end", Line("s"), Line("a"), Line("b"), Line("j"), Wait("w"), Line("end"))));
        _engine.Tell(instance, EventKind.Retry);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.State.Bookmarks.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["s", "a", "b", "j", "end"]);
    }

    [Fact]
    public void A_policy_tries_again_with_growing_pauses_before_there_is_an_incident()
    {
        var flaky = Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"));
        flaky["customProperties"] = new JsonObject { ["resilienceStrategy"] = new JsonObject { ["maxRetryAttempts"] = 2, ["delay"] = "00:10:00", ["backoffType"] = "Exponential" } };
        _engine.Import(Definition("d", Flow("s>k k>after", Line("s"), flaky, Line("after"))));
        var instance = _engine.Start("d");
        instance.State.Status.ShouldBe(InstanceStatus.Running);
        instance.State.Incidents.ShouldBeEmpty();
        instance.State.Bookmarks.ShouldHaveSingleItem().DueAt.ShouldBe(_engine.Now.AddMinutes(10));
        _engine.Advance(TimeSpan.FromMinutes(10));
        instance.State.Bookmarks.ShouldHaveSingleItem().DueAt.ShouldBe(_engine.Now.AddMinutes(20));
        _engine.Advance(TimeSpan.FromMinutes(20));

        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Incidents.ShouldHaveSingleItem();
        instance.Incidents.ShouldHaveSingleItem().Detail!["attempt"]!.GetValue<int>().ShouldBe(3);
        instance.Journal.Count(e => e is { ActivityId: "k", Event: "Faulted" }).ShouldBe(3);

        _engine.Import(Definition("kid", Line("kid")));
        _engine.Tell(instance, EventKind.Retry);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s", "after", "kid"], ignoreOrder: true);
        instance.Journal.Count(e => e is { ActivityId: "s", Event: "Started" }).ShouldBe(1);
    }

    [Fact]
    public void A_try_that_succeeds_leaves_no_incident()
    {
        var flaky = Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"));
        flaky["customProperties"] = new JsonObject { ["resilienceStrategy"] = new JsonObject { ["strategyId"] = "slow" } };
        _engine.RetryPolicies = new JsonObject { ["slow"] = new JsonObject { ["delay"] = "01:00:00", ["backoffType"] = "Constant" } };
        _engine.Import(Definition("d", Flow("k>after", flaky, Line("after"))));
        var instance = _engine.Start("d");
        _engine.Import(Definition("kid", Line("kid")));
        _engine.Advance(TimeSpan.FromHours(1));
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.State.Incidents.ShouldBeEmpty();
    }

    [Fact]
    public void A_policy_that_is_not_there_is_no_pause()
    {
        var broken = Fault("f");
        broken["customProperties"] = new JsonObject { ["resilienceStrategy"] = new JsonObject { ["strategyId"] = "gone" } };
        _engine.Import(Definition("d", Sequence(broken)));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.Journal.ShouldContain(e => e.Message != null && e.Message.Contains("'gone'"));
    }

    [Fact]
    public void An_incident_shows_the_inputs_without_what_is_secret()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.Fault", "f", ("message", "broken"), ("code", "42")))));
        _engine.Start("d").Incidents.ShouldHaveSingleItem().Detail!["inputs"]!["code"]!.ToString().ShouldBe("42");
    }
}
