using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>What nobody can read or no calendar can count is refused with its place and the way out, in both languages.</summary>
public sealed class UnreadableRequestTests(DemoInJanuary demo) : IClassFixture<DemoInJanuary>
{
    [Theory]
    [InlineData("""{"taskIds":["TASK"],"lastDay":"0001-01-01","reason":"r"}""", "lastDay")]
    [InlineData("""{"taskIds":["TASK"],"lastDay":"9999-12-31","reason":"r"}""", "lastDay")]
    [InlineData("""{"taskIds":["TASK"],"lastDay":"2027-02-31","reason":"r"}""", "lastDay")]
    [InlineData("""{"taskIds":["TASK"],"newDue":"9999-12-31T23:59:59-14:00","reason":"r"}""", "newDue")]
    [InlineData("""{"taskIds":["TASK"],"newDue":"2020-03-01T00:00:00Z","effectiveAt":"0001-01-01T00:00:00Z","reason":"r"}""", "effectiveAt")]
    [InlineData("""{"taskIds":["TASK",5],"lastDay":"2020-03-01"}""", "taskIds[1]")]
    [InlineData("""{"taskIds":[""", "taskIds[0]")]
    [InlineData("", "")]
    public async Task A_body_names_the_place_that_cannot_be_read(string body, string place)
    {
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        var task = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDKHA"))["id"]!.ToString();
        foreach (var address in (string[])["/api/deadlines/extend", "/api/deadlines/extend/preview"])
        {
            using var content = new StringContent(body.Replace("TASK", task, StringComparison.Ordinal), Encoding.UTF8, "application/json");
            using var answer = await officer.PostAsync(new Uri(address, UriKind.Relative), content);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
            problem["type"]!.ToString().ShouldBe("unreadable");
            var (at, words) = problem["errors"]!.AsObject().ShouldHaveSingleItem();
            at.ShouldBe(place);
            words!["vi"]!.ToString().ShouldStartWith(place.EndsWith('y') || place.EndsWith('e') || place.EndsWith('t') ? "Hãy ghi " : place.Length == 0 ? "Hãy gửi" : "Không đọc được JSON");
            words["en"]!.ToString().ShouldNotContain("System.");
        }
    }

