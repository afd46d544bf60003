using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Where outputs, results and values of a start go: which scope has a name, as Elsa 3.8.0 looks for it, and where it loses what was put out.</summary>
public sealed class ElsaScopesTests
{
    private readonly MemoryEngine _engine = new();

    [Fact]
    public void Result_set_within_a_branch_is_the_result_of_the_If_when_a_container_stands_between()
    {
        var choose = Of("Elsa.If", "i", ("condition", true), ("result", To("v")), ("then", SequenceOf("q", Put("Result", "inner"))));
        _engine.Import(Definition("d", Sequence(choose, Show("getVariable('V')")), ("variables", Variables("V"))));
        var instance = _engine.Start("d");
        instance.State.Output.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["inner"]);
    }

    [Fact]
    public void Result_set_as_the_branch_itself_is_an_output_of_the_workflow()
    {
        var choose = Of("Elsa.If", "i", ("condition", true), ("result", To("v")), ("then", Put("Result", "mine")));
        _engine.Import(Definition("d", Sequence(choose, Show("getVariable('V') + getLastResult()")), ("variables", Variables("V"))));
        _engine.Start("d").State.Output.ToJsonString().ShouldBe("""{"Result":"mine"}""");
        _engine.Lines.ShouldBe(["truemine"]);
    }

    [Fact]
    public void Any_other_name_set_within_a_branch_is_an_output_of_the_workflow()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.If", "i", ("condition", true), ("then", SequenceOf("q", Put("result", 1), Put("Other", 2)))))));
        _engine.Start("d").State.Output.ToJsonString().ShouldBe("""{"result":1,"Other":2}""");
    }

    [Fact]
    public void CurrentValue_set_within_a_loop_is_the_loops_own()
    {
        var loop = Of("Elsa.ForEach", "l", ("items", Expression("JavaScript", "['x']")), ("body", SequenceOf("q", Put("CurrentValue", "y"), Show("getCurrentValue()"))));
        _engine.Import(Definition("d", Sequence(loop)));
        _engine.Start("d").State.Output.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["y"]);
    }

    [Fact]
    public void The_last_result_is_the_last_output_called_Result()
    {
        var loop = Of("Elsa.ForEach", "l", ("items", Expression("JavaScript", "['x']")), ("body", Show("getLastResult()")));
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "'r'")), loop)));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["r"]);
    }

    [Fact]
    public void An_output_is_asked_for_by_its_name_as_it_is_declared()
    {
        Kid(Put("Out", 7));
        var calc = Of("Elsa.RunJavaScript", "r", ("script", "2"));
        calc["name"] = "Calc";
        _engine.Import(Definition("d", Sequence(
            calc, Use(),
            Show("[getOutputFrom('r'), getOutputFrom('r', 'Result'), getOutputFrom('sub', 'Out'), getResultFromCalc()].join()"),
            Show("[getOutputFrom('r', 'result'), getOutputFrom('sub', 'out'), getOutputFrom('sub')].map(String).join()")), ("toolVersion", "3.8.0.0")));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["2,2,7,2", "null,null,null"]);
    }

    [Fact]
    public void A_script_reads_variables_by_index_too()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.SetVariable", "s", ("variable", new JsonObject { ["id"] = "v", ["name"] = "V" }), ("value", 5)), Show("variables['V']")),
            ("variables", Variables("V"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["5"]);
    }

    [Fact]
    public void Outputs_of_a_composite_have_getters_in_its_own_container()
    {
        Kid(Put("Out", 7));
        var inner = SequenceOf("inner", Show("getOutFromSub()"));
        _engine.Import(Definition("d", Sequence(Use(), Show("getOutFromSub()"), inner)));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Message.ShouldContain("Text");
        _engine.Lines.ShouldBe(["7"]);
    }

    [Theory]
    [InlineData("3.8.0.0", "getResultFromSecond()", "3")]
    [InlineData("2.14.0.0", "getResultFromB() + ' ' + getResultFromC()", "2 3")]
    [InlineData(null, "getResultFromB() + ' ' + getResultFromC()", "2 3")]
    public void Getters_of_outputs_are_called_by_name_where_Elsa_3_wrote_the_document_and_by_id_elsewhere(string? tool, string script, string line)
    {
        var (b, c) = (Of("Elsa.RunJavaScript", "b", ("script", "2")), Of("Elsa.RunJavaScript", "c", ("script", "3")));
        foreach (var twin in new[] { b, c }) twin["name"] = "Second";
        _engine.Import(Definition("d", Sequence(b, c, Show(script)), tool is null ? [] : [("toolVersion", tool)]));
        _engine.Start("d");
        _engine.Lines.ShouldBe([line]);
    }

    [Fact]
    public void An_output_of_a_composite_stands_where_it_is_bound_as_soon_as_it_is_set()
    {
        Kid(SequenceOf("k", Put("Out", 7), Wait("go")));
        _engine.Import(Definition("d", Flow("", Use(("out", To("v")))), ("variables", Variables("V"))));
        var instance = _engine.Start("d");
        instance.State.Contexts[0].Variables!["v"]!.ToJsonString().ShouldBe("7");
        _engine.Tell(instance, EventKind.Resume, new JsonObject { ["bookmarkId"] = instance.State.Bookmarks[0].Id });
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.State.Contexts[0].Variables!["v"]!.ToJsonString().ShouldBe("7");
    }

    /// <summary>Other types are converted; Elsa converts no lists.</summary>
    [Theory]
    [InlineData("'[1,2]'", "List<Int32>", "\"[1,2]\"")]
    [InlineData("['1','2']", "List<Int32>", "[\"1\",\"2\"]")]
    [InlineData("5", "Int32[]", "5")]
    [InlineData("'5'", "Int32", "5")]
    public void An_output_that_a_composite_declares_as_a_list_is_given_as_it_is(string script, string type, string value)
    {
        _engine.Import(Definition("kid", Of("Elsa.SetOutput", "put", ("outputName", "Out"), ("outputValue", Expression("JavaScript", script))), ("name", "Kid"),
            ("options", new JsonObject { ["usableAsActivity"] = true }), ("outputs", new JsonArray(new JsonObject { ["type"] = type, ["name"] = "Out" }))));
        _engine.Import(Definition("d", Sequence(Use(("out", To("v"))), Wait("end")), ("variables", Variables("V"))));
        _engine.Start("d").State.Contexts[0].Variables!["v"]!.ToJsonString().ShouldBe(value);
    }

    [Fact]
    public void What_the_parent_puts_there_after_a_composite_set_it_stays()
    {
        Kid(SequenceOf("k", Put("Out", 7), Wait("go")));
        _engine.Import(Definition("d", Flow("s>sub s>w w>c", Line("s"), Use(("out", To("v"))), Wait("w"), Set("c", "v", "8")), ("variables", Variables("V"))));
        var instance = _engine.Start("d");
        _engine.Publish("w");
        _engine.Publish("go");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.State.Contexts[0].Variables!["v"]!.ToJsonString().ShouldBe("8");
    }

    [Fact]
    public void Inputs_and_outputs_of_a_composite_are_variables_to_all_within()
    {
        Kid(SequenceOf("k", Show("getIn() + ':' + getOut() + ':' + getVariable('In')"), Show("setVariable('Out', getIn() + 1); setIn(5); getOut() + ':' + getInput('In')")));
        _engine.Import(Definition("d", Sequence(Use(("in", Expression("Literal", "1")), ("out", To("v"))), Show("getV()")), ("variables", Variables("V", "Out"))));
        _engine.Start("d").State.Incidents.ShouldBeEmpty();
        _engine.Lines.ShouldBe(["1:null:1", "2:5", "2"]);
    }

    [Fact]
    public void An_output_that_the_composite_does_not_declare_is_one_of_the_workflow_around()
    {
        Kid(SequenceOf("k", Put("Elsewhere", 3)));
        _engine.Import(Definition("d", Sequence(Use())));
        _engine.Start("d").State.Output.ToJsonString().ShouldBe("""{"Elsewhere":3}""");
    }

    [Fact]
    public void Result_within_a_composite_goes_nowhere_unless_the_composite_declares_it()
    {
        Kid(SequenceOf("k", Put("Result", 3)));
        _engine.Import(Definition("d", Sequence(Use())));
        _engine.Start("d").State.Output.ShouldBeEmpty();
    }

    /// <summary>Rule composite-values-kept.</summary>
    [Fact]
    public void What_a_composite_was_called_with_and_has_put_out_outlives_a_wait_and_arrives()
    {
        var bound = Of("Elsa.RunJavaScript", "r", ("script", "'bound'"), ("result", To("Out")));
        Kid(SequenceOf("k", bound, Wait("go"), Show("getIn() + ':' + getOut()")));
        _engine.Import(Definition("d", Sequence(Use(("in", Expression("Literal", "1")), ("out", To("v"))), Show("getV()")), ("variables", Variables("V=old"))));
        _engine.Start("d");
        _engine.Publish("go");
        _engine.Lines.ShouldBe(["1:bound", "bound"]);
    }

    [Fact]
    public void An_output_bound_to_an_id_that_is_a_variable_and_an_output_goes_to_both()
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", "4"), ("result", To("n")));
        _engine.Import(Definition("d", Sequence(run), ("variables", Variables("N")), ("outputs", new JsonArray(new JsonObject { ["type"] = "Object", ["name"] = "n" }))));
        var instance = _engine.Start("d");
        instance.State.Output.ToJsonString().ShouldBe("""{"n":4}""");
        instance.State.Contexts[0].Variables!["n"]!.ToJsonString().ShouldBe("4");
    }

    /// <summary>Rule value-lists-run.</summary>
    [Fact]
    public void A_list_of_a_value_type_has_a_body_run_for_each_item()
    {
        var numbers = new JsonObject
        {
            ["id"] = "n",
            ["name"] = "N",
            ["typeName"] = "Int32",
            ["isArray"] = true,
            ["value"] = "[1,2,3]",
            ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
        };
        _engine.Import(Definition("d", Sequence(Of("Elsa.ParallelForEach", "all",
            ("items", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Variable", ["value"] = new JsonObject { ["id"] = "n", ["name"] = "N" } } }),
            ("body", Show("getVariable('CurrentValue') + 1")))), ("variables", new JsonArray(numbers))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["2", "3", "4"]);
    }

    /// <summary>Rule start-values-arrive.</summary>
    [Fact]
    public void Values_of_a_start_are_the_first_values_of_the_declared_variables()
    {
        _engine.Import(Definition("d", Sequence(Show("getV()"), Set("s", "v", "9"), Wait("go"), Show("getV()")), ("variables", Variables("V=1"))));
        var instance = _engine.Start("d", variables: new JsonObject { ["V"] = 5 });
        instance.State.Contexts[0].Dynamic.ShouldBeNull();
        _engine.Publish("go");
        _engine.Lines.ShouldBe(["5", "9"]);
    }

    [Fact]
    public void A_variable_of_an_inner_container_hides_the_value_of_a_start()
    {
        var inner = SequenceOf("q", Show("getV()"));
        inner["variables"] = Variables("V=inner");
        _engine.Import(Definition("d", Sequence(inner, Show("getV()"))));
        _engine.Start("d", variables: new JsonObject { ["V"] = "given" });
        _engine.Lines.ShouldBe(["inner", "given"]);
    }

    [Fact]
    public void Values_of_a_start_that_nothing_declares_are_variables_of_the_instance_and_outlive_waits()
    {
        _engine.Import(Definition("d", Sequence(Show("getExtra() + variables.Extra + getVariable('Extra')"), Wait("go"), Show("setVariable('Extra', 6); getExtra()"), Wait("on"), Show("getExtra()"))));
        var instance = _engine.Start("d", variables: new JsonObject { ["Extra"] = 2 });
        instance.State.Contexts[0].Dynamic!["Extra"]!.ToJsonString().ShouldBe("2");
        _engine.Publish("go");
        _engine.Publish("on");
        _engine.Lines.ShouldBe(["6", "6", "6"]);
    }

    /// <summary>In Elsa every inner loop overwrites the value of the outer one: what follows in the outer body works on the wrong item.</summary>
    [Fact]
    public void An_inner_loop_leaves_the_value_of_the_outer_one_alone()
    {
        JsonObject Loop(string id, string items, JsonObject body) => Of("Elsa.ForEach", id, ("items", Expression("JavaScript", items)), ("body", body));
        _engine.Import(Definition("d", Loop("o", "['a','b']", SequenceOf("q", Loop("i", "[1,2]", Show("getVariable('CurrentValue')")), Show("'of ' + getVariable('CurrentValue')")))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["1", "2", "of a", "1", "2", "of b"]);
    }

    /// <summary>In Elsa all bodies see the last item: those that are no containers, and those of a loop within a loop.</summary>
    [Fact]
    public void Every_body_of_a_parallel_loop_has_its_own_item()
    {
        JsonObject Loop(string type, string id, string items, JsonObject body) => Of(type, id, ("items", Expression("JavaScript", items)), ("body", body));
        _engine.Import(Definition("plain", Loop("Elsa.ParallelForEach", "p", "[1,2]", Of("Elsa.If", "i", ("condition", true), ("then", Show("getVariable('CurrentValue')"))))));
        _engine.Import(Definition("within", Loop("Elsa.ForEach", "o", "['a']", Loop("Elsa.ParallelForEach", "p", "[3,4]", SequenceOf("q", Show("getVariable('CurrentValue')"))))));
        _engine.Start("plain");
        _engine.Start("within");
        _engine.Lines.ShouldBe(["1", "2", "3", "4"]);
    }

    [Theory]
    [InlineData(null, "object {}")]
    [InlineData(5, "number 5")]
    public void An_event_without_a_payload_gives_an_empty_object(int? payload, string shown)
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.Event", "e", ("eventName", "e"), ("result", To("v"))), Show("typeof getV() + ' ' + toJson(getLastResult())")), ("variables", Variables("V"))));
        _engine.Start("d");
        _engine.Publish("e", payload);
        _engine.Lines.ShouldBe([shown]);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("v", true)]
    [InlineData("currentValueVariable", true)]
    public void An_expression_that_names_a_variable_by_an_id_that_is_not_there_is_an_incident(string id, bool isThere)
    {
        var write = Of("Elsa.WriteLine", "w", ("text", new JsonObject
        { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Variable", ["value"] = new JsonObject { ["id"] = id, ["name"] = "V", ["typeName"] = "String" } } }));
        _engine.Import(Definition("d", Of("Elsa.ForEach", "o", ("items", Expression("JavaScript", "['x']")), ("body", write)), ("variables", Variables("V=x"))));
        var instance = _engine.Start("d");
        if (isThere) _engine.Lines.ShouldBe(["x"]);
        else instance.State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("w");
    }

    /// <summary>In Elsa it finds no variable any more: an input with one fails the instance, and what it gives goes nowhere.</summary>
    [Fact]
    public void What_was_left_in_a_queue_keeps_its_place_behind_a_wait()
    {
        var late = SequenceOf("late", Of("Elsa.Event", "e", ("eventName", Expression("JavaScript", "getV() + ''")), ("result", To("v"))), Show("'late ' + getV()"), Set("s", "v", "'set'"));
        _engine.Import(Definition("d", Sequence(Race(Line("first"), late), Wait("hold"), Show("getV()")), ("variables", Variables("V=x"))));
        _engine.Start("d");
        _engine.Publish("x", payload: "given");
        _engine.Publish("hold");
        _engine.Lines.ShouldBe(["first", "late given", "set"]);
    }

    /// <summary>In Elsa the record of that end has no outcomes any more when what was left waits and goes on.</summary>
    [Fact]
    public void The_outcomes_of_a_workflow_are_told_with_its_end_also_when_something_is_left_that_waits()
    {
        _engine.Import(Definition("d", Of("Elsa.For", "l", ("end", 0), ("body", Race(Of("Elsa.Complete", "c", ("outcomes", "Yes")), Of("Elsa.Event", "e", ("eventName", "e"), ("result", To("v")))))), ("variables", Variables("V=x"))));
        var instance = _engine.Start("d");
        _engine.Publish("e", payload: "given");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.Journal.Single(e => e is { ActivityId: "Workflow1", Event: "Completed" }).Outcomes.ShouldBe(["Yes"]);
    }

    /// <summary>In Elsa the variable's number would become text, the type of the output, and the workflow's output null.</summary>
    [Fact]
    public void An_output_that_a_composite_has_not_given_leaves_alone_what_it_is_bound_to()
    {
        Document("kid", Line("k"), "String", "Text");
        _engine.Import(Definition("d", Sequence(Set("s", "v", "4"), Put("Text", "kept"), Of("Kid", "u", ("text", To("v"))), Of("Kid", "u2", ("text", To("Text"))), Show("typeof getV()")),
            ("variables", Variables("V")), ("outputs", new JsonArray(new JsonObject { ["type"] = "String", ["name"] = "Text" }))));
        _engine.Start("d").State.Output["Text"]!.ToString().ShouldBe("kept");
        _engine.Lines.ShouldBe(["k", "k", "number"]);
    }

    /// <summary>Elsa loses them when the definition is stored.</summary>
    [Fact]
    public void A_composite_as_the_root_has_its_inputs_and_outputs()
    {
        Kid(Sequence(Show("getInput('In')"), Put("Out", "given")));
        var read = _engine.Import(Definition("d", Of("Kid", "u", ("in", 5), ("out", To("v"))), ("variables", Variables("V"))));
        DefinitionWriter.Write(read)["root"]!["in"]!["expression"]!["value"]!.ToString().ShouldBe("5");
        _engine.Start("d").State.Contexts[0].Variables!["v"]!.ToString().ShouldBe("given");
        _engine.Lines.ShouldBe(["5"]);
    }

    private void Document(string id, JsonObject root, string type, string output) => _engine.Import(Definition(id, root, ("name", "Kid"), ("options", new JsonObject { ["usableAsActivity"] = true }),
        ("outputs", new JsonArray(new JsonObject { ["type"] = type, ["name"] = output }))));

    private static JsonObject Race(params JsonObject[] branches) =>
        new() { ["id"] = "race", ["type"] = "Elsa.Fork", ["joinMode"] = "WaitAny", ["branches"] = new JsonArray([.. branches]) };

    private void Kid(JsonObject root) => _engine.Import(Definition("kid", root, ("name", "Kid"), ("options", new JsonObject { ["usableAsActivity"] = true }),
        ("inputs", new JsonArray(new JsonObject { ["type"] = "Int32", ["name"] = "In" })), ("outputs", new JsonArray(new JsonObject { ["type"] = "Object", ["name"] = "Out" }))));

    private static JsonObject Use(params (string Name, JsonNode? Value)[] members) => Of("Kid", "sub", members);

    private static JsonObject Put(string name, JsonNode value) => Of("Elsa.SetOutput", $"put{name}", ("outputName", name), ("outputValue", value));

    private static JsonObject Set(string id, string variable, string script) =>
        Of("Elsa.SetVariable", id, ("variable", new JsonObject { ["id"] = variable, ["name"] = variable, ["typeName"] = "Object" }), ("value", Expression("JavaScript", script)));

    private static JsonObject Show(string script) => Of("Elsa.WriteLine", "", ("text", Expression("JavaScript", script)));

    private static JsonObject To(string id) => new() { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = id } };

    private static JsonArray Variables(params string[] names) => new([.. names.Select(n => new JsonObject
    {
        ["id"] = n.Split('=')[0].ToLowerInvariant(), ["name"] = n.Split('=')[0], ["typeName"] = "Object", ["value"] = n.Contains('=', StringComparison.Ordinal) ? n.Split('=')[1] : null,
        ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
    })]);
}
