using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Where Elsa 3.8.0 does something else, and what is done here instead, named in docs/elsa-compatibility.md; and where it once was so.</summary>
public sealed class ElsaDifferencesTests
{
    private readonly MemoryEngine _engine = new();

    /// <summary>In Elsa it is the text of a .NET class.</summary>
    [Fact]
    public void A_function_as_a_result_is_an_incident()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "return () => 1")))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Message.ShouldContain("function");
    }

    /// <summary>In Elsa the list of a typed variable is one of .NET that cannot grow.</summary>
    [Fact]
    public void A_list_of_a_typed_variable_grows_and_becomes_text()
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", "variables.L.push('c')"));
        var show = Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "'' + getL()")));
        _engine.Import(Definition("d", Sequence(run, Wait("e"), show), ("variables", Variable("l", "L", "String", "[\"a\",\"b\"]", true))));
        _engine.Start("d");
        _engine.Publish("e");
        _engine.Lines.ShouldBe(["a,b,c"]);
    }

    /// <summary>In Elsa it would write into the variable around it as well.</summary>
    [Fact]
    public void A_composite_has_variables_of_its_own_also_with_the_same_id()
    {
        _engine.Import(Definition("kid", Of("Elsa.RunJavaScript", "r", ("script", "setVariable('V', 'inner')")),
            ("options", new JsonObject { ["usableAsActivity"] = true }), ("variables", Variable("v", "V", "String", "own", false))));
        _engine.Import(Definition("d", Sequence(new JsonObject { ["id"] = "u", ["type"] = "Kid", ["workflowDefinitionId"] = "kid" },
            Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "getV()")))), ("variables", Variable("v", "V", "String", "outer", false))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["outer"]);
    }

    /// <summary>In Elsa an input fails the activity, and in a script it is its JSON over several lines, until it is stored or comes from a script.</summary>
    [Fact]
    public void An_object_in_a_text_is_compact_JSON_and_in_a_script_what_JavaScript_makes_of_it()
    {
        var written = Of("Elsa.WriteLine", "w", ("text", new JsonObject
        {
            ["typeName"] = "String",
            ["expression"] = new JsonObject { ["type"] = "Input", ["value"] = new JsonObject { ["name"] = "In", ["type"] = "Object" } },
        }));
        var joined = Of("Elsa.WriteLine", "j", ("text", Expression("JavaScript", "'x' + getInput('In')")));
        _engine.Import(Definition("d", Sequence(written, joined), ("inputs", new JsonArray(new JsonObject { ["name"] = "In", ["type"] = "Object" }))));
        _engine.Start("d", new JsonObject { ["In"] = new JsonObject { ["a"] = 1 } });
        _engine.Lines.ShouldBe(["{\"a\":1}", "x[object Object]"]);
    }

    /// <summary>In Elsa an error of .NET passes by a script's <c>catch</c>, and a method of what a call did not give is undefined.</summary>
    [Theory]
    [InlineData("try { bytesFromString(undefined) } catch (e) { return 'caught' }", "caught")]
    [InlineData("try { [].find(x => x).id() } catch (e) { return e.name }", "TypeError")]
    [InlineData("return toJson({ a: () => 1, b: 2 })", "{\"b\":2}")]
    public void Errors_of_scripts_are_those_of_JavaScript(string script, string line)
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", script))))));
        _engine.Start("d");
        _engine.Lines.ShouldBe([line]);
    }

    /// <summary>In Elsa what ends for one of them resumes the other as well: the counts of all that wait are one.</summary>
    [Fact]
    public void Two_bulk_dispatches_of_a_parent_wait_each_for_its_own_children()
    {
        JsonObject Bulk(string id) => Of("Elsa.BulkDispatchWorkflows", id, ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", $"['{id}']")));
        _engine.Import(Definition("kid", Sequence(Of("Elsa.Event", "k", ("eventName", Expression("JavaScript", "getInput('Item')"))))));
        var beside = new JsonArray(SequenceOf("s1", Bulk("a"), Line("one")), SequenceOf("s2", Bulk("b"), Line("two")));
        _engine.Import(Definition("d", new JsonObject { ["id"] = "p", ["type"] = "Elsa.Parallel", ["activities"] = beside }));
        var instance = _engine.Start("d");
        _engine.Publish("b");
        _engine.Lines.ShouldBe(["two"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Suspended);
        _engine.Publish("a");
        _engine.Lines.ShouldBe(["two", "one"]);
    }

    /// <summary>Elsa says that it succeeded in a sequence, and does nothing.</summary>
    [Fact]
    public void A_step_of_a_sequence_is_not_scheduled_out_of_its_order()
    {
        _engine.Import(Definition("d", Sequence(Wait("a"), Line("b"), Line("c"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "c" });
        instance.Alterations.ShouldHaveSingleItem().Refusal.ShouldNotBeNull().ShouldContain("flowchart");
        _engine.Publish("a");
        _engine.Lines.ShouldBe(["b", "c"]);
    }

    /// <summary>In Elsa the flowchart around it is asked too, does not know the step, and the instance fails.</summary>
    [Fact]
    public void A_step_of_a_nested_flowchart_is_scheduled_there()
    {
        var nested = Flow("a>b", Wait("a"), Line("b"));
        nested["id"] = "n";
        _engine.Import(Definition("d", Flow("n>z", nested, Line("z"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "b" });
        _engine.Publish("a");
        _engine.Lines.ShouldBe(["b", "z"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>The entries of alterations stand behind what all of them did, as in Elsa; there the instance would be suspended for ever.</summary>
    [Fact]
    public void An_instance_whose_last_waits_are_cancelled_is_finished()
    {
        _engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>z", Line("s"), Wait("a"), Wait("b"), Join("j", "WaitAll"), Line("z"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "a" }, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "b" });
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.Journal.Select(j => j.Event).TakeLast(2).ShouldBe(["Alteration CancelActivity succeeded", "Alteration CancelActivity succeeded"]);
    }

    /// <summary>In Elsa the child goes on, and nobody hears of its end.</summary>
    [Fact]
    public void Cancelling_by_an_alteration_takes_the_children_along()
    {
        _engine.Import(Definition("kid", Wait("k")));
        _engine.Import(Definition("d", Sequence(Of("Elsa.DispatchWorkflow", "w", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "Cancel" });
        _engine.Instances.Select(i => i.State.SubStatus).ShouldBe([SubStatus.Cancelled, SubStatus.Cancelled]);
    }

    /// <summary>In Elsa it may be changed as if it still ran.</summary>
    [Fact]
    public void An_instance_that_is_over_takes_no_alteration()
    {
        _engine.Import(Definition("d", Sequence(Line("a")), ("variables", Variable("v", "V", "String", "kept", false))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = "changed" });
        instance.Alterations.ShouldBeEmpty();
        instance.State.Contexts[0].Variables!["v"]!.ToString().ShouldBe("kept");
    }

    /// <summary>In Elsa they are lists of .NET: no arrays to scripts, put into others as one item, without a place for what is looked for.</summary>
    [Fact]
    public void A_list_from_outside_is_an_array_to_scripts()
    {
        const string script = "(l => [Array.isArray(l), l.concat([3]).length, l.indexOf(2), '' + l].join(' '))";
        _engine.Import(Definition("d", Sequence(Show("i", $"{script}(getInput('L'))"), Wait("e"), Show("o", $"{script}(getOutputFrom('e'))")),
            ("inputs", new JsonArray(new JsonObject { ["name"] = "L", ["type"] = "Object" }))));
        _engine.Start("d", input: new JsonObject { ["L"] = new JsonArray(1, 2) });
        _engine.Publish("e", new JsonArray(1, 2));
        _engine.Lines.ShouldBe(["true 3 1 1,2", "true 3 1 1,2"]);
    }

    /// <summary>In Elsa it is nothing, or its commit fails.</summary>
    [Theory]
    [InlineData("JsonNode", "5", "number 5")]
    [InlineData("JsonNode", "'text'", "string text")]
    [InlineData("JsonElement", "5", "number 5")]
    [InlineData("JsonElement", "true", "boolean true")]
    public void A_number_or_text_in_a_variable_of_JSON_nodes_is_kept(string type, string script, string shown)
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", $"setVariable('V', {script})")), Wait("e"), Show("w", "typeof getV() + ' ' + getV()")),
            ("variables", Variable("v", "V", type, "", false))));
        _engine.Start("d");
        _engine.Publish("e");
        _engine.Lines.ShouldBe([shown]);
    }

    /// <summary>In Elsa it is lost at the wait, though the text of the variable still has it.</summary>
    [Fact]
    public void The_sign_of_a_0_in_a_variable_of_objects_outlives_a_wait()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "setVariable('V', -0)")), Wait("e"), Show("w", "1 / getV()")),
            ("variables", Variable("v", "V", "Object", "", false))));
        _engine.Start("d");
        _engine.Publish("e");
        _engine.Lines.ShouldBe(["-Infinity"]);
    }

    /// <summary>In Elsa they are asked of the definition that is used, which has no such step.</summary>
    [Fact]
    public void Inputs_of_a_composite_may_ask_for_outputs_of_the_steps_around_it()
    {
        _engine.Import(Definition("kid", Show("w", "getInput('N')"), ("options", new JsonObject { ["usableAsActivity"] = true }),
            ("inputs", new JsonArray(new JsonObject { ["name"] = "N", ["type"] = "Object" }))));
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "return {a: 5}")),
            new JsonObject { ["id"] = "u", ["type"] = "Kid", ["workflowDefinitionId"] = "kid", ["n"] = Expression("JavaScript", "getOutputFrom('r').a") })));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["5"]);
    }

    /// <summary>In Elsa the loop turns for ever.</summary>
    [Fact]
    public void A_way_back_to_what_started_the_instance_waits_there()
    {
        var start = Wait("x");
        start["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        _engine.Import(Definition("other", Wait("x")));
        _engine.Import(Definition("d", Flow("x>a a>x", start, Line("a"))));
        _engine.Start("other");
        _engine.Publish("x");
        _engine.Instances[1].State.SubStatus.ShouldBe(SubStatus.Suspended);
        _engine.Lines.ShouldBe(["a", "a"]);
    }

    /// <summary>Nothing waited for it when it came, so it is kept for the first wait, which is this one. In Elsa each way back passes.</summary>
    [Fact]
    public void A_way_back_takes_the_event_that_started_the_instance_once()
    {
        var start = Wait("x");
        start["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        _engine.Import(Definition("d", Flow("x>a a>x", start, Line("a"))));
        _engine.Publish("x");
        _engine.Instances.ShouldHaveSingleItem().WaitingAt.ShouldBe(["x"]);
        _engine.Lines.ShouldBe(["a", "a"]);
    }

    /// <summary>In Elsa the waits of all of them are met.</summary>
    [Fact]
    public void An_event_that_starts_several_instances_and_resumes_none_is_met_by_the_first_wait_only()
    {
        foreach (var id in new[] { "one", "two" })
        {
            var start = Wait("x");
            start["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
            var later = Wait("x");
            later["id"] = "later";
            _engine.Import(Definition(id, Sequence(start, later, Line(id))));
        }

        _engine.Publish("x");
        _engine.Lines.ShouldBe(["one"]);
    }

    /// <summary>Elsa reads an embedded workflow as an empty one, and loses what it holds.</summary>
    [Fact]
    public void A_workflow_within_a_document_runs_what_it_holds()
    {
        _engine.Import(Definition("d", Sequence(new JsonObject { ["id"] = "i", ["type"] = "Elsa.Workflow", ["root"] = Line("in") }, Line("z"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["in", "z"]);
    }

    [Fact]
    public void A_state_machine_is_kept_and_fails_by_name()
    {
        var workflow = _engine.Import(Definition("d", Sequence(new JsonObject { ["id"] = "m", ["type"] = "Elsa.StateMachine", ["states"] = new JsonArray(new JsonObject { ["name"] = "A" }) })));
        workflow.FindActivity("m")!.Raw["states"]![0]!["name"]!.ToString().ShouldBe("A");
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Message.ShouldContain("Elsa.StateMachine");
    }

    /// <summary>In Elsa the variable is not there for an id that a loop's own value hides.</summary>
    [Fact]
    public void A_variable_that_the_value_of_a_loop_hides_is_set_by_its_id()
    {
        var body = SequenceOf("b", Of("Elsa.SetVariable", "s", ("variable", new JsonObject { ["id"] = "v", ["name"] = "CurrentValue", ["typeName"] = "String" }), ("value", "set")), Show("w", "getVariable('CurrentValue')"));
        body["variables"] = Variable("v", "CurrentValue", "String", "own", false);
        _engine.Import(Definition("d", Of("Elsa.ForEach", "f", ("items", Expression("JavaScript", "[1, 2]")), ("body", body))));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["1", "2"]);
    }

    /// <summary>As in Elsa.</summary>
    [Theory]
    [InlineData("Elsa.RunTask")]
    [InlineData("Elsa.PublishEvent")]
    public void A_task_and_an_event_to_publish_need_a_name(string type)
    {
        _engine.Import(Definition("d", Sequence(Of(type, "t"))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("t");
    }

    /// <summary>As in Elsa.</summary>
    [Theory]
    [InlineData("5")]
    [InlineData("[1]")]
    [InlineData("true")]
    [InlineData("'x'")]
    public void What_a_task_is_given_has_members(string script)
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunTask", "t", ("taskName", "T"), ("payload", Expression("JavaScript", script))))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("InputEvaluationException");
    }

    /// <summary>In Elsa the call fails.</summary>
    [Fact]
    public void A_step_behind_one_that_is_cancelled_in_a_drawing_runs()
    {
        _engine.Import(Definition("d", Flow("s>e e>w s>w", Line("s"), Wait("e"), Line("w"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "e" });
        _engine.Lines.ShouldBe(["s", "w"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>As in Elsa.</summary>
    [Theory]
    [InlineData("setOutcomes(null)", "")]
    [InlineData("setOutcomes(['X', 'Y'])", "x")]
    [InlineData("setOutcome(['X'])", "x")]
    [InlineData("try { setOutcomes('Y') } catch (e) { setOutcome('X') }", "x")]
    [InlineData("setOutcomes('X')", null)]
    [InlineData("setOutcomes([['X']])", null)]
    [InlineData("getInput()", null)]
    public void Outcomes_are_a_text_or_a_list_of_texts(string script, string? follows)
    {
        _engine.Import(Definition("d", Flow("r>done r:X>x", Of("Elsa.RunJavaScript", "r", ("script", script)), Line("done"), Line("x"))));
        var instance = _engine.Start("d");
        _engine.Lines.ShouldBe(follows is not { Length: > 0 } ? [] : [follows]);
        instance.State.Incidents.Count.ShouldBe(follows is null ? 1 : 0);
    }

    /// <summary>In Elsa null among them fails, and a list is the name of its class; an output may have an empty name.</summary>
    [Fact]
    public void Outcomes_of_a_Complete_are_texts_and_an_output_has_a_name()
    {
        _engine.Import(Definition("d", Of("Elsa.For", "l", ("end", 0), ("body", Of("Elsa.Complete", "c", ("outcomes", Expression("JavaScript", "['A', null, [1]]")))))));
        _engine.Start("d").Journal.Single(e => e is { ActivityId: "Workflow1", Event: "Completed" }).Outcomes.ShouldBe(["A", "[1]"]);
        _engine.Import(Definition("o", Sequence(Of("Elsa.SetOutput", "o", ("outputName", ""), ("outputValue", 1)))));
        _engine.Start("o").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("o");
    }

    private static JsonObject Show(string id, string script) => Of("Elsa.WriteLine", id, ("text", Expression("JavaScript", script)));

    private void Alter(MemoryInstance instance, params JsonObject[] alterations) =>
        _engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray([.. alterations]) });

    private static JsonArray Variable(string id, string name, string type, string value, bool isArray) => new(new JsonObject
    {
        ["id"] = id,
        ["name"] = name,
        ["typeName"] = type,
        ["isArray"] = isArray,
        ["value"] = value,
        ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
    });
}
