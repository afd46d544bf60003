using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace Workflows.Tests.Web;

public sealed class DeadlineSheetTests
{
    private static readonly DateOnly LastDay = new(2019, 12, 31);
    private readonly Texts texts = new();

    [Theory]
    [InlineData("2019-12-26", "Hôm nay 26/12. Sau hôm nay còn 3 ngày làm việc: 27, 30 và 31/12 (trừ Thứ Bảy 28/12 và Chủ nhật 29/12).")]
    [InlineData("2019-12-30", "Hôm nay 30/12. Sau hôm nay còn 1 ngày làm việc: 31/12.")]
    [InlineData("2019-12-31", "Hôm nay 31/12 là ngày cuối cùng còn đúng hạn.")]
    [InlineData("2020-01-08", "Hôm nay 08/01, đã quá hạn 8 ngày.")]
    [InlineData("2019-12-17", "Hôm nay 17/12. Sau hôm nay còn 10 ngày làm việc đến hết 31/12/2019.")]
    public void The_working_days_are_counted_in_words(string today, string words) => DatesTests.In(Language.Vietnamese, () =>
        DeadlineSheet.CountDown(Day(today), LastDay, IsDayOff, texts).Replace(Nbsp.Space, ' ').ShouldBe(words));

    [Fact]
    public void The_strip_runs_from_today_to_the_day_after_the_limit()
    {
        var strip = DayStrip.Around(Day("2019-12-26"), LastDay, IsDayOff, texts).ShouldNotBeNull();
        strip.Days.Count.ShouldBe(7);
        strip.Days[0].Look.ShouldBe("day is-working is-today");
        strip.Days[2].Look.ShouldBe("day is-off");
        strip.Days[5].Look.ShouldBe("day is-last");
        strip.Days[6].Look.ShouldBe("day is-off");
    }

    [Fact]
    public void After_the_limit_the_strip_ends_today()
    {
        var strip = DayStrip.Around(Day("2020-01-08"), LastDay, IsDayOff, texts).ShouldNotBeNull();
        strip.Days.Count.ShouldBe(9);
        strip.Days[^1].Look.ShouldBe("day is-late is-today");
    }

    [Fact]
    public void A_far_limit_has_no_strip() => DayStrip.Around(Day("2019-12-17"), LastDay, IsDayOff, texts).ShouldBeNull();

    [Fact]
    public void The_bold_part_is_cut_out_of_the_sentence() =>
        new DeadlineSheet("đúng hạn là 31/12, đến 24:00.", "31/12", [], null).Parts.ShouldBe(("đúng hạn là ", "31/12", ", đến 24:00."));

    private static bool IsDayOff(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || day is { Month: 1, Day: 1 };

    private static DateOnly Day(string iso) => DateOnly.ParseExact(iso, "O", System.Globalization.CultureInfo.InvariantCulture);
}
