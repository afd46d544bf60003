using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

// What a designer's hands do in Studio, each waiting until it has become true.
public sealed partial class Designer_in_a_browser_Tests
{
    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ILocator PublishButton(IPage page) => page.Locator("#studio .mud-button-group-root button").First;

    private static async Task CreateAsync(Visit designer, string name)
    {
        var page = designer.Page;
        await designer.ShowAsync("designer/workflows/definitions");
        await page.Locator("#studio td").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = CreateWords() }).First.ClickAsync();
        await ProposedAsync(page.Locator(".mud-dialog input").First);
        await page.Locator(".mud-dialog input").First.FillAsync(name);
        await page.Locator(".mud-dialog button").Last.ClickAsync();
        await designer.UntilAtAsync(DefinitionAddress());
        await page.Locator(".x6-graph-svg").First.WaitForAsync();
        await ReadyAsync(page);
    }

    /// <summary>Whether the screen takes the pointer within eighty turns of a tenth of a second without a call of Studio's.</summary>
    private static Task<bool> IsSoonReadyAsync(IPage page) => page.EvaluateAsync<bool>(
        """
        () => new Promise(done => {
          const isReady = () => !document.getElementById('studio').hasAttribute('aria-busy');
          let turns = 0;
          const calls = new PerformanceObserver(() => { turns = 0; });
          calls.observe({ type: 'resource' });
          // Turns, not a time: a page that is kept from running counts none.
          const ready = setInterval(() => isReady() ? end(true) : ++turns > 80 && end(false), 100);
          function end(answer) { clearInterval(ready); calls.disconnect(); done(answer); }
        })
        """);

    /// <summary>Studio has loaded what it shows: before that the page takes no pointer.</summary>
    private static Task ReadyAsync(IPage page) => page.Locator("#studio:not([aria-busy])").WaitForAsync();

    /// <summary>Waits until something stands still: a folder that opens moves what is below it.</summary>
    private static async Task StillAsync(ILocator what)
    {
        var (before, same) = (default(LocatorBoundingBoxResult), 0);
        while (same < 4)
        {
            var now = await what.BoundingBoxAsync();
            same = before is not null && now is not null && before.X == now.X && before.Y == now.Y && before.Height == now.Height ? same + 1 : 0;
            before = now;
            await what.Page.WaitForTimeoutAsync(100);
        }
    }

    /// <summary>Studio proposes a name a moment after a dialog has opened; what was typed before is overwritten.</summary>
    private static Task ProposedAsync(ILocator field) => Assertions.Expect(field).Not.ToHaveValueAsync("");

    private static async Task DragAsync(IPage page, string folder, string name, int x, int y)
    {
        var before = await page.Locator(".x6-node").CountAsync();
        var item = page.Locator("[draggable=true]", new() { HasText = name }).First;
        if (!await item.IsVisibleAsync()) await page.Locator(".mud-expand-panel", new() { HasText = folder }).First.Locator(".mud-expand-panel-header").ClickAsync();
        // On a busy machine the browser may not have noticed that something is dragged when it is let go: then nothing was dropped, and it is dragged again.
        await page.EvaluateAsync("() => { window.isDropped = false; addEventListener('drop', () => { window.isDropped = true; }, { capture: true, once: true }); }");
        await StudioWalk.AgainAsync(page, () => page.EvaluateAsync<bool>("() => window.isDropped"), async () =>
        {
            await StillAsync(item);
            await item.ScrollIntoViewIfNeededAsync();
            await StillAsync(item);
            await item.DragToAsync(page.Locator(".x6-graph").First, new() { TargetPosition = new() { X = x, Y = y } });
        });
        await Assertions.Expect(page.Locator(".x6-node")).ToHaveCountAsync(before + 1);
        await page.Locator(".x6-node", new() { HasText = name }).Locator(".x6-port").First.WaitForAsync();
    }

    private static async Task ConnectAsync(IPage page, string from, string port, string to)
    {
        var before = await page.Locator(".x6-edge").CountAsync();
        var start = (await page.Locator(".x6-node", new() { HasText = from }).Locator(".x6-port", new() { HasText = port }).Locator("circle").First.BoundingBoxAsync())!;
        var end = (await page.Locator(".x6-node", new() { HasText = to }).Locator(".x6-port circle").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(start.X + (start.Width / 2), start.Y + (start.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(start.X + 40, start.Y + 10, new() { Steps = 4 });
        await page.Mouse.MoveAsync(end.X + (end.Width / 2), end.Y + (end.Height / 2), new() { Steps = 10 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator(".x6-edge")).ToHaveCountAsync(before + 1);
    }

    private static async Task AddVariableAsync(IPage page, string name, string value)
    {
        await page.Locator(".mud-tab", new() { HasTextRegex = VariablesTab() }).First.ClickAsync();
        await page.Locator("button", new() { HasTextRegex = AddVariable() }).First.ClickAsync();
        var dialog = page.Locator(".mud-dialog");
        var field = dialog.Locator(".mud-input-control", new() { Has = page.Locator("label", new() { HasTextRegex = NameField() }) }).Locator("input");
        await ProposedAsync(field);
        await field.FillAsync(name);
        await dialog.Locator(".mud-input-control", new() { Has = page.Locator("label", new() { HasTextRegex = DefaultField() }) }).Locator("input").FillAsync(value);
        await SaveAfterAsync(page, $"\"name\":\"{name}\"", () => dialog.Locator("button").Last.ClickAsync());
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static Task SelectAsync(IPage page, string node, string firstField) => StudioWalk.StepAsync(page, node, firstField);

    private static async Task ChooseSyntaxAsync(IPage page, string field, string syntax)
    {
        await Field(page, field).Locator("xpath=ancestor::*[.//button][1]").Locator("button").First.ClickAsync();
        await page.Locator(".mud-popover-open .mud-menu-item", new() { HasText = syntax }).First.ClickAsync();
        await page.Locator("#studio button", new() { HasText = syntax }).First.WaitForAsync();
    }

    /// <summary>Opens a field's list and takes an item; Studio draws the field anew after each save, which closes a list that was just opened.</summary>
    private static async Task PickAsync(IPage page, string field, string item)
    {
        var choice = page.Locator(".mud-popover-open").GetByText(item, new() { Exact = true }).First;
        await StudioWalk.AgainAsync(page, () => choice.IsVisibleAsync(), () => Field(page, field).ClickAsync());
        await choice.ClickAsync();
    }

    /// <summary>Does something and waits until what the server holds of the definition has this text in it: it was saved.</summary>
    private static async Task SaveAfterAsync(IPage page, string saved, Func<Task> act)
    {
        await act();
        for (var waited = TimeSpan.Zero; !(await StoredAsync(page, "Latest")).Contains(saved, StringComparison.Ordinal); waited += TimeSpan.FromMilliseconds(300))
        {
            waited.ShouldBeLessThan(Browser.Patience, $"Never saved: {saved}. The page says: {await page.TextContentAsync("#designer-state")}");
            await page.WaitForTimeoutAsync(300);
        }
    }

    private static Task<string> StoredAsync(IPage page, string versions) => page.EvaluateAsync<string>(
        "async versions => (await fetch(`/elsa/api/workflow-definitions/by-definition-id/${location.pathname.match(/definitions\\/([^/]+)\\/edit/)[1]}?versionOptions=${versions}`)).text()",
        versions);

    private static Task<string> IncidentsAsync(IPage page) => page.EvaluateAsync<string>(
        "async () => JSON.stringify((await (await fetch(`/elsa/api/workflow-instances/${location.pathname.match(/instances\\/([^/]+)\\/view/)[1]}`)).json()).workflowState.incidents)");

    private static ILocator Field(IPage page, string label) =>
        page.Locator(".mud-input-control:visible", new() { Has = page.Locator("label", new() { HasTextRegex = new Regex($"^{Regex.Escape(label)}$") }) }).Last;

    private static async Task OpenEditorAsync(Visit designer, string definitionId)
    {
        var page = designer.Page;
        await designer.ShowAsync($"designer/workflows/definitions/{definitionId}/edit");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        await ReadyAsync(page);
    }

    private static async Task TabAsync(IPage page, string words)
    {
        var tab = page.Locator("#studio .mud-tab", new() { HasText = words }).First;
        await tab.EvaluateAsync("e => e.click()");
        await Assertions.Expect(tab).ToHaveAttributeAsync("aria-selected", "true");
    }

    /// <summary>With pictures asked for: the screen as it is, on a desk and on a phone.</summary>
    private static async Task PictureAsync(Visit visit, string name)
    {
        if (Browser.Screens is not { } folder) return;
        foreach (var width in (int[])[Visit.Desk, Visit.Phone])
        {
            await visit.Page.SetViewportSizeAsync(width, Visit.Height);
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png") });
        }

        await visit.Page.SetViewportSizeAsync(Visit.Desk, Visit.Height);
    }

    /// <summary>Stores a beginning and a step that is called so, as another program would; it writes a line unless another type, with its script, is given.</summary>
    private static async Task StoreAsync(Api program, string id, string name, string text, bool publish, string type = "Elsa.WriteLine", string? script = null)
    {
        var model = new JsonObject
        {
            ["definitionId"] = id,
            ["name"] = name,
            ["root"] = new JsonObject
            {
                ["type"] = "Elsa.Flowchart",
                ["version"] = 1,
                ["id"] = "so-do",
                ["start"] = "dau",
                ["activities"] = new JsonArray(Step("dau", "Elsa.Start", "Bắt đầu", 60), Step("loi", type, text, 360)),
                ["connections"] = new JsonArray(new JsonObject
                {
                    ["source"] = new JsonObject { ["activity"] = "dau", ["port"] = "Done" },
                    ["target"] = new JsonObject { ["activity"] = "loi", ["port"] = "In" },
                }),
            },
        };
        if (script is not null)
            model["root"]!["activities"]![1]!["script"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = script } };
        var (status, body) = await program.PostAsync("elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = publish });
        status.ShouldBe(System.Net.HttpStatusCode.OK, body?.ToJsonString());

        static JsonObject Step(string id, string type, string label, int x) => new()
        {
            ["id"] = id,
            ["type"] = type,
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["displayText"] = label, ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = x, ["y"] = 100 }, ["size"] = new JsonObject { ["width"] = 200, ["height"] = 54 } } },
        };
    }

    [GeneratedRegex(@"/definitions/[^/]+/edit")]
    private static partial Regex DefinitionAddress();

    [GeneratedRegex(@"/instances/[^/]+/view")]
    private static partial Regex InstanceAddress();

    [GeneratedRegex("create workflow|tạo quy trình", RegexOptions.IgnoreCase)]
    private static partial Regex CreateWords();

    [GeneratedRegex(@"^\s*(Variables|Biến)\s*$")]
    private static partial Regex VariablesTab();

    [GeneratedRegex("add variable|thêm biến", RegexOptions.IgnoreCase)]
    private static partial Regex AddVariable();

    [GeneratedRegex("^(Name|Tên)$")]
    private static partial Regex NameField();

    [GeneratedRegex("^(Default value|Giá trị ban đầu)$")]
    private static partial Regex DefaultField();

    [GeneratedRegex("mud-theme-warning")]
    private static partial Regex Waiting();

    [GeneratedRegex("mud-theme-success")]
    private static partial Regex Completed();

    [GeneratedRegex(@"^\s*1\s*$")]
    private static partial Regex VersionOne();

    [GeneratedRegex("^Đi xa về$")]
    private static partial Regex CameBack();

    [GeneratedRegex(@"not found|không tìm thấy|không có loại|(Elsa|Workflows)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Unknown();
}
