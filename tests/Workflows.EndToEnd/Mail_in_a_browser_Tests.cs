namespace Workflows.EndToEnd;

/// <summary>What people see of mails beside the mails themselves: their account, the link of a digest, the sign-in behind a link, and the words of mails.</summary>
[Collection(OnTheIssuedPlan.Name)]
public sealed class Mail_in_a_browser_Tests(IssuedPlan plan)
{
    [Fact]
    public async Task A_person_chooses_how_mail_comes_and_makes_a_calendar()
    {
        await using var visit = await plan.Browser.SignInAsync("chutich.bvdkt");
        await visit.GoAsync("account");
        await visit.LookAsync("80-account");
        await visit.Page.CheckAsync("[name=Pace][value=daily]");
        (await visit.PressAsync("Lưu cách nhận thư")).ShouldBe(200);
        (await visit.TextAsync()).ShouldContain("Đã lưu cách nhận thư.");
        (await visit.PressAsync("Tạo địa chỉ lịch")).ShouldBe(200);
        (await visit.Page.InnerTextAsync("code")).ShouldContain("/calendar/");
        await visit.LookAsync("81-account-calendar", answersForm: true);
        await visit.CloseAsync();
    }

    [Fact]
    public async Task A_mails_link_without_a_session_shows_plan_and_date_and_a_digests_link_asks_before_it_acts()
    {
        await using var officer = await plan.Browser.SignInAsync("chuyenvien.cdyt");
        await officer.GoAsync("overdue");
        var task = await officer.Page.Locator("main a[href*='/tasks/']").First.GetAttributeAsync("href");
        await officer.GoAsync(task!.TrimStart('/'));
        await officer.Page.ClickAsync("details.rest summary:has-text('Thư nhắc về việc này')");
        (await officer.TextAsync()).ShouldContain("Đã gửi 02/01/2020");
        await officer.LookAsync("88-task-deliveries", answersForm: true);
        await officer.GoAsync("dev/mail?q=quá+hạn");
        await officer.FollowAsync(officer.Page.Locator("tbody th a").First);
        var address = await officer.Page.InnerTextAsync("pre.mail-text");
        var path = System.Text.RegularExpressions.Regex.Match(address, "/(mail/unsubscribe/[^\\s]+)").Groups[1].Value;
        path.ShouldNotBeEmpty();
        await officer.CloseAsync();

        await using var nobody = await plan.Browser.OpenAsync();
        await nobody.GoAsync(task!.TrimStart('/'));
        (await nobody.TextAsync()).ShouldContain("Đăng nhập để mở việc này.");
        await nobody.LookAsync("82-sign-in-of-a-mails-link");
        await nobody.GoAsync(path);
        await nobody.LookAsync("83-fewer-mails");
        (await nobody.PressAsync("Ngừng thư nhắc trước hạn")).ShouldBe(200);
        await nobody.LookAsync("84-fewer-mails-done", answersForm: true);
        await nobody.CloseAsync();
    }

    [Fact]
    public async Task The_administrator_rewords_a_mail_with_a_preview_beside_it()
    {
        await using var visit = await plan.Browser.SignInAsync("quantri");
        await visit.GoAsync("mail-templates");
        await visit.LookAsync("85-mail-templates");
        await visit.GoAsync("mail-templates/reminder/vi");
        await visit.Page.FrameLocator("iframe[name=preview]").GetByText("Khi không có địa chỉ nhận trả lời").WaitForAsync();
        await visit.LookAsync("85a-mail-template-both-ways");
        await visit.GoAsync("mail-templates/reminder-late/vi");
        await visit.Page.FillAsync("#Body", (await visit.Page.InputValueAsync("#Body")).Replace("Hệ thống chưa nhận được bài nộp.", "**Tổng Liên đoàn** chưa thấy bài nộp.", StringComparison.Ordinal));
        await visit.Page.ClickAsync("button[formtarget=preview] >> nth=0");
        await visit.Page.FrameLocator("iframe[name=preview]").GetByText("chưa thấy bài nộp.").First.WaitForAsync();
        await visit.LookAsync("86-mail-template", answersForm: true);
        await visit.Page.FillAsync("#Body", "# {title-of-it}\n\n[Mở]\n\n--\n{why}");
        (await visit.PressAsync("Lưu mẫu thư")).ShouldBe(422);
        (await visit.TextAsync()).ShouldContain("không có chỗ điền “{title-of-it}”");
        await visit.LookAsync("87-mail-template-refused", answersForm: true);
        await visit.CloseAsync();
    }
}
