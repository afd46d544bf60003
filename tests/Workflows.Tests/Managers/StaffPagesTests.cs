using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Managers;

/// <summary>What forms and lists owe the people of a unit and those who follow them; on a demo of its own, whose clock the last test moves.</summary>
public sealed class StaffPagesTests(DemoInJanuary demo) : IClassFixture<DemoInJanuary>
{
    [Fact]
    public async Task A_deputy_is_offered_the_duties_in_which_there_is_work()
    {
        (await DutiesAsync("chutich.ttytdp")).ShouldBe(["work"], "no unit stands below");
        (await DutiesAsync("chuyenvien.cdyt")).ShouldBe(["work", "review", "follow-up"]);
        (await DutiesAsync("vanthu.cdyt")).ShouldBe(["work"], "units stand below, but are not theirs to decide on");
        (await DutiesAsync("chutich.ttytdp", another: true)).ShouldBe(["work", "work"], "for another deputy too");
    }

    [Fact]
    public async Task What_is_coming_up_says_that_its_turn_has_not_come_beside_its_date()
    {
        using var chair = await demo.BrowserAsync("chutich.bvmat");

        var coming = DemoInJanuary.Words(await chair.GetStringAsync(At("/")));
        coming = coming[coming.IndexOf("Việc sắp tới", StringComparison.Ordinal)..];

        coming.ShouldContain("do đơn vị đặt, không có trong kế hoạch. Mở sau khi xong “Tổ chức hội nghị và nộp biên bản”. Chưa đến lượt");
        coming.ShouldNotContain("Không có hạn");
    }

    [Fact]
    public async Task The_document_that_work_follows_from_is_named_by_its_kind()
    {
        using var chair = await demo.BrowserAsync("chutich.bvmat");
        await demo.ExecuteAsync("update plan set number_text = '12/HD-CĐYT'");
        try
        {
            DemoInJanuary.Words(await chair.GetStringAsync(At("/"))).ShouldContain("Theo Hướng dẫn 12/HD-CĐYT của Công đoàn ngành Y tế Thái Bình");
            var task = DemoInJanuary.Words(await chair.GetStringAsync(At($"/tasks/{(await demo.TaskAsync("chutich.bvmat", "keHoach"))["id"]}")));
            task.ShouldContain("Hướng dẫn 12/HD-CĐYT");
            task.ShouldNotContain("Kế hoạch 12/HD");
            task.ShouldContain("Hướng dẫn ghi “");
            task.ShouldNotContain("Kế hoạch ghi “");
        }
        finally
        {
            await demo.ExecuteAsync("update plan set number_text = '23/KH-CĐYT'");
        }
    }

    [Theory]
    [InlineData("definition_version", "document", "'{\"root\": []}'")]
    [InlineData("definition_version", "document", "'[]'")]
    [InlineData("instance_state", "state", "'[]'")]
    public async Task Pages_stand_though_nothing_of_their_instances_can_be_read(string table, string column, string spoilt)
    {
        using var manager = await demo.BrowserAsync("phochutich.cdyt");
        using var operators = await demo.BrowserAsync("quantri.cdyt");
        using var chair = await demo.BrowserAsync("chutich.bvmat");
        var task = await demo.TaskAsync("chutich.bvmat", "keHoach");
        await demo.ExecuteAsync($"create table kept as select * from {table}");
        await demo.ExecuteAsync($"update {table} set {column} = {spoilt}");
        demo.App.Services.GetRequiredService<DefinitionStore>().Versions.Forget();
        try
        {
            string[] paths =
            [
                "/", "/plans", $"/plans/{demo.PlanId}", $"/plans/{demo.PlanId}/document", "/overdue", "/overdue.csv", $"/tasks/{task["id"]}", $"/tasks/{task["id"]}/extend", "/ladders", "/ladders/default",
                $"/instances/{task["instanceId"]}",
            ];
            foreach (var path in paths)
                foreach (var (who, browser) in new[] { ("manager", manager), ("operator", operators), ("chair", chair) })
                    ((int)(await browser.GetAsync(At(path))).StatusCode).ShouldBeLessThan(500, $"{path} for {who}");
        }
        finally
        {
            await demo.ExecuteAsync(table == "instance_state"
                ? "update instance_state s set state = k.state from kept k where k.instance_id = s.instance_id"
                : "update definition_version v set document = k.document from kept k where k.id = v.id");
            await demo.ExecuteAsync("drop table kept");
            demo.App.Services.GetRequiredService<DefinitionStore>().Versions.Forget();
        }
    }

