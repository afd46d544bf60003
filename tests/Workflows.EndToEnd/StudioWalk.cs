using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>
/// Walks through Studio's four screens as a Vietnamese designer finds them: every tab, panel, menu, list and dialog that can be opened. Each place is
/// known by Vietnamese words of its own, so that a place that does not open, or stands there in English, ends the walk.
/// </summary>
public sealed class StudioWalk(Visit visit)
{
    private readonly IPage page = visit.Page;

    // What a person could read now: texts and the words of attributes, but not what is typed or shown as code.
    private const string Readable =
        """
        () => {
          const found = new Set();
          const isRead = e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.monaco-editor, textarea, pre, style, script, .notranslate');
          const walker = document.createTreeWalker(document.getElementById('studio'), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) if (walker.currentNode.data.trim() && isRead(walker.currentNode.parentElement)) found.add(walker.currentNode.data.trim());
          for (const name of ['title', 'placeholder', 'aria-label'])
            for (const e of document.querySelectorAll(`#studio [${name}]`)) if (e.getAttribute(name).trim() && isRead(e)) found.add(e.getAttribute(name).trim());
          return [...found];
        }
        """;

    // Ends when nothing has been drawn for a while.
    private const string Quiet =
        """
        () => new Promise(done => {
          let timer = setTimeout(end, 400);
          const late = setTimeout(end, 8000);
          const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, 400); });
          observer.observe(document.getElementById('studio'), { subtree: true, childList: true, characterData: true });
          function end() { clearTimeout(timer); clearTimeout(late); observer.disconnect(); done(); }
        })
        """;

    private readonly SortedDictionary<string, SortedSet<string>> _read = [];

    /// <summary>What stood at each place.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Read => _read;

    /// <summary>The list of definitions with its menus and dialogs.</summary>
    public async Task ListAsync()
    {
        await visit.ShowAsync("designer/workflows/definitions");
        await page.Locator("#studio td").First.WaitForAsync();
        await SeeAsync("list", "Định nghĩa quy trình");
        await PressAsync("#studio .mud-table-toolbar button", 0);
        await SeeAsync("list: several at once", "Thu hồi");
        await EscapeAsync(".mud-popover-open");
        await PressAsync("#studio .mud-button-group-root button", 1);
        await SeeAsync("list: more ways to create", "Nhập");
        await EscapeAsync(".mud-popover-open");
        await PressAsync("#studio td .mud-menu button", 0);
        await SeeAsync("list: one definition", "Hủy các lượt chạy");
        await page.Locator(".mud-popover-open .mud-menu-item").Nth(3).EvaluateAsync("e => e.click()");
        await SeeAsync("list: a question", "Hủy các lượt đang chạy?");
        await EscapeAsync(".mud-dialog");
        await PressAsync("#studio td button[title='Xem mô tả']", 0);
        await SeeAsync("list: a description", "Xem trước");
        await EscapeAsync(".mud-dialog");
        await PressAsync("#studio .mud-button-group-root button", 0);
        await SeeAsync("list: create", "Kiểu quy trình");
        await EscapeAsync(".mud-dialog");
    }

