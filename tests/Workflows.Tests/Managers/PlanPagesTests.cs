using System.Net;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Managers;

[Collection("demo in January")]
public sealed class PlanPagesTests(DemoInJanuary demo)
{
    [Fact]
    public async Task The_issuer_sees_all_units_and_what_comes_next()
    {
        using var browser = await demo.BrowserAsync("phochutich.cdyt");

        var page = DemoInJanuary.Words(await browser.GetStringAsync(new Uri($"/plans/{demo.PlanId}", UriKind.Relative)));

        page.ShouldContain("23/KH-CĐYT");
        page.ShouldContain("1. Nộp kế hoạch tổ chức hội nghị của đơn vị đến 31/12/2019 Đang làm, 2/34 xong");
        page.ShouldContain("31 đơn vị chưa xong “Nộp kế hoạch tổ chức hội nghị của đơn vị”, quá hạn 8 ngày.");
        page.ShouldContain("Chuyên viên theo dõi duyệt “Nộp kế hoạch tổ chức hội nghị của đơn vị” của CĐCS Bệnh viện Da liễu tỉnh, nộp 07/01.");
        page.ShouldContain("15/01, 08:00 Gửi Phó Chủ tịch bản tổng hợp");
        page.ShouldContain("34 đơn vị chờ “Phân bổ đại biểu dự hội nghị ngành” để mở “Gửi danh sách giới thiệu đại biểu dự hội nghị ngành”, từ 17/12/2019.");
        page.ShouldContain("Tiến độ theo đơn vị 34 đơn vị");
        page.ShouldContain("Duyệt 06/01, lần 2");
        page.ShouldContain("Chờ duyệt, nộp muộn 7 ngày");
    }

    [Fact]
    public async Task What_was_returned_leads_to_its_task_or_to_the_units()
    {
        using var browser = await demo.BrowserAsync("chuyenvien.cdyt");
        var task = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVMAT"))["id"];
        try
        {
            await demo.ExecuteAsync($"update task set round = 2 where id = '{task}'");
            (await RowAsync()).ShouldContain($"href=\"/tasks/{task}\"");
            await demo.ExecuteAsync($"update task set round = 2 where id = '{(await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVNHI"))["id"]}'");
            (await RowAsync()).ShouldContain("href=\"#units\"");
        }
        finally
        {
            await demo.ExecuteAsync("update task set round = 1 where round = 2 and status = 'open'");
        }

        async Task<string> RowAsync() =>
            Regex.Match(WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri($"/plans/{demo.PlanId}", UriKind.Relative))), "sau khi được trả lại\\..*?</dd>", RegexOptions.Singleline).Value;
    }

    [Fact]
    public async Task A_chair_sees_only_the_own_units_rows()
    {
        using var browser = await demo.BrowserAsync("chutich.bvdkt");

        var page = DemoInJanuary.Words(await browser.GetStringAsync(new Uri($"/plans/{demo.PlanId}", UriKind.Relative)));
        var list = DemoInJanuary.Words(await browser.GetStringAsync(new Uri("/plans", UriKind.Relative)));

        page.ShouldContain("Tiến độ theo đơn vị 1 đơn vị");
        page.ShouldContain("CĐCS Bệnh viện đa khoa tỉnh");
        page.ShouldNotContain("Da liễu");
        page.ShouldNotContain("chưa xong");
        page.ShouldNotContain("Gia hạn");
        list.ShouldContain("0/1 Tổ chức hội nghị và nộp biên bản 0 ");
    }

    [Fact]
    public async Task The_document_shows_bases_recipients_and_signature()
    {
        using var browser = await demo.BrowserAsync("chutich.bvdkt", "en");

        var page = DemoInJanuary.Words(await browser.GetStringAsync(new Uri($"/plans/{demo.PlanId}/document", UriKind.Relative)));

        page.ShouldContain("Kế hoạch số 51/KH-LĐLĐ ngày 11/12/2019");
        page.ShouldContain("- Thường trực LĐLĐ tỉnh; report");
        page.ShouldContain("TM. BAN THƯỜNG VỤ CHỦ TỊCH");
        page.ShouldContain("KẾ HOẠCH Tổ chức Hội nghị", Case.Sensitive);
    }

    [Fact]
    public async Task A_document_is_headed_by_the_name_of_its_kind()
    {
        using var browser = await demo.BrowserAsync("chutich.bvdkt");
        try
        {
            await demo.ExecuteAsync($"update plan set doc_type = 'TTr' where id = '{demo.PlanId}'");
            var page = DemoInJanuary.Words(await browser.GetStringAsync(new Uri($"/plans/{demo.PlanId}/document", UriKind.Relative)));
            page.ShouldContain("TỜ TRÌNH Tổ chức Hội nghị", Case.Sensitive);
            page.ShouldNotContain("KẾ HOẠCH", Case.Sensitive);
        }
        finally
        {
            await demo.ExecuteAsync($"update plan set doc_type = 'KH' where id = '{demo.PlanId}'");
        }
    }

    [Fact]
    public async Task What_is_done_shows_its_outcome_and_the_number_that_was_given()
    {
        using var browser = await demo.BrowserAsync("chutich.cdyt");
        var plan = await browser.GetStringAsync(new Uri($"/plans/{demo.PlanId}", UriKind.Relative));

        var signed = await TaskAsync("Ký ban hành kế hoạch");
        signed.ShouldContain("Kết quả: Ký ban hành");
        signed.ShouldNotContain("Ý kiến kiểm tra");
        var issued = await TaskAsync("Cấp số, ban hành kế hoạch");
        issued.ShouldContain("Văn thư cấp số 23/KH-CĐYT, ban hành ngày 17/12/2019");
        issued.ShouldContain("Xong 17/12/2019");

        async Task<string> TaskAsync(string title)
        {
            var address = Regex.Match(WebUtility.HtmlDecode(plan), $"“{title}”: đã xong\\.[^/]*<a href=\"(/tasks/[0-9a-f-]+)\"").Groups[1].Value;
            return DemoInJanuary.Words(await browser.GetStringAsync(new Uri(address, UriKind.Relative)));
        }
    }

    [Fact]
    public async Task A_plan_that_is_not_yours_does_not_exist()
    {
        using var browser = await demo.BrowserAsync("chutich.bvdkt");

        (await browser.GetAsync(new Uri($"/plans/{Guid.NewGuid()}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
