using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>Elsa's paths to bring definitions in and run them from outside.</summary>
[Collection("demo in January")]
public sealed class StudioTests(DemoInJanuary demo)
{
    [Fact]
    public async Task A_definition_is_imported_executed_and_read_back()
    {
        using var designer = await demo.ProgramAsync("thietke");

        var imported = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Waiting("cho-mot-viec"))).Content.ReadAsStringAsync())!;
        var executed = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/cho-mot-viec/execute", new { correlationId = "PO-77" });
        var state = JsonNode.Parse(await executed.Content.ReadAsStringAsync())!["workflowState"]!;
        var id = executed.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        var instance = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!;
        var journal = JsonNode.Parse(await (await designer.PostAsJsonAsync($"/elsa/api/workflow-instances/{id}/journal", new { page = 0, pageSize = 2 })).Content.ReadAsStringAsync())!;

        (imported["version"]!.GetValue<int>(), imported["isPublished"]!.GetValue<bool>()).ShouldBe((1, true));
        executed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (state["status"]!.ToString(), state["subStatus"]!.ToString(), state["correlationId"]!.ToString()).ShouldBe(("Running", "Suspended", "PO-77"));
        state["bookmarks"]!.AsArray().Single()!["name"]!.ToString().ShouldBe("Elsa.Event");
        state["bookmarks"]![0]!["activityId"]!.ToString().ShouldBe("cho");
        instance["id"]!.ToString().ShouldBe(id);
        instance["workflowState"]!["definitionVersion"]!.GetValue<int>().ShouldBe(1);
        journal["items"]!.AsArray().Count.ShouldBe(2);
        journal["totalCount"]!.GetValue<int>().ShouldBeGreaterThan(2);
        journal["items"]![0]!["sequence"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public async Task An_event_resumes_what_waits_and_says_how_many()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Waiting("cho-goi", "goi-mot-lan"));
        var dispatched = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/cho-goi/dispatch", new { })).Content.ReadAsStringAsync())!;
        var id = dispatched["workflowInstanceId"]!.ToString();
        (await designer.PostAsJsonAsync("/elsa/api/events/khong-ai-doi/trigger", new { })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        // Dispatched, not run: the event comes first and is kept for the wait, or finds it; both end the instance.
        var answer = await designer.PostAsJsonAsync("/elsa/api/events/goi-mot-lan/trigger", new { });
        await demo.SettleAsync(id);

        ((int)answer.StatusCode).ShouldBeOneOf(200, 202);
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["subStatus"]!.ToString().ShouldBe("Finished");
    }

    [Fact]
    public async Task A_startable_event_starts_the_published_version_only()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Waiting("bat-dau", "co-don", startable: true));
        await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Waiting("bat-dau", "co-don-moi", startable: true));

        var old = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/events/co-don/trigger", new { })).Content.ReadAsStringAsync())!;
        var started = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/events/co-don-moi/trigger", new { })).Content.ReadAsStringAsync())!;

        old["started"]!.GetValue<int>().ShouldBe(0);
        started["started"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_published_version_never_changes_and_a_draft_is_overwritten()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var versions = new List<int>();
        foreach (var publish in (bool[])[true, false, false, true])
        {
            var document = Waiting("ban-nhap", $"su-kien-{versions.Count}");
            document["isPublished"] = publish;
            var answer = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", document)).Content.ReadAsStringAsync())!;
            versions.Add(answer["version"]!.GetValue<int>());
        }

        versions.ShouldBe([1, 2, 2, 2]);
    }

    [Fact]
    public async Task What_cannot_be_read_names_its_place_and_strangers_are_refused()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var nobody = await demo.ProgramAsync();
        var broken = Waiting("hong");
        broken["root"] = 5;

        var refused = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", broken);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["errors"]!.AsObject().Count.ShouldBeGreaterThan(0);
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/khong-co/execute", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await officer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", broken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await nobody.PostAsJsonAsync("/elsa/api/workflow-definitions/import", broken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>A definition that waits for one event.</summary>
    internal static JsonObject Waiting(string definitionId, string eventName = "tiep-tuc", bool startable = false) => new()
    {
        ["definitionId"] = definitionId,
        ["name"] = definitionId,
        ["isPublished"] = true,
        ["isLatest"] = true,
        ["root"] = new JsonObject
        {
            ["type"] = "Elsa.Sequence",
            ["id"] = "chuoi",
            ["version"] = 1,
            ["activities"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Elsa.Event",
                    ["id"] = "cho",
                    ["version"] = 1,
                    ["eventName"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = eventName } },
                    ["customProperties"] = new JsonObject { ["canStartWorkflow"] = startable },
                },
                new JsonObject
                {
                    ["type"] = "Elsa.WriteLine",
                    ["id"] = "viet",
                    ["version"] = 1,
                    ["text"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = "xong" } },
                }),
        },
    };
}
