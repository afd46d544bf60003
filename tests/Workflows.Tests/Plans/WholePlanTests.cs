using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Unions.Plans;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;
using static Workflows.Tests.Plans.OnePlan;

namespace Workflows.Tests.Plans;

/// <summary>Plan 23 on the real engine, from the chair's desk to the closed file, and the turns that it can take on the way.</summary>
public sealed class WholePlanTests : IAsyncLifetime
{
    private Postgres database = null!;
    private Installation installation = null!;
    private WebApplication app = null!;
    private Guid plan;

    public async Task InitializeAsync()
    {
        database = await Postgres.CreateDatabase();
        installation = await Installation.OpenAsync(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Workflows"] = database.ConnectionString, ["Workflows:Mode"] = "Demo" }).Build());
        app = HostSetup.Build(new WebApplicationOptions { ApplicationName = "WorkflowHost", ContentRootPath = Postgres.HostFolder() }, installation);
        await app.Services.GetRequiredService<LoadDemo>().RunAsync();
        plan = await ScalarAsync<Guid>(database.DataSource, "select id from plan");
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        await installation.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task It_runs_from_the_signature_to_the_closed_file()
    {
        await SignAndIssueAsync();
        (await ScalarAsync<string>(database.DataSource, "select number_text from plan")).ShouldBe("23/KH-CĐYT");
        (await ScalarAsync<long>(database.DataSource, "select count(*) from outbox where kind = 'distribution'")).ShouldBe(36);
        (await ScalarAsync<long>(database.DataSource, "select count(*) from instance where parent_id is not null")).ShouldBe(34);
        (await OpenAsync()).ShouldBe("chonDonViDiem keHoach phanBoDaiBieu soDaiBieuNganh thongBaoTinh");

        foreach (var unit in await UnitsAsync()) await HandInAsync("keHoach", unit, PlanOf(unit));
        (await OpenAsync()).ShouldBe("chonDonViDiem hoiNghi phanBoDaiBieu soDaiBieuNganh thongBaoTinh");

        // The allocation comes before any conference was held; the units' lists open when both are there.
        await DoAsync("phanBoDaiBieu", "chuyenvien.cdyt", new JsonObject { ["phanBo"] = new JsonArray([.. (await UnitsAsync()).Select(u => (JsonNode)new JsonObject { ["donVi"] = u.Code, ["soLuong"] = 2 })]) });
        (await OpenAsync()).ShouldBe("chonDonViDiem hoiNghi soDaiBieuNganh thongBaoTinh");
        foreach (var unit in await UnitsAsync()) await HandInAsync("hoiNghi", unit, RecordOf(unit));
        foreach (var unit in await UnitsAsync())
        {
            await HandInAsync("danhSach", unit, new JsonObject { ["danhSach"] = new JsonArray(Delegate(1), Delegate(2)) });
            await HandInAsync("baoCao", unit, new JsonObject { ["ketQua"] = "Hội nghị thành công." });
        }

        (await ScalarAsync<long>(database.DataSource, "select count(*) from instance where parent_id is not null and sub_status = 'Finished'")).ShouldBe(34);
        await DoAsync("chonDonViDiem", "chuyenvien.cdyt", new JsonObject { ["donViDiem"] = "CDCS-BVDKT" });
        await DoAsync("soDaiBieuNganh", "chutich.cdyt", new JsonObject { ["soDaiBieu"] = 250 });
        await DoAsync("hoiNghiNganh", "chuyenvien.cdyt", new JsonObject { ["ngayHoiNghi"] = "2019-12-17", ["thoiLuong"] = "nua-ngay", ["soDienHinh"] = 175, ["soKhachMoi"] = 75, ["chuongTrinh"] = Agenda() });
        (await OpenAsync()).ShouldBe("thongBaoTinh", "the dossier waits for the province's notice");
        await DoAsync("thongBaoTinh", "vanthu.cdyt", new JsonObject { ["ngayDen"] = "2019-12-17", ["soKyHieu"] = "15 /TB- LĐLĐ", ["trichYeu"] = "Phân bổ đại biểu", ["soDaiBieu"] = 12 });
        (await ScalarAsync<int>(database.DataSource, "select places from incoming_document where number_text = '15/TB-LĐLĐ'")).ShouldBe(12);
        (await OpenAsync()).ShouldBe("guiHoSo");
        (await ScalarAsync<string>(database.DataSource, "select s.body #>> '{context,soDaiBieuTinh}' from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'guiHoSo'")).ShouldBe("12");

        await CloseAsync("guiHoSo", "Hồ sơ gửi trực tiếp.");
        await DoAsync("ghiNhanTiepNhan", "vanthu.cdyt", new JsonObject { ["ngayNhan"] = "2019-12-17" });
        (await ScalarAsync<long>(database.DataSource, "select jsonb_array_length(summary -> 'units')::bigint from plan")).ShouldBe(34);
        await DoAsync("baoCaoTongHop", "chuyenvien.cdyt", new JsonObject { ["nhanXet"] = "Hoàn thành." });
        await AcceptAsync("baoCaoTongHop", null, "chutich.cdyt");

        (await ScalarAsync<string>(database.DataSource, "select status from plan")).ShouldBe("closed");
        (await ScalarAsync<string>(database.DataSource, "select sub_status from instance where parent_id is null")).ShouldBe("Finished");
        (await ScalarAsync<long>(database.DataSource, "select count(*) from incident")).ShouldBe(0);
        (await OpenAsync()).ShouldBe("");
    }

    [Fact]
    public async Task A_plan_that_is_sent_back_twice_is_checked_again_each_time()
    {
        await DoAsync("kyBanHanh", "chutich.cdyt", new JsonObject { ["yKien"] = "Thiếu nơi nhận." }, "TraLai");
        (await OpenAsync(), await ScalarAsync<string>(database.DataSource, "select status from plan")).ShouldBe(("soanThao", "draft"));
        await DoAsync("soanThao", "chuyenvien.cdyt", []);
        await DoAsync("kiemTraNoiDung", "chanhvanphong.cdyt", [], "TraLai");
        (await OpenAsync()).ShouldBe("soanThao");
        await DoAsync("soanThao", "chuyenvien.cdyt", []);
        await DoAsync("kiemTraNoiDung", "chanhvanphong.cdyt", [], "Dat");
        await DoAsync("kiemTraTheThuc", "vanthu.cdyt", [], "TraLai");
        await DoAsync("soanThao", "chuyenvien.cdyt", []);
        await DoAsync("kiemTraNoiDung", "chanhvanphong.cdyt", [], "Dat");
        await DoAsync("kiemTraTheThuc", "vanthu.cdyt", [], "Dat");
        await SignAndIssueAsync();

        (await ScalarAsync<long>(database.DataSource, "select count(*) from instance where parent_id is not null")).ShouldBe(34);
        (await ScalarAsync<long>(database.DataSource, "select count(*) from incident")).ShouldBe(0);
    }

    /// <summary>Domain §7.4 with 640 staff: 230 asked for, 240 granted, and the record is checked against 240.</summary>
    [Fact]
    public async Task More_than_200_delegates_go_before_the_chair_of_the_sector()
    {
        await SignAndIssueAsync();
        var unit = (await UnitsAsync()).Single(u => u.Code == "CDCS-BVDKT");
        var asked = PlanOf(unit);
        (asked["soDaiBieu"], asked["xinTang"], asked["lyDoXinTang"]) = (230, true, "Đơn vị có 640 người.");

        await HandInAsync("keHoach", unit, asked);
        (await ScalarAsync<string>(database.DataSource, "select u.code from task t join unit u on u.id = t.unit_id where t.activity_id = 'quyetDinhTang' and t.status = 'open'")).ShouldBe("CDYT-TB");
        (await ScalarAsync<string>(database.DataSource, "select concat_ws('|', s.body #>> '{context,donVi}', s.body #>> '{context,soDeNghi}') from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'quyetDinhTang'"))
            .ShouldBe("Công đoàn cơ sở Bệnh viện đa khoa tỉnh|230");
        (await ScalarAsync<long>(database.DataSource, "select count(*) from task where activity_id = 'hoiNghi'")).ShouldBe(0);
        await DoAsync("quyetDinhTang", "chutich.cdyt", new JsonObject { ["soDuocDuyet"] = 240 }, "DongY");

        (await ScalarAsync<string>(database.DataSource, "select s.body #>> '{context,soDaiBieuDuocDuyet}' from task t join task_spec s on s.id = t.spec_id where t.activity_id = 'hoiNghi'")).ShouldBe("240");
    }

    private async Task SignAndIssueAsync()
    {
        await DoAsync("kyBanHanh", "chutich.cdyt", [], "Ky");
        var now = Now;
        var issued = await IssuePlan.RunAsync(database.DataSource, await ActorAsync(database.DataSource, "vanthu.cdyt"), plan, null, now, now);
        issued.ShouldBeOfType<PlanIssue.Issued>().Number.ToString().ShouldBe("23/KH-CĐYT");
        await app.Services.GetRequiredService<ReadyWorker>().RunAllAsync();
    }

    private DateTimeOffset Now => app.Services.GetRequiredService<BusinessClock>().Now();

    private async Task<(Guid Id, int Revision)> FindAsync(string activity, string? unit, string status)
    {
        await using var read = database.DataSource.CreateCommand("""
            select t.id, t.revision from task t join instance i on i.id = t.instance_id left join unit u on u.id = i.unit_id
            where t.activity_id = $1 and t.status = $2 and ($3::text is null or u.code = $3)
            """);
        read.Parameters.Add(new() { Value = activity });
        read.Parameters.Add(new() { Value = status });
        read.Parameters.Add(new() { Value = (object?)unit ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var rows = await read.ExecuteReaderAsync();
        (await rows.ReadAsync()).ShouldBeTrue($"no {status} task {activity} {unit}; open: {await OpenAsync()}");
        return (rows.GetGuid(0), rows.GetInt32(1));
    }

    private async Task DoAsync(string activity, string user, JsonObject data, string? outcome = null, string? unit = null)
    {
        var task = await FindAsync(activity, unit, "open");
        var answer = await app.Services.GetRequiredService<CompleteTask>().CompleteAsync(
            await ActorAsync(database.DataSource, user), new(task.Id, task.Revision, null, outcome, JsonNode.Parse(data.ToJsonString())!.AsObject(), null), Now, Now);
        answer.ShouldBeOfType<TaskAnswer.Done>($"{activity}: {(answer as TaskAnswer.Invalid)?.Errors.FirstOrDefault()}");
        await app.Services.GetRequiredService<ReadyWorker>().RunAllAsync();
    }

    private async Task AcceptAsync(string activity, string? unit, string user)
    {
        var task = await FindAsync(activity, unit, "submitted");
        (await app.Services.GetRequiredService<AcceptTask>().AcceptAsync(await ActorAsync(database.DataSource, user), new(task.Id, task.Revision, null, null), Now, Now)).ShouldBeOfType<TaskAnswer.Done>();
        await app.Services.GetRequiredService<ReadyWorker>().RunAllAsync();
    }

    private async Task CloseAsync(string activity, string reason)
    {
        var task = await FindAsync(activity, null, "open");
        (await app.Services.GetRequiredService<CloseTask>().CloseAsync(await ActorAsync(database.DataSource, "chuyenvien.cdyt"), new(task.Id, task.Revision, null, reason), Now, Now)).ShouldBeOfType<TaskAnswer.Done>();
        await app.Services.GetRequiredService<ReadyWorker>().RunAllAsync();
    }

    private async Task HandInAsync(string activity, (string Code, int Headcount) unit, JsonObject data)
    {
        await DoAsync(activity, "chutich." + unit.Code["CDCS-".Length..].ToLowerInvariant(), data, unit: unit.Code);
        await AcceptAsync(activity, unit.Code, "chuyenvien.cdyt");
    }

    private async Task<List<(string Code, int Headcount)>> UnitsAsync()
    {
        await using var read = database.DataSource.CreateCommand("select code, (attributes ->> 'headcount')::int from unit where kind = 'GrassrootsUnion' order by id");
        await using var rows = await read.ExecuteReaderAsync();
        var units = new List<(string, int)>();
        while (await rows.ReadAsync()) units.Add((rows.GetString(0), rows.GetInt32(1)));
        return units;
    }

    private async Task<string> OpenAsync() =>
        await ScalarAsync<string>(database.DataSource, "select coalesce(string_agg(distinct activity_id, ' ' order by activity_id), '') from task where status in ('open', 'submitted')");

    private static JsonObject PlanOf((string Code, int Headcount) unit) => new()
    {
        ["ngayKeHoach"] = "2019-12-17",
        ["tongSoLaoDong"] = unit.Headcount,
        ["hinhThuc"] = "tuyen-duong",
        ["quyMo"] = unit.Headcount > 200 ? "dai-bieu" : "toan-the",
        ["soDaiBieu"] = unit.Headcount > 200 ? 180 : null,
        ["ngayDuKien"] = "2020-03-10",
        ["thoiLuong"] = "nua-ngay",
        ["diaDiem"] = "Hội trường",
        ["chuongTrinh"] = Agenda(),
    };

    private static JsonObject RecordOf((string Code, int Headcount) unit) => new()
    {
        ["ngayHoiNghi"] = "2019-12-17",
        ["thoiLuong"] = "nua-ngay",
        ["quyMo"] = unit.Headcount > 200 ? "dai-bieu" : "toan-the",
        ["soDienHinh"] = 70,
        ["soKhachMoi"] = 30,
        ["soNu"] = 50,
        ["chuongTrinh"] = Agenda(),
    };

    private static JsonObject Delegate(int n) => new() { ["hoTen"] = $"Đại biểu {n}", ["gioiTinh"] = n == 1 ? "nu" : "nam", ["loai"] = "lao-dong-sang-tao", ["trucTiep"] = true };

    private static JsonArray Agenda() => ["khai-mac", "bao-cao-tong-ket", "tham-luan", "bieu-duong", "phat-dong", "huong-ung", "thong-qua-danh-sach", "be-mac"];
}
