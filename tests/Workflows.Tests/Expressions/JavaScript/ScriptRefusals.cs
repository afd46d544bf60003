using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

public class ScriptRefusals
{
    [Theory]
    [InlineData("class A {}", "'class' is not supported", 1, 1)]
    [InlineData("1;\n  let A = class {}", "'class' is not supported", 2, 11)]
    [InlineData("function* g() {}", "a generator ('function*') is not supported", 1, 1)]
    [InlineData("({ *g() {} })", "a generator method is not supported", 1, 4)]
    [InlineData("import x from 'y'", "'import' is not supported", 1, 1)]
    [InlineData("x = import('y')", "'import' is not supported", 1, 5)]
    [InlineData("export const a = 1", "'export' is not supported", 1, 1)]
    [InlineData("with (a) b", "'with' is not supported", 1, 1)]
    [InlineData("debugger", "'debugger' is not supported", 1, 1)]
    [InlineData("eval('1')", "'eval' is not supported", 1, 1)]
    [InlineData("new Function('1')", "'Function' is not supported", 1, 5)]
    [InlineData("new Proxy({}, {})", "'Proxy' is not supported", 1, 5)]
    [InlineData("Reflect.ownKeys({})", "'Reflect' is not supported", 1, 1)]
    [InlineData("Symbol('a')", "'Symbol' is not supported", 1, 1)]
    [InlineData("() => globalThis", "'globalThis' is not supported", 1, 7)]
    [InlineData("a?.tag`x`", "unexpected a template", 1, 7)]
    [InlineData("({ get a(x) { return 1 } })", "the parameters of 'get'", 1, 4)]
    [InlineData("({ __proto__: null })", "'__proto__' is not supported", 1, 4)]
    [InlineData("new String('a')", "'new String' is not supported", 1, 5)]
    [InlineData("1;\n Object.defineProperty({}, 'a', {})", "'Object.defineProperty' is not supported", 2, 9)]
    [InlineData("function f(a, b = () => a) { var a = 5; return b() }", "'a' in a function whose parameters use that name too is not supported", 1, 34)]
    [InlineData(@"/\p{L}/", "the escape '\\p' in a regular expression needs the flag u", 1, 1)]
    [InlineData(@"/(?=a)*/", "nothing to repeat in a regular expression", 1, 1)]
    [InlineData("function P(n) { this.n = n }\nnew P(1)", "'new' with 'P', which the script itself declares, is not supported", 2, 5)]
    [InlineData("P.prototype.x = 1", "'prototype' is not supported", 1, 3)]
    [InlineData("({}).__proto__", "'__proto__' is not supported", 1, 6)]
    [InlineData("new.target", "'new.target' is not supported", 1, 1)]
    [InlineData("10n", "BigInt literals are not supported", 1, 1)]
    [InlineData("012", "numbers with a leading zero are not supported", 1, 1)]
    [InlineData("a.#b", "private names are not supported", 1, 3)]
    [InlineData("for await (const x of y) {}", "'for await' is not supported", 1, 5)]
    [InlineData(@"/(a)\1/", "a backreference in a regular expression is not supported", 1, 1)]
    [InlineData("/a/v", "the flag 'v' of a regular expression is not supported", 1, 1)]
    [InlineData("/a{1000}/", "the regular expression is too large", 1, 1)]
    [InlineData("/(/", "a group of the regular expression is never closed", 1, 1)]
    [InlineData("/[b-a]/", "a range out of order in a regular expression", 1, 1)]
    public void What_is_not_supported_is_named_with_its_place(string source, string message, int line, int column)
    {
        var error = Should.Throw<ScriptSyntaxException>(() => Script.Parse(source));
        (error.Message, error.Line, error.Column).ShouldBe(($"{message} (line {line}, column {column})", line, column));
    }

    [Theory]
    [InlineData("1 +")]
    [InlineData("(1")]
    [InlineData("1)")]
    [InlineData("[1")]
    [InlineData("{ a: 1, b: 2 }")]
    [InlineData("let a = 1; let a = 2")]
    [InlineData("let a = 1; var a = 2")]
    [InlineData("const a;")]
    [InlineData("1 = 2")]
    [InlineData("a + b = 2")]
    [InlineData("a?.b = 2")]
    [InlineData("f() = 1")]
    [InlineData("1++")]
    [InlineData("break")]
    [InlineData("continue")]
    [InlineData("for (;;) { () => { break; } }")]
    [InlineData("x: for (;;) { break y; }")]
    [InlineData("if (1")]
    [InlineData("try {}")]
    [InlineData("switch (1) { default: default: }")]
    [InlineData("throw\n1")]
    [InlineData("'abc")]
    [InlineData("`abc")]
    [InlineData("`${1`")]
    [InlineData("/abc")]
    [InlineData("/* abc")]
    [InlineData("a b")]
    [InlineData("-1 ** 2")]
    [InlineData("0x")]
    [InlineData("1_")]
    [InlineData("3in [1]")]
    [InlineData("'\\u{110000}'")]
    [InlineData("({ a b })")]
    [InlineData("let [a]")]
    [InlineData("(a, b) => { } => c")]
    [InlineData("a\n=> 1")]
    [InlineData("#")]
    [InlineData("\\u0061")]
    public void Malformed_text_is_a_syntax_error(string source) => Should.Throw<ScriptSyntaxException>(() => Script.Parse(source));

    [Fact]
    public void A_script_tells_what_it_needs()
    {
        var script = Script.Parse(
            "const f = x => x; function g() { return variables.Total + variables['Other'].x + local.variables.No; }\n" +
            "setVariable('a', f(getInput('b'))); isNaN(1); g(); let local = config.value; variables[local]; { let variables = {}; variables.Mine; }");
        script.VariableNames.Order().ShouldBe(["Other", "Total"]);
        script.FreeNames.Order().ShouldBe(["config", "getInput", "setVariable"]);
    }
}
