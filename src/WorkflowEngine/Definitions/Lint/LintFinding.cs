using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>What a finding means for publishing.</summary>
public enum LintWeight
{
    /// <summary>It may be meant so: publishing asks for a confirmation.</summary>
    Warning,

    /// <summary>It would fail, or never end: it is not published.</summary>
    Error,
}

/// <summary>Something about a definition that a designer should know before it is published.</summary>
/// <param name="Rule">Name of the rule, for programs (<c>join-never</c>).</param>
/// <param name="ActivityId">The step it is about; null: the definition.</param>
/// <param name="Label">What the drawing calls that step.</param>
/// <param name="Message">The finding in a sentence, without the step's name.</param>
public sealed record LintFinding(string Rule, LintWeight Weight, string? ActivityId, Bilingual Label, Bilingual Message)
{
    /// <summary>The sentence with the step's name in front, as Studio shows it.</summary>
    public Bilingual Sentence => ActivityId is null ? Message : new Bilingual($"“{Label.Vi}”: {Message.Vi}", $"“{Label.En}”: {Message.En}");

    /// <summary>
    /// What a designer confirms: the same as long as the same warnings stand, another as soon as one comes or goes. Null when there is nothing to
    /// confirm.
    /// </summary>
    public static string? Digest(IEnumerable<LintFinding> findings)
    {
        var warnings = findings.Where(f => f.Weight == LintWeight.Warning).Select(f => $"{f.Rule}/{f.ActivityId}/{f.Message.En}").Order(StringComparer.Ordinal).ToList();
        return warnings.Count == 0 ? null : Fingerprint.Of(string.Join('\n', warnings));
    }
}
