using System.Globalization;
using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

/// <summary>The lunar days of domain §4.2, and .NET's Chinese calendar as an independent witness for UTC+8.</summary>
public sealed class LunarCalendarTests
{
    private const double Beijing = 8.0 / 24;

    [Theory]
    [InlineData(2014, "31/01/2014", "09/04/2014", 30)]
    [InlineData(2015, "19/02/2015", "28/04/2015", 30)]
    [InlineData(2017, "28/01/2017", "06/04/2017", 30)]
    [InlineData(2019, "05/02/2019", "14/04/2019", 30)]
    [InlineData(2020, "25/01/2020", "02/04/2020", 30)]
    [InlineData(2021, "12/02/2021", "21/04/2021", 30)]
    [InlineData(2022, "01/02/2022", "10/04/2022", 29)]
    [InlineData(2023, "22/01/2023", "29/04/2023", 30)]
    [InlineData(2024, "10/02/2024", "18/04/2024", 30)]
    [InlineData(2025, "29/01/2025", "07/04/2025", 29)]
    [InlineData(2026, "17/02/2026", "26/04/2026", 29)]
    [InlineData(2027, "06/02/2027", "16/04/2027", 29)]
    [InlineData(2028, "26/01/2028", "04/04/2028", 29)]
    [InlineData(2029, "13/02/2029", "23/04/2029", 29)]
    [InlineData(2030, "02/02/2030", "12/04/2030", 29)]
    public void Tet_the_day_before_it_and_Gio_To_fall_as_in_the_domains_table(int year, string tet, string gioTo, int lastOfChap)
    {
        LunarCalendar.DayOf(year, 1, 1).ShouldBe(Day(tet));
        LunarCalendar.Of(Day(tet).AddDays(-1)).ShouldBe(new LunarDate(year - 1, 12, lastOfChap));
        LunarCalendar.DayOf(year, 3, 10).ShouldBe(Day(gioTo));
    }

    [Theory]
    [InlineData("29/01/1968")]
    [InlineData("21/01/1985")]
    [InlineData("17/02/2007")]
    [InlineData("16/02/2018")]
    public void Tet_of_years_known_beforehand(string tet) => LunarCalendar.Of(Day(tet)).ShouldBe(new LunarDate(Day(tet).Year, 1, 1));

    [Theory]
    [InlineData(2014, 9)]
    [InlineData(2017, 6)]
    [InlineData(2020, 4)]
    [InlineData(2023, 2)]
    [InlineData(2025, 6)]
    [InlineData(2028, 5)]
    public void Leap_months_stand_where_they_should(int year, int month)
    {
        var first = LunarCalendar.DayOf(year, month, 1, isLeap: true);
        LunarCalendar.Of(first.AddDays(-1)).ShouldBe(LunarCalendar.Of(first.AddDays(-1)) with { Year = year, Month = month, IsLeap = false });
        foreach (var other in Enumerable.Range(1, 12).Where(m => m != month)) Should.Throw<ArgumentOutOfRangeException>(() => LunarCalendar.DayOf(year, other, 1, isLeap: true));
    }

    [Fact]
    public void Computed_for_Beijing_it_agrees_with_the_frameworks_Chinese_calendar_on_Tet_and_10_3_of_76_years()
    {
        var chinese = new ChineseLunisolarCalendar();
        for (var year = 1985; year <= 2060; year++)
        {
            DateOnly Chinese(int month, int day)
            {
                var leap = chinese.GetLeapMonth(year);
                return DateOnly.FromDateTime(chinese.ToDateTime(year, leap > 0 && month >= leap ? month + 1 : month, day, 0, 0, 0, 0));
            }

            LunarCalendar.DayOf(year, 1, 1, false, Beijing).ShouldBe(Chinese(1, 1), $"Tết {year}");
            LunarCalendar.DayOf(year, 3, 10, false, Beijing).ShouldBe(Chinese(3, 10), $"10/3 {year}");
        }
    }

    [Fact]
    public void The_years_in_which_the_Chinese_calendar_is_wrong_for_Viet_Nam_are_those_the_domain_names()
    {
        int[] Differing(int month, int day) => [.. Enumerable.Range(1985, 76).Where(year => LunarCalendar.DayOf(year, month, day) != LunarCalendar.DayOf(year, month, day, false, Beijing))];
        Differing(1, 1).Union(Differing(3, 10)).Order().ShouldBe([1985, 2007, 2009, 2030, 2037, 2038, 2053]);
        Differing(1, 1).ShouldContain(2030);
        LunarCalendar.DayOf(2009, 3, 10).ShouldBe(Day("04/04/2009"));
    }

    [Fact]
    public void Every_day_has_one_lunar_date_and_comes_back_from_it()
    {
        for (var day = Day("01/01/2013"); day.Year < 2032; day = day.AddDays(1))
        {
            var lunar = LunarCalendar.Of(day);
            LunarCalendar.DayOf(lunar.Year, lunar.Month, lunar.Day, lunar.IsLeap).ShouldBe(day);
        }

        Should.Throw<ArgumentOutOfRangeException>(() => LunarCalendar.DayOf(2022, 12, 31));
        Should.Throw<ArgumentOutOfRangeException>(() => LunarCalendar.Of(new DateOnly(1950, 1, 1)));
    }
}
