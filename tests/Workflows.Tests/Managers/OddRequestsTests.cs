using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>Members of another type, places that are not in a list, ids with a slash: told, or found, never passed over in silence.</summary>
[Collection("demo in January")]
public sealed class OddRequestsTests(DemoInJanuary demo)
{
    [Theory]
    [InlineData("""{"type":"Migrate","targetVersion":2,"mapping":["a","b"]}""", "mapping")]
    [InlineData("""{"type":"Migrate","targetVersion":2,"mapping":"a"}""", "mapping")]
    [InlineData("""{"type":"Migrate","targetVersion":2,"mapping":{"a":7}}""", "mapping")]
    [InlineData("""{"type":"Migrate","targetVersion":1.5}""", "targetVersion")]
    [InlineData("""{"type":"Migrate","targetVersion":{"a":1}}""", "targetVersion")]
    [InlineData("""{"type":"ModifyVariable","variableId":7,"value":1}""", "variableId")]
    [InlineData("""{"type":"CancelActivity","activityInstanceId":["x"],"activityId":"cho"}""", "activityInstanceId")]
    [InlineData("""{"type":"ScheduleActivity","activityId":true}""", "activityId")]
    public async Task An_alteration_with_a_member_of_another_type_is_refused_by_name(string alteration, string member)
    {
        using var operators = await demo.ProgramAsync("quantri");
        var body = JsonNode.Parse($$"""
            {"workflowInstanceIds":["{{Guid.NewGuid()}}"],"filter":{"definitionIds":["x"]},"alterations":[{"type":"Cancel"},{{alteration}}]}
            """)!;
        foreach (var path in (string[])["run", "submit"])
        {
            var answer = await operators.PostAsJsonAsync($"/elsa/api/alterations/{path}", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject().Select(e => e.Key).ShouldBe([$"alterations[1].{member}"]);
        }
    }

    [Fact]
    public async Task Only_so_many_alterations_come_in_one_request()
    {
        using var operators = await demo.ProgramAsync("quantri");
        var many = new JsonArray([.. Enumerable.Range(0, 101).Select(_ => (JsonNode)new JsonObject { ["type"] = "Cancel" })]);
        (await operators.PostAsJsonAsync("/elsa/api/alterations/run", new JsonObject { ["workflowInstanceIds"] = new JsonArray(Guid.NewGuid().ToString()), ["alterations"] = many })).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("/api/incidents?after=khong-phai", HttpStatusCode.BadRequest)]
    [InlineData("/api/incidents?after=11111111-1111-1111-1111-111111111111", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/api/outbox?after=x", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/api/tasks?after=x", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/api/instances/INSTANCE/journal?before=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/api/instances/INSTANCE/journal?before=x", HttpStatusCode.BadRequest)]
    [InlineData("/elsa/api/workflow-instances/INSTANCE/journal?skip=x", HttpStatusCode.BadRequest)]
    [InlineData("/elsa/api/workflow-instances/INSTANCE/journal?take=-1", HttpStatusCode.BadRequest)]
    [InlineData("/elsa/api/workflow-instances/INSTANCE/journal?page=99999999999", HttpStatusCode.BadRequest)]
    [InlineData("/elsa/api/workflow-instances/INSTANCE/journal?skip=0&take=5", HttpStatusCode.OK)]
    [InlineData("/elsa/api/workflow-definitions?page=x", HttpStatusCode.BadRequest)]
    public async Task A_place_that_is_not_in_a_list_is_told(string path, HttpStatusCode expected)
    {
        using var operators = await demo.ProgramAsync("quantri");
        var some = (await operators.GetFromJsonAsync<JsonNode>("/elsa/api/workflow-instances?pageSize=1"))!["items"]![0]!["id"]!.ToString();
        var answer = await operators.GetAsync(At(path.Replace("INSTANCE", some, StringComparison.Ordinal)));
        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Also an id that holds the text <c>%2F</c>: it is another one.</summary>
    [Theory]
    [InlineData("quý 1/2020?")]
    [InlineData("quý 1%2F2020?")]
    [InlineData("a//b%/ # +é")]
    public async Task What_has_a_slash_in_its_id_is_found(string id)
    {
        using var designer = await demo.ProgramAsync("thietke");
        var made = StudioTests.Waiting(id, "cho-" + id);
        made["name"] = "tên " + id;
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", made)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var escaped = Uri.EscapeDataString(id);
        var read = await designer.GetAsync(At($"/elsa/api/workflow-definitions/by-definition-id/{escaped}"));
        (read.StatusCode, JsonNode.Parse(await read.Content.ReadAsStringAsync())!["definitionId"]!.ToString()).ShouldBe((HttpStatusCode.OK, id));
        var started = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{escaped}/execute", new { });
        started.StatusCode.ShouldBe(HttpStatusCode.OK);

        var plan = new JsonObject
        {
            ["id"] = id,
            ["filter"] = new JsonObject { ["definitionIds"] = new JsonArray(id) },
            ["alterations"] = new JsonArray(new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "khong-co" }),
        };
        (await designer.PostAsJsonAsync("/elsa/api/alterations/submit", plan)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var found = await designer.GetAsync(At($"/elsa/api/alterations/{escaped}"));
        (found.StatusCode, JsonNode.Parse(await found.Content.ReadAsStringAsync())!["plan"]!["id"]!.ToString()).ShouldBe((HttpStatusCode.OK, id));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("submit")]
    public async Task A_plan_has_no_id_that_no_address_can_hold(string id)
    {
        using var designer = await demo.ProgramAsync("thietke");
        var plan = new JsonObject { ["id"] = id, ["filter"] = new JsonObject { ["definitionIds"] = new JsonArray("x") }, ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Cancel" }) };
        (await designer.PostAsJsonAsync("/elsa/api/alterations/submit", plan)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Uri At(string path) => new(path, UriKind.Relative);
}
