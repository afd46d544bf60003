using System.Text.Json;
using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

public sealed class WorkingCalendarTests
{
    [Theory]
    [InlineData(2019, "01/01 04/02 05/02 06/02 07/02 08/02 15/04 29/04 30/04 01/05 02/09", "04/05")]
    [InlineData(2020, "01/01 23/01 24/01 27/01 28/01 29/01 02/04 30/04 01/05 02/09", "")]
    [InlineData(2021, "01/01 10/02 11/02 12/02 15/02 16/02 21/04 30/04 03/05 02/09 03/09", "")]
    [InlineData(2022, "03/01 31/01 01/02 02/02 03/02 04/02 11/04 02/05 03/05 01/09 02/09", "")]
    [InlineData(2023, "02/01 20/01 23/01 24/01 25/01 26/01 01/05 02/05 03/05 01/09 04/09", "")]
    [InlineData(2024, "01/01 08/02 09/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09", "04/05")]
    [InlineData(2025, "01/01 27/01 28/01 29/01 30/01 31/01 07/04 30/04 01/05 02/05 01/09 02/09", "26/04")]
    [InlineData(2026, "01/01 02/01 16/02 17/02 18/02 19/02 20/02 27/04 30/04 01/05 31/08 01/09 02/09 24/11", "10/01 22/08")]
    public void The_public_calendar_has_exactly_the_weekdays_off_and_Saturdays_worked_of_each_notice(int year, string off, string worked)
    {
        var days = Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(n => new DateOnly(year, 1, 1).AddDays(n)).ToList();
        static bool IsWeekday(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

        string.Join(' ', days.Where(day => IsWeekday(day) && !Calendar.IsWorkingDay(day)).Select(DayWords.DayMonth)).ShouldBe(off);
        string.Join(' ', days.Where(day => !IsWeekday(day) && Calendar.IsWorkingDay(day)).Select(DayWords.DayMonth)).ShouldBe(worked);
        Calendar.HasNoticeFor(year).ShouldBeTrue();
        Calendar.WarningFor(year).ShouldBeNull();
    }

    [Theory]
    [InlineData(2014, "01/01 30/01 31/01 03/02 04/02 05/02 09/04 30/04 01/05 02/09")]
    [InlineData(2015, "01/01 18/02 19/02 20/02 23/02 24/02 28/04 30/04 01/05 02/09")]
    [InlineData(2016, "01/01 08/02 09/02 10/02 11/02 12/02 18/04 02/05 03/05 02/09")]
    [InlineData(2017, "02/01 27/01 30/01 31/01 01/02 02/02 06/04 01/05 02/05 04/09")]
    [InlineData(2018, "01/01 15/02 16/02 19/02 20/02 21/02 25/04 30/04 01/05 03/09")]
    public void Years_before_the_notices_have_their_statutory_days_with_days_in_lieu_and_say_that_no_notice_is_loaded(int year, string off)
    {
        var days = Enumerable.Range(0, 365).Select(n => new DateOnly(year, 1, 1).AddDays(n)).Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        string.Join(' ', days.Where(day => !Calendar.IsWorkingDay(day)).Select(DayWords.DayMonth)).ShouldBe(off);
        Calendar.WarningFor(year)!.Vi.ShouldContain("chưa có lịch nghỉ chính thức");
    }

    [Fact]
    public void All_lunar_days_of_2014_to_2030_are_what_the_computation_gives()
    {
        foreach (var year in Enumerable.Range(2014, 17))
        {
            Calendar.NameOf(LunarCalendar.DayOf(year, 1, 1))!.Vi.ShouldStartWith("Tết Nguyên đán");
            Calendar.NameOf(LunarCalendar.DayOf(year, 3, 10))?.Vi.ShouldStartWith("Giỗ Tổ");
            Calendar.IsWorkingDay(LunarCalendar.DayOf(year, 3, 10)).ShouldBeFalse();
        }

        // No data for 2031 and later: the law's days are computed, Tết with the last day of the old year and three more.
        Enumerable.Range(-2, 7).Select(n => Calendar.NameOf(LunarCalendar.DayOf(2032, 1, 1).AddDays(n))?.Vi ?? "").Count(n => n == "Tết Nguyên đán").ShouldBe(5);
    }

    [Fact]
    public void Holidays_have_names_in_both_languages_and_ordinary_days_have_none()
    {
        Calendar.NameOf(Day("01/01/2020")).ShouldBe(new Bilingual("Tết Dương lịch", "New Year's Day"));
        Calendar.NameOf(Day("10/01/2026"))!.Vi.ShouldBe("Làm bù cho 02/01");
        Calendar.NameOf(Day("31/12/2019")).ShouldBeNull();
        Calendar.NameOf(Day("28/12/2019")).ShouldBeNull();
    }

    [Fact]
    public void A_year_without_notice_says_so_and_falls_back_to_statutory_days()
    {
        Calendar.HasNoticeFor(2027).ShouldBeFalse();
        Calendar.WarningFor(2027)!.Vi.ShouldContain("chưa có lịch nghỉ chính thức");
        Calendar.IsWorkingDay(Day("08/02/2027")).ShouldBeFalse();
        Calendar.IsWorkingDay(Day("02/09/2031")).ShouldBeFalse();
        Calendar.IsWorkingDay(Day("24/11/2031")).ShouldBeFalse();
        Calendar.IsWorkingDay(Day("24/11/2025")).ShouldBeTrue();
        Calendar.NameOf(Day("02/02/2030"))!.Vi.ShouldBe("Tết Nguyên đán", "the Vietnamese Tết of 2030 is a day before the Chinese one");
    }

    [Theory]
    [InlineData("31/12/2019", 1, "02/01/2020")]
    [InlineData("31/12/2019", 5, "08/01/2020")]
    [InlineData("14/03/2020", -1, "13/03/2020")]
    [InlineData("14/03/2020", 1, "16/03/2020")]
    [InlineData("14/03/2020", 0, "14/03/2020")]
    [InlineData("14/05/2020", -10, "28/04/2020")]
    [InlineData("09/01/2026", 1, "10/01/2026")]
    public void Working_days_are_counted_from_the_day_beside(string from, int count, string expected) =>
        Calendar.AddWorkingDays(Day(from), count).ShouldBe(Day(expected));

    [Fact]
    public void Days_between_exclude_the_first_and_include_the_last()
    {
        Calendar.WorkingDaysBetween(Day("26/12/2019"), Day("31/12/2019")).ShouldBe(3);
        Calendar.WorkingDaysBetween(Day("31/12/2019"), Day("26/12/2019")).ShouldBe(-3);
        Calendar.WorkingDaysBetween(Day("31/12/2019"), Day("08/01/2020")).ShouldBe(5);
        Calendar.LastWorkingDayOnOrBefore(Day("24/05/2020")).ShouldBe(Day("22/05/2020"));
        Calendar.LastWorkingDayOnOrBefore(Day("22/05/2020")).ShouldBe(Day("22/05/2020"));
        Calendar.NextWorkingDay(Day("31/12/2019")).ShouldBe(Day("02/01/2020"));
    }

    [Fact]
    public void A_local_day_starts_at_17_00_UTC_of_the_day_before()
    {
        Calendar.InstantOf(Day("01/01/2020")).ShouldBe(Utc("2019-12-31T17:00:00Z"));
        Calendar.InstantOf(Day("01/01/2020")).Offset.ShouldBe(TimeSpan.Zero);
        Calendar.DayOf(Utc("2019-12-31T16:59:59.999999Z")).ShouldBe(Day("31/12/2019"));
        Calendar.DayOf(Utc("2019-12-31T17:00:00Z")).ShouldBe(Day("01/01/2020"));
    }

    [Fact]
    public void It_survives_a_round_trip_through_JSON()
    {
        var json = Calendar.Write();
        WorkingCalendar.Read(json).Write().ShouldBe(json);
        json.ShouldContain("Tết Dương lịch");
    }

    [Theory]
    [InlineData("""{"id":"x","version":1,"timeZoneId":"Asia/Ho_Chi_Minh","workingWeek":[],"notices":[],"yearly":[],"days":[]}""", "working day")]
    [InlineData("""{"id":"x","version":1,"timeZoneId":"Asia/Hanoi","workingWeek":["monday"],"notices":[],"yearly":[],"days":[]}""", "Asia/Hanoi")]
    [InlineData("""{"id":"x","version":1,"timeZoneId":"Asia/Ho_Chi_Minh","workingWeek":["monday"],"notices":[],"yearly":[],"days":[],"holidays":[]}""", "holidays")]
    public void A_broken_calendar_is_refused_by_name(string json, string reason) =>
        Should.Throw<JsonException>(() => WorkingCalendar.Read(json)).Message.ShouldContain(reason);

    [Fact]
    public void An_enterprise_may_work_on_Saturdays()
    {
        var employer = new WorkingCalendar("employer", 1, "Asia/Ho_Chi_Minh",
            [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday], [], Calendar.Yearly, []);
        employer.LastWorkingDayOnOrBefore(Day("14/03/2020")).ShouldBe(Day("14/03/2020"));
        employer.IsWorkingDay(Day("01/01/2020")).ShouldBeFalse();
    }
}
