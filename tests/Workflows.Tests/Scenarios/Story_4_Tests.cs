using System.Text.Json.Nodes;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Domain §7, story 4: the limit of delegates, and the superior's override long after the plan was accepted.</summary>
public sealed class Story_4_Tests
{
    private const string Unit = "CDCS-BVDKT";
    private const string Chair = "chutich.bvdkt";

    [Fact]
    public async Task Story_4_A_request_in_February_is_decided_without_returning_the_plan()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", Unit, PlanOf(640, 200));
        (await plan.OpenTasksAsync(Unit)).ShouldBe("hoiNghi xinTang");

        // 251 is refused for everyone; 230 needs a reason.
        await plan.ToAsync("2020-02-10 09:00");
        (await plan.TryAsync("xinTang", Chair, Request(251), unit: Unit)).ShouldBeOfType<TaskAnswer.Invalid>().Errors["soDaiBieu"].Vi.ShouldContain("Không quá 250 đại biểu");
        (await plan.TryAsync("xinTang", Chair, new JsonObject { ["soDaiBieu"] = 230 }, unit: Unit)).ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["lyDoXinTang"]);
        await plan.DoAsync("xinTang", Chair, Request(230), unit: Unit);
        (await plan.OpenTasksAsync(Unit)).ShouldBe("hoiNghi quyetDinhTang");

        // The record is held against 200 until the chair of the sector has decided.
        var record = RecordOf(640, "2020-02-10", 168, 72);
        (await plan.TryAsync("hoiNghi", Chair, record, unit: Unit)).ShouldBeOfType<TaskAnswer.Invalid>().Errors["soDienHinh"].Vi.ShouldContain("Xin tăng số đại biểu");
        await plan.ToAsync("2020-02-14 10:00");
        (await plan.TryAsync("quyetDinhTang", "phochutich.cdyt", new JsonObject { ["soDuocDuyet"] = 240 }, "DongY")).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await plan.TryAsync("quyetDinhTang", "chutich.cdyt", new JsonObject { ["soDuocDuyet"] = 251 }, "DongY")).ShouldBeOfType<TaskAnswer.Invalid>();
        await plan.DoAsync("quyetDinhTang", "chutich.cdyt", new JsonObject { ["soDuocDuyet"] = 240 }, "DongY");
        (await plan.OpenTasksAsync(Unit)).ShouldBe("hoiNghi xinTang", "the same conference task, and another request is possible");
        (await plan.ReadAsync<string>($"select count(*) || ' ' || min(t.revision) || ' ' || min(s.body #>> '{{context,soDaiBieuDuocDuyet}}') from task t join unit u on u.id = t.unit_id join task_spec s on s.id = t.spec_id where t.activity_id = 'hoiNghi' and u.code = '{Unit}'"))
            .ShouldBe("1 1 240");

        // 150/90 is 62.5/37.5: a warning that wants a word; 168/72 is 70/30.
        await plan.ToAsync("2020-03-06 14:00");
        var uneven = RecordOf(640, "2020-03-06", 150, 90);
        (await plan.TryAsync("hoiNghi", Chair, uneven, unit: Unit)).ShouldBeOfType<TaskAnswer.ExplanationRequired>().Rules.Keys.ShouldBe(["S2-06-ty-le"]);
        (await plan.TryAsync("hoiNghi", Chair, RecordOf(640, "2020-03-06", 170, 71), unit: Unit)).ShouldBeOfType<TaskAnswer.Invalid>();
        await plan.HandInAsync("hoiNghi", Unit, RecordOf(640, "2020-03-06", 168, 72));

        // With the record accepted the request has become pointless.
        (await plan.OpenTasksAsync(Unit)).ShouldBe("baoCao");
        (await plan.ReadAsync<string>($"select string_agg(t.status, ' ' order by t.created_at) from task t join unit u on u.id = t.unit_id where t.activity_id = 'xinTang' and u.code = '{Unit}'")).ShouldBe("completed cancelled");
        (await plan.ReadAsync<long>("select count(*) from incident")).ShouldBe(0);
    }

    [Fact]
    public async Task Story_4_Refused_the_unit_keeps_200_and_may_ask_again()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", Unit, PlanOf(640, 200));
        await plan.DoAsync("xinTang", Chair, Request(230), unit: Unit);
        await plan.DoAsync("quyetDinhTang", "chutich.cdyt", [], "KhongDongY");
        (await plan.OpenTasksAsync(Unit)).ShouldBe("hoiNghi xinTang");
        (await plan.TryAsync("hoiNghi", Chair, RecordOf(640, exemplars: 161, guests: 69), unit: Unit)).ShouldBeOfType<TaskAnswer.Invalid>();
        await plan.DoAsync("xinTang", Chair, Request(220), unit: Unit);
        await plan.DoAsync("quyetDinhTang", "chutich.cdyt", [], "DongY");

        // Without a number of its own the decision grants what was asked for.
        await plan.HandInAsync("hoiNghi", Unit, RecordOf(640, exemplars: 154, guests: 66));
        (await plan.OpenTasksAsync(Unit)).ShouldBe("baoCao");
        (await plan.ReadAsync<long>("select count(*) from incident")).ShouldBe(0);
    }

    [Fact]
    public async Task Story_4_Closing_the_request_asks_nobody_for_a_decision()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", Unit, PlanOf(640, 200));
        await plan.CloseAsync("xinTang", "Đơn vị không cần.", Unit);
        (await plan.OpenTasksAsync(Unit)).ShouldBe("hoiNghi");
    }

    [Fact]
    public async Task Story_4_A_small_unit_has_no_limit_and_one_of_exactly_200_chooses()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", "CDCS-BVPHCN", PlanOf(150));
        (await plan.OpenTasksAsync("CDCS-BVPHCN")).ShouldBe("hoiNghi", "a plenary conference has nothing to ask for");
        var small = PlanOf(150);
        small["quyMo"] = "dai-bieu";
        (await plan.TryAsync("keHoach", "chutich.bvmat", small, unit: "CDCS-BVMAT")).ShouldBeOfType<TaskAnswer.Invalid>().Errors["quyMo"].Vi.ShouldContain("dưới 200 người");

        var chosen = PlanOf(200);
        (chosen["quyMo"], chosen["soDaiBieu"]) = ("dai-bieu", 120);
        await plan.HandInAsync("keHoach", "CDCS-BVTT", chosen);
        (await plan.ReadAsync<string>("select r.data ->> 'quyMo' from task_round r join task t on t.id = r.task_id join unit u on u.id = t.unit_id where u.code = 'CDCS-BVTT' and t.activity_id = 'keHoach'")).ShouldBe("dai-bieu");
    }

    private static JsonObject Request(int delegates) => new() { ["soDaiBieu"] = delegates, ["lyDoXinTang"] = "Đơn vị có 640 người." };
}