    [Theory]
    [InlineData("limit=abc", "limit")]
    [InlineData("limit=5&dueBefore=gestern", "dueBefore")]
    [InlineData("dueBefore=2020-01-08T00:00:00Z&planId=23", "planId")]
    [InlineData("limit=", "limit")]
    public async Task A_parameter_that_cannot_be_read_is_named(string query, string name)
    {
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var answer = await officer.GetAsync(new Uri($"/api/tasks?{query}", UriKind.Relative));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonNode>())!["errors"]!.AsObject().ShouldHaveSingleItem().Key.ShouldBe(name);
    }

    [Fact]
    public async Task Another_kind_of_content_is_415()
    {
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var content = new StringContent("lastDay=2020-03-01", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await officer.PostAsync(new Uri("/api/deadlines/extend", UriKind.Relative), content);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await answer.Content.ReadFromJsonAsync<JsonNode>())!["status"]!.GetValue<int>().ShouldBe(415);
    }

    [Theory]
    [InlineData("01/01/0001")]
    [InlineData("31/12/9999")]
    [InlineData("31/02/2027")]
    [InlineData("32/13/2026")]
    public async Task A_form_keeps_the_day_that_is_none_and_says_so(string day)
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var waiting = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL"))["id"]!.ToString();
        var page = await officer.GetStringAsync(new Uri($"/tasks/{waiting}", UriKind.Relative));
        using (var form = DemoInJanuary.Form(page, ("decision", "return"), ("reason", "Thiếu mục 7."), ("newDate", day), ("operationId", "o"), ("revision", "2")))
        using (var answer = await officer.PostAsync(new Uri($"/tasks/{waiting}/decide", UriKind.Relative), form))
            await RefusedAsync(answer, day);
        var open = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDKHA"))["id"]!.ToString();
        using (var form = DemoInJanuary.Form(page, ("lastDay", day), ("scope", "one"), ("reason", "Thiếu mục 7."), ("operationId", "o")))
        using (var answer = await officer.PostAsync(new Uri($"/tasks/{open}/extend", UriKind.Relative), form))
            await RefusedAsync(answer, day);
        using (var form = DemoInJanuary.Form(page, ("From", day), ("Last", day), ("Reason", "Thiếu mục 7.")))
        using (var answer = await officer.PostAsync(new Uri("/absences", UriKind.Relative), form))
            await RefusedAsync(answer, day);

        using var chair = await demo.BrowserAsync("chutich.bvdkha");
        page = await chair.GetStringAsync(new Uri($"/tasks/{open}", UriKind.Relative));
        using (var form = DemoInJanuary.Form(page, ("do", "submit"), ("f.ngayDuKien", day), ("f.diaDiem", "Thiếu mục 7."), ("operationId", "o"), ("revision", "1")))
        using (var answer = await chair.PostAsync(new Uri($"/tasks/{open}", UriKind.Relative), form))
            await RefusedAsync(answer, day);

        static async Task RefusedAsync(HttpResponseMessage answer, string day)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
            page.ShouldContain($"value=\"{day}\"");
            page.ShouldContain("Thiếu mục 7.");
            DemoInJanuary.Words(page).ShouldContain("gày không đúng");
        }
    }

    [Fact]
    public async Task An_empty_choice_is_no_choice()
    {
        using var administrator = await demo.BrowserAsync("quantri");
        using var form = DemoInJanuary.Form(await administrator.GetStringAsync(new Uri("/organisation", UriKind.Relative)), ("Units", ""), ("To", ""), ("Effective", "10/01/2020"), ("Reason", "Sáp nhập."));
        using var answer = await administrator.PostAsync(new Uri("/organisation", UriKind.Relative), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("Sáp nhập.");

        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var open = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDKHA"))["id"]!.ToString();
        using var chosen = DemoInJanuary.Form(await officer.GetStringAsync(new Uri($"/tasks/{open}/extend", UriKind.Relative)),
            ("units", ""), ("scope", "chosen"), ("lastDay", "20/01/2020"), ("reason", "Theo thông báo."));
        using var refused = await officer.PostAsync(new Uri($"/tasks/{open}/extend", UriKind.Relative), chosen);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("Theo thông báo.");
    }

    [Fact]
    public async Task A_page_answers_a_character_that_cannot_be_stored_with_a_page()
    {
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var open = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDKHA"))["id"]!.ToString();
        var page = await officer.GetStringAsync(new Uri($"/tasks/{open}", UriKind.Relative));
        foreach (var address in (string[])[$"/tasks/{open}?handler=Comment", $"/tasks/{open}/follow-up", $"/tasks/{open}/extend", $"/tasks/{open}/close", "/absences", "/account", "/deadlines/read"])
        {
            using var form = DemoInJanuary.Form(page, ("text", "a\0b"), ("reason", "a\0b"), ("Reason", "a\0b"), ("From", "10/01/2020"), ("Last", "12/01/2020"), ("lastDay", "10/02/2020"),
                ("document", "a\0b"), ("scope", "one"), ("operationId", "o"), ("revision", "1"), ("Text", "a\0b"), ("Time", "a\0b"));
            using var answer = await officer.PostAsync(new Uri(address, UriKind.Relative), form);
            ((int)answer.StatusCode).ShouldBeLessThan(500, address);
            answer.Content.Headers.ContentType?.MediaType.ShouldBeOneOf(["text/html", null]);
        }
    }

    [Theory]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4 cut")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\ncut")]
    [InlineData("nothing")]
    [InlineData("--x\r\nno header at all\r\n\r\nbody\r\n--x--\r\n")]
    public async Task An_upload_cut_short_is_refused_and_no_failure_of_ours(string body)
    {
        var task = await demo.TaskAsync("chutich.bvmat", "keHoach");
        using var chair = await demo.ProgramAsync("chutich.bvmat");
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");

        var answer = await chair.PostAsync(At($"/api/tasks/{task["id"]}/attachments"), content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_upload_with_a_huge_boundary_is_refused()
    {
        var task = await demo.TaskAsync("chutich.bvmat", "keHoach");
        using var chair = await demo.ProgramAsync("chutich.bvmat");
        using var content = new ByteArrayContent("--x--"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=" + new string('x', 5000));
        (await chair.PostAsync(At($"/api/tasks/{task["id"]}/attachments"), content)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_import_cut_short_is_refused_and_no_failure_of_ours()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var content = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.json\"\r\n\r\n{"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        using var browser = await demo.BrowserAsync("thietke");
        (await browser.PostAsync(At("/elsa/api/workflow-definitions/import-files"), content)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "a form that cannot be read has no antiforgery token");

        var answer = await designer.PostAsync(At("/elsa/api/workflow-definitions/import-files"), content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Each document within its own bound, all of them more than one request may unpack.</summary>
    [Fact]
    public async Task A_small_zip_that_unpacks_to_very_much_is_refused()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var file = new MemoryStream();
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var document = Encoding.UTF8.GetBytes("{" + new string(' ', 4_000_000) + "}");
            for (var i = 0; i < 18; i++)
            {
                await using var entry = await zip.CreateEntry($"{i}.json").OpenAsync();
                await entry.WriteAsync(document);
            }
        }

        file.Length.ShouldBeLessThan(1_000_000);
        foreach (var path in (string[])["/elsa/api/workflow-definitions/import-files", "/elsa/api/bulk-actions/import/workflow-instances"])
        {
            using var upload = new MultipartFormDataContent { { new ByteArrayContent(file.ToArray()), "files", "a.zip" } };
            (await designer.PostAsync(At(path), upload)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge, path);
        }
    }

    [Theory]
    [InlineData("\"recipients\":null")]
    [InlineData("\"recipients\":[null]")]
    [InlineData("\"legalBases\":null")]
    [InlineData("\"legalBases\":[null]")]
    [InlineData("\"signatureBlock\":null")]
    public async Task A_plan_with_null_for_a_list_is_refused_or_can_be_looked_at(string member)
    {
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var content = new StringContent($$"""{"campaignYear":2019,"subject":"thử null","unit":"CDYT-TB",{{member}}}""", Encoding.UTF8, "application/json");
        var answer = await officer.PostAsync(At("/api/plans"), content);
        var said = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBeLessThan(500, said);
        if (!answer.IsSuccessStatusCode) return;
        var id = (JsonNode.Parse(said)!["id"] ?? JsonNode.Parse(said)!["planId"])!.ToString();
        using var browser = await demo.BrowserAsync("chuyenvien.cdyt");
        foreach (var path in (string[])[$"/plans/{id}", $"/plans/{id}/document"])
        {
            var shown = await browser.GetAsync(At(path));
            ((int)shown.StatusCode).ShouldBeLessThan(500, path);
        }

        ((int)(await officer.GetAsync(At($"/api/plans/{id}"))).StatusCode).ShouldBeLessThan(500, "API");
    }

    [Fact]
    public async Task A_null_among_the_units_of_a_change_is_no_unit()
    {
        using var administrator = await demo.ProgramAsync("quantri");
        using var answer = await administrator.PostAsJsonAsync("/api/organisation/changes/preview", new { kind = "dissolve", units = new string?[] { null }, effectiveOn = "2020-01-10", reason = "Giải thể." });
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, await answer.Content.ReadAsStringAsync());
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!["units"].ShouldNotBeNull();
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue("what a person is told is kept by nobody on the way");
    }

    private static Uri At(string path) => new(path, UriKind.Relative);
}
