using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

public class ScriptErrors
{
    [Theory]
    [InlineData("nothing.here.at.all", "ReferenceError", "nothing is not defined", 1, 1)]
    [InlineData("let a = 1;\n  a.b.c", "TypeError", "Cannot read properties of undefined (reading 'c')", 2, 7)]
    [InlineData("a =\n null; a.x = 1", "TypeError", "Cannot set properties of null (setting 'x')", 2, 12)]
    [InlineData("throw new RangeError('too far')", "RangeError", "too far", 1, 1)]
    [InlineData("throw 'plain'", "Error", "plain", 1, 1)]
    [InlineData("throw { a: 1 }", "Error", "[object Object]", 1, 1)]
    [InlineData("const c = 1; c = 2", "TypeError", "Assignment to constant variable 'c'.", 1, 14)]
    [InlineData("[1].nope()", "TypeError", "expression.nope is not a function", 1, 5)]
    [InlineData("o = {}; o.f(1)", "TypeError", "o.f is not a function", 1, 11)]
    [InlineData("new (() => 1)()", "TypeError", "'new' with a function of the script is not supported: return an object instead", 1, 1)]
    [InlineData("await new Promise(() => 1)", "TypeError", "the awaited promise is never settled", 1, 1)]
    [InlineData("await Promise.reject(new Error('no'))", "Error", "no", 1, 1)]
    [InlineData("JSON.parse('{')", "SyntaxError", "the text is not valid JSON", 1, 6)]
    [InlineData("new Date(NaN).toISOString()", "RangeError", "Invalid time value", 1, 15)]
    [InlineData("bytesToString('%')", "Error", "the text is not Base64", 1, 1)]
    public void An_error_tells_its_kind_and_place(string source, string name, string message, int line, int column)
    {
        var error = Should.Throw<ScriptErrorException>(() => Running.Evaluate(source));
        (error.Name, error.Message, error.Line, error.Column).ShouldBe((name, message, line, column));
    }

    [Fact]
    public void A_script_catches_an_error_of_the_host()
    {
        var globals = new ScriptGlobals
        {
            Now = Running.Now,
            TimeZone = Running.Zone,
            Functions = new Dictionary<string, ScriptFunction> { ["ask"] = _ => throw new ScriptErrorException("not now") },
        };
        Running.Show("try { ask() } catch (e) { e.message }", globals).ShouldBe("\"not now\"");
        Running.Show("ask()", globals).ShouldBe("! Error: not now");
    }

    [Fact]
    public void A_bug_of_the_host_reaches_the_caller()
    {
        var globals = new ScriptGlobals
        {
            Now = Running.Now,
            TimeZone = Running.Zone,
            Functions = new Dictionary<string, ScriptFunction> { ["ask"] = _ => throw new NotSupportedException() },
        };
        Should.Throw<NotSupportedException>(() => Running.Evaluate("try { ask() } catch (e) { 1 } finally { 2 }", globals));
    }
}
