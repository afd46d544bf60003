using System.Text.Json.Nodes;
using Unions;
using Unions.Plans;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Forms;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>
/// Domain §7, story 8: plan 23 is corrected on 20/01/2020, amended on 05/02, withdrawn in part on 10/02; in the variant recalled as a whole. The
/// shipped workflow gives no task for S2-13 (media exchange), so the withdrawal is told with S2-01.
/// </summary>
public sealed class Story_8_Tests
{
    private const string Form = "bien-ban-hoi-nghi-co-so";

    [Fact]
    public async Task Story_8_A_correction_changes_no_task_an_amendment_only_what_is_open_a_withdrawal_keeps_what_is_done()
    {
        await using var plan = await Plan23.IssuedAsync();
        var units = (await plan.UnitsAsync()).Take(3).ToArray();
        foreach (var unit in units) await plan.HandInAsync("keHoach", unit.Code, PlanOf(unit.Headcount));
        await plan.ToAsync("2020-01-20 09:00");
        var clerk = await Plans.OnePlan.ActorAsync(plan.Database, "vanthu.cdyt");
        const string state = "select md5(string_agg(concat_ws(' ', t.id, t.status, t.revision, t.spec_id, d.due, d.next_at), ',' order by t.id)) from task t join deadline d on d.task_id = t.id";
        var before = await plan.ReadAsync<string>(state);
        var recipients = await plan.ReadAsync<long>("select count(*) from outbox where kind = 'distribution'");

        // 20/01: a form error in the banner, by công văn. All recipients get it; no task changes.
        (await Change(plan, clerk, new(PlanChangeKind.Correct, "05/CĐYT", "Dòng chữ trên băng rôn ghi đúng là “Hội nghị tuyên dương điển hình tiên tiến”."))).ShouldBeOfType<PlanChangeAnswer.Done>()
            .ShouldSatisfyAllConditions(d => d.Tasks.ShouldBe(0), d => d.Notices.ShouldBe((int)recipients));
        (await plan.ReadAsync<string>(state)).ShouldBe(before);
        await plan.ToAsync("2020-01-20 09:05");
        Words(plan.MailsOf(ChairOf(units[0].Code))[^1]).ShouldContain("được đính chính bằng 05/CĐYT");

        // 05/02: the ratio becomes 60/40 by an amending plan. The first unit's record is accepted by then and keeps the rule it was done by.
        await plan.ToAsync("2020-02-05 09:00");
        await plan.HandInAsync("hoiNghi", units[0].Code, RecordOf(units[0].Headcount, "2020-02-04"));
        var amended = JsonNode.Parse(ShippedFiles.Forms.Single(f => f.Key == Form).Value)!;
        var version = amended["version"]!.GetValue<int>() + 1;
        amended["version"] = version;
        var ratio = amended["rules"]!.AsArray().Single(r => r!["id"]!.ToString() == "S2-06-ty-le")!;
        ratio["expression"] = ratio["expression"]!.ToString().Replace("70 *", "60 *", StringComparison.Ordinal);
        var change = new PlanChange(PlanChangeKind.Amend, "03/KH-CĐYT", "Tỷ lệ đại biểu điển hình tiên tiến khoảng 60%.", new Dictionary<string, int> { [Form] = version });
        (await Change(plan, clerk, change)).ShouldBeOfType<PlanChangeAnswer.Invalid>().Errors.Keys.ShouldBe(["forms"]);
        (await plan.Get<FormStore>().AddAsync(amended.ToJsonString())).ShouldBeEmpty();
        (await Change(plan, clerk, change)).ShouldBeOfType<PlanChangeAnswer.Done>().Tasks.ShouldBe(2);
        (await plan.ReadAsync<string>("select string_agg(distinct t.status || ' ' || (s.body ->> 'formVersion'), ',' order by t.status || ' ' || (s.body ->> 'formVersion')) from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'hoiNghi'"))
            .ShouldBe($"accepted {version - 1},open {version}");
        await plan.HandInAsync("hoiNghi", units[1].Code, RecordOf(units[1].Headcount, "2020-02-05", exemplars: 60, guests: 40));
        (await plan.TryAsync("hoiNghi", ChairOf(units[2].Code), RecordOf(units[2].Headcount, "2020-02-05", exemplars: 70, guests: 30), unit: units[2].Code))
            .ShouldBeOfType<TaskAnswer.ExplanationRequired>().Rules.Keys.ShouldBe(["S2-06-ty-le"]);

        // 10/02: a requirement is withdrawn. What is unfinished ends with the reason and its flow goes on, done work is kept.
        await plan.ToAsync("2020-02-10 09:00");
        var open = await plan.ReadAsync<long>("select count(*) from task where activity_id = 'keHoach' and status = 'open'");
        (await Change(plan, clerk, new(PlanChangeKind.Withdraw, "07/TB-CĐYT", "Không phải gửi kế hoạch riêng.", Obligations: ["S2-01"]))).ShouldBeOfType<PlanChangeAnswer.Done>().Tasks.ShouldBe((int)open);
        (await plan.ReadAsync<string>("select string_agg(distinct concat_ws(' ', status, close_reason), ',' order by concat_ws(' ', status, close_reason)) from task where activity_id = 'keHoach'"))
            .ShouldBe("accepted,closed Thu hồi một phần theo 07/TB-CĐYT: Không phải gửi kế hoạch riêng.");
        (await plan.ReadAsync<long>("select count(*) from task where activity_id = 'hoiNghi'")).ShouldBe(34, "a unit freed of its plan still has its conference to hold");
        (await plan.ReadAsync<string>("select string_agg(kind, ' ' order by at) from plan_change")).ShouldBe("correct amend withdraw");
    }

