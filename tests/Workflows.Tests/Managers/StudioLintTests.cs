using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>What the lint means to those who publish over HTTP, and the panel that shows it beside the editor.</summary>
[Collection("demo in January")]
public sealed class StudioLintTests(DemoInJanuary demo)
{
    [Fact]
    public async Task Errors_keep_a_definition_a_draft_and_name_the_step()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var model = Model("lint-loi", Task("nop", "Nộp báo cáo", "Kaiser"));
        var saved = await PostAsync(designer, model, publish: false);
        saved.Status.ShouldBe(HttpStatusCode.OK);

        var refused = await PostAsync(designer, model, publish: true);

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Body["code"]!.ToString().ShouldBe("lint");
        refused.Body["errors"]!["nop"]![0]!.ToString().ShouldBe("“Nộp báo cáo”: không có chức vụ mã “Kaiser”.");
        (await LatestAsync(designer, "lint-loi"))["isPublished"]!.GetValue<bool>().ShouldBeFalse();
        (await PostAsync(designer, Model("lint-loi", Task("nop", "Nộp báo cáo", "Officer")), publish: true)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Warnings_are_confirmed_as_they_stand()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var model = Model("lint-canh-bao", Task("nop", "Nộp báo cáo", "Officer", "by 05-01"));

        var asked = await PostAsync(designer, model, publish: true);
        var code = asked.Body["confirm"]!.ToString();
        var other = await PostAsync(designer, model, publish: true, "0123456789abcdef");
        var published = await PostAsync(designer, model, publish: true, code);

        (asked.Status, asked.Body["code"]!.ToString()).ShouldBe((HttpStatusCode.Conflict, "confirm"));
        asked.Body["errors"]!["nop"]![0]!.ToString().ShouldContain("hạn 05/01/2020 đã qua");
        other.Status.ShouldBe(HttpStatusCode.Conflict);
        published.Status.ShouldBe(HttpStatusCode.OK);
        (await LatestAsync(designer, "lint-canh-bao"))["isPublished"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task An_import_with_errors_is_stored_and_not_published()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var document = Model("lint-nhap", Task("nop", "Nộp báo cáo", "Kaiser"));
        document["isPublished"] = true;

        var answer = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", document)).Content.ReadAsStringAsync())!;

        answer["isPublished"]!.GetValue<bool>().ShouldBeFalse();
        answer["warnings"]!.AsArray().ShouldContain(w => w!.ToString().Contains("Kaiser", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vi", "Người làm: Chuyên viên theo dõi, ở đơn vị của lượt chạy.", "Hạn: trước ngày 15/03/2020", "13/03/2020", "Nhắc việc:", "không có biểu mẫu “khong-co”")]
    [InlineData("en", "Done by: Case officer, at the instance's own unit.", "Limit: before 15/03/2020", "13/03/2020", "Reminders:", "there is no form 'khong-co'")]
    public async Task The_panel_says_who_by_when_with_the_dates_of_the_year(string language, params string[] said)
    {
        using var designer = await demo.BrowserAsync("thietke", language);
        using var program = await demo.ProgramAsync("thietke");
        var task = Task("nop", "Nộp báo cáo", "Officer", "before 15-03(+1)");
        task["form"] = Literal("khong-co");
        (await program.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Model("lint-bang-" + language, task))).EnsureSuccessStatusCode();

        var words = DemoInJanuary.Words(await designer.GetStringAsync(new Uri($"/designer/panel/lint-bang-{language}?year=2019", UriKind.Relative)));

        foreach (var part in said) words.ShouldContain(part);
    }

    [Fact]
    public async Task The_panel_is_for_readers_of_definitions_only()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        using var designer = await demo.BrowserAsync("thietke");

        ((int)(await officer.GetAsync(new Uri("/designer/panel/hoi-nghi-dien-hinh-tien-tien-co-so", UriKind.Relative))).StatusCode).ShouldBeOneOf(302, 403);
        (await designer.GetAsync(new Uri("/designer/panel/khong-co", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Descriptors_carry_the_choices_and_are_sent_once_while_they_are_the_same()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var first = await designer.GetAsync(new Uri("/elsa/api/descriptors/activities?Refresh=True", UriKind.Relative));
        var task = JsonNode.Parse(await first.Content.ReadAsStringAsync())!["items"]!.AsArray().First(a => a!["typeName"]!.ToString() == "Workflows.HumanTask")!;
        using var again = new HttpRequestMessage(HttpMethod.Get, "/elsa/api/descriptors/activities?Refresh=True");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        (await designer.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        Values(task, "Unit", "dropdown", "selectList").ShouldContain("CDYT-TB");
        Values(task, "Form", "dropdown", "selectList").ShouldContain("ke-hoach-hoi-nghi-co-so");
        Values(task, "Roles", "checklist", "checkList").ShouldContain("Officer");
        var options = await designer.PostAsJsonAsync("/elsa/api/descriptors/activities/Workflows.HumanTask/options/Deadline", new { context = new { } });
        (await options.Content.ReadAsStringAsync()).ShouldContain("before 01-01(+1)");
    }

    private static IEnumerable<string> Values(JsonNode activity, string input, string hint, string list) =>
        activity["inputs"]!.AsArray().First(i => i!["name"]!.ToString() == input)!["uiSpecifications"]![hint]![list]!["items"]!.AsArray().Select(i => i!["value"]!.ToString());

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(HttpClient client, JsonObject model, bool publish, string? confirm = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/workflow-definitions");
        request.Content = JsonContent.Create(new JsonObject { ["model"] = model.DeepClone(), ["publish"] = publish });
        if (confirm is not null) request.Headers.Add("Workflows-Confirm", confirm);
        var answer = await client.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private static async Task<JsonNode> LatestAsync(HttpClient client, string id) =>
        (await client.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-definitions/by-definition-id/{id}?versionOptions=Latest"))!;

    private static JsonObject Model(string id, JsonObject task) => new()
    {
        ["definitionId"] = id,
        ["name"] = id,
        ["root"] = new JsonObject { ["id"] = "so-do", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["activities"] = new JsonArray(task), ["connections"] = new JsonArray() },
    };

    private static JsonObject Task(string id, string title, string role, string? deadline = null)
    {
        var task = new JsonObject
        {
            ["id"] = id,
            ["type"] = "Workflows.HumanTask",
            ["version"] = 1,
            ["title"] = Literal(title),
            ["roles"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = $"[\"{role}\"]" } },
        };
        if (deadline is not null) task["deadline"] = Literal(deadline);
        return task;
    }

    private static JsonObject Literal(string text) => new() { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = text } };
}
