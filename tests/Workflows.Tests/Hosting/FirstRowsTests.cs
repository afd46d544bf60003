using Microsoft.Extensions.Configuration;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowHost.Hosting;

namespace Workflows.Tests.Hosting;

public sealed class FirstRowsTests
{
    [Fact]
    public async Task What_went_wrong_first_is_told_though_the_database_went_away_too()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var installation = await Installation.OpenAsync(new ConfigurationBuilder().AddCommandLine(
            ["--Workflows:Mode=Production", $"--ConnectionStrings:Workflows={database.ConnectionString}"]).Build());

        for (var start = 1; start <= 2; start++)
            (await Should.ThrowAsync<StartupProblem>(() => FirstRows.InstallAsync(new Breaking(database), installation, TextWriter.Null))).Message.ShouldBe("first");
    }

    /// <summary>Ends the session that holds the lock, then fails for a reason of its own.</summary>
    private sealed class Breaking(Postgres database) : IServiceProvider
    {
        public object? GetService(Type serviceType)
        {
            using var end = database.DataSource.CreateCommand(
                """
                select count(pg_terminate_backend(pid, 20000)) from pg_locks
                where locktype = 'advisory' and granted and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())
                """);
            end.ExecuteScalar().ShouldBe(1L);
            throw new StartupProblem("first");
        }
    }
}
