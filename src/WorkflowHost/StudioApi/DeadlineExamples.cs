using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions.Lint;

namespace WorkflowHost.StudioApi;

/// <summary>One deadline of each kind in the short text form, each explained by the dates of this year's campaign.</summary>
internal static class DeadlineExamples
{
    private static readonly string[] Texts =
        ["before 01-01(+1)", "by 15-12", "in Q4", "window Q2(+1)", "from 01-11 to 31-03(+1)", "after hoiNghi before 25-05(+1)", "+15d after hoiNghi", "+10wd after hoiNghi", "yearly by 15-12", "none"];

    public static IEnumerable<(string Text, string Value)> Of(DesignWorld world, string language) => Texts.Select(text =>
    {
        var spec = DeadlineSyntax.Parse(text);
        var deadline = spec.Resolve(world.Today.Year, new Dictionary<string, DateTimeOffset>(), world.Calendar);
        var line = DeadlineSentence.Explain(new DeadlineFacts(deadline, spec, world.Calendar)).OneLine;
        return ($"{text}: {(language == "vi" ? line.Vi : line.En)}", text);
    });
}
