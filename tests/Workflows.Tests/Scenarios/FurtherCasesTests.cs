using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Domain §7, "further cases": paper that the clerk takes in, and a definition that is upgraded while 34 units run.</summary>
public sealed class FurtherCasesTests
{
    [Fact]
    public async Task What_came_on_paper_is_entered_by_the_clerk_and_the_day_of_its_stamp_decides()
    {
        await using var plan = await Plan23.IssuedAsync();
        var units = (await plan.UnitsAsync()).Take(3).ToArray();
        await plan.ToAsync("2020-01-03 09:00");

        // Fri 03/01: three papers lie on the clerk's table; the office was closed on 01/01. The limit is the end of 31/12.
        (await ReceiveAsync(plan, units[0], "vanthu.cdyt", "05/KH-CĐCS", "2019-12-31")).ShouldBeOfType<TaskAnswer.Done>().Status.ShouldBe("submitted");
        (await ReceiveAsync(plan, units[1], "vanthu.cdyt", "05/KH-CĐCS", "2020-01-02")).ShouldBeOfType<TaskAnswer.Done>();
        (await ReceiveAsync(plan, units[2], "vanthu.cdyt", "07/KH-CĐCS", "2020-01-04")).ShouldBeOfType<TaskAnswer.Invalid>().Errors["paper.arrivedOn"].Vi.ShouldBe("Ngày đến từ 17/12/2019 (ngày giao việc) đến 03/01/2020 (hôm nay).");
        (await ReceiveAsync(plan, units[2], "vanthu.cdyt", "07/KH-CĐCS", "2019-12-16")).ShouldBeOfType<TaskAnswer.Invalid>();
        (await ReceiveAsync(plan, units[2], "vanthu.cdyt", " ", "2020-01-02")).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["paper.number"]);
        (await ReceiveAsync(plan, units[2], "chuyenvien.cdyt", "07/KH-CĐCS", "2020-01-02")).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await ReceiveAsync(plan, units[2], ChairOf(units[2].Code), "07/KH-CĐCS", "2019-12-31")).ShouldBeOfType<TaskAnswer.Forbidden>("a unit does not stamp its own paper");

        const string onTime = "select string_agg(case when t.counts_at < d.legal_due then 'on time' else 'late' end || ' ' || to_char(t.counts_at at time zone 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY'), ', ' order by t.counts_at) from task t join deadline d on d.task_id = t.id and d.purpose = 'work' where t.activity_id = 'keHoach' and t.status = 'submitted'";
        (await plan.ReadAsync<string>(onTime)).ShouldBe("on time 31/12/2019, late 02/01/2020");
        (await plan.ReadAsync<string>("select string_agg(number_raw || ' ' || arrived_on || ' ' || sender, '; ' order by arrived_on) from incoming_document"))
            .ShouldBe($"05/KH-CĐCS 2019-12-31 {await NameAsync(plan, units[0].Code)}; 05/KH-CĐCS 2020-01-02 {await NameAsync(plan, units[1].Code)}");
        (await plan.ReadAsync<long>("select count(*) from audit where action = 'task.submitted' and detail -> 'paper' ->> 'number' = '05/KH-CĐCS'")).ShouldBe(2);
        (await plan.ReadAsync<long>("select count(*) from task where activity_id = 'keHoach' and status = 'submitted' and assignee_id is null")).ShouldBe(2, "nobody of the unit took it by that");

        // Returned, the unit hands in again by itself, and its first day still counts; accepted, its flow goes on.
        await plan.ReturnAsync("keHoach", units[0].Code, "Thiếu chương trình.", "2020-01-11 00:00");
        await plan.ToAsync("2020-01-09 09:00");
        await plan.HandInAsync("keHoach", units[0].Code, PlanOf(units[0].Headcount));
        (await plan.ReadAsync<string>($"select to_char(t.counts_at at time zone 'Asia/Ho_Chi_Minh', 'DD/MM/YYYY') from task t join unit u on u.id = t.unit_id where t.activity_id = 'keHoach' and u.code = '{units[0].Code}'")).ShouldBe("31/12/2019");
        await plan.AcceptAsync("keHoach", units[1].Code);
        (await plan.OpenTasksAsync(units[1].Code)).ShouldContain("hoiNghi");
    }

    [Fact]
    public async Task A_file_that_the_form_requires_stays_in_the_registry_with_the_paper()
    {
        await using var plan = await Plan23.IssuedAsync();
        var unit = (await plan.UnitsAsync())[0];
        await plan.ReadAsync<int>("update form set body = jsonb_set(body, '{schema,required}', body #> '{schema,required}' || '[\"tepKeHoach\"]') where id = 'ke-hoach-hoi-nghi-co-so' returning 1");
        await plan.ToAsync("2019-12-30 09:00");

        var (id, revision) = await plan.FindAsync("keHoach", unit.Code, "open");
        var byTheUnit = await plan.Get<CompleteTask>().CompleteAsync(await Plans.OnePlan.ActorAsync(plan.Database, ChairOf(unit.Code)),
            new(id, revision, null, null, JsonNode.Parse(PlanOf(unit.Headcount).ToJsonString())!.AsObject(), null), plan.Now, plan.Now);

        byTheUnit.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["tepKeHoach"]);
        (await ReceiveAsync(plan, unit, "vanthu.cdyt", "05/KH-CĐCS", "2019-12-30")).ShouldBeOfType<TaskAnswer.Done>();
    }

    [Fact]
    public async Task A_definition_upgraded_while_34_units_run_leaves_them_on_the_one_they_began_with()
    {
        await using var plan = await Plan23.IssuedAsync();
        var unit = (await plan.UnitsAsync())[0];
        var source = ShippedFiles.Definitions.Single(d => d.Key.Contains("co-so", StringComparison.Ordinal)).Value;
        var next = JsonNode.Parse(source.Replace("Tổ chức hội nghị", "Tổ chức hội nghị (mẫu mới)", StringComparison.Ordinal))!.AsObject();
        source.ShouldContain("Tổ chức hội nghị");
        next.Remove("id");
        next.Remove("version");
        var id = next["definitionId"]!.ToString();
        var before = await plan.ReadAsync<string>($"select definition_version_id from instance where definition_id = '{id}' group by 1");
        (await plan.ReadAsync<long>($"select count(*) from instance where definition_id = '{id}'")).ShouldBe(34);

        var stored = (await plan.Get<SaveDefinition>().RunAsync(Actor.System, next, new SaveWish("publish", Publish: true), plan.Now, plan.Now)).ShouldBeOfType<SaveAnswer.Stored>();

        stored.VersionId.ShouldNotBe(before);
        (await plan.ReadAsync<string>($"select string_agg(id || ' ' || is_published, ', ' order by version) from definition_version where definition_id = '{id}'")).ShouldBe($"{before} false, {stored.VersionId} true");
        await plan.HandInAsync("keHoach", unit.Code, PlanOf(unit.Headcount));
        (await plan.ReadAsync<string>("select string_agg(distinct s.body #>> '{title,vi}', ', ') from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'hoiNghi'")).ShouldNotContain("mẫu mới");
        (await plan.ReadAsync<long>($"select count(*) from instance where definition_id = '{id}' and definition_version_id = '{before}' and sub_status <> 'Faulted'")).ShouldBe(34);
        await plan.ToAsync("2020-01-02 08:05");
        (await plan.ReadAsync<long>("select count(distinct task_id) from rung_fired where rung = 'overdue+1'")).ShouldBe(33, "their clocks run on as they were planned");
    }

    private static async Task<TaskAnswer> ReceiveAsync(Plan23 plan, (string Code, int Headcount) unit, string user, string number, string arrivedOn)
    {
        var (id, revision) = await plan.FindAsync("keHoach", unit.Code, "open");
        return await plan.Get<CompleteTask>().CompleteAsync(await Plans.OnePlan.ActorAsync(plan.Database, user),
            new(id, revision, null, null, JsonNode.Parse(PlanOf(unit.Headcount).ToJsonString())!.AsObject(), null) { Paper = new PaperReceipt(number, DateOnly.Parse(arrivedOn, System.Globalization.CultureInfo.InvariantCulture)) }, plan.Now, plan.Now);
    }

    private static Task<string> NameAsync(Plan23 plan, string code) => plan.ReadAsync<string>($"select name from unit where code = '{code}'");
}
