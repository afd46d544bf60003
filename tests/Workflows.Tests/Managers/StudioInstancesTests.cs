using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Workflows.Tests.Managers;

/// <summary>What Studio's viewer may show of instances, and to whom.</summary>
[Collection("demo in January")]
public sealed class StudioInstancesTests(DemoInJanuary demo)
{
    [Fact]
    public async Task What_people_entered_is_masked_for_who_neither_reviews_nor_started_it()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var unit = await ScalarAsync("select i.id::text from instance i join task t on t.instance_id = i.id join task_round r on r.task_id = t.id where r.data is not null and i.burst > 1 limit 1");
        var seen = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{unit}"))!["workflowState"]!;
        Leaves(seen["input"]!).ShouldAllBe(v => v == "***");
        Leaves(seen["input"]!).ShouldNotBeEmpty();
        foreach (var context in seen["activityExecutionContexts"]!.AsArray())
            Leaves(context!["activityState"]!).Concat(Leaves(context["properties"]!["Variables"] ?? new JsonObject())).ShouldAllBe(v => v == "***");
        var journal = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{unit}/journal"))!["items"]!.AsArray();
        journal.SelectMany(i => Leaves(i!["activityState"] ?? new JsonObject())).ToList().ShouldSatisfyAllConditions(all => all.ShouldNotBeEmpty(), all => all.ShouldAllBe(v => v == "***"));
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/activity-executions/list?workflowInstanceId={unit}"))!["items"]!.AsArray()
            .SelectMany(i => Leaves(i!["activityState"]!)).ShouldAllBe(v => v == "***");
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{unit}/variables"))!["items"]!.AsArray()
            .Where(v => v!["value"] is not null).SelectMany(v => Leaves(v!["value"]!)).ShouldAllBe(v => v == "***");
    }

    [Fact]
    public async Task Who_starts_a_run_sees_what_it_holds()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", StudioTests.Waiting("cua-toi"));
        var run = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/cua-toi/execute", new { });
        var id = run.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}/journal"))!["items"]!.AsArray()
            .SelectMany(i => Leaves(i!["activityState"] ?? new JsonObject())).ShouldContain("tiep-tuc");
    }

    [Fact]
    public async Task What_people_entered_is_masked_for_operators_in_our_journal_as_in_Elsas()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var definition = StudioTests.Waiting("che-thu", "che-thu");
        definition["inputs"] = new JsonArray(new JsonObject { ["name"] = "cau", ["type"] = "String" });
        definition["root"]!["activities"]!.AsArray().Insert(0, new JsonObject
        {
            ["type"] = "Elsa.WriteLine",
            ["id"] = "doc",
            ["version"] = 1,
            ["text"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "getInput('cau')" } },
        });
        var stored = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", definition);
        stored.IsSuccessStatusCode.ShouldBeTrue(await stored.Content.ReadAsStringAsync());
        var started = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/che-thu/execute", new { input = new { cau = "BIMAT" } });
        var id = started.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        using var browser = await demo.BrowserAsync("quantri");
        using var operators = await demo.ProgramAsync("quantri");
        (await operators.PostAsJsonAsync("/elsa/api/alterations/run", new
        {
            alterations = new[] { new { type = "ModifyVariable", variableId = "khong-co", value = "BIMAT" } },
            workflowInstanceIds = new[] { id },
        })).StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);

        foreach (var path in (string[])[$"/elsa/api/workflow-instances/{id}/journal", $"/api/instances/{id}/journal"])
        {
            var journal = await operators.GetStringAsync(new Uri(path, UriKind.Relative));
            journal.ShouldNotContain("BIMAT", Case.Sensitive, path);
            journal.ShouldContain("\"***\"", Case.Sensitive, "that it was there is told");
        }

        (await browser.GetStringAsync(new Uri($"/instances/{id}", UriKind.Relative))).ShouldNotContain("BIMAT");
        var seen = (await operators.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["workflowState"]!["bookmarks"]![0]!["payload"]!;
        seen["eventName"]!.ToString().ShouldBe("***");
    }

    private static IEnumerable<string> Leaves(JsonNode node) => node switch
    {
        JsonObject o => o.Where(m => m.Value is not null).SelectMany(m => Leaves(m.Value!)),
        JsonArray a => a.Where(i => i is not null).SelectMany(i => Leaves(i!)),
        _ => [node.ToString()],
    };

    private async Task<string> ScalarAsync(string sql)
    {
        await using var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("Nothing found."));
    }
}
