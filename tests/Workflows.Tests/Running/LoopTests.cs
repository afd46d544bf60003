using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Loops, branches and the bound of a burst.</summary>
public sealed class LoopTests
{
    private readonly MemoryEngine _engine = new();

    [Theory]
    [InlineData(1, 3, 1, true, "1 2 3")]
    [InlineData(1, 3, 1, false, "1 2")]
    [InlineData(3, 1, -1, true, "3 2 1")]
    [InlineData(3, 1, -1, false, "3 2")]
    [InlineData(3, 1, 1, true, "")]
    [InlineData(1, 3, -1, true, "")]
    [InlineData(0, 5, 2, true, "0 2 4")]
    [InlineData(2, 2, 1, true, "2")]
    [InlineData(2, 2, 1, false, "")]
    public void For_counts_by_its_step(int start, int end, int step, bool inclusive, string expected)
    {
        _engine.Import(Definition("d", Of("Elsa.For", "loop", ("start", start), ("end", end), ("step", step), ("outerBoundInclusive", inclusive),
            ("body", Of("Elsa.WriteLine", "show", ("text", Expression("JavaScript", "getVariable('CurrentValue')")))))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        string.Join(' ', _engine.Lines).ShouldBe(expected);
    }

    /// <summary>A loop of more executions than a burst has: its variable has no storage, the input no driver.</summary>
    [Fact]
    public void What_lives_for_one_run_only_outlives_the_bound_of_a_burst()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("d", Sequence(
            Of("Elsa.For", "f", ("start", 1), ("end", 12_000), ("step", 1), ("body", Of("Elsa.RunJavaScript", "js", ("script", "variables.N = variables.N + 1; setVariable('Made', variables.N)")))),
            Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "variables.N + ' ' + getVariable('Made') + ' ' + getInput('In')"))), Wait("end"),
            Of("Elsa.WriteLine", "w2", ("text", Expression("JavaScript", "variables.N + ' ' + getInput('In')")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "n", ["name"] = "N", ["typeName"] = "Int32", ["value"] = "0" }))));
        var instance = engine.Start("d", new JsonObject { ["In"] = "in" });
        instance.Bursts.ShouldBeGreaterThan(1);
        engine.Publish("end");
        engine.Lines.ShouldBe(["12000 12000 in", "0 null"]);
    }

    [Fact]
    public void Loops_without_a_body_end()
    {
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.For", "a", ("end", 3)), Of("Elsa.While", "b", ("condition", true)), Of("Elsa.ForEach", "c", ("items", new JsonArray(1, 2))),
            Of("Elsa.ParallelForEach", "d", ("items", Expression("JavaScript", "[1]"))), Line("after"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["after"]);
    }

    [Fact]
    public void A_step_of_zero_is_an_incident()
    {
        _engine.Import(Definition("d", Of("Elsa.For", "a", ("end", 3), ("step", 0), ("body", Line("b")))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Message.ShouldContain("0");
    }

    [Fact]
    public void A_long_burst_is_cut_and_goes_on_where_it_was()
    {
        _engine.Import(Definition("d", Of("Elsa.For", "loop", ("start", 1), ("end", 12_000), ("body", Line("x")))));
        var instance = _engine.Start("d");
        instance.Bursts.ShouldBe(2);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.Count.ShouldBe(12_000);
        instance.Journal.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, instance.Journal.Count).Select(n => (long)n));
    }

    [Fact]
    public void Break_leaves_the_nearest_loop_only()
    {
        _engine.Import(Definition("d", Of("Elsa.ForEach", "outer", ("items", Expression("JavaScript", "[1,2]")), ("body", SequenceOf("o",
            Of("Elsa.ForEach", "inner", ("items", Expression("JavaScript", "[1,2]")), ("body", SequenceOf("i", Line("x"), Of("Elsa.Break", "br"), Line("never")))),
            Line("y"))))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["x", "y", "x", "y"]);
    }

    [Fact]
    public void A_fork_for_any_ends_with_its_first_branch()
    {
        var fork = Of("Elsa.Fork", "f");
        (fork["joinMode"], fork["branches"]) = ("WaitAny", new JsonArray(Wait("a"), Wait("b")));
        _engine.Import(Definition("d", Sequence(fork, Line("after"))));
        var instance = _engine.Start("d");
        _engine.Publish("b");
        instance.Trace.ShouldContain("a:Canceled f:Completed after:Started");
        instance.State.Bookmarks.ShouldBeEmpty();
    }

    [Fact]
    public void A_switch_for_any_waits_for_all_its_cases()
    {
        var choose = Of("Elsa.Switch", "sw", ("mode", "MatchAny"));
        choose["cases"] = new JsonArray([.. new[] { ("true", "a"), ("false", "b"), ("true", "c") }.Select(c => (JsonNode)new JsonObject
            { ["label"] = c.Item2, ["condition"] = new JsonObject { ["type"] = "JavaScript", ["value"] = c.Item1 }, ["activity"] = Wait(c.Item2) })]);
        _engine.Import(Definition("d", Sequence(choose, Line("after"))));
        var instance = _engine.Start("d");
        instance.WaitingAt.ShouldBe(["a", "c"]);
        _engine.Publish("c");
        _engine.Lines.ShouldBeEmpty();
        _engine.Publish("a");
        _engine.Lines.ShouldBe(["after"]);
    }

    [Fact]
    public void Waits_fire_at_their_time_even_after_years()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.Delay", "d", ("timeSpan", "1095.00:00:00")), Line("x"), Of("Elsa.Timer", "t", ("interval", "01:00:00")), Line("y"),
            Of("Elsa.Cron", "c", ("cronExpression", "0 30 9 1 1 *")), Line("z"))));
        var instance = _engine.Start("d");
        _engine.Advance(TimeSpan.FromDays(1094));
        _engine.Lines.ShouldBeEmpty();
        _engine.Advance(TimeSpan.FromDays(1));
        _engine.Lines.ShouldBe(["x"]);
        _engine.Advance(TimeSpan.FromHours(1));
        instance.State.Bookmarks.ShouldHaveSingleItem().DueAt.ShouldBe(new DateTimeOffset(2030, 1, 1, 9, 30, 0, TimeSpan.Zero));
        _engine.Advance(TimeSpan.FromDays(60));
        _engine.Lines.ShouldBe(["x", "y", "z"]);
    }

    [Fact]
    public void A_loop_without_an_end_and_without_a_wait_becomes_an_incident()
    {
        _engine.Import(Definition("d", Of("Elsa.While", "loop", ("condition", true), ("body", Line("x")))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
        instance.Bursts.ShouldBe(Burst.MostContinued);
    }

    [Fact]
    public void A_loop_around_a_wait_for_nothing_becomes_an_incident_and_one_that_waits_does_not()
    {
        _engine.Import(Definition("d", Of("Elsa.While", "loop", ("condition", true), ("body", Of("Elsa.Delay", "d", ("timeSpan", "00:00:00"))))));
        _engine.Import(Definition("e", Of("Elsa.While", "loop", ("condition", true), ("body", Of("Elsa.Delay", "d", ("timeSpan", "00:00:01"))))));
        var (hurried, waiting) = (_engine.Start("d"), _engine.Start("e"));
        _engine.Advance(TimeSpan.FromSeconds(3));
        hurried.State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
        hurried.Bursts.ShouldBe(Burst.MostOvertaken);
        (waiting.State.Incidents.Count, waiting.State.Overtaken).ShouldBe((0, null));
    }

    [Fact]
    public void A_loop_that_takes_in_much_is_stopped_after_fewer_executions()
    {
        _engine.Import(Definition("d", Of("Elsa.While", "loop", ("condition", true), ("body", Of("Elsa.WriteLine", "x", ("text", new string('x', 1_000_000)))))));
        var instance = _engine.Start("d");
        instance.State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
        _engine.Lines.Count.ShouldBeInRange(100, 200);
    }

    [Fact]
    public void A_value_that_is_nested_deeper_with_every_child_is_an_incident()
    {
        var ask = Of("Elsa.ExecuteWorkflow", "again", ("workflowDefinitionId", "d"), ("waitForCompletion", true), ("input", Expression("JavaScript", "({ a: [getInput('a')] })")));
        _engine.Import(Definition("d", ask));
        _engine.Start("d", new JsonObject { ["a"] = 1 });
        _engine.Instances.Count.ShouldBeLessThan(50);
        _engine.Instances[^1].State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("TooDeep");
    }

    [Fact]
    public void An_input_too_large_for_all_children_starts_none()
    {
        _engine.Import(Definition("kid", Line("k")));
        _engine.Import(Definition("d", Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", "Array(3000).fill(1)")),
            ("input", Expression("JavaScript", "({ a: 'x'.repeat(100000) })")))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("TooMuchAtOnce");
        _engine.Instances.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Elsa.DispatchWorkflow", false)]
    [InlineData("Elsa.ExecuteWorkflow", true)]
    public void Definitions_that_start_one_another_for_ever_are_stopped(string type, bool waits)
    {
        _engine.Import(Definition("d", Of(type, "again", ("workflowDefinitionId", "d"), ("waitForCompletion", waits))));
        _engine.Start("d");
        _engine.Instances.Count.ShouldBe(ChildDispatch.MostGenerations + 1);
        _engine.Instances[^1].State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
        _engine.Instances.ShouldAllBe(i => i.State.Status == InstanceStatus.Finished);
    }
}
