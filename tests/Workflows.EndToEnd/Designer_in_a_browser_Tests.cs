using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>A designer draws, publishes and runs a workflow in the real Studio, and watches a person's work arrive in it.</summary>
[Collection("at the designer's desk")]
public sealed partial class Designer_in_a_browser_Tests(StudioDesk desk)
{
    private const string Title = "Góp ý dự thảo";

    [Fact]
    public async Task A_flowchart_is_drawn_published_run_and_watched_live()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        await CreateAsync(designer, "Lấy ý kiến dự thảo");
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
        await designer.UntilAtAsync(InstanceAddress());
        var badge = page.Locator(".x6-node", new() { HasText = "Giao việc" }).Locator(".mud-badge");
        await badge.WaitForAsync();
        (await IncidentsAsync(page)).ShouldBe("[]");
        await Assertions.Expect(badge).ToHaveClassAsync(Waiting());
        await using (var officer = await desk.Browser.SignInAsync("chuyenvien.cdyt"))
        {
            await officer.OpenTaskAsync(Title);
            await officer.PressAsync("Hoàn thành việc này");
            await officer.CloseAsync();
        }

        // Nothing was pressed here: the hub has told the viewer.
        await Assertions.Expect(badge).ToHaveClassAsync(Completed());
        await Assertions.Expect(page.Locator(".x6-node", new() { HasText = "Ghi dòng" }).Locator(".mud-badge")).ToHaveClassAsync(Completed());
        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_warning_is_seen_in_the_panel_confirmed_and_published()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        await CreateAsync(designer, "Bước bỏ quên");
        await page.ClickAsync("#panel-toggle");
        await Assertions.Expect(page.Locator(".panel-clean")).ToBeVisibleAsync();
        await DragAsync(page, "Sơ đồ", "Bắt đầu", 60, 120);
        await DragAsync(page, "Nhật ký", "Ghi dòng", 400, 120);
        // Nobody pressed anything: the panel follows the autosave.
        await Assertions.Expect(page.Locator(".panel-warnings li")).ToHaveTextAsync("“WriteLine1”: không có đường nào dẫn tới bước này.");
        await page.ClickAsync("#designer-panel > details > summary");
        await page.FillAsync("#panel-units", "benh vien da lieu");
        await Assertions.Expect(page.Locator("#panel-units-found li")).ToContainTextAsync("CDCS-BVDL");
        await Assertions.Expect(page.Locator("#panel-units-found li")).ToBeInViewportAsync();
        await PictureAsync(designer, "95-panel");
        foreach (var part in (string[])["#designer-panel", ".designer-bar"]) (await designer.FindBarriersAsync(part)).ShouldBeEmpty();

        await PublishButton(page).ClickAsync();
        await Assertions.Expect(page.Locator("#designer-state")).ToContainTextAsync("xác nhận rồi phát hành lần nữa");
        (await StoredAsync(page, "Latest")).ShouldNotContain("\"isPublished\":true");
        await page.CheckAsync("#panel-confirm");
        await SaveAfterAsync(page, "\"isPublished\":true", () => PublishButton(page).ClickAsync());
        // Others at this desk have the whole width again.
        await page.ClickAsync("#panel-toggle");
    }

    [Fact]
    public async Task Outcomes_of_a_task_become_ways_out_and_choices_are_what_the_service_knows()
    {
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        await CreateAsync(designer, "Chọn kết quả");
        await DragAsync(page, "Con người", "Giao việc", 60, 120);
        await SelectAsync(page, "Giao việc", "Tên việc");
        await SaveAfterAsync(page, "\"ke-hoach-hoi-nghi-co-so\"", () => PickAsync(page, "Biểu mẫu", "Kế hoạch tổ chức hội nghị của đơn vị"));
        await SaveAfterAsync(page, "\"value\":\"review\"", () => PickAsync(page, "Bậc nhắc việc", "review"));
        await SaveAfterAsync(page, "DongY", async () =>
        {
            await Field(page, "Các kết quả").Locator("input").First.FillAsync("DongY");
            await page.Keyboard.PressAsync("Enter");
        });
        await page.Locator(".x6-node", new() { HasText = "Giao việc" }).Locator(".x6-port", new() { HasText = "DongY" }).WaitForAsync();
        await DragAsync(page, "Nhật ký", "Ghi dòng", 480, 120);
        await SaveAfterAsync(page, "\"port\":\"DongY\"", () => ConnectAsync(page, "Giao việc", "DongY", "Ghi dòng"));
        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_step_gave_is_read_in_the_viewer()
    {
        var program = await desk.Browser.Host.SignInAsync("thietke");
        await StoreAsync(program, "cho-ra", "Cho ra", "Tính số đoàn viên", publish: true, "Elsa.RunJavaScript", "({ soDoanVien: 4000 + 126 })");
        var designer = await desk.SitDownAsync();
        var page = designer.Page;
        await OpenEditorAsync(designer, "cho-ra");
        await page.Locator("#studio button.mud-success-text").First.ClickAsync();
        await designer.UntilAtAsync(InstanceAddress());
        await page.Locator(".mud-timeline-item").First.WaitForAsync();
        await ReadyAsync(page);
        await StudioWalk.StepAsync(page, "Tính số đoàn viên", "Dữ liệu của bước");
        var given = page.Locator("#studio .rz-splitter-vertical .mud-tabs-panels tr", new() { HasText = "4126" }).First;
        await Assertions.Expect(given).ToContainTextAsync("Result");
        await given.ScrollIntoViewIfNeededAsync();
        await PictureAsync(designer, "94-outputs");
        designer.FaultsBesideStudios.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_looks_at_definitions_and_instances_and_can_change_nothing()
    {
        await using var reader = await desk.Browser.SignInAsync("quantri");
        var page = reader.Page;
        await reader.GoAsync("designer");
        await page.Locator("#studio td").First.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = CreateWords() }).First).ToBeDisabledAsync();
        await reader.ShowAsync("designer/workflows/definitions/hoi-nghi-dien-hinh-tien-tien-co-so/edit");
        await page.Locator("elsa-activity-wrapper").First.WaitForAsync();
        (await page.Locator("#studio .mud-button-group-root button").CountAsync()).ShouldBe(0);
        await page.Locator("[data-screen=instances]").ClickAsync();
        await page.Locator("elsa-workflow-instance-list .mud-table").First.WaitForAsync();
        reader.FaultsBesideStudios.ShouldBeEmpty();
    }
}
