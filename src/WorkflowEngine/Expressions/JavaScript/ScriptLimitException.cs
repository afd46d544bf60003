namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A script exceeded one of its <see cref="ScriptLimits"/>. A script cannot catch it.</summary>
public sealed class ScriptLimitException : Exception
{
    internal ScriptLimitException(ScriptLimit limit, long allowed)
        : base($"The script exceeds its limit of {Name(limit)} ({allowed}).") => Limit = limit;

    /// <summary>Which limit was hit.</summary>
    public ScriptLimit Limit { get; }

    private static string Name(ScriptLimit limit) => limit switch
    {
        ScriptLimit.Fuel => "evaluation steps",
        ScriptLimit.Memory => "memory in bytes",
        ScriptLimit.Depth => "nesting depth",
        ScriptLimit.SourceLength => "source length in characters",
        _ => "output size in characters",
    };
}
