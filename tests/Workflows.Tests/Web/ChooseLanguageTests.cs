using Microsoft.Net.Http.Headers;
using WorkflowHost.Web;

namespace Workflows.Tests.Web;

public sealed class ChooseLanguageTests
{
    [Theory]
    [InlineData(null, null, "", "vi")]
    [InlineData(null, null, "en-US,en;q=0.9", "en")]
    [InlineData(null, null, "en-US,en;q=0.9,vi;q=0.8", "vi")]
    [InlineData(null, null, "fr", "vi")]
    [InlineData(null, "vi", "en", "vi")]
    [InlineData("en", "vi", "vi", "en")]
    [InlineData("xx", null, "vi", "vi")]
    public void The_choice_goes_before_the_person_before_the_browser(string? cookie, string? person, string browser, string expected) =>
        ChooseLanguage.Of(cookie, person, browser.Length == 0 ? [] : StringWithQualityHeaderValue.ParseList([browser])).Code.ShouldBe(expected);
}
