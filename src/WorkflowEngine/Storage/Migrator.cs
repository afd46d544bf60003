using System.Data;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using WorkflowEngine.Running;

namespace WorkflowEngine.Storage;

/// <summary>
/// Brings a database up to this program: each migration once, in order, in a transaction of its own, recorded in
/// <c>schema_migration</c>. Forward only. Several hosts may start at once: one migrates, the others wait for its lock
/// and find nothing left to do. With nothing to do no DDL is run, so a role without DDL rights may start the program.
/// </summary>
/// <remarks>
/// What survives a crash here: every migration that committed; the next start goes on behind it. The lock is the
/// session's, so a dead process releases it. A file that cannot run in a transaction (<c>create index concurrently</c>)
/// cannot be a migration.
/// </remarks>
public sealed class Migrator(IReadOnlyList<Migration> migrations, CrashPoints? crashPoints = null)
{
    /// <summary>"WFMIGRAT" as a number: the advisory lock that only migrators take.</summary>
    private const long Lock = 0x57464D4947524154;

    private readonly IReadOnlyList<Migration> migrations = Migration.Ordered(migrations);

    private const string TakeLock =
        """
        -- Migrator.TakeLock
        select pg_advisory_lock(@lock)
        """;

    private const string ReleaseLock =
        """
        -- Migrator.ReleaseLock
        select pg_advisory_unlock(@lock)
        """;

    private const string HasTable =
        """
        -- Migrator.HasTable
        select to_regclass('schema_migration') is not null
        """;

    private const string CreateTable =
        """
        -- Migrator.CreateTable
        create table schema_migration (
          number     int         primary key,
          name       text        not null,
          sha256     text        not null,
          applied_at timestamptz not null
        )
        """;

    private const string ReadApplied =
        """
        -- Migrator.ReadApplied
        select number, name, sha256 from schema_migration order by number
        """;

    private const string Record =
        """
        -- Migrator.Record
        insert into schema_migration (number, name, sha256, applied_at) values (@number, @name, @sha256, @applied_at)
        """;

    /// <summary>
    /// Applies what is missing and returns the names of the files applied, in order.
    /// <paramref name="appliedAt"/> is system time: when the program did it, whatever the business clock shows.
    /// Throws <see cref="StartupProblem"/> when a file applied before was changed or is unknown to this program (the
    /// database is newer), when the database has a gap, and when a file fails; nothing of that file is left then.
    /// </summary>
    public async Task<IReadOnlyList<string>> Migrate(
        NpgsqlDataSource database, DateTimeOffset appliedAt, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using (var take = new NpgsqlCommand(TakeLock, connection) { CommandTimeout = 0 })
        {
            take.Parameters.AddWithValue("lock", Lock);
            await take.ExecuteNonQueryAsync(cancel);
        }
        try
        {
            if (!await TableExists(connection, cancel))
            {
                await using var create = new NpgsqlCommand(CreateTable, connection);
                await create.ExecuteNonQueryAsync(cancel);
            }
            var pending = Pending(await Applied(connection, cancel));
            foreach (var migration in pending)
                await Apply(connection, migration, appliedAt, cancel);
            return [.. pending.Select(m => m.File)];
        }
        finally
        {
            // A broken connection has lost its lock already; a second error would only hide the first.
            if (connection.State == ConnectionState.Open)
            {
                await using var release = new NpgsqlCommand(ReleaseLock, connection);
                release.Parameters.AddWithValue("lock", Lock);
                await release.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// What is left to apply on a database that has <paramref name="applied"/>; pure.
    /// Engine files may be new although union files with higher numbers are applied: gaps count within a thousand.
    /// </summary>
    internal IReadOnlyList<Migration> Pending(IReadOnlyList<(int Number, string Name, string Sha256)> applied)
    {
        var known = migrations.ToDictionary(m => m.Number);
        foreach (var (number, name, sha256) in applied)
        {
            if (!known.TryGetValue(number, out var migration))
                throw new StartupProblem(
                    $"The database is newer than this program: it has the migration {number:D4}_{name}.sql, which this program does not know. Start a newer program.");
            if (migration.Sha256 != sha256)
                throw new StartupProblem(
                    $"The migration {migration.File} was changed after the database applied it as {number:D4}_{name}.sql. A released migration is frozen: restore it and write a new one.");
        }

        var done = applied.Select(a => a.Number).ToHashSet();
        var pending = migrations.Where(m => !done.Contains(m.Number)).ToList();
        foreach (var migration in pending)
        {
            if (applied.Any(a => a.Number > migration.Number && a.Number / 1000 == migration.Band))
                throw new StartupProblem(
                    $"The database has a gap: the migration {migration.File} is not applied, but a later one of the same range is.");
        }
        return pending;
    }

    private static async Task<bool> TableExists(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var has = new NpgsqlCommand(HasTable, connection);
        return (bool)(await has.ExecuteScalarAsync(cancel))!;
    }

    private static async Task<IReadOnlyList<(int, string, string)>> Applied(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var read = new NpgsqlCommand(ReadApplied, connection);
        await using var rows = await read.ExecuteReaderAsync(cancel);
        var applied = new List<(int, string, string)>();
        while (await rows.ReadAsync(cancel))
            applied.Add((rows.GetInt32(0), rows.GetString(1), rows.GetString(2)));
        return applied;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The text is a file compiled into the program.")]
    private async Task Apply(NpgsqlConnection connection, Migration migration, DateTimeOffset appliedAt, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        try
        {
            await using (var run = new NpgsqlCommand(migration.Sql, connection, transaction) { CommandTimeout = 0 })
                await run.ExecuteNonQueryAsync(cancel);
            await using (var record = new NpgsqlCommand(Record, connection, transaction))
            {
                record.Parameters.AddWithValue("number", migration.Number);
                record.Parameters.AddWithValue("name", migration.Name);
                record.Parameters.AddWithValue("sha256", migration.Sha256);
                record.Parameters.AddWithValue("applied_at", appliedAt.ToUniversalTime());
                await record.ExecuteNonQueryAsync(cancel);
            }
            crashPoints?.Hit("migration-before-commit");
            await transaction.CommitAsync(cancel);
            crashPoints?.Hit("migration-after-commit");
        }
        catch (PostgresException e)
        {
            throw new StartupProblem($"The migration {migration.File} failed: {e.MessageText} ({e.SqlState}).", e);
        }
    }
}
