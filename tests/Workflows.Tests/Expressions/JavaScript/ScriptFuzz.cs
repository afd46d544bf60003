using System.Text;
using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests.Expressions.JavaScript;

public class ScriptFuzz
{
    private static readonly int Rounds = System.Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 7_000 : 2_000;

    /// <summary>Bytes allocated for one script that may create 1 MB of values: syntax tree, frames and intermediate texts included.</summary>
    private const long MostBytes = 64 << 20;

    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", "=>", "...", "?.", "??", "`", "${", "'", "\"", "/", "//", "/*", "\\", "=", "==", "+", "++", "-", "**", "!", "~", "?", ":", ";", ",", ".",
        "\n", " ", "0", "1e9", "-1", "NaN", "null", "undefined", "a", "x", "this", "let ", "const ", "var ", "function f", "return ", "throw ", "for (", "of ", "in ", "while (", "do ",
        "if (", "else ", "switch (", "case ", "default:", "break ", "continue ", "try {", "catch ", "finally ", "new ", "typeof ", "delete ", "async ", "await ", "variables", ".length",
        ".map(", ".sort(", ".repeat(", ".padStart(", ".replace(", ".split(", "/a+/g", "Array(", "JSON.parse(", "JSON.stringify(", "Object.", "Date", "Math.", "Promise", "Map", "Set", "\u0000", "\ud800", "é",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_script_ends_in_one_of_three_ways(int seed)
    {
        var random = new Random(seed);
        var corpus = Corpus();
        var limits = new ScriptLimits { Fuel = 20_000, Memory = 1 << 20 };
        for (var i = 0; i < Rounds; i++)
        {
            var source = Damage(random, corpus);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Running.Evaluate(source, Running.Globals(new() { ["x"] = 5 }), limits);
            }
            catch (Exception error) when (error is ScriptSyntaxException or ScriptErrorException or ScriptLimitException)
            {
                continue;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"escaped for: {source}", error);
            }
            finally
            {
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytes, source);
            }
        }
    }

    private static string[] Corpus()
    {
        var tables = new[]
        {
            ExpressionCases.Table, FunctionCases.Table, StatementCases.Table, SyntaxCases.Table, ArrayCases.Table, TextCases.Table,
            NumberCases.Table, DataCases.Table, DateCases.Table, MixedCases.Table, PatternCases.Table, PastedCases.Table, AttackCases.Table, ConformanceScripts.Table,
        };
        return [.. tables.SelectMany(table => table.Split('\n')).Select(line => line.Split("  ⇒  ")[0].Replace('␤', '\n'))];
    }

    private static string Damage(Random random, string[] corpus)
    {
        var text = new StringBuilder(corpus[random.Next(corpus.Length)]);
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(5))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 2: text.Insert(at, text.ToString(at, length)); break;
                case 3: text.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                default:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(from, random.Next(other.Length - from)));
                    break;
            }
        }

        return text.ToString();
    }
}
