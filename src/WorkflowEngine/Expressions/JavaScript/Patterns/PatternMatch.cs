namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Where a regular expression matched, and what its groups captured.</summary>
/// <param name="slots">Start and end of each group, -1 for one that captured nothing; null when none did.</param>
internal sealed class PatternMatch(string text, int index, int end, int[]? slots)
{
    public int Index => index;

    public int Length => end - index;

    public string Value => text[index..end];

    /// <summary>What a group captured; null: nothing.</summary>
    public string? Group(int number) =>
        slots is not null && slots[number * 2] >= 0 && slots[(number * 2) + 1] >= 0 ? text[slots[number * 2]..slots[(number * 2) + 1]] : null;
}
