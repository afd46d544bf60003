using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Details of Elsa 3.8 that the corpus does not show: orders of work, numbers of modes, what scripts see.</summary>
public sealed class ElsaOrderTests
{
    private readonly MemoryEngine _engine = new();

    [Fact]
    public void A_skipped_way_is_followed_to_its_end_before_the_next_connection()
    {
        // d is false: over the skipped a the join j is reached first, then b is started.
        _engine.Import(Definition("d", Flow("s>w s>d w>j d:True>a a>j d:False>b", Line("s"), Decide("d", false), Line("w"), Line("a"), Line("b"), Line("j"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s", "w", "j", "b"]);
    }

    [Theory]
    [InlineData("0", new[] { "s", "b" })]
    [InlineData("1", new[] { "s", "b", "after" })]
    [InlineData("2", new[] { "s", "b", "after" })]
    public void Modes_of_a_join_have_numbers(string mode, string[] lines)
    {
        _engine.Import(Definition("d", Flow("s>d d:True>a d:False>b a>j b>j j>after",
            Line("s"), Decide("d", false), Line("a"), Line("b"), Of("Elsa.FlowJoin", "j", ("mode", mode)), Line("after"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(lines);
    }

    [Fact]
    public void The_mode_of_a_join_may_be_an_expression()
    {
        _engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>after",
            Line("s"), Wait("a"), Wait("b"), Of("Elsa.FlowJoin", "j", ("mode", Expression("JavaScript", "'Wait' + 'Any'"))), Line("after"))));
        _engine.Start("d");
        _engine.Publish("b");
        _engine.Lines.ShouldBe(["s", "after"]);
    }

    /// <summary>In Elsa the drawing around is asked for what was cancelled within, does not know it, and the instance fails.</summary>
    [Fact]
    public void An_End_within_a_drawing_that_still_waits_ends_that_drawing()
    {
        var nested = Flow("g>a g>b a>e", Line("g"), Wait("a"), Wait("b"), Of("Elsa.End", "e"));
        nested["id"] = "n";
        _engine.Import(Definition("d", Flow("n>z", nested, Line("z"))));
        var instance = _engine.Start("d");
        _engine.Publish("a");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["g", "z"]);
    }

    [Fact]
    public void A_join_cancels_a_failed_branch_too()
    {
        _engine.Import(Definition("d", Flow("s>f s>w f>j w>j j>after", Line("s"), Fault("f"), Wait("w"), Join("j", "WaitAny"), Line("after")),
            ("options", new JsonObject { ["incidentStrategyType"] = "ContinueWithIncidentsStrategy" })));
        var instance = _engine.Start("d");
        _engine.Publish("w");
        instance.Trace.ShouldContain("f:Canceled");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    [Fact]
    public void What_is_cancelled_from_a_join_is_cancelled_from_within()
    {
        _engine.Import(Definition("d", Flow("s>q s>w q>j w>j j>after", Line("s"), SequenceOf("q", Wait("x"), Line("never")), Wait("w"), Join("j", "WaitAny"), Line("after"))));
        var instance = _engine.Start("d");
        _engine.Publish("w");
        instance.Trace.ShouldContain("x:Canceled q:Canceled");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s", "after"]);
    }

    [Fact]
    public void Complete_in_a_loop_cancels_the_loop()
    {
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.While", "loop", ("condition", true), ("body", SequenceOf("b", Of("Elsa.Complete", "c", ("outcomes", "Out")), Line("never")))), Line("after"))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.Trace.ShouldBe("Workflow1:Started steps:Started loop:Started b:Started c:Started c:Canceled b:Canceled loop:Canceled steps:Canceled Workflow1:Completed[Out]");
        _engine.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_break_ends_a_fork_on_its_way()
    {
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.ForEach", "loop", ("items", Expression("JavaScript", "[1,2]")), ("body", Branches("f", SequenceOf("q", Of("Elsa.Break", "br"), Line("never")), Wait("w")))),
            Line("after"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["after"]);
    }

    [Fact]
    public void All_conditions_of_a_switch_are_evaluated()
    {
        var cases = new JsonArray(
            new JsonObject { ["label"] = "A", ["condition"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "true" } },
            new JsonObject { ["label"] = "B", ["condition"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "missing()" } });
        var choose = new JsonObject { ["id"] = "c", ["type"] = "Elsa.FlowSwitch", ["cases"] = cases };
        _engine.Import(Definition("d", Flow("c:A>a", choose, Line("a"))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("c");
    }

    [Fact]
    public void A_fork_without_branches_leads_nowhere_and_one_without_the_input_is_done()
    {
        _engine.Import(Definition("d", Flow("a>b a>c", Of("Elsa.FlowFork", "a", ("branches", Expression("JavaScript", "[]"))), Line("b"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBeEmpty();
        _engine.Import(Definition("e", Flow("a>b", Of("Elsa.FlowFork", "a"), Line("b"))));
        _engine.Start("e");
        _engine.Lines.ShouldBe(["b"]);
    }

    [Fact]
    public void What_was_queued_in_an_ended_drawing_leads_nowhere_in_a_later_burst_either()
    {
        // The inner drawing is cancelled by the End while its second step stands in the queue.
        var inner = Flow("p>e e>never", Line("p"), Wait("e"), Line("never"));
        inner["id"] = "inner";
        _engine.Import(Definition("d", Flow("f>inner f>b b>end", Line("f"), inner, Line("b"), Of("Elsa.End", "end"))));
        var instance = _engine.Start("d");
        instance.State.Bookmarks.ShouldHaveSingleItem().NodeId.ShouldEndWith(":e");
        _engine.Publish("e");
        _engine.Lines.ShouldBe(["f", "b", "p"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    [Fact]
    public void A_join_for_any_way_runs_again_when_it_cancels_a_way_that_began_after_it_was_asked_for()
    {
        // Elsa's quirk, kept: a is done before w has begun to wait, so w is cancelled by the join itself, which counts as one more arrival.
        _engine.Import(Definition("d", Flow("s>a s>w a>j w>j j>z", Line("s"), Line("a"), Wait("w"), Join("j", "WaitAny"), Line("z"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s", "a", "z", "z"]);
    }

    [Theory]
    [InlineData("variables.so_luong + 1")]
    [InlineData("getSoLuong() + 1")]
    [InlineData("setSoLuong(4); variables.so_luong")]
    [InlineData("variables.$n + 2")]
    [InlineData("variables.so_luong = 4; variables.so_luong")]
    public void Names_of_variables_may_have_underscores_and_dollar_signs(string script)
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", script)))),
            ("variables", new JsonArray(
                new JsonObject { ["id"] = "a", ["name"] = "so_luong", ["typeName"] = "Int32", ["value"] = "3" },
                new JsonObject { ["id"] = "b", ["name"] = "$n", ["typeName"] = "Int32", ["value"] = "2" }))));
        _engine.Start("d").State.Incidents.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["4"]);
    }

    [Fact]
    public void A_script_without_a_value_leaves_the_variable_alone()
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", "null"), ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } }));
        _engine.Import(Definition("d", Sequence(run, Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "getVariable('V')")))), ("variables", Variable("v", "V", "kept"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["kept"]);
    }

    [Theory]
    [InlineData("variables.V = null; getVariable('V')", "old")]
    [InlineData("variables.V = 'new'; 1", "new")]
    [InlineData("setVariable('V', 'new'); variables.V", "new")]
    [InlineData("setV('new'); 1", "new")]
    public void Assignments_of_scripts_reach_the_variable(string script, string value)
    {
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", script))), Of("Elsa.WriteLine", "b", ("text", Expression("JavaScript", "getV()")))),
            ("variables", Variable("v", "V", "old"))));
        _engine.Start("d");
        _engine.Lines[1].ShouldBe(value);
    }

    [Fact]
    public void A_variable_that_a_script_makes_belongs_to_the_container_until_the_run_ends()
    {
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", "setVariable('N', 'made'); ''"))), Show("b"), Wait("w"), Show("c"))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe(["", "made", "none"]);

        static JsonObject Show(string id) => Of("Elsa.WriteLine", id, ("text", Expression("JavaScript", "getVariable('N') || 'none'")));
    }

    [Fact]
    public void Inputs_keep_the_spelling_of_their_names()
    {
        _engine.Import(Definition("d", Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", "getamount() + ':' + getAmount()"))),
            ("variables", Variable("v", "amount", "7")), ("inputs", new JsonArray(new JsonObject { ["type"] = "Int32", ["name"] = "amount" }))));
        _engine.Start("d", new JsonObject { ["amount"] = 5 });
        _engine.Lines.ShouldBe(["5:7"]);
    }

    [Fact]
    public void Inputs_are_found_whatever_the_case_of_their_names()
    {
        _engine.Import(Definition("d", Sequence(
                Wait("e"), Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", "getInput('amount') + ':' + getInput('AMOUNT') + ':' + getAmount() + ':' + getInput('other')")))),
            ("inputs", new JsonArray(new JsonObject { ["type"] = "Int32", ["name"] = "Amount", ["storageDriverType"] = "WorkflowInstanceStorageDriver" }))));
        _engine.Start("d", new JsonObject { ["amount"] = 5 });
        _engine.Publish("e");
        _engine.Lines.ShouldBe(["5:5:5:null"]);
    }

    [Fact]
    public void Loop_variables_have_getters()
    {
        _engine.Import(Definition("d", Of("Elsa.ForEach", "loop", ("items", Expression("JavaScript", "['x']")),
            ("body", Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", "getCurrentIndex() + getCurrentValue()")))))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["0x"]);
    }

    [Fact]
    public void Outputs_are_asked_for_within_the_container_only()
    {
        var script = Of("Elsa.RunJavaScript", "r", ("script", "1 + 1"));
        _engine.Import(Definition("d", Sequence(
            script, Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", "getOutputFrom('r')"))),
            SequenceOf("inner", Of("Elsa.WriteLine", "b", ("text", Expression("JavaScript", "getOutputFrom('r')")))))));
        var instance = _engine.Start("d");
        _engine.Lines.ShouldBe(["2"]);
        instance.State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("b");
    }

    [Fact]
    public void A_child_gives_its_output_on_top_of_the_input_that_is_kept()
    {
        _engine.Import(Definition("kid", Of("Elsa.SetOutput", "o", ("outputName", "Val"), ("outputValue", 9))));
        _engine.Import(Definition("d", Sequence(Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"), ("waitForCompletion", true),
            ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } })),
            Of("Elsa.WriteLine", "a", ("text", Expression("JavaScript", "toJson(getV()) + getInput('Val')")))),
            ("variables", Variable("v", "V", "")),
            ("inputs", new JsonArray(new JsonObject { ["type"] = "Int32", ["name"] = "Kept", ["storageDriverType"] = "WorkflowInstanceStorageDriver" }))));
        _engine.Start("d", new JsonObject { ["Kept"] = 1 });
        _engine.Lines.ShouldBe(["""{"Kept":1,"Val":9}9"""]);
    }

    /// <summary>In Elsa the flowchart is complete when the losers have been cancelled, and what waits behind the winner can never be resumed ("Lost an owner context").</summary>
    [Fact]
    public void With_tokens_the_winner_of_a_race_goes_on_and_may_wait()
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        engine.Import(Definition("d", Flow("s>a s>b s>c a>j b>j c>j j>m m>w w>after",
            Line("s"), Wait("a"), Wait("b"), Wait("c"), Join("j", "WaitAny"), Line("m"), Wait("w"), Line("after"))));
        var instance = engine.Start("d");
        foreach (var name in new[] { "b", "a", "w" }) engine.Publish(name);
        engine.Lines.ShouldBe(["s", "m", "after"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>In Elsa the second round stops at once, for the flowchart is complete; and the ways that lost the first race would stay barred.</summary>
    [Theory]
    [InlineData("Elsa.FlowJoin")]
    [InlineData("Elsa.WriteLine")]
    public void With_tokens_every_round_of_a_loop_is_a_new_race(string type)
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        var race = Of(type, "j", ("text", "j"));
        race["customProperties"] = new JsonObject { ["mergeMode"] = "Race" };
        engine.Import(Definition("d", Flow("s>l l>a l>b l>c a>j b>j c>c2 c2>j j>w w>q q:True>l q:False>end",
            Of("Elsa.Start", "s"), Line("l"), Wait("a"), Wait("b"), Wait("c"), Wait("c2"), race, Wait("w"),
            Of("Elsa.FlowDecision", "q", ("condition", Expression("JavaScript", "variables.n = Number(variables.n) + 1; variables.n < 4"))), Line("end")),
            ("variables", Variable("n", "n", "0"))));
        var instance = engine.Start("d");
        foreach (var winner in new[] { "a", "b", "c c2", "a" })
        {
            instance.WaitingAt.ShouldBe(["a", "b", "c"]);
            foreach (var name in winner.Split(' ')) engine.Publish(name);
            instance.WaitingAt.ShouldBe(["w"]);
            engine.Publish("w");
        }

        engine.Lines.Where(l => l != "j").ShouldBe(["l", "l", "l", "l", "end"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>The flowchart has been called complete by then; its token must not begin the cancelled way anew.</summary>
    [Fact]
    public void With_tokens_a_way_cancelled_behind_a_race_is_not_begun_anew()
    {
        var engine = new MemoryEngine { FlowchartMode = "TokenBased" };
        engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>x j>y x>z", Line("s"), Wait("a"), Wait("b"), Join("j", "WaitAny"), Wait("x"), Wait("y"), Line("z"))));
        var instance = engine.Start("d");
        engine.Publish("a");
        engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "y" }) });
        engine.Publish("x");
        instance.State.Bookmarks.ShouldBeEmpty();
        engine.Lines.ShouldBe(["s", "z"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>Elsa turns its list of executions round whenever it stores them: the first run after the start cancels the last one first, the second the first one.</summary>
    [Theory]
    [InlineData("d", "c b a")]
    [InlineData("x d", "a b c")]
    public void What_is_cancelled_side_by_side_is_turned_round_by_every_run(string events, string cancelled)
    {
        _engine.Import(Definition("d", Flow("s>a s>b s>c s>d s>x a>j b>j c>j d>j", Line("s"), Wait("a"), Wait("b"), Wait("c"), Wait("d"), Wait("x"), Join("j", "WaitAny"))));
        var instance = _engine.Start("d");
        foreach (var name in events.Split(' ')) _engine.Publish(name);
        instance.Journal.Where(e => e.Event == "Canceled").Select(e => e.ActivityId).ShouldBe(cancelled.Split(' '));
    }

    /// <summary>Elsa fails here (rule cancel-within); what stood in the queue of the ended composite still begins, and must not hold the drawing around it.</summary>
    /// <summary>A drawing that ends does not count what is left as pending, and is not complete twice for it, as in Elsa.</summary>
    [Fact]
    public void What_is_left_in_the_queue_of_a_drawing_that_ends_completes_it_once()
    {
        var choose = Of("Elsa.Switch", "s");
        choose["cases"] = new JsonArray(new JsonObject { ["label"] = "L", ["condition"] = new JsonObject { ["type"] = "Literal", ["value"] = "true" }, ["activity"] = Line("left") });
        _engine.FlowchartMode = "TokenBased";
        _engine.Import(Definition("d", Flow("a>s a>end", Line("a"), choose, Of("Elsa.End", "end"))));
        var instance = _engine.Start("d");
        _engine.Lines.ShouldBe(["a", "left"]);
        instance.Journal.Count(e => e is { ActivityId: "main", Event: "Completed" }).ShouldBe(1);
    }

    [Fact]
    public void What_is_left_in_the_queue_of_an_ended_composite_holds_nobody_back()
    {
        _engine.Import(Definition("kid", Flow("s>n n>late", Line("s"), SequenceOf("n", Of("Elsa.Complete", "c", ("outcomes", "Nowhere"))), Line("late")),
            ("name", "Kid"), ("options", new JsonObject { ["usableAsActivity"] = true })));
        var around = Flow("u>end", Of("Kid", "u", ("workflowDefinitionId", "kid")), Line("end"));
        _engine.Import(Definition("d", Sequence(around, Line("after"))));
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldContain("after");
    }

    [Fact]
    public void A_bulk_of_nothing_needs_no_definition()
    {
        _engine.Import(Definition("d", Flow("b>a", Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "none"), ("items", Expression("JavaScript", "[]"))), Line("a"))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["a"]);
    }

    [Fact]
    public void A_bulk_gives_each_child_its_correlation_by_its_item()
    {
        _engine.Import(Definition("kid", Wait("w")));
        _engine.Import(Definition("d", Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", "['x','y']")),
            ("correlationIdFunction", Expression("JavaScript", "'c-' + getItem()")))));
        _engine.Start("d");
        _engine.Instances.Skip(1).Select(i => i.State.CorrelationId).ShouldBe(["c-x", "c-y"]);
    }

    [Fact]
    public void Outcomes_that_are_no_texts_are_done()
    {
        _engine.Import(Definition("d", Of("Elsa.While", "loop", ("condition", true), ("body", Of("Elsa.Complete", "c", ("outcomes", Expression("JavaScript", "5")))))));
        _engine.Start("d").Trace.ShouldEndWith("Workflow1:Completed[Done]");
    }

    private static JsonArray Variable(string id, string name, string value) => new(new JsonObject
    { ["id"] = id, ["name"] = name, ["typeName"] = "Object", ["value"] = value, ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" });

    private static JsonObject Branches(string id, params JsonObject[] branches) =>
        new() { ["id"] = id, ["type"] = "Elsa.Fork", ["joinMode"] = "WaitAll", ["branches"] = new JsonArray([.. branches]) };
}
