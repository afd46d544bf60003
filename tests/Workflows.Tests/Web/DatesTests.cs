using System.Globalization;
using WorkflowHost.Web;

namespace Workflows.Tests.Web;

public sealed class DatesTests
{
    private static readonly DateOnly LastDay = new(2019, 12, 31);

    [Fact]
    public void A_limit_is_written_with_its_weekday() => In(Language.Vietnamese, () =>
    {
        Dates.WithWeekday(LastDay).ShouldBe("Thứ\u00a0Ba\u00a031/12/2019");
        Dates.WithWeekday(new DateOnly(2020, 5, 24)).ShouldBe("Chủ\u00a0nhật\u00a024/05/2020");
    });

    [Fact]
    public void English_keeps_the_day_first() => In(Language.English, () => Dates.WithWeekday(LastDay).ShouldBe("Tuesday\u00a031/12/2019"));

    [Fact]
    public void An_instant_is_shown_on_a_Vietnamese_clock()
    {
        var instant = new DateTimeOffset(2019, 12, 31, 17, 0, 12, TimeSpan.Zero);
        Dates.DayOf(instant).ShouldBe(new DateOnly(2020, 1, 1));
        Dates.Time(instant).ShouldBe("00:00");
        Dates.ShortMoment(instant).ShouldBe("01/01,\u00a000:00");
        Dates.Machine(instant).ShouldBe("2020-01-01T00:00:12+07:00");
    }

    [Fact]
    public void Numbers_follow_the_language()
    {
        In(Language.Vietnamese, () => Dates.Amount(1234.5m).ShouldBe("1.234,5"));
        In(Language.English, () => Dates.Amount(1234.5m).ShouldBe("1,234.5"));
    }

    [Fact]
    public void A_list_names_each_month_once() => In(Language.Vietnamese, () =>
    {
        Dates.List([new(2019, 12, 27), new(2019, 12, 30), LastDay], "và").ShouldBe("27, 30 và\u00a031/12");
        Dates.List([LastDay, new(2020, 1, 2), new(2020, 1, 3)], "và").ShouldBe("31/12, 02 và\u00a003/01");
        Dates.List([LastDay], "và").ShouldBe("31/12");
    });

    internal static void In(Language language, Action act)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = language.Culture;
        try
        {
            act();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
