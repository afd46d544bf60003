using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>Definitions used as activities, over HTTP and PostgreSQL.</summary>
[Collection("demo in January")]
public sealed class StudioCompositesTests(DemoInJanuary demo)
{
    private const string Root = "/elsa/api/workflow-definitions";

    [Fact]
    public async Task One_is_offered_drawn_run_and_goes_on_after_a_wait()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var inner = await ImportAsync(designer, Inner("hop-cong", "Hop cong", "hop-cong-tiep"));
        var descriptor = (await designer.GetFromJsonAsync<JsonNode>("/elsa/api/descriptors/activities"))!["items"]!.AsArray().Single(i => i!["typeName"]!.ToString() == "HopCong")!;
        (descriptor["version"]!.GetValue<int>(), descriptor["isBrowsable"]!.GetValue<bool>()).ShouldBe((1, true));
        descriptor["inputs"]!.AsArray().Select(i => i!["name"]!.ToString()).ShouldBe(["soTien"]);
        descriptor["ports"]!.AsArray().Select(p => p!["name"]!.ToString()).ShouldBe(["Done"]);

        var outer = await ImportAsync(designer, Outer("cha-cong", descriptor));
        var drawn = outer["root"]!["activities"]![0]!;
        drawn["workflowDefinitionVersionId"]!.ToString().ShouldBe(inner["id"]!.ToString());
        drawn.AsObject().ContainsKey("root").ShouldBeFalse();
        outer.AsObject().ContainsKey("warnings").ShouldBeFalse();

        // The graph inside is what Studio asks for when a designer goes into it.
        var inside = await designer.GetFromJsonAsync<JsonNode>($"{Root}/subgraph/{outer["id"]}?parentNodeId=Workflow2:chuoi:con");
        inside!["children"]!.AsArray().Single()!["nodeId"]!.ToString().ShouldStartWith("Workflow2:chuoi:con:Workflow1");

        var run = await designer.PostAsJsonAsync($"{Root}/cha-cong/execute", new { });
        run.StatusCode.ShouldBe(HttpStatusCode.OK, await run.Content.ReadAsStringAsync());
        var id = run.Headers.GetValues("x-elsa-workflow-instance-id").Single();

        // A newer inner version does not reach the instance that waits inside the old one, nor does taking it back.
        await ImportAsync(designer, Inner("hop-cong", "Hop cong", "hop-cong-khac"));
        (await designer.PostAsJsonAsync($"{Root}/hop-cong/retract", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await designer.PostAsJsonAsync("/elsa/api/events/hop-cong-tiep/trigger", new { });
        await demo.SettleAsync(id);

        var ended = await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}");
        ended!["subStatus"]!.ToString().ShouldBe("Finished");
        (await designer.GetFromJsonAsync<JsonNode>($"/elsa/api/workflow-instances/{id}/variables"))!["items"]![0]!["value"]!.ToString().ShouldBe("42");
    }