    [Fact]
    public async Task Story_8_Variant_a_recalled_plan_stops_everything_deletes_nothing_and_waits_for_each_recipients_word()
    {
        await using var plan = await Plan23.IssuedAsync();
        var units = (await plan.UnitsAsync()).Take(2).ToArray();
        await plan.HandInAsync("keHoach", units[0].Code, PlanOf(units[0].Headcount));
        await plan.ToAsync("2020-02-10 09:00");
        var tasks = await plan.ReadAsync<long>("select count(*) from task");
        var clerk = await Plans.OnePlan.ActorAsync(plan.Database, "vanthu.cdyt");
        (await Change(plan, await Plans.OnePlan.ActorAsync(plan.Database, "chuyenvien.cdyt"), new(PlanChangeKind.Recall, "08/QĐ-CĐYT", "Ban hành nhầm."))).ShouldBeOfType<PlanChangeAnswer.Forbidden>();
        (await Change(plan, await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(units[0].Code)), new(PlanChangeKind.Recall, "08/QĐ-CĐYT", "Ban hành nhầm."))).ShouldBeOfType<PlanChangeAnswer.NotFound>();
        // Also where the plan's own run stands still after a failure.
        await plan.Database.CreateCommand("update instance set status = 'Finished', sub_status = 'Faulted' where parent_id is null").ExecuteNonQueryAsync();
        (await Change(plan, clerk, new(PlanChangeKind.Recall, "08/QĐ-CĐYT", "Ban hành nhầm."))).ShouldBeOfType<PlanChangeAnswer.Done>();
        await plan.ToAsync("2020-02-10 09:05");

        (await plan.ReadAsync<string>("select status from plan")).ShouldBe("recalled");
        (await plan.ReadAsync<long>("select count(*) from task where status in ('open', 'submitted')")).ShouldBe(0);
        (await plan.ReadAsync<long>("select count(*) from task where status = 'closed' and close_reason = 'Thu hồi theo 08/QĐ-CĐYT: Ban hành nhầm.'")).ShouldBeGreaterThan(30);
        (await plan.ReadAsync<long>("select count(*) from task")).ShouldBe(tasks, "nothing is deleted, nothing new begins");
        (await plan.ReadAsync<long>("select (select count(*) from deadline where next_at is not null) + (select count(*) from bookmark) + (select count(*) from instance where status = 'Running')")).ShouldBe(0);
        Words(plan.MailsOf(ChairOf(units[0].Code))[^1]).ShouldContain("bị thu hồi bằng 08/QĐ-CĐYT");

        var chair = await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(units[0].Code));
        (await ChangePlan.ConfirmAsync(plan.Database, chair, plan.PlanId, plan.Now, plan.Now)).ShouldBeTrue();
        (await ChangePlan.ConfirmAsync(plan.Database, chair, plan.PlanId, plan.Now, plan.Now)).ShouldBeFalse();
        (await plan.ReadAsync<string>("select count(*) filter (where confirmed_at is not null) || '/' || (count(*) > 30) from plan_recall_receipt")).ShouldBe("1/true");
        (await Change(plan, clerk, new(PlanChangeKind.Correct, "09/CĐYT", "x"))).ShouldBeOfType<PlanChangeAnswer.WrongStatus>().Status.ShouldBe("recalled");
        var mails = plan.MailsOf(ChairOf(units[1].Code)).Count;
        await plan.ToAsync("2020-04-01 09:00");
        plan.MailsOf(ChairOf(units[1].Code)).Count.ShouldBe(mails);
    }

    private static async Task<PlanChangeAnswer> Change(Plan23 plan, WorkflowEngine.Organisation.Actor actor, PlanChange change)
    {
        var answer = await ChangePlan.RunAsync(plan.Database, actor, plan.PlanId, change, plan.Now, plan.Now);
        await plan.Get<ReadyWorker>().RunAllAsync();
        return answer;
    }
}
