using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Pages.Outbox;
using WorkflowHost.Pages.Plans;
using Workflows.Tests.Running;
using Workflows.Tests.Scenarios;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Plans;

/// <summary>Plan 23 on the real engine, from the chair's desk to the closed file, and the turns that it can take on the way.</summary>
public sealed class WholePlanTests
{
    [Fact]
    public async Task It_runs_from_the_signature_to_the_closed_file()
    {
        await using var plan = await Plan23.DraftedAsync();
        await plan.SignAndIssueAsync();
        (await plan.ReadAsync<string>("select number_text from plan")).ShouldBe("23/KH-CĐYT");
        (await plan.ReadAsync<long>("select count(*) from outbox where kind = 'distribution'")).ShouldBe(36);
        (await plan.ReadAsync<long>("select count(*) from instance where parent_id is not null")).ShouldBe(34);
        (await plan.OpenTasksAsync()).ShouldBe("chonDonViDiem keHoach phanBoDaiBieu soDaiBieuNganh thongBaoTinh");

        foreach (var unit in await plan.UnitsAsync()) await plan.HandInAsync("keHoach", unit.Code, PlanOf(unit.Headcount));
        (await plan.OpenTasksAsync()).ShouldBe("chonDonViDiem hoiNghi phanBoDaiBieu soDaiBieuNganh thongBaoTinh xinTang");

        // The allocation comes before any conference was held; the units' lists open when both are there.
        await plan.DoAsync("phanBoDaiBieu", "chuyenvien.cdyt", new JsonObject { ["phanBo"] = new JsonArray([.. (await plan.UnitsAsync()).Select(u => (JsonNode)new JsonObject { ["donVi"] = u.Code, ["soLuong"] = 2 })]) });
        (await plan.OpenTasksAsync()).ShouldBe("chonDonViDiem hoiNghi soDaiBieuNganh thongBaoTinh xinTang");
        foreach (var unit in await plan.UnitsAsync()) await plan.HandInAsync("hoiNghi", unit.Code, RecordOf(unit.Headcount));
        foreach (var unit in await plan.UnitsAsync())
        {
            await plan.HandInAsync("danhSach", unit.Code, new JsonObject { ["danhSach"] = new JsonArray(Delegate(1), Delegate(2)) });
            await plan.HandInAsync("baoCao", unit.Code, new JsonObject { ["ketQua"] = "Hội nghị thành công." });
        }

        (await plan.ReadAsync<long>("select count(*) from instance where parent_id is not null and sub_status = 'Finished'")).ShouldBe(34);
        await plan.DoAsync("chonDonViDiem", "chuyenvien.cdyt", new JsonObject { ["donViDiem"] = "CDCS-BVDKT" });
        await plan.DoAsync("soDaiBieuNganh", "chutich.cdyt", new JsonObject { ["soDaiBieu"] = 250 });
        await plan.DoAsync("hoiNghiNganh", "chuyenvien.cdyt", new JsonObject { ["ngayHoiNghi"] = "2019-12-17", ["thoiLuong"] = "nua-ngay", ["soDienHinh"] = 175, ["soKhachMoi"] = 75, ["chuongTrinh"] = Agenda() });
        (await plan.OpenTasksAsync()).ShouldBe("guiHoSo thongBaoTinh", "the conference alone releases the dossier");
        await plan.DoAsync("thongBaoTinh", "vanthu.cdyt", new JsonObject { ["ngayDen"] = "2019-12-17", ["soKyHieu"] = "15 /TB- LĐLĐ", ["trichYeu"] = "Phân bổ đại biểu", ["soDaiBieu"] = 12 });
        (await plan.ReadAsync<int>("select places from incoming_document where number_text = '15/TB-LĐLĐ'")).ShouldBe(12);
        (await plan.OpenTasksAsync()).ShouldBe("danhSachTinh guiHoSo", "the notice releases the roster");
        (await plan.ReadAsync<string>("select s.body #>> '{context,soDaiBieuTinh}' from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'danhSachTinh'")).ShouldBe("12");

        await plan.CloseAsync("guiHoSo", "Hồ sơ gửi trực tiếp.");
        (await plan.OpenTasksAsync()).ShouldBe("danhSachTinh", "the receipt waits for both");
        await plan.CloseAsync("danhSachTinh", "Danh sách gửi trực tiếp.");
        await plan.DoAsync("ghiNhanTiepNhan", "vanthu.cdyt", new JsonObject { ["ngayNhan"] = "2019-12-17" });
        (await plan.ReadAsync<long>("select jsonb_array_length(summary -> 'units')::bigint from plan")).ShouldBe(34);
        await plan.DoAsync("baoCaoTongHop", "chuyenvien.cdyt", new JsonObject { ["nhanXet"] = "Hoàn thành." });
        await plan.AcceptAsync("baoCaoTongHop", null, "chutich.cdyt");

        (await plan.ReadAsync<string>("select status from plan")).ShouldBe("closed");
        (await plan.ReadAsync<string>("select sub_status from instance where parent_id is null")).ShouldBe("Finished");
        (await plan.ReadAsync<long>("select count(*) from incident")).ShouldBe(0);
        (await plan.OpenTasksAsync()).ShouldBe("");
        (await ReplayEverything.DifferencesAsync(plan.Database, plan.Get<ReplayInstance>())).ShouldBeEmpty();

        // A year later it lies in the archive, and its pages show the same.
        var before = await ShownAsync(plan);
        (await plan.Get<ArchiveFinished>().RunAsync(plan.Now.AddDays(364))).ShouldBe(0);
        (await plan.Get<ArchiveFinished>().RunAsync(plan.Now.AddDays(366))).ShouldBe(35);
        (await plan.ReadAsync<long>("select (select count(*) from instance) + (select count(*) from instance_state) + (select count(*) from journal)")).ShouldBe(0);
        (await ShownAsync(plan)).ShouldBe(before);
        (await ReplayEverything.DifferencesAsync(plan.Database, plan.Get<ReplayInstance>())).ShouldBeEmpty();
    }

