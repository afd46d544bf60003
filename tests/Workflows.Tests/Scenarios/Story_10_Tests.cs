using System.Text.Json.Nodes;
using WorkflowEngine.Tasks;
using static Workflows.Tests.Scenarios.Plan23;

namespace Workflows.Tests.Scenarios;

/// <summary>Domain §7, story 10: the dossier goes to the province after the conference, the roster after the province's notice.</summary>
public sealed class Story_10_Tests
{
    private const string Officer = "chuyenvien.cdyt";

    [Fact]
    public async Task Story_10_The_conference_releases_the_dossier_and_the_notice_the_roster()
    {
        await using var plan = await ConferenceHeldAsync();
        (await plan.OpenTasksAsync("CDYT-TB")).ShouldBe("chonDonViDiem guiHoSo phanBoDaiBieu thongBaoTinh");

        await plan.ToAsync("2020-05-15 09:00");
        await plan.DoAsync("thongBaoTinh", "vanthu.cdyt", new JsonObject { ["ngayDen"] = "2020-05-15", ["soKyHieu"] = "40/TB-LĐLĐ", ["trichYeu"] = "Phân bổ đại biểu", ["soDaiBieu"] = 12 });
        (await plan.ReadAsync<string>("select number_text || ' ' || places || ' ' || arrived_on from incoming_document")).ShouldBe("40/TB-LĐLĐ 12 2020-05-15");
        (await plan.OpenTasksAsync("CDYT-TB")).ShouldBe("chonDonViDiem danhSachTinh guiHoSo phanBoDaiBieu");
        (await plan.TryAsync("danhSachTinh", Officer, Roster(11))).ShouldBeOfType<TaskAnswer.Invalid>().Errors["danhSach"].Vi.ShouldContain("đúng số đại biểu");
        await plan.ToAsync("2020-05-22 10:00");
        await plan.DoAsync("danhSachTinh", Officer, Roster(12));
        await plan.DoAsync("guiHoSo", Officer, await DossierAsync(plan, "2020-05-22"));

        // T-10 was on 11/05, before the dossier could begin; then T-5, T-3, T-1.
        plan.MailsTo(Officer).Where(at => string.CompareOrdinal(at, "2020-05-12") > 0).Intersect(["2020-05-11 08:00", "2020-05-18 08:00", "2020-05-20 08:00", "2020-05-22 08:00", "2020-05-25 08:00"])
            .ShouldBe(["2020-05-18 08:00", "2020-05-20 08:00", "2020-05-22 08:00"]);
        (await LatenessAsync(plan)).ShouldBe(Lateness.None);
        await plan.ToAsync("2020-05-25 09:00");
        await plan.DoAsync("ghiNhanTiepNhan", "vanthu.cdyt", new JsonObject { ["ngayNhan"] = "2020-05-25", ["cachXacNhan"] = "phieu-tiep-nhan" });

        // A roster of twelve was handed in by then; nobody on it stands in any mail.
        await plan.ToAsync("2020-06-01 09:00");
        plan.AllWords.ShouldContain("23/KH-CĐYT");
        plan.AllWords.ShouldNotContain("Đại biểu 1");
    }

    [Fact]
    public async Task Story_10_Sent_on_Monday_25_May_it_is_one_day_late()
    {
        await using var plan = await ConferenceHeldAsync();
        await plan.ToAsync("2020-05-25 08:00");
        await plan.DoAsync("guiHoSo", Officer, await DossierAsync(plan, "2020-05-25"));
        (await LatenessAsync(plan)).ShouldBe(new Lateness(true, 1));
        (await plan.OpenTasksAsync("CDYT-TB")).ShouldBe("chonDonViDiem phanBoDaiBieu thongBaoTinh", "the receipt waits for the roster");
    }

    /// <summary>Row S2-21: the seed names no date; the internal one (before 25/05, "do đơn vị đặt") makes nobody late.</summary>
    [Fact]
    public async Task Story_10_A_result_report_that_is_missing_is_not_overdue()
    {
        await using var plan = await Plan23.IssuedAsync();
        await plan.HandInAsync("keHoach", "CDCS-TTYTHA", PlanOf(88));
        await plan.HandInAsync("hoiNghi", "CDCS-TTYTHA", RecordOf(88));
        await plan.ToAsync("2020-06-10 09:00");
        var report = (await plan.Get<WorkflowHost.Api.TaskQueries>().ListAsync(
            await Plans.OnePlan.ActorAsync(plan.Database, Officer), new("all", null, "CDCS-TTYTHA", null, "baoCao", null, null, 5), plan.Now)).ShouldHaveSingleItem();
        (report.Status, report.Deadline.LegalDue, report.Deadline.TargetDue, report.Lateness).ShouldBe(("open", null, At("2020-05-25 00:00"), Lateness.None));
    }

    /// <summary>Plan 23 on Tue 12/05/2020 with the sector conference held, in time.</summary>
    private static async Task<Plan23> ConferenceHeldAsync()
    {
        var plan = await Plan23.IssuedAsync();
        await plan.DoAsync("soDaiBieuNganh", "chutich.cdyt", new JsonObject { ["soDaiBieu"] = 250 });
        await plan.ToAsync("2020-05-12 15:00");
        (await plan.OpenTasksAsync("CDYT-TB")).ShouldNotContain("guiHoSo");
        await plan.DoAsync("hoiNghiNganh", Officer, new JsonObject { ["ngayHoiNghi"] = "2020-05-12", ["thoiLuong"] = "nua-ngay", ["soDienHinh"] = 175, ["soKhachMoi"] = 75, ["chuongTrinh"] = Agenda() });
        return plan;
    }

    private static async Task<JsonObject> DossierAsync(Plan23 plan, string sent) => new()
    {
        ["baoCaoTongKet"] = await plan.UploadAsync("guiHoSo", Officer, "bao-cao.pdf"),
        ["tepDanhSach"] = await plan.UploadAsync("guiHoSo", Officer, "danh-sach.pdf"),
        ["ngayGui"] = sent,
    };

    private static JsonObject Roster(int rows) => new()
    {
        ["danhSach"] = new JsonArray([.. Enumerable.Range(1, rows).Select(i => (JsonNode)new JsonObject { ["hoTen"] = $"Đại biểu {i}", ["gioiTinh"] = i <= 5 ? "nu" : "nam", ["donVi"] = "CĐCS" })]),
    };

    private static async Task<Lateness> LatenessAsync(Plan23 plan) => (await plan.Get<WorkflowHost.Api.TaskQueries>().ListAsync(
        await Plans.OnePlan.ActorAsync(plan.Database, Officer), new("all", null, null, null, "guiHoSo", null, null, 5), plan.Now)).ShouldHaveSingleItem().Lateness;
}
