using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Workflows.Tests.Managers;

/// <summary>What Studio's list and editor ask of definitions, with the bodies Studio sends.</summary>
[Collection("demo in January")]
public sealed class StudioDefinitionsTests(DemoInJanuary demo)
{
    private const string Root = "/elsa/api/workflow-definitions";

    [Fact]
    public async Task A_new_definition_is_saved_edited_and_published()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var created = await SaveAsync(designer, Fresh("Soạn từ đầu"));
        var (id, definitionId) = (created["id"]!.ToString(), created["definitionId"]!.ToString());
        created["description"] = "Đã sửa";
        var edited = await SaveAsync(designer, created);
        edited["description"] = "Đã sửa xong";
        var published = await SaveAsync(designer, edited, publish: true);
        published["description"] = "Sửa sau khi phát hành";
        var draft = await SaveAsync(designer, published);

        (edited["id"]!.ToString(), edited["version"]!.GetValue<int>(), edited["isPublished"]!.GetValue<bool>()).ShouldBe((id, 1, false));
        (published["id"]!.ToString(), published["version"]!.GetValue<int>(), published["isPublished"]!.GetValue<bool>()).ShouldBe((id, 1, true));
        (draft["version"]!.GetValue<int>(), draft["isPublished"]!.GetValue<bool>(), draft["isLatest"]!.GetValue<bool>()).ShouldBe((2, false, true));
        draft["id"]!.ToString().ShouldNotBe(id);
        var old = await GetAsync(designer, $"{Root}/by-id/{id}");
        (old["description"]!.ToString(), old["isPublished"]!.GetValue<bool>(), old["isLatest"]!.GetValue<bool>()).ShouldBe(("Đã sửa xong", true, false));
        (await GetAsync(designer, $"{Root}/by-definition-id/{definitionId}?versionOptions=Published"))["version"]!.GetValue<int>().ShouldBe(1);
        (await GetAsync(designer, $"{Root}/by-definition-id/{definitionId}?versionOptions=Latest"))["version"]!.GetValue<int>().ShouldBe(2);
        Rels(draft).ShouldContain("publish");
    }

    [Fact]
    public async Task The_same_save_twice_changes_nothing_and_a_stale_one_is_refused()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var fresh = Fresh("Lưu hai lần");
        var first = await SaveAsync(designer, fresh);
        var again = await SaveAsync(designer, fresh);
        again["definitionId"]!.ToString().ShouldBe(first["definitionId"]!.ToString());
        Revision(again).ShouldBe(Revision(first));

        var mine = (JsonObject)first.DeepClone();
        mine["description"] = "Của tôi";
        var saved = await SaveAsync(designer, mine);
        Revision(saved).ShouldBe(Revision(first) + 1);
        Revision(await SaveAsync(designer, mine)).ShouldBe(Revision(saved));

        var theirs = (JsonObject)first.DeepClone();
        theirs["description"] = "Của người khác";
        var refused = await designer.PostAsJsonAsync(Root, new JsonObject { ["model"] = theirs, ["publish"] = false });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await BodyAsync(refused))["code"]!.ToString().ShouldBe("stale");
        (await GetAsync(designer, $"{Root}/by-id/{first["id"]}"))["description"]!.ToString().ShouldBe("Của tôi");
    }

    [Fact]
    public async Task A_name_is_taken_once_and_a_broken_model_names_its_place()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var first = await SaveAsync(designer, Fresh("Tên duy nhất"));
        (await GetAsync(designer, $"{Root}/validation/is-name-unique?name=t%C3%AAn%20duy%20nh%E1%BA%A5t"))["isUnique"]!.GetValue<bool>().ShouldBeFalse();
        (await GetAsync(designer, $"{Root}/validation/is-name-unique?name=t%C3%AAn%20duy%20nh%E1%BA%A5t&definitionId={first["definitionId"]}"))["isUnique"]!.GetValue<bool>().ShouldBeTrue();
        var twin = Fresh("Tên duy nhất");
        twin["root"]!["id"] = "khac";
        (await designer.PostAsJsonAsync(Root, new JsonObject { ["model"] = twin, ["publish"] = false })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var broken = Fresh("Hỏng");
        broken["root"]!["activities"] = 5;
        var refused = await designer.PostAsJsonAsync(Root, new JsonObject { ["model"] = broken, ["publish"] = false });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await BodyAsync(refused))["errors"]!.AsObject().Select(e => e.Key).ShouldContain(k => k.StartsWith("$.root.activities", StringComparison.Ordinal));
        (await designer.PostAsJsonAsync(Root, new JsonObject { ["publish"] = false })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    /// <summary>Ids stand in addresses, and no address leads to a dot or two; one is too long for the index.</summary>
    [Theory]
    [InlineData("definitionId", ".")]
    [InlineData("definitionId", "..")]
    [InlineData("id", "..")]
    [InlineData("definitionId", null)]
    public async Task An_id_that_cannot_stand_in_an_address_is_refused_at_its_place(string member, string? id)
    {
        using var designer = await demo.ProgramAsync("thietke");
        var model = Fresh("Mã lạ");
        model[member] = id ?? new string('x', 201);
        var refused = await designer.PostAsJsonAsync($"{Root}/import", model);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await BodyAsync(refused))["errors"]![$"$.{member}"]![0]!.ToString().ShouldContain("..");
        (await designer.PostAsJsonAsync(Root, new JsonObject { ["model"] = model.DeepClone(), ["publish"] = false })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Versions_are_listed_reverted_and_deleted()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var one = await SaveAsync(designer, Fresh("Quay lui"), publish: true);
        var definitionId = one["definitionId"]!.ToString();
        one["description"] = "hai";
        var two = await SaveAsync(designer, one, publish: true);

        var reverted = await BodyAsync(await designer.PostAsync(new Uri($"{Root}/{definitionId}/revert/1", UriKind.Relative), null));
        reverted["version"]!.GetValue<int>().ShouldBe(3);
        (await GetAsync(designer, $"{Root}/by-id/{reverted["id"]}"))["description"].ShouldBeNull();
        var all = await GetAsync(designer, $"{Root}?versionOptions=AllVersions&Page=0&PageSize=10&DefinitionIds={definitionId}&OrderBy=Version&OrderDirection=Descending");
        all["items"]!.AsArray().Select(i => i!["version"]!.GetValue<int>()).ShouldBe([3, 2, 1]);
        all["totalCount"]!.GetValue<int>().ShouldBe(3);

        (await designer.DeleteAsync(new Uri($"/elsa/api/workflow-definition-versions/{reverted["id"]}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await GetAsync(designer, $"{Root}/by-definition-id/{definitionId}?versionOptions=Latest"))["id"]!.ToString().ShouldBe(two["id"]!.ToString());
        var retracted = await BodyAsync(await designer.PostAsJsonAsync($"{Root}/{definitionId}/retract", new { }));
        retracted["isPublished"]!.GetValue<bool>().ShouldBeFalse();
        (await designer.PostAsJsonAsync($"{Root}/{definitionId}/retract", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        // What was published once never changes, also after it was taken back.
        retracted["description"] = "ba";
        (await SaveAsync(designer, (JsonObject)retracted))["version"]!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public async Task A_definition_that_runs_is_not_deleted_and_a_draft_that_ran_is_kept()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var draft = await SaveAsync(designer, With(StudioTests.Waiting("x"), "Đang chạy"));
        var definitionId = draft["definitionId"]!.ToString();
        var run = await designer.PostAsJsonAsync($"{Root}/{definitionId}/execute", new { versionOptions = "Latest" });
        run.StatusCode.ShouldBe(HttpStatusCode.OK, await run.Content.ReadAsStringAsync());
        var instance = run.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        draft["description"] = "sửa sau khi chạy";
        (await SaveAsync(designer, draft))["version"]!.GetValue<int>().ShouldBe(2);

        var refused = await designer.DeleteAsync(new Uri($"{Root}/{definitionId}", UriKind.Relative));
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await BodyAsync(refused))["messageVi"]!.ToString().ShouldContain("1 lượt chạy");
        (await designer.DeleteAsync(new Uri($"/elsa/api/workflow-instances/{instance}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await designer.PostAsync(new Uri($"/elsa/api/cancel/workflow-instances/{instance}", UriKind.Relative), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await designer.DeleteAsync(new Uri($"{Root}/{definitionId}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await designer.GetAsync(new Uri($"{Root}/{definitionId}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // The instance and its journal are still there.
        (await GetAsync(designer, $"/elsa/api/workflow-instances/{instance}"))["subStatus"]!.ToString().ShouldBe("Cancelled");
        (await GetAsync(designer, $"/elsa/api/workflow-instances/{instance}/journal"))["totalCount"]!.GetValue<int>().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Definitions_leave_and_come_back_as_files()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var saved = await SaveAsync(designer, Fresh("Đi và về"));
        var file = await designer.GetAsync(new Uri($"{Root}/{saved["definitionId"]}/export?versionOptions=Latest", UriKind.Relative));
        var exported = JsonNode.Parse(await file.Content.ReadAsStringAsync())!;
        file.Content.Headers.ContentDisposition!.FileName.ShouldNotBeNull();
        exported["$schema"]!.ToString().ShouldStartWith("https://elsaworkflows.io/");
        exported["customProperties"]!.AsObject().ContainsKey("revision").ShouldBeFalse();

        var zip = await designer.PostAsJsonAsync("/elsa/api/bulk-actions/export/workflow-definitions", new { ids = new[] { saved["id"]!.ToString(), "5a1e0000000000b1" } });
        using (var archive = new ZipArchive(await zip.Content.ReadAsStreamAsync())) archive.Entries.Count.ShouldBe(2);
        using var upload = new MultipartFormDataContent { { new ByteArrayContent(await zip.Content.ReadAsByteArrayAsync()), "files", "all.zip" } };
        var imported = await designer.PostAsync(new Uri($"{Root}/import-files", UriKind.Relative), upload);
        (await BodyAsync(imported))["count"]!.GetValue<int>().ShouldBe(2);
        using var broken = new MultipartFormDataContent { { new ByteArrayContent("""{"definitionId":"hong","root":5}"""u8.ToArray()), "files", "hong.json" } };
        using var refused = await designer.PostAsync(new Uri($"{Root}/import-files", UriKind.Relative), broken);
        refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["errors"]!["hong.json"]![0]!.ToString().ShouldSatisfyAllConditions(e => e.ShouldStartWith("$.root: "), e => e.ShouldMatch("[À-ỹ]"));
        // Nothing new was in them: no version was added.
        (await GetAsync(designer, $"{Root}/hoi-nghi-dien-hinh-tien-tien-co-so/versions"))["count"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Bulk_actions_say_what_became_of_each()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var ids = new List<string>();
        foreach (var name in (string[])["Cả loạt một", "Cả loạt hai"]) ids.Add((await SaveAsync(designer, Fresh(name)))["definitionId"]!.ToString());
        var published = await BodyAsync(await designer.PostAsJsonAsync("/elsa/api/bulk-actions/publish/workflow-definitions/by-definition-ids", new { definitionIds = ids.Append("khong-co") }));
        published["published"]!.AsArray().Count.ShouldBe(2);
        published["notFound"]!.AsArray().Single()!.ToString().ShouldBe("khong-co");
        var again = await BodyAsync(await designer.PostAsJsonAsync("/elsa/api/bulk-actions/publish/workflow-definitions/by-definition-ids", new { definitionIds = ids }));
        again["alreadyPublished"]!.AsArray().Count.ShouldBe(2);
        (await BodyAsync(await designer.PostAsJsonAsync("/elsa/api/bulk-actions/retract/workflow-definitions/by-definition-ids", new { definitionIds = ids })))["retracted"]!.AsArray().Count.ShouldBe(2);
        (await BodyAsync(await designer.PostAsJsonAsync("/elsa/api/bulk-actions/delete/workflow-definitions/by-definition-id", new { definitionIds = ids })))["deleted"]!.GetValue<int>().ShouldBe(2);
        (await designer.PostAsJsonAsync("/elsa/api/bulk-actions/delete/workflow-definitions/by-definition-id", new { definitionIds = Array.Empty<string>() })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reader_sees_everything_and_changes_nothing()
    {
        using var reader = await demo.ProgramAsync("quantri");
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var nobody = await demo.ProgramAsync();
        var one = await GetAsync(reader, $"{Root}/by-definition-id/hoi-nghi-dien-hinh-tien-tien-co-so?versionOptions=Latest");
        Rels(one).ShouldBe(["self"]);
        Rels(await GetAsync(reader, $"{Root}?versionOptions=Latest")).ShouldBe(["self"]);
        (await reader.PostAsJsonAsync(Root, new JsonObject { ["model"] = Fresh("Không được"), ["publish"] = false })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.DeleteAsync(new Uri($"{Root}/hoi-nghi-dien-hinh-tien-tien-co-so", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await reader.PostAsJsonAsync($"{Root}/hoi-nghi-dien-hinh-tien-tien-co-so/execute", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await officer.GetAsync(new Uri(Root, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await nobody.GetAsync(new Uri(Root, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Every_change_is_audited_with_its_diff_and_autosaves_are_one_entry()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var saved = await SaveAsync(designer, Fresh("Có vết"));
        var definitionId = saved["definitionId"]!.ToString();
        foreach (var text in (string[])["a", "b"])
        {
            ((JsonArray)saved["root"]!["activities"]!)[0]!["text"]!["expression"]!["value"] = text;
            saved = await SaveAsync(designer, saved);
        }

        await SaveAsync(designer, saved, publish: true);
        await using var connection = await demo.App.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var audit = new NpgsqlCommand("select action, detail -> 'diff' -> 'changed' -> 0 -> 'members' ->> 0 from audit where detail ->> 'definitionId' = $1 order by id", connection) { Parameters = { new() { Value = definitionId } } };
        var rows = new List<(string, string?)>();
        await using (var read = await audit.ExecuteReaderAsync())
            while (await read.ReadAsync()) rows.Add((read.GetString(0), read.IsDBNull(1) ? null : read.GetString(1)));
        rows.ShouldBe([("definition.save", null), ("definition.save", "text"), ("definition.save", "text"), ("definition.publish", null)]);
        await using var history = new NpgsqlCommand("select action || saves from definition_history where definition_id = $1 order by id", connection) { Parameters = { new() { Value = definitionId } } };
        var entries = new List<string>();
        await using (var read = await history.ExecuteReaderAsync())
            while (await read.ReadAsync()) entries.Add(read.GetString(0));
        entries.ShouldBe(["save3", "publish1"]);
    }

    private static async Task<JsonObject> SaveAsync(HttpClient client, JsonObject model, bool publish = false)
    {
        var answer = await client.PostAsJsonAsync(Root, new JsonObject { ["model"] = model.DeepClone(), ["publish"] = publish });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (JsonObject)(await BodyAsync(answer))["workflowDefinition"]!.DeepClone();
    }

    private static async Task<JsonNode> GetAsync(HttpClient client, string path) => (await client.GetFromJsonAsync<JsonNode>(path))!;

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private static int Revision(JsonNode definition) => definition["customProperties"]!["revision"]!.GetValue<int>();

    private static string[] Rels(JsonNode answer) => [.. answer["links"]!.AsArray().Select(l => l!["rel"]!.ToString())];

    /// <summary>A new workflow as Studio creates it: no ids of the server's, everything optional null.</summary>
    private static JsonObject Fresh(string name) => With(new JsonObject
    {
        ["root"] = new JsonObject
        {
            ["type"] = "Elsa.Flowchart",
            ["version"] = 1,
            ["id"] = "so-do",
            ["activities"] = new JsonArray(new JsonObject
            {
                ["type"] = "Elsa.WriteLine",
                ["version"] = 1,
                ["id"] = "viet",
                ["text"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = "xong" } },
            }),
            ["connections"] = new JsonArray(),
        },
    }, name);

    private static JsonObject With(JsonObject document, string name)
    {
        foreach (var member in (string[])["definitionId", "id", "variables", "inputs", "outputs", "outcomes", "customProperties", "options", "description"]) document[member] = null;
        (document["name"], document["toolVersion"], document["createdAt"], document["isPublished"]) = (name, "3.8.0.0", "0001-01-01T00:00:00+00:00", false);
        return document;
    }
}
