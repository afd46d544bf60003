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
    [InlineData("sign-in.css")]
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
        Regex.Match(print, @"[^{}]+(?=\{display:none!important\})").Value.Trim().Split(',').ShouldBe([".clock", ".top", ".foot", ".crumbs", ".tabs", ".search", ".btn", ".skip", ".dense .act"]);
    }

    // Paper is narrower than a desk's screen: A4 would take what is meant for phones, and every table would fall apart into blocks.
    [Theory]
    [InlineData("app.css")]
    [InlineData("staff.css")]
    [InlineData("managers.css")]
    [InlineData("sign-in.css")]
    public void What_is_for_phones_is_not_for_paper(string sheet)
    {
        var narrow = Regex.Matches(Read(sheet), @"@media[^{]*max-width[^{]*");
        narrow.Count.ShouldBeGreaterThan(0);
        narrow.Select(m => m.Value).ShouldAllBe(query => query.StartsWith("@media screen and ", StringComparison.Ordinal));
    }

    [Fact]
    public void Words_do_not_wait_for_their_font()
    {
        var faces = Regex.Matches(Read("app.css"), "@font-face{[^}]*}");
        faces.Count.ShouldBeGreaterThan(0);
        faces.Select(f => f.Value).ShouldAllBe(face => face.Contains("font-display:swap", StringComparison.Ordinal));
    }

    private static string Read(string sheet) => File.ReadAllText(Path.Combine(Postgres.HostFolder(), "wwwroot/css", sheet));
}
