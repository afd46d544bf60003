using WorkflowEngine;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Expressions.JavaScript;

namespace Workflows.Tests;

/// <summary>What a host keeps because it was dear to work out is bounded by what it weighs: designers decide how large each of it is.</summary>
public sealed class KeptTests
{
    [Fact]
    public void When_it_weighs_too_much_all_is_forgotten_and_what_comes_is_kept()
    {
        var kept = new Kept<string>(10_000);
        for (var i = 0; i < 9; i++) kept.Add($"{i}", $"value {i}", 900);
        kept.Find("0", out var first).ShouldBeTrue();
        first.ShouldBe("value 0");
        kept.Add("9", "value 9", 900);
        kept.Find("0", out _).ShouldBeFalse();
        kept.Find("9", out _).ShouldBeTrue();
        kept.Weight.ShouldBeInRange(900, 2_000);
    }

    [Fact]
    public void What_was_there_first_stays_and_what_is_too_heavy_is_given_back_unkept()
    {
        var kept = new Kept<string>(10_000);
        kept.Add("a", "first", 100).ShouldBe("first");
        kept.Add("a", "second", 100).ShouldBe("first");
        kept.Add("b", "heavy", 20_000).ShouldBe("heavy");
        kept.Find("b", out _).ShouldBeFalse();
        kept.Find("a", out _).ShouldBeTrue();
        kept.Forget();
        kept.Find("a", out _).ShouldBeFalse();
        kept.Weight.ShouldBe(0);
    }

    [Fact]
    public void Graphs_weigh_what_designers_put_into_them()
    {
        var reader = new DefinitionReader(new ActivityCatalog([typeof(Activity).Assembly, typeof(Unions.ShippedFiles).Assembly]));
        long Weight(string document) => DefinitionLibrary.WeightOf(reader.Read(document).Workflow, document);
        string Of(string members, string steps) => """{"definitionId":"d"MEMBERS,"root":{"type":"Elsa.Flowchart","id":"f","activities":[STEPS],"connections":[]}}"""
            .Replace("MEMBERS", members, StringComparison.Ordinal).Replace("STEPS", steps, StringComparison.Ordinal);

        // Measured: 166 and 264 kB, 25 MB, 98 MB, 35 MB.
        foreach (var shipped in Unions.ShippedFiles.Definitions.Values) Weight(shipped).ShouldBeInRange(100_000, 600_000);
        var steps = string.Join(',', Enumerable.Range(0, 19_000).Select(i => "{\"type\":\"Elsa.Start\",\"id\":\"a" + i + "\"}"));
        Weight(Of("", steps)).ShouldBeGreaterThan(20_000_000);
        Weight(Of("", steps).Replace("\"id\":\"f\"", $"\"id\":\"{new string('f', 1_900)}\"", StringComparison.Ordinal)).ShouldBeGreaterThan(90_000_000);
        Weight(Of($",\"customProperties\":{{\"a\":[{string.Join(',', Enumerable.Repeat(1, 500_000))}]}}", "")).ShouldBeGreaterThan(30_000_000);
    }

    /// <summary>One script of 64 kB with nothing but these held 500 to 900 MB, and was kept.</summary>
    [Fact]
    public void A_script_has_as_many_regular_expressions_as_somebody_would_write()
    {
        Should.Throw<ScriptSyntaxException>(() => Script.Parse(string.Concat(Enumerable.Range(0, 5_000).Select(i => $"/a{i}/;"))))
            .Message.ShouldStartWith("the script has too many different regular expressions (");
        Script.Parse(string.Concat(Enumerable.Repeat("/a/;", 10_000)));
        Script.Parse(string.Concat(Enumerable.Range(0, 200).Select(i => $"/a{i}/;")));
    }

    /// <summary>What a regular expression compiles to weighs with the script that holds it.</summary>
    [Fact]
    public void A_regular_expression_is_bounded_by_the_steps_it_compiles_to()
    {
        Script.Parse("/(?:ab){300}/");
        Should.Throw<ScriptSyntaxException>(() => Script.Parse("/(?:ab){600}/")).Message.ShouldStartWith("the regular expression is too large (");
        Script.Parse("/(?:ab){300}/").Weight.ShouldBeGreaterThan(100_000);
        Should.Throw<ScriptLimitException>(() => Expressions.JavaScript.Running.Evaluate("for (let i = 0; i < 3000; i++) new RegExp('(?:ab){300}' + i)")).Limit.ShouldBe(ScriptLimit.Fuel);
    }
}
