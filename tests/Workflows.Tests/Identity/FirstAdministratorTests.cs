using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;
using static Workflows.Tests.Identity.ProductionHost;

namespace Workflows.Tests.Identity;

/// <summary>The way into an empty production database, and the password that has to be changed.</summary>
public sealed partial class FirstAdministratorTests
{
    private const string Named = "--Workflows:FirstAdministrator=quan.tri";
    private const string Own = "con đường làng có hàng cau";

    [Fact]
    public async Task A_printed_password_opens_only_the_page_that_changes_it()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var host = await StartAsync(database, Named, "--Workflows:RootUnit=TLD", "--Workflows:Organisation=Tổng Liên đoàn");
        var password = Printed().Match(host.Printed).Groups[1].Value;
        password.Length.ShouldBe(20);

        (await (await host.TokenAsync("quan.tri", password)).Content.ReadFromJsonAsync<JsonNode>())!["type"]!.ToString().ShouldBe("password_change_required");
        using var browser = host.Browser();
        (await SignInAsync(browser, "quan.tri", password)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var sent = await browser.GetAsync(new Uri("/plans?status=issued", UriKind.Relative));
        (sent.StatusCode, sent.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.Redirect, "/change-password?returnUrl=%2Fplans%3Fstatus%3Dissued"));
        (await browser.GetAsync(new Uri("/api/organisation", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.GetAsync(new Uri("/css/app.css", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await ChangeAsync(browser, password, Own)).Headers.Location!.OriginalString.ShouldBe("/");
        (await browser.GetAsync(new Uri("/plans", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.TokenAsync("quan.tri", password)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var program = await ProgramAsync(host, "quan.tri", Own);
        var organisation = await program.GetFromJsonAsync<JsonNode>("/api/organisation");
        organisation!["units"]!.AsArray().Select(u => $"{u!["code"]} {u["name"]}").ShouldBe(["TLD Tổng Liên đoàn"]);
        organisation["assignments"]!.AsArray().Select(a => $"{a!["userName"]} {a["role"]} {a["unit"]}").ShouldBe(["quan.tri Administrator TLD"]);

        using var nobody = host.Browser();
        (await nobody.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await program.GetFromJsonAsync<JsonNode>("/openapi/v1.json"))!["paths"]!.AsObject().Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task The_first_administrator_brings_the_organisation_in_and_everybody_gets_a_password()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var host = await StartAsync(database, Named, "--Workflows:FirstAdministratorPassword=tạm thời một lần", "--Workflows:RootUnit=TLD");
        host.Printed.ShouldNotContain("one-time", Case.Insensitive);
        using var browser = host.Browser();
        await SignInAsync(browser, "quan.tri", "tạm thời một lần");
        (await ChangeAsync(browser, "tạm thời một lần", Own)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var program = await ProgramAsync(host, "quan.tri", Own);
        var file = await File.ReadAllTextAsync(Path.Combine(Postgres.HostFolder(), "..", "..", "workflows", "demo", "organisation.json"));
        (await program.PostAsync(new Uri("/api/organisation/import", UriKind.Relative), new StringContent(file))).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await host.TokenAsync("chutich.cdyt", DemoAccount.PublicPassword)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var given = await program.PostAsync(new Uri("/api/organisation/people/ChuTich.cdyt/one-time-password", UriKind.Relative), null);
        given.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var once = (await given.Content.ReadFromJsonAsync<JsonNode>())!["password"]!.ToString();
        using var chair = host.Browser();
        await SignInAsync(chair, "chutich.cdyt", once);
        (await ChangeAsync(chair, once, "hạt gạo làng ta")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        // A chair manages no organisation; nobody gives a password to themselves or to nobody.
        using var asChair = await ProgramAsync(host, "chutich.cdyt", "hạt gạo làng ta");
        (await asChair.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var (who, user, status) in new[] { (asChair, "vanthu.cdyt", HttpStatusCode.Forbidden), (program, "quan.tri", HttpStatusCode.NotFound), (program, "khong-ai", HttpStatusCode.NotFound) })
            (await who.PostAsync(new Uri($"/api/organisation/people/{user}/one-time-password", UriKind.Relative), null)).StatusCode.ShouldBe(status, user);
        await using var connection = await database.DataSource.OpenConnectionAsync();
        (await Db.Command(connection, "select count(*) from audit where action = 'person.one-time-password'").ListAsync(r => r.GetInt64(0))).ShouldBe([1]);
        (await Db.Command(connection, "select p.user_name from audit a join person p on p.id = a.actor_id where a.action = 'person.password' and a.detail ->> 'personId' = p.id::text order by a.id")
            .ListAsync(r => r.GetString(0))).ShouldBe(["quan.tri", "chutich.cdyt"]);
    }

    [Fact]
    public async Task With_an_administrator_who_can_sign_in_the_setting_does_nothing()
    {
        await using var database = await Postgres.CreateDatabase();
        string password;
        await using (var first = await StartAsync(database, Named)) password = Printed().Match(first.Printed).Groups[1].Value;
        await using var second = await StartAsync(database, "--Workflows:FirstAdministrator=ke.khac", "--Workflows:FirstAdministratorPassword=tạm thời một lần");

        second.Printed.ShouldNotContain("one-time", Case.Insensitive);
        (await second.TokenAsync("ke.khac", "tạm thời một lần")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await second.TokenAsync("quan.tri", password)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "the first password still stands and still has to be changed");
        await using var connection = await database.DataSource.OpenConnectionAsync();
        (await Db.Command(connection, "select user_name from person").ListAsync(r => r.GetString(0))).ShouldBe(["quan.tri"]);
    }

    [Theory]
    [InlineData("ngắn")]
    [InlineData("quan.tri.admin")]
    [InlineData(DemoAccount.PublicPassword)]
    public async Task A_password_that_is_no_secret_stops_the_start(string password)
    {
        await using var database = await Postgres.CreateDatabase();
        (await Should.ThrowAsync<StartupProblem>(() => StartAsync(database, "--Workflows:FirstAdministrator=quan.tri.admin", $"--Workflows:FirstAdministratorPassword={password}")))
            .Message.ShouldContain("FirstAdministratorPassword");
    }

    [Fact]
    public async Task Production_opens_nothing_with_the_demos_password()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var host = await StartAsync(database, Named, "--Workflows:FirstAdministratorPassword=tạm thời một lần");
        using var browser = host.Browser();
        await SignInAsync(browser, "quan.tri", "tạm thời một lần");
        var refused = await ChangeAsync(browser, "tạm thời một lần", DemoAccount.PublicPassword);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("ai cũng đoán được");

        // As if a row of a demo had been copied over.
        await using var connection = await database.DataSource.OpenConnectionAsync();
        var hash = new PasswordHasher<Person>().HashPassword(new Person(), DemoAccount.PublicPassword);
        await Db.Command(connection, "update person set must_change_password = false, password_hash = $1", Db.P(hash)).ExecuteNonQueryAsync();
        (await host.TokenAsync("quan.tri", DemoAccount.PublicPassword)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SignInAsync(host.Browser(), "quan.tri", DemoAccount.PublicPassword)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Everybody_changes_their_own_password_and_other_sessions_end()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var host = await StartAsync(database, Named, "--Workflows:FirstAdministratorPassword=tạm thời một lần");
        using var browser = host.Browser();
        await SignInAsync(browser, "quan.tri", "tạm thời một lần");
        await ChangeAsync(browser, "tạm thời một lần", Own);
        using var program = await ProgramAsync(host, "quan.tri", Own);

        foreach (var (current, next, again, says) in new[]
        {
            ("không phải", "hạt gạo làng ta", "hạt gạo làng ta", "Mật khẩu hiện tại chưa đúng"), (Own, "ngắn", "ngắn", "từ 10"),
            (Own, Own, Own, "phải khác"), (Own, "hạt gạo làng ta", "hạt gạo làng tôi", "chưa giống nhau"), (Own, "", "", "Nhập mật khẩu mới"),
        })
        {
            var answer = await ChangeAsync(browser, current, next, again);
            (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).Replace('\u00a0', ' ').Contains(says, StringComparison.Ordinal))
                .ShouldBe((HttpStatusCode.UnprocessableEntity, true), says);
        }

        (await program.GetAsync(new Uri("/api/organisation", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.PostAsync(new Uri("/change-password", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string> { ["Current"] = Own, ["New"] = "x", ["Again"] = "x" })))
            .StatusCode.ShouldBe(HttpStatusCode.BadRequest, "no antiforgery token");
        (await ChangeAsync(browser, Own, "hạt gạo làng ta")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync(new Uri("/plans", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK, "this session goes on");
        (await program.GetAsync(new Uri("/api/organisation", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "every other ends");
        (await host.Browser().GetAsync(new Uri("/change-password", UriKind.Relative))).Headers.Location!.PathAndQuery.ShouldStartWith("/sign-in");
    }

    private static async Task<HttpClient> ProgramAsync(ProductionHost host, string user, string password)
    {
        var answer = await host.TokenAsync(user, password);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var program = host.Browser();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!.ToString());
        return program;
    }

    [GeneratedRegex("one-time password ([A-Za-z0-9]+) and change it")]
    private static partial Regex Printed();
}
