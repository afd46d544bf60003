using Npgsql;

namespace Workflows;

/// <summary>The rules of <c>invariants.sql</c> and <c>invariants-plans.sql</c>, for every test and benchmark that lets something die.</summary>
internal static class Invariants
{
    private const string HasPlans = "select to_regclass('plan') is not null";

    /// <summary>One sentence for each rule that is broken; none: all hold.</summary>
    /// <param name="quiet">Nothing is ready any more, so also nothing may be left over.</param>
    public static async Task<IReadOnlyList<string>> BrokenAsync(NpgsqlDataSource database, bool quiet = true, CancellationToken cancellation = default)
    {
        var broken = new List<string>();
        await using var plans = database.CreateCommand(HasPlans);
        foreach (var file in (bool)(await plans.ExecuteScalarAsync(cancellation))! ? ["invariants.sql", "invariants-plans.sql"] : (string[])["invariants.sql"])
        {
#pragma warning disable CA2100 // a file compiled into this program
            await using var command = database.CreateCommand(Read(file));
#pragma warning restore CA2100
            command.CommandTimeout = 600;
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
                if (quiet || !rows.GetString(0).StartsWith("quiet:", StringComparison.Ordinal))
                    broken.Add($"{rows.GetString(0)}: {rows.GetInt32(1)} times, first {rows.GetString(2)}");
        }

        return broken;
    }

    private static string Read(string file)
    {
        using var text = new StreamReader(typeof(Invariants).Assembly.GetManifestResourceStream(file)!);
        return text.ReadToEnd();
    }
}
