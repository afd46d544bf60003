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

    private static Uri At(string path) => new(path, UriKind.Relative);
}
