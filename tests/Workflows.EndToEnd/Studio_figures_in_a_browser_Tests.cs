using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Workflows.EndToEnd;

/// <summary>
/// What Studio's screens load and how long it takes until one can work with them: with an empty cache and a full one, with many instances in the list,
/// with a long journal in the viewer (<c>WORKFLOWS_LONG=1</c>: ten thousand, five thousand). The figures are printed and never judged; judged is that
/// everything is there.
/// </summary>
[Trait("Category", "Long")]
public sealed class Studio_figures_in_a_browser_Tests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const string Shipped = "hoi-nghi-dien-hinh-tien-tien-nganh";
    private static readonly bool Long = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1";
    private static readonly int Instances = Long ? 10_000 : 300;
    private static readonly int Turns = Long ? 5_000 : 60;

    // In each page from its start: when what the screen is for stands there and the page takes the pointer.
    private const string Watch =
        """
        performance.setResourceTimingBufferSize(10000);
        const shows = { definitions: 'td[data-label]', instances: 'td[data-label]', editor: 'elsa-activity-wrapper', viewer: '.mud-timeline-item' };
        const looking = setInterval(() => {
          const studio = document.getElementById('studio');
          if (!studio || studio.hasAttribute('aria-busy') || !studio.querySelector(shows[studio.dataset.screen])) return;
          clearInterval(looking);
          window.readyAt = performance.now();
        }, 20);
        """;

    private const string Loaded =
        """
        () => {
          const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
          const sent = all.filter(e => e.transferSize > 0);
          const slow = all.filter(e => e.name.includes('/elsa/')).sort((a, b) => b.duration - a.duration)[0];
          return [sent.length, sent.reduce((sum, e) => sum + e.transferSize, 0), window.readyAt, slow ? slow.duration : 0, slow ? new URL(slow.name).pathname : ''].map(String);
        }
        """;

    [Fact]
    public async Task Screens_load_and_long_lists_and_journals_are_all_there()
    {
        var designer = await browser.Host.SignInAsync("thietke");
        await SayAsync("editor, 30 steps", $"designer/workflows/definitions/{Shipped}/edit");
        var few = await RunsAsync(designer, "so-lieu-it", 3);
        await SayAsync("viewer, few entries", $"designer/workflows/instances/{few}/view");
        await SayAsync("list of instances, few", "designer/workflows/instances");

        await RunsAsync(designer, "so-lieu-nhieu", Instances);
        var (_, list) = await designer.PostAsync("elsa/api/workflow-instances", new { page = (Instances / 10) - 1, pageSize = 10, definitionIds = new[] { "so-lieu-nhieu" } });
        (list!["totalCount"]!.GetValue<int>(), list["items"]!.AsArray().Count).ShouldBe((Instances, 10));
        await SayAsync($"list of instances, {Instances} of them", "designer/workflows/instances?page=1&pageSize=10");
        await SayAsync($"the same, page {Instances / 20}", $"designer/workflows/instances?page={Instances / 20}&pageSize=10");

        var busy = await LoopAsync(designer);
        var (_, journal) = await designer.PostAsync($"elsa/api/workflow-instances/{busy}/journal?skip=0&take=1", new { });
        var entries = journal!["totalCount"]!.GetValue<int>();
        entries.ShouldBeGreaterThan(Turns);
        await SayAsync($"viewer, {Turns} bursts with {entries} entries", $"designer/workflows/instances/{busy}/view", JournalAsync);
    }

    /// <summary>Opens the screen in a fresh window, and again in the same one, and writes down what that took.</summary>
    private async Task SayAsync(string what, string address, Func<IPage, Task>? then = null)
    {
        await using var visit = await browser.SignInAsync("thietke");
        await visit.Page.AddInitScriptAsync(Watch);
        foreach (var cache in (string[])["cold", "warm"])
        {
            var read = await ReadAsync(visit, address);
            var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what}, {cache}: {read.Requests} requests, {read.Bytes / 1e6:0.00} MB, ready after {read.Ready / 1000:0.0} s; slowest call {read.Slowest:0} ms {read.Call}; load {load}"));
        }

        if (then is not null) await then(visit.Page);
        visit.Faults.Where(f => f.StartsWith("script:", StringComparison.Ordinal) || f.StartsWith('5')).ShouldBeEmpty();
    }

    private static async Task<Figures> ReadAsync(Visit visit, string address)
    {
        await visit.GoAsync(address);
        await visit.UntilAsync("the screen can be worked with", () => visit.Page.EvaluateAsync<bool>("() => window.readyAt > 0"));
        var read = await visit.Page.EvaluateAsync<string[]>(Loaded);
        return new Figures(Number(read[0]), Number(read[1]), Number(read[2]), Number(read[3]), read[4]);

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The journal's last entry can be scrolled to.</summary>
    private static async Task JournalAsync(IPage page)
    {
        await page.EvaluateAsync(
            """
            () => {
              let pane = document.querySelector('.mud-timeline-item');
              while (pane && pane.scrollHeight <= pane.clientHeight + 1) pane = pane.parentElement;
              if (pane) pane.scrollTop = pane.scrollHeight;
            }
            """);
        await page.Locator(".mud-timeline-item", new() { HasText = "Hết" }).First.WaitForAsync();
    }

    /// <summary>Publishes a definition that waits for an event, and starts it so often; answers the last one.</summary>
    private static async Task<string> RunsAsync(Api designer, string id, int times)
    {
        await StoreAsync(designer, id, new JsonArray(Step("đầu", "Elsa.Start", "Bắt đầu", 60), Step("chờ", "Elsa.Event", "Chờ tin", 400, ("eventName", "String", "không bao giờ"))), ("đầu", "chờ"));
        for (var left = times; left > 0; left -= 1000)
        {
            var (status, body) = await designer.PostAsync($"elsa/api/workflow-definitions/{id}/bulk-dispatch", new { count = Math.Min(left, 1000) });
            status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Accepted], body?.ToJsonString());
        }

        var (_, list) = await designer.PostAsync("elsa/api/workflow-instances", new { page = 0, pageSize = 1, definitionIds = new[] { id } });
        return list!["items"]![0]!["id"]!.GetValue<string>();
    }

    /// <summary>An instance that waited once a turn: as many bursts, four entries each.</summary>
    private async Task<string> LoopAsync(Api designer)
    {
        var loop = Step("lặp", "Elsa.For", "Lặp", 400, ("start", "Int32", "1"), ("end", "Int32", Turns.ToString(CultureInfo.InvariantCulture)));
        loop["body"] = Step("nghỉ", "Elsa.Delay", "Nghỉ", 0, ("timeSpan", "TimeSpan", "00:00:01"));
        await StoreAsync(designer, "so-lieu-dai", new JsonArray(Step("đầu", "Elsa.Start", "Bắt đầu", 60), loop, Step("hết", "Elsa.WriteLine", "Hết", 760, ("text", "String", "Hết"))),
            ("đầu", "lặp"), ("lặp", "hết"));
        var (_, started) = await designer.PostAsync("elsa/api/workflow-definitions/so-lieu-dai/execute", new { });
        var id = started!["workflowState"]!["id"]!.GetValue<string>();
        var now = DateTimeOffset.Parse((await designer.GetAsync($"elsa/api/workflow-instances/{id}")).Body!["createdAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        // A move stops at every instant at which something is due; in pieces, so that no answer takes for ever.
        for (var second = 0; second <= Turns + 20; second += 20)
            await browser.Host.MoveClockAsync(now.AddSeconds(second + 20).ToString("O", CultureInfo.InvariantCulture));
        (await designer.GetAsync($"elsa/api/workflow-instances/{id}")).Body!["status"]!.GetValue<string>().ShouldBe("Finished");
        return id;
    }

    private static async Task StoreAsync(Api designer, string id, JsonArray steps, params (string From, string To)[] ways)
    {
        var model = new JsonObject
        {
            ["definitionId"] = id,
            ["name"] = id,
            ["root"] = new JsonObject
            {
                ["type"] = "Elsa.Flowchart",
                ["version"] = 1,
                ["id"] = "sơ-đồ",
                ["activities"] = steps,
                ["connections"] = new JsonArray([.. ways.Select(w => new JsonObject
                {
                    ["source"] = new JsonObject { ["activity"] = w.From, ["port"] = "Done" },
                    ["target"] = new JsonObject { ["activity"] = w.To, ["port"] = "In" },
                })]),
            },
        };
        var (status, body) = await designer.PostAsync("elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = true });
        status.ShouldBe(HttpStatusCode.OK, body?.ToJsonString());
    }

    private static JsonObject Step(string id, string type, string label, int x, params (string Input, string Type, string Value)[] inputs)
    {
        var step = new JsonObject
        {
            ["id"] = id,
            ["type"] = type,
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["displayText"] = label, ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = x, ["y"] = 100 } } },
        };
        foreach (var (input, typeName, value) in inputs)
            step[input] = new JsonObject { ["typeName"] = typeName, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };
        return step;
    }

    private sealed record Figures(double Requests, double Bytes, double Ready, double Slowest, string Call);
}
