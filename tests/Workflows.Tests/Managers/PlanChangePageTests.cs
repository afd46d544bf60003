using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Workflows.Tests.Managers;

/// <summary>The page on which a plan is corrected, withdrawn in part and recalled; on a demo of its own, which ends by it.</summary>
public sealed class PlanChangePageTests : IAsyncLifetime
{
    private readonly DemoInJanuary demo = new();

    public Task InitializeAsync() => demo.InitializeAsync();

    public Task DisposeAsync() => demo.DisposeAsync();

    [Fact]
    public async Task Each_change_is_shown_before_it_is_made_and_recipients_confirm_a_recall()
    {
        var path = new Uri($"/plans/{demo.PlanId}/change", UriKind.Relative);
        using (var officer = await demo.BrowserAsync("chuyenvien.cdyt")) (await officer.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using (var elsewhere = await demo.BrowserAsync("chutich.ttythe")) (await elsewhere.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var clerk = await demo.BrowserAsync("vanthu.cdyt");
        (await clerk.GetStringAsync(new Uri($"/plans/{demo.PlanId}", UriKind.Relative))).ShouldContain($"/plans/{demo.PlanId}/change");
        var page = await clerk.GetStringAsync(path);
        DemoInJanuary.Words(page).ShouldContain("Nộp kế hoạch tổ chức hội nghị của đơn vị 32 việc đang mở");

        // Nothing is said to anybody before it is confirmed; what is missing is named.
        (await PostAsync(clerk, path, page, ("Kind", "Withdraw"), ("Document", "07/TB-CĐYT"), ("Reason", "Không phải gửi kế hoạch riêng."))).ShouldSay(HttpStatusCode.UnprocessableEntity, "Hãy ghi nghĩa vụ được thu hồi.");
        (string, string)[] correct = [("Kind", "Correct"), ("Document", "05/CĐYT"), ("Reason", "Ghi đúng dòng chữ trên băng rôn.")];
        (await PostAsync(clerk, path, page, correct)).ShouldSay(HttpStatusCode.OK, "Không việc nào đổi.");
        (string, string)[] withdraw = [("Kind", "Withdraw"), ("Document", "07/TB-CĐYT"), ("Reason", "Không phải gửi kế hoạch riêng."), ("Obligations", "S2-01")];
        (await PostAsync(clerk, path, page, withdraw)).ShouldSay(HttpStatusCode.OK, "32 việc chưa xong kết thúc với lý do này; việc đã xong giữ nguyên.");
        (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-TTYTHE"))["status"]!.ToString().ShouldBe("open", "a look changes nothing");
        (await PostAsync(clerk, path, page, [.. withdraw, ("do", "confirm")])).Status.ShouldBe(HttpStatusCode.Redirect);
        DemoInJanuary.Words(await clerk.GetStringAsync(path)).ShouldNotContain("Nộp kế hoạch tổ chức hội nghị của đơn vị");

        (string, string)[] recall = [("Kind", "Recall"), ("Document", "08/QĐ-CĐYT"), ("Reason", "Ban hành nhầm.")];
        (await PostAsync(clerk, path, page, recall)).ShouldSay(HttpStatusCode.OK, "việc đang mở kết thúc, mọi thời hạn dừng. Không có gì bị xóa.");
        (await PostAsync(clerk, path, page, [.. recall, ("do", "confirm")])).Status.ShouldBe(HttpStatusCode.Redirect);
        (await PostAsync(clerk, path, page, recall)).ShouldSay(HttpStatusCode.UnprocessableEntity, "Chỉ thay đổi được kế hoạch đang có hiệu lực.");

        var plan = new Uri($"/plans/{demo.PlanId}", UriKind.Relative);
        using var chair = await demo.BrowserAsync("chutich.ttythe");
        var shown = await chair.GetStringAsync(plan);
        DemoInJanuary.Words(shown).ShouldContain("Hãy hủy các bản điện tử đang giữ rồi xác nhận.");
        // What ended without being done is not said to be done, neither on the plan nor in the list; 2 of 34 units had handed in.
        DemoInJanuary.Words(shown).ShouldNotMatch(@"\b1/1\b(?!/)");
        DemoInJanuary.Words(shown).ShouldContain(" Thu hồi ", Case.Sensitive);
        DemoInJanuary.Words(await clerk.GetStringAsync(plan)).ShouldMatch("Xong, [23]/34, 3[12] thu hồi");
        DemoInJanuary.Words(await clerk.GetStringAsync(new Uri("/outbox", UriKind.Relative))).ShouldContain("Thư báo thay đổi kế hoạch");
        using var form = DemoInJanuary.Form(shown);
        (await chair.PostAsync(new Uri($"/plans/{demo.PlanId}?handler=confirm", UriKind.Relative), form)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        DemoInJanuary.Words(await chair.GetStringAsync(plan)).ShouldNotContain("Hãy hủy các bản điện tử");
        DemoInJanuary.Words(await clerk.GetStringAsync(plan)).ShouldContain("Đã thu hồi. 1 trong");
    }

    [Fact]
    public async Task A_list_too_long_for_a_page_goes_on_at_the_next()
    {
        await using (var command = demo.App.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""
            insert into plan (id, unit_id, campaign_year, subject, definition_id, root_id, created_at, updated_at)
            select gen_random_uuid(), unit_id, campaign_year, 'Kế hoạch soạn sau ' || n, definition_id, gen_random_uuid(), created_at, updated_at from plan, generate_series(1, 200) n
            """)) await command.ExecuteNonQueryAsync();
        using var clerk = await demo.BrowserAsync("vanthu.cdyt");

        var first = await clerk.GetStringAsync(new Uri("/plans", UriKind.Relative));
        var second = await clerk.GetStringAsync(new Uri("/plans?skip=200", UriKind.Relative));

        first.ShouldContain("/plans?skip=200");
        DemoInJanuary.Words(first).ShouldContain("Kế hoạch soạn sau 200");
        first.ShouldNotContain("23/KH-CĐYT");
        DemoInJanuary.Words(second).ShouldContain("23/KH-CĐYT");
        second.ShouldNotContain("skip=400");
        (await clerk.GetAsync(new Uri("/plans?skip=-1", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<Answer> PostAsync(HttpClient browser, Uri path, string page, params (string Name, string Value)[] fields)
    {
        using var form = DemoInJanuary.Form(page, fields);
        var answer = await browser.PostAsync(path, form);
        return new Answer(answer.StatusCode, DemoInJanuary.Words(await answer.Content.ReadAsStringAsync()));
    }

    private sealed record Answer(HttpStatusCode Status, string Words)
    {
        public void ShouldSay(HttpStatusCode status, string words)
        {
            Status.ShouldBe(status, Words);
            Words.ShouldContain(words);
        }
    }
}
