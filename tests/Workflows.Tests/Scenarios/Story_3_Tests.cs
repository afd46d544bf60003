using System.Text.Json.Nodes;
using WorkflowEngine.Tasks;
using WorkflowHost.Pages.Plans;
using WorkflowHost.Web;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Domain §7, story 3: returned, with a reason and a new date.</summary>
public sealed class Story_3_Tests
{
    private const string Unit = "CDCS-BVDKT";
    private const string Chair = "chutich.bvdkt";

    [Fact]
    public async Task Story_3_The_first_submission_stays_on_time_and_the_next_round_has_its_own_clock_and_mails()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.ToAsync("2019-12-27 15:20");
        var incomplete = PlanOf(640, 180, "2019-12-25");
        incomplete.Remove("chuongTrinh");
        await plan.DoAsync("keHoach", Chair, incomplete, unit: Unit);
        await plan.ToAsync("2019-12-30 09:00");
        await plan.ReturnAsync("keHoach", Unit, "Thiếu mục 7 “Thông qua danh sách đại biểu”.", "2020-01-04 00:00");
        // The mail goes at once, to whoever had claimed the task by handing it in.
        await plan.ToAsync("2019-12-30 09:01");
        var mail = plan.MailsOf(Chair)[^1];
        mail.Subject.ShouldBe("[23/KH-CĐYT] Trả lại: Nộp kế hoạch tổ chức hội…, nộp lại 03/01/2020");
        Words(mail).ShouldContain("Thiếu mục 7");
        Words(mail).ShouldContain("Ngày cuối cùng để nộp lại là Thứ Sáu 03/01/2020, đến 24:00.");
        mail.Html!.ShouldContain("23/KH-CĐYT");
        plan.MailsTo("phochutich.bvdkt").Where(at => at.StartsWith("2019-12-30", StringComparison.Ordinal)).ShouldBeEmpty();

        await plan.ToAsync("2020-01-03 16:00");
        await plan.DoAsync("keHoach", Chair, PlanOf(640, 180, "2020-01-03"), unit: Unit);
        await plan.ToAsync("2020-01-06 09:30");
        await plan.AcceptAsync("keHoach", Unit);
        await plan.ToAsync("2020-01-15 09:00");

