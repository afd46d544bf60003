using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

public class ScriptLimitsHold
{
    public static TheoryData<string, ScriptLimit> Attacks
    {
        get
        {
            var rows = new TheoryData<string, ScriptLimit>();
            foreach (var line in AttackCases.Table.Split('\n'))
            {
                var parts = line.Split("  ⇒  ");
                rows.Add(parts[0], Enum.Parse<ScriptLimit>(parts[1]));
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_hits_a_limit(string source, ScriptLimit limit) =>
        Should.Throw<ScriptLimitException>(() => Running.Evaluate(source)).Limit.ShouldBe(limit);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("{", "}")]
    [InlineData("`${", "}`")]
    [InlineData("!", "")]
    [InlineData("- ", "")]
    [InlineData("typeof ", "")]
    [InlineData("2**", "")]
    [InlineData("0?1:", "")]
    [InlineData("a=>", "")]
    [InlineData("a=", "")]
    [InlineData("if(1)", "")]
    [InlineData("for(a of 1)", "")]
    [InlineData("function f(){", "}")]
    [InlineData("({a:", "})")]
    [InlineData("f(", ")")]
    [InlineData("a[", "]")]
    [InlineData("a?.b[", "]")]
    [InlineData("let{a:", "}")]
    [InlineData("()=>{", "}")]
    public void Nesting_is_bounded(string open, string close)
    {
        var limits = new ScriptLimits { SourceLength = 2_000_000 };
        var source = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        Should.Throw<ScriptLimitException>(() => Script.Parse(source, limits)).Limit.ShouldBe(ScriptLimit.Depth);
    }

    [Theory]
    [InlineData("a.b", ".b", 30_000)]
    [InlineData("a", "()", 30_000)]
    [InlineData("a", "?.b", 20_000)]
    public void Chains_of_members_are_bounded(string start, string link, int count) =>
        Should.Throw<ScriptLimitException>(() => Script.Parse(start + string.Concat(Enumerable.Repeat(link, count)))).Limit.ShouldBe(ScriptLimit.Depth);

    [Fact]
    public void Length_is_no_depth()
    {
        Running.Show("a = 1; " + string.Concat(Enumerable.Repeat("a+", 30_000)) + "a").ShouldBe("30001");
        Running.Show("a = 1; " + string.Concat(Enumerable.Repeat("a&&a||", 10_000)) + "a").ShouldBe("1");
        Running.Show("x = 9; if (0) 1; " + string.Concat(Enumerable.Repeat("else if (x == 1) 2; ", 3000)) + "else 3").ShouldBe("3");
        Running.Show(string.Concat(Enumerable.Repeat("1,", 30_000)) + "2").ShouldBe("2");
        Running.Show("x=" + string.Concat(Enumerable.Repeat("0?1:", 100)) + "2").ShouldBe("2");
    }

    [Fact]
    public void Nesting_that_people_write_is_fine()
    {
        Running.Show(new string('(', 60) + "1" + new string(')', 60)).ShouldBe("1");
        Running.Show("const f = n => n ? 1 + f(n - 1) : 0; f(190)").ShouldBe("190");
        Running.Show("function f(n) { return n ? [n].map(x => { if (x) { return ((((f(x - 1) + 1)))); } })[0] : 0; } f(90)").ShouldBe("90");
    }

    [Fact]
    public void A_small_stack_is_a_limit_and_no_crash()
    {
        var caught = new List<string>();
        var thread = new Thread(
            () =>
            {
                foreach (var source in new[] { "const f = n => [n].map(x => f(x + 1)); f(0)", "let a = []; for (let i = 0; i < 190; i++) a = [a]; String(a)", "function f() { try { f(); } finally { f(); } } f()" })
                {
                    try
                    {
                        Running.Evaluate(source, limits: new ScriptLimits { CallDepth = 100_000 });
                    }
                    catch (ScriptLimitException error)
                    {
                        caught.Add(error.Limit.ToString());
                    }
                }
            },
            256 * 1024);
        thread.Start();
        thread.Join();
        caught.ShouldContain("Depth");
    }

    [Fact]
    public void The_source_length_is_bounded()
    {
        Should.Throw<ScriptLimitException>(() => Script.Parse(new string(' ', 65_537))).Limit.ShouldBe(ScriptLimit.SourceLength);
        Script.Parse(new string(' ', 65_536));
    }

    [Theory]
    [InlineData("try { for (;;) ; } catch (e) { 'caught' } finally { 'last' }")]
    [InlineData("(async () => { for (;;) ; })().catch(() => 1)")]
    [InlineData("new Promise(() => { for (;;) ; })")]
    public void A_script_cannot_catch_a_limit(string source) =>
        Should.Throw<ScriptLimitException>(() => Running.Evaluate(source)).Limit.ShouldBe(ScriptLimit.Fuel);

    [Theory]
    [InlineData("({}).constructor", "! TypeError: the script's value is a function")]
    [InlineData("''.constructor", "! TypeError: the script's value is a function")]
    [InlineData("(5).constructor", "! TypeError: the script's value is a function")]
    [InlineData("[].constructor", "! TypeError: the script's value is a function")]
    [InlineData("(() => 1).constructor", "! TypeError: 'constructor' of a function is not supported")]
    [InlineData("Math.constructor", "! TypeError: the script's value is a function")]
    [InlineData("Math.max.constructor", "! TypeError: 'constructor' of a function is not supported")]
    [InlineData("isNullOrEmpty.constructor", "! TypeError: 'constructor' of a function is not supported")]
    [InlineData("/a/.constructor", "! TypeError: the script's value is a function")]
    [InlineData("new Date().constructor", "! TypeError: the script's value is a function")]
    [InlineData("(function () {})['prototype']", "undefined")]
    [InlineData("Object['proto' + 'type'].x = 1", "! TypeError: Cannot assign to read only property 'x' of Object")]
    [InlineData("({})['__proto__']", "undefined")]
    [InlineData("(async () => 1)().constructor", "! TypeError: the script's value is a function")]
    [InlineData("({}).constructor.constructor('return 1')()", "! TypeError: 'constructor' of a function is not supported")]
    [InlineData("let o = {}; o['__proto__'] = { x: 1 }; [o.x, ({}).x]", "[null,null]")]
    [InlineData("JSON.parse('{\"__proto__\":{\"x\":1}}').x", "undefined")]
    [InlineData("Object.assign({}, JSON.parse('{\"__proto__\":{\"x\":1}}')).x", "undefined")]
    [InlineData("Math.max = 1", "! TypeError: Cannot assign to read only property 'max' of Math")]
    [InlineData("Array.isArray.x = 1", "! TypeError: Cannot assign to read only property 'x' of Function")]
    [InlineData("delete JSON.parse", "! TypeError: Cannot assign to read only property 'parse' of JSON")]
    [InlineData("getType = ({}).GetType", "undefined")]
    public void There_is_no_way_out(string source, string expected) => Running.Show(source).ShouldBe(expected);

    [Theory]
    [InlineData("/^(a+)+$/.test('a'.repeat(50000) + '!')", "false")]
    [InlineData("/^(a|a)*$/.test('a'.repeat(50000) + '!')", "false")]
    [InlineData("/(x+x+)+y/.test('x'.repeat(100000))", "false")]
    [InlineData("'a'.repeat(60000).split(/a*b/).length", "1")]
    [InlineData("/(?=a*b)a*c/.test('a'.repeat(50000))", "false")]
    [InlineData("/(?<=b.*)c/.test('a'.repeat(50000))", "false")]
    public void A_regular_expression_takes_linear_time(string source, string expected) => Running.Show(source).ShouldBe(expected);

    /// <summary>
    /// Each of these cost a processor fifty times as much for its fuel, and more, before what matching does was counted: hundreds of ways at once,
    /// loops within loops, captures copied at each step.
    /// </summary>
    [Theory]
    [InlineData("/(?:a|b)*a(?:a|b){200}c/", 200)]
    [InlineData("/(a|b)*a(a|b){100}c/", 100)]
    [InlineData("/(?:(a?)(b?)(a?)(b?)(a?)(b?)(a?)(b?)(a?)(b?))*c/", 20)]
    [InlineData("/((((((((((a*)*)*)*)*)*)*)*)*)*)*c/", 20)]
    [InlineData("/(?=c(?:a|b){200})a/", 200)]
    public void A_regular_expression_is_charged_by_the_ways_it_follows_at_once(string pattern, int ways)
    {
        var random = new Random(1);
        var text = string.Concat(Enumerable.Range(0, 2000).Select(_ => "ab"[random.Next(2)]));
        var run = new ScriptRun(Running.Globals(), new ScriptLimits { Fuel = 50_000_000 });
        run.Evaluate(Script.Parse($"{pattern}.test('{text}')")).Value!.GetValue<bool>().ShouldBeFalse();
        run.FuelUsed.ShouldBeGreaterThan(2000L * ways / 16);
        run.FuelUsed.ShouldBeLessThan(2000L * ways * 8);
    }

    /// <summary>Twice the text is twice the fuel.</summary>
    [Theory]
    [InlineData("/(x+x+)+y/.test(s)")]
    [InlineData("s.split(/y/).length")]
    [InlineData("/^(?=.*y)(?=.*z).*$/.test(s)")]
    [InlineData("s.replace(/[^x]/g, c => c).length")]
    public void What_matching_costs_grows_with_the_text_only(string expression)
    {
        long Fuel(int length)
        {
            var run = new ScriptRun(Running.Globals());
            run.Evaluate(Script.Parse($"const s = 'x'.repeat({length}); {expression}"));
            return run.FuelUsed;
        }

        var (one, two) = (Fuel(10_000), Fuel(20_000));
        ((double)two / one).ShouldBeInRange(1.8, 2.2);
    }

    /// <summary>What <see cref="ScriptLimits.Bulk"/> is there for; ten million steps took a processor up to 0.7 s.</summary>
    [Theory]
    [InlineData("const a = []; for (let i = 0; i < 200000; i++) a.push({ u: i }); a")]
    [InlineData("Array.from({ length: 100000 }, (x, i) => ({ i })).filter(x => x.i % 3 != 0).map(x => ({ unit: x.i, group: Math.floor(x.i / 100), name: 'u' + x.i }))")]
    [InlineData("Array.from({ length: 50000 }, (x, i) => ({ id: i, k: i * 7919 % 50021 })).sort((x, y) => x.k - y.k).map(x => x.id)")]
    public void A_list_for_a_bulk_dispatch_is_made_within_three_times_the_usual_steps(string source)
    {
        var run = new ScriptRun(Running.Globals(), ScriptLimits.Bulk);
        run.Evaluate(Script.Parse(source)).Value!.AsArray().Count.ShouldBeGreaterThanOrEqualTo(50_000);
        run.FuelUsed.ShouldBeLessThan(3 * ScriptLimits.Default.Fuel);
    }

    [Theory]
    [InlineData("('a' + '\\u0315\\u0300\\u05ae'.repeat(2000)).normalize('NFC')", 500_000)]
    [InlineData("(1.7e308).toExponential()", 300)]
    [InlineData("5.5 % 1e-300", 40)]
    [InlineData("(1.7e308).toString(2)", 3000)]
    [InlineData("(1.7e308).toString(3)", 6000)]
    [InlineData("const a = []; a.length = 10000; a.forEach(x => x)", 10_000)]
    [InlineData("const a = []; a.length = 10000; a.filter(x => x)", 10_000)]
    [InlineData("const a = []; a.length = 10000; a.some(x => x)", 10_000)]
    [InlineData("const a = []; a.length = 10000; a.every(x => x)", 10_000)]
    [InlineData("const a = []; a.length = 10000; try { a.reduce(x => x) } catch { }", 10_000)]
    [InlineData("+'2.2250738585072011e-308'", 20)]
    [InlineData("+'1e-310'", 20)]
    [InlineData("parseFloat('0.' + '1'.repeat(700))", 190)]
    [InlineData("' '.repeat(10000).trim()", 1500)]
    [InlineData("/c$/.test('a'.repeat(10000))", 900)]
    [InlineData("new Date(0).toISOString()", 25)]
    [InlineData("'' + new Date(0)", 25)]
    public void Built_ins_are_charged_by_what_they_do(string source, int least)
    {
        var run = new ScriptRun(Running.Globals());
        run.Evaluate(Script.Parse(source));
        run.FuelUsed.ShouldBeGreaterThan(least);
    }
}
