namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A parsed script: immutable, for any number of runs on any threads. Cache it by its source.</summary>
public sealed class Script
{
    internal Script(string source, FunctionCode code, IReadOnlySet<string> variables, IReadOnlySet<string> names, long patterns)
    {
        Source = source;
        Code = code;
        VariableNames = variables;
        FreeNames = names;
        Weight = 500 + (70L * source.Length) + patterns;
    }

    /// <summary>The text it was parsed from.</summary>
    public string Source { get; }

    /// <summary>The names X that occur as <c>variables.X</c> or <c>variables["X"]</c>.</summary>
    public IReadOnlySet<string> VariableNames { get; }

    /// <summary>All names it uses without declaring them, without the built-in ones and <c>variables</c>.</summary>
    public IReadOnlySet<string> FreeNames { get; }

    internal FunctionCode Code { get; }

    /// <summary>Bytes that it takes at the most, measured on sources of nothing but names, functions and numbers, and what its regular expressions take.</summary>
    internal long Weight { get; }

    /// <summary>
    /// Parses a source. Throws <see cref="ScriptSyntaxException"/> for malformed text and for constructs outside the subset,
    /// <see cref="ScriptLimitException"/> for a source too long or nested too deep.
    /// </summary>
    public static Script Parse(string source, ScriptLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        limits ??= ScriptLimits.Default;
        if (source.Length > limits.SourceLength) throw new ScriptLimitException(ScriptLimit.SourceLength, limits.SourceLength);
        return new Parser(source, limits).ParseScript();
    }
}
