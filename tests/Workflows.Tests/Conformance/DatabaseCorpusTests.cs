using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Running;
using Workflows.Tests.Running;

namespace Workflows.Tests.Conformance;

/// <summary>The corpus once more through the Runner on PostgreSQL, one case after the other in one database; the journal of every instance is replayed.</summary>
public sealed class DatabaseCorpusTests
{
    [Fact]
    public async Task Every_case_runs_in_the_database_as_in_memory()
    {
        await using var database = await Postgres.CreateDatabase();
        var different = new Dictionary<string, string>();
        foreach (var caseName in Corpus.Cases)
        {
            await using var host = await DatabaseHost.CreateAsync(database.DataSource);
            var differences = await CorpusTests.DifferencesAsync(caseName, host);
            differences = [.. differences, .. await ReplayEverything.DifferencesAsync(database.DataSource, host.Services.GetRequiredService<ReplayInstance>())];
            if (differences.Count > 0) different[caseName] = string.Join("; ", differences.Take(3));
        }

        different.ShouldBeEmpty();
    }
}
