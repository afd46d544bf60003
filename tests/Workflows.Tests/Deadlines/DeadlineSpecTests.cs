using System.Text.Json;
using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

public sealed class DeadlineSpecTests
{
    [Theory]
    [InlineData("before 01-01(+1)", "2019-12-31T17:00Z", "31/12/2019", "31/12/2019")]
    [InlineData("before 15-03(+1)", "2020-03-14T17:00Z", "14/03/2020", "13/03/2020")]
    [InlineData("before 15-05(+1)", "2020-05-14T17:00Z", "14/05/2020", "14/05/2020")]
    [InlineData("after sector-conference before 25-05(+1)", "2020-05-24T17:00Z", "24/05/2020", "22/05/2020")]
    [InlineData("by 15-12(2017)", "2017-12-15T17:00Z", "15/12/2017", "15/12/2017")]
    [InlineData("in Q4(2014)", "2014-12-31T17:00Z", "31/12/2014", "31/12/2014")]
    [InlineData("in Q1(2015)", "2015-03-31T17:00Z", "31/03/2015", "31/03/2015")]
    public void The_dates_of_the_seed_plans_come_out_as_the_domain_counts_them(string text, string due, string last, string worked)
    {
        var deadline = Resolve(text);
        deadline.Due.ShouldBe(Utc(due));
        deadline.LastDay.ShouldBe(Day(last));
        deadline.LastWorkingDay.ShouldBe(Day(worked));
    }

    [Fact]
    public void A_window_has_a_lower_bound_and_a_quarter_has_none()
    {
        var window = Resolve("window Q2(2015)");
        window.NotBefore.ShouldBe(Utc("2015-03-31T17:00Z"));
        window.Due.ShouldBe(Utc("2015-06-30T17:00Z"));
        Resolve("in Q2(2015)").NotBefore.ShouldBeNull();
    }

    [Fact]
    public void Two_periods_join_without_gap()
    {
        var first = Resolve("from 01-11 to 31-03(+1)");
        var second = Resolve("from 01-04(+1) to 31-12(+1)");
        first.NotBefore.ShouldBe(Utc("2019-10-31T17:00Z"));
        first.Due.ShouldBe(second.NotBefore);
        second.Due.ShouldBe(Utc("2020-12-31T17:00Z"));
    }

    [Fact]
    public void The_same_specification_serves_next_years_plan() =>
        Resolve("before 01-01(+1)", 2024).LastDay.ShouldBe(Day("31/12/2024"));

    [Fact]
    public void After_an_event_and_before_a_date_waits_for_the_event_and_keeps_the_date()
    {
        var spec = DeadlineSyntax.Parse("after conference before 25-05(+1)");
        var waiting = spec.Resolve(2019, NoEvents, Calendar);
        waiting.WaitsFor.ShouldBe("conference");
        waiting.NotBefore.ShouldBeNull();

        var held = spec.Resolve(2019, new Dictionary<string, DateTimeOffset> { ["conference"] = At("12/05/2020 11:30:00") }, Calendar);
        held.WaitsFor.ShouldBeNull();
        held.NotBefore.ShouldBe(At("12/05/2020 11:30:00"));
        held.Due.ShouldBe(waiting.Due);
        held.IsImpossible.ShouldBeFalse();

        var moved = spec.Resolve(2019, new Dictionary<string, DateTimeOffset> { ["conference"] = At("29/06/2020 11:30:00") }, Calendar);
        moved.IsImpossible.ShouldBeTrue("story 6: the dossier's date belongs to the province and does not move");
    }

    [Theory]
    [InlineData("+15d after end", "01/04/2020 00:00:00", "16/04/2020", null)]
    [InlineData("+10wd after end", "13/03/2020 11:30:00", "27/03/2020", null)]
    [InlineData("+10d after end", "02/05/2020 08:00:00", "12/05/2020", null)]
    [InlineData("+7d after end", "02/05/2020 23:59:59", "11/05/2020", "09/05/2020")]
    [InlineData("+7d after end shift none", "02/05/2020 23:59:59", "09/05/2020", null)]
    [InlineData("+7d after end shift previous", "02/05/2020 23:59:59", "08/05/2020", "09/05/2020")]
    public void A_counted_period_starts_the_day_after_and_ends_on_a_working_day(string text, string happened, string last, string? shiftedFrom)
    {
        var deadline = DeadlineSyntax.Parse(text).Resolve(2019, new Dictionary<string, DateTimeOffset> { ["end"] = At(happened) }, Calendar);
        deadline.LastDay.ShouldBe(Day(last));
        deadline.ShiftedFrom.ShouldBe(shiftedFrom is null ? null : Day(shiftedFrom));
        deadline.Due.ShouldBe(Calendar.InstantOf(Day(last).AddDays(1)));
    }

