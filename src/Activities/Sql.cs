using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;

namespace Unions;

/// <summary>Commands of one batch in a line each; nulls keep their type, so the server needs no guess.</summary>
internal static class Sql
{
    [SuppressMessage("Security", "CA2100", Justification = "Callers pass the constants beside them.")]
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
        return command;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Callers pass the constants beside them.")]
    public static NpgsqlCommand Command(NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        return command;
    }

    public static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Uuid(Guid? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };

    public static NpgsqlParameter Jsonb(JsonNode value) => Jsonb(value.ToJsonString());

    public static NpgsqlParameter Jsonb(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    /// <summary>The person who acts, or null for the engine itself.</summary>
    public static Guid? Id(this Actor actor) => actor.IsSystem ? null : actor.PersonId;

    public static string? TextOrNull(this NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    public static T? ValueOrNull<T>(this NpgsqlDataReader rows, int column) where T : struct =>
        rows.IsDBNull(column) ? null : rows.GetFieldValue<T>(column);
}
