using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

public sealed class DeadlineSentenceTests
{
    private static DeadlineFacts Facts(string syntax, string? today = null, int year = 2019) =>
        new(Resolve(syntax, year), DeadlineSyntax.Parse(syntax), Calendar) { Today = today is null ? null : Day(today) };

    [Fact]
    public void The_plans_words_the_last_day_and_the_working_days_left()
    {
        var sentence = DeadlineSentence.Explain(Facts("before 01-01(+1) \"trước ngày 01/01/2020\"", "26/12/2019"));
        sentence.Sentence.Vi.ShouldBe("Kế hoạch ghi “trước ngày 01/01/2020”, nên ngày cuối cùng còn đúng hạn là Thứ Ba, 31/12/2019, đến 24:00.");
        sentence.Sentence.En.ShouldBe("The plan says “trước ngày 01/01/2020” (before 01/01/2020), so the last day on time is Tuesday, 31/12/2019, until 24:00.");
        sentence.Remaining!.Vi.ShouldBe("Hôm nay 26/12. Sau hôm nay còn 3 ngày làm việc: 27, 30, 31/12 (trừ Thứ Bảy 28 và Chủ nhật 29).");
        sentence.Remaining.En.ShouldBe("Today is 26/12. After today 3 working days are left: 27, 30, 31/12 (not Saturday 28 and Sunday 29).");
        sentence.OneLine.Vi.ShouldBe("Hạn: trước ngày 01/01/2020 — ngày cuối cùng còn đúng hạn: Thứ Ba 31/12/2019.");
        sentence.Lines.Select(line => line.Vi).ShouldBe([
            "“Trước ngày 01/01/2020” không gồm ngày 01/01/2020: từ 00:00 ngày đó là quá hạn.",
            "Ngày cuối cùng còn đúng hạn, cũng là ngày làm việc cuối cùng: Thứ Ba 31/12/2019, đến 24:00.",
            sentence.Remaining.Vi]);
    }

    /// <summary>Notices, guidances and programmes set dates as plans do.</summary>
    [Fact]
    public void The_document_is_called_by_its_kind()
    {
        DeadlineSentence Of(string syntax, DeadlineOrigin origin = DeadlineOrigin.Plan) =>
            DeadlineSentence.Explain(Facts(syntax) with { Kind = new("thông báo", "notice"), Origin = origin });
        var said = Of("before 01-01(+1) \"trước ngày 01/01/2020\"").Sentence;
        (said.Vi[..16], said.En[..15]).ShouldBe(("Thông báo ghi “t", "The notice says"));
        var undated = Of("none").Sentence;
        (undated.Vi, undated.En).ShouldBe(("Không có hạn: thông báo không ghi ngày.", "No deadline: the notice gives no date."));
        foreach (var own in new[] { Of("before 01-01(+1)", DeadlineOrigin.Internal).Sentence, Of("before 01-01(+1)", DeadlineOrigin.Internal).OneLine })
            (own.Vi.EndsWith("không có trong thông báo.", StringComparison.Ordinal), own.En.EndsWith("not in the notice.", StringComparison.Ordinal)).ShouldBe((true, true));
    }

    [Fact]
    public void A_last_day_off_is_shown_with_the_last_working_day()
    {
        var sentence = DeadlineSentence.Explain(Facts("before 15-03(+1) \"trước 15/3/2020\"", "13/03/2020"));
        sentence.OneLine.Vi.ShouldBe("Hạn: trước ngày 15/03/2020 — ngày cuối cùng còn đúng hạn: Thứ Bảy 14/03/2020, ngày làm việc cuối cùng: Thứ Sáu 13/03/2020.");
        sentence.OneLine.En.ShouldBe("Limit: before 15/03/2020 — last day on time: Saturday 14/03/2020, last working day: Friday 13/03/2020.");
        sentence.Lines.ShouldContain(line => line.Vi == "Thứ Bảy 14/03/2020 là ngày nghỉ. Ngày làm việc cuối cùng: Thứ Sáu 13/03/2020.");
        sentence.Remaining!.Vi.ShouldBe("Hôm nay 13/03. Sau hôm nay không còn ngày làm việc nào (trừ Thứ Bảy 14).");
    }

