using Npgsql;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;

namespace Workflows.Benchmarks;

/// <summary>A durable private PostgreSQL for one run, so that <c>./test</c> can turn a benchmark once without any set-up.</summary>
internal static class OwnServer
{
    /// <summary>Connections as the host opens them.</summary>
    public static NpgsqlDataSource Open(string connectionString) =>
        NpgsqlDataSource.Create(Installation.Prepared(connectionString));

    public static async Task<int> RunAsync(Func<string, Task<int>> benchmark)
    {
        var folder = Path.Combine(Path.GetTempPath(), "workflows-bench-" + Guid.NewGuid().ToString("N")[..12]);
        try
        {
            await using var server = await PrivatePostgres.Start(new PrivatePostgresOptions { DataDir = folder, Checkout = folder });
            return await benchmark(server.ConnectionString);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }
}
