namespace Workflows.EndToEnd;

/// <summary>Pages about dates, as people use them: everything is first seen, then confirmed.</summary>
[Collection(OnTheIssuedPlan.Name)]
public sealed class Dates_in_a_browser_Tests(IssuedPlan plan)
{
    [Fact]
    public async Task Words_are_read_a_notice_is_previewed_and_an_absence_is_entered()
    {
        await using (var officer = await plan.Browser.SignInAsync("chuyenvien.cdyt"))
        {
            await officer.GoAsync("deadlines/read");
            await officer.FillAsync(("Text", "Hồ sơ gửi trước ngày 25/5/2020; hội nghị hoàn thành trước 15/3/2020."), ("Year", "2019"));
            await officer.PressAsync("Đọc thời hạn");
            (await officer.TextAsync()).ShouldContain("Đọc được 2 thời hạn");
            await officer.LookAsync("90-deadline-reader", answersForm: true);
            await officer.GoAsync("absences");
            await officer.LookAsync("91-absences");
            await officer.CloseAsync();
        }

        await using var administrator = await plan.Browser.SignInAsync("quantri");
        await administrator.GoAsync("calendars");
        await administrator.LookAsync("92-calendars");
        await administrator.GoAsync("calendars/vn-public?year=2020");
        await administrator.Page.FillAsync("#Days", await administrator.Page.InputValueAsync("#Days") + "\n10/02/2020 nghỉ Ngày riêng / Own day");
        await administrator.PressAsync("Xem trước");
        (await administrator.TextAsync()).ShouldContain("Thứ Hai 10/02/2020 thành ngày nghỉ.");
        await administrator.LookAsync("93-calendar-preview", answersForm: true);
        (await administrator.PressAsync("Áp dụng")).ShouldBe(200);
        (await administrator.TextAsync()).ShouldContain("Đã áp dụng: lịch ở bản 2");
        await administrator.LookAsync("94-calendar-applied");
        await administrator.CloseAsync();
    }

    [Fact]
    public async Task What_was_typed_comes_back_after_the_session_ended_and_after_a_form_that_was_too_old()
    {
        await using var officer = await plan.Browser.SignInAsync("chuyenvien.cdyt");
        await officer.GoAsync("overdue");
        await officer.FollowAsync(officer.Page.Locator("a[href*='/extend']").First);
        var form = officer.Page.Url;
        await officer.FillAsync(("lastDay", "20/01/2020"), ("reason", "Theo thông báo \"cho lùi hạn\"."));
        await officer.Page.CheckAsync("[name=scope][value=all]");
        await officer.Page.Context.ClearCookiesAsync(new() { Name = "workflows.session" });
        await officer.PressAsync("Xem trước khi gia hạn");
        officer.Page.Url.ShouldContain("/sign-in");
        await officer.SignInAsync("chuyenvien.cdyt");
        await officer.Page.GotoAsync(form);
        await FilledAgainAsync();

        await officer.Page.EvaluateAsync("document.querySelectorAll('[name=__RequestVerificationToken]').forEach(i => i.value = 'x')");
        (await officer.PressAsync("Xem trước khi gia hạn")).ShouldBe(400);
        officer.Forgive();
        (await officer.TextAsync()).ShouldContain("Nội dung bạn soạn sẽ được điền lại ở đó.");
        await officer.Page.GoBackAsync();
        await FilledAgainAsync();

        // What was taken is not filled in a second time.
        (await officer.PressAsync("Xem trước khi gia hạn")).ShouldBe(200);
        await officer.Page.GotoAsync(form);
        (await officer.Page.InputValueAsync("[name=reason]")).ShouldBeEmpty();
        await officer.CloseAsync();

        async Task FilledAgainAsync()
        {
            await officer.UntilAsync("the words are back", async () => await officer.Page.InputValueAsync("[name=reason]") == "Theo thông báo \"cho lùi hạn\".");
            (await officer.Page.InputValueAsync("[name=lastDay]")).ShouldBe("20/01/2020");
            (await officer.Page.IsCheckedAsync("[name=scope][value=all]")).ShouldBeTrue();
            (await officer.TextAsync()).ShouldContain("Lần gửi trước chưa được nhận.");
        }
    }
}
