using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Domain §7, stories 1 (the plain path) and 2 (late and escalated), with their instants, mails and recipients.</summary>
public sealed class Story_1_and_2_Tests
{
    private const string Officer = "chuyenvien.cdyt", Head = "chanhvanphong.cdyt", Vice = "phochutich.cdyt";

    [Fact]
    public async Task Story_1_On_time_until_the_last_second_of_the_last_day_and_no_mail_after_the_acceptance()
    {
        const string late = "CDCS-TTYTHB", onTime = "CDCS-TTYTHA";
        await using var plan = await Plan23.IssuedAsync();
        (await plan.OpenTasksAsync(onTime)).ShouldBe("keHoach", "in the inbox on the day of issue");

        await plan.ToAsync("2019-12-31 23:59:59");
        await plan.DoAsync("keHoach", ChairOf(onTime), PlanOf(88, day: "2019-12-31"), unit: onTime);
        (await ItemAsync(plan, onTime)).ShouldSatisfyAllConditions(t => t.Lateness.ShouldBe(Lateness.None), t => t.FirstSubmittedAt.ShouldBe(At("2019-12-31 23:59:59")));
        await plan.ToAsync("2020-01-01 00:00");
        await plan.DoAsync("keHoach", ChairOf(late), PlanOf(88, day: "2019-12-31"), unit: late);
        (await ItemAsync(plan, late)).Lateness.ShouldBe(new Lateness(true, 1));

        await plan.ToAsync("2020-01-02 09:00");
        foreach (var unit in new[] { onTime, late }) await plan.AcceptAsync("keHoach", unit);
        await plan.ToAsync("2020-02-01 00:00");
        // The T-10 rung falls on the day of issue and is skipped.
        foreach (var unit in new[] { onTime, late })
            plan.MailsTo(ChairOf(unit)).ShouldBe(["2019-12-17 10:00", "2019-12-24 08:00", "2019-12-26 08:00", "2019-12-30 08:00", "2019-12-31 08:00"], unit);
        (await plan.ReadAsync<bool>("select bool_and(d.next_at is null) from deadline d join task t on t.id = d.task_id where t.activity_id = 'keHoach' and t.status = 'accepted'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Story_2_Late_it_is_told_to_the_unit_the_case_owner_and_the_vice_chair_until_it_is_handed_in()
    {
        const string unit = "CDCS-TTYTDP";
        await using var plan = await Plan23.IssuedAsync();
        foreach (var (code, headcount) in (await plan.UnitsAsync()).Where(u => u.Code != unit)) await plan.HandInAsync("keHoach", code, PlanOf(headcount));

        await plan.ToAsync("2020-01-08 09:00");
        Since(plan, ChairOf(unit)).ShouldBe(["2020-01-02 08:00"], "01/01 is a holiday; +1 is Thu 02/01");
        Since(plan, Officer).ShouldBe(["2020-01-06 08:00"]);
        Since(plan, Head).ShouldBe(["2020-01-06 08:00"]);
        Since(plan, Vice).ShouldBe(["2020-01-08 08:00"]);
        Since(plan, "chutich.cdyt").ShouldBeEmpty();
        var digest = plan.MailsOf(Officer)[^1];
        digest.Subject.ShouldStartWith("[23/KH-CĐYT] 1/34 đơn vị quá hạn");
        Words(digest).ShouldContain("Trung tâm Y tế dự phòng tỉnh");
        Words(plan.MailsOf(Vice)[^1]).ShouldContain("đã qua 4 ngày làm việc trọn vẹn, hôm nay là ngày thứ 5");

        await plan.ToAsync("2020-01-09 10:00");
        await plan.DoAsync("keHoach", ChairOf(unit), PlanOf(142, day: "2020-01-08"), unit: unit);
        await plan.AcceptAsync("keHoach", unit);
        var item = await ItemAsync(plan, unit);
        (item.Status, item.Lateness).ShouldBe(("accepted", new Lateness(true, 9)));

        // The weekly escalation of 15/01 is not sent, nor anything else about it.
        await plan.ToAsync("2020-02-01 00:00");
        foreach (var user in new[] { ChairOf(unit), Officer, Head, Vice }) Since(plan, user).Count.ShouldBe(1, user);
    }

    private static List<string> Since(Plan23 plan, string user) => [.. plan.MailsTo(user).Where(at => string.CompareOrdinal(at, "2020-01-01") >= 0)];

    private static async Task<TaskItem> ItemAsync(Plan23 plan, string unit) => (await plan.Get<TaskQueries>().ListAsync(
        await Plans.OnePlan.ActorAsync(plan.Database, Officer), new("all", null, unit, null, "keHoach", null, null, 5), plan.Now)).ShouldHaveSingleItem();
}
