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
