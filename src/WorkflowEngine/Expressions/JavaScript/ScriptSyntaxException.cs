namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The source is no script of the supported subset: malformed, or a construct we name and refuse.</summary>
public sealed class ScriptSyntaxException : Exception
{
    internal ScriptSyntaxException(string message, int line, int column)
        : base(message)
    {
        Line = line;
        Column = column;
    }

    /// <summary>Line of the place, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the place, from 1, in UTF-16 characters.</summary>
    public int Column { get; }
}
