using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Running;

namespace Workflows.Tests.Managers;

/// <summary>What Studio's four screens ask for, with the members that they read: descriptors, versions, executions, figures, bulk actions.</summary>
[Collection("demo in January")]
public sealed class StudioScreensTests(DemoInJanuary demo)
{
    [Theory]
    [InlineData("expression-descriptors", "type", "Literal,Object,Json,Variable,Input,JavaScript")]
    [InlineData("storage-drivers", "typeName", "WorkflowInstanceStorageDriver,MemoryStorageDriver")]
    [InlineData("workflow-activation-strategies", "typeName", "AllowAlwaysStrategy,SingletonStrategy,CorrelationStrategy,CorrelatedSingletonStrategy")]
    [InlineData("incident-strategies", "typeName", "FaultStrategy,ContinueWithIncidentsStrategy")]
    [InlineData("log-persistence-strategies", "typeName", "Inherit,Include")]
    [InlineData("commit-strategies/workflows", "name", "")]
    [InlineData("commit-strategies/activities", "name", "")]
    [InlineData("output-converters?sourceType=String&destinationType=Object", "id", "")]
    public async Task Descriptors_list_what_may_be_chosen(string path, string member, string names)
    {
        using var reader = await demo.ProgramAsync("thietke");
        var answer = await GetAsync(reader, "descriptors/" + path);
        answer["items"]!.AsArray().Select(i => i![member]!.ToString()).ShouldBe(names.Split(',', StringSplitOptions.RemoveEmptyEntries));
        foreach (var item in answer["items"]!.AsArray()) item!["displayName"]!.ToString().ShouldNotBeEmpty();
        using var stranger = await demo.ProgramAsync("chutich.bvdkt");
        (await stranger.GetAsync(new Uri("/elsa/api/descriptors/" + path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_code_editor_knows_variables_and_inputs_by_their_types()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var model = Definition("kieu");
        model["variables"] = new JsonArray(new JsonObject { ["id"] = "v1", ["name"] = "SoLuong", ["typeName"] = "Int32" });
        model["inputs"] = new JsonArray(new JsonObject { ["name"] = "MaDon", ["type"] = "String", ["displayName"] = "Mã" });
        await ImportAsync(designer, model);
        using var answer = await designer.PostAsJsonAsync("/elsa/api/scripting/javascript/type-definitions/kieu", new { workflowDefinitionId = "kieu", activityTypeName = "Elsa.WriteLine", propertyName = "Text" });
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        foreach (var word in (string[])["SoLuong", "number", "MaDon", "string", "getVariable"]) text.ShouldContain(word);
    }

    [Fact]
    public async Task Features_version_and_types_of_variables_are_said()
    {
        using var reader = await demo.ProgramAsync("thietke");
        (await GetAsync(reader, "features/installed"))["items"]![0]!["fullName"]!.ToString().ShouldBe("Elsa.RealTimeWorkflowUpdates");
        (await GetAsync(reader, "features/installed/Elsa.RealTimeWorkflowUpdates"))["name"]!.ToString().ShouldBe("RealTimeWorkflowUpdates");
        (await reader.GetAsync(new Uri("/elsa/api/features/installed/Elsa.Secrets", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(reader, "package/version"))["packageVersion"]!.ToString().ShouldBe("3.8.2");
        (await GetAsync(reader, "descriptors/variables"))["items"]!.AsArray().Select(i => i!["typeName"]!.ToString()).ShouldContain("Int32");
    }

    [Fact]
    public async Task The_inspector_of_the_HTTP_activities_offers_what_may_be_chosen()
    {
        using var reader = await demo.ProgramAsync("thietke");
        var endpoint = await GetAsync(reader, "descriptors/activities/Elsa.HttpEndpoint");
        (endpoint["kind"]!.ToString(), endpoint["category"]!.ToString(), endpoint["displayName"]!.ToString()).ShouldBe(("Trigger", "HTTP", "Nhận yêu cầu HTTP"));
        Choices(endpoint, "SupportedMethods", "checklist", "checkList").ShouldBe(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]);
        var answer = await GetAsync(reader, "descriptors/activities/Elsa.WriteHttpResponse");
        Choices(answer, "ContentType", "dropdown", "selectList").ShouldBe(["", "application/json", "text/plain", "text/csv"]);
        Choices(answer, "StatusCode", "dropdown", "selectList").ShouldContain("NotFound");

        static IEnumerable<string> Choices(JsonNode activity, string input, string hint, string list) =>
            activity["inputs"]!.AsArray().Single(i => i!["name"]!.ToString() == input)!["uiSpecifications"]![hint]![list]!["items"]!.AsArray().Select(i => i!["value"]!.ToString());
    }

    [Fact]
    public async Task Versions_are_found_by_their_own_ids_and_counted_and_one_is_deleted()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var first = await ImportAsync(designer, Definition("ban-1"));
        var changed = Definition("ban-1");
        changed["description"] = "khác";
        var second = await ImportAsync(designer, changed);
        var (one, two) = (first["id"]!.ToString(), second["id"]!.ToString());

        var many = await GetAsync(designer, $"workflow-definitions/many-by-id?ids={one}&ids={two}&ids=khong-co");
        many["items"]!.AsArray().Select(i => i!["id"]!.ToString()).ShouldBe([one, two], ignoreOrder: true);
        many["items"]![0]!["root"]!["type"]!.ToString().ShouldBe("Elsa.Flowchart");
        (await GetAsync(designer, "workflow-definitions/query/count"))["count"]!.GetValue<int>().ShouldBe((await GetAsync(designer, "workflow-definitions?versionOptions=Latest"))["totalCount"]!.GetValue<int>());
        (await designer.DeleteAsync(new Uri("/elsa/api/workflow-definitions/ban-1/version/9", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await designer.DeleteAsync(new Uri("/elsa/api/workflow-definitions/ban-1/version/1", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await GetAsync(designer, "workflow-definitions/ban-1/versions"))["items"]!.AsArray().Select(i => i!["version"]!.GetValue<int>()).ShouldBe([2]);
        using var bulk = await designer.PostAsJsonAsync("/elsa/api/bulk-actions/delete/workflow-definitions/by-id", new { ids = new[] { two } });
        JsonNode.Parse(await bulk.Content.ReadAsStringAsync())!["deleted"]!.GetValue<int>().ShouldBe(1);
        (await designer.GetAsync(new Uri("/elsa/api/workflow-definitions/ban-1", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_designer_goes_into_what_is_embedded()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var version = (await ImportAsync(designer, Definition("long")))["id"]!.ToString();
        var graph = await GetAsync(designer, $"workflow-definitions/subgraph/{version}?parentNodeId=Workflow1:so-do:neu");
        (graph["nodeId"]!.ToString(), graph["activity"]!["type"]!.ToString()).ShouldBe(("Workflow1:so-do:neu", "Elsa.If"));
        (graph["children"]![0]!["activity"]!["id"]!.ToString(), graph["children"]![0]!["port"]!.ToString()).ShouldBe(("trong", "Then"));
        var way = await GetAsync(designer, $"workflow-definitions/subgraph/segments/{version}?childNodeId=Workflow1:so-do:neu:trong");
        way["childNode"]!["activity"]!["id"]!.ToString().ShouldBe("trong");
        way["container"]!["activity"]!["id"]!.ToString().ShouldBe("neu");
        way["pathSegments"]!.AsArray().Select(s => $"{s!["activityId"]}.{s["portName"]}").ShouldBe(["so-do.Activities", "neu.Then"]);
        (await designer.GetAsync(new Uri($"/elsa/api/workflow-definitions/subgraph/{version}?parentNodeId=x", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_viewer_reads_executions_figures_and_where_the_instance_stands()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, Definition("xem"));
        var id = await RunAsync(designer, "xem");

        (await GetAsync(designer, $"workflow-instances/{id}/execution-state"))["workflowSubStatus"]!.ToString().ShouldBe("Suspended");
        var all = (await GetAsync(designer, $"activity-executions/list?workflowInstanceId={id}"))["items"]!.AsArray();
        all.Select(e => e!["activityId"]!.ToString()).ShouldBe(["Workflow1", "so-do", "dong", "cho"]);
        (await GetAsync(designer, $"activity-execution-summaries/list?workflowInstanceId={id}&completed=true"))["items"]!.AsArray().Select(e => e!["activityId"]!.ToString()).ShouldBe(["dong"]);
        (await GetAsync(designer, $"activity-executions/list?workflowInstanceId={id}&activityNodeId=Workflow1:so-do:cho"))["items"]!.AsArray().Single()!["hasBookmarks"]!.GetValue<bool>().ShouldBeTrue();
        (await GetAsync(designer, $"activity-executions/count?workflowInstanceId={id}"))["count"]!.GetValue<int>().ShouldBe(4);
        var waiting = all.Single(e => e!["activityId"]!.ToString() == "cho")!;
        (waiting["status"]!.ToString(), waiting["activityState"]!["EventName"]!.ToString(), waiting["activityType"]!.ToString()).ShouldBe(("Running", "xem", "Elsa.Event"));
        foreach (var path in (string[])[$"activity-executions/{waiting["id"]}", $"activity-executions/by-id?id={waiting["id"]}"])
            JsonNode.DeepEquals(await GetAsync(designer, path), waiting).ShouldBeTrue(path);
        var stack = await GetAsync(designer, $"activity-executions/{waiting["id"]}/call-stack");
        stack["items"]!.AsArray().Select(e => $"{e!["callStackDepth"]} {e["activityId"]}").ShouldBe(["0 Workflow1", "1 so-do", "2 cho"]);

        using var asked = await designer.PostAsJsonAsync("/elsa/api/activity-executions/report", new { workflowInstanceId = id, activityNodeIds = new[] { "Workflow1:so-do:cho", "Workflow1:so-do:dong" } });
        var stats = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!["stats"]!.AsArray().ToDictionary(s => s!["activityId"]!.ToString(), s => s!);
        (stats["cho"]["startedCount"]!.GetValue<int>(), stats["cho"]["completedCount"]!.GetValue<int>(), stats["cho"]["isBlocked"]!.GetValue<bool>(), stats["cho"]["isFaulted"]!.GetValue<bool>()).ShouldBe((1, 0, true, false));
        (stats["dong"]["completedCount"]!.GetValue<int>(), stats["dong"]["isBlocked"]!.GetValue<bool>()).ShouldBe((1, false));
        (await GetAsync(designer, $"workflow-instances/{id}/journal/dong"))["eventName"]!.ToString().ShouldBe("Completed");
        (await designer.GetAsync(new Uri($"/elsa/api/workflow-instances/{id}/journal/khong-co", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await designer.GetAsync(new Uri($"/elsa/api/activity-executions/{Guid.NewGuid():N}.x", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Instances_are_listed_by_every_filter()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, Definition("loc"));
        var id = await RunAsync(designer, "loc", "mot");
        await RunAsync(designer, "loc", "hai");
        await designer.PostAsJsonAsync($"/elsa/api/cancel/workflow-instances/{id}", new { });
        foreach (var (filter, count) in new[]
        {
            ("""{}""", 2), ("""{"statuses":["Running"]}""", 1), ("""{"status":"Finished"}""", 1), ("""{"subStatuses":["Cancelled","Faulted"]}""", 1), ("""{"correlationId":"hai"}""", 1),
            ("""{"searchTerm":"mot"}""", 1), ("""{"hasIncidents":true}""", 0), ("""{"version":1}""", 2), ("""{"version":2}""", 0), ("""{"isSystem":true}""", 0),
            ("""{"timestampFilters":[{"column":"CreatedAt","operator":"GreaterThanOrEqual","timestamp":"2019-01-01T00:00:00Z"}]}""", 2),
            ("""{"timestampFilters":[{"column":"CreatedAt","operator":"LessThan","timestamp":"2019-01-01T00:00:00Z"}]}""", 0),
        })
        {
            var body = (JsonObject)JsonNode.Parse(filter)!;
            (body["definitionIds"], body["page"], body["pageSize"], body["orderBy"], body["orderDirection"]) = (new JsonArray("loc"), 0, 10, "Created", "Descending");
            using var answer = await designer.PostAsJsonAsync("/elsa/api/workflow-instances", body);
            var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            (found["totalCount"]!.GetValue<int>(), found["items"]!.AsArray().Count).ShouldBe((count, count), filter);
        }

        using var wrong = await designer.PostAsJsonAsync("/elsa/api/workflow-instances", (JsonObject)JsonNode.Parse("""{"timestampFilters":[{"column":"Other","operator":"Is","timestamp":"x"}]}""")!);
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Many_are_started_cancelled_and_taken_out_of_the_lists()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, Definition("nhieu"));
        using var started = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/nhieu/bulk-dispatch", new { count = 3 });
        var ids = JsonNode.Parse(await started.Content.ReadAsStringAsync())!["workflowInstanceIds"]!.AsArray().Select(i => i!.ToString()).ToArray();
        ids.Length.ShouldBe(3);
        foreach (var id in ids) await demo.App.Services.GetRequiredService<Runner>().RunNowAsync(Guid.Parse(id));

        (await PostAsync(designer, "bulk-actions/delete/workflow-instances/by-id", new { ids })).Status.ShouldBe(HttpStatusCode.Conflict, "they run");
        (await PostAsync(designer, "bulk-actions/cancel/workflow-instances", new { ids = ids[..1], definitionVersionId = (string?)null, definitionId = (string?)null, versionOptions = (string?)null })).Answer["cancelledCount"]!.GetValue<int>().ShouldBe(1);
        (await PostAsync(designer, "bulk-actions/cancel/workflow-instances", new { ids = ids[..1] })).Status.ShouldBe(HttpStatusCode.Conflict, "it is over");
        (await PostAsync(designer, "bulk-actions/cancel/workflow-instances", new { ids = (string[]?)null, definitionId = "nhieu" })).Answer["cancelledCount"]!.GetValue<int>().ShouldBe(2);
        (await PostAsync(designer, "bulk-actions/cancel/workflow-instances", new { })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(designer, "bulk-actions/delete/workflow-instances", new { ids = ids[..1] })).Answer["deleted"]!.GetValue<int>().ShouldBe(1);
        (await PostAsync(designer, "bulk-actions/delete/workflow-instances/by-id", new { ids = ids[1..] })).Answer["deleted"]!.GetValue<int>().ShouldBe(2);
        (await PostAsync(designer, "bulk-actions/delete/workflow-instances/by-id", new { ids })).Status.ShouldBe(HttpStatusCode.NotFound, "nothing is left to delete");
        (await PostAsync(designer, "workflow-instances", new { definitionIds = new[] { "nhieu" } })).Answer["totalCount"]!.GetValue<int>().ShouldBe(0);
        foreach (var count in (object[])[0, -1, 100_000, "x"])
            (await PostAsync(designer, "workflow-definitions/nhieu/bulk-dispatch", new { count })).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_has_failed_goes_on_by_a_retry()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var model = Definition("thu-lai");
        model["variables"] = new JsonArray(new JsonObject { ["id"] = "loi", ["name"] = "Loi", ["typeName"] = "Boolean", ["value"] = "true", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" });
        model["root"]!["activities"]![0]!["text"]!["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "if (getVariable('Loi')) throw new Error('hỏng'); 'x'" };
        await ImportAsync(designer, model);
        using var run = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/thu-lai/execute", new { });
        run.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var id = run.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        var body = new { workflowInstanceIds = new[] { id } };

        (await PostAsync(designer, "alterations/workflows/retry", body)).Answer["results"]![0]!["isSuccessful"]!.GetValue<bool>().ShouldBeTrue();
        (await GetAsync(designer, $"workflow-instances/{id}"))["subStatus"]!.ToString().ShouldBe("Faulted", "its cause still stands");
        (await PostAsync(designer, "alterations/workflows/retry", new { workflowInstanceIds = new[] { "x" } })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(designer, "alterations/workflows/retry", new { workflowInstanceIds = new[] { Guid.NewGuid() } })).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    private static async Task<JsonNode> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri("/elsa/api/" + path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync("/elsa/api/" + path, body);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private static async Task<JsonNode> ImportAsync(HttpClient designer, JsonObject model)
    {
        using var answer = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", model);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<string> RunAsync(HttpClient designer, string definition, string? correlationId = null)
    {
        using var run = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{definition}/execute", new { correlationId });
        run.IsSuccessStatusCode.ShouldBeTrue(await run.Content.ReadAsStringAsync());
        return run.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    /// <summary>A line, a wait for an event called like the definition, and an If with a line inside.</summary>
    private static JsonObject Definition(string id)
    {
        static JsonObject Way(string from, string to) => new()
        {
            ["source"] = new JsonObject { ["activity"] = from, ["port"] = "Done" },
            ["target"] = new JsonObject { ["activity"] = to, ["port"] = "In" },
        };
        static JsonObject Step(string id, string type, string input, string value) =>
            new() { ["id"] = id, ["type"] = type, ["version"] = 1, [input] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } } };
        var inner = Step("neu", "Elsa.If", "condition", "true");
        inner["then"] = Step("trong", "Elsa.WriteLine", "text", "b");
        return new JsonObject
        {
            ["definitionId"] = id,
            ["name"] = id,
            ["isPublished"] = true,
            ["root"] = new JsonObject
            {
                ["id"] = "so-do",
                ["type"] = "Elsa.Flowchart",
                ["version"] = 1,
                ["activities"] = new JsonArray(Step("dong", "Elsa.WriteLine", "text", "a"), Step("cho", "Elsa.Event", "eventName", id), inner),
                ["connections"] = new JsonArray(Way("dong", "cho"), Way("cho", "neu")),
            },
        };
    }
}
