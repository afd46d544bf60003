using System.Net;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Managers;

/// <summary>From the first page on, every link of every page leads to something the reader may see.</summary>
public sealed class LinksTests(DemoInJanuary demo) : IClassFixture<DemoInJanuary>
{
    /// <summary>Addresses of one shape are the same page for another unit, day or plan; so many of each are looked at.</summary>
    private const int OfOneShape = 3;

    [Theory]
    [InlineData("chuyenvien.cdyt", "/tasks/*/extend")]
    [InlineData("chutich.bvdkha", "/tasks/*")]
    [InlineData("quantri", "/mail-templates/reminder/vi")]
    [InlineData("vanthu.cdyt", "/plans/*/change")]
    public async Task Every_link_leads_somewhere(string user, string among)
    {
        using var browser = await demo.BrowserAsync(user);
        var (waiting, shapes, broken) = (new Queue<(string From, string To)>([("", "/")]), new Dictionary<string, int>(), new List<string>());
        while (waiting.TryDequeue(out var link))
        {
            var address = new Uri(new Uri(browser.BaseAddress!, link.From), WebUtility.HtmlDecode(link.To));
            if (address.Host != browser.BaseAddress!.Host) continue;
            // The shell of Studio is judged by its own tests; it loads thirty megabytes from here.
            if (address.AbsolutePath.StartsWith("/designer", StringComparison.Ordinal)) continue;
            var shape = Regex.Replace(address.AbsolutePath, "[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\\d+", "*") + "?" + string.Join('&', Regex.Matches(address.Query, "[?&](\\w+)=").Select(m => m.Groups[1].Value).Distinct());
            shapes[shape] = shapes.GetValueOrDefault(shape) + 1;
            if (shapes[shape] > OfOneShape) continue;
            using var answer = await browser.GetAsync(new Uri(address.PathAndQuery, UriKind.Relative));
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Redirect or HttpStatusCode.Accepted)) broken.Add($"{link.From}: {link.To} is {(int)answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            var page = await answer.Content.ReadAsStringAsync();
            foreach (Match found in Regex.Matches(page, "<a [^>]*?href=\"([^\"#]+)(?:#[^\"]*)?\"")) waiting.Enqueue((address.PathAndQuery, found.Groups[1].Value));
        }

        broken.ShouldBeEmpty();
        shapes.Keys.ShouldContain(among + "?");
    }
}