    /// <summary>What the pages of the plan read, for the sector's chair and for one of a unit.</summary>
    private static async Task<string> ShownAsync(Plan23 plan)
    {
        var shown = new StringBuilder();
        foreach (var user in (string[])["chutich.cdyt", "chutich.bvdkt"])
        {
            var actor = await OnePlan.ActorAsync(plan.Database, user);
            var head = (await plan.Get<PlanPageQueries>().FindAsync(actor, plan.PlanId)).ShouldNotBeNull(user);
            shown.AppendLine(JsonSerializer.Serialize(head));
            shown.AppendLine(JsonSerializer.Serialize((await plan.Get<PlanPageQueries>().UnitCountsAsync(actor, [head.RootId])).Select(c => $"{c.Key} {c.Value}")));
            shown.AppendLine(JsonSerializer.Serialize(await plan.Get<PlanUnits>().ReadAsync(actor, plan.PlanId, plan.Now)));
            shown.AppendLine(JsonSerializer.Serialize((await plan.Get<OutboxPlans>().ReadAsync(actor)).Count));
        }

        return shown.ToString();
    }

    [Fact]
    public async Task A_plan_that_is_sent_back_twice_is_checked_again_each_time()
    {
        await using var plan = await Plan23.DraftedAsync();
        await plan.DoAsync("kyBanHanh", "chutich.cdyt", new JsonObject { ["yKien"] = "Thiếu nơi nhận." }, "TraLai");
        (await plan.OpenTasksAsync(), await plan.ReadAsync<string>("select status from plan")).ShouldBe(("soanThao", "draft"));
        await plan.DoAsync("soanThao", "chuyenvien.cdyt", []);
        await plan.DoAsync("kiemTraNoiDung", "chanhvanphong.cdyt", [], "TraLai");
        (await plan.OpenTasksAsync()).ShouldBe("soanThao");
        await plan.DoAsync("soanThao", "chuyenvien.cdyt", []);
        await plan.DoAsync("kiemTraNoiDung", "chanhvanphong.cdyt", [], "Dat");
        await plan.DoAsync("kiemTraTheThuc", "vanthu.cdyt", [], "TraLai");
        await plan.DoAsync("soanThao", "chuyenvien.cdyt", []);
        await plan.DoAsync("kiemTraNoiDung", "chanhvanphong.cdyt", [], "Dat");
        await plan.DoAsync("kiemTraTheThuc", "vanthu.cdyt", [], "Dat");
        await plan.SignAndIssueAsync();

        (await plan.ReadAsync<long>("select count(*) from instance where parent_id is not null")).ShouldBe(34);
        (await plan.ReadAsync<long>("select count(*) from incident")).ShouldBe(0);
        (await ReplayEverything.DifferencesAsync(plan.Database, plan.Get<ReplayInstance>())).ShouldBeEmpty();
    }

    /// <summary>Domain §7.4 with 640 staff, asked for in the plan itself: 230 asked for, 240 granted, and the record is checked against 240.</summary>
    [Fact]
    public async Task More_than_200_delegates_go_before_the_chair_of_the_sector()
    {
        await using var plan = await Plan23.DraftedAsync();
        await plan.SignAndIssueAsync();
        var unit = (await plan.UnitsAsync()).Single(u => u.Code == "CDCS-BVDKT");
        var asked = PlanOf(unit.Headcount);
        (asked["soDaiBieu"], asked["xinTang"], asked["lyDoXinTang"]) = (230, true, "Đơn vị có 640 người.");

        await plan.HandInAsync("keHoach", unit.Code, asked);
        (await plan.ReadAsync<string>("select u.code from task t join unit u on u.id = t.unit_id where t.activity_id = 'quyetDinhTang' and t.status = 'open'")).ShouldBe("CDYT-TB");
        (await plan.ReadAsync<string>("select concat_ws('|', s.body #>> '{context,donVi}', s.body #>> '{context,soDeNghi}') from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'quyetDinhTang'"))
            .ShouldBe("Công đoàn cơ sở Bệnh viện đa khoa tỉnh|230");
        (await plan.OpenTasksAsync("CDCS-BVDKT")).ShouldBe("hoiNghi quyetDinhTang");
        await plan.DoAsync("quyetDinhTang", "chutich.cdyt", new JsonObject { ["soDuocDuyet"] = 240 }, "DongY");

        (await plan.ReadAsync<string>("select s.body #>> '{context,soDaiBieuDuocDuyet}' from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'hoiNghi'")).ShouldBe("240");
        (await ReplayEverything.DifferencesAsync(plan.Database, plan.Get<ReplayInstance>())).ShouldBeEmpty();
    }
}