    [Fact]
    public async Task A_file_that_is_not_taken_hides_no_other_error()
    {
        using var chair = await demo.BrowserAsync("chutich.bvmat");
        var path = $"/tasks/{(await demo.TaskAsync("chutich.bvmat", "keHoach"))["id"]}";
        using var form = Multipart(await chair.GetStringAsync(At(path)), ("do", "submit"), ("f.soKyHieu", "07/KH-CĐCS"), ("f.ngayDuKien", "21/02/2020"), ("f.quyMo", "dai-bieu"));
        form.Add(new ByteArrayContent("MZ\0\0"u8.ToArray()), "u.tepKeHoach", "ke-hoach.exe");

        var answer = await chair.PostAsync(At(path), form);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var page = await answer.Content.ReadAsStringAsync();
        foreach (var field in new[] { "ngayKeHoach", "tepKeHoach", "tongSoLaoDong", "soDaiBieu", "hinhThuc", "diaDiem" }) page.ShouldContain($"id=\"f_{field}-error\"");
        Regex.Count(page, "id=\"f_tepKeHoach-error\"").ShouldBe(1);
        WebUtility.HtmlDecode(page).ShouldContain("<a href=\"#f_tepKeHoach\">Tệp kế hoạch đã ký: ");
        page.ShouldContain("id=\"f_tepKeHoach\"");
        page.ShouldContain("value=\"07/KH-CĐCS\"");
    }

    [Fact]
    public async Task A_paper_without_a_day_hides_no_other_error()
    {
        using var clerk = await demo.BrowserAsync("vanthu.cdyt");
        var path = $"/tasks/{(await demo.TaskAsync("vanthu.cdyt", "keHoach", "CDCS-BVMAT"))["id"]}?paper=true";
        using var form = Multipart(await clerk.GetStringAsync(At(path)), ("do", "submit"), ("paper", "true"), ("PaperNumber", ""), ("PaperArrived", "31/02/2020"));

        var answer = await clerk.PostAsync(At(path), form);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var page = await answer.Content.ReadAsStringAsync();
        foreach (var field in new[] { "PaperNumber", "PaperArrived", "f_ngayKeHoach", "f_diaDiem" }) page.ShouldContain($"id=\"{field}-error\"");
        page.IndexOf("href=\"#PaperArrived\"", StringComparison.Ordinal).ShouldBeInRange(1, page.IndexOf("href=\"#f_ngayKeHoach\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_say_what_may_be_left_empty_and_when_it_may_not()
    {
        using var chair = await demo.BrowserAsync("chutich.bvmat");
        using var reader = await demo.BrowserAsync("chutich.bvmat", "en");
        using var officer = await demo.BrowserAsync("chuyenvien.cdyt");
        var path = $"/tasks/{(await demo.TaskAsync("chutich.bvmat", "keHoach"))["id"]}";

        var page = DemoInJanuary.Words(await chair.GetStringAsync(At(path)));
        page.ShouldContain("Số, ký hiệu kế hoạch của đơn vị (không bắt buộc)");
        page.ShouldContain("Số đại biểu dự kiến (khi tổ chức hội nghị đại biểu)");
        page.ShouldNotContain("Địa điểm (");
        page.ShouldNotContain("tăng số đại biểu (");
        DemoInJanuary.Words(await reader.GetStringAsync(At(path))).ShouldContain("(optional)");
        DemoInJanuary.Words(await officer.GetStringAsync(At(path + "/extend"))).ShouldContain("Số, ký hiệu văn bản cho gia hạn (không bắt buộc)");
        DemoInJanuary.Words(await officer.GetStringAsync(At("/absences"))).ShouldContain("Lý do (không bắt buộc)");
    }

    [Theory]
    [InlineData("vi", "Nội dung gửi lên quá lớn", "Hệ thống chưa lưu gì. Mỗi tệp tối đa 50 MB", "Về trang đầu")]
    [InlineData("en", "What you sent is too large", "Nothing is saved. A file may have 50 MB", "To the first page")]
    public async Task A_form_that_is_too_large_is_answered_by_a_page_and_changes_nothing(string language, string title, string words, string home)
    {
        using var chair = await demo.BrowserAsync("chutich.bvnhi", language);
        var task = await demo.TaskAsync("chutich.bvnhi", "keHoach");
        using var request = new HttpRequestMessage(HttpMethod.Post, At($"/tasks/{task["id"]}")) { Content = new Unsent(105L * 1024 * 1024) { Headers = { { "Content-Type", "multipart/form-data; boundary=part" } } }, Headers = { ExpectContinue = true } };

        var answer = await chair.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var page = await answer.Content.ReadAsStringAsync();
        foreach (var part in new[] { title, words, home }) DemoInJanuary.Words(page).ShouldContain(part);
        page.ShouldContain("data-unsent-here");
        page.ShouldContain("<a href=\"/\">");
        (await demo.TaskAsync("chutich.bvnhi", "keHoach"))["revision"]!.ToString().ShouldBe(task["revision"]!.ToString());
    }

    [Theory]
    [InlineData("vi", "Bạn gửi quá nhanh", "Hãy chờ một phút rồi tải lại trang.", "Về trang đầu")]
    [InlineData("en", "Too many requests", "Wait a minute and load the page again.", "To the first page")]
    public async Task Too_many_requests_are_answered_by_a_page_that_says_when_to_come_again(string language, string title, string words, string home)
    {
        using var chair = await demo.BrowserAsync("chutich.bvnhi", language);

        var answer = await chair.GetAsync(At("/error/429"));

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var page = await answer.Content.ReadAsStringAsync();
        foreach (var part in new[] { title, words, home }) DemoInJanuary.Words(page).ShouldContain(part);
        page.ShouldContain("data-unsent-here");
    }

    [Fact]
    public async Task Pages_come_compressed_to_whoever_takes_them_so_and_what_programs_read_does_not()
    {
        using var chair = await demo.BrowserAsync("chutich.bvnhi");
        async Task<HttpResponseMessage> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(path)) { Headers = { { "Accept-Encoding", "gzip, br" } } };
            return await chair.SendAsync(request);
        }

        (await GetAsync("/")).Content.Headers.ContentEncoding.ShouldBe(["br"]);
        (await GetAsync("/error/404")).Content.Headers.ContentEncoding.ShouldBe(["br"]);
        (await GetAsync("/api/tasks")).Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await chair.GetAsync(At("/"))).Content.Headers.ContentEncoding.ShouldBeEmpty("whoever asks for none");
    }

