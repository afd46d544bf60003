namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A regular expression as read.</summary>
internal abstract record PatternNode
{
    /// <summary>Whether it can match without reading anything.</summary>
    public virtual bool IsNullable => true;
}

/// <summary>One character.</summary>
internal sealed record PatternAtom(PatternSet Set) : PatternNode
{
    public override bool IsNullable => false;
}

internal sealed record PatternSequence(IReadOnlyList<PatternNode> Parts) : PatternNode
{
    public override bool IsNullable => Parts.All(part => part.IsNullable);
}

internal sealed record PatternChoice(IReadOnlyList<PatternNode> Ways) : PatternNode
{
    public override bool IsNullable => Ways.Any(way => way.IsNullable);
}

/// <summary>A group that captures.</summary>
internal sealed record PatternGroup(int Number, PatternNode Body) : PatternNode
{
    public override bool IsNullable => Body.IsNullable;
}

/// <summary>A quantifier. Each turn forgets what the groups from <paramref name="FirstGroup"/> to before <paramref name="EndGroup"/> captured.</summary>
/// <param name="Most">int.MaxValue: any number.</param>
internal sealed record PatternRepeat(PatternNode Body, int Least, int Most, bool IsGreedy, int FirstGroup, int EndGroup) : PatternNode
{
    public override bool IsNullable => Least == 0 || Body.IsNullable;
}

/// <summary>A place: <c>^ $ \b \B</c>.</summary>
internal sealed record PatternPlace(PatternStep Kind) : PatternNode;

/// <summary>Lookahead or lookbehind, by its number among all of the expression.</summary>
internal sealed record PatternLook(int Number, PatternNode Body, bool IsBehind, bool IsNegative, int FirstGroup, int EndGroup) : PatternNode;
