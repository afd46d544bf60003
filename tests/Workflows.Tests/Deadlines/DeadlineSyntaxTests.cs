using WorkflowEngine.Deadlines;

namespace Workflows.Tests.Deadlines;

public sealed class DeadlineSyntaxTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("before 01-01(+1)")]
    [InlineData("by 15-12")]
    [InlineData("by 15-12(2017)")]
    [InlineData("in Q4")]
    [InlineData("window Q2(+1)")]
    [InlineData("yearly by 15-12")]
    [InlineData("yearly before 31-01(+1)")]
    [InlineData("from 01-11 to 31-03(+1)")]
    [InlineData("after sectorConference before 25-05(+1)")]
    [InlineData("after hoi-nghi by 24-05(+1)")]
    [InlineData("+15d after conference")]
    [InlineData("+10wd after conference shift none")]
    [InlineData("before 15-03(+1) shift next \"trước 15/3/2020\"")]
    [InlineData("soft by 31-12(2014) \"vào dịp cuối năm 2014\"")]
    [InlineData("none \"báo cáo \"\"thường xuyên\"\"\"")]
    public void The_canonical_text_is_printed_as_it_was_read(string text) => DeadlineSyntax.Print(DeadlineSyntax.Parse(text)).ShouldBe(text);

    [Theory]
    [InlineData("  before   1-1(+1)  ", "before 01-01(+1)")]
    [InlineData("by 15-12(+0) shift none", "by 15-12")]
    [InlineData("+10wd after x shift next", "+10wd after x")]
    public void Other_spellings_are_read_too(string text, string canonical) => DeadlineSyntax.Parse(text).ToString().ShouldBe(canonical);

    [Theory]
    [InlineData("", 0, "before")]
    [InlineData("befor 01-01", 0, "before")]
    [InlineData("before 31-04", 7, "31/04")]
    [InlineData("before 1/1", 7, "dd-MM")]
    [InlineData("before 29-02(2019)", 7, "29/02")]
    [InlineData("before 01-01(next)", 12, "(+1)")]
    [InlineData("before 01-01(+1) or later", 17, "end of the text")]
    [InlineData("in Q5", 3, "Q1 to Q4")]
    [InlineData("from 01-11", 10, "to")]
    [InlineData("after 7 before 01-01", 6, "event")]
    [InlineData("after x 01-01", 8, "before")]
    [InlineData("+0d after x", 0, "3660")]
    [InlineData("+10 after x", 4, "wd")]
    [InlineData("by 15-12 shift maybe", 15, "none")]
    [InlineData("by 15-12 \"never closed", 9, "closed")]
    public void An_error_says_what_was_expected_and_where(string text, int position, string expected)
    {
        DeadlineSyntax.TryParse(text, out var spec, out var error).ShouldBeFalse();
        spec.ShouldBeNull();
        error!.Position.ShouldBe(position);
        error.Message.En.ShouldContain(expected);
        error.Message.Vi.ShouldNotBeEmpty();
        Should.Throw<FormatException>(() => DeadlineSyntax.Parse(text)).Message.ShouldContain($"position {position}");
    }
}