    [Fact]
    public void A_period_counted_from_an_event_has_no_due_until_it_happens()
    {
        var deadline = Resolve("+10wd after conference");
        deadline.Due.ShouldBeNull();
        deadline.WaitsFor.ShouldBe("conference");
    }

    [Fact]
    public void The_issuer_may_shift_a_named_date_to_the_next_working_day()
    {
        var deadline = Resolve("before 15-03(+1) shift next");
        deadline.LastDay.ShouldBe(Day("16/03/2020"));
        deadline.ShiftedFrom.ShouldBe(Day("14/03/2020"));
        deadline.Due.ShouldBe(At("17/03/2020 00:00:00"));
    }

    [Fact]
    public void Undated_and_soft_duties_can_be_stored()
    {
        Resolve("none").ShouldBe(Deadline.None);
        Resolve("none").IsOnTime(At("01/01/2030 00:00:00")).ShouldBeTrue();
        Resolve("soft by 31-12(2014)").Soft.ShouldBeTrue();
    }

    [Fact]
    public void On_time_is_half_open_and_days_late_are_calendar_days()
    {
        var deadline = Resolve("before 01-01(+1)");
        deadline.IsOnTime(At("31/12/2019 23:59:59")).ShouldBeTrue();
        deadline.IsOnTime(At("01/01/2020 00:00:00")).ShouldBeFalse();
        deadline.DaysLate(At("01/01/2020 00:00:00"), Calendar).ShouldBe(1);
        deadline.DaysLate(At("09/01/2020 15:00:00"), Calendar).ShouldBe(9);
    }

    [Fact]
    public void The_end_of_February_falls_on_the_day_there_is()
    {
        Resolve("by 29-02", 2019).LastDay.ShouldBe(Day("28/02/2019"));
        Resolve("by 29-02", 2020).LastDay.ShouldBe(Day("29/02/2020"));
        Resolve("before 29-02", 2019).LastDay.ShouldBe(Day("28/02/2019"));
        Resolve("before 01-03", 2020).LastDay.ShouldBe(Day("29/02/2020"));
    }

    [Fact]
    public void A_stored_due_instant_gives_the_last_day_back()
    {
        var deadline = Deadline.FromDue(Utc("2020-03-14T17:00Z"), Calendar);
        deadline.LastDay.ShouldBe(Day("14/03/2020"));
        deadline.LastWorkingDay.ShouldBe(Day("13/03/2020"));
        Deadline.Through(Day("14/03/2020"), Calendar).ShouldBe(deadline);
    }

    [Fact]
    public void JSON_keeps_relative_dates_and_the_plans_words_and_may_come_in_any_order()
    {
        var spec = DeadlineSyntax.Parse("before 01-01(+1) \"trước ngày 01/01/2020\"");
        spec.Write().ShouldBe("""{"kind":"before","date":{"day":1,"month":1,"year":"+1"},"quote":"trước ngày 01/01/2020","shiftPolicy":"none","soft":false}""");
        DeadlineSpec.Read("""{"date":{"day":1,"year":"+1","month":1},"quote":"trước ngày 01/01/2020","kind":"before"}""").ShouldBe(spec);
        DeadlineSpec.Read("""{"kind":"offset","amount":10,"unit":"workingDays","event":"conference"}""").ShouldBe(DeadlineSyntax.Parse("+10wd after conference"));
        DeadlineSpec.Read("""{"kind":"none"}""").ShouldBe(new DeadlineSpec.Nothing());
    }

    [Theory]
    [InlineData("""{"kind":"before","date":{"day":31,"month":4,"year":"+0"}}""")]
    [InlineData("""{"kind":"before","date":{"day":29,"month":2,"year":"2019"}}""")]
    [InlineData("""{"kind":"inQuarter","quarter":5,"year":"+0"}""")]
    [InlineData("""{"kind":"whenever"}""")]
    [InlineData("""{"kind":"before"}""")]
    [InlineData("""{"kind":"before","date":{"day":1,"month":1,"year":"next"}}""")]
    [InlineData("""{"kind":"by","date":{"day":1,"month":1,"year":"+0"},"shift":"next"}""")]
    public void Broken_JSON_is_refused(string json) => Should.Throw<JsonException>(() => DeadlineSpec.Read(json));
}
