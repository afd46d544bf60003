using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.EndToEnd;

/// <summary>
/// Plan 23 from the chair's signature to the closed file, with all 34 units: one asks for more delegates, one is given more time, one is returned,
/// two hand their plan in late and one its record, and one stays silent until the officer closes its tasks.
/// </summary>
internal static class WholePlan
{
    public const string AsksForMore = "CDCS-BVDKT", Extended = "CDCS-TTYTHB", Returned = "CDCS-BVNHI", LateWithRecord = "CDCS-BVTT", Silent = "CDCS-TTYTHE";
    public static readonly string[] LateWithPlan = ["CDCS-BVDKHA", "CDCS-BVDKHB"];

    /// <summary>The whole of it; every step can be repeated, so the hosts may die on the way.</summary>
    public static async Task RunAsync(PlanRun run)
    {
        await run.MoveClockAsync("2019-12-17T10:00:00+07:00");
        await run.IssueAsync();
        await run.MoveClockAsync("2019-12-20T09:00:00+07:00");
        await run.UntilDoneAsync(() => ExtendAsync(run));

        await run.MoveClockAsync("2019-12-27T10:00:00+07:00");
        bool OnTime(string unit) => unit is not (Silent or Extended) && !LateWithPlan.Contains(unit);
        await run.DoAsync("keHoach", null, u => u == AsksForMore ? PlanForms.LargePlan(u, "2019-12-25") : PlanForms.Plan(u, "2019-12-25"), null, OnTime, "tepKeHoach");
        await run.ReturnAsync("keHoach", Returned, "Thiếu chương trình hội nghị.", "2020-01-03");
        await run.AcceptAsync("keHoach", PlanRun.Officer);

        await run.MoveClockAsync("2020-01-02T09:00:00+07:00");
        await run.HandInAsync("keHoach", u => PlanForms.Plan(u, "2020-01-02"), u => LateWithPlan.Contains(u), "tepKeHoach");
        await run.MoveClockAsync("2020-01-03T09:00:00+07:00");
        await run.HandInAsync("keHoach", u => PlanForms.Plan(u, "2020-01-03"), u => u == Returned, "tepKeHoach");
        await run.MoveClockAsync("2020-01-09T09:00:00+07:00");
        await run.HandInAsync("keHoach", u => PlanForms.Plan(u, "2020-01-08"), u => u == Extended, "tepKeHoach");
        await run.DoAsync("quyetDinhTang", PlanRun.Chair, _ => new JsonObject { ["soDuocDuyet"] = 240 }, "DongY");

        await run.MoveClockAsync("2020-02-20T09:00:00+07:00");
        var units = (await run.TasksAsync("keHoach")).Select(PlanRun.CodeOf).ToArray();
        await run.DoAsync("phanBoDaiBieu", PlanRun.Officer, _ => PlanForms.Allocation(units, 2));

        await run.MoveClockAsync("2020-03-10T09:00:00+07:00");
        await run.HandInAsync("hoiNghi", u => PlanForms.Record(u, "2020-03-06"), u => u != LateWithRecord, "tepBienBan");
        await run.MoveClockAsync("2020-03-16T09:00:00+07:00");
        await run.HandInAsync("hoiNghi", u => PlanForms.Record(u, "2020-03-13"), null, "tepBienBan");

        await run.MoveClockAsync("2020-04-20T09:00:00+07:00");
        await run.HandInAsync("danhSach", _ => PlanForms.Roster(2));
        await run.MoveClockAsync("2020-05-11T09:00:00+07:00");
        await run.DoAsync("chonDonViDiem", PlanRun.Officer, _ => new JsonObject { ["donViDiem"] = AsksForMore });
        await run.DoAsync("soDaiBieuNganh", PlanRun.Chair, _ => new JsonObject { ["soDaiBieu"] = 250 });
        await run.DoAsync("hoiNghiNganh", PlanRun.Officer, _ => PlanForms.SectorRecord("2020-05-08"), null, null, "tepBienBan");
        await run.DoAsync("thongBaoTinh", PlanRun.Clerk, _ => new JsonObject
        {
            ["ngayDen"] = "2020-05-11", ["soKyHieu"] = "15/TB-LĐLĐ", ["trichYeu"] = "Phân bổ đại biểu dự hội nghị cấp tỉnh", ["soDaiBieu"] = 12,
        }, null, null, "tep");

        await run.MoveClockAsync("2020-05-20T09:00:00+07:00");
        await run.HandInAsync("baoCao", _ => new JsonObject { ["ketQua"] = "Hội nghị thành công." }, null, "tepBaoCao");
        await run.DoAsync("danhSachTinh", PlanRun.Officer, _ => PlanForms.ProvincialRoster(12));
        await run.DoAsync("guiHoSo", PlanRun.Officer, _ => new JsonObject { ["ngayGui"] = "2020-05-20" }, null, null, "baoCaoTongKet", "tepDanhSach");
        await run.DoAsync("ghiNhanTiepNhan", PlanRun.Clerk, _ => new JsonObject { ["ngayNhan"] = "2020-05-20" });
        foreach (var activity in (string[])["keHoach", "hoiNghi", "danhSach", "baoCao"]) await run.CloseAsync(activity, Silent, "Không phải thực hiện.");
        // The last unit's end is told to the plan by an event: the clock answers when that has run.
        await run.MoveClockAsync("2020-05-20T10:00:00+07:00");
        await run.DoAsync("baoCaoTongHop", PlanRun.Officer, _ => new JsonObject { ["nhanXet"] = "Hoàn thành." });
        await run.AcceptAsync("baoCaoTongHop", PlanRun.Chair);
        await run.MoveClockAsync("2020-05-20T11:00:00+07:00");
    }

    private static async Task ExtendAsync(PlanRun run)
    {
        var task = (await run.TasksAsync("keHoach", null, u => u == Extended)).Single();
        if (task["deadline"]!["extendedDue"] is not null) return;
        var (status, body) = await run.SendAsync(PlanRun.Officer, HttpMethod.Post, "api/deadlines/extend", JsonContent.Create(new
        {
            taskIds = new[] { task["id"]!.GetValue<string>() }, lastDay = "2020-01-10", reason = "Đơn vị thay đổi nhân sự.", document = "31/CV-CĐYT",
        }));
        (status, body!["count"]!.GetValue<int>()).ShouldBe((HttpStatusCode.OK, 1));
    }
}