    [Fact]
    public async Task Its_consumers_are_found_and_moved_to_the_new_version()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, Inner("hop-moi", "Hop moi", "hop-moi-tiep"));
        var descriptor = await designer.GetFromJsonAsync<JsonNode>("/elsa/api/descriptors/activities/HopMoi");
        var published = await ImportAsync(designer, Outer("cha-moi", descriptor!));
        var draft = await ImportAsync(designer, Outer("cha-nhap", descriptor!, publish: false));
        var newer = await ImportAsync(designer, Inner("hop-moi", "Hop moi", "hop-moi-khac"));

        var consumers = await designer.GetFromJsonAsync<JsonNode>($"{Root}/hop-moi/consumers");
        consumers!["consumingWorkflowDefinitions"]!.AsArray().Select(c => c!["definitionId"]!.ToString()).Order().ShouldBe(["cha-moi", "cha-nhap"]);
        var moved = JsonNode.Parse(await (await designer.PostAsJsonAsync($"{Root}/hop-moi/update-references", new { })).Content.ReadAsStringAsync())!;
        moved["affectedWorkflows"]!.AsArray().Count.ShouldBe(2);

        var after = await designer.GetFromJsonAsync<JsonNode>($"{Root}/cha-moi?versionOptions=Published");
        (after!["version"]!.GetValue<int>(), Pin(after)).ShouldBe((2, newer["id"]!.ToString()));
        (await designer.GetFromJsonAsync<JsonNode>($"{Root}/by-id/{published["id"]}")).ShouldSatisfyAllConditions(old => Pin(old!).ShouldNotBe(newer["id"]!.ToString()));
        var still = await designer.GetFromJsonAsync<JsonNode>($"{Root}/cha-nhap?versionOptions=Latest");
        (still!["isPublished"]!.GetValue<bool>(), still["id"]!.ToString(), Pin(still)).ShouldBe((false, draft["id"]!.ToString(), newer["id"]!.ToString()));
    }

    /// <summary>Elsa tells the pinned version for the latest until its server starts anew, and leaves one unknown whose version id comes from elsewhere.</summary>
    [Fact]
    public async Task The_latest_version_is_told_and_one_that_is_not_here_is_found_by_its_definition()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var first = await ImportAsync(designer, Inner("hop-xa", "Hop xa", "hop-xa-tiep"));
        var descriptor = await designer.GetFromJsonAsync<JsonNode>("/elsa/api/descriptors/activities/HopXa");
        var newer = await ImportAsync(designer, Inner("hop-xa", "Hop xa", "hop-xa-khac"));

        var pinned = await ImportAsync(designer, Outer("cha-xa", descriptor!));
        Pin(pinned).ShouldBe(first["id"]!.ToString());
        pinned["root"]!["activities"]![0]!["latestAvailablePublishedVersion"]!.GetValue<int>().ShouldBe(2);

        var foreign = Outer("cha-la", descriptor!);
        var drawn = foreign["root"]!["activities"]![0]!;
        (drawn["workflowDefinitionVersionId"], drawn["type"]) = ("of-another-server", "AnotherName");
        Pin(await ImportAsync(designer, foreign)).ShouldBe(newer["id"]!.ToString());
    }

    [Fact]
    public async Task It_cannot_run_itself_or_take_the_type_of_another()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, Inner("vong-tron", "Vong tron", "x"));
        var own = Inner("vong-tron", "Vong tron", "x");
        own["root"]!["activities"]!.AsArray().Add(new JsonObject { ["type"] = "VongTron", ["id"] = "lai", ["version"] = 1 });
        var refused = await designer.PostAsJsonAsync($"{Root}/import", own);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("chính nó");
        (await designer.PostAsJsonAsync($"{Root}/import", Inner("vong-hai", "vong-tron", "x"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await designer.GetFromJsonAsync<JsonNode>($"{Root}/vong-tron/versions"))!["count"]!.GetValue<int>().ShouldBe(1);
    }

    private static string Pin(JsonNode outer) => outer["root"]!["activities"]![0]!["workflowDefinitionVersionId"]!.ToString();

    private static async Task<JsonNode> ImportAsync(HttpClient designer, JsonObject document)
    {
        var answer = await designer.PostAsJsonAsync($"{Root}/import", document);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>Waits for an event, then gives back twice what it was called with.</summary>
    private static JsonObject Inner(string definitionId, string name, string eventName)
    {
        var document = StudioTests.Waiting(definitionId, eventName);
        document["name"] = name;
        document["options"] = new JsonObject { ["usableAsActivity"] = true };
        document["inputs"] = new JsonArray(new JsonObject { ["name"] = "SoTien", ["type"] = "Int32", ["displayName"] = "Số tiền" });
        document["outputs"] = new JsonArray(new JsonObject { ["name"] = "Tong", ["type"] = "Int32" });
        document["root"]!["activities"]!.AsArray().Add(new JsonObject
        {
            ["type"] = "Elsa.SetOutput",
            ["id"] = "tra",
            ["version"] = 1,
            ["outputName"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = "Tong" } },
            ["outputValue"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "getInput('SoTien') * 2" } },
        });
        return document;
    }

    /// <summary>Calls the composite with 21, as Studio puts it into a drawing: with what its descriptor says.</summary>
    private static JsonObject Outer(string definitionId, JsonNode descriptor, bool publish = true)
    {
        var call = (JsonObject)descriptor["constructionProperties"]!.DeepClone();
        (call["type"], call["version"], call["id"]) = (descriptor["typeName"]!.ToString(), descriptor["version"]!.GetValue<int>(), "con");
        call["soTien"] = new JsonObject { ["typeName"] = "Int32", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = 21 } };
        call["tong"] = new JsonObject { ["typeName"] = "Int32", ["memoryReference"] = new JsonObject { ["id"] = "ket-qua" } };
        var document = StudioTests.Waiting(definitionId);
        document["isPublished"] = publish;
        document["variables"] = new JsonArray(new JsonObject { ["id"] = "ket-qua", ["name"] = "KetQua", ["typeName"] = "Int32", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" });
        document["root"]!["activities"] = new JsonArray(call);
        return document;
    }
}
