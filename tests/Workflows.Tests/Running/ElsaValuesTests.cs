using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What variables, inputs and loops make of values that are not of their type, as Elsa 3.8.0 converts them.</summary>
public sealed class ElsaValuesTests
{
    private readonly MemoryEngine _engine = new();

    [Theory]
    [InlineData("Int32", "'abc'", "0")]
    [InlineData("Int32", "'12.5'", "0")]
    [InlineData("Int32", "1.5", "2")]
    [InlineData("Int32", "({a: 1})", "0")]
    [InlineData("Boolean", "'yes'", "false")]
    [InlineData("Boolean", "NaN", "true")]
    [InlineData("Double", "'1,000.5'", "1000.5")]
    [InlineData("DateTime", "''", "\"0001-01-01T00:00:00\"")]
    [InlineData("DateTimeOffset", "' '", "\"0001-01-01T00:00:00\\u002B00:00\"")]
    [InlineData("Decimal", "'abc'", "0")]
    [InlineData("TimeSpan", "'soon'", "\"00:00:00\"")]
    [InlineData("TimeSpan", "5", "\"00:00:00\"")]
    [InlineData("Guid", "'x'", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("JSON", "'abc'", null)]
    [InlineData("List<Int32>", "5", null)]
    [InlineData("List<Object>", "'ab'", "[\"a\",\"b\"]")]
    [InlineData("List<Int32>", "[1, 'a', null, [2]]", "[1,0,0,0]")]
    [InlineData("List<Boolean>", "['x', 'true', null]", "[false,true,false]")]
    [InlineData("List<Int32?>", "[null, 'a']", "[null,null]")]
    [InlineData("ByteArray", "[65, 'a', 1.5]", "\"QQAC\"")]
    [InlineData("ByteArray", "''", "\"\"")]
    [InlineData("ByteArray", "'  '", "\"\"")]
    [InlineData("Decimal", "0.1 + 0.2", "0.3")]
    [InlineData("Decimal", "1 / 3", "0.333333333333333")]
    [InlineData("List<Decimal>", "[4.35 * 100]", "[435]")]
    public void What_is_no_value_of_a_variables_type_becomes_its_zero_or_nothing(string type, string script, string? expected)
    {
        var set = Of("Elsa.SetVariable", "s", ("variable", new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = type }), ("value", Expression("JavaScript", script)));
        _engine.Import(Definition("d", Sequence(set, Wait("w")), ("variables", Variable(type))));
        _engine.Start("d").State.Contexts[0].Variables?["v"]?.ToJsonString().ShouldBe(expected);
    }

