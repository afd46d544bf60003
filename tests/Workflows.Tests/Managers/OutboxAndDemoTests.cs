using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Managers;

[Collection("demo in January")]
public sealed class OutboxAndDemoTests(DemoInJanuary demo)
{
    [Fact]
    public async Task Mails_are_listed_read_and_sent_again()
    {
        using var browser = await demo.BrowserAsync("chuyenvien.cdyt");

        var list = await browser.GetStringAsync(new Uri("/outbox?status=sent&to=chutich.ttytdp", UriKind.Relative));
        var id = Regex.Match(list, "/outbox/([0-9a-f-]{36})").Groups[1].Value;
        var mail = DemoInJanuary.Words(await browser.GetStringAsync(new Uri($"/outbox/{id}", UriKind.Relative)));
        using var again = DemoInJanuary.Form(list, ("mail", id), ("returnUrl", "/outbox?status=sent"));
        var answer = await browser.PostAsync(new Uri("/outbox", UriKind.Relative), again);

        list.ShouldNotContain("chutich.bvps@");
        mail.ShouldContain("Kính gửi");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe("/outbox?status=sent&answer=queued");
    }

    [Fact]
    public async Task Without_the_permission_there_is_no_outbox()
    {
        using var browser = await demo.BrowserAsync("thietke");

        (await browser.GetAsync(new Uri("/outbox", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var refused = await browser.GetAsync(new Uri("/api/outbox", UriKind.Relative));
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["titleVi"]!.ToString().ShouldBe("Bạn không có quyền làm việc này ở đây.", "as everywhere");
    }

    [Fact]
    public async Task Caught_mail_is_shown_in_a_frame_that_may_do_nothing()
    {
        using var anybody = await demo.ProgramAsync();

        var list = await anybody.GetStringAsync(new Uri("/dev/mail?before=100", UriKind.Relative));
        var page = await anybody.GetAsync(new Uri("/dev/mail/1", UriKind.Relative));
        var frame = await anybody.GetAsync(new Uri("/dev/mail/1/html", UriKind.Relative));

        list.ShouldContain("/dev/mail/99\"");
        (await page.Content.ReadAsStringAsync()).ShouldContain("<iframe class=\"mail-frame\" sandbox src=\"/dev/mail/1/html\"");
        frame.Headers.GetValues("Content-Security-Policy").Single().ShouldEndWith("sandbox");
        frame.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("script-src");
        frame.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await anybody.GetAsync(new Uri("/dev/mail/99999", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_clock_bar_names_the_next_event_and_never_moves_back()
    {
        using var browser = await demo.BrowserAsync("phochutich.cdyt");

        var page = await browser.GetStringAsync(new Uri("/demo/clock", UriKind.Relative));
        using var back = DemoInJanuary.Form(page, ("Day", "2019-12-20"));
        var refused = await browser.PostAsync(new Uri("/demo/clock", UriKind.Relative), back);

        DemoInJanuary.Words(page).ShouldContain("Tới 14/01 (nhắc duyệt)");
        DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain("Đồng hồ không lùi lại. Bây giờ là Thứ Tư 08/01/2020, 08:15.");
    }
}
