using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Managers;

/// <summary>What operators do to instances over HTTP: alterations, migrations, retries; and answers to tasks asked for outside.</summary>
[Collection("demo in January")]
public sealed class OperationsTests(DemoInJanuary demo)
{
    [Fact]
    public async Task A_variable_is_changed_and_the_answer_says_what_was_done()
    {
        var id = await StartAsync("doi-bien", Sequence(Wait("cho-doi-bien"), Of("Elsa.SetOutput", "o", ("outputName", "Ra"), ("outputValue", Expression("JavaScript", "getV()")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Int32", ["value"] = "1", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" })));
        using var operators = await demo.ProgramAsync("quantri");

        var (status, done) = await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 7 }));
        var (refusedStatus, refused) = await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "none", ["value"] = 7 }));

        status.ShouldBe(HttpStatusCode.OK);
        done["results"]![0]!["isSuccessful"]!.GetValue<bool>().ShouldBeTrue();
        refusedStatus.ShouldBe(HttpStatusCode.Conflict);
        refused["results"]![0]!["log"]!["logEntries"]![0]!["message"]!.ToString().ShouldContain("'none'");
        using var designer = await demo.ProgramAsync("thietke");
        (await designer.PostAsJsonAsync("/elsa/api/events/cho-doi-bien/trigger", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await demo.SettleAsync($"{id}");
        (await StateAsync(id))["output"]!["Ra"]!.GetValue<int>().ShouldBe(7);
    }

    [Fact]
    public async Task An_instance_moves_to_the_next_version_with_a_mapping_or_stays_as_it_is()
    {
        var id = await StartAsync("di-chuyen", Sequence(Wait("cu")));
        await ImportAsync("di-chuyen", Sequence(Of("Elsa.Event", "moi", ("eventName", "cu")), Line("them")));
        using var operators = await demo.ProgramAsync("quantri");

        (await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }))).Status.ShouldBe(HttpStatusCode.Conflict);
        var (status, _) = await PostAsync(operators, "/elsa/api/alterations/run", Alter(
            id, new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2, ["mapping"] = new JsonObject { ["cu"] = "moi" } }));

        status.ShouldBe(HttpStatusCode.OK);
        var state = await StateAsync(id);
        (state["definitionVersion"]!.GetValue<int>(), state["bookmarks"]![0]!["activityId"]!.ToString()).ShouldBe((2, "moi"));
        using var designer = await demo.ProgramAsync("thietke");
        (await designer.PostAsJsonAsync("/elsa/api/events/cu/trigger", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await demo.SettleAsync($"{id}");
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Finished");
    }

    [Fact]
    public async Task A_failed_instance_is_listed_with_the_names_of_its_inputs_and_retried()
    {
        var id = await StartAsync("bi-loi", Sequence(Line("truoc"), Of("Elsa.DispatchWorkflow", "con", ("workflowDefinitionId", Expression("JavaScript", "'con-cua-bi-loi'")))));
        using var operators = await demo.ProgramAsync("quantri");
        var incident = (await operators.GetFromJsonAsync<JsonNode>("/api/incidents?definitionId=bi-loi"))!["items"]!.AsArray().ShouldHaveSingleItem()!;
        (incident["activityId"]!.ToString(), incident["attempt"]!.GetValue<int>(), incident["inputs"]!["workflowDefinitionId"]!.ToString()).ShouldBe(("con", 1, "***"), "values are for those who review");

        await ImportAsync("con-cua-bi-loi", Line("con"));
        var (status, _) = await PostAsync(operators, $"/api/instances/{id}/retry", []);
        var (again, problem) = await PostAsync(operators, $"/api/instances/{id}/retry", []);

        (status, again).ShouldBe((HttpStatusCode.OK, HttpStatusCode.Conflict));
        problem["titleVi"]!.ToString().ShouldContain("Finished");
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Finished");
        (await operators.GetFromJsonAsync<JsonNode>("/api/incidents?definitionId=bi-loi"))!["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failed_instance_is_mended_and_goes_on()
    {
        var id = await StartAsync("sua-roi-chay", Sequence(Of("Elsa.SetOutput", "o", ("outputName", "Ra"), ("outputValue", Expression("JavaScript", "variables.V.ten")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" })));
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Faulted");
        using var operators = await demo.ProgramAsync("quantri");

        (await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "o" }))).Status.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject
        {
            ["type"] = "ModifyVariable",
            ["variableId"] = "v",
            ["value"] = new JsonObject { ["ten"] = "đã sửa" },
        }))).Status.ShouldBe(HttpStatusCode.OK);
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Faulted");
        (await operators.GetFromJsonAsync<JsonNode>("/api/incidents?definitionId=sua-roi-chay"))!["items"]!.AsArray().Count.ShouldBe(1);

        (await PostAsync(operators, $"/api/instances/{id}/retry", [])).Status.ShouldBe(HttpStatusCode.OK);
        (await StateAsync(id))["output"]!["Ra"]!.ToString().ShouldBe("đã sửa");
        (await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 }))).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_event_for_an_instance_that_is_over_or_not_there_is_refused()
    {
        var id = await StartAsync("su-kien-rieng", Sequence(Wait("rieng")));
        using var designer = await demo.ProgramAsync("thietke");
        async Task<HttpStatusCode> TriggerAsync(string name, object instance) =>
            (await designer.PostAsJsonAsync($"/elsa/api/events/{name}/trigger", new { workflowInstanceId = instance })).StatusCode;

        (await TriggerAsync("khac", id)).ShouldBe(HttpStatusCode.Accepted);
        await demo.SettleAsync(id);
        (await TriggerAsync("rieng", id)).ShouldBe(HttpStatusCode.OK);
        await demo.SettleAsync(id);
        (await TriggerAsync("rieng", id)).ShouldBe(HttpStatusCode.Conflict);
        (await TriggerAsync("rieng", Guid.NewGuid())).ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Taken for missing, they would reach every wait for the event, or start an instance without its correlation.</summary>
    [Theory]
    [InlineData("events/so-lieu/trigger", """{"correlationId": 7}""")]
    [InlineData("events/so-lieu/trigger", """{"correlationId": ["7"]}""")]
    [InlineData("events/so-lieu/trigger", """{"workflowInstanceId": {"id": "7"}}""")]
    [InlineData("workflow-definitions/cho-so-lieu/execute", """{"correlationId": 7}""")]
    [InlineData("workflow-definitions/cho-so-lieu/bulk-dispatch", """{"count": 2, "correlationId": 7}""")]
    public async Task A_filter_that_is_no_text_is_refused_and_reaches_nobody(string path, string body)
    {
        var id = await StartAsync("cho-so-lieu", Sequence(Wait("so-lieu")));
        using var designer = await demo.ProgramAsync("thietke");

        (await PostAsync(designer, $"/elsa/api/{path}", JsonNode.Parse(body)!.AsObject())).Status.ShouldBe(HttpStatusCode.BadRequest);

        await demo.SettleAsync($"{id}");
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Suspended");
        (await demo.CountAsync($"select count(*) from instance where definition_id = 'cho-so-lieu' and created_at > (select created_at from instance where id = '{id}')")).ShouldBe(0);
    }

    [Fact]
    public async Task A_version_that_is_asked_for_in_another_type_is_not_an_error_of_ours()
    {
        await ImportAsync("hoi-ban", Line("mot"));
        using var designer = await demo.ProgramAsync("thietke");

        foreach (var options in (string[])["""{"isPublished": "yes"}""", """{"isLatest": 1}""", """{"isDraft": {}}"""])
            (await PostAsync(designer, "/elsa/api/workflow-definitions/hoi-ban/execute", new JsonObject { ["versionOptions"] = JsonNode.Parse(options) })).Status.ShouldBe(HttpStatusCode.OK, options);
    }

    /// <summary>A retry would let it run on where no list shows it.</summary>
    [Fact]
    public async Task What_has_failed_stays_in_the_lists_until_it_is_cancelled()
    {
        var id = await StartAsync("loi-con-do", Sequence(Of("Elsa.DispatchWorkflow", "con", ("workflowDefinitionId", Expression("JavaScript", "'khong-co-con'")))));
        using var operators = await demo.ProgramAsync("thietke");
        var ids = new JsonObject { ["ids"] = new JsonArray(id.ToString()) };

        (await operators.DeleteAsync(new Uri($"/elsa/api/workflow-instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync(operators, "/elsa/api/bulk-actions/delete/workflow-instances", ids)).Status.ShouldBe(HttpStatusCode.Conflict);
        (await operators.PostAsJsonAsync($"/elsa/api/cancel/workflow-instances/{id}", new { })).EnsureSuccessStatusCode();
        await demo.SettleAsync($"{id}");
        (await operators.DeleteAsync(new Uri($"/elsa/api/workflow-instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Many_are_retried_at_once_and_each_once()
    {
        await ImportAsync("loi-nhieu", Sequence(Of("Elsa.DispatchWorkflow", "con", ("workflowDefinitionId", Expression("JavaScript", "'con-cua-loi-nhieu'")))));
        for (var n = 0; n < 3; n++) await StartAsync("loi-nhieu", null);
        await ImportAsync("con-cua-loi-nhieu", Line("con"));
        using var operators = await demo.ProgramAsync("quantri");

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostAsync(operators, "/api/incidents/retry", new JsonObject { ["definitionId"] = "loi-nhieu" })));

        answers.Sum(a => a.Body["instanceIds"]?.AsArray().Count ?? 0).ShouldBeGreaterThanOrEqualTo(3);
        await demo.SettleAllAsync();
        (await operators.GetFromJsonAsync<JsonNode>("/api/incidents?definitionId=loi-nhieu"))!["items"]!.AsArray().ShouldBeEmpty();
        (await PostAsync(operators, "/api/incidents/retry", new JsonObject { ["definitionId"] = "loi-nhieu" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await PostAsync(operators, "/api/incidents/retry", [])).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_task_asked_for_outside_is_answered_once()
    {
        var id = await StartAsync("viec-ngoai", Sequence(Of("Elsa.RunTask", "t", ("taskName", "Ký"))));
        var task = (await StateAsync(id))["bookmarks"]![0]!["payload"]!["taskId"]!.ToString();
        using var designer = await demo.ProgramAsync("thietke");

        (await designer.PostAsJsonAsync($"/elsa/api/tasks/{task}/complete", new { result = "được" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await designer.PostAsJsonAsync($"/elsa/api/tasks/{task}/complete", new { result = "lại" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await designer.PostAsJsonAsync($"/elsa/api/tasks/{Guid.NewGuid()}/complete", new { result = "?" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Finished");
    }

    [Fact]
    public async Task Only_those_who_operate_the_unit_may()
    {
        var id = await StartAsync("khong-duoc", Sequence(Wait("w-khong-duoc")));
        var cancel = Alter(id, new JsonObject { ["type"] = "Cancel" });
        using var other = await demo.ProgramAsync("quantri.cdyt");
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var nobody = await demo.ProgramAsync();
        using var operators = await demo.ProgramAsync("quantri");

        var (status, body) = await PostAsync(other, "/elsa/api/alterations/run", cancel);
        (await PostAsync(officer, "/elsa/api/alterations/run", cancel)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(nobody, "/elsa/api/alterations/run", cancel)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(operators, "/elsa/api/alterations/run", Alter(id, new JsonObject { ["type"] = "Destroy" }))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await other.GetFromJsonAsync<JsonNode>("/api/incidents?definitionId=bi-loi&open=false"))!["items"]!.AsArray().ShouldBeEmpty();

        status.ShouldBe(HttpStatusCode.Conflict);
        body["results"]![0]!["isSuccessful"]!.GetValue<bool>().ShouldBeFalse();
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Suspended");
        (await PostAsync(operators, "/elsa/api/alterations/run", cancel)).Status.ShouldBe(HttpStatusCode.OK);
        (await StateAsync(id))["subStatus"]!.ToString().ShouldBe("Cancelled");
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(60, false)]
    [InlineData(200, false)]
    public async Task An_input_is_taken_only_as_deep_as_it_can_be_read_again(int levels, bool isTaken)
    {
        await ImportAsync("sau", Sequence(Wait("cho-sau")));
        using var designer = await demo.ProgramAsync("thietke");
        using var deep = new StringContent($"{{\"input\":{{\"a\":{new string('[', levels)}{new string(']', levels)}}}}}", null, "application/json");
        var answer = await designer.PostAsync("/elsa/api/workflow-definitions/sau/execute", deep);
        answer.StatusCode.ShouldBe(isTaken ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
        if (isTaken) (await StateAsync(answer.Headers.GetValues("x-elsa-workflow-instance-id").Single()))["subStatus"]!.ToString().ShouldBe("Suspended");
    }

    private async Task<string> StartAsync(string id, JsonObject? root, params (string Name, JsonNode? Value)[] more)
    {
        if (root is not null) await ImportAsync(id, root, more);
        using var designer = await demo.ProgramAsync("thietke");
        var answer = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{id}/execute", new { });
        return answer.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    private async Task ImportAsync(string id, JsonObject root, params (string Name, JsonNode? Value)[] more)
    {
        using var designer = await demo.ProgramAsync("thietke");
        var (status, body) = await PostAsync(designer, "/elsa/api/workflow-definitions/import", Definition(id, root, [.. more, ("isPublished", true), ("isLatest", true)]));
        status.ShouldBe(HttpStatusCode.OK, body.ToJsonString());
    }

    private async Task<JsonNode> StateAsync(string id)
    {
        using var designer = await demo.ProgramAsync("thietke");
        return (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}"))!["workflowState"]!;
    }

    private static JsonObject Alter(string id, JsonObject alteration) => new() { ["workflowInstanceIds"] = new JsonArray(id), ["alterations"] = new JsonArray(alteration) };

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(HttpClient client, string path, JsonObject body)
    {
        var answer = await client.PostAsJsonAsync(path, body.DeepClone());
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }
}
