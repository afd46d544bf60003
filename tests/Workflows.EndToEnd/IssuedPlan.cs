using System.Net;
using System.Text.Json.Nodes;

namespace Workflows.EndToEnd;

/// <summary>
/// A browser on a host where plan 23 was issued and it is 08:15 on 08/01/2020: some units' plans are accepted, one was returned, one came late and waits
/// for its review, the rest is overdue. The units that tests work for have handed in nothing. Tests on it come one after the other, in no order: each has
/// units and dates that no other looks at, and what changes the plan for everybody is taken back, or done to a plan of its own.
/// </summary>
public sealed class IssuedPlan : IAsyncLifetime
{
    // Left alone for the tests and for the overdue list.
    private static readonly string[] _silent = ["bvdkt", "ttythc", "ttythd", "ttythe", "ttytdp", "ttythi"];

    private readonly object _plan = new
    {
        soKyHieu = "05/KH-CĐCS",
        ngayKeHoach = "2019-12-25",
        tongSoLaoDong = 150,
        hinhThuc = "tuyen-duong",
        quyMo = "toan-the",
        ngayDuKien = "2020-02-28",
        buoi = "sang",
        thoiLuong = "nua-ngay",
        diaDiem = "Hội trường cơ quan",
        chuongTrinh = new[] { "khai-mac", "bao-cao-tong-ket", "tham-luan", "bieu-duong", "phat-dong", "huong-ung", "thong-qua-danh-sach", "be-mac" },
    };

    public Browser Browser { get; } = new();

    public RunningHost Host => Browser.Host;

    public Guid PlanId { get; private set; }

    public async Task InitializeAsync()
    {
        await Browser.InitializeAsync();
        await Host.MoveClockAsync("2019-12-17T10:00:00+07:00");
        var chair = await Host.SignInAsync("chutich.cdyt");
        await DoneAsync(chair.CompleteAsync(await chair.TaskAsync("kyBanHanh"), "Ky"));
        var clerk = await Host.SignInAsync("vanthu.cdyt");
        PlanId = (await clerk.GetAsync("api/plans")).Body!["items"]![0]!["id"]!.GetValue<Guid>();
        await DoneAsync(clerk.PostAsync($"api/plans/{PlanId}/issue", new { }));
        await Host.MoveClockAsync("2019-12-26T09:30:00+07:00");

        var officer = await Host.SignInAsync("chuyenvien.cdyt");
        var units = (await UnitsAsync()).Where(u => !_silent.Contains(u)).Take(Browser.Screens is null ? 4 : 34).ToList();
        foreach (var unit in units.Skip(1)) await HandInAsync(unit);
        var reviews = (await officer.GetAsync("api/tasks?mine=review&limit=200")).Body!["items"]!.AsArray();
        foreach (var (task, i) in reviews.Select((t, i) => (t!, i)))
        {
            await DoneAsync(i == 0
                ? officer.PostAsync($"api/tasks/{task["id"]}/return", new
                {
                    revision = task["revision"]!.GetValue<int>(),
                    operationId = Guid.NewGuid().ToString(),
                    reason = "Chưa đính kèm văn bản kế hoạch đã ký. Đề nghị bổ sung và nộp lại.",
                    lastDay = "2019-12-30",
                })
                : officer.PostAsync($"api/tasks/{task["id"]}/accept", new { revision = task["revision"]!.GetValue<int>(), operationId = Guid.NewGuid().ToString() }));
        }

        await Host.MoveClockAsync("2020-01-07T16:40:00+07:00");
        await HandInAsync(units[0]);
        await Host.MoveClockAsync("2020-01-08T08:15:00+07:00");
    }

    public Task DisposeAsync() => Browser.DisposeAsync();

    private async Task HandInAsync(string unit)
    {
        var chair = await Host.SignInAsync("chutich." + unit);
        await DoneAsync(chair.CompleteAsync(await chair.TaskAsync("keHoach"), null, _plan));
    }

    private async Task<List<string>> UnitsAsync()
    {
        var accounts = (JsonArray)JsonNode.Parse(await Host.Http.GetStringAsync(new Uri("api/demo/accounts", UriKind.Relative)))!;
        return [.. accounts.Where(a => a!["unit"]!.ToString().StartsWith("CDCS-", StringComparison.Ordinal)).Select(a => a!["userName"]!.ToString())
            .Where(n => n.StartsWith("chutich.", StringComparison.Ordinal)).Select(n => n["chutich.".Length..])];
    }

    private static async Task DoneAsync(Task<(HttpStatusCode Status, JsonNode? Body)> command)
    {
        var (status, body) = await command;
        // 202: taken in, the workflow is about to come to it.
        status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Accepted], body?.ToJsonString());
    }
}

/// <summary>Tests on the same plan.</summary>
[CollectionDefinition(Name)]
public sealed class OnTheIssuedPlan : ICollectionFixture<IssuedPlan>
{
    public const string Name = "on the issued plan";
}
