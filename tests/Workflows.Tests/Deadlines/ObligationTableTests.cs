using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

/// <summary>
/// All 81 obligations of the five seed plans (domain §1): the words about time as the plan has them, and what they come to. A row without a date must be
/// held as such; a row with a regular one is read, and explained line by line in both languages with the last lawful day, the last working day and
/// weekdays.
/// </summary>
public sealed class ObligationTableTests
{
    // Row | words of the plan, empty where it says nothing about time | last lawful day, or - | last working day | first day of a window or period
    private const string Table = """
        S0-01||-
        S0-02||-
        S0-03||-
        S0-04|vào dịp cuối năm 2014|31/12/2014|31/12/2014
        S0-05|xong trong quí I năm 2015|31/03/2015|31/03/2015
        S0-06||-
        S0-07||-
        S0-08|Vào quý II năm 2015|30/06/2015|30/06/2015|01/04/2015
        S0-09||-
        S0-10||-
        S0-11||-
        S0-12||-
        S0-13||-
        S0-14||-
        S1-01|từ tháng 11/2019 đến 31/3/2020|31/03/2020|31/03/2020|01/11/2019
        S1-02|từ 01/4/2020 đến 31/12/2020|31/12/2020|31/12/2020|01/04/2020
        S1-03|sau khi kết thúc mỗi đợt thi đua|-
        S1-04||-
        S1-05||-
        S1-06||-
        S1-07||-
        S1-08||-
        S1-09|kịp thời đề nghị biểu dương|-
        S1-10||-
        S1-11||-
        S1-12||-
        S1-13||-
        S1-14||-
        S1-15||-
        S2-01|trước ngày 01/01/2020|31/12/2019|31/12/2019
        S2-02|hoàn thành trước 15/3/2020|14/03/2020|13/03/2020
        S2-03||-
        S2-04||-
        S2-05||-
        S2-06||-
        S2-07||-
        S2-08||-
        S2-09||-
        S2-10||-
        S2-11||-
        S2-12||-
        S2-13||-
        S2-14||-
        S2-15||-
        S2-16|hoàn thành trước ngày 15/5/2020|14/05/2020|14/05/2020
        S2-17||-
        S2-18|Sau Hội nghị, trước ngày 25/5/2020|24/05/2020|22/05/2020
        S2-19||-
        S2-20||-
        S2-21||-
        S2-22||-
        S2-23||-
        S2-24||-
        S3-01||-
        S3-02|Hoàn thành công tác quán triệt, triển khai Chỉ thị trong quý IV năm 2014|31/12/2014|31/12/2014
        S3-03|hàng năm|-
        S3-04|kịp thời|-
        S3-05|hàng năm|-
        S3-06|hàng năm|-
        S3-07|thường xuyên phản ánh, báo cáo kết quả|-
        S3-08||-
        S3-09||-
        S3-10||-
        S3-11||-
        S3-12||-
        S3-13||-
        S3-14||-
        S3-15||-
        S3-16||-
        S3-17||-
        S3-18||-
        S3-19||-
        S4-01||-
        S4-02||-
        S4-03||-
        S4-04||-
        S4-05||-
        S4-06||-
        S4-07|chậm nhất vào ngày 15/12/2017|15/12/2017|15/12/2017
        S4-08||-
        S4-09||-
        """;

    private static readonly string[][] Rows = [.. Table.Split('\n').Select(line => line.Trim().Split('|'))];

    public static TheoryData<string> Ids => [.. Rows.Select(row => row[0])];

