using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Workflows.EndToEnd.Studio_in_Vietnamese_Tests;

namespace Workflows.EndToEnd;

/// <summary>What people called by one of Studio's own English words keeps its name. Not on the host where every word is read: there these names would be words left in English.</summary>
[Collection("at the designer's desk")]
public sealed class Studio_keeps_names_Tests(StudioDesk desk)
{
    [Fact]
    public async Task A_definition_called_Save_stays_Save()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        await designer.ShowAsync("designer/workflows/instances");
        var words = Names("{0}");
        var instance = await StoreAsync(page, "save", words);

        await designer.ShowAsync("designer/workflows/definitions");
        var row = page.Locator("tr", new() { Has = page.Locator("td", new() { HasTextRegex = new Regex("^save$") }) });
        await Assertions.Expect(row.Locator("td[data-label=Name]")).ToHaveTextAsync(words["definition"]);
        await Assertions.Expect(row.Locator("td[data-label=Description]")).ToHaveTextAsync(words["description"]);
        await row.Locator("td[data-label=Name] .mud-tooltip-root").HoverAsync();
        await Assertions.Expect(page.Locator(".mud-tooltip.mud-popover-open")).ToHaveTextAsync(words["definition"]);
        await Assertions.Expect(page.Locator("th", new() { HasText = "Mô tả" })).ToBeVisibleAsync();

        await designer.ShowAsync("designer/workflows/definitions/save/edit");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        await page.Locator("#studio:not([aria-busy])").WaitForAsync();
        await Assertions.Expect(page.Locator(".mud-dynamic-tabs .mud-tab").First).ToHaveTextAsync(words["definition"]);
        await Assertions.Expect(page.Locator("textarea").First).ToHaveValueAsync(words["description"]);
        await Assertions.Expect(page.Locator(".mud-expand-panel-text", new() { HasTextRegex = new Regex($"^{words["category"]}$") })).ToBeVisibleAsync();
        await OpenAsync(page, "Biến");
        await Assertions.Expect(page.Locator(".mud-tabs td").First).ToHaveTextAsync(words["variable"]);
        await OpenAsync(page, "Đầu vào và đầu ra");
        await Assertions.Expect(page.Locator(".mud-tabs td").First).ToHaveTextAsync(words["input"]);
        await Assertions.Expect(page.Locator(".mud-tabs .mud-chip").First).ToHaveTextAsync(words["outcome"]);
        await StudioWalk.StepAsync(page, words["activity"], "Nội dung");
        await OpenAsync(page, "Chung");
        await Assertions.Expect(page.Locator(".rz-splitter-vertical .mud-tabs-panels input").First).ToHaveValueAsync(words["name"]);
        await OpenAsync(page, "Mã nguồn");
        await Assertions.Expect(page.Locator(".monaco-editor .view-lines").First).ToContainTextAsync(words["definition"]);

        await designer.ShowAsync($"designer/workflows/instances/{instance}/view");
        await Assertions.Expect(page.Locator(".mud-timeline-item-content", new() { HasText = words["activity"] }).First).ToBeVisibleAsync();
        await Assertions.Expect(Value(page, "Mã liên hệ")).ToHaveTextAsync(words["correlation"]);
        await Assertions.Expect(Value(page, "Tên")).ToHaveTextAsync(words["definition"]);
        await Assertions.Expect(Value(page, "Tình trạng chi tiết")).ToHaveTextAsync("Đang chờ");
        await OpenAsync(page, "Đầu vào và đầu ra");
        await Assertions.Expect(Value(page, words["label"])).ToBeVisibleAsync();
        await StudioWalk.StepAsync(page, words["activity"], words["text"]);
        await Assertions.Expect(page.Locator(".rz-splitter-vertical .hover-row", new() { HasText = words["text"] }).First).ToBeVisibleAsync();

        await designer.ShowAsync("designer/workflows/instances");
        var line = page.Locator("tr", new() { HasText = instance });
        await Assertions.Expect(line.Locator("td[data-label='Correlation ID']")).ToHaveTextAsync(words["correlation"]);
        await Assertions.Expect(line.Locator("td[data-label=Workflows]")).ToHaveTextAsync(words["definition"]);
        await Assertions.Expect(line.Locator("td[data-label=SubStatus]")).ToHaveTextAsync("Đang chờ");
    }
}
