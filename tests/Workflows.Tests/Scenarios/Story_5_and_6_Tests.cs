using System.Text.Json.Nodes;
using NpgsqlTypes;
using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Domain §7, stories 5 (a date on a Saturday) and 6 (an extension for all that is open).</summary>
public sealed class Story_5_and_6_Tests
{
    private const string Unit = "CDCS-TTYTHA";
    private const string Chair = "chutich.ttytha";

    [Fact]
    public async Task Story_5_A_conference_on_the_last_Saturday_is_on_time_though_its_record_comes_on_Monday()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", Unit, PlanOf(88));
        await plan.ToAsync("2020-03-16 09:00");

        // T-10, T-5, T-3, T-1 on working days; nothing on Saturday 14/03, the last lawful day; one overdue mail on Monday.
        plan.MailsTo(Chair).Skip(1).ShouldBe(["2020-03-02 08:00", "2020-03-09 08:00", "2020-03-11 08:00", "2020-03-13 08:00", "2020-03-16 08:00"]);
        Words(plan.MailsOf(Chair)[^2]).ShouldContain("Thứ Bảy 14/03/2020");

        // The rule tests the day it was held: no explanation is asked for.
        await plan.HandInAsync("hoiNghi", Unit, RecordOf(88, "2020-03-14"));
        await using (var sum = await plan.Database.OpenConnectionAsync())
            (await Command(sum, AggregatePlan.Statement.Sql, P(new[] { Guid.NewGuid() }), P(new[] { Guid.NewGuid() }),
                P(new[] { $$"""{"planId":"{{plan.PlanId}}"}""" }, NpgsqlDbType.Array | NpgsqlDbType.Jsonb), Instant(plan.Now)).ExecuteNonQueryAsync()).ShouldBe(1);
        var summed = JsonNode.Parse(await plan.ReadAsync<string>($"select e::text from plan p, jsonb_array_elements(p.summary -> 'units') e where e ->> 'unitCode' = '{Unit}'"))!;
        (summed["conferenceDate"]!.ToString(), summed["daysLateConference"]!.GetValue<int>()).ShouldBe(("2020-03-14", 0));
        (await plan.ReadAsync<string>($"select (r.submitted_at at time zone 'Asia/Ho_Chi_Minh')::date::text from task_round r join task t on t.id = r.task_id join unit u on u.id = t.unit_id where u.code = '{Unit}' and t.activity_id = 'hoiNghi'")).ShouldBe("2020-03-16");
    }

    [Fact]
    public async Task Story_5_Held_on_Sunday_it_is_late_and_wants_a_word()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", Unit, PlanOf(88));
        await plan.ToAsync("2020-03-16 09:00");
        (await plan.TryAsync("hoiNghi", Chair, RecordOf(88, "2020-03-15"), unit: Unit)).ShouldBeOfType<TaskAnswer.ExplanationRequired>().Rules.Keys.ShouldBe(["S2-02-ngay-hoi-nghi"]);
    }

    [Fact]
    public async Task Story_6_An_extension_moves_what_is_open_and_leaves_what_is_done()
    {
        await using var plan = await Plan23.IssuedAsync();
        var units = await plan.UnitsAsync();
        foreach (var unit in units) await plan.HandInAsync("keHoach", unit.Code, PlanOf(unit.Headcount));
        await plan.ToAsync("2020-02-28 14:00");
        foreach (var unit in units.Take(11)) await plan.HandInAsync("hoiNghi", unit.Code, RecordOf(unit.Headcount, "2020-02-28"));
        await plan.DoAsync("soDaiBieuNganh", "chutich.cdyt", new JsonObject { ["soDaiBieu"] = 250 });
        await plan.ToAsync("2020-03-09 09:00");

        var actor = await Plans.OnePlan.ActorAsync(plan.Database, "chutich.cdyt");
        var queries = plan.Get<WorkflowHost.Api.TaskQueries>();
        var root = await plan.ReadAsync<Guid>("select root_id from plan");
        var extend = plan.Get<ExtendDeadline>();
        var conferences = await queries.IdsOfAsync(actor, root, "hoiNghi", null, plan.Now);
        var answer = await extend.ExtendAsync(actor, new(conferences, At("2020-06-15 00:00"), "Hạn chế tụ tập đông người phòng dịch.", "12/TB-CĐYT"), plan.Now, plan.Now);
        answer.Lines.GroupBy(l => l.Result).ToDictionary(g => g.Key, g => g.Count()).ShouldBe(new Dictionary<ExtensionResult, int> { [ExtensionResult.Extended] = 23, [ExtensionResult.Done] = 11 }, ignoreOrder: true);
        var sector = await queries.IdsOfAsync(actor, root, "hoiNghiNganh", null, plan.Now);
        // Before it is confirmed: the dossier comes after the conference, its date is the province's and does not move.
        var later = await plan.Get<WorkflowHost.Api.ExtensionConsequences>().ReadAsync(sector, At("2020-06-30 00:00"));
        later.Select(s => (s.Activity, s.LastDay, s.IsLegal)).ShouldContain(("guiHoSo", new DateOnly(2020, 5, 24), true));
        (await extend.ExtendAsync(actor, new(sector, At("2020-06-30 00:00"), "Hạn chế tụ tập đông người phòng dịch.", "12/TB-CĐYT"), plan.Now, plan.Now)).Extended.ShouldBe(1);

        // The plan's own date stays on record; the notice stands with each of the 23; T-10 before Sunday 14/06 is Monday 01/06.
        (await plan.ReadAsync<string>("""
            select string_agg(distinct concat_ws(' ', (d.legal_due at time zone 'Asia/Ho_Chi_Minh')::date, (d.extended_due at time zone 'Asia/Ho_Chi_Minh')::date,
              d.next_at at time zone 'Asia/Ho_Chi_Minh', x.document), '') from deadline d join task t on t.id = d.task_id join deadline_extension x on x.task_id = t.id
            where t.activity_id = 'hoiNghi' and t.status = 'open'
            """)).ShouldBe("2020-03-15 2020-06-15 2020-06-01 08:00:00 12/TB-CĐYT");
        (await plan.ReadAsync<long>("select count(*) from deadline d join task t on t.id = d.task_id where t.activity_id = 'hoiNghi' and t.status = 'accepted' and d.purpose = 'work' and (d.extended_due is not null or d.next_at is not null)")).ShouldBe(0);

        await plan.ToAsync("2020-06-02 09:00");
        var late = "chutich." + units[^1].Code["CDCS-".Length..].ToLowerInvariant();
        plan.MailsTo(late).Where(at => at.StartsWith("2020", StringComparison.Ordinal)).ShouldBe(["2020-03-02 08:00", "2020-03-09 08:00", "2020-06-01 08:00"]);
        plan.MailsTo(ChairOf(units[0].Code)).Where(at => string.CompareOrdinal(at, "2020-03-01") > 0 && string.CompareOrdinal(at, "2020-05-01") < 0).ShouldBeEmpty();
        await plan.HandInAsync("hoiNghi", units[^1].Code, RecordOf(units[^1].Headcount, "2020-06-01"), new() { ["S2-02-ngay-hoi-nghi"] = "Gia hạn theo Thông báo 12/TB-CĐYT." });
        var item = (await queries.ListAsync(actor, new("all", null, units[^1].Code, null, "hoiNghi", null, null, 5), plan.Now)).ShouldHaveSingleItem();
        item.Lateness.ShouldBe(Lateness.None);
    }
}
