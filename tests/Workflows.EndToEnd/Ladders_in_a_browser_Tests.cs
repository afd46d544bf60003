using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>Ladders and who was responsible on a day, as managers look at them and change them.</summary>
[Collection(OnTheIssuedPlan.Name)]
public sealed class Ladders_in_a_browser_Tests(IssuedPlan plan)
{
    [Fact]
    public async Task A_ladder_is_changed_by_its_form_after_a_look_and_given_to_a_plan()
    {
        await using (var administrator = await plan.Browser.SignInAsync("quantri"))
        {
            await administrator.GoAsync("ladders");
            await administrator.LookAsync("100-ladders");
            await administrator.GoAsync("ladders/new?id=nhac-it");
            await administrator.Page.ClickAsync("details.rung >> nth=0 >> summary");
            await administrator.Page.FillAsync("#Rungs_0__Amount", "mười");
            (await administrator.PressAsync("Xem trước")).ShouldBe(422);
            (await administrator.TextAsync()).ShouldContain("Bậc 1: cách hạn là một số từ 0 đến 1000.");
            await administrator.LookAsync("101-ladder-refused", answersForm: true);
            await administrator.Page.FillAsync("#Rungs_0__Amount", "8");
            await administrator.PressAsync("Xem trước");
            (await administrator.TextAsync()).ShouldContain("8 ngày làm việc trước hạn, lúc 08:00: gửi thư nhắc người làm việc này, nếu chưa nộp.");
            await administrator.LookAsync("102-ladder-preview", answersForm: true);
            (await administrator.PressAsync("Áp dụng")).ShouldBe(200);
            (await administrator.TextAsync()).ShouldContain("Đã áp dụng");
            await administrator.GoAsync("ladders/default");
            await administrator.LookAsync("103-ladder");
            await administrator.Page.EvaluateAsync("() => document.querySelectorAll('details.rung').forEach(d => d.open = true)");
            await administrator.LookAsync("104-ladder-open", answersForm: true);
            await administrator.CloseAsync();
        }

        await using var chair = await plan.Browser.SignInAsync("chutich.cdyt");
        await chair.GoAsync("ladders/nhac-it/assign");
        await chair.LookAsync("105-ladder-assign");
        await chair.Page.SelectOptionAsync("#Plan", new SelectOptionValue { Index = 1 });
        await chair.Page.FillAsync("#Reason", "Các đơn vị xin nhắc ít hơn.");
        await chair.PressAsync("Xem trước");
        await chair.LookAsync("106-ladder-assign-preview", answersForm: true);
        (await chair.PressAsync("Giao thang này")).ShouldBe(200);
        (await chair.TextAsync()).ShouldContain("các việc mở sau theo thang này");
        await chair.LookAsync("107-ladder-given", answersForm: true);
        await chair.FollowAsync(chair.Page.Locator("a[href*='/give-back']").First);
        await chair.LookAsync("107a-ladder-give-back");
        (await chair.PressAsync("Xem trước")).ShouldBe(422);
        await chair.Page.FillAsync("#Reason", "Trở lại như quy trình.");
        await chair.PressAsync("Xem trước");
        (await chair.TextAsync()).ShouldContain("việc đang mở thôi theo thang này");
        await chair.LookAsync("107b-ladder-give-back-preview", answersForm: true);
        (await chair.PressAsync("Thu lại thang")).ShouldBe(200);
        (await chair.TextAsync()).ShouldContain("Đã thu lại");
        (await chair.TextAsync()).ShouldNotContain("Đã giao cho");
        await chair.CloseAsync();
    }

    [Fact]
    public async Task Who_was_responsible_is_asked_for_a_unit_and_a_day()
    {
        await using var officer = await plan.Browser.SignInAsync("chuyenvien.cdyt");
        await officer.GoAsync("organisation/as-of");
        await officer.Page.SelectOptionAsync("#Unit", "CDCS-TTYTHE");
        await officer.Page.FillAsync("#Day", "17/12/2019");
        await officer.PressAsync("Xem");
        (await officer.TextAsync()).ShouldContain("Chịu trách nhiệm các việc");
        await officer.LookAsync("108-as-of");
        await officer.CloseAsync();
    }

    [Fact]
    public async Task The_clerk_takes_in_a_units_paper()
    {
        var open = (await (await plan.Host.SignInAsync("vanthu.cdyt")).GetAsync("api/tasks?mine=all&status=open&activity=keHoach&limit=1")).Body!["items"]![0]!["id"]!;
        await using var clerk = await plan.Browser.SignInAsync("vanthu.cdyt");
        await clerk.GoAsync($"tasks/{open}");
        await clerk.LookAsync("109-task-of-a-unit");
        await clerk.FollowAsync(clerk.Page.Locator("a[href$='?paper=true']").First);
        await clerk.LookAsync("110-paper");
        (await clerk.PressAsync("Vào sổ và chuyển duyệt")).ShouldBe(422);
        await clerk.LookAsync("111-paper-refused", answersForm: true);
        await clerk.CloseAsync();
    }
}
