using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>A Vietnamese designer finds no English words in Studio, and no word of a person, a value or the journal that the page has put in.</summary>
public sealed partial class Studio_in_Vietnamese_Tests(Browser browser) : IClassFixture<Browser>
{
    // What may stand there without a Vietnamese mark, and why.
    private static readonly (Regex What, string Why)[] _allowed =
    [
        (VietnameseWithoutMarks(), "Vietnamese words that have no marks"),
        (new Regex(@"^[\d\s.,:()/#–-]+$"), "figures and dates"),
        (new Regex("^[0-9a-f]{8}[0-9a-f-]{4,}[0-9a-f.]*$"), "ids"),
        (new Regex("^[a-z0-9]+(-[a-z0-9]+){2,}$"), "ids that designers gave"),
        (new Regex("^(JavaScript|JSON|Liquid|HTTP)$"), "names of languages and protocols"),
        (new Regex(@"^(Elsa|Workflows)\.[A-Za-z]+$"), "names of activity types"),
    ];

    [Fact]
    public async Task Nothing_on_the_four_screens_stays_in_English()
    {
        await using var designer = await browser.SignInAsync("thietke");
        var page = designer.Page;
        await page.GotoAsync("designer/workflows/instances");
        var instance = await StoreAsync(page, "thử-dịch", Names("Đo {0}"));
        var walk = new StudioWalk(designer);
        await walk.ListAsync();
        await walk.EditorAsync("thử-dịch", "Đo activity");
        await walk.ViewerAsync(instance, "Đo activity");
        await walk.InstancesAsync();

        var types = await NamesAsync(page, "/elsa/api/descriptors/variables", "[...all.items ?? all].map(v => v.displayName)");
        var technical = await NamesAsync(page, "/elsa/api/descriptors/activities", "all.items.flatMap(a => [...a.inputs, ...a.outputs].flatMap(i => [i.name, i.name[0].toLowerCase() + i.name.slice(1)]))");
        walk.Read.Count.ShouldBeGreaterThan(40);
        walk.Read.SelectMany(place => place.Value
                .Where(t => !Marks().IsMatch(t) && _allowed.All(a => !a.What.IsMatch(t)) && !types.Contains(t) && !technical.Contains(t))
                .Select(t => $"{place.Key}: {t}"))
            .ShouldBeEmpty();
        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task Times_are_the_unions_wherever_the_window_is()
    {
        await using var designer = await browser.SignInAsync("thietke", zone: "America/New_York");
        var page = designer.Page;
        // The two screens on which no other test begins are loaded here from outside.
        await page.GotoAsync("designer/workflows/instances");
        await page.Locator("#studio td").First.WaitForAsync();
        var instance = await StoreAsync(page, "giờ", Names("Giờ {0}"));
        var created = (string)(await GetAsync(page, $"/elsa/api/workflow-instances/{instance}"))["createdAt"]!;
        var shown = DateTimeOffset.Parse(created, null).ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM/yyyy HH:mm", null);
        await designer.ShowAsync("designer/workflows/definitions/giờ/edit");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        await OpenAsync(page, "Các phiên bản");
        await Assertions.Expect(page.Locator(".mud-tabs td").Nth(3)).ToHaveTextAsync(shown);
        await page.GotoAsync($"designer/workflows/instances/{instance}/view");
        await Assertions.Expect(Value(page, "Tạo lúc")).ToHaveTextAsync(shown);
        await Assertions.Expect(page.Locator(".mud-timeline-item").First).ToContainTextAsync(shown);
        await designer.ShowAsync("designer/workflows/instances");
        await Assertions.Expect(page.Locator("tr", new() { HasText = instance }).Locator("td[data-label=CreatedAt]")).ToHaveTextAsync(shown);
    }

    /// <summary>Every name that people give, each another one of Studio's own words in this form.</summary>
    internal static Dictionary<string, string> Names(string form) => new Dictionary<string, string>
    {
        ["definition"] = "Save",
        ["description"] = "Delete",
        ["category"] = "Import",
        ["variable"] = "Name",
        ["input"] = "Status",
        ["label"] = "Created",
        ["output"] = "Outputs",
        ["outcome"] = "Publish",
        ["activity"] = "activity",
        ["name"] = "Incidents",
        ["text"] = "Journal",
        ["event"] = "Edit",
        ["correlation"] = "Pending",
    }.ToDictionary(n => n.Key, n => n.Value == "activity" && form == "{0}" ? "Details" : form.Replace("{0}", n.Value, StringComparison.Ordinal));

    /// <summary>Publishes a definition in which all of these names stand, and starts it; it waits for an event.</summary>
    internal static async Task<string> StoreAsync(IPage page, string id, Dictionary<string, string> words)
    {
        var model = new JsonObject
        {
            ["definitionId"] = id,
            ["name"] = words["definition"],
            ["description"] = words["description"],
            ["variables"] = new JsonArray(new JsonObject { ["id"] = "biến-1", ["name"] = words["variable"], ["typeName"] = "String", ["value"] = "Số không" }),
            ["inputs"] = new JsonArray(new JsonObject { ["name"] = words["input"], ["displayName"] = words["label"], ["type"] = "String", ["uiHint"] = "singleline", ["description"] = "", ["category"] = "" }),
            ["outputs"] = new JsonArray(new JsonObject { ["name"] = words["output"], ["displayName"] = words["output"], ["type"] = "String" }),
            ["outcomes"] = new JsonArray(words["outcome"]),
            ["options"] = new JsonObject { ["usableAsActivity"] = true, ["activityCategory"] = words["category"] },
            ["root"] = new JsonObject
            {
                ["type"] = "Elsa.Flowchart",
                ["version"] = 1,
                ["id"] = "sơ-đồ",
                ["start"] = "đầu",
                ["activities"] = new JsonArray(
                    Step("đầu", "Elsa.WriteLine", words["activity"], words["name"], 40, "text", words["text"]),
                    Step("chờ", "Elsa.Event", "Chờ tin", "Chờ1", 400, "eventName", words["event"])),
                ["connections"] = new JsonArray(new JsonObject
                {
                    ["source"] = new JsonObject { ["activity"] = "đầu", ["port"] = "Done" },
                    ["target"] = new JsonObject { ["activity"] = "chờ", ["port"] = "In" },
                }),
            },
        };
        await PostAsync(page, "/elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = true });
        var started = await PostAsync(page, $"/elsa/api/workflow-definitions/{Uri.EscapeDataString(id)}/execute",
            new JsonObject { ["correlationId"] = words["correlation"] });
        return started["workflowState"]!["id"]!.GetValue<string>();

        static JsonObject Step(string id, string type, string label, string name, int x, string input, string value) => new()
        {
            ["id"] = id,
            ["nodeId"] = $"Workflow1:sơ-đồ:{id}",
            ["name"] = name,
            ["type"] = type,
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["displayText"] = label, ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = x, ["y"] = 100 } } },
            [input] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } },
        };
    }

    private static async Task<JsonNode> PostAsync(IPage page, string path, JsonObject body)
    {
        var answer = await page.EvaluateAsync<string>(
            """
            async ([path, body]) => {
              const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', RequestVerificationToken: document.querySelector('meta[name=antiforgery]').content }, body });
              return `${answer.status} ${await answer.text()}`;
            }
            """, new[] { path, body.ToJsonString() });
        answer.ShouldStartWith("200 ");
        return JsonNode.Parse(answer[4..])!;
    }

    private static async Task<JsonNode> GetAsync(IPage page, string path) =>
        JsonNode.Parse(await page.EvaluateAsync<string>("async path => (await fetch(path)).text()", path))!;

    private static async Task<HashSet<string>> NamesAsync(IPage page, string path, string pick) =>
        [.. await page.EvaluateAsync<string[]>($"async path => {{ const all = await (await fetch(path)).json(); return {pick}; }}", path)];

    internal static ILocator Value(IPage page, string label) =>
        page.Locator(".hover-row", new() { Has = page.Locator("td:first-child", new() { HasTextRegex = new Regex($"^{Regex.Escape(label)}$") }) }).Last.Locator("td").Nth(1);

    internal static async Task OpenAsync(IPage page, string tab)
    {
        var found = page.Locator("#studio .mud-tab", new() { HasTextRegex = new Regex($@"^\s*{Regex.Escape(tab)}\s*$") }).First;
        await found.EvaluateAsync("e => e.click()");
        await Assertions.Expect(found).ToHaveAttributeAsync("aria-selected", "true");
    }

    [GeneratedRegex("[À-ỹĐđ]")]
    private static partial Regex Marks();

    [GeneratedRegex(@"^(Xong|Xem|Trang sau|Chung|\d+-\d+ trong \d+)$")]
    private static partial Regex VietnameseWithoutMarks();
}
