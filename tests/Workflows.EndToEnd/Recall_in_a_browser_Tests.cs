namespace Workflows.EndToEnd;

/// <summary>
/// What is done to a plan for everybody, on a plan of its own, which ends by it: all are given more time, one clock is stopped, and at last the clerk
/// recalls the plan and a recipient says that its copies are destroyed.
/// </summary>
public sealed class Recall_in_a_browser_Tests(IssuedPlan plan) : IClassFixture<IssuedPlan>
{
    [Fact]
    public async Task A_plan_is_extended_for_all_from_words_and_recalled_after_a_look_and_a_recipient_confirms()
    {
        await using (var chair = await plan.Browser.SignInAsync("chutich.cdyt")) await ExtendAsync(chair);
        await using (var clerk = await plan.Browser.SignInAsync("vanthu.cdyt"))
        {
            await clerk.GoAsync("plans");
            await clerk.FollowAsync(clerk.Page.Locator("main a[href*='/plans/']").First);
            await clerk.FollowAsync(clerk.Page.Locator("a[href$='/change']").First);
            await clerk.LookAsync("98-plan-change");
            await clerk.Page.CheckAsync("[name=Kind][value=Recall]");
            (await clerk.PressAsync("Xem trước")).ShouldBe(422);
            await clerk.FillAsync(("Document", "08/QĐ-CĐYT"), ("Reason", "Ban hành nhầm."));
            await clerk.PressAsync("Xem trước");
            (await clerk.TextAsync()).ShouldContain("Nếu thu hồi cả kế hoạch");
            await clerk.LookAsync("99-plan-recall", answersForm: true);
            (await clerk.PressAsync("Thu hồi kế hoạch")).ShouldBe(200);
            (await clerk.TextAsync()).ShouldContain("nơi nhận đã xác nhận hủy bản điện tử");
            await clerk.CloseAsync();
        }

        await using var unit = await plan.Browser.SignInAsync("chutich.ttythe");
        await unit.GoAsync("plans");
        await unit.FollowAsync(unit.Page.Locator("main a[href*='/plans/']").First);
        (await unit.TextAsync()).ShouldContain("Hãy hủy các bản điện tử đang giữ rồi xác nhận.");
        await unit.LookAsync("99-plan-recalled");
        (await unit.PressAsync("Xác nhận đã hủy")).ShouldBe(200);
        (await unit.TextAsync()).ShouldContain("Đã thu hồi. 1 trong");
        await unit.CloseAsync();
    }

    private static async Task ExtendAsync(Visit chair)
    {
        await chair.GoAsync("overdue");
        await chair.FollowAsync(chair.Page.Locator("a[href*='/extend']").First);
        var task = chair.Page.Url.Split("/tasks/")[1].Split('/')[0];
        await chair.FillAsync(("lastDay", "trước ngày 20/01/2020"), ("reason", "Theo thông báo cho lùi hạn."), ("document", "03/TB-CĐYT"));
        await chair.Page.CheckAsync("[name=scope][value=all]");
        await chair.PressAsync("Xem trước khi gia hạn");
        (await chair.TextAsync()).ShouldContain("được đọc như sau");
        await chair.LookAsync("95-extend-all", answersForm: true);
        (await chair.PressAsync("Gia hạn")).ShouldBe(200);
        await chair.GoAsync($"tasks/{task}/clock");
        await chair.LookAsync("96-clock");
        await chair.FillAsync(("reason", "Đơn vị bị lũ."));
        (await chair.PressAsync("Tạm dừng thời hạn")).ShouldBe(200);
        (await chair.TextAsync()).ShouldContain("Thời hạn tạm dừng từ");
        await chair.LookAsync("97-task-paused");
        await chair.CloseAsync();
    }
}
