using Npgsql;

namespace WorkflowEngine.Storage;

/// <summary>Why PostgreSQL has refused what a burst wanted written, for those who read the incident or the refusal: without the rows, which hold what people entered.</summary>
internal static class RefusedRows
{
    public static string Of(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "task", ColumnName: "unit_id" } =>
            "A task is for a unit that is not there, or that has ended and has not one successor.",
        PostgresException { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "instance", ColumnName: "definition_version_id" } =>
            "The definition of a child is not published any more.",
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        _ => e.Message,
    };
}
