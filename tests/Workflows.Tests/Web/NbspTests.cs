using WorkflowHost.Web;

namespace Workflows.Tests.Web;

public sealed class NbspTests
{
    [Theory]
    [InlineData("quá hạn 8 ngày", "quá hạn 8_ngày")]
    [InlineData("CĐCS Trung tâm Y tế huyện C", "CĐCS Trung tâm Y_tế huyện_C")]
    [InlineData("Thứ Tư 15/01/2020", "Thứ_Tư_15/01/2020")]
    [InlineData("Thứ Ba, 31/12/2019, đến 24:00", "Thứ_Ba,_31/12/2019, đến 24:00")]
    [InlineData("thiếu mục 7, Điều 12", "thiếu mục_7, Điều_12")]
    [InlineData("Tuesday 31/12/2019", "Tuesday_31/12/2019")]
    [InlineData("27, 30 và 31/12", "27, 30 và 31/12")]
    [InlineData("ghi “trước", "ghi \u200a“trước")]
    public void What_is_read_as_one_stays_on_one_line(string text, string bound)
    {
        var expected = bound.Replace('_', Nbsp.Space);
        Nbsp.Bind(text).ShouldBe(expected);
        Nbsp.Bind(Nbsp.Bind(text)).ShouldBe(expected);
    }
}