    [Fact]
    public void A_quote_of_another_year_gives_way_to_the_canonical_words() =>
        DeadlineSentence.Explain(Facts("before 01-01(+1) \"trước ngày 01/01/2020\"", year: 2024)).Sentence.Vi
            .ShouldBe("Hạn là trước ngày 01/01/2025, nên ngày cuối cùng còn đúng hạn là Thứ Ba, 31/12/2024, đến 24:00.");

    [Fact]
    public void A_returned_round_has_its_own_date_and_keeps_the_first_submission()
    {
        var sentence = DeadlineSentence.Explain(new DeadlineFacts(Deadline.Through(Day("03/01/2020"), Calendar), null, Calendar)
        {
            Origin = DeadlineOrigin.Return,
            Today = Day("30/12/2019"),
            FirstSubmitted = Day("27/12/2019"),
        });
        sentence.Sentence.Vi.ShouldBe("Nộp lại chậm nhất Thứ Sáu, 03/01/2020, đến 24:00. Lần nộp 27/12 vẫn được tính đúng hạn.");
        sentence.Remaining!.Vi.ShouldBe("Hôm nay 30/12. Sau hôm nay còn 3 ngày làm việc: 31/12, 02, 03/01 (trừ 01/01 nghỉ Tết Dương lịch).");
        sentence.Remaining.En.ShouldBe("Today is 30/12. After today 3 working days are left: 31/12, 02, 03/01 (not 01/01, New Year's Day).");
    }

    [Fact]
    public void An_internal_date_says_that_the_plan_does_not_set_it()
    {
        var facts = new DeadlineFacts(Deadline.Through(Day("15/01/2020"), Calendar), null, Calendar) { Origin = DeadlineOrigin.Internal };
        DeadlineSentence.Explain(facts).Sentence.Vi
            .ShouldBe("Hạn nội bộ Thứ Tư, 15/01/2020, đến 24:00, do đơn vị đặt, không có trong kế hoạch.");
    }

