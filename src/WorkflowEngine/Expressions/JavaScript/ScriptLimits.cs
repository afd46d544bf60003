namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// What one script may use. Everything is counted, nothing is timed, so that a script that passes once passes always.
/// </summary>
public sealed record ScriptLimits
{
    /// <summary>The limits of an ordinary workflow expression.</summary>
    public static ScriptLimits Default { get; } = new();

    /// <summary>
    /// The limits of an expression that gives a long list (<see cref="WorkflowEngine.Activities.Input.IsBulk"/>): to make an object for each of 200,000
    /// children takes 3.2 million steps and most of the memory, to sort 50,000 by a function 5.9 million.
    /// </summary>
    public static ScriptLimits Bulk { get; } = new() { Fuel = 6_000_000, Memory = 64 * 1024 * 1024, OutputSize = 8 * 1024 * 1024 };

    /// <summary>Longest source text, in UTF-16 characters.</summary>
    public int SourceLength { get; init; } = 64 * 1024;

    /// <summary>How deep brackets, blocks, functions and operators may nest in the source, and values in JSON text and results.</summary>
    public int Nesting { get; init; } = 64;

    /// <summary>How deep function calls (and recursive built-ins) may nest at run time.</summary>
    public int CallDepth { get; init; } = 200;

    /// <summary>Evaluation steps: one for each node evaluated; built-ins are charged by the size of their data.</summary>
    public long Fuel { get; init; } = 2_000_000;

    /// <summary>Bytes of strings, array slots and object members created over the whole run (nothing is given back).</summary>
    public long Memory { get; init; } = 16 * 1024 * 1024;

    /// <summary>Largest value handed to the host (result, one variable, one argument), in characters of JSON.</summary>
    public int OutputSize { get; init; } = 256 * 1024;
}
