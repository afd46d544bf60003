using System.Text.Json.Nodes;
using NpgsqlTypes;
using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Pages.Overdue;
using WorkflowHost.Pages.Plans;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;
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

    /// <summary>The same two conferences wherever lateness is told: before its record came a unit is overdue, after it the day of the event decides.</summary>
    [Fact]
    public async Task Story_5_Every_list_goes_by_the_day_of_the_conference()
    {
        const string other = "CDCS-TTYTHB";
        await using var plan = await Plan23.IssuedAsync();
        var headcount = (await plan.UnitsAsync()).Find(u => u.Code == other).Headcount;
        await plan.HandInAsync("keHoach", Unit, PlanOf(88));
        await plan.HandInAsync("keHoach", other, PlanOf(headcount));
        await plan.ToAsync("2020-03-16 09:00");
        (await LatenessAsync(plan, Unit)).ShouldBe(("overdue", 2, 0, "Overdue"), "calendar days after 14/03, the last lawful one");

        await plan.HandInAsync("hoiNghi", Unit, RecordOf(88, "2020-03-14"));
        await plan.HandInAsync("hoiNghi", other, RecordOf(headcount, "2020-03-15"), new() { ["S2-02-ngay-hoi-nghi"] = "Hội trường bận ngày thứ Bảy." });
        (await LatenessAsync(plan, Unit)).ShouldBe(("", 0, 0, "Done Duyệt 16/03"));
        (await LatenessAsync(plan, other)).ShouldBe(("late", 1, 1, "Done Duyệt 16/03, nộp muộn 1 ngày"));

        var officer = await Plans.OnePlan.ActorAsync(plan.Database, "chuyenvien.cdyt");
        var overdue = plan.Get<OverdueQueries>();
        var words = new OverdueWords(await plan.Get<ReferenceStore>().GetAsync(), new Dictionary<string, Text>(), plan.Now, plan.Get<Texts>());
        Plain(words.Came((await overdue.SubmittedLateAsync(officer, new(plan.PlanId, "hoiNghi"), plan.Now)).ShouldHaveSingleItem())).ShouldBe("Diễn ra 15/03, nộp 16/03, muộn 1 ngày");
        var task = (await plan.Get<TaskQueries>().ListAsync(officer, new("all", null, Unit, null, "hoiNghi", null, null, 5), plan.Now)).ShouldHaveSingleItem();
        (task.CountsAt, task.FirstSubmittedAt).ShouldBe((At("2020-03-14 00:00"), At("2020-03-16 09:00")));
        (await plan.ReadAsync<string>($"select (counts_at at time zone 'Asia/Ho_Chi_Minh') || ' ' || (submitted_at at time zone 'Asia/Ho_Chi_Minh') from task_round where task_id = '{task.Id}'"))
            .ShouldBe("2020-03-14 00:00:00 2020-03-16 09:00:00");

        // The one overdue mail stays in the ledger; nothing about the conference comes after the record.
        await plan.ToAsync("2020-03-31 09:00");
        (await plan.ReadAsync<string>("""
            select string_agg(distinct u.code || ' ' || (g.slot at time zone 'Asia/Ho_Chi_Minh'), ', ') from digest_line l join digest g on g.id = l.digest_id join task t on t.id = l.task_id
            join unit u on u.id = t.unit_id where t.activity_id = 'hoiNghi' and g.slot >= '2020-03-14'
            """)).ShouldBe("CDCS-TTYTHA 2020-03-16 08:00:00, CDCS-TTYTHB 2020-03-16 08:00:00");
    }

    /// <summary>Where a unit's conference stands: (list of late work, days late by the API, late ones by the progress of the plan, cell of the plan's page).</summary>
    private static async Task<(string List, int Days, int Late, string Cell)> LatenessAsync(Plan23 plan, string code)
    {
        var officer = await Plans.OnePlan.ActorAsync(plan.Database, "chuyenvien.cdyt");
        var id = await plan.ReadAsync<long>($"select id from unit where code = '{code}'");
        var overdue = plan.Get<OverdueQueries>();
        var filter = new OverdueFilter(plan.PlanId, "hoiNghi");
        var list = (await overdue.LateAsync(officer, filter, plan.Now)).Any(t => t.UnitId == id) ? "overdue" : "";
        var task = (await plan.Get<TaskQueries>().ListAsync(officer, new("all", null, code, null, "hoiNghi", null, null, 5), plan.Now)).ShouldHaveSingleItem();
        if ((await overdue.SubmittedLateAsync(officer, filter, plan.Now)).Any(t => t.TaskId == task.Id)) list += "late";
        var unit = (await PlanProgress.UnitsAsync(plan.Database, officer, plan.PlanId, plan.Now)).Single(u => u.UnitId == id);
        var steps = (await plan.Get<PlanPageQueries>().StepsAsync(officer, [await plan.ReadAsync<Guid>("select root_id from plan")], plan.Now)).SelectMany(s => s).Single(s => s.ActivityId == "hoiNghi");
        var stage = (await PlanProgress.StagesAsync(plan.Database, officer, plan.PlanId, plan.Now)).Single(s => s.ActivityId == "hoiNghi");
        (steps.Overdue, steps.Late).ShouldBe((stage.Overdue, stage.Late));
        unit.Overdue.ShouldBe(list == "overdue" ? 1 : 0);
        var cell = (await plan.Get<PlanUnits>().ReadAsync(officer, plan.PlanId, plan.Now)).SelectMany(g => g.Rows).Single(r => r.UnitId == id).Cells["hoiNghi"];
        var said = new UnitWords(WorkingCalendar.VietnamPublic, plan.Now, plan.Get<Texts>()).Of(cell);
        return (list, task.Lateness.Days, unit.Late, said.Kind == StatusKind.Done ? $"{said.Kind} {Plain(said.Words)}" : $"{said.Kind}");
    }

    private static string Plain(string words) => Managers.DemoInJanuary.Words(words);

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

        // The dossier's date is the province's and stays; that it now lies before the conference is told to who follows the plan.
        (await ConflictsAsync(plan, "chuyenvien.cdyt")).ShouldBe([
            "“Gửi hồ sơ về LĐLĐ tỉnh (qua Ban Chính sách - Pháp luật)” phải làm sau “Tổ chức Hội nghị tuyên dương điển hình tiên tiến ngành Y tế”, nhưng hạn của việc này là 24/05/2020, trước hạn 29/06/2020 của việc kia."]);

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

        // Held on 20/06 the dossier opens past its date; the province's later date, entered on its authority, ends the contradiction.
        await plan.ToAsync("2020-06-20 09:00");
        await plan.DoAsync("hoiNghiNganh", "chuyenvien.cdyt", new JsonObject { ["ngayHoiNghi"] = "2020-06-20", ["thoiLuong"] = "nua-ngay", ["soDienHinh"] = 175, ["soKhachMoi"] = 75, ["chuongTrinh"] = Agenda() },
            explanations: new() { ["S2-16-ngay-hoi-nghi"] = "Gia hạn theo Thông báo 12/TB-CĐYT." });
        (await ConflictsAsync(plan, "chuyenvien.cdyt")).ShouldHaveSingleItem().ShouldEndWith("hạn 24/05/2020 đã qua khi việc kia xong ngày 20/06/2020.");
        var (dossier, _) = await plan.FindAsync("guiHoSo", null, "open");
        (await extend.ExtendAsync(actor, new([dossier], At("2020-07-11 00:00"), "LĐLĐ tỉnh cho lùi hạn nộp hồ sơ.", "55/TB-LĐLĐ"), plan.Now, plan.Now)).Extended.ShouldBe(1);
        (await ConflictsAsync(plan, "chuyenvien.cdyt")).ShouldBeEmpty();
    }

    /// <summary>What the plan's page says of dates in conflict.</summary>
    private static async Task<string[]> ConflictsAsync(Plan23 plan, string user)
    {
        var actor = await Plans.OnePlan.ActorAsync(plan.Database, user);
        var head = (await plan.Get<PlanPageQueries>().FindAsync(actor, plan.PlanId)).ShouldNotBeNull();
        return [.. (await plan.Get<PlanStories>().ReadAsync(actor, head, plan.Now)).Waiting().Rows.Where(r => r.When == "Hạn trái nhau").Select(r => Plain(r.Sentence))];
    }
}
