using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Managers;

/// <summary>What activities gave, in the executions that Studio's viewer reads.</summary>
[Collection("demo in January")]
public sealed class StudioOutputsTests(DemoInJanuary demo)
{
    [Fact]
    public async Task An_execution_has_its_outputs_by_the_names_of_its_descriptor()
    {
        var id = await StartAsync("cho-ra", Sequence(
            Of("Elsa.RunJavaScript", "tinh", ("script", "({ so: 7, ten: 'Đại hội' })")),
            Of("Elsa.If", "neu", ("condition", true), ("then", Of("Elsa.RunTask", "nho", ("taskName", "Ký")))),
            Line("het")));
        using var designer = await demo.ProgramAsync("thietke");
        var script = await OfAsync(designer, id, "tinh");
        JsonNode.DeepEquals(script["outputs"], new JsonObject { ["Result"] = new JsonObject { ["so"] = 7, ["ten"] = "Đại hội" } }).ShouldBeTrue(script.ToJsonString());
        (await OfAsync(designer, id, "nho"))["outputs"]!.AsObject().ShouldBeEmpty("it waits");

        var task = (await GetAsync(designer, $"workflow-instances/{id}"))["workflowState"]!["bookmarks"]![0]!["payload"]!["taskId"]!.ToString();
        (await designer.PostAsJsonAsync($"/elsa/api/tasks/{task}/complete", new { result = new { dat = true } })).EnsureSuccessStatusCode();
        var asked = await OfAsync(designer, id, "nho");
        JsonNode.DeepEquals(asked["outputs"], new JsonObject { ["TaskId"] = task, ["Result"] = new JsonObject { ["dat"] = true } }).ShouldBeTrue(asked.ToJsonString());
        (await OfAsync(designer, id, "neu"))["outputs"]!["Result"]!.GetValue<bool>().ShouldBeTrue("also when its branch had to wait");
        (await OfAsync(designer, id, "het"))["outputs"]!.AsObject().ShouldBeEmpty("it declares none");
        (await GetAsync(designer, $"activity-executions/by-id?id={asked["id"]}"))["outputs"]!.ToJsonString().ShouldBe(asked["outputs"]!.ToJsonString());
        (await demo.App.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
        (await ScalarAsync("select string_agg(e ->> 'activityId', ' ' order by j.burst, n) from journal j, json_array_elements(entries) with ordinality x(e, n) where instance_id = $1 and e ->> 'outputs' is not null", id))
            .ShouldBe("tinh nho neu", "nothing is written for what gives nothing");
    }

    [Fact]
    public async Task A_long_output_is_shortened_in_the_journal_and_whole_in_its_variable()
    {
        var id = await StartAsync("cho-ra-dai", Sequence(
            Of("Elsa.RunJavaScript", "chu", ("script", "'😀'.repeat(5000)")),
            Of("Elsa.RunJavaScript", "day", ("script", "Array.from({ length: 3000 }, (x, i) => i)"), ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } })),
            Of("Elsa.RunJavaScript", "vua", ("script", "'a'.repeat(4000)"))));
        using var designer = await demo.ProgramAsync("thietke");
        (await OfAsync(designer, id, "day"))["outputs"]!.ToJsonString().ShouldBe("""{"Result":{"count":3000}}""");
        (await OfAsync(designer, id, "chu"))["outputs"]!["Result"]!.ToString().ShouldBe(string.Concat(Enumerable.Repeat("😀", 2000)) + "…");
        (await OfAsync(designer, id, "vua"))["outputs"]!["Result"]!.ToString().Length.ShouldBe(4000);
        (await GetAsync(designer, $"workflow-instances/{id}/variables"))["items"]![0]!["value"]!.AsArray().Count.ShouldBe(3000);
        (await demo.App.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    [Fact]
    public async Task A_loop_over_several_bursts_shows_the_value_of_its_last_round()
    {
        var id = await StartAsync("lap-cho", Sequence(
            Of("Elsa.ForEach", "ds", ("items", Expression("JavaScript", "['ất', 'bính']")), ("body", Wait("lap-cho-ds"))),
            Of("Elsa.For", "so", ("start", 3), ("end", 4), ("body", Wait("lap-cho-so"))),
            Of("Elsa.ForEach", "dung", ("items", Expression("JavaScript", "['đinh', 'mậu']")), ("body", SequenceOf("roi-dung", Wait("lap-cho-dung"), Of("Elsa.Break", "thoi")))),
            Of("Elsa.ForEach", "rong", ("items", Expression("JavaScript", "[]")), ("body", Line("khong-toi")))));
        using var designer = await demo.ProgramAsync("thietke");
        foreach (var name in (string[])["ds", "ds", "so", "so", "dung"])
        {
            (await OfAsync(designer, id, name))["outputs"]!.AsObject().ShouldBeEmpty("it goes on");
            using var told = await designer.PostAsJsonAsync($"/elsa/api/events/lap-cho-{name}/trigger", new { workflowInstanceId = id });
            told.IsSuccessStatusCode.ShouldBeTrue(await told.Content.ReadAsStringAsync());
            await demo.SettleAsync($"{id}");
        }

        (await GetAsync(designer, $"workflow-instances/{id}"))["subStatus"]!.ToString().ShouldBe("Finished");
        (await OfAsync(designer, id, "ds"))["outputs"]!["CurrentValue"]!.ToString().ShouldBe("bính");
        (await OfAsync(designer, id, "so"))["outputs"]!["CurrentValue"]!.GetValue<int>().ShouldBe(4);
        (await OfAsync(designer, id, "dung"))["outputs"]!["CurrentValue"]!.ToString().ShouldBe("đinh", "a break ends it in its first round");
        (await OfAsync(designer, id, "rong"))["outputs"]!.AsObject().ShouldBeEmpty("it had no round");
        (await demo.App.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    [Fact]
    public async Task What_people_entered_is_masked_here_as_elsewhere()
    {
        var unit = await ScalarAsync("select i.id::text from instance i join task t on t.instance_id = i.id join task_round r on r.task_id = t.id where t.status = 'accepted' and r.data is not null and i.parent_id is not null limit 1");
        using var designer = await demo.ProgramAsync("thietke");
        using var operators = await demo.ProgramAsync("quantri");
        var given = (await GetAsync(designer, $"activity-executions/list?workflowInstanceId={unit}"))["items"]!.AsArray().Select(e => e!["outputs"]!.AsObject()).Single(o => o.ContainsKey("Data"));
        (given["Data"]!.ToString(), given["Outcome"]!.ToString()).ShouldBe(("***", "***"));
        var journal = await operators.GetFromJsonAsync<JsonNode>($"/api/instances/{unit}/journal");
        var shown = journal!["items"]!.AsArray().SelectMany(b => b!["entries"]!.AsArray()).Single(e => e!["outputs"] is JsonObject o && o.ContainsKey("data"))!["outputs"]!;
        (shown["data"]!.ToString(), shown["outcome"]!.ToString()).ShouldBe(("***", "***"));
        (await ScalarAsync("select e -> 'outputs' -> 'data' ->> 'diaDiem' from journal j, json_array_elements(entries) e where instance_id = $1 and e -> 'outputs' -> 'data' is not null", Guid.Parse(unit))).ShouldBe("Hội trường");
    }

    private static async Task<JsonNode> OfAsync(HttpClient designer, Guid instance, string activity) =>
        (await GetAsync(designer, $"activity-executions/list?workflowInstanceId={instance}"))["items"]!.AsArray().Single(e => e!["activityId"]!.ToString() == activity)!;

    private static async Task<JsonNode> GetAsync(HttpClient client, string path) => (await client.GetFromJsonAsync<JsonNode>("/elsa/api/" + path))!;

    private async Task<Guid> StartAsync(string id, JsonObject root)
    {
        using var designer = await demo.ProgramAsync("thietke");
        var model = Definition(id, root, ("isPublished", true), ("variables", new JsonArray(new JsonObject
        {
            ["id"] = "v",
            ["name"] = "V",
            ["typeName"] = "Object",
            ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
        })));
        using var stored = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", model);
        stored.IsSuccessStatusCode.ShouldBeTrue(await stored.Content.ReadAsStringAsync());
        using var run = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{id}/execute", new { });
        run.IsSuccessStatusCode.ShouldBeTrue(await run.Content.ReadAsStringAsync());
        return Guid.Parse(run.Headers.GetValues("x-elsa-workflow-instance-id").Single());
    }

    private async Task<string> ScalarAsync(string sql, params object[] values)
    {
        await using var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (string)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("Nothing found."));
    }
}
