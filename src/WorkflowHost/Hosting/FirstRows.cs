using Npgsql;
using Unions;
using WorkflowEngine.Definitions;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Demo;
using WorkflowHost.Identity;

namespace WorkflowHost.Hosting;

/// <summary>What the database holds before anybody comes: the shipped calendar, ladder, forms and definitions, in a demo its plan, else the first administrator.</summary>
/// <remarks>
/// Several hosts may start first at once: one installs, the others wait for its lock and find nothing left to do. The lock is the session's, so a
/// dead process releases it, and the next start goes on where it was.
/// </remarks>
public static class FirstRows
{
    private const string TakeLock =
        """
        -- FirstRows.TakeLock
        select pg_advisory_lock(hashtextextended('first-rows', 0))
        """;

    public static async Task InstallAsync(
        IServiceProvider services, Installation installation, TextWriter output, CancellationToken cancellation = default)
    {
        // A session outside the pool: the lock ends with it, however the start ends, and nothing stands between a failure and whoever reads it.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(installation.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using (var take = new NpgsqlCommand(TakeLock, connection) { CommandTimeout = 0 }) await take.ExecuteNonQueryAsync(cancellation);
        await InstallAloneAsync(services, installation, output, cancellation);
    }

    private static async Task InstallAloneAsync(
        IServiceProvider services, Installation installation, TextWriter output, CancellationToken cancellation)
    {
        if (installation.Mode == Mode.Demo)
        {
            await services.GetRequiredService<LoadDemo>().RunAsync(cancellation);
        }
        else
        {
            await InstallShipped.RunAsync(
                installation.Database, services.GetRequiredService<FormStore>(), services.GetRequiredService<DefinitionReader>(), installation.Clock.Now(), cancellation);
            var recordedAt = BusinessClock.Whole(services.GetRequiredService<TimeProvider>().GetUtcNow());
            if (await services.GetRequiredService<FirstAdministrator>().RunAsync(installation.Clock.Now(), recordedAt, cancellation) is { } password)
                await output.WriteLineAsync($"  First administrator: sign in with the one-time password {password} and change it. It is shown only now.");
        }
    }
}
