using System.Text.Json;
using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

public sealed class LadderPlanTests
{
    private static string Dates(IEnumerable<Occurrence> occurrences) => string.Join(' ', occurrences.Select(o =>
        $"{o.RungId}{(o.Period > 0 ? $"#{o.Period}" : "")}={o.At.ToOffset(TimeSpan.FromHours(7)):dd/MM}"));

    /// <summary>Domain §2.3 "Reminders" for the four deadlines of plan 23.</summary>
    [Theory]
    [InlineData("before 01-01(+1)", "T-5=24/12 T-3=26/12 T-1=30/12 last-day=31/12 overdue+1=02/01 overdue+3=06/01 overdue+5=08/01")]
    [InlineData("before 15-03(+1)", "T-10=02/03 T-5=09/03 T-3=11/03 T-1=13/03 overdue+1=16/03 overdue+3=18/03 overdue+5=20/03")]
    [InlineData("before 15-05(+1)", "T-10=28/04 T-5=07/05 T-3=11/05 T-1=13/05 last-day=14/05 overdue+1=15/05 overdue+3=19/05 overdue+5=21/05")]
    [InlineData("after x before 25-05(+1)", "T-10=11/05 T-5=18/05 T-3=20/05 T-1=22/05 overdue+1=25/05 overdue+3=27/05 overdue+5=29/05")]
    public void The_dates_of_plan_23_are_reproduced(string syntax, string expected)
    {
        var occurrences = LadderPlan.For(Ladder.Standard, Resolve(syntax), Calendar, Issued).Occurrences().TakeWhile(o => o.Period == 0).ToList();
        Dates(occurrences).ShouldBe(expected);
        occurrences.ShouldAllBe(o => o.At.Offset == TimeSpan.Zero && o.At.Hour == 1 && o.At.Minute == 0);
    }

    [Fact]
    public void The_weekly_digest_follows_and_moves_out_of_Tet()
    {
        var plan = LadderPlan.For(Ladder.Standard, Resolve("before 01-01(+1)"), Calendar, Issued);
        Dates(plan.Until(At("06/02/2020 08:00:00")).Where(o => o.Period > 0))
            .ShouldBe("overdue+5#1=15/01 overdue+5#2=22/01 overdue+5#3=30/01 overdue+5#4=05/02");
    }

    [Fact]
    public void Weekly_digests_that_meet_behind_a_long_holiday_are_one()
    {
        // +5 falls on Wednesday 03/02/2021; 10/02 lies in Tết and moves to 17/02, where the next one already stands.
        var plan = LadderPlan.For(Ladder.Standard, Deadline.Through(Day("27/01/2021"), Calendar), Calendar, At("04/01/2021 08:00:00"));
        Dates(plan.Until(At("28/02/2021 08:00:00")).Where(o => o.RungId == "overdue+5"))
            .ShouldBe("overdue+5=03/02 overdue+5#1=17/02 overdue+5#3=24/02");
    }

    [Fact]
    public void A_rung_on_the_start_date_is_skipped_whatever_the_hour()
    {
        var deadline = Resolve("before 01-01(+1)");
        LadderPlan.For(Ladder.Standard, deadline, Calendar, At("17/12/2019 07:00:00")).First!.RungId.ShouldBe("T-5");
        LadderPlan.For(Ladder.Standard, deadline, Calendar, At("16/12/2019 23:59:59")).First!.ShouldBe(new Occurrence("T-10", 0, At("17/12/2019 08:00:00").ToUniversalTime()));
    }

    [Fact]
    public void Next_goes_on_from_the_rung_that_fired_even_when_its_time_has_passed()
    {
        var compiled = new CompiledLadder(Ladder.Standard, Calendar);
        var due = Utc("2019-12-31T17:00Z");
        compiled.NextRung(due, Issued)!.RungId.ShouldBe("T-5");
        compiled.NextRung(due, Issued, "T-5")!.RungId.ShouldBe("T-3");
        compiled.NextRung(due, Issued, "last-day")!.At.ShouldBe(At("02/01/2020 08:00:00"));
        compiled.NextRung(due, Issued, "overdue+5", 1)!.ShouldBe(new Occurrence("overdue+5", 2, At("22/01/2020 08:00:00").ToUniversalTime()));
        compiled.NextRung(due, Issued, "overdue+5", RungRepeat.Unbounded).ShouldBeNull();
        Should.Throw<ArgumentException>(() => compiled.NextRung(due, Issued, "T-7"));
        Should.Throw<ArgumentException>(() => compiled.NextRung(due, Issued, "T-5", 1));
    }

    [Fact]
    public void After_an_extension_what_lies_before_it_is_skipped()
    {
        // Story 6: on 09/03/2020 the conference moves to before 15/06/2020; T-10 falls on 01/06 (13/06 is a Saturday, 14/06 a Sunday).
        var compiled = new CompiledLadder(Ladder.Standard, Calendar);
        var due = Resolve("before 15-06(+1)").Due!.Value;
        compiled.FirstFrom(due, Issued, At("09/03/2020 10:00:00"))!.ShouldBe(new Occurrence("T-10", 0, At("01/06/2020 08:00:00").ToUniversalTime()));
        compiled.FirstFrom(due, Issued, At("08/06/2020 08:00:00"))!.RungId.ShouldBe("T-5");
        compiled.FirstFrom(due, Issued, At("08/06/2020 08:00:01"))!.RungId.ShouldBe("T-3");
    }

    [Fact]
    public void A_returned_round_has_its_own_ladder()
    {
        var plan = LadderPlan.For(Ladder.Standard, Deadline.Through(Day("03/01/2020"), Calendar), Calendar, At("30/12/2019 09:10:00"));
        Dates(plan.Occurrences().Take(3)).ShouldBe("T-1=02/01 last-day=03/01 overdue+1=06/01");
    }

    [Fact]
    public void Undated_duties_have_no_rungs_and_soft_ones_do_not_escalate()
    {
        LadderPlan.For(Ladder.Standard, Deadline.None, Calendar, Issued).First.ShouldBeNull();
        LadderPlan.For(Ladder.Standard, Resolve("soft by 31-12"), Calendar, Issued).Occurrences().Last().RungId.ShouldBe("last-day");
    }

    [Fact]
    public void Hours_and_calendar_days_are_counted_as_such()
    {
        var ladder = Ladder.Read("""
            {"id":"urgent","rungs":[
              {"id":"week","offset":-1,"unit":"weeks","at":"07:30","recipients":[{"at":"unit","role":"assignee"}]},
              {"id":"-2h","offset":-2,"unit":"hours","at":"00:00","recipients":[{"at":"unit","role":"assignee"}]},
              {"id":"+1h","offset":1,"unit":"hours","at":"00:00","recipients":[{"at":"reviewer","role":"Officer"}],"condition":"notReviewed","repeat":{"every":2,"unit":"hours","times":2}}]}
            """);
        var plan = LadderPlan.For(ladder, Deadline.FromDue(At("15/03/2020 16:00:00"), Calendar), Calendar, At("15/03/2020 13:00:00"));
        plan.Occurrences().Select(o => (o.RungId, o.Period, o.At.ToOffset(TimeSpan.FromHours(7)).Hour)).ShouldBe([("-2h", 0, 14), ("+1h", 0, 17), ("+1h", 1, 19), ("+1h", 2, 21)]);
        LadderPlan.For(ladder, Deadline.FromDue(At("15/03/2020 16:00:00"), Calendar), Calendar, Issued).First!.At.ShouldBe(At("08/03/2020 07:30:00"));
    }

    [Fact]
    public void The_shipped_ladder_tells_the_right_people()
    {
        static string Who(Rung rung) => string.Join(' ', rung.Recipients.Select(r => $"{r.At}:{r.Role}"));
        Ladder.Standard.Rungs.Take(5).Select(Who).ShouldAllBe(who => who == "Unit:assignee");
        Ladder.Standard.Rungs.Select(rung => rung.Channel == RungChannel.Digest).ShouldBe([false, false, false, false, false, false, true, true]);
        Who(Ladder.Standard.Find("overdue+1")!).ShouldBe("Unit:assignee Unit:Chair");
        Who(Ladder.Standard.Find("overdue+3")!).ShouldBe("Owner:Officer Owner:HeadOfOffice");
        Who(Ladder.Standard.Find("overdue+5")!).ShouldBe("Owner:ViceChair");
        Ladder.Read(Ladder.Standard.Write()).Write().ShouldBe(Ladder.Standard.Write());
    }

    [Theory]
    [InlineData("""{"id":"x","rungs":[{"id":"a","offset":1,"unit":"workingDays","at":"08:00","recipients":[]}]}""", "recipients")]
    [InlineData("""{"id":"x","rungs":[{"id":"a","offset":1,"unit":"workingDays","at":"8h","recipients":[{"at":"unit","role":"Chair"}]}]}""", "HH:mm")]
    [InlineData("""{"id":"x","rungs":[{"id":"a","offset":1,"unit":"workingDays","at":"08:00","repeat":{"every":0,"unit":"weeks"},"recipients":[{"at":"unit","role":"Chair"}]}]}""", "without moving")]
    public void A_broken_ladder_is_refused(string json, string reason) =>
        Should.Throw<JsonException>(() => Ladder.Read(json)).Message.ShouldContain(reason);
}
