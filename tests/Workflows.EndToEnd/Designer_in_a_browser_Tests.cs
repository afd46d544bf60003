using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>A designer draws, publishes and runs a workflow in the real Studio, and watches a person's work arrive in it.</summary>
public sealed partial class Designer_in_a_browser_Tests(Browser browser) : IClassFixture<Browser>
{
    private const string Title = "Góp ý dự thảo";

    [Fact]
    public async Task A_flowchart_is_drawn_published_run_and_watched_live()
    {
        await using var designer = await browser.SignInAsync("thietke");
        var page = designer.Page;
        await CreateAsync(page, "Lấy ý kiến dự thảo");
        await DragAsync(page, "Sơ đồ", "Bắt đầu", 60, 120);
        await DragAsync(page, "Con người", "Giao việc", 300, 120);
        await DragAsync(page, "Nhật ký", "Ghi dòng", 560, 120);
        await Assertions.Expect(page.Locator(".x6-node")).ToHaveCountAsync(3);
        await ConnectAsync(page, "Bắt đầu", "Xong", "Giao việc");
        await ConnectAsync(page, "Giao việc", "Done", "Ghi dòng");
        await Assertions.Expect(page.Locator(".x6-edge")).ToHaveCountAsync(2);

        await AddVariableAsync(page, "tenViec", Title);
        await SelectAsync(page, "Giao việc", "Tên việc");
        await SaveAfterAsync(page, "CDYT-TB", () => PickAsync(page, "Đơn vị làm", "Công đoàn ngành Y tế Thái Bình (CDYT-TB)"));
        await SaveAfterAsync(page, "Officer", () => page.Locator(".mud-checkbox:visible", new() { HasText = "Chuyên viên theo dõi" }).First.ClickAsync());
        await ChooseSyntaxAsync(page, "Tên việc", "Biến");
        await SaveAfterAsync(page, "\"value\":{\"id\":", () => PickAsync(page, "Tên việc", "tenViec"));
        await SelectAsync(page, "Ghi dòng", "Nội dung");
        await ChooseSyntaxAsync(page, "Nội dung", "JavaScript");
        await SaveAfterAsync(page, "getVariable", async () =>
        {
            await Field(page, "Nội dung").Locator("input").First.FillAsync("'Xong: ' + getVariable('tenViec')");
            await page.Keyboard.PressAsync("Tab");
        });
        await SaveAfterAsync(page, "\"isPublished\":true", () => PublishButton(page).ClickAsync());

        var published = await StoredAsync(page, "Published");
        foreach (var part in (string[])["CDYT-TB", "Officer", "getVariable", Title]) published.ShouldContain(part);

        await page.Locator("#studio button.mud-success-text").First.ClickAsync();
        await page.WaitForURLAsync(InstanceAddress());
        var badge = page.Locator(".x6-node", new() { HasText = "Giao việc" }).Locator(".mud-badge");
        await badge.WaitForAsync();
        (await IncidentsAsync(page)).ShouldBe("[]");
        await Assertions.Expect(badge).ToHaveClassAsync(Waiting());
        await using (var officer = await browser.SignInAsync("chuyenvien.cdyt"))
        {
            await officer.OpenTaskAsync(Title);
            await officer.PressAsync("Hoàn thành việc này");
            await officer.CloseAsync();
        }

        // Nothing was pressed here: the hub has told the viewer.
        await Assertions.Expect(badge).ToHaveClassAsync(Completed());
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Ghi dòng" }).Locator(".mud-badge")).ToHaveClassAsync(Completed());
        Faults(designer).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_warning_is_seen_in_the_panel_confirmed_and_published()
    {
        await using var designer = await browser.SignInAsync("thietke");
        var page = designer.Page;
        await CreateAsync(page, "Bước bỏ quên");
        await page.ClickAsync("#panel-toggle");
        await Assertions.Expect(page.Locator(".panel-clean")).ToBeVisibleAsync();
        await DragAsync(page, "Sơ đồ", "Bắt đầu", 60, 120);
        await DragAsync(page, "Nhật ký", "Ghi dòng", 400, 120);
        // Nobody pressed anything: the panel follows the autosave.
        await Assertions.Expect(page.Locator(".panel-warnings li")).ToHaveTextAsync("“WriteLine1”: không có đường nào dẫn tới bước này.");
        foreach (var part in (string[])["#designer-panel", ".designer-bar"]) (await designer.FindBarriersAsync(part)).ShouldBeEmpty();

        await PublishButton(page).ClickAsync();
        await Assertions.Expect(page.Locator("#designer-state")).ToContainTextAsync("xác nhận rồi phát hành lần nữa");
        (await StoredAsync(page, "Latest")).ShouldNotContain("\"isPublished\":true");
        await page.CheckAsync("#panel-confirm");
        await SaveAfterAsync(page, "\"isPublished\":true", () => PublishButton(page).ClickAsync());
    }

    [Fact]
    public async Task A_reader_looks_at_definitions_and_instances_and_can_change_nothing()
    {
        await using var reader = await browser.SignInAsync("quantri");
        var page = reader.Page;
        await reader.GoAsync("designer/workflows/definitions");
        await page.Locator("#studio td").First.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = CreateWords() }).First).ToBeDisabledAsync();
        await reader.GoAsync("designer/workflows/definitions/hoi-nghi-dien-hinh-tien-tien-co-so/edit");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        (await page.Locator("#studio .mud-button-group-root button").CountAsync()).ShouldBe(0);
        await page.Locator("[data-screen=instances]").ClickAsync();
        await page.Locator("elsa-workflow-instance-list .mud-table").First.WaitForAsync();
        Faults(reader).ShouldBeEmpty();
    }

    private static ILocator PublishButton(IPage page) => page.Locator("#studio .mud-button-group-root button").First;

    /// <summary>Studio's drawing library says by a warning that it took a simpler way for a line; Monaco's worker is a blob of the page itself.</summary>
    private static IEnumerable<string> Faults(Visit visit) =>
        visit.Faults.Where(f => !f.Contains("Unable to execute manhattan algorithm", StringComparison.Ordinal) && !f.StartsWith("outside: blob:", StringComparison.Ordinal));

    private static async Task CreateAsync(IPage page, string name)
    {
        await page.GotoAsync("designer");
        await page.Locator("#studio td").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = CreateWords() }).First.ClickAsync();
        await ProposedAsync(page.Locator(".mud-dialog input").First);
        await page.Locator(".mud-dialog input").First.FillAsync(name);
        await page.Locator(".mud-dialog button").Last.ClickAsync();
        await page.WaitForURLAsync(DefinitionAddress());
        await page.Locator(".x6-graph-svg").First.WaitForAsync();
        await ReadyAsync(page);
    }

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
    private static Task ProposedAsync(ILocator field) => Assertions.Expect(field).Not.ToHaveValueAsync("", new() { Timeout = Browser.Patience });

    private static async Task DragAsync(IPage page, string folder, string name, int x, int y)
    {
        var before = await page.Locator(".x6-node").CountAsync();
        var item = page.Locator("[draggable=true]", new() { HasText = name }).First;
        if (!await item.IsVisibleAsync()) await page.Locator(".mud-expand-panel", new() { HasText = folder }).First.Locator(".mud-expand-panel-header").ClickAsync();
        await StillAsync(item);
        await item.ScrollIntoViewIfNeededAsync();
        await StillAsync(item);
        await item.DragToAsync(page.Locator(".x6-graph").First, new() { TargetPosition = new() { X = x, Y = y } });
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

    private static async Task SelectAsync(IPage page, string node, string firstField)
    {
        await page.Locator(".x6-node", new() { HasText = node }).First.ClickAsync();
        await Field(page, firstField).WaitForAsync();
    }

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
        for (var attempt = 0; attempt < 10 && !await choice.IsVisibleAsync(); attempt++)
        {
            await Field(page, field).ClickAsync();
            await page.WaitForTimeoutAsync(1500);
        }

        await choice.ClickAsync();
    }

    /// <summary>Does something and waits until what the server holds of the definition has this text in it: it was saved.</summary>
    private static async Task SaveAfterAsync(IPage page, string saved, Func<Task> act)
    {
        await act();
        for (var waited = 0; !(await StoredAsync(page, "Latest")).Contains(saved, StringComparison.Ordinal); waited += 300)
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
}
