using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

// Versions, files, two windows at once, and the way through the four screens.
public sealed partial class Designer_in_a_browser_Tests
{
    private static readonly string[] _shipped = ["hoi-nghi-dien-hinh-tien-tien-co-so", "hoi-nghi-dien-hinh-tien-tien-nganh"];

    [Fact]
    public async Task A_version_is_rolled_back_and_what_was_published_stays()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        var program = await desk.Browser.Host.SignInAsync("thietke");
        await StoreAsync(program, "quay-ve", "Quay về", "Lời cũ", publish: true);
        await StoreAsync(program, "quay-ve", "Quay về", "Lời mới", publish: true);
        await OpenEditorAsync(designer, "quay-ve");
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Lời mới" })).ToBeVisibleAsync();

        await TabAsync(page, "Các phiên bản");
        var old = page.Locator("#studio .mud-tabs tr", new() { Has = page.Locator("td", new() { HasTextRegex = VersionOne() }) });
        await old.Locator("td").Nth(2).ClickAsync();
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Lời cũ" })).ToBeVisibleAsync();
        await Assertions.Expect(PublishButton(page)).ToBeHiddenAsync();
        await old.Locator(".mud-menu button").ClickAsync();
        await page.Locator(".mud-popover-open .mud-menu-item", new() { HasText = "Quay về phiên bản này" }).ClickAsync();

