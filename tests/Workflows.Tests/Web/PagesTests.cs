using System.Net;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Web;

public sealed partial class PagesTests
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/components")]
    [InlineData("/forgotten-password")]
    public async Task A_page_holds_nothing_the_content_policy_forbids(string address)
    {
        await using var host = await ShellHost.Start();
        var response = await host.Browser().GetAsync(address);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldNotContain("unsafe");
        policy.ShouldContain("frame-ancestors 'none'");
        var html = await response.Content.ReadAsStringAsync();
        Inline().Matches(html).Select(match => match.Value).ShouldBeEmpty();
        html.ShouldNotContain("&#x1E"); // the marked letters; no-break spaces and plus signs are always escaped
        html.ShouldContain("Kế hoạch Công đoàn");
    }

    [Fact]
    public async Task The_components_are_not_shown_in_production()
    {
        await using var host = await ShellHost.Start("Production");
        (await host.Browser().GetAsync("/components")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Browser().GetStringAsync("/sign-in")).ShouldNotContain("demo-roles");
    }

    // On a slow line fonts and scripts that are asked for first take the line from the sheets, without which nothing is drawn.
    [Fact]
    public async Task Sheets_are_asked_for_before_scripts_and_fonts()
    {
        await using var host = await ShellHost.Start();
        using var browser = host.Browser();

        var head = await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative));

        head.ShouldNotContain("rel=\"preload\"");
        head.LastIndexOf("rel=\"stylesheet\"", StringComparison.Ordinal).ShouldBeInRange(0, head.IndexOf("<script", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_page_says_so_in_words()
    {
        await using var host = await ShellHost.Start();
        var response = await host.Browser().GetAsync("/khong-co");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Không có trang này");
    }

    [Fact]
    public async Task A_failure_shows_a_code_and_no_details()
    {
        await using var host = await ShellHost.Start();
        var response = await host.Browser().GetAsync("/boom");
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var html = await response.Content.ReadAsStringAsync();
        html.ShouldContain("Mã: ");
        html.ShouldNotContain("boom");
    }

    [Fact]
    public async Task An_unknown_address_of_the_API_answers_with_problem_details()
    {
        await using var host = await ShellHost.Start();
        var response = await host.Browser().GetAsync("/api/khong-co");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [GeneratedRegex(@"<[^>]*\s(style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();
}