    [Fact]
    public async Task Whoever_follows_a_digests_link_finds_every_unit_and_submission_that_it_named()
    {
        await demo.ClockAsync("2020-01-22T09:00");
        var review = $"/tasks/{(await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL"))["id"]}";
        using var reader = await demo.BrowserAsync("phochutich.cdyt");

        foreach (var (path, units) in await DigestsAsync("phochutich.cdyt"))
        {
            var page = await reader.GetStringAsync(At(path));
            var part = DemoInJanuary.Words(path.Split('#') is [_, var id] ? page[page.IndexOf($"id=\"{id}\"", StringComparison.Ordinal)..] : page);
            foreach (var unit in units) part.ShouldContain(unit);
        }

        (await DigestsAsync("phochutich.cdyt")).Select(d => (d.Path, d.Units.Length)).ShouldBe([("/overdue", 10), ("/overdue", 10), ("/overdue#reviews", 1), ("/overdue", 10)]);
        (await reader.GetStringAsync(At("/overdue"))).ShouldContain($"href=\"{review}\"");
    }

    private static Uri At(string path) => new(path, UriKind.Relative);

    /// <summary>The boxes of duties that stand ticked, deputy by deputy.</summary>
    private async Task<string[]> DutiesAsync(string user, bool another = false)
    {
        using var browser = await demo.BrowserAsync(user);
        var page = await browser.GetStringAsync(At("/absences"));
        if (another)
        {
            using var more = DemoInJanuary.Form(page, ("do", "add"), ("Deputies[0].Duties", "work"));
            page = await (await browser.PostAsync(At("/absences"), more)).Content.ReadAsStringAsync();
        }

        return [.. Regex.Matches(page, "<input[^>]*Duties\" value=\"([a-z-]+)\"[^>]*checked").Select(m => m.Groups[1].Value)];
    }

    /// <summary>Where the digests of a person lead, and the units that each lists.</summary>
    private async Task<(string Path, string[] Units)[]> DigestsAsync(string user)
    {
        using var program = await demo.ProgramAsync();
        var mails = (await program.GetFromJsonAsync<JsonArray>("/api/demo/mail"))!;
        return [.. from mail in mails
                   where mail["to"]!.ToString().StartsWith(user + "@", StringComparison.Ordinal)
                   let text = mail["text"]!.ToString()
                   let path = Regex.Match(text, "https?://[^/\\s]+(/overdue\\S*)")
                   where path.Success
                   select (path.Groups[1].Value, Regex.Matches(text, @"^\d+\. Công đoàn cơ sở (.+)$", RegexOptions.Multiline).Select(m => "CĐCS " + m.Groups[1].Value.Trim()).ToArray())];
    }

    private static MultipartFormDataContent Multipart(string page, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        string[] own = ["revision", "operationId", "__RequestVerificationToken"];
        var start = page.IndexOf("class=\"task-form\"", StringComparison.Ordinal);
        foreach (var name in own)
            form.Add(new StringContent(Regex.Match(page[start..], $"name=\"{name}\"[^>]*value=\"([^\"]*)\"").Groups[1].Value), name);
        foreach (var (name, value) in fields) form.Add(new StringContent(value, Encoding.UTF8), name);
        return form;
    }

    /// <summary>A body of which only the size is told: whoever refuses it by that never gets it.</summary>
    private sealed class Unsent(long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long size)
        {
            size = length;
            return true;
        }
    }
}