    [Fact]
    public void JSON_for_a_text_stays_as_it_is_written()
    {
        JsonObject Text(string id, string json) => Of("Elsa.WriteLine", id, ("text", Expression("Object", json)));
        _engine.Import(Definition("d", Sequence(Text("a", "\"quoted\""), Text("b", "bare"), Text("c", "{ \"a\": 1 }"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["\"quoted\"", "bare", "{ \"a\": 1 }"]);
    }

    /// <summary>There Elsa has nothing, fails, or shows the digits of a float.</summary>
    [Theory]
    [InlineData("JsonArray", "[1, 'a']", "[1,\"a\"]")]
    [InlineData("JsonNode", "[1]", "[1]")]
    [InlineData("StringMap", "({ a: 1 })", "{\"a\":\"1\"}")]
    [InlineData("Single", "0.1 + 0.2", "0.3")]
    public void What_Elsa_loses_of_a_value_is_kept(string type, string script, string expected) =>
        What_is_no_value_of_a_variables_type_becomes_its_zero_or_nothing(type, script, expected);

    [Theory]
    [InlineData("Int32", "'99999999999'")]
    [InlineData("Decimal", "'{\"a\":1}'")]
    [InlineData("JSON", "'{broken'")]
    [InlineData("List<String>", "'{\"a\":1}'")]
    [InlineData("ByteArray", "'%'")]
    [InlineData("ByteArray", "({})")]
    [InlineData("ByteArray", "[300]")]
    [InlineData("List<Int32>", "[99999999999]")]
    [InlineData("JsonArray", "({ a: 1 })")]
    [InlineData("ObjectDictionary", "5")]
    [InlineData("StringDictionary", "[1]")]
    public void A_number_out_of_bounds_and_JSON_of_another_shape_are_incidents(string type, string script)
    {
        var set = Of("Elsa.SetVariable", "s", ("variable", new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = type }), ("value", Expression("JavaScript", script)));
        _engine.Import(Definition("d", Sequence(set), ("variables", Variable(type))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("s");
    }

    [Theory]
    [InlineData("42", "String", "number42")]
    [InlineData("'12'", "Int32", "string12")]
    [InlineData("'text'", "Int32", "stringtext")]
    public void An_output_is_kept_as_it_was_given_whatever_the_variables_type(string script, string type, string shown)
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", script), ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } }));
        _engine.Import(Definition("d", Sequence(run, Show("typeof getV() + getV()")), ("variables", Variable(type))));
        _engine.Start("d");
        _engine.Lines.ShouldBe([shown]);
    }

    [Theory]
    [InlineData("'yes'")]
    [InlineData("'1'")]
    [InlineData("[]")]
    [InlineData("({})")]
    [InlineData("() => true")]
    public void A_condition_that_is_neither_true_nor_false_does_not_hold(string script)
    {
        var choice = Of("Elsa.Switch", "s", ("default", Line("default")));
        choice["cases"] = new JsonArray(new JsonObject
        {
            ["label"] = "a",
            ["condition"] = new JsonObject { ["type"] = "JavaScript", ["value"] = script },
            ["activity"] = Line("case"),
        });
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.If", "i", ("condition", Expression("JavaScript", script)), ("then", Line("then")), ("else", Line("else"))), choice)));
        _engine.Start("d").State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["else", "default"]);
    }

    [Fact]
    public void A_bound_of_a_loop_that_is_no_number_is_0()
    {
        _engine.Import(Definition("d", Of("Elsa.For", "l", ("start", Expression("Literal", "x")), ("end", 1), ("body", Line("b")))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["b", "b"]);
    }

    [Theory]
    [InlineData("Elsa.Delay", "timeSpan")]
    [InlineData("Elsa.StartAt", "dateTime")]
    public void A_wait_whose_time_cannot_be_read_is_an_incident(string type, string input)
    {
        _engine.Import(Definition("d", Sequence(Of(type, "w", (input, Expression("JavaScript", "'soon'"))), Line("after"))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("w");
        _engine.Lines.ShouldBeEmpty();
    }

    /// <summary>Elsa goes on at once, and as a start begins instances without an end.</summary>
    [Fact]
    public void A_cron_that_never_comes_again_is_an_incident()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.Cron", "c", ("cronExpression", "0 0 0 30 2 *")), Line("after"))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("c");
        _engine.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("'abc'", "a0 b1 c2")]
    [InlineData("'[\"x\", \"y\"]'", "x0 y1")]
    public void A_text_is_gone_through_by_its_letters(string script, string expected)
    {
        _engine.Import(Definition("d", Of("Elsa.ForEach", "l", ("items", Expression("JavaScript", script)), ("body", Show("getVariable('CurrentValue') + getVariable('CurrentIndex')")))));
        _engine.Start("d");
        string.Join(' ', _engine.Lines).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{a: 1}")]
    [InlineData("5")]
    [InlineData("null")]
    public void What_is_no_list_is_an_incident_of_the_loop(string script)
    {
        _engine.Import(Definition("d", Of("Elsa.ForEach", "l", ("items", Expression("JavaScript", $"({script})")), ("body", Line("b")))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("l");
    }

    [Theory]
    [InlineData("DateTimeOffset", "getV().toISOString() + typeof getVariable('V')", "2026-01-02T03:04:05.000Zobject")]
    [InlineData("DateTime", "variables.V.getUTCFullYear()", "2026")]
    [InlineData("DateTimeOffset", "toJson({at: getV()})", "{\"at\":\"2026-01-02T03:04:05Z\"}")]
    [InlineData("DateTimeOffset", "setV(new Date(Date.UTC(2027, 0, 1))); getV().getUTCFullYear()", "2027")]
    [InlineData("String", "getV().slice(0, 4)", "2026")]
    public void A_variable_of_a_time_type_is_a_date_to_scripts(string type, string script, string shown)
    {
        _engine.Import(Definition("d", Sequence(Show(script)), ("variables", Variable(type, "2026-01-02T03:04:05+00:00"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe([shown]);
    }

    [Fact]
    public void A_date_of_a_script_is_kept_as_a_time_and_what_is_undefined_as_nothing()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "setVariable('V', {at: new Date(120), none: undefined})")), Wait("w")), ("variables", Variable("Object"))));
        _engine.Start("d").State.Contexts[0].Variables!["v"]!.ToJsonString().ShouldBe("""{"at":"1970-01-01T00:00:00.12Z","none":null}""");
    }

    [Fact]
    public void Quotes_and_signs_of_markup_in_what_becomes_text_are_written_by_their_numbers()
    {
        _engine.Import(Definition("d", Sequence(Show("({t: \"it's <b> & 'ế'\"})"), Show("toJson(['a+b'])"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["{\"t\":\"it\\u0027s \\u003Cb\\u003E \\u0026 \\u0027ế\\u0027\"}", "[\"a\\u002Bb\"]"]);
    }

    [Theory]
    [InlineData("DateTime", "2026-01-02T03:04:05.000Zobject")]
    [InlineData("DateTimeOffset", "2026-01-02T03:04:05.000Zobject")]
    [InlineData("String", "2026-01-02T10:04:05+07:00string")]
    public void An_input_of_a_time_type_is_a_date_to_scripts_within_a_workflow_used_as_an_activity(string type, string shown)
    {
        var script = "(getInput('At').toISOString ? getInput('At').toISOString() : getInput('At')) + typeof getVariable('At')";
        _engine.Import(Definition("kid", Sequence(Show(script), Wait("w"), Show($"({script})")), ("name", "Kid"), ("options", new JsonObject { ["usableAsActivity"] = true }),
            ("inputs", new JsonArray(new JsonObject { ["name"] = "At", ["type"] = type }))));
        _engine.Import(Definition("d", Sequence(Of("Kid", "k", ("workflowDefinitionId", "kid"), ("at", Expression("Literal", "2026-01-02T10:04:05+07:00"))))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe([shown, shown]);
    }

    /// <summary>As in Elsa.</summary>
    [Theory]
    [InlineData("String", " 8 ", " 8 ")]
    [InlineData("String", "true", "true")]
    [InlineData("Int32", "8", "8")]
    [InlineData("Decimal", "[1]", null)]
    [InlineData("Object", "{\"a\": 1}", "{\"a\": 1}")]
    [InlineData("JsonObject", "{\"a\": 1}", "{\"a\":1}")]
    [InlineData("JsonObject", "[1]", null)]
    [InlineData("List<Int32>", "[1, 2]", "[1,2]")]
    public void JSON_for_an_input_is_taken_as_text_by_a_workflow_used_as_an_activity(string type, string json, string? shown)
    {
        _engine.Import(Definition("kid", Show("getInput('N')"), ("name", "Kid"), ("options", new JsonObject { ["usableAsActivity"] = true }),
            ("inputs", new JsonArray(new JsonObject { ["name"] = "N", ["type"] = type }))));
        _engine.Import(Definition("d", Sequence(Of("Kid", "k", ("workflowDefinitionId", "kid"), ("n", Expression("Object", json))))));
        _engine.Start("d").State.Incidents.Count.ShouldBe(shown is null ? 1 : 0);
        _engine.Lines.ShouldBe(shown is null ? [] : [shown]);
    }

    /// <summary>As in Elsa; any other text stays text.</summary>
    [Theory]
    [InlineData("", "object null")]
    [InlineData("  ", "object null")]
    [InlineData("null", "string null")]
    public void JSON_that_is_no_text_is_nothing(string json, string shown)
    {
        var set = Of("Elsa.SetVariable", "s", ("variable", new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object" }), ("value", Expression("Object", json)));
        _engine.Import(Definition("d", Sequence(set, Show("typeof getV() + ' ' + getV()")), ("variables", Variable("Object", "first"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe([shown]);
    }

    /// <summary>In Elsa an object from outside fails, and behind the wait the text 7 too.</summary>
    [Theory]
    [InlineData("7", "7")]
    [InlineData("{\"a\":1}", "0")]
    public void A_value_is_converted_behind_a_wait_as_before(string given, string shown)
    {
        JsonObject Take(string id, string variable, string syntax, JsonObject from) => Of("Elsa.SetVariable", id, ("variable", new JsonObject { ["id"] = variable, ["name"] = variable, ["typeName"] = "Object" }),
            ("value", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = from } }));
        JsonObject Number(string id) => Take(id, "n", "Variable", new JsonObject { ["id"] = "v", ["name"] = "V" });
        var variables = new JsonArray(Variable("Object")[0]!.DeepClone(), new JsonObject { ["id"] = "n", ["name"] = "N", ["typeName"] = "Int32", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" });
        _engine.Import(Definition("d", Sequence(Take("t", "v", "Input", new JsonObject { ["name"] = "In", ["type"] = "Object" }), Number("a"), Show("getN()"), Wait("w"), Number("b"), Show("getN() + 0")),
            ("variables", variables), ("inputs", new JsonArray(new JsonObject { ["name"] = "In", ["type"] = "Object" }))));
        _engine.Start("d", new JsonObject { ["In"] = given[0] == '{' ? JsonNode.Parse(given) : JsonValue.Create(given) });
        _engine.Publish("w");
        _engine.Lines.ShouldBe([shown, shown]);
    }

    /// <summary>In Elsa the default is back behind the wait.</summary>
    [Theory]
    [InlineData("String", "x")]
    [InlineData("Int32", "5")]
    public void Nothing_in_a_variable_with_a_default_outlives_a_wait(string type, string first)
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "setVariable('V', null)")), Wait("w"), Show("'' + getV()")), ("variables", Variable(type, first))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe(["null"]);
    }

    [Theory]
    [InlineData("abc", "0")]
    [InlineData("7", "7")]
    public void An_input_of_a_workflow_used_as_an_activity_is_of_its_type(string given, string expected)
    {
        _engine.Import(Definition("kid", Show("getInput('N')"), ("name", "Kid"), ("options", new JsonObject { ["usableAsActivity"] = true }),
            ("inputs", new JsonArray(new JsonObject { ["name"] = "N", ["type"] = "Int32" }))));
        _engine.Import(Definition("d", Sequence(Of("Kid", "k", ("workflowDefinitionId", "kid"), ("n", Expression("Literal", given))))));
        _engine.Start("d");
        _engine.Lines.ShouldBe([expected]);
    }

    [Theory]
    [InlineData("2.5", "Int32", "number2.5")]
    [InlineData("5", "Boolean", "number5")]
    public void What_is_bound_to_a_variable_of_another_type_outlives_a_wait(string script, string type, string shown)
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", script), ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } }));
        _engine.Import(Definition("d", Sequence(run, Wait("w"), Show("typeof getV() + getV()")), ("variables", Variable(type))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe([shown]);
    }

    [Theory]
    [InlineData("5.5", "number", "5.5")]
    [InlineData("true", "boolean", "true")]
    [InlineData("[1]", "object", "[1]")]
    public void A_text_variable_holds_text_once_it_has_been_stored(string script, string kind, string text)
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", script), ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } }));
        _engine.Import(Definition("d", Sequence(run, Show("typeof getV()"), Wait("w"), Show("typeof variables.V + ' ' + variables.V")), ("variables", Variable("String"))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe([kind, "string " + text]);
    }

    private static JsonObject Show(string script) => Of("Elsa.WriteLine", $"show{script.Length}", ("text", Expression("JavaScript", script)));

    private static JsonArray Variable(string type, string? value = null) => new(new JsonObject
    {
        ["id"] = "v",
        ["name"] = "V",
        ["typeName"] = type,
        ["value"] = value,
        ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
    });
}
