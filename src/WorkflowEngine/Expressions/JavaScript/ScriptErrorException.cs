namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// A script error: thrown by <c>throw</c>, or a TypeError, ReferenceError, RangeError and the like.
/// A host function throws it to raise an error that the script may catch.
/// </summary>
public sealed class ScriptErrorException : Exception
{
    /// <summary>An error raised by a host function; the place is filled in by the run.</summary>
    public ScriptErrorException(string message)
        : this("Error", message, 0, 0)
    {
    }

    internal ScriptErrorException(string name, string message, int line, int column)
        : base(message)
    {
        Name = name;
        Line = line;
        Column = column;
    }

    /// <summary>The kind of the error (<c>TypeError</c>); <c>Error</c> for thrown values that are no errors.</summary>
    public string Name { get; }

    /// <summary>Line of the place, from 1; 0 when unknown.</summary>
    public int Line { get; }

    /// <summary>Column of the place, from 1; 0 when unknown.</summary>
    public int Column { get; }
}
