namespace Workflows.EndToEnd;

/// <summary>A plan is recalled by the clerk, and a recipient says that its copies are destroyed; on a plan of its own, which ends by it.</summary>
public sealed class Recall_in_a_browser_Tests(IssuedPlan plan) : IClassFixture<IssuedPlan>
{
    [Fact]
    public async Task A_plan_is_recalled_after_a_look_and_a_recipient_confirms()
    {
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

        await using var chair = await plan.Browser.SignInAsync("chutich.ttythe");
        await chair.GoAsync("plans");
        await chair.FollowAsync(chair.Page.Locator("main a[href*='/plans/']").First);
        (await chair.TextAsync()).ShouldContain("Hãy hủy các bản điện tử đang giữ rồi xác nhận.");
        await chair.LookAsync("99-plan-recalled");
        (await chair.PressAsync("Xác nhận đã hủy")).ShouldBe(200);
        (await chair.TextAsync()).ShouldContain("Đã thu hồi. 1 trong");
        await chair.CloseAsync();
    }
}
