using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Storage;
using WorkflowHost.Calendars;
using WorkflowHost.Email;

namespace Workflows.Tests.Managers;

/// <summary>One's own account, the links of mails without a session, and calendars over HTTP; on a demo of its own, because it changes what others read.</summary>
public sealed class AccountPageTests : IAsyncLifetime
{
    private const string Officer = "chuyenvien.cdyt";
    private readonly DemoInJanuary demo = new();

    public Task InitializeAsync() => demo.InitializeAsync();

    public Task DisposeAsync() => demo.DisposeAsync();

    [Fact]
    public async Task A_person_chooses_how_mail_comes_and_the_pages_follow_the_language()
    {
        using var browser = await demo.BrowserAsync(Officer);
        var page = await browser.GetStringAsync(At("/account"));
        page.ShouldContain("value=\"immediate\" checked");
        using var wrong = DemoInJanuary.Form(page, ("Pace", "never"), ("DailyAt", "8h"), ("MailLanguage", "en"));
        var refused = await browser.PostAsync(At("/account?handler=Mail"), wrong);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain("Ghi giờ dạng 08:00, từ 00:00 đến 23:59.");

        using var form = DemoInJanuary.Form(page, ("Pace", "daily"), ("DailyAt", "07:30"), ("MailLanguage", "en"));
        (await browser.PostAsync(At("/account?handler=Mail"), form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        page = await browser.GetStringAsync(At("/account?saved=true"));
        (page.Contains("value=\"daily\" checked", StringComparison.Ordinal), page.Contains("value=\"07:30\"", StringComparison.Ordinal)).ShouldBe((true, true));
        DemoInJanuary.Words(page).ShouldContain("Your choice is saved.");
        using var program = await demo.ProgramAsync(Officer);
        (await program.GetStringAsync(At("/api/account/mail"))).ShouldBe("""{"language":"en","pace":"daily","dailyAt":"07:30"}""");
        (await program.PutAsJsonAsync("/api/account/mail", new { language = "vi", pace = "sometimes", dailyAt = "07:30" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await program.PutAsJsonAsync("/api/account/mail", new { language = "vi", pace = "immediate", dailyAt = "08:00" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await program.GetStringAsync(At("/api/account/mail"))).ShouldContain("immediate");
        using var nobody = await demo.ProgramAsync();
        (await nobody.GetAsync(At("/api/account/mail"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_link_of_a_digest_changes_nothing_when_it_is_looked_at_and_leaves_escalations_when_it_is_pressed()
    {
        var links = demo.App.Services.GetRequiredService<UnsubscribeLinks>();
        using var program = await demo.ProgramAsync(Officer);
        var mail = demo.App.Services.GetRequiredService<WorkflowHost.Hosting.Installation>().Catcher!.Mails.Last(m => m.Headers.Any(h => h.Key == "List-Unsubscribe"));
        var address = new Uri(mail.Headers.Single(h => h.Key == "List-Unsubscribe").Value.Trim('<', '>'));
        mail.Text.ShouldContain(address.ToString());
        mail.Headers.ShouldNotContain(h => h.Key == "List-Unsubscribe-Post"); // the demo has no HTTPS
        // Only digests can be declined.
        demo.App.Services.GetRequiredService<WorkflowHost.Hosting.Installation>().Catcher!.Mails
            .Where(m => m.Headers.Any(h => h.Key == "List-Unsubscribe")).ShouldAllBe(m => m.Text!.ReplaceLineEndings(" ").Contains("Mỗi lượt chỉ gửi một thư"));
        var path = At(new Uri(links.For(await PersonAsync(Officer))).PathAndQuery);
        using var scanner = await demo.ProgramAsync();

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Get })
        {
            using var request = new HttpRequestMessage(method, path);
            using var looked = await scanner.SendAsync(request);
            looked.StatusCode.ShouldBe(HttpStatusCode.OK);
            looked.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }

        DemoInJanuary.Words(await scanner.GetStringAsync(path)).ShouldContain("Báo cáo quá hạn, thư trả lại và kế hoạch mới vẫn được gửi");
        (await program.GetStringAsync(At("/api/account/mail"))).ShouldContain("immediate");
        using (var empty = new StringContent("", Encoding.UTF8, "application/x-www-form-urlencoded"))
            (await scanner.PostAsync(path, empty)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await program.GetStringAsync(At("/api/account/mail"))).ShouldContain("immediate");

        using var oneClick = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        var done = await scanner.PostAsync(path, oneClick);
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        var words = DemoInJanuary.Words(await done.Content.ReadAsStringAsync());
        words.ShouldContain("Từ nay hệ thống chỉ gửi báo cáo quá hạn.");
        words.ShouldContain("không tắt được các thư này");
        words.ShouldNotContain("Chuyên viên");
        (await program.GetStringAsync(At("/api/account/mail"))).ShouldBe("""{"language":"vi","pace":"escalations","dailyAt":"08:00"}""");
        done.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(c => c.StartsWith("workflows.session", StringComparison.Ordinal));

        // The token is good for this and nothing else, and a spoilt one for nothing.
        var token = path.ToString().Split('/')[^1];
        (await scanner.GetAsync(At($"/mail/unsubscribe/{token[..^4]}AAAA"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scanner.GetAsync(At("/mail/unsubscribe/x"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var bearer = new HttpRequestMessage(HttpMethod.Get, "/api/account/mail");
        bearer.Headers.Authorization = new("Bearer", token);
        (await scanner.SendAsync(bearer)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_calendar_is_made_shown_once_read_without_a_session_bounded_and_revoked()
    {
        using var browser = await demo.BrowserAsync("chutich.bvdl");
        var page = await browser.GetStringAsync(At("/account"));
        using var form = DemoInJanuary.Form(page, ("Unit", ""));
        var made = await browser.PostAsync(At("/account?handler=Calendar"), form);
        made.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var address = Regex.Match(await made.Content.ReadAsStringAsync(), "<code>[^<]*(/calendar/[A-Za-z0-9_-]{43}\\.ics)</code>").Groups[1].Value;
        address.ShouldNotBeEmpty();
        page = await browser.GetStringAsync(At("/account"));
        page.ShouldNotContain(address);

        using var reader = await demo.ProgramAsync();
        var read = await reader.GetAsync(At(address));
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
        read.Content.Headers.ContentType!.ToString().ShouldBe("text/calendar; charset=utf-8");
        (await read.Content.ReadAsStringAsync()).ShouldStartWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
        using (var again = new HttpRequestMessage(HttpMethod.Get, address))
        {
            again.Headers.IfNoneMatch.Add(read.Headers.ETag!);
            (await reader.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }

        (await reader.GetAsync(At($"/calendar/{new string('A', 43)}.ics"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        HttpResponseMessage last = read;
        for (var n = 0; n < 2 * FeedGate.OfCalendar && last.StatusCode != HttpStatusCode.TooManyRequests; n++) last = await reader.GetAsync(At(address));
        last.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        last.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(1));

        using var program = await demo.ProgramAsync("chutich.bvdl");
        var feeds = (await program.GetFromJsonAsync<JsonArray>("/api/account/calendars"))!;
        using var revoke = DemoInJanuary.Form(page);
        (await browser.PostAsync(At($"/account?handler=Revoke&id={feeds.Single()!["id"]}"), revoke)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await program.GetFromJsonAsync<JsonArray>("/api/account/calendars"))!.ShouldBeEmpty();

        var wish = await program.PostAsJsonAsync("/api/account/calendars", new { unitId = (long?)null });
        wish.StatusCode.ShouldBe(HttpStatusCode.Created);
        var other = JsonNode.Parse(await wish.Content.ReadAsStringAsync())!;
        var place = At(new Uri(other["address"]!.ToString()).PathAndQuery);
        (await reader.GetAsync(place)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await program.DeleteAsync(At($"/api/account/calendars/{other["id"]}"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await reader.GetAsync(place)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await program.PostAsJsonAsync("/api/account/calendars", new { unitId = 1 })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_link_of_a_mail_shows_plan_date_and_sign_in_to_whoever_has_no_session_and_nothing_else()
    {
        var task = await demo.TaskAsync(Officer, "keHoach", "CDCS-BVDL");
        var address = $"/tasks/{task["id"]}";
        using var nobody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(demo.App.Urls.First()), Timeout = Postgres.Patience };

        var answer = await nobody.GetAsync(At(address));
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var page = await nobody.GetStringAsync(answer.Headers.Location);
        var words = DemoInJanuary.Words(page);

        words.ShouldContain("Kế hoạch 23/KH-CĐYT");
        words.ShouldContain("Hạn: hết Thứ Ba 31/12/2019.");
        words.ShouldContain("Đăng nhập để mở việc này.");
        var hint = Regex.Match(page, "<div class=\"note sign-in-hint\">.*?</div>", RegexOptions.Singleline).Value;
        foreach (var secret in new[] { "Da liễu", "CĐCS", task["title"]?["vi"]?.ToString() ?? "Nộp kế hoạch", "Chủ tịch", "đã nộp" }) DemoInJanuary.Words(hint).ShouldNotContain(secret, Case.Insensitive);
        (await nobody.GetAsync(At($"/api/tasks/{task["id"]}"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var (path, form) in new[] { ($"{address}/decide", true), (address, true), ($"/api/tasks/{task["id"]}/accept", false) })
        {
            using HttpContent body = form ? new FormUrlEncodedContent([KeyValuePair.Create("do", "accept")]) : JsonContent.Create(new { revision = 2, operationId = "mail-link" });
            (await nobody.PostAsync(At(path), body)).StatusCode.ShouldBeOneOf(HttpStatusCode.Redirect, HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest);
        }

        var after = await demo.TaskAsync(Officer, "keHoach", "CDCS-BVDL");
        (after["status"]!.ToString(), after["revision"]!.ToString()).ShouldBe((task["status"]!.ToString(), task["revision"]!.ToString()));
        // Somebody with a session and without the right learns no more: not even that it exists.
        using var stranger = await demo.BrowserAsync("chutich.bvps");
        (await stranger.GetAsync(At(address))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await nobody.GetStringAsync(At($"/sign-in?returnUrl=%2Ftasks%2F{Guid.NewGuid()}"))).ShouldNotContain("sign-in-hint");
    }

    private async Task<Guid> PersonAsync(string name)
    {
        await using var command = demo.App.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand("select id from person where user_name = $1");
        command.Parameters.Add(Db.P(name));
        return (Guid)(await command.ExecuteScalarAsync())!;
    }

    private static Uri At(string path) => new(path, UriKind.Relative);
}
