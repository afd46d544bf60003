using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Running;

namespace Workflows.Tests.Managers;

/// <summary>The endpoints of the contract that change one instance or many from outside: variables, files, a wait's token, plans, the Test tab.</summary>
[Collection("demo in January")]
public sealed class StudioContractTests(DemoInJanuary demo)
{
    [Fact]
    public async Task Variables_are_set_as_a_whole_and_read_back()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var id = await RunAsync(designer, "dat-bien");
        var address = $"/elsa/api/workflow-instances/{id}/variables";

        (await PostAsync(designer, address, new JsonObject { ["variables"] = new JsonArray(Variable("so", 8), Variable("khong-co", 1)) })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await ValueAsync(designer, address, "so"))!.ToString().ShouldBe("7", "one that is wrong keeps all as they were");
        var (status, answer) = await PostAsync(designer, address, new JsonObject { ["variables"] = new JsonArray(Variable("so", 8), Variable("chu", "xin chào")) });

        status.ShouldBe(HttpStatusCode.OK);
        answer["items"]!.AsArray().Where(v => v!["value"] is not null).Select(v => v!["value"]!.ToString()).ShouldBe(["8", "xin chào"]);
        (await ValueAsync(designer, address, "chu"))!.ToString().ShouldBe("xin chào");
        (await PostAsync(designer, address, [])).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(designer, address, new JsonObject { ["variables"] = new JsonArray(Variable("tam", "x")) })).Status.ShouldBe(HttpStatusCode.BadRequest, "it would be forgotten at once");
        (await PostAsync(designer, $"/elsa/api/workflow-instances/{Guid.NewGuid()}/variables", new JsonObject { ["variables"] = new JsonArray(Variable("so", 8)) })).Status.ShouldBe(HttpStatusCode.NotFound);
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        (await PostAsync(officer, address, new JsonObject { ["variables"] = new JsonArray(Variable("so", 9)) })).Status.ShouldBe(HttpStatusCode.Forbidden);
        await designer.PostAsJsonAsync($"/elsa/api/cancel/workflow-instances/{id}", new { });
        (await PostAsync(designer, address, new JsonObject { ["variables"] = new JsonArray(Variable("so", 9)) })).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_masked_value_that_comes_back_is_not_taken_for_the_value()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var administrator = await demo.ProgramAsync("quantri");
        var id = await RunAsync(designer, "bien-che");
        var address = $"/elsa/api/workflow-instances/{id}/variables";

        (await ValueAsync(administrator, address, "so"))!.ToString().ShouldBe("***");
        (await PostAsync(administrator, address, new JsonObject { ["variables"] = new JsonArray(Variable("so", "***")) })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await ValueAsync(designer, address, "so"))!.ToString().ShouldBe("7");
    }

    [Fact]
    public async Task An_exported_instance_goes_on_where_it_is_imported()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var id = await RunAsync(designer, "don-nha");
        await PostAsync(designer, $"/elsa/api/workflow-instances/{id}/variables", new JsonObject { ["variables"] = new JsonArray(Variable("so", 42)) });
        var file = await designer.GetByteArrayAsync(new Uri($"/elsa/api/workflow-instances/{id}/export", UriKind.Relative));
        var written = JsonNode.Parse(file)!;
        written["workflowState"]!["bookmarks"]!.AsArray().Count.ShouldBe(1);
        written["workflowExecutionLogRecords"]!.AsArray().Count.ShouldBeGreaterThan(2);

        (await UploadAsync(designer, file)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "it is here already");
        await ForgetAsync(id);
        var (status, answer) = await UploadAsync(designer, file);

        status.ShouldBe(HttpStatusCode.OK, answer.ToJsonString());
        answer["count"]!.GetValue<int>().ShouldBe(1);
        (await ValueAsync(designer, $"/elsa/api/workflow-instances/{id}/variables", "so"))!.ToString().ShouldBe("42");
        (await PostAsync(designer, "/elsa/api/events/don-nha/trigger", [])).Answer["resumed"]!.GetValue<int>().ShouldBe(1);
        await demo.SettleAsync($"{id}");
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["subStatus"]!.ToString().ShouldBe("Finished");
        (await demo.App.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull("its journal explains its state");
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_before_anything_is_written()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var id = await RunAsync(designer, "khong-khop");
        var file = JsonNode.Parse(await designer.GetByteArrayAsync(new Uri($"/elsa/api/workflow-instances/{id}/export", UriKind.Relative)))!;
        await ForgetAsync(id);
        foreach (var (spoil, words) in new (Action<JsonNode> Spoil, string Words)[]
        {
            (f => f["instance"]!["definitionVersionId"] = "khac", "is not here"),
            (f => f["instance"]!["content"] = "00", "another one"),
            (f => f["instance"]!["unit"] = "KHONG-CO", "no unit"),
            (f => f["instance"]!["parentId"] = Guid.NewGuid().ToString(), "child"),
            (f => f["instance"]!["pendingEvents"] = 1, "Events were waiting"),
            (f => f["instance"]!["state"]!["contexts"] = 5, "cannot be read"),
            (f => f["instance"]!["state"]!["contexts"]![1]!["nodeId"] = "x", "does not fit"),
            (f => f["instance"]!["state"]!["bookmarks"]![0]!.AsObject().Remove("hash"), "waits for a task"),
            (f => f["instance"]!["state"]!["queue"] = new JsonArray((JsonNode?)null), "empty place"),
            (f => f["instance"]!["state"]!["contexts"]!.AsArray().Add(null), "empty place"),
            (f => f["instance"]!["state"]!["bookmarks"]!.AsArray().Add(f["instance"]!["state"]!["bookmarks"]![0]!.DeepClone()), "have one id"),
            (f => f.AsObject().Remove("instance"), "It lacks"),
        })
        {
            var copy = file.DeepClone();
            spoil(copy);
            var (status, answer) = await UploadAsync(designer, Encoding.UTF8.GetBytes(copy.ToJsonString()), "en");
            status.ShouldBe(HttpStatusCode.UnprocessableEntity, words);
            answer["errors"]!["instance.json"]!.ToJsonString().ShouldContain(words);
        }

        foreach (var broken in (string[])["""{"\ud800":1}""", """{"instance":{"state":{"\udc00":1}}}""", """{"instance":{"unit":"a\u0000"}}""", """{"instance":{},"instance":{}}""", """{"instance":{"pendingEvents":1e999}}"""])
            (await UploadAsync(designer, Encoding.UTF8.GetBytes(broken), "en")).Answer["errors"]!["instance.json"]!.ToJsonString().ShouldContain("half a letter", Case.Sensitive, broken);
        (await UploadAsync(designer, "[]"u8.ToArray())).Status.ShouldBe(HttpStatusCode.BadRequest);
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        (await UploadAsync(officer, Encoding.UTF8.GetBytes(file.ToJsonString()))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await ScalarAsync<long>("select count(*) from instance where id = $1", id)).ShouldBe(0);
    }

    [Fact]
    public async Task Several_instances_travel_as_a_zip_and_masked_ones_do_not()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var administrator = await demo.ProgramAsync("quantri");
        Guid[] ids = [await RunAsync(designer, "goi-1"), await RunAsync(designer, "goi-2")];
        var body = new JsonObject { ["ids"] = new JsonArray([.. ids.Select(i => JsonValue.Create(i.ToString()))]) };

        var zip = await designer.PostAsJsonAsync("/elsa/api/bulk-actions/export/workflow-instances", body);
        zip.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        var bytes = await zip.Content.ReadAsByteArrayAsync();
        foreach (var id in ids) await ForgetAsync(id);
        (await UploadAsync(designer, bytes, name: "instances.zip")).Answer["count"]!.GetValue<int>().ShouldBe(2);

        (await administrator.GetAsync(new Uri($"/elsa/api/workflow-instances/{ids[0]}/export", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await administrator.PostAsJsonAsync("/elsa/api/bulk-actions/export/workflow-instances", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_token_resumes_its_wait_once_without_an_account()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var nobody = await demo.ProgramAsync();
        var id = await RunAsync(designer, "mot-lan");
        var bookmark = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["workflowState"]!["bookmarks"]![0]!["id"]!.ToString();
        var (made, token) = await PostAsync(designer, $"/elsa/api/workflow-instances/{id}/bookmarks/{bookmark}/token", new JsonObject { ["minutes"] = 5 });
        made.ShouldBe(HttpStatusCode.Created);
        var address = new Uri(token["url"]!.ToString()).PathAndQuery;

        (await PostAsync(nobody, "/elsa/api/bookmarks/resume?t=abc", [])).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(nobody, address + "x", [])).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using (var broken = new StringContent("{", Encoding.UTF8, "application/json"))
        {
            (await nobody.PostAsync(new Uri("/elsa/api/bookmarks/resume?t=abc", UriKind.Relative), broken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "the token comes before the body");
        }

        using (var broken = new StringContent("{", Encoding.UTF8, "application/json"))
        {
            (await nobody.PostAsync(new Uri(address, UriKind.Relative), broken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        var (status, answer) = await PostAsync(nobody, address, new JsonObject { ["input"] = new JsonObject { ["__EventPayloadWorkflowInput"] = 5 } });
        ((int)status).ShouldBeOneOf(200, 202);
        answer["workflowInstanceId"]!.ToString().ShouldBe(id.ToString());
        await demo.App.Services.GetRequiredService<Runner>().RunNowAsync(id);
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["subStatus"]!.ToString().ShouldBe("Finished");
        (await nobody.GetAsync(new Uri(address, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await ScalarAsync<long>("select count(*) from audit where instance_id = $1 and action = 'bookmark.entrust'", id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_for_those_who_operate_and_for_waits_that_stand()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var id = await RunAsync(designer, "khong-cho");
        var bookmark = (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["workflowState"]!["bookmarks"]![0]!["id"]!.ToString();
        (await PostAsync(designer, $"/elsa/api/workflow-instances/{id}/bookmarks/{Guid.NewGuid()}/token", [])).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(designer, $"/elsa/api/workflow-instances/{Guid.NewGuid()}/bookmarks/{bookmark}/token", [])).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(designer, $"/elsa/api/workflow-instances/{id}/bookmarks/{bookmark}/token", new JsonObject { ["minutes"] = 100_000 })).Status.ShouldBe(HttpStatusCode.BadRequest);
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        (await PostAsync(officer, $"/elsa/api/workflow-instances/{id}/bookmarks/{bookmark}/token", [])).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public void A_token_ends_with_its_time()
    {
        var clock = new Identity.SetTime(new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero));
        var tokens = new WorkflowHost.StudioApi.BookmarkTokens(new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider(), clock);
        var ticket = new WorkflowHost.StudioApi.BookmarkTokens.Ticket(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), null);
        var (token, until) = tokens.Issue(ticket, TimeSpan.FromMinutes(5));
        tokens.Read(token).ShouldBe(ticket);
        clock.Now = until;
        tokens.Read(token).ShouldBeNull();
    }

    [Fact]
    public async Task A_plan_of_alterations_changes_what_its_dry_run_names()
    {
        using var designer = await demo.ProgramAsync("thietke");
        Guid[] ids = [await RunAsync(designer, "doi-loat"), await RunAsync(designer, "doi-loat"), await RunAsync(designer, "doi-rieng")];
        var filter = new JsonObject { ["definitionIds"] = new JsonArray("doi-loat"), ["activityFilters"] = new JsonArray(new JsonObject { ["activityId"] = "cho" }) };
        var plan = new JsonObject { ["id"] = "ke-hoach-1", ["filter"] = filter, ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "so", ["value"] = 99 }) };

        var (_, dry) = await PostAsync(designer, "/elsa/api/alterations/dry-run", (JsonObject)filter.DeepClone());
        dry["workflowInstanceIds"]!.AsArray().Select(i => Guid.Parse(i!.ToString())).ShouldBe(ids[..2], ignoreOrder: true);
        (await ValueAsync(designer, $"/elsa/api/workflow-instances/{ids[0]}/variables", "so"))!.ToString().ShouldBe("7", "a dry run changes nothing");
        var (status, submitted) = await PostAsync(designer, "/elsa/api/alterations/submit", plan);
        status.ShouldBe(HttpStatusCode.Accepted, submitted.ToJsonString());
        submitted["instances"]!.GetValue<int>().ShouldBe(2);
        (await PostAsync(designer, "/elsa/api/alterations/submit", plan)).Answer["repeated"]!.GetValue<bool>().ShouldBeTrue();
        plan["alterations"]![0]!["value"] = 1;
        (await PostAsync(designer, "/elsa/api/alterations/submit", plan)).Status.ShouldBe(HttpStatusCode.Conflict);

        foreach (var id in ids) await demo.App.Services.GetRequiredService<Runner>().RunNowAsync(id);
        var found = (await designer.GetFromJsonAsync<JsonNode>("/elsa/api/alterations/ke-hoach-1"))!;
        (found["plan"]!["status"]!.ToString(), found["plan"]!["total"]!.GetValue<int>()).ShouldBe(("Completed", 2));
        found["jobs"]!.AsArray().Select(j => j!["status"]!.ToString()).ShouldBe(["Completed", "Completed"]);
        foreach (var (id, value) in ids.Zip((string[])["99", "99", "7"]))
            (await ValueAsync(designer, $"/elsa/api/workflow-instances/{id}/variables", "so"))!.ToString().ShouldBe(value);
        using var administrator = await demo.ProgramAsync("quantri");
        (await administrator.GetAsync(new Uri("/elsa/api/alterations/ke-hoach-1", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_filter_that_is_not_understood_chooses_nothing()
    {
        using var designer = await demo.ProgramAsync("thietke");
        foreach (var filter in (string[])["""{}""", """{"definitionsIds":["x"]}""", """{"definitionIds":"x"}""", """{"statuses":["Finished"]}""", """{"workflowInstanceIds":["x"]}""",
            """{"timestampFilters":[{"column":"FinishedAt","operator":"Is","timestamp":"2020-01-01T00:00:00Z"}]}""", """{"activityFilters":[{"name":"x"}]}""", """{"hasIncidents":"maybe"}"""])
            (await PostAsync(designer, "/elsa/api/alterations/dry-run", (JsonObject)JsonNode.Parse(filter)!)).Status.ShouldBe(HttpStatusCode.BadRequest, filter);
        (await PostAsync(designer, "/elsa/api/alterations/submit", (JsonObject)JsonNode.Parse("""{"filter":{"definitionIds":["khong-co-gi"]},"alterations":[{"type":"Cancel"}]}""")!)).Status.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync(designer, "/elsa/api/alterations/submit", (JsonObject)JsonNode.Parse("""{"filter":{"definitionIds":["a"]},"alterations":[{"type":"Explode"}]}""")!)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_test_tab_runs_one_activity_and_writes_nothing()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var imported = JsonNode.Parse(await (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Definition("thu-buoc"))).Content.ReadAsStringAsync())!;
        var before = await ScalarAsync<long>("select (select count(*) from instance) + (select count(*) from journal)");
        JsonObject Ask(string activity) => new()
        {
            ["workflowDefinitionHandle"] = new JsonObject { ["definitionVersionId"] = imported["id"]!.DeepClone() },
            ["activityHandle"] = new JsonObject { ["activityNodeId"] = activity },
        };

        var (status, wrote) = await PostAsync(designer, "/elsa/api/tests/activities", Ask("Workflow1:chuoi:viet"));
        var (_, waited) = await PostAsync(designer, "/elsa/api/tests/activities", Ask("cho"));
        var (_, whole) = await PostAsync(designer, "/elsa/api/tests/activities", Ask("Workflow1:chuoi"));

        status.ShouldBe(HttpStatusCode.OK);
        (wrote["status"]!.ToString(), wrote["exception"], wrote["payload"]!["Lines"]![0]!.ToString()).ShouldBe(("Completed", null, "8"));
        wrote["activityState"]!["Text"]!.ToString().ShouldBe("8");
        (waited["status"]!.ToString(), waited["payload"]!["WouldWrite"]!["waits"]!.GetValue<int>()).ShouldBe(("Running", 1));
        whole["status"]!.ToString().ShouldBe("Running", "a container goes as far as its first wait");
        (await PostAsync(designer, "/elsa/api/tests/activities", Ask("khong-co"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(designer, "/elsa/api/tests/activities", [])).Status.ShouldBe(HttpStatusCode.BadRequest);
        var failing = (await PostAsync(designer, "/elsa/api/tests/activities", Ask("hong"))).Answer;
        failing["status"]!.ToString().ShouldBe("Faulted");
        failing["exception"]!["message"]!.ToString().ShouldContain("Text");
        (await ScalarAsync<long>("select (select count(*) from instance) + (select count(*) from journal)")).ShouldBe(before);
    }

    private static JsonObject Variable(string id, JsonNode value) => new() { ["id"] = id, ["value"] = value };

    /// <summary>Two variables, a wait for an event called like the definition, a line of a script, and a script that fails.</summary>
    private static JsonObject Definition(string id)
    {
        var definition = StudioTests.Waiting(id, id);
        definition["variables"] = new JsonArray(
            new JsonObject { ["id"] = "so", ["name"] = "So", ["typeName"] = "Int32", ["value"] = "7", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" },
            new JsonObject { ["id"] = "tam", ["name"] = "Tam", ["typeName"] = "String" },
            new JsonObject { ["id"] = "chu", ["name"] = "Chu", ["typeName"] = "String", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" });
        var steps = definition["root"]!["activities"]!.AsArray();
        steps[1]!["text"]!["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "String(getVariable('So') + 1)" };
        var failing = (JsonObject)steps[1]!.DeepClone();
        (failing["id"], failing["text"]!["expression"]!["value"]) = ("hong", "if (getVariable('So') === 7) throw new Error('sai'); 'x'");
        var never = (JsonObject)JsonNode.Parse("""{"type":"Elsa.If","id":"neu","version":1,"condition":{"typeName":"Boolean","expression":{"type":"Literal","value":"false"}}}""")!;
        never["then"] = failing;
        steps.Add((JsonNode)never);
        return definition;
    }

    private static async Task<Guid> RunAsync(HttpClient designer, string definition)
    {
        var imported = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", Definition(definition));
        imported.IsSuccessStatusCode.ShouldBeTrue(await imported.Content.ReadAsStringAsync());
        var run = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{definition}/execute", new { });
        run.IsSuccessStatusCode.ShouldBeTrue(await run.Content.ReadAsStringAsync());
        return Guid.Parse(run.Headers.GetValues("x-elsa-workflow-instance-id").Single());
    }

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(HttpClient client, string address, JsonObject body)
    {
        using var answer = await client.PostAsJsonAsync(address, body);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject());
    }

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> UploadAsync(HttpClient client, byte[] file, string language = "vi", string name = "instance.json")
    {
        using var form = new MultipartFormDataContent();
        using var content = new ByteArrayContent(file);
        form.Add(content, "files", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/bulk-actions/import/workflow-instances") { Content = form };
        request.Headers.Add("Cookie", "workflows.language=" + language);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private static async Task<JsonNode?> ValueAsync(HttpClient client, string address, string variable) =>
        (await client.GetFromJsonAsync<JsonNode>(address))!["items"]!.AsArray().Single(v => v!["id"]!.ToString() == variable)!["value"];

    /// <summary>As if the instance had never been here.</summary>
    private async Task ForgetAsync(Guid id)
    {
        foreach (var sql in (string[])["delete from bookmark where instance_id = $1", "delete from instance_state where instance_id = $1", "delete from journal where instance_id = $1", "delete from instance where id = $1"])
        {
            await using var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
            command.Parameters.Add(new NpgsqlParameter { Value = id });
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<T> ScalarAsync<T>(string sql, Guid? id = null)
    {
        await using var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        if (id is { } given) command.Parameters.Add(new NpgsqlParameter { Value = given });
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
