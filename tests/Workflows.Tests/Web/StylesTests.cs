using System.Text.RegularExpressions;

namespace Workflows.Tests.Web;

/// <summary>The style sheets as files: what no picture of a single page would tell.</summary>
public sealed class StylesTests
{
    // A page's ".bar{width:100%}" once tore the bars of all other pages of that sheet apart.
    [Theory]
    [InlineData("staff.css")]
    [InlineData("managers.css")]
    [InlineData("designer.css")]
    public void A_pages_sheet_never_takes_a_class_of_the_frame_for_something_else(string sheet)
    {
        var frame = Regex.Matches(Read("app.css"), @"^\.[a-z-]+", RegexOptions.Multiline).Select(m => m.Value).ToHashSet();
        frame.Count.ShouldBeGreaterThan(50);
        Regex.Matches(Read(sheet), @"^(\.[a-z-]+)\{", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Where(frame.Contains).ShouldBeEmpty();
    }

    [Fact]
    public void Paper_has_no_navigation_and_everything_that_is_folded_or_aside_on_the_screen()
    {
        var print = Regex.Match(Read("app.css"), @"@media print\{.*?\n\}", RegexOptions.Singleline).Value;

        print.ShouldContain("details::details-content{content-visibility:visible");
        Regex.Match(print, @"[^{}]+(?=\{display:none\})").Value.Trim().Split(',').ShouldBe([".clock", ".top", ".foot", ".crumbs", ".tabs", ".search", ".btn", ".skip"]);
    }

    private static string Read(string sheet) => File.ReadAllText(Path.Combine(Postgres.HostFolder(), "wwwroot/css", sheet));
}
