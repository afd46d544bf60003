using System.Text;
using WorkflowEngine.Deadlines;

namespace Workflows.Tests.Deadlines;

public sealed class VietnamesePhraseTests
{
    [Theory]
    [InlineData("gửi về Công đoàn ngành trước ngày 01/01/2020.", "before 01-01(2020) \"trước ngày 01/01/2020\"")]
    [InlineData("trước ngày 25/5/2020", "before 25-05(2020) \"trước ngày 25/5/2020\"")]
    [InlineData("Thời gian: hoàn thành trước 15/3/2020", "before 15-03(2020) \"trước 15/3/2020\"")]
    [InlineData("trước ngày 01 tháng 01 năm 2020", "before 01-01(2020) \"trước ngày 01 tháng 01 năm 2020\"")]
    [InlineData("chậm nhất vào ngày 15/12/2017", "by 15-12(2017) \"chậm nhất vào ngày 15/12/2017\"")]
    [InlineData("Chậm nhất là 15-12-2017", "by 15-12(2017) \"Chậm nhất là 15-12-2017\"")]
    [InlineData("đến hết ngày 31/3/2020", "by 31-03(2020) \"đến hết ngày 31/3/2020\"")]
    [InlineData("Hoàn thành … trong quý IV năm 2014", "in Q4(2014) \"trong quý IV năm 2014\"")]
    [InlineData("tổ chức xong trong quí I năm 2015", "in Q1(2015) \"xong trong quí I năm 2015\"")]
    [InlineData("Vào quý II năm 2015", "window Q2(2015) \"Vào quý II năm 2015\"")]
    [InlineData("vào quý 3/2021", "window Q3(2021) \"vào quý 3/2021\"")]
    [InlineData("đợt 1: từ tháng 11/2019 đến 31/3/2020", "from 01-11(2019) to 31-03(2020) \"từ tháng 11/2019 đến 31/3/2020\"")]
    [InlineData("từ 01/4/2020 đến 31/12/2020", "from 01-04(2020) to 31-12(2020) \"từ 01/4/2020 đến 31/12/2020\"")]
    [InlineData("từ tháng 01/2020 đến hết tháng 02/2020", "from 01-01(2020) to 29-02(2020) \"từ tháng 01/2020 đến hết tháng 02/2020\"")]
    [InlineData("xong trong tháng 6 năm 2020", "by 30-06(2020) \"xong trong tháng 6 năm 2020\"")]
    [InlineData("vào dịp cuối năm 2014", "soft by 31-12(2014) \"vào dịp cuối năm 2014\"")]
    [InlineData("Sau Hội nghị, gửi hồ sơ về LĐLĐ tỉnh", null)]
    [InlineData("Sau Hội nghị trước ngày 25/5/2020", "after hoi-nghi before 25-05(2020) \"Sau Hội nghị trước ngày 25/5/2020\"")]
    [InlineData("trong 10 ngày làm việc kể từ ngày kết thúc đợt thi đua", "+10wd after ket-thuc-dot-thi-dua \"trong 10 ngày làm việc kể từ ngày kết thúc đợt thi đua\"")]
    [InlineData("thường xuyên phản ánh, báo cáo", "none \"thường xuyên\"")]
    [InlineData("Báo cáo tổng hợp hằng năm, trước ngày 15/12", "yearly before 15-12 \"hằng năm, trước ngày 15/12\"")]
    [InlineData("gửi chậm nhất ngày 31 tháng 01 hàng năm", "yearly by 31-01 \"chậm nhất ngày 31 tháng 01 hàng năm\"")]
    [InlineData("hàng năm đánh giá việc thực hiện", "none \"hàng năm\"")]
    [InlineData("trước ngày 31/4/2020", null)]
    [InlineData("trước ngày 25/5", null)]
    [InlineData("báo cáo kết quả về công đoàn ngành", null)]
    [InlineData("Kế hoạch số 23/KH-CĐYT ngày 17/12/2019", null)]
    public void The_phrases_of_the_seed_plans_are_read(string text, string? expected)
    {
        VietnamesePhrase.Read(text)?.Spec.ToString().ShouldBe(expected);
        VietnamesePhrase.Read(text.Normalize(NormalizationForm.FormD))?.Spec.ToString().ShouldBe(expected);
    }

    [Fact]
    public void The_first_phrase_of_a_text_is_taken_and_its_place_told()
    {
        var reading = VietnamesePhrase.Read("Tổ chức trước 15/3/2020; báo cáo chậm nhất ngày 25/5/2020")!;
        reading.Start.ShouldBe(8);
        reading.Spec.Quote.ShouldBe("trước 15/3/2020");
    }

    [Fact]
    public void With_a_campaign_year_the_dates_become_reusable()
    {
        VietnamesePhrase.Read("trước ngày 01/01/2020", 2019)!.Spec.ToString().ShouldBe("before 01-01(+1) \"trước ngày 01/01/2020\"");
        VietnamesePhrase.ReadAll("Tổ chức trước 15/3/2020; báo cáo chậm nhất ngày 25/5/2020 (đúc kết cuối năm 2020).", 2020).Select(r => (r.Start, r.Spec.Quote)).ShouldBe(
            [(8, "trước 15/3/2020"), (33, "chậm nhất ngày 25/5/2020"), (67, "cuối năm 2020")]);
        VietnamesePhrase.ReadAll("trước Tết").ShouldBeEmpty();
        VietnamesePhrase.Read("trong quý IV năm 2019", 2019)!.Spec.ToString().ShouldBe("in Q4 \"trong quý IV năm 2019\"");
    }
}