        // T-5 and T-3 of the first round; none while it lay with the case owner; the return; T-1 and the last day of the second round.
        plan.MailsTo(Chair).ShouldBe(["2019-12-17 10:00", "2019-12-24 08:00", "2019-12-26 08:00", "2019-12-30 09:00", "2020-01-02 08:00", "2020-01-03 08:00"]);
        (await plan.ReadAsync<string>($"""
            select string_agg(concat_ws(' ', r.round, r.decision, (r.submitted_at at time zone 'Asia/Ho_Chi_Minh')::date, (r.decided_at at time zone 'Asia/Ho_Chi_Minh')::date,
              h.user_name, d.user_name, r.data ? 'chuongTrinh', r.reason), E'\n' order by r.round)
            from task_round r join task t on t.id = r.task_id join unit u on u.id = t.unit_id join person h on h.id = r.submitted_by join person d on d.id = r.decided_by
            where t.activity_id = 'keHoach' and u.code = '{Unit}'
            """)).ShouldBe("""
            1 returned 2019-12-27 2019-12-30 chutich.bvdkt chuyenvien.cdyt f Thiếu mục 7 “Thông qua danh sách đại biểu”.
            2 accepted 2020-01-03 2020-01-06 chutich.bvdkt chuyenvien.cdyt t
            """);
        var item = (await plan.Get<WorkflowHost.Api.TaskQueries>().ListAsync(
            await Plans.OnePlan.ActorAsync(plan.Database, "chuyenvien.cdyt"), new("all", null, Unit, null, "keHoach", null, null, 5), plan.Now)).ShouldHaveSingleItem();
        item.Lateness.ShouldBe(Lateness.None);
        (await plan.OpenTasksAsync(Unit)).ShouldBe("hoiNghi xinTang");
    }

    /// <summary>Late at first, returned, and late again: the plan's page goes by the date of the return, not by the plan's.</summary>
    [Fact]
    public async Task Story_3_The_plans_page_gives_the_new_date_of_what_was_returned()
    {
        await using var plan = await Plan23.IssuedAsync();
        foreach (var (code, headcount) in (await plan.UnitsAsync()).Where(u => u.Code != Unit)) await plan.HandInAsync("keHoach", code, PlanOf(headcount));
        await plan.ToAsync("2020-01-02 09:00");
        await plan.DoAsync("keHoach", Chair, PlanOf(640), unit: Unit);
        await plan.ReturnAsync("keHoach", Unit, "Thiếu mục 7.", "2020-01-10 00:00");
        (await SaidAsync(plan)).ShouldBe(("CĐCS Bệnh viện đa khoa tỉnh bổ sung “Nộp kế hoạch tổ chức hội nghị của đơn vị” sau khi được trả lại.",
            "Nộp lại chậm nhất Thứ Năm 09/01/2020, đến 24:00.", "Trả lại, nộp lại đến 09/01"));
        await plan.ToAsync("2020-01-13 09:00");
        (await SaidAsync(plan)).ShouldBe(("CĐCS Bệnh viện đa khoa tỉnh bổ sung “Nộp kế hoạch tổ chức hội nghị của đơn vị” sau khi được trả lại.",
            "Nộp lại chậm nhất Thứ Năm 09/01/2020, đến nay quá 4 ngày.", "Trả lại, nộp lại đến 09/01, quá 4 ngày"));
    }

    private static async Task<(string Sentence, string Note, string Cell)> SaidAsync(Plan23 plan)
    {
        var officer = await Plans.OnePlan.ActorAsync(plan.Database, "chuyenvien.cdyt");
        var story = await plan.Get<PlanStories>().ReadAsync(officer, (await plan.Get<PlanPageQueries>().FindAsync(officer, plan.PlanId))!, plan.Now);
        var row = story.Waiting().Rows.Single(r => r.When == "Đang chờ" && r.Sentence.Contains("Nộp kế hoạch", StringComparison.Ordinal));
        var cell = (await plan.Get<PlanUnits>().ReadAsync(officer, plan.PlanId, plan.Now)).SelectMany(g => g.Rows).Single(r => r.Name == "CĐCS Bệnh viện đa khoa tỉnh").Cells["keHoach"];
        return (Plain(row.Sentence), Plain(row.Note!), Plain(new UnitWords(story.Calendar, plan.Now, plan.Get<Texts>()).Of(cell).Words));

        static string Plain(string words) => Managers.DemoInJanuary.Words(words);
    }

    /// <summary>A return after the plan's date was missed does not make the unit on time.</summary>
    [Fact]
    public async Task Story_3_A_late_first_submission_stays_late()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.ToAsync("2020-01-09 09:00");
        await plan.DoAsync("keHoach", "chutich.ttytdp", PlanOf(142, day: "2020-01-08"), unit: "CDCS-TTYTDP");
        await plan.ReturnAsync("keHoach", "CDCS-TTYTDP", "Thiếu tệp đã ký.", "2020-01-14 00:00");
        await plan.DoAsync("keHoach", "chutich.ttytdp", PlanOf(142, day: "2020-01-08"), unit: "CDCS-TTYTDP");

        var item = (await plan.Get<WorkflowHost.Api.TaskQueries>().ListAsync(
            await Plans.OnePlan.ActorAsync(plan.Database, "chuyenvien.cdyt"), new("all", null, "CDCS-TTYTDP", null, "keHoach", null, null, 5), plan.Now)).ShouldHaveSingleItem();
        (item.Status, item.Round, item.Lateness).ShouldBe(("submitted", 2, new Lateness(true, 9)));
    }
}
