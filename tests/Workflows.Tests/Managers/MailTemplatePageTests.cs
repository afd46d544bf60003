using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>The words of mails over pages and API: who may change them, the preview on a real mail, versions and the way back.</summary>
public sealed class MailTemplatePageTests : IAsyncLifetime
{
    private const string Path = "/mail-templates/digest/vi";
    private readonly DemoInJanuary demo = new();

    public Task InitializeAsync() => demo.InitializeAsync();

    public Task DisposeAsync() => demo.DisposeAsync();

    [Fact]
    public async Task The_topmost_administrator_edits_previews_saves_and_goes_back_and_nobody_else_does()
    {
        foreach (var other in new[] { "quantri.cdyt", "chutich.cdyt" })
        {
            using var below = await demo.BrowserAsync(other);
            (await below.GetAsync(At("/mail-templates"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await below.GetAsync(At(Path))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            using var program = await demo.ProgramAsync(other);
            (await program.GetAsync(At("/api/mail-templates"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await program.PutAsJsonAsync("/api" + Path, new { version = 0, subject = "x", body = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using var browser = await demo.BrowserAsync("quantri");
        DemoInJanuary.Words(await browser.GetStringAsync(At("/mail-templates"))).ShouldContain("Bản tổng hợp Bản có sẵn");
        var page = await browser.GetStringAsync(At(Path));
        page.ShouldContain("{headline}");
        const string Body = "# {title}\n\nKính gửi {addressee},\n\nLời của Tổng Liên đoàn <b>.\n\n{units}\n\n[{button}]\n\n--\n{why}";
        using (var form = DemoInJanuary.Form(page, ("Version", "0"), ("Subject", "{headline}"), ("Body", Body)))
        {
            var shown = await browser.PostAsync(At(Path + "?handler=Preview"), form);
            var html = await shown.Content.ReadAsStringAsync();
            html.ShouldContain("Lời của Tổng Liên đoàn &lt;b&gt;.");
            html.ShouldContain("Thư thật gần nhất.");
            shown.Headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("sandbox");
            shown.Headers.GetValues("X-Frame-Options").Single().ShouldBe("SAMEORIGIN");
        }

        using (var wrong = DemoInJanuary.Form(page, ("Version", "0"), ("Subject", "{headline}"), ("Body", Body.Replace("{units}", "{unitz}", StringComparison.Ordinal))))
        {
            var refused = await browser.PostAsync(At(Path), wrong);
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain("Dòng 7: không có chỗ điền “{unitz}”. Có: {headline}, {title}, {addressee}");
        }

        using (var form = DemoInJanuary.Form(page, ("Version", "0"), ("Subject", "{headline}"), ("Body", Body)))
            (await browser.PostAsync(At(Path), form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using (var late = DemoInJanuary.Form(page, ("Version", "0"), ("Subject", "{headline}"), ("Body", Body)))
            (await browser.PostAsync(At(Path), late)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        using var api = await demo.ProgramAsync("quantri");
        var read = (await api.GetFromJsonAsync<JsonNode>("/api" + Path))!;
        (read["version"]!.GetValue<int>(), read["body"]!.ToString(), read["versions"]!.AsArray().Count).ShouldBe((1, Body, 1));
        (await api.PutAsJsonAsync("/api" + Path, new { version = 1, subject = "{headline}", body = "# x" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var preview = await api.PostAsJsonAsync($"/api{Path}/preview", new { subject = "{headline}", body = Body });
        JsonNode.Parse(await preview.Content.ReadAsStringAsync())!["text"]!.ToString().ShouldContain("Lời của Tổng Liên đoàn <b>.");

        await demo.ClockAsync("2020-01-15T08:30");
        var mails = demo.App.Services.GetService(typeof(WorkflowHost.Hosting.Installation)) as WorkflowHost.Hosting.Installation;
        mails!.Catcher!.Mails.ShouldContain(m => m.Html!.Contains("Lời của Tổng Liên đoàn &lt;b&gt;.", StringComparison.Ordinal));
        (await api.PostAsJsonAsync($"/api{Path}/reset", new { version = 0 })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await api.PostAsJsonAsync($"/api{Path}/reset", new { version = 1 })).StatusCode.ShouldBe(HttpStatusCode.OK);
        DemoInJanuary.Words(await browser.GetStringAsync(At(Path))).ShouldContain("Bản 2: Quản trị hệ thống trả về bản có sẵn");
    }

    [Fact]
    public async Task A_preview_shows_the_mail_with_and_without_an_address_for_answers_and_a_plain_request_is_pointed_out()
    {
        const string At2 = "/mail-templates/reminder/vi";
        using var browser = await demo.BrowserAsync("quantri");
        var page = await browser.GetStringAsync(At(At2));
        page.ShouldContain("<code>{answer-to}</code>");
        DemoInJanuary.Words(page).ShouldContain("khi không có địa chỉ nhận trả lời thì bỏ cả đoạn");
        page.ShouldNotContain("cả khi không có địa chỉ");
        const string Frame = "# {task}\n\nKính gửi {addressee},\n\n[Mở]\n\n--\n{why}";
        foreach (var (handler, ask) in new[] { ("Preview", "Trả lời thư này cho {answer-to}."), ("PreviewText", "Trả lời thư này cho {answer-to}.") })
        {
            using var form = DemoInJanuary.Form(page, ("Version", "0"), ("Subject", "{task}"), ("Body", Frame.Replace("[Mở]", ask + "\n\n[Mở]", StringComparison.Ordinal)));
            var shown = DemoInJanuary.Words(await (await browser.PostAsync(At($"{At2}?handler={handler}"), form)).Content.ReadAsStringAsync());
            var (with, without) = (shown.IndexOf("Khi có địa chỉ nhận trả lời:", StringComparison.Ordinal), shown.IndexOf("Khi không có địa chỉ nhận trả lời:", StringComparison.Ordinal));
            with.ShouldBeGreaterThan(0);
            without.ShouldBeGreaterThan(with);
            shown[with..without].ShouldContain("Trả lời thư này cho ");
            shown[without..].ShouldNotContain("Trả lời thư này");
            shown[without..].ShouldContain("Kính gửi");
        }

        using (var form = DemoInJanuary.Form(page, ("Version", "0"), ("Subject", "{task}"), ("Body", Frame.Replace("[Mở]", "Trả lời thư này khi vướng.\n\n[Mở]", StringComparison.Ordinal))))
        {
            var saved = await browser.PostAsync(At(At2), form);
            DemoInJanuary.Words(await browser.GetStringAsync(saved.Headers.Location!)).ShouldMatch("cả khi không có địa chỉ nhận trả lời.*Trả lời thư này khi vướng\\.");
        }

        using var api = await demo.ProgramAsync("quantri");
        var preview = JsonNode.Parse(await (await api.PostAsJsonAsync($"/api{At2}/preview", new { subject = "{task}", body = Frame.Replace("[Mở]", "Hỏi {answer-to}.\n\n[Mở]", StringComparison.Ordinal) })).Content.ReadAsStringAsync())!;
        preview["text"]!.ToString().ShouldContain("Hỏi ");
        preview["unansweredText"]!.ToString().ShouldNotContain("Hỏi ");
        preview["unansweredHtml"]!.ToString().ShouldNotContain("Hỏi ");
    }

    private static Uri At(string path) => new(path, UriKind.Relative);
}
