using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using WorkflowHost.Identity;
using Workflows.Tests.Web;

namespace Workflows.Tests.Identity;

public sealed partial class SignInTests
{
    [Fact]
    public async Task A_wrong_name_and_a_wrong_password_look_the_same()
    {
        await using var host = await ShellHost.Start();
        var browser = host.Browser();
        var name = await (await Post(browser, "khong-ai", ShellHost.Password)).Content.ReadAsStringAsync();
        var password = await (await Post(browser, "chutich", "sai mật khẩu")).Content.ReadAsStringAsync();
        Errors().Match(name).Value.ShouldBe(Errors().Match(password).Value);
        Errors().Match(name).Value.ShouldContain("Tên đăng nhập hoặc mật khẩu chưa đúng");
    }

    /// <summary>Hashing takes most of the time of a sign-in: how often it is done would tell accounts apart.</summary>
    [Fact]
    public async Task Every_refusal_hashes_once()
    {
        await using var host = await ShellHost.Start();
        await using var scope = host.Services.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<PersonSignIn>();
        var counting = new Counting();
        signIn.UserManager.PasswordHasher = counting;
        async Task RefusedAsync(string name, string why)
        {
            var before = counting.Times;
            (await signIn.CheckAsync(name, "sai mật khẩu")).ShouldBeNull(why);
            (counting.Times - before).ShouldBe(1, why);
        }

        await RefusedAsync("khong-ai", "unknown");
        for (var i = 1; i <= 6; i++) await RefusedAsync("chutich", $"wrong for the {i}. time; the fifth locks");
        (host.Person.LockoutEnd, host.Person.AccessFailedCount) = (null, 0);
        host.Person.PasswordHash = null;
        await RefusedAsync("chutich", "no password");
        host.Person.IsActive = false;
        await RefusedAsync("chutich", "switched off");
    }

    private sealed class Counting : IPasswordHasher<Person>
    {
        public int Times { get; private set; }

        public string HashPassword(Person user, string password) => "x";

        public PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword)
        {
            Times++;
            return PasswordVerificationResult.Failed;
        }
    }

    [Fact]
    public async Task Five_wrong_tries_lock_the_account_without_saying_so()
    {
        await using var host = await ShellHost.Start();
        var browser = host.Browser();
        for (var i = 0; i < 5; i++)
        {
            (await Post(browser, "chutich", "sai mật khẩu")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        host.Person.LockoutEnd.ShouldNotBeNull();
        var locked = await Post(browser, "chutich", ShellHost.Password);
        locked.StatusCode.ShouldBe(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await locked.Content.ReadAsStringAsync()).ShouldContain("tạm khóa 15\u00a0phút");
    }

    [Theory]
    [InlineData("/inbox?page=2", "/inbox?page=2")]
    [InlineData("https://example.org/", "/")]
    [InlineData("//example.org/", "/")]
    [InlineData("/\\example.org", "/")]
    public async Task One_goes_on_within_this_site_only(string asked, string reached)
    {
        await using var host = await ShellHost.Start();
        var response = await Post(host.Browser(), "chutich", ShellHost.Password, asked);
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.OriginalString.ShouldBe(reached);
        response.Headers.GetValues("Set-Cookie").ShouldContain(cookie =>
            cookie.StartsWith("workflows.session=", StringComparison.Ordinal) && cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase)
            && cookie.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Somebody_switched_off_cannot_sign_in()
    {
        await using var host = await ShellHost.Start();
        host.Person.IsActive = false;
        (await Post(host.Browser(), "chutich", ShellHost.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Token(host.Browser(), ShellHost.Password)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var host = await ShellHost.Start();
        var response = await host.Browser().PostAsync("/sign-in", Form("chutich", ShellHost.Password, null, null));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_session_reaches_the_API_only_with_the_antiforgery_header()
    {
        await using var host = await ShellHost.Start();
        var browser = host.Browser();
        await Post(browser, "chutich", ShellHost.Password);
        (await browser.PostAsync("/api/who", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var meta = Meta().Match(await browser.GetStringAsync("/components")).Groups[1].Value;
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", meta);
        (await browser.PostAsync("/api/who", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_ends_with_its_time_or_a_new_stamp()
    {
        await using var host = await ShellHost.Start();
        var browser = host.Browser();
        var answer = await (await Token(browser, ShellHost.Password)).Content.ReadFromJsonAsync<JsonElement>();
        browser.DefaultRequestHeaders.Authorization = new("Bearer", answer.GetProperty("accessToken").GetString());
        (await (await browser.PostAsync("/api/who", null)).Content.ReadAsStringAsync()).ShouldBe("Bearer");

        host.Person.SecurityStamp = "stamp-2";
        (await browser.PostAsync("/api/who", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        host.Person.SecurityStamp = "stamp-1";
        (await browser.PostAsync("/api/who", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        host.Time.Now += TimeSpan.FromHours(8);
        (await browser.PostAsync("/api/who", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Wrong_credentials_of_the_API_are_a_401_with_problem_details()
    {
        await using var host = await ShellHost.Start();
        var response = await Token(host.Browser(), "sai mật khẩu");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task A_demo_role_fills_the_form_in()
    {
        await using var host = await ShellHost.Start();
        var html = await host.Browser().GetStringAsync("/sign-in?role=chutich");
        html.ShouldContain($"value=\"{ShellHost.Password}\"");
        (await host.Browser().GetStringAsync("/sign-in")).ShouldNotContain(ShellHost.Password);
    }

    private static Task<HttpResponseMessage> Token(HttpClient browser, string password) =>
        browser.PostAsJsonAsync("/api/sign-in", new { userName = "chutich", password });

    private static async Task<HttpResponseMessage> Post(HttpClient browser, string name, string password, string? returnUrl = null)
    {
        var form = await browser.GetStringAsync("/sign-in");
        return await browser.PostAsync("/sign-in", Form(name, password, returnUrl, Field().Match(form).Groups[1].Value));
    }

    private static FormUrlEncodedContent Form(string name, string password, string? returnUrl, string? token) => new(new Dictionary<string, string>
    {
        ["UserName"] = name,
        ["Password"] = password,
        ["returnUrl"] = returnUrl ?? "",
        ["__RequestVerificationToken"] = token ?? "",
    });

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex Field();

    [GeneratedRegex("name=\"antiforgery\" content=\"([^\"]+)\"")]
    private static partial Regex Meta();

    [GeneratedRegex("<div class=\"errors\".*?</div>", RegexOptions.Singleline)]
    private static partial Regex Errors();
}
