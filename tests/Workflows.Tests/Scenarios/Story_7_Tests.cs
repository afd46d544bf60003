using Unions.Organisation;
using Unions.Plans;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>
/// Domain §7, story 7: on 01/03/2020 two centres are merged. A (90 staff, plan accepted, conference not held) ends, B (170) goes on.
/// </summary>
public sealed class Story_7_Tests
{
    private const string A = "CDCS-TTYTHE", B = "CDCS-TTYTHI", Administrator = "quantri";

    [Fact]
    public async Task Story_7_A_unit_merged_mid_way_hands_its_open_work_over_and_nothing_counts_twice()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.Database.CreateCommand($"update unit set attributes = attributes || '{{\"headcount\": 90}}' where code = '{A}'").ExecuteNonQueryAsync();
        foreach (var (unit, headcount) in new[] { (A, 90), (B, 170) }) await plan.HandInAsync("keHoach", unit, PlanOf(headcount));
        var total = (await StageAsync(plan, "hoiNghi")).Total;
        await plan.ToAsync("2020-03-01 09:00");
        var admin = await AdministratorAsync(plan);
        var change = new UnitChange(UnitChangeKind.Merge, [A], B, new DateOnly(2020, 3, 1), "Hợp nhất thành Trung tâm Y tế huyện.", "15/QĐ-LĐLĐ");

        // What had failed and may be retried goes like what runs.
        await plan.Database.CreateCommand($"update instance i set status = 'Finished', sub_status = 'Faulted' from unit u where u.id = i.unit_id and u.code = '{A}'").ExecuteNonQueryAsync();
        var changes = plan.Get<ChangeUnits>();
        var preview = (await changes.PreviewAsync(admin, change)).ShouldBeOfType<UnitChangeAnswer.Previewed>().Preview;
        preview.Tasks.ShouldNotBeEmpty();
        preview.Tasks.ShouldAllBe(t => t.Action == "close" && t.CloseReason == "Chấm dứt do sáp nhập – chuyển CĐCS Trung tâm Y tế huyện I");
        (preview.InstancesEnded, preview.InstancesMoved, preview.HeadcountToConfirm).ShouldBe((1, 0, 260));
        (await plan.OpenTasksAsync(A)).ShouldContain("hoiNghi", customMessage: "a preview changes nothing");
        var before = await plan.ReadAsync<string>(DatesOf(B));
        (await changes.ApplyAsync(admin, change, "another", plan.Now, plan.Now)).ShouldBeOfType<UnitChangeAnswer.Changed>();
        (await changes.ApplyAsync(admin, change, preview.Token, plan.Now, plan.Now)).ShouldBeOfType<UnitChangeAnswer.Applied>();
        await plan.Get<ReadyWorker>().RunAllAsync();

