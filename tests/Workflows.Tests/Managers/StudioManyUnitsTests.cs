using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Definitions.Lint;
using Xunit.Abstractions;

namespace Workflows.Tests.Managers;

/// <summary>Studio's pickers, the panel and publishing over a tree of 120,000 units: what is answered stays small. Prints how long each took and how large it was.</summary>
public sealed class StudioManyUnitsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Units = 120_000;
    private const int Largest = 200_000;
    private readonly DemoInJanuary demo = new();

    public async Task InitializeAsync()
    {
        await demo.InitializeAsync();
        // Each with a chair: a person and a role as after an import.
        await ExecuteAsync(
            """
            with top as (select id, path from unit where code = 'CDYT-TB'),
            added as (
              insert into unit (id, code, name, short_name, kind, parent_id, path)
              select 1000000 + n, 'THU-' || n, 'Công đoàn cơ sở thử ' || n, 'CĐCS thử ' || n, 'GrassrootsUnion', top.id, top.path || (1000000 + n) || '/'
              from top, generate_series(1, $1) n returning id),
            people as (
              insert into person (id, user_name, normalized_user_name, security_stamp, display_name, created_at)
              select ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, 'thu' || id, 'THU' || id, 'x', 'Chủ tịch thử ' || id, '2019-12-01' from added returning id)
            insert into role_assignment (person_id, role, unit_id)
            select ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, 'Chair', id from added
            """, Units);
        await ExecuteAsync("analyze unit");
        await ExecuteAsync("analyze role_assignment");
        await ExecuteAsync("analyze person");
    }

    public Task DisposeAsync() => demo.DisposeAsync();

    [Fact]
    public async Task Pickers_panel_and_publishing_stay_small()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var all = await GetAsync(designer, "descriptors/activities?Refresh=True");
        var task = all["items"]!.AsArray().Single(i => i!["typeName"]!.ToString() == "Workflows.HumanTask")!;
        var unit = task["inputs"]!.AsArray().Single(i => i!["name"]!.ToString() == "Unit")!;
        (unit["uiHint"]!.ToString(), unit["uiSpecifications"]!.AsObject().Count).ShouldBe(("singleline", 0));
        unit["description"]!.ToString().ShouldContain("ghi mã đơn vị");
        var cascade = await GetAsync(designer, "descriptors/activities/Workflows.Cascade");
        cascade["inputs"]!.AsArray().Single(i => i!["name"]!.ToString() == "Codes")!["uiHint"]!.ToString().ShouldBe("multitext");
        cascade["inputs"]!.AsArray().Single(i => i!["name"]!.ToString() == "Kinds")!["uiHint"]!.ToString().ShouldBe("checklist");

        var (first, more) = await OptionsAsync(designer, "HumanTask/options/Unit");
        (first.Count, first[0], first[1], more).ShouldBe((ReadDesignWorld.MostUnits + 2, "self", "owner", true));
        var (second, _) = await OptionsAsync(designer, "HumanTask/options/Unit?page=1");
        second.Count.ShouldBe(ReadDesignWorld.MostUnits);
        second.Intersect(first).ShouldBeEmpty();
        (await OptionsAsync(designer, "HumanTask/options/Unit?search=" + Uri.EscapeDataString("cơ sở thử 119999"))).Items.ShouldBe(["THU-119999"]);
        (await OptionsAsync(designer, "HumanTask/options/Unit?search=" + Uri.EscapeDataString("cong doan co so THU 119999"))).Items.ShouldBe(["THU-119999"], "marks and capitals do not matter");
        (await OptionsAsync(designer, "HumanTask/options/Unit?search=thu-119998")).Items.ShouldBe(["THU-119998"]);
        foreach (var sign in (string[])["%", ".*", "[", "(", "\\", "_"])
            (await OptionsAsync(designer, "HumanTask/options/Unit?search=" + Uri.EscapeDataString(sign))).Items.ShouldBeEmpty("a sign of the search is a letter like others");
        (await OptionsAsync(designer, "Cascade/options/Codes?search=CDYT-TB")).Items.ShouldBe(["CDYT-TB"]);
        (await OptionsAsync(designer, "HumanTask/options/Roles")).Items.ShouldContain("Chair");
        (await OptionsAsync(designer, "Cascade/options/Kinds")).Items.ShouldContain("GrassrootsUnion");
        using var wrong = await designer.PostAsJsonAsync("/elsa/api/descriptors/activities/Workflows.HumanTask/options/Unit?page=-1", new { });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var stored = await MeasureAsync("publish", designer.PostAsJsonAsync("/elsa/api/workflow-definitions", new { model = Asking("THU-77"), publish = true }));
        stored.StatusCode.ShouldBe(HttpStatusCode.OK, await stored.Content.ReadAsStringAsync());
        using var nowhere = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions", new { model = Asking("THU-0"), publish = true });
        nowhere.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await nowhere.Content.ReadAsStringAsync()).ShouldContain("THU-0");

        using var browser = await demo.BrowserAsync("thietke");
        using var panel = await MeasureAsync("the panel", browser.GetAsync(new Uri("/designer/panel/nhieu-don-vi", UriKind.Relative)));
        DemoInJanuary.Words(await panel.Content.ReadAsStringAsync()).ShouldContain("Công đoàn cơ sở thử 77");
        using var found = await MeasureAsync("units in the panel", browser.GetAsync(new Uri("/designer/panel/nhieu-don-vi?handler=Units&search=" + Uri.EscapeDataString("co so thu 11"), UriKind.Relative)));
        var words = DemoInJanuary.Words(await found.Content.ReadAsStringAsync());
        words.ShouldContain("THU-11 Công đoàn cơ sở thử 11");
        words.ShouldContain("Còn đơn vị khác");
        using var stranger = await demo.BrowserAsync("chutich.bvdkt");
        (await stranger.GetAsync(new Uri("/designer/panel/nhieu-don-vi?handler=Units&search=a", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "no designer");
    }

    private static JsonObject Asking(string unit)
    {
        static JsonObject Input(string type, JsonNode value) => new() { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = type, ["value"] = value } };
        return new JsonObject
        {
            ["definitionId"] = "nhieu-don-vi",
            ["name"] = "Nhiều đơn vị",
            ["root"] = new JsonObject
            {
                ["id"] = "so-do",
                ["type"] = "Elsa.Flowchart",
                ["version"] = 1,
                ["start"] = "viec",
                ["activities"] = new JsonArray(new JsonObject
                {
                    ["id"] = "viec",
                    ["type"] = "Workflows.HumanTask",
                    ["version"] = 1,
                    ["title"] = Input("Literal", "Góp ý"),
                    ["unit"] = Input("Literal", unit),
                    ["roles"] = Input("Object", "[\"Chair\"]"),
                }),
                ["connections"] = new JsonArray(),
            },
        };
    }

    private async Task<JsonNode> GetAsync(HttpClient client, string path)
    {
        using var answer = await MeasureAsync(path, client.GetAsync(new Uri("/elsa/api/" + path, UriKind.Relative)));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private async Task<(List<string> Items, bool HasMore)> OptionsAsync(HttpClient client, string path)
    {
        using var answer = await MeasureAsync("options " + path, client.PostAsJsonAsync("/elsa/api/descriptors/activities/Workflows." + path, new { context = new { } }));
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var list = body["items"]!["dropdown"]?["selectList"] ?? body["items"]!["checklist"]?["checkList"];
        return ([.. (list?["items"]!.AsArray() ?? []).Select(i => i!["value"]!.ToString())], body["hasMore"]?.GetValue<bool>() ?? false);
    }

    private async Task<HttpResponseMessage> MeasureAsync(string what, Task<HttpResponseMessage> asking)
    {
        var since = TimeProvider.System.GetTimestamp();
        var answer = await asking;
        var bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {TimeProvider.System.GetElapsedTime(since).TotalMilliseconds:0} ms, {bytes} bytes"));
        bytes.ShouldBeLessThan(Largest, what);
        return answer;
    }

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