    [Fact]
    public void The_table_has_the_81_obligations_and_the_dated_ones_among_them()
    {
        Rows.Length.ShouldBe(81);
        Rows.Select(r => r[0]).Distinct().Count().ShouldBe(81);
        Rows.GroupBy(r => r[0][..2]).Select(g => (g.Key, g.Count())).ShouldBe([("S0", 14), ("S1", 15), ("S2", 24), ("S3", 19), ("S4", 9)]);
        Rows.Where(r => r[2] != "-").Select(r => r[0]).ShouldBe(
            ["S0-04", "S0-05", "S0-08", "S1-01", "S1-02", "S2-01", "S2-02", "S2-16", "S2-18", "S3-02", "S4-07"]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_obligation_is_held_and_explained(string id)
    {
        var row = Rows.Single(r => r[0] == id);
        var reading = VietnamesePhrase.Read(row[1]);
        if (row[2] == "-")
        {
            // Nothing is made up: what is not regular is left to a person, what says that there is no date is held as that.
            (reading?.Spec ?? new DeadlineSpec.Nothing()).ShouldBeOfType<DeadlineSpec.Nothing>();
            var spec = reading?.Spec ?? new DeadlineSpec.Nothing { Quote = row[1] };
            var none = DeadlineSentence.Explain(new DeadlineFacts(spec.Resolve(2019, NoEvents, Calendar), spec, Calendar));
            none.Sentence.Vi.ShouldStartWith("Không có hạn");
            none.Sentence.En.ShouldStartWith("No deadline");
            if (row[1].Length > 0) none.Sentence.Vi.ShouldContain(spec.Quote!);
            return;
        }

        var (last, worked) = (Day(row[2]), Day(row[3]));
        var deadline = reading.ShouldNotBeNull().Spec.Resolve(2019, NoEvents, Calendar);
        var told = DeadlineSentence.Explain(new DeadlineFacts(deadline, reading.Spec, Calendar) { Event = new Bilingual("Hội nghị", "the conference") });

        (deadline.LastDay, deadline.LastWorkingDay).ShouldBe((last, worked));
        deadline.Due.ShouldBe(Calendar.InstantOf(last.AddDays(1)));
        if (row.Length > 4) deadline.NotBefore.ShouldBe(Calendar.InstantOf(Day(row[4])));
        told.Lines.Count.ShouldBeGreaterThanOrEqualTo(2, "the rule of the words, then the days");
        told.Sentence.Vi.ShouldContain(DayWords.Limit(last).Vi);
        told.Sentence.En.ShouldContain(DayWords.Limit(last).En);
        told.Lines.ShouldContain(l => l.Vi.StartsWith("Ngày cuối cùng còn đúng hạn", StringComparison.Ordinal) && l.Vi.Contains(DayWords.Label(last).Vi) && l.En.Contains(DayWords.Label(last).En));
        told.Lines.ShouldContain(l => l.Vi.Contains($"ngày làm việc cuối cùng: {DayWords.Label(worked).Vi}", StringComparison.OrdinalIgnoreCase)
            && l.En.Contains($"last working day: {DayWords.Label(worked).En}", StringComparison.OrdinalIgnoreCase));
        foreach (var line in told.Lines.Append(told.Sentence).Append(told.OneLine))
        {
            line.Vi.ShouldEndWith(".");
            line.En.ShouldEndWith(".");
            (char.IsUpper(line.Vi[0]) || line.Vi[0] == '“').ShouldBeTrue(line.Vi);
            (char.IsUpper(line.En[0]) || line.En[0] == '“').ShouldBeTrue(line.En);
        }
    }

    /// <summary>Domain §0: each phrase with its rule in words, both languages.</summary>
    [Theory]
    [InlineData("trước ngày 15/3/2020", "“Trước ngày 15/03/2020” không gồm ngày 15/03/2020: từ 00:00 ngày đó là quá hạn.", "“Before 15/03/2020” does not include 15/03/2020: from 00:00 of that day it is late.")]
    [InlineData("chậm nhất vào ngày 15/12/2017", "“Chậm nhất ngày 15/12/2017” gồm cả ngày 15/12/2017.", "“No later than 15/12/2017” includes 15/12/2017.")]
    [InlineData("đến hết ngày 31/3/2020", "“Chậm nhất ngày 31/03/2020” gồm cả ngày 31/03/2020.", "“No later than 31/03/2020” includes 31/03/2020.")]
    [InlineData("trong quý IV năm 2014", "Quý hết vào ngày 31/12/2014.", "The quarter ends on 31/12/2014.")]
    [InlineData("vào quý II năm 2015", "Quý hết vào ngày 30/06/2015.", "The quarter ends on 30/06/2015.")]
    [InlineData("từ tháng 11/2019 đến 31/3/2020", "Thời gian tính cả ngày cuối, 31/03/2020.", "The period includes its last day, 31/03/2020.")]
    [InlineData("Sau Hội nghị, trước ngày 25/5/2020", "“Trước ngày 25/05/2020” không gồm ngày 25/05/2020: từ 00:00 ngày đó là quá hạn.", "“Before 25/05/2020” does not include 25/05/2020: from 00:00 of that day it is late.")]
    [InlineData("cuối năm 2014", "“Chậm nhất ngày 31/12/2014” gồm cả ngày 31/12/2014.", "“No later than 31/12/2014” includes 31/12/2014.")]
    public void Each_phrase_explains_its_rule(string phrase, string vi, string en)
    {
        var spec = VietnamesePhrase.Read(phrase)!.Spec;
        DeadlineSentence.Explain(new DeadlineFacts(spec.Resolve(2019, NoEvents, Calendar), spec, Calendar)).Lines[0].ShouldBe(new Bilingual(vi, en));
    }

    [Fact]
    public void A_period_counted_from_an_event_shows_its_start_and_where_a_day_off_moves_it()
    {
        var spec = VietnamesePhrase.Read("trong 10 ngày kể từ ngày kết thúc đợt thi đua")!.Spec;
        var events = new Dictionary<string, DateTimeOffset> { ["ket-thuc-dot-thi-dua"] = At("04/03/2020 15:00:00") };
        var lines = DeadlineSentence.Explain(new DeadlineFacts(spec.Resolve(2019, events, Calendar), spec, Calendar)).Lines;

        lines.Select(l => l.Vi).ShouldBe([
            "Tính từ ngày sau 04/03/2020: 10 ngày, đến 14/03/2020.",
            "Thứ Bảy, 14/03/2020 là ngày nghỉ, nên hạn chuyển sang Thứ Hai, 16/03/2020.",
            "Ngày cuối cùng còn đúng hạn, cũng là ngày làm việc cuối cùng: Thứ Hai 16/03/2020, đến 24:00."]);
        lines[0].En.ShouldBe("Counted from the day after 04/03/2020: 10 days, up to 14/03/2020.");
    }
}
