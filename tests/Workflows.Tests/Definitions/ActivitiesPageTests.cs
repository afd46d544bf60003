using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using WorkflowEngine.Activities;

namespace Workflows.Tests.Definitions;

/// <summary>docs/activities.md names the activities of our own with their inputs and outputs, and no other.</summary>
public sealed class ActivitiesPageTests
{
    [Fact]
    public void The_page_says_what_the_catalog_says()
    {
        var catalog = new ActivityCatalog([typeof(Activity).Assembly, typeof(Unions.UnionSetup).Assembly]);
        var expected = catalog.All.Select(a => a.Descriptor).Where(d => d.TypeName.StartsWith("Workflows.", StringComparison.Ordinal))
            .Select(d => (d.TypeName, Inputs: string.Join(' ', d.Inputs.Select(i => i.JsonName).Order(StringComparer.Ordinal)),
                Outputs: string.Join(' ', d.Outputs.Select(o => o.JsonName).Order(StringComparer.Ordinal))));
        Sections().OrderBy(s => s.Item1, StringComparer.Ordinal).ShouldBe(expected.OrderBy(e => e.TypeName, StringComparer.Ordinal));
    }

    [Fact]
    public void Each_has_an_example_that_is_json_of_its_inputs_and_outputs()
    {
        foreach (Match section in Section().Matches(Page()))
        {
            var known = Names(section.Value, "input").Concat(Names(section.Value, "output")).ToHashSet(StringComparer.Ordinal);
            var example = System.Text.Json.Nodes.JsonNode.Parse(Example().Match(section.Value).Groups[1].Value)!.AsObject();
            example.Select(p => p.Key).ShouldBeSubsetOf(known, section.Groups[1].Value);
        }
    }

    private static IEnumerable<(string, string, string)> Sections() => Section().Matches(Page()).Select(s => (s.Groups[1].Value,
        string.Join(' ', Names(s.Value, "input").Order(StringComparer.Ordinal)), string.Join(' ', Names(s.Value, "output").Order(StringComparer.Ordinal))));

    /// <summary>The names in the first column of the table with this heading; a row may name two.</summary>
    private static IEnumerable<string> Names(string section, string heading) =>
        section.Split('\n').SkipWhile(l => !l.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'))
            .SelectMany(l => Regex.Matches(l.Split(" | ")[0], "`([a-zA-Z]+)`").Select(m => m.Groups[1].Value));

    private static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "activities.md")).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static Regex Section() => new("^## (Workflows\\.\\w+)\n(?:(?!^## ).*\n?)+", RegexOptions.Multiline);

    private static Regex Example() => new("```json\n(.*?)\n```", RegexOptions.Singleline);
}
