using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;

namespace Workflows.Tests.Definitions;

/// <summary>A graph that no host keeps would be read anew for every burst of every instance.</summary>
public sealed class HeavyDefinitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_is_refused_with_its_size_though_its_text_is_within_the_bounds()
    {
        await using var postgres = await Postgres.CreateDatabase();
        await using var services = new ServiceCollection().AddLogging()
            .AddWorkflowEngine(postgres.DataSource, new BusinessClock(TimeProvider.System)).AddSingleton<SaveDefinition>().BuildServiceProvider();
        var save = services.GetRequiredService<SaveDefinition>();

        (await save.RunAsync(Actor.System, Document("nhe", 100_000), new SaveWish("import"), Now, Now)).ShouldBeOfType<SaveAnswer.Stored>();
        var refused = await Should.ThrowAsync<DefinitionFormatException>(() => save.RunAsync(Actor.System, Document("nang", 1_000_000), new SaveWish("import"), Now, Now));
        refused.Problems[0].Message.ShouldBe("The definition takes 70 MB once it is read; 64 MB are the most.");
        (await postgres.DataSource.CreateCommand("select string_agg(distinct definition_id, ',') from definition_version").ExecuteScalarAsync()).ShouldBe("nhe");
    }

    private static JsonObject Document(string id, int values) => new()
    {
        ["definitionId"] = id,
        ["name"] = id,
        ["toolVersion"] = "3.8.0.0",
        ["customProperties"] = new JsonObject { ["values"] = new JsonArray([.. Enumerable.Range(0, values).Select(_ => JsonValue.Create(1))]) },
        ["root"] = new JsonObject { ["type"] = "Elsa.Flowchart", ["id"] = "f", ["activities"] = new JsonArray(), ["connections"] = new JsonArray() },
    };
}