        await designer.UntilAsync("the draft says what the first version said", async () =>
            JsonNode.Parse(await StoredAsync(page, "Latest"))! is var draft && draft["version"]!.GetValue<int>() == 3 && draft.ToJsonString(_plain).Contains("Lời cũ", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Lời cũ" })).ToBeVisibleAsync();
        await Assertions.Expect(PublishButton(page)).ToBeVisibleAsync();
        (await StoredAsync(page, "Published")).ShouldContain("Lời mới");
        await SaveAfterAsync(page, "\"isPublished\":true", () => PublishButton(page).ClickAsync());
        var published = JsonNode.Parse(await StoredAsync(page, "Published"))!;
        published["version"]!.GetValue<int>().ShouldBe(3);
        published.ToJsonString(_plain).ShouldContain("Lời cũ");
        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_definition_leaves_as_a_file_and_comes_back_under_another_name()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        var program = await desk.Browser.Host.SignInAsync("thietke");
        await StoreAsync(program, "di-xa", "Đi xa", "Lời mang theo", publish: true);
        await OpenEditorAsync(designer, "di-xa");

        IDownload? sent = null;
        page.Download += (_, download) => sent = download;
        await page.Locator("#studio .mud-button-group-root button").Nth(1).ClickAsync();
        await page.Locator(".mud-popover-open .mud-menu-item", new() { HasText = "Xuất" }).ClickAsync();
        await page.Locator(".mud-dialog .mud-dialog-actions button").Last.ClickAsync();
        await designer.UntilAsync("the file has come", () => Task.FromResult(sent is not null));
        var file = (await sent!.PathAsync())!;
        var exported = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        (exported["definitionId"]!.ToString(), exported["customProperties"]?["revision"]).ShouldBe(("di-xa", null));

        // Another installation's file, as it were: into the list as a new definition, and into the editor as the next draft.
        (exported["definitionId"], exported["id"], exported["name"]) = ("di-xa-ve", "di-xa-ve-1", "Đi xa về");
        await File.WriteAllTextAsync(file, exported.ToJsonString());
        await designer.ShowAsync("designer/workflows/definitions");
        await page.Locator("#studio td[data-label=Name]").First.WaitForAsync();
        await page.SetInputFilesAsync("#studio input[type=file]", new FilePayload { Name = "di-xa-ve.json", MimeType = "application/json", Buffer = await File.ReadAllBytesAsync(file) });
        await page.Locator("td[data-label=Name]", new() { HasTextRegex = CameBack() }).WaitForAsync();

        await OpenEditorAsync(designer, "di-xa-ve");
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Lời mang theo" })).ToBeVisibleAsync();
        var changed = exported.ToJsonString(_plain).Replace("Lời mang theo", "Lời thêm vào", StringComparison.Ordinal);
        await page.SetInputFilesAsync("#studio input[type=file]", new FilePayload { Name = "khac.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(changed) });
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Lời thêm vào" })).ToBeVisibleAsync();
        (await StoredAsync(page, "Latest")).ShouldContain("Lời thêm vào");
        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_saves_over_another_persons_change_is_told_and_loses_nothing_of_theirs()
    {
        var program = await desk.Browser.Host.SignInAsync("thietke");
        await StoreAsync(program, "hai-nguoi", "Hai người", "Lời chung", publish: false);
        var late = await desk.SitDownAsync();
        var page = late.Page;
        await OpenEditorAsync(late, "hai-nguoi");
        await StoreAsync(program, "hai-nguoi", "Hai người", "Lời người khác", publish: false);

        await DragAsync(page, "Nhật ký", "Ghi dòng", 300, 260);
        await Assertions.Expect(page.Locator("#designer-state")).ToContainTextAsync("người khác vừa sửa bản nháp này");
        (await StoredAsync(page, "Latest")).ShouldContain("Lời người khác");
        await page.Locator("#designer-state button").ClickAsync();
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Lời người khác" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Shipped_plans_open_with_every_step_known_and_none_upon_another()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        foreach (var id in _shipped)
        {
            await OpenEditorAsync(designer, id);
            var root = JsonNode.Parse(await StoredAsync(page, "Published"))!["root"]!;
            await Assertions.Expect(page.Locator(".x6-node")).ToHaveCountAsync(root["activities"]!.AsArray().Count);
            await Assertions.Expect(page.Locator(".x6-edge")).ToHaveCountAsync(root["connections"]!.AsArray().Count);
            // What Studio has no descriptor for it shows by its type, or as not found.
            (await page.Locator(".x6-node", new() { HasTextRegex = Unknown() }).CountAsync()).ShouldBe(0);
            (await page.EvaluateAsync<string[]>(
                """
                () => {
                  const boxes = [...document.querySelectorAll('.x6-node')].map(n => [n.textContent.trim(), n.querySelector('foreignObject, rect').getBoundingClientRect()]);
                  return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
                    .filter(([, q]) => p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom).map(([b]) => `${a} / ${b}`));
                }
                """)).ShouldBeEmpty();
            await Assertions.Expect(page.Locator("#panel-counts")).ToHaveTextAsync("(0 lỗi, 0 cảnh báo)");
            await designer.UntilAsync("nothing moves in an editor at rest", () => page.EvaluateAsync<bool>("() => document.getAnimations().every(a => a.playState !== 'running')"));
            await PictureAsync(designer, $"90-editor-{id}");
        }

        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_four_screens_follow_each_other_without_starting_again()
    {
        var program = await desk.Browser.Host.SignInAsync("thietke");
        await StoreAsync(program, "bon-man-hinh", "Bốn màn hình", "Lời đi qua", publish: true);
        // In English it is the same way; it is gone for the pictures, and with much time.
        var isLong = Browser.Screens is not null || Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1";
        foreach (var language in isLong ? (string[])["vi", "en"] : ["vi"])
        {
            await using var designer = await desk.Browser.SignInAsync("thietke");
            var page = designer.Page;
            if (language == "en") await designer.SpeakAsync(language);
            // Opened from outside, Studio's own address without the base leads to its screen.
            await page.GotoAsync("workflows/definitions/bon-man-hinh/edit");
            await page.Locator("elsa-workflow-definition-editor elsa-activity-wrapper").First.WaitForAsync();
            new Uri(page.Url).AbsolutePath.ShouldBe("/designer/workflows/definitions/bon-man-hinh/edit");
            await ReadyAsync(page);
            await page.EvaluateAsync("() => { window.isSame = true; }");
            await page.Locator("[data-screen=definitions]").ClickAsync();
            await page.Locator("td[data-label=Name]", new() { HasText = "Bốn màn hình" }).WaitForAsync();
            await PictureAsync(designer, $"91-definitions-{language}");
            await page.Locator("td[data-label=Name]", new() { HasText = "Bốn màn hình" }).ClickAsync();
            await designer.UntilAtAsync(DefinitionAddress());
            await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
            await ReadyAsync(page);
            await page.Locator("#studio button.mud-success-text").First.ClickAsync();
            await designer.UntilAtAsync(InstanceAddress());
            await page.Locator(".mud-timeline-item").First.WaitForAsync();
            await ReadyAsync(page);
            await PictureAsync(designer, $"92-viewer-{language}");
            await page.Locator("[data-screen=instances]").ClickAsync();
            await page.Locator("elsa-workflow-instance-list td[data-label]").First.WaitForAsync();
            (await IsSoonReadyAsync(page)).ShouldBeTrue("the list that was answered at once takes no pointer");
            await PictureAsync(designer, $"93-instances-{language}");
            await page.GoBackAsync();
            await page.Locator("elsa-workflow-instance-viewer .mud-timeline-item").First.WaitForAsync();
            await ReadyAsync(page);
            // Studio's own link to the definition leaves out the base address.
            await page.EvaluateAsync("() => { const link = document.createElement('a'); link.href = '/workflows/definitions/bon-man-hinh/edit'; document.body.append(link); link.click(); }");
            await page.Locator("elsa-workflow-definition-editor elsa-activity-wrapper").First.WaitForAsync();
            (await page.EvaluateAsync<bool>("() => window.isSame === true")).ShouldBeTrue("the page was loaded anew");
            designer.FaultsBesideStudios.ShouldBeEmpty();
        }
    }
}
