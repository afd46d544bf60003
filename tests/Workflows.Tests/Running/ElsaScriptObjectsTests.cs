using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Objects that scripts get and change: which of them are a variable's own, and how their members are read. Measured on Elsa 3.8.0.</summary>
public sealed class ElsaScriptObjectsTests
{
    private readonly MemoryEngine _engine = new();

    [Theory]
    [InlineData("getVariable('V').d = 1", """{"a":[0],"d":1}""")]
    [InlineData("getV().d = 1", """{"a":[0],"d":1}""")]
    [InlineData("variables.V.d = 1", """{"a":[0],"d":1}""")]
    [InlineData("getVariable('V').a.push(1)", """{"a":[0,1]}""")]
    [InlineData("getV().a[0] = {x: 2}", """{"a":[{"x":2}]}""")]
    [InlineData("delete getVariable('V').a", "{}")]
    [InlineData("var o = getVariable('V'); o.d = 1; getV().e = 2; variables.V.f = 3; o.g = getVariable('V').f", """{"a":[0],"d":1,"e":2,"f":3,"g":3}""")]
    [InlineData("var o = getV(); o.lost = 1; setVariable('V', {b: 1}); o.late = 2; getVariable('V').c = 3", """{"b":1,"c":3}""")]
    [InlineData("var o = variables.V; o.lost = 1; setV({b: 1}); variables.V.c = 3", """{"b":1,"c":3}""")]
    public void What_a_script_changes_in_an_object_of_a_variable_stays_however_it_came_by_it(string script, string expected)
    {
        _engine.Import(Definition("d", Sequence(
            Run("m", "variables.V = {a: [0]}"), Run("r", script), Show("a", "toJson(getVariable('V'))"), Wait("w"), Show("b", "toJson(variables.V)")), ("variables", Variable("Object"))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe([expected, expected]);
    }

    [Theory]
    [InlineData("JSON", false, "getV().d = 1", """{"a":1}""", """{"a":1,"d":1}""")]
    [InlineData("ObjectDictionary", false, "getV().d = 1", """{"a":1}""", """{"a":1,"d":1}""")]
    [InlineData("String", true, "getVariable('V')[0] = 'q'; getV().push(7)", """["s"]""", """["q","7"]""")]
    [InlineData("List<Int32>", false, "getV().push('4')", "[1]", "[1,4]")]
    public void A_changed_object_is_of_its_variables_type_again(string type, bool isArray, string script, string value, string expected)
    {
        _engine.Import(Definition("d", Sequence(Run("r", script), Show("a", "toJson(getVariable('V'))")), ("variables", Variable(type, value, isArray))));
        _engine.Start("d");
        _engine.Lines.ShouldBe([expected]);
    }

    [Fact]
    public void A_condition_may_count_in_an_object()
    {
        _engine.Import(Definition("d", Sequence(
            Run("m", "variables.V = {n: 0}"), Of("Elsa.While", "w", ("condition", Expression("JavaScript", "getVariable('V').n++ < 2")), ("body", Show("l", "getV().n")))),
            ("variables", Variable("Object"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["1", "2"]);
    }

    [Fact]
    public void What_a_failed_script_changed_is_forgotten()
    {
        _engine.Import(Definition("d", Sequence(Run("m", "variables.V = {n: 0}"), Run("r", "getVariable('V').n = 1; throw new Error('no')")), ("variables", Variable("Object"))));
        _engine.Start("d").State.Contexts[0].Variables!["v"]!.ToJsonString().ShouldBe("""{"n":0}""");
    }

    /// <summary>In Elsa the members are read so in the burst of the child's end; behind a wait Status and SubStatus are numbers and a child that had to wait has no output.</summary>
    [Fact]
    public void A_childs_result_is_read_with_small_and_with_capital_letters()
    {
        const string read = "[getVariable('R').status, variables.R.Status, getR().subStatus, variables.R.output.X, typeof variables.R.workflowInstanceId, 'status' in variables.R, "
            + "Object.keys(variables.R).length, variables.R.nothing === undefined].join()";
        _engine.Import(Definition("kid", Sequence(Of("Elsa.SetOutput", "so", ("outputName", "X"), ("outputValue", 42)), Wait("k")), ("outputs", new JsonArray(new JsonObject { ["name"] = "X", ["type"] = "Object" }))));
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.ExecuteWorkflow", "x", ("workflowDefinitionId", "kid"), ("waitForCompletion", true),
                ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } })),
            Show("a", read), Show("l", "getLastResult().status"), Run("r", "variables.R.note = 1"), Wait("w"), Show("b", read.Replace(".length", ".length - 1", StringComparison.Ordinal))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "R", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))));
        _engine.Start("d");
        _engine.Publish("k");
        _engine.Publish("w");
        const string expected = "Finished,Finished,Finished,42,string,true,6,true";
        _engine.Lines.ShouldBe([expected, "Finished", expected]);
    }

    /// <summary>In Elsa what has been stored is read in any case of letters, and written so; what the same run has made is not.</summary>
    [Fact]
    public void Members_of_stored_objects_are_found_in_any_case_of_letters()
    {
        const string read = "[getV().Abc, getV().abc, variables.V.in && variables.V.in.zz].join()";
        _engine.Import(Definition("d", Sequence(
            Run("m", "variables.V = {Abc: 1, In: {Zz: 2}}"), Show("a", read), Wait("w"), Show("b", read), Run("c", "getV().ABC = 5; variables.V.in.zz = 6"), Show("e", read),
            Show("t", "toJson(getV())")), ("variables", Variable("Object"))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe(["1,,", "1,1,2", "5,5,6", """{"Abc":5,"In":{"Zz":6}}"""]);
    }

    [Fact]
    public void A_member_spelt_as_asked_for_comes_first()
    {
        _engine.Import(Definition("d", Sequence(Run("m", "variables.V = {a: 1}; variables.V.A = 2"), Wait("w"), Show("s", "[getV().a, getV().A, getV().b].join()")), ("variables", Variable("Object"))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe(["1,2,"]);
    }

    /// <summary>In Elsa two variables share an object until the next wait, and a date is one until then: both depend on where a burst ends.</summary>
    [Fact]
    public void Each_variable_has_its_own_copy_and_a_date_in_one_of_objects_is_its_text_at_once()
    {
        _engine.Import(Definition("d", Sequence(
            Run("m", "var o = {n: 1}; setVariable('V', o); setVariable('W', o)"), Run("c", "getV().n = 2"), Show("a", "getV().n + ' ' + getW().n"),
            Run("e", "setVariable('V', new Date(Date.UTC(2026, 0, 2)))"), Show("t", "typeof getV() + ' ' + getV()")),
            ("variables", new JsonArray([Variable("Object")[0]!.DeepClone(), new JsonObject { ["id"] = "w", ["name"] = "W", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }]))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["2 1", "string 2026-01-02T00:00:00Z"]);
    }

    [Theory]
    [InlineData("String", "NaN")]
    [InlineData("String", "-Infinity")]
    [InlineData("Object", "Infinity")]
    public void A_number_that_JSON_does_not_know_is_its_text(string type, string value)
    {
        _engine.Import(Definition("d", Sequence(Run("r", $"setVariable('V', {value})"), Wait("w"), Show("s", "getV()")), ("variables", Variable(type))));
        _engine.Start("d");
        _engine.Publish("w");
        _engine.Lines.ShouldBe([value]);
    }

    [Theory]
    [InlineData("Int32", "NaN")]
    [InlineData("Int64", "Infinity")]
    [InlineData("Decimal", "-Infinity")]
    [InlineData("Double", "NaN")]
    [InlineData("Single", "Infinity")]
    public void In_a_variable_of_numbers_it_is_an_incident(string type, string value)
    {
        _engine.Import(Definition("d", Sequence(Run("r", $"setVariable('V', {value})")), ("variables", Variable(type))));
        var incident = _engine.Start("d").State.Incidents.ShouldHaveSingleItem();
        incident.ActivityId.ShouldBe("r");
        incident.Message.ShouldContain(value);
    }

    [Fact]
    public void A_variable_that_a_script_made_is_counted_on_by_the_next_one()
    {
        var count = "variables.New = (variables.New || 0) + 1";
        _engine.Import(Definition("d", Sequence(Run("r", count), Run("q", count), Show("s", "getVariable('New') + variables.New"))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["4"]);
    }

    private static JsonObject Run(string id, string script) => Of("Elsa.RunJavaScript", id, ("script", script));

    private static JsonObject Show(string id, string script) => Of("Elsa.WriteLine", id, ("text", Expression("JavaScript", script)));

    private static JsonArray Variable(string type, string? value = null, bool isArray = false) => new(new JsonObject
    { ["id"] = "v", ["name"] = "V", ["typeName"] = type, ["isArray"] = isArray, ["value"] = value, ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" });
}