    /// <summary>The editor of a definition: its own tabs on the right, one step's tabs below, the drawing's tools and the source.</summary>
    public async Task EditorAsync(string definitionId, string step)
    {
        await visit.ShowAsync($"designer/workflows/definitions/{definitionId}/edit");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        await page.Locator("#studio:not([aria-busy])").WaitForAsync();
        await SeeAsync("editor", "Cách cho bắt đầu");
        await TabAsync("Biến");
        await SeeAsync("editor: variables", "Thêm biến");
        await PressAsync(".mud-tabs-panels button:has-text('Thêm biến')", 0);
        await SeeAsync("editor: a variable", "Giá trị khi quy trình bắt đầu.");
        var name = page.Locator(".mud-dialog input").First;
        await Assertions.Expect(name).Not.ToHaveValueAsync("");
        await name.FillAsync("");
        await page.Keyboard.PressAsync("Tab");
        await PressAsync(".mud-dialog-actions button", 1);
        await SeeAsync("editor: a variable without a name", "Hãy nhập tên biến.");
        await EscapeAsync(".mud-dialog");
        await TabAsync("Đầu vào và đầu ra");
        await SeeAsync("editor: inputs and outputs", "Thêm đầu ra");
        await PressAsync(".mud-tabs-panels button:has-text('Thêm đầu vào')", 0);
        await SeeAsync("editor: an input", "Tên mà người dùng thấy.");
        await EscapeAsync(".mud-dialog");
        await PressAsync(".mud-tabs-panels button:has-text('Thêm đầu ra')", 0);
        await SeeAsync("editor: an output", "Nhóm của đầu ra này.");
        await EscapeAsync(".mud-dialog");
        await TabAsync("Các phiên bản");
        await page.Locator("#studio .mud-tabs td .mud-menu button").First.WaitForAsync();
        await SeeAsync("editor: versions", "Thao tác hàng loạt");
        await PressAsync("#studio .mud-tabs td .mud-menu button", 0);
        await SeeAsync("editor: one version", "Quay về phiên bản này");
        await EscapeAsync(".mud-popover-open");

        await StepAsync(page, step, "Nội dung");
        foreach (var tab in (string[])["Đầu ra", "Chung", "Chạy thử", "Cách ghi", "Nhật ký", "Thông tin", "Đầu vào"])
        {
            await TabAsync(tab, ".rz-splitter-vertical ");
            await SeeAsync($"editor: a step: {tab}", tab);
        }

        await PressAsync(".rz-splitter-vertical .mud-tabs-panels .mud-menu button", 0);
        await SeeAsync("editor: syntaxes", "Mặc định");
        await EscapeAsync(".mud-popover-open");
        await PressAsync("#studio .mud-button-group-root button", 1);
        await SeeAsync("editor: what else can be done", "Lưu thành bản khác");
        await EscapeAsync(".mud-popover-open");
        var tools = page.Locator("#studio .mud-toolbar").First.Locator(".mud-tooltip-root");
        foreach (var (tool, words) in new[] { (0, "Thu vừa khung"), (1, "Đưa vào giữa"), (2, "Tự sắp xếp") })
        {
            await tools.Nth(tool).HoverAsync(new() { Force = true });
            await SeeAsync($"editor: tool {tool}", words);
        }

        await PressAsync("#studio .mud-button-group-root button", 0);
        await SeeAsync("editor: published", "Đã phát hành quy trình");
        await TabAsync("Mã nguồn");
        await SeeAsync("editor: source", "Tự áp dụng");
    }

    /// <summary>The viewer of an instance: journal, drawing, a step's executions, the details on the right, the call stack.</summary>
    public async Task ViewerAsync(string instanceId, string step)
    {
        await visit.ShowAsync($"designer/workflows/instances/{instanceId}/view");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        await page.Locator(".mud-timeline-item").First.WaitForAsync();
        await SeeAsync("viewer", "Tình trạng chi tiết");
        await StepAsync(page, step, "Dữ liệu của bước");
        await SeeAsync("viewer: a step", "Dữ liệu của bước");
        await TabAsync("Các lần chạy");
        await SeeAsync("viewer: executions", "Mã lần chạy của bước");
        await PressAsync(".rz-splitter-vertical .mud-tabs-panels tbody tr", 0);
        await SeeAsync("viewer: an execution", "Chi tiết lần chạy");
        await PressAsync(".mud-drawer-header button", 0);
        await PressAsync(".mud-timeline-item", 1);
        await TabAsync("Sự kiện");
        await SeeAsync("viewer: an entry of the journal", "Lúc");
        foreach (var (tab, words) in new[] { ("Sự cố", "Không có sự cố"), ("Biến", "Biến"), ("Đầu vào và đầu ra", "Đầu ra"), ("Chi tiết", "Mã định nghĩa") })
        {
            await TabAsync(tab);
            await SeeAsync($"viewer: {tab}", words);
        }

        await TabAsync("Chuỗi gọi");
        await SeeAsync("viewer: call stack", "Chuỗi gọi");
    }