    [Fact]
    public void No_date_is_said_plainly()
    {
        var sentence = DeadlineSentence.Explain(Facts("none", "26/12/2019"));
        sentence.Sentence.ShouldBe(new Bilingual("Không có hạn: kế hoạch không ghi ngày.", "No deadline: the plan gives no date."));
        sentence.Remaining.ShouldBeNull();
        sentence.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void An_event_waited_for_is_named()
    {
        var facts = Facts("after conference before 25-05(+1) \"Sau Hội nghị … trước ngày 25/5/2020\"") with { Event = new("Hội nghị ngành Y tế", "the sector conference"), Plan = "23/KH-CĐYT" };
        DeadlineSentence.Explain(facts).Sentence.Vi.ShouldBe(
            "Kế hoạch 23/KH-CĐYT ghi “Sau Hội nghị … trước ngày 25/5/2020”, nên làm sau Hội nghị ngành Y tế; ngày cuối cùng còn đúng hạn là Chủ nhật, 24/05/2020, đến 24:00.");
        DeadlineSentence.Explain(Facts("+10wd after conference") with { Event = facts.Event }).Sentence.Vi
            .ShouldBe("Chưa có ngày: trong 10 ngày làm việc kể từ Hội nghị ngành Y tế. Ngày được tính khi việc đó xảy ra.");
    }

    [Theory]
    [InlineData("window Q2(2015) \"Vào quý II năm 2015\"", "Kế hoạch ghi “Vào quý II năm 2015”, nên làm từ Thứ Tư, 01/04/2015; ngày cuối cùng còn đúng hạn là Thứ Ba, 30/06/2015, đến 24:00.")]
    [InlineData("in Q4(2014)", "Hạn là trong quý IV năm 2014, nên ngày cuối cùng còn đúng hạn là Thứ Tư, 31/12/2014, đến 24:00.")]
    [InlineData("soft by 31-12(2014) \"vào dịp cuối năm 2014\"", "Kế hoạch ghi “vào dịp cuối năm 2014”, nên mốc cần đạt là Thứ Tư, 31/12/2014, đến 24:00.")]
    [InlineData("by 15-12(2017) \"chậm nhất vào ngày 15/12/2017\"", "Kế hoạch ghi “chậm nhất vào ngày 15/12/2017”, nên ngày cuối cùng còn đúng hạn là Thứ Sáu, 15/12/2017, đến 24:00.")]
    public void Every_kind_has_its_sentence(string syntax, string expected) => DeadlineSentence.Explain(Facts(syntax)).Sentence.Vi.ShouldBe(expected);

    [Fact]
    public void Many_days_are_counted_with_the_holidays_named() =>
        RemainingDays.Line(Resolve("before 15-03(+1)"), Day("17/12/2019"), Calendar)!.Vi.ShouldBe(
            "Hôm nay 17/12. Sau hôm nay còn 57 ngày làm việc, tính đến hết 14/03/2020 (trừ ngày nghỉ hằng tuần; Tết Dương lịch 01/01; Tết Nguyên đán 23, 24, 27, 28, 29/01).");

    [Theory]
    [InlineData("31/12/2019", "Hôm nay 31/12 là ngày cuối cùng còn đúng hạn, đến 24:00.")]
    [InlineData("08/01/2020", "Hạn là hết ngày 31/12/2019. Đến hôm nay, 08/01/2020, đã quá 8 ngày: 5 ngày làm việc, kể cả hôm nay.")]
    [InlineData("01/01/2020", "Hạn là hết ngày 31/12/2019. Đến hôm nay, 01/01/2020, đã quá 1 ngày: 0 ngày làm việc.")]
    public void On_and_after_the_last_day_the_line_says_so(string today, string expected) =>
        RemainingDays.Line(Resolve("before 01-01(+1)"), Day(today), Calendar)!.Vi.ShouldBe(expected);

    [Fact]
    public void A_year_without_notice_is_warned_of() =>
        DeadlineSentence.Explain(Facts("before 01-04(2027)", "26/12/2026")).Lines.ShouldContain(line => line.Vi.StartsWith("Năm 2027 chưa có lịch nghỉ chính thức"));

    [Fact]
    public void The_answer_at_midnight_states_limit_and_consequence() =>
        DeadlineSentence.Received(Resolve("before 01-01(+1)"), At("01/01/2020 00:00:12"), Calendar).Vi
            .ShouldBe("Đã nhận lúc 00:00:12 ngày 01/01/2020. Hạn là hết 31/12/2019, nên bài nộp được ghi Quá hạn 1 ngày.");

    /// <summary>Rows S3-03 and S3-05: "hàng năm", with a day that the operator set.</summary>
    [Fact]
    public void A_date_of_each_year_says_this_time_and_the_next()
    {
        var spec = DeadlineSyntax.Parse("yearly before 15-12 \"hằng năm, trước ngày 15/12\"");
        var said = DeadlineSentence.Explain(new DeadlineFacts(spec.Resolve(2020, new Dictionary<string, DateTimeOffset>(), Vn.Calendar), spec, Vn.Calendar));
        said.Sentence.Vi.ShouldBe("Kế hoạch ghi “hằng năm, trước ngày 15/12”, nên ngày cuối cùng còn đúng hạn là Thứ Hai, 14/12/2020, đến 24:00.");
        said.Lines.Select(l => l.Vi).ShouldContain("Lặp lại hằng năm. Kỳ sau, ngày cuối cùng là Thứ Ba, 14/12/2021.");
        spec.Resolve(2021, new Dictionary<string, DateTimeOffset>(), Vn.Calendar).LastDay.ShouldBe(new DateOnly(2021, 12, 14));
        DeadlineSyntax.TryParse("yearly by 15-12(2020)", out _, out var error).ShouldBeFalse();
        error!.Message.Vi.ShouldBe("Hạn hằng năm không ghi một năm cố định.");
    }
}
