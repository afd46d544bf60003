namespace WorkflowEngine.Storage;

/// <summary>
/// Something outside the program keeps it from starting: a closed folder, a missing PostgreSQL, a changed migration.
/// The message is one or a few complete lines for the person at the terminal; a host prints it alone, without a stack
/// trace, and ends with a non-zero code.
/// </summary>
#pragma warning disable CA1710 // named by what it is
public sealed class StartupProblem : Exception
{
    public StartupProblem(string message) : base(message) { }

    public StartupProblem(string message, Exception cause) : base(message, cause) { }
}