    /// <summary>The list of instances with its menus, filters and dialogs.</summary>
    public async Task InstancesAsync()
    {
        await visit.ShowAsync("designer/workflows/instances");
        await page.Locator("#studio td").First.WaitForAsync();
        await page.Locator("#studio:not([aria-busy])").WaitForAsync();
        await SeeAsync("instances", "Lượt chạy của quy trình");
        await page.SetViewportSizeAsync(Visit.Phone, Visit.Height);
        await SeeAsync("instances: on a phone", "Lượt chạy của quy trình");
        await page.SetViewportSizeAsync(Visit.Desk, Visit.Height);
        await PressAsync("#studio .mud-table-toolbar button", 0);
        await SeeAsync("instances: several at once", "Xóa");
        await EscapeAsync(".mud-popover-open");
        await PressAsync("#studio .mud-table-toolbar button", 1);
        await SeeAsync("instances: what can be done", "Tải lại");
        await EscapeAsync(".mud-popover-open");
        foreach (var (field, words) in new[] { ("Có sự cố", "Không"), ("Quy trình", "Hội nghị điển hình tiên tiến tại công đoàn cơ sở"), ("Tình trạng", "Đã xong"), ("Tình trạng chi tiết", "Đã hủy") })
        {
            // The list reads itself anew now and then, which closes what was just opened.
            var choice = page.Locator($".mud-popover-open :text-is(\"{words}\") >> visible=true").First;
            await AgainAsync(page, () => choice.IsVisibleAsync(), () =>
                page.Locator("#studio .mud-table-toolbar .mud-input-control", new() { Has = page.Locator("label", new() { HasTextRegex = new Regex($"^{field}$") }) }).First
                    .ClickAsync(new() { Force = true }));
            await SeeAsync($"instances: filter {field}", words, ".mud-popover-open ");
            await page.Mouse.ClickAsync(4, 500);
            await page.Locator(".mud-popover-open").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        }

        await PressAsync("#studio .mud-table-toolbar .mud-badge-root button", 0);
        await PressAsync(".mud-popover-open button:has-text('Thêm')", 0);
        await SeeAsync("instances: dates", "So sánh");
        await PressAsync(".mud-popover-open button:has-text('Đóng')", 0);
        await PressAsync("#studio td .mud-menu button", 0);
        await SeeAsync("instances: one of them", "Hủy lượt chạy");
        await page.Locator(".mud-popover-open .mud-menu-item", new() { HasText = "Hủy lượt chạy" }).EvaluateAsync("e => e.click()");
        await SeeAsync("instances: a question", "Hủy lượt chạy?");
        await EscapeAsync(".mud-dialog");
    }

    /// <summary>Chooses a step in the drawing, again while Studio was not ready to hear it, until these words of it are seen.</summary>
    public static async Task StepAsync(IPage page, string step, string words)
    {
        ArgumentNullException.ThrowIfNull(page);
        var seen = page.Locator($".rz-splitter-vertical .mud-tabs-panels :text-is(\"{words}\") >> visible=true").First;
        await AgainAsync(page, () => seen.IsVisibleAsync(), async () =>
        {
            // Studio draws it anew while it hears how the instance stands; for that moment it has no size.
            if (await page.Locator(".x6-node", new() { HasText = step }).First.BoundingBoxAsync() is { } drawn)
                await page.Mouse.ClickAsync(drawn.X + (drawn.Width / 2), drawn.Y + (drawn.Height / 2));
        });
        await seen.WaitForAsync();
    }

    /// <summary>Does something again, each time until Studio has drawn, while it has not come true: Studio may have drawn anew what was pressed. Gives up after the browser's patience.</summary>
    internal static async Task AgainAsync(IPage page, Func<Task<bool>> holds, Func<Task> act)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await holds() && TimeProvider.System.GetElapsedTime(since) < Browser.Patience)
        {
            await act();
            await page.EvaluateAsync(Quiet);
        }
    }

    // Waits until the words stand there and the drawing is done, and reads.
    private async Task SeeAsync(string place, string words, string within = "#studio ")
    {
        await page.Locator($"{within}:text-is(\"{words}\") >> visible=true").First.WaitForAsync();
        await page.EvaluateAsync(Quiet);
        _read[place] = [.. await page.EvaluateAsync<string[]>(Readable)];
    }

    // Studio's panes are small: what is pressed may lie outside of what its pane shows.
    private async Task PressAsync(string selector, int which)
    {
        var button = page.Locator(selector).Nth(which);
        await button.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await button.EvaluateAsync("e => e.click()");
    }

    private async Task TabAsync(string words, string within = "#studio ")
    {
        var tab = page.Locator($"{within}.mud-tab", new() { HasTextRegex = new Regex($@"^\s*{Regex.Escape(words)}\s*\d*\s*$") }).First;
        await tab.EvaluateAsync("e => e.click()");
        await Assertions.Expect(tab).ToHaveAttributeAsync("aria-selected", "true");
    }

    // Menus close by a click beside them, dialogs by their first button, which is the one that does nothing.
    private async Task EscapeAsync(string what)
    {
        var tries = 0;
        await AgainAsync(page, async () => !await page.Locator(what).First.IsVisibleAsync(), async () =>
        {
            if (tries++ == 0) await page.Keyboard.PressAsync("Escape");
            else if (what == ".mud-dialog") await page.Locator(".mud-dialog .mud-dialog-actions button").First.EvaluateAsync("e => e.click()");
            else await page.Mouse.ClickAsync(4, 500);
        });
        await page.Locator(what).First.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }
}
