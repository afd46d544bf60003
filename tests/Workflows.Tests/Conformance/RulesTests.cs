using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Conformance;

/// <summary>The rules of docs/elsa-compatibility.md: each names a test of our result; those that no other class is about are tested here.</summary>
public sealed class RulesTests
{
    private readonly MemoryEngine _engine = new();

    [Fact]
    public void Each_rule_names_tests_that_are_there()
    {
        var methods = typeof(RulesTests).Assembly.GetTypes().Where(t => t.Name.EndsWith("Tests", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods().Select(m => $"{t.Name}.{m.Name}")).ToHashSet(StringComparer.Ordinal);
        var rules = Rules();
        rules.Count.ShouldBeGreaterThan(15);
        foreach (var (rule, tests) in rules)
        {
            tests.ShouldNotBeEmpty(rule);
            foreach (var test in tests)
                (methods.Contains(test) || IsElsewhere(test) || File.Exists(Path.Combine(Here(), "ruled", $"{test}.json"))).ShouldBeTrue($"{rule}: {test}");
        }
    }

    [Fact]
    public void One_wait_of_several_of_an_activity_is_cancelled_alone()
    {
        _engine.Import(Definition("d", Sequence(
            Of("Elsa.ParallelForEach", "each", ("items", Expression("JavaScript", "['a', 'b', 'c']")),
                ("body", SequenceOf("body", Wait("e"), Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "getVariable('CurrentValue')")))))),
            Line("after"))));
        var instance = _engine.Start("d");
        var second = instance.State.Bookmarks[1];
        _engine.Tell(instance, EventKind.Alter, new JsonObject
        {
            ["alterations"] = new JsonArray(new JsonObject { ["type"] = "CancelActivity", ["activityInstanceId"] = second.ContextId }),
        });
        instance.State.Bookmarks.Count.ShouldBe(2);
        instance.State.Bookmarks.ShouldAllBe(b => b.Id != second.Id);
        _engine.Publish("e");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["b", "a", "c", "after"], ignoreOrder: true);
    }

    [Fact]
    public void Variables_of_the_memory_driver_outlive_a_wait()
    {
        _engine.Import(Definition("d", Sequence(
                Of("Elsa.RunJavaScript", "set", ("script", "setVariable('V', 'kept')")), Wait("e"),
                Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "getVariable('V')")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "String", ["storageDriverTypeName"] = "MemoryStorageDriver" }))));
        _engine.Start("d");
        _engine.Publish("e");
        _engine.Lines.ShouldBe(["kept"]);
    }

    [Theory]
    [InlineData("CSharp", "System.IO.File.Delete(\"x\")")]
    [InlineData("Python", "open('x')")]
    [InlineData("Liquid", "{{ Variables.V }}")]
    public void Other_syntaxes_are_kept_and_refused_by_name_when_they_are_reached(string syntax, string source)
    {
        var workflow = _engine.Import(Definition("d", Sequence(Line("a"), Of("Elsa.WriteLine", "w", ("text", Expression(syntax, source))))));
        workflow.FindActivity("w")!.Inputs["text"].Expression.ShouldNotBeNull().Type.ShouldBe(syntax);
        var instance = _engine.Start("d");
        instance.State.SubStatus.ShouldBe(SubStatus.Faulted);
        instance.State.Incidents.ShouldHaveSingleItem().Message.ShouldContain(syntax);
        _engine.Lines.ShouldBe(["a"]);
    }

    /// <summary>Tests of whole processes are another project.</summary>
    private static bool IsElsewhere(string test)
    {
        var (type, method) = (test.Split('.')[0], test.Split('.')[^1]);
        var file = Path.Combine(Here(), "..", "..", "Workflows.EndToEnd", $"{type}.cs");
        return File.Exists(file) && File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal);
    }

    private static List<(string Rule, string[] Tests)> Rules() =>
    [
        .. File.ReadLines(Path.Combine(Here(), "..", "..", "..", "docs", "elsa-compatibility.md"))
            .SkipWhile(l => !l.StartsWith("| rule | Elsa", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Trim('|', ' ').Split(" | ")).Select(c => (c[0].Trim(), c.Length < 4 ? [] : c[3].Split(", ", StringSplitOptions.TrimEntries).Select(t => t.Trim('`')).ToArray())),
    ];

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
