using Npgsql;
using NpgsqlTypes;

namespace WorkflowEngine.Storage;

/// <summary>Short ways to give parameters their PostgreSQL types; nothing else.</summary>
public static class Db
{
    /// <summary>A statement with positional parameters ($1, $2, …) in the order they are added.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Callers give constants; the rule guards them there.")]
    public static NpgsqlBatchCommand Statement(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "Callers give constants; the rule guards them there.")]
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Adds a statement to a batch and gives it back, for the number of rows it changed.</summary>
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = Statement(sql, parameters);
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>A value whose type Npgsql infers; null needs <paramref name="type"/>.</summary>
    public static NpgsqlParameter P<T>(T value, NpgsqlDbType? type = null)
    {
        var parameter = new NpgsqlParameter { Value = value is null ? DBNull.Value : value };
        if (type is { } known) parameter.NpgsqlDbType = known;
        return parameter;
    }

    /// <summary>What a <c>like</c> finds literally: its wildcards in the text are escaped.</summary>
    public static string Literally(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);

    public static NpgsqlParameter Json(string? value) => P(value, NpgsqlDbType.Jsonb);

    public static NpgsqlParameter Jsons(string?[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Jsonb);

    /// <summary>JSON for columns that keep it as it came, with the order of its members (events, the state, the journal). The caller sees to it that it has no U+0000: json takes it, and no query reads it again.</summary>
    public static NpgsqlParameter JsonText(string value) => P(value, NpgsqlDbType.Json);

    /// <summary>As <see cref="JsonText"/>.</summary>
    public static NpgsqlParameter JsonTexts(string[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Json);

    /// <summary>As <see cref="JsonText"/>, in UTF-8.</summary>
    public static NpgsqlParameter JsonTexts(byte[]?[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Json);

    public static NpgsqlParameter Texts(string?[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameter Uuids(Guid?[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter Uuids(Guid[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter Longs(long?[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Longs(long[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Ints(int[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    /// <summary>Places of rows (<c>ctid</c>), good as long as the rows are held; the statement casts them to <c>tid[]</c>, which Npgsql has no arrays of.</summary>
    public static NpgsqlParameter Places(IEnumerable<NpgsqlTid> values) => Texts([.. values.Select(p => FormattableString.Invariant($"({p.BlockNumber},{p.OffsetNumber})"))]);

    public static NpgsqlParameter Instants(DateTimeOffset?[] values) => P(values, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Instant(DateTimeOffset? value) => P(value, NpgsqlDbType.TimestampTz);

    /// <summary>All rows of a query, each made by <paramref name="row"/>.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken cancellation = default)
    {
        await using var owned = command;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(row(reader));
        return rows;
    }

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static Guid? GuidOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public static T? ValueOrNull<T>(this NpgsqlDataReader reader, int column) where T : struct =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    public static long? LongOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static DateTimeOffset Instant(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? InstantOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    /// <summary>The statement gave up waiting for a lock.</summary>
    public static bool IsLockWait(this Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>The server refused a statement and rolled its transaction back; a session that broke off may have committed.</summary>
    public static bool IsRolledBack(this Exception e) => e is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Runs a transaction, and again where it lost a deadlock, up to four times: the loser has written nothing.</summary>
    public static async Task<T> AgainAfterDeadlockAsync<T>(Func<Task<T>> transaction)
    {
        const int attempts = 4;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < attempts)
            {
            }
        }
    }

    /// <summary>Deadlock, serialization failure, lost connection, lock wait: the same batch may be run again, bursts are pure.</summary>
    public static bool IsTransient(this Exception e) =>
        e is PostgresException { SqlState: "40001" or "40P01" or "55P03" or "57P01" or "57P02" or "57P03" }
        || e is NpgsqlException { IsTransient: true };
}
