namespace Workflows.EndToEnd;

/// <summary>What changes dates and units is first seen, then confirmed: an extension by the case owner, a merger by the administrator.</summary>
[Collection(OnTheIssuedPlan.Name)]
public sealed class Changes_in_a_browser_Tests(IssuedPlan plan)
{
    [Fact]
    public async Task An_extension_is_looked_at_before_it_is_planned_and_a_merger_before_it_is_applied()
    {
        await using (var officer = await plan.Browser.SignInAsync("chuyenvien.cdyt"))
        {
            await officer.GoAsync("overdue");
            await officer.FollowAsync(officer.Page.Locator("a[href*='/extend']").First);
            // As from the task's own page, to which one comes back then.
            await officer.Page.GotoAsync(officer.Page.Url.Split('?')[0]);
            await officer.FillAsync(("lastDay", "15/01/2020"), ("reason", "Đơn vị đang sáp nhập."), ("document", "12/TB-CĐYT"), ("effective", "10/01/2020"));
            await officer.PressAsync("Xem trước khi gia hạn");
            (await officer.TextAsync()).ShouldContain("Có hiệu lực từ 10/01/2020");
            await officer.LookAsync("extend-preview", answersForm: true);
            await officer.PressAsync("Lên lịch gia hạn");
            (await officer.TextAsync()).ShouldContain("Sẽ gia hạn đến hết 15/01/2020");
            await officer.LookAsync("extend-planned");
            await officer.PressAsync("Rút lại");
            (await officer.TextAsync()).ShouldNotContain("Sẽ gia hạn đến hết");
            await officer.CloseAsync();
        }

        await using var administrator = await plan.Browser.SignInAsync("quantri");
        await administrator.GoAsync("organisation");
        await administrator.LookAsync("organisation");
        await administrator.Page.SelectOptionAsync("select[name=Units]", "CDCS-TTYTHH");
        await administrator.Page.SelectOptionAsync("select[name=To]", "CDCS-TTYTHG");
        await administrator.FillAsync(("Reason", "Hợp nhất hai trung tâm."));
        await administrator.PressAsync("Xem trước");
        (await administrator.TextAsync()).ShouldContain("Chấm dứt do sáp nhập – chuyển CĐCS Trung tâm Y tế huyện G");
        await administrator.LookAsync("organisation-preview", answersForm: true);
        await administrator.PressAsync("Thực hiện thay đổi");
        (await administrator.TextAsync()).ShouldContain("Đã thực hiện.");

        await administrator.Page.SelectOptionAsync("select[name=Units]", "CDCS-TTYTHE");
        await administrator.Page.SelectOptionAsync("select[name=To]", "CDCS-TTYTHI");
        await administrator.FillAsync(("Reason", "Hợp nhất từ tháng 3."), ("Effective", "01/03/2020"));
        await administrator.PressAsync("Xem trước");
        (await administrator.TextAsync()).ShouldContain("Có hiệu lực từ 01/03/2020");
        await administrator.LookAsync("organisation-plan-preview", answersForm: true);
        await administrator.PressAsync("Lên lịch thay đổi");
        (await administrator.TextAsync()).ShouldContain("Đã lên lịch.");
        await administrator.LookAsync("organisation-planned");
        await administrator.Page.Locator("form[action*=Revoke] button").ClickAsync();
        await administrator.UntilAsync("the plan is revoked", async () => (await administrator.TextAsync()).Contains("Đã rút lại", StringComparison.Ordinal));
        await administrator.CloseAsync();
    }

    [Fact]
    public async Task Among_more_units_than_a_list_holds_each_is_found_with_the_keyboard_and_without_script()
    {
        await using var many = new Browser();
        await many.InitializeAsync();
        await many.Host.RunSqlAsync("""
            insert into unit (id, code, name, short_name, kind, parent_id, path)
            select 900000 + n, 'NHIEU-' || n, 'Công đoàn Trường Tiểu học Đường số ' || n, 'CĐ TH ' || n, 'grassroots', r.id, r.path || (900000 + n) || '/'
            from unit r, generate_series(1, 2500) n where r.parent_id is null
            """);
        await using var administrator = await many.SignInAsync("quantri");
        await administrator.GoAsync("organisation");
        await administrator.LookAsync("organisation-search");
        await administrator.Page.FillAsync("#Search", "duong so 24");
        await administrator.EnterAsync("organisation");
        (await administrator.TextAsync()).ShouldContain("Có hơn 50 đơn vị");
        await administrator.LookAsync("organisation-search-many", answersForm: true);
        await administrator.Page.FillAsync("#Search", "duong so 2499");
        await administrator.EnterAsync("organisation");
        (await administrator.TextAsync()).ShouldContain("Tìm thấy 1 đơn vị");
        await administrator.Page.FocusAsync("input[name=Units]");
        await administrator.Page.Keyboard.PressAsync("Space");
        await administrator.Page.FillAsync("#SearchTo", "nhieu-2400");
        await administrator.PressAsync("Tìm nơi tiếp nhận");
        await administrator.Page.CheckAsync("input[name=To][value=NHIEU-2400]");
        (await administrator.Page.IsCheckedAsync("input[name=Units][value=NHIEU-2499]")).ShouldBeTrue("a second search keeps what was chosen");
        await administrator.FillAsync(("Reason", "Sắp xếp lại."));
        await administrator.PressAsync("Xem trước");
        await administrator.LookAsync("organisation-search-preview", answersForm: true);
        await administrator.PressAsync("Thực hiện thay đổi");
        (await administrator.TextAsync()).ShouldContain("Đường số 2499: chuyển Công đoàn Trường Tiểu học Đường số 2400");
        await administrator.CloseAsync();
    }

    [Fact]
    public async Task An_operator_pauses_a_queue_with_a_reason_and_lets_it_go_on()
    {
        await using var administrator = await plan.Browser.SignInAsync("quantri");
        await administrator.GoAsync("scheduler");
        await administrator.LookAsync("scheduler");
        await administrator.Page.Locator("details.pause").First.Locator("summary").ClickAsync();
        await administrator.Page.FillAsync("#reason-triggers", "Bảo trì máy chủ.");
        await administrator.EnterAsync("scheduler");
        (await administrator.TextAsync()).ShouldContain("Bảo trì máy chủ.");
        await administrator.LookAsync("scheduler-paused");
        await administrator.Page.Locator("form:has(input[value=resume]) button").ClickAsync();
        await administrator.UntilAsync("the queue goes on", async () => !(await administrator.TextAsync()).Contains("Bảo trì máy chủ.", StringComparison.Ordinal));

        // What came of a press is told once: who reads the page again is told nothing they have not done.
        (await administrator.Page.Locator("[data-told]").CountAsync()).ShouldBe(1);
        await administrator.UntilAsync("the address no longer says it", () => Task.FromResult(!administrator.Page.Url.Contains("answer=", StringComparison.Ordinal)));
        await administrator.GoAsync(administrator.Page.Url);
        (await administrator.Page.Locator("[data-told]").CountAsync()).ShouldBe(0);
        await administrator.CloseAsync();
    }
}
