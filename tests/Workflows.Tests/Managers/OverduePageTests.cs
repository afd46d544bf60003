using System.Net;
using System.Text.RegularExpressions;
using WorkflowHost.Pages.Overdue;

namespace Workflows.Tests.Managers;

[Collection("demo in January")]
public sealed class OverduePageTests(DemoInJanuary demo)
{
    [Fact]
    public async Task The_heading_is_a_sentence_with_its_denominator_and_the_arithmetic_follows()
    {
        using var browser = await demo.BrowserAsync("phochutich.cdyt");

        var page = DemoInJanuary.Words(await browser.GetStringAsync(new Uri("/overdue", UriKind.Relative)));

        page.ShouldContain("31 trong 34 đơn vị quá hạn nộp kế hoạch tổ chức hội nghị của đơn vị");
        page.ShouldContain("2 đã duyệt, 1 đang chờ duyệt. Hạn là hết ngày 31/12/2019. Đến hôm nay, 08/01/2020, đã quá 8 ngày: 5 ngày làm việc, kể cả hôm nay.");
        page.ShouldContain("02/01: nhắc đơn vị");
        page.ShouldContain("08/01: báo Phó Chủ tịch (hôm nay)");
        page.ShouldContain("Chưa mở biểu mẫu 5 thư");
        page.ShouldContain("Nộp 07/01, muộn 7 ngày");
        page.ShouldContain("4 việc kế hoạch không ghi hạn: “Chọn đơn vị điểm để chỉ đạo rút kinh nghiệm”,");
        page.ShouldContain("34 đơn vị chờ sự kiện, chưa tới lượt.");
    }

    [Fact]
    public async Task A_chair_sees_the_own_unit_and_may_not_extend_it()
    {
        using var late = await demo.BrowserAsync("chutich.ttytdp");
        using var onTime = await demo.BrowserAsync("chutich.bvps");

        var own = DemoInJanuary.Words(await late.GetStringAsync(new Uri("/overdue", UriKind.Relative)));

        own.ShouldContain("CĐCS Trung tâm Y tế dự phòng tỉnh quá hạn nộp kế hoạch tổ chức hội nghị của đơn vị");
        own.ShouldNotContain("huyện C");
        own.ShouldNotContain("Gia hạn");
        DemoInJanuary.Words(await onTime.GetStringAsync(new Uri("/overdue", UriKind.Relative))).ShouldContain("Không có đơn vị quá hạn");
    }

    [Theory]
    [InlineData("extend", "Đã đặt trước việc gia hạn: ")]
    [InlineData("follow-up", "Đã ghi đôn đốc: ")]
    public async Task After_a_command_begun_here_one_is_back_here_and_told_what_was_done(string command, string notice)
    {
        using var browser = await demo.BrowserAsync("phochutich.cdyt");
        var list = $"/overdue?plan={demo.PlanId}&step=keHoach";
        var address = LastLink(await browser.GetStringAsync(new Uri(list, UriKind.Relative)), command);
        var form = await browser.GetStringAsync(new Uri(address, UriKind.Relative));
        form.ShouldContain($"href=\"{WebUtility.HtmlEncode(list)}\"");
        using var given = DemoInJanuary.Form(form, ("text", "Đã gọi."), ("do", "confirm"), ("lastDay", "31/12/2020"), ("effective", "01/12/2020"), ("reason", "Bão."));

        var answer = await browser.PostAsync(new Uri(address, UriKind.Relative), given);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldStartWith(list + "&");
        var page = DemoInJanuary.Words(await browser.GetStringAsync(answer.Headers.Location));
        page.ShouldContain(notice + "Công đoàn cơ sở ");
        page.ShouldContain("đơn vị quá hạn nộp kế hoạch tổ chức hội nghị của đơn vị");
    }

    [Theory]
    [InlineData("https://example.org/")]
    [InlineData("//example.org/")]
    [InlineData("/\\example.org")]
    [InlineData("javascript:alert(1)")]
    public async Task A_command_leads_to_no_other_site(string address)
    {
        using var browser = await demo.BrowserAsync("phochutich.cdyt");
        var own = LastLink(await browser.GetStringAsync(new Uri("/overdue", UriKind.Relative)), "follow-up").Split('?')[0];
        var path = new Uri($"{own}?returnUrl={Uri.EscapeDataString(address)}", UriKind.Relative);
        var form = await browser.GetStringAsync(path);
        form.ShouldNotContain($"href=\"{WebUtility.HtmlEncode(address)}");
        using var given = DemoInJanuary.Form(form, ("text", "Đã gọi."));
        (await browser.PostAsync(path, given)).Headers.Location!.ToString().ShouldBe(own.Replace("/follow-up", "#comments", StringComparison.Ordinal));
    }

    private static string LastLink(string page, string command) =>
        WebUtility.HtmlDecode(Regex.Matches(page, $"href=\"(/tasks/[^/\"]+/{command}[^\"]*)\"")[^1].Groups[1].Value);

    [Fact]
    public async Task The_csv_has_a_byte_order_mark_and_the_same_rows()
    {
        using var browser = await demo.BrowserAsync("phochutich.cdyt");
        using var chair = await demo.BrowserAsync("chutich.ttytdp");

        var bytes = await browser.GetByteArrayAsync(new Uri($"/overdue.csv?plan={demo.PlanId}", UriKind.Relative));
        var own = await chair.GetStringAsync(new Uri("/overdue.csv", UriKind.Relative));

        bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(32);
        lines[0].ShouldBe("Kế hoạch,Việc,Mã đơn vị,Đơn vị,Ngày cuối còn đúng hạn,Quá hạn (ngày),Quá hạn (ngày làm việc),Đơn vị đã làm gì,Đã nhắc");
        lines.ShouldContain("23/KH-CĐYT,Nộp kế hoạch tổ chức hội nghị của đơn vị,CDCS-TTYTDP,CĐCS Trung tâm Y tế dự phòng tỉnh,31/12/2019,8,5,Chưa mở biểu mẫu,5 thư");
        own.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("-2", "\"'-2\"")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData("Trung tâm", "Trung tâm")]
    [InlineData(null, "")]
    public void No_cell_becomes_a_formula(string? text, string cell) => OverdueCsv.Cell(text).ShouldBe(cell);
}