        // A's open tasks are closed with the words of the story, its run ends, nobody of A may act any more; B's dates stay.
        (await plan.OpenTasksAsync(A)).ShouldBe("");
        (await plan.ReadAsync<string>($"select string_agg(distinct t.close_reason, '') from task t join unit u on u.id = t.unit_id where u.code = '{A}' and t.status = 'closed'"))
            .ShouldBe("Chấm dứt do sáp nhập – chuyển CĐCS Trung tâm Y tế huyện I");
        (await plan.ReadAsync<string>($"select i.sub_status from instance i join unit u on u.id = i.unit_id where u.code = '{A}'")).ShouldBe("Cancelled");
        (await plan.ReadAsync<string>(DatesOf(B))).ShouldBe(before);
        (await plan.Get<WorkflowEngine.Organisation.LoadActor>().ReadAsync((await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(A))).PersonId, plan.Now))!.Grants.ShouldBeEmpty();
        (await plan.ReadAsync<string>("select kind || ' ' || effective_on from unit_successor")).ShouldBe("merge 2020-03-01");

        // A's accepted plan is read from B; B is asked for its headcount, and 260 means a delegate conference.
        var chair = await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(B));
        (await plan.Get<WorkflowHost.Api.TaskQueries>().ListAsync(chair, new("all", null, A, null, "keHoach", null, null, 5), plan.Now)).ShouldHaveSingleItem().Status.ShouldBe("accepted");
        (await plan.ReadAsync<string>($"select attributes ->> 'headcount' || ' ' || (attributes ->> 'headcountToConfirm') from unit where code = '{B}'")).ShouldBe("260 true");
        (await plan.ReadAsync<string>($"select c.text from task_comment c join task t on t.id = c.task_id join unit u on u.id = t.unit_id where u.code = '{B}' and t.activity_id = 'hoiNghi'"))
            .ShouldBe("Sau sáp nhập, đề nghị khai lại tổng số cán bộ, công chức, viên chức, người lao động (170 + 90 = 260). Biểu mẫu của kế hoạch tính theo số này.");
        (await ConfirmHeadcount.RunAsync(plan.Database, await Plans.OnePlan.ActorAsync(plan.Database, "chutich.bvnhi"), B, 258, plan.Now, plan.Now)).ShouldBeFalse();
        (await ConfirmHeadcount.RunAsync(plan.Database, chair, B, 258, plan.Now, plan.Now)).ShouldBeTrue();
        (await plan.ReadAsync<string>($"select coalesce(attributes ->> 'headcountToConfirm', '') || (attributes ->> 'headcount') from unit where code = '{B}'")).ShouldBe("258");

        // Totals: one conference less to hold, both plans count as handed in; no reminder goes to A.
        (await StageAsync(plan, "hoiNghi")).Total.ShouldBe(total - 1);
        (await StageAsync(plan, "keHoach")).Done.ShouldBe(2);
        await plan.ToAsync("2020-03-12 09:00");
        plan.MailsTo(ChairOf(A)).Where(at => string.CompareOrdinal(at, "2020-03-01") > 0).ShouldBeEmpty();
        plan.MailsTo(ChairOf(B)).Where(at => string.CompareOrdinal(at, "2020-03-01") > 0).ShouldBe(["2020-03-02 08:00", "2020-03-09 08:00", "2020-03-11 08:00"]);

        // As of a day: before the merger A answered for itself, since then B does.
        (await UnitAsOf.ReadAsync(plan.Database, admin, A, new DateOnly(2020, 2, 29))).ShouldNotBeNull().ShouldSatisfyAllConditions(
            u => (u.InForce, u.Parent, u.Responsible).ShouldBe((true, "CDYT-TB", A)), u => u.Holders.ShouldContain(h => h.UserName == ChairOf(A)));
        (await UnitAsOf.ReadAsync(plan.Database, admin, A, new DateOnly(2020, 3, 1))).ShouldNotBeNull().ShouldSatisfyAllConditions(
            u => (u.InForce, u.Responsible).ShouldBe((false, B)), u => u.Holders.ShouldContain(h => h.UserName == ChairOf(B)));
    }

    [Fact]
    public async Task Story_7_Both_conferences_count_when_both_were_held_and_a_unit_without_successor_leaves_the_denominator()
    {
        await using var plan = await Plan23.IssuedAsync();
        foreach (var (unit, headcount) in new[] { (A, 91), (B, 170) })
        {
            await plan.HandInAsync("keHoach", unit, PlanOf(headcount));
            await plan.HandInAsync("hoiNghi", unit, RecordOf(headcount));
        }

        var total = (await StageAsync(plan, "keHoach")).Total;
        await plan.ToAsync("2020-03-01 09:00");
        await ApplyAsync(plan, new UnitChange(UnitChangeKind.Merge, [A], B, new DateOnly(2020, 3, 1), "Hợp nhất.", null));
        (await StageAsync(plan, "hoiNghi")).Done.ShouldBe(2);

        const string gone = "CDCS-TTYTHA";
        await ApplyAsync(plan, new UnitChange(UnitChangeKind.Dissolve, [gone], null, new DateOnly(2020, 3, 1), "Giải thể theo quyết định.", null));
        (await plan.ReadAsync<string>($"select t.close_reason from task t join unit u on u.id = t.unit_id where u.code = '{gone}' and t.status = 'closed' limit 1")).ShouldStartWith("Không phải thực hiện");
        (await StageAsync(plan, "keHoach")).Total.ShouldBe(total - 1);
        (await UnitAsOf.ReadAsync(plan.Database, await AdministratorAsync(plan), gone, new DateOnly(2020, 3, 1)))!.Responsible.ShouldBeNull();

        // Work that the successor does not have goes over to it: here a unit below another parent.
        var admin = await AdministratorAsync(plan);
        (await plan.Get<ChangeUnits>().PreviewAsync(admin, new UnitChange(UnitChangeKind.Merge, ["CDCS-TTYTHB"], "LDLD-TB", new DateOnly(2020, 3, 1), "Chuyển.", null)))
            .ShouldBeOfType<UnitChangeAnswer.Previewed>().Preview.Tasks.ShouldAllBe(t => t.Action == "move");
    }

    [Fact]
    public async Task Story_7_A_new_parent_keeps_the_work_and_who_may_not_or_errs_is_told()
    {
        await using var plan = await Plan23.IssuedAsync();
        var admin = await AdministratorAsync(plan);
        var changes = plan.Get<ChangeUnits>();
        var today = new DateOnly(2019, 12, 17);
        await ApplyAsync(plan, new UnitChange(UnitChangeKind.Move, [A], "LDLD-TB", today, "Chuyển về trực thuộc LĐLĐ tỉnh.", null));
        (await plan.ReadAsync<bool>($"select u.path = p.path || u.id || '/' from unit u join unit p on p.id = u.parent_id where u.code = '{A}' and p.code = 'LDLD-TB'")).ShouldBeTrue();
        (await plan.OpenTasksAsync(A)).ShouldContain("keHoach");
        (await UnitAsOf.ReadAsync(plan.Database, admin, A, today.AddDays(-1)))!.Parent.ShouldBe("CDYT-TB");
        (await UnitAsOf.ReadAsync(plan.Database, admin, A, today))!.Parent.ShouldBe("LDLD-TB");

        (await changes.PreviewAsync(await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(B)), new(UnitChangeKind.Dissolve, [B], null, today, "x", null))).ShouldBeOfType<UnitChangeAnswer.Forbidden>();
        foreach (var (wrong, field) in new (UnitChange, string)[]
        {
            (new(UnitChangeKind.Merge, [B], null, today, "x", null), "to"), (new(UnitChangeKind.Merge, [B], B, today, "x", null), "to"), (new(UnitChangeKind.Merge, ["nobody"], B, today, "x", null), "units"),
            (new(UnitChangeKind.Dissolve, ["CDYT-TB"], null, today, "x", null), "to"),
            (new(UnitChangeKind.Dissolve, [B], null, today, " ", null), "reason"), (new(UnitChangeKind.Move, ["CDYT-TB"], B, today, "x", null), "to"),
        })
            (await changes.PreviewAsync(admin, wrong)).ShouldBeOfType<UnitChangeAnswer.Invalid>(wrong.ToString()).Errors.Keys.ShouldBe([field]);
    }

    private static string DatesOf(string unit) =>
        $"select string_agg(concat_ws(' ', t.activity_id, d.due, d.next_at), ',' order by t.activity_id) from deadline d join task t on t.id = d.task_id join unit u on u.id = t.unit_id where u.code = '{unit}' and t.status = 'open'";

    private static Task<WorkflowEngine.Organisation.Actor> AdministratorAsync(Plan23 plan) => Plans.OnePlan.ActorAsync(plan.Database, Administrator);

    private static async Task ApplyAsync(Plan23 plan, UnitChange change)
    {
        var admin = await AdministratorAsync(plan);
        var preview = (await plan.Get<ChangeUnits>().PreviewAsync(admin, change)).ShouldBeOfType<UnitChangeAnswer.Previewed>().Preview;
        (await plan.Get<ChangeUnits>().ApplyAsync(admin, change, preview.Token, plan.Now, plan.Now)).ShouldBeOfType<UnitChangeAnswer.Applied>();
        await plan.Get<ReadyWorker>().RunAllAsync();
    }

    private static async Task<StageProgress> StageAsync(Plan23 plan, string activity) =>
        (await PlanProgress.StagesAsync(plan.Database, await Plans.OnePlan.ActorAsync(plan.Database, "chutich.cdyt"), plan.PlanId, plan.Now)).Single(s => s.ActivityId == activity);
}
