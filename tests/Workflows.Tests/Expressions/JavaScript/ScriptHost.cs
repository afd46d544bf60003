using System.Text.Json.Nodes;
using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

public class ScriptHost
{
    [Fact]
    public void An_assigned_variable_is_copied_back()
    {
        var variables = new Dictionary<string, JsonNode?> { ["Total"] = 5, ["Other"] = "x" };
        Running.Evaluate("variables.Total = variables.Total * 3; variables.New = [1, 2];", Running.Globals(variables));
        variables["Total"]!.ToJsonString().ShouldBe("15");
        variables["New"]!.ToJsonString().ShouldBe("[1,2]");
        variables["Other"]!.ToJsonString().ShouldBe("\"x\"");
    }

    [Fact]
    public void A_mutated_object_is_copied_back()
    {
        var variables = new Dictionary<string, JsonNode?> { ["Order"] = JsonNode.Parse("""{"Total":10,"Lines":[{"n":1}]}""") };
        Running.Evaluate(
            "variables.Order.Total = variables.Order.Total + 5; variables.Order.Note = 'n'; const { Lines } = variables.Order; Lines[0].n++; Lines.push(7)",
            Running.Globals(variables));
        variables["Order"]!.ToJsonString().ShouldBe("""{"Total":15,"Lines":[{"n":2},7],"Note":"n"}""");
    }

    [Fact]
    public void An_untouched_variable_stays_the_same_node()
    {
        var node = JsonNode.Parse("""{"Id":12345678901234567890,"Rate":0.10}""");
        var variables = new Dictionary<string, JsonNode?> { ["Order"] = node };
        Running.Evaluate("let copy = { ...variables.Order }; copy.Id = 1; variables.Order.Rate", Running.Globals(variables)).Value!.ToJsonString().ShouldBe("0.1");
        variables["Order"].ShouldBeSameAs(node);
        node!.ToJsonString().ShouldBe("""{"Id":12345678901234567890,"Rate":0.10}""");
    }

    [Fact]
    public void A_failed_script_changes_no_variable()
    {
        var variables = new Dictionary<string, JsonNode?> { ["Total"] = 5, ["Order"] = JsonNode.Parse("{}") };
        Should.Throw<ScriptErrorException>(() => Running.Evaluate("variables.Total = 6; variables.Order.x = 1; throw 1", Running.Globals(variables)));
        variables["Total"]!.ToJsonString().ShouldBe("5");
        variables["Order"]!.ToJsonString().ShouldBe("{}");
    }

    [Fact]
    public void A_function_is_no_value_for_a_variable()
    {
        var variables = new Dictionary<string, JsonNode?> { ["F"] = 1 };
        Should.Throw<ScriptErrorException>(() => Running.Evaluate("variables.F = () => 1; 1", Running.Globals(variables))).Message.ShouldBe("the value of variables.F is a function");
        variables["F"]!.ToJsonString().ShouldBe("1");
    }

    [Fact]
    public void Variables_can_be_looked_through()
    {
        var variables = new Dictionary<string, JsonNode?> { ["A"] = 1, ["B"] = null };
        Running.Show("[Object.keys(variables), 'A' in variables, 'C' in variables, variables.C === undefined, variables.B, { ...variables }]", Running.Globals(variables))
            .ShouldBe("""[["A","B"],true,false,true,null,{"A":1,"B":null}]""");
    }

    [Fact]
    public void A_deleted_variable_becomes_null()
    {
        var variables = new Dictionary<string, JsonNode?> { ["A"] = 1 };
        Running.Show("delete variables.A; variables.A === undefined", Running.Globals(variables)).ShouldBe("true");
        variables.ShouldContainKeyAndValue("A", null);
    }

    [Fact]
    public void Host_functions_see_their_arguments_as_JSON()
    {
        var seen = new List<string>();
        var globals = new ScriptGlobals
        {
            Now = Running.Now,
            TimeZone = Running.Zone,
            Functions = new Dictionary<string, ScriptFunction>
            {
                ["setVariable"] = arguments =>
                {
                    seen.Add($"{arguments.Count} {arguments.Text(0)} {arguments[1]?.ToJsonString() ?? "null"} {arguments.IsUndefined(1)} {arguments.IsUndefined(2)}");
                    return null;
                },
                ["getVariable"] = arguments => arguments.Text(0) == "Doc" ? new JsonObject { ["No"] = 7 } : null,
            },
            Values = new Dictionary<string, JsonNode?> { ["limit"] = 3, ["Math"] = "mine" },
        };
        Running.Show("setVariable('a', { x: [1, undefined] }); setVariable(5); getVariable('Doc').No + limit + (getVariable('no') === null ? Math : 0)", globals).ShouldBe("\"10mine\"");
        seen.ShouldBe(["2 a {\"x\":[1,null]} False True", "1 5 null True True"]);
        Running.Show("setVariable('a', x => x)", globals).ShouldBe("! TypeError: a function cannot be given to the host");
    }

    [Fact]
    public void A_script_can_replace_a_global_for_its_own_run_only()
    {
        var globals = Running.Globals();
        Running.Show("isNullOrEmpty = () => 'mine'; parseInt = 5; isNullOrEmpty('') + parseInt", globals).ShouldBe("\"mine5\"");
        Running.Show("isNullOrEmpty('') + parseInt('7')", globals).ShouldBe("8");
    }

    [Fact]
    public void The_log_receives_what_the_script_prints()
    {
        var lines = new List<string>();
        var globals = new ScriptGlobals { Now = Running.Now, TimeZone = Running.Zone, Log = lines.Add };
        Running.Evaluate("console.log('a', 1, { b: [2] }, undefined); console.error(new Error('x'))", globals);
        lines.ShouldBe(["a 1 {\"b\":[2]} undefined", "Error: x"]);
    }

    [Fact]
    public void One_script_runs_on_many_threads()
    {
        var script = Script.Parse("const f = n => n < 2 ? n : f(n - 1) + f(n - 2); [f(12), /(b+)c/.exec('abbc')[1], variables.X.map(x => x * 2)]");
        Parallel.For(0, 200, i =>
        {
            var globals = Running.Globals(new() { ["X"] = new JsonArray(i, i + 1) });
            new ScriptRun(globals).Evaluate(script).Value!.ToJsonString().ShouldBe($"[144,\"bb\",[{i * 2},{i * 2 + 2}]]");
        });
    }

    [Fact]
    public void The_same_run_costs_the_same_always()
    {
        var script = Script.Parse("let s = ''; for (let i = 0; i < 500; i++) { s += i; } [s.split('1').length, [...s].sort().join(''), JSON.stringify({ s })]");
        var costs = Enumerable.Range(0, 5).Select(_ =>
        {
            var run = new ScriptRun(Running.Globals());
            run.Evaluate(script);
            return (run.FuelUsed, run.MemoryUsed);
        });
        costs.Distinct().Count().ShouldBe(1);
    }
}
