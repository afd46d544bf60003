namespace WorkflowEngine.Tasks.Forms;

/// <summary>What a form's data came to.</summary>
/// <param name="Errors">One message for each field that must be mended, by path (<c>roster[2].name</c>); a hard rule stands at its first field.</param>
/// <param name="Hard">Hard rules that fired.</param>
/// <param name="Soft">Soft rules that fired, explained or not.</param>
/// <param name="Unexplained">Those of them without a word of explanation.</param>
/// <param name="Facts">Sentences worked out from the data.</param>
public sealed record FormCheck(
    IReadOnlyDictionary<string, Text> Errors, IReadOnlyList<FiredRule> Hard, IReadOnlyList<FiredRule> Soft, IReadOnlyList<FiredRule> Unexplained,
    IReadOnlyList<Text> Facts)
{
    /// <summary>Nothing to mend and nothing to explain.</summary>
    public bool IsClean => Errors.Count == 0 && Unexplained.Count == 0;
}

/// <summary>A rule whose condition is true, with its message: what is wrong, the limit, the way out.</summary>
public sealed record FiredRule(string Id, bool IsHard, IReadOnlyList<string> Fields, Text Message);
