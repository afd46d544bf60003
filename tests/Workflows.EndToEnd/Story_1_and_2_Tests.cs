using System.Net;
using System.Text.Json.Nodes;

namespace Workflows.EndToEnd;

/// <summary>Stories 1 and 2 of the domain on the real host: plan 23 is signed, numbered and issued; who is on time, who is late, and which mails go when.</summary>
public sealed class Story_1_and_2_Tests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly object SmallUnit = new
    {
        ngayKeHoach = "2019-12-25",
        tongSoLaoDong = 150,
        hinhThuc = "tuyen-duong",
        quyMo = "toan-the",
        ngayDuKien = "2020-02-28",
        thoiLuong = "nua-ngay",
        diaDiem = "Hội trường",
    };

    private static readonly object ProvincialHospital = new
    {
        ngayKeHoach = "2019-12-25",
        tongSoLaoDong = 640,
        hinhThuc = "tuyen-duong",
        quyMo = "dai-bieu",
        soDaiBieu = 180,
        ngayDuKien = "2020-03-06",
        thoiLuong = "nua-ngay",
        diaDiem = "Hội trường lớn",
    };

    [Fact]
    public async Task Story_1_and_2_run_with_their_dates_mails_and_recipients()
    {
        await IssueAsync();
        (await MailsToAsync("chutich.bvdkt")).ShouldBe(["2019-12-17"]);

        await host.MoveClockAsync("2019-12-31T23:59:59+07:00");
        (await MailsToAsync("chutich.bvdkt")).ShouldBe(["2019-12-17", "2019-12-24 08:00", "2019-12-26 08:00", "2019-12-30 08:00", "2019-12-31 08:00"], Case.Sensitive);

        // Story 1: handed in one second before midnight is on time; at midnight it is late.
        var chair = await host.SignInAsync("chutich.bvdkt");
        var onTime = await SubmitAsync(chair, ProvincialHospital);
        onTime["lateness"]!["isLate"]!.GetValue<bool>().ShouldBeFalse();
        await host.MoveClockAsync("2020-01-01T00:00:00+07:00");
        var late = await SubmitAsync(await host.SignInAsync("chutich.bvdkha"), SmallUnit);
        (late["lateness"]!["isLate"]!.GetValue<bool>(), late["lateness"]!["days"]!.GetValue<int>()).ShouldBe((true, 1));

        // The case owner accepts on 02/01: nobody is reminded of these two again, the case owner included.
        await host.MoveClockAsync("2020-01-02T09:00:00+07:00");
        var officer = await host.SignInAsync("chuyenvien.cdyt");
        foreach (var task in (JsonNode[])[onTime, late])
            (await officer.PostAsync($"api/tasks/{task["id"]}/accept", new { revision = task["revision"]!.GetValue<int>() })).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);

        // Story 2: nothing on the holiday; +1 unit, +3 case owner and head of office in one digest, +5 the vice-chair.
        await host.MoveClockAsync("2020-01-08T09:00:00+07:00");
        (await MailsToAsync("chutich.ttythe")).Skip(5).ShouldBe(["2020-01-02 08:00"]);
        (await MailsToAsync("chuyenvien.cdyt")).ShouldBe(["2020-01-06 08:00"]);
        (await MailsToAsync("chanhvanphong.cdyt")).ShouldBe(["2020-01-06 08:00"]);
        (await MailsToAsync("phochutich.cdyt")).ShouldBe(["2020-01-08 08:00"]);
        (await MailsToAsync("chutich.bvdkt")).Count.ShouldBe(5);
    }

    private async Task IssueAsync()
    {
        await host.MoveClockAsync("2019-12-17T10:00:00+07:00");
        var chair = await host.SignInAsync("chutich.cdyt");
        (await chair.CompleteAsync(await chair.TaskAsync("kyBanHanh"), "Ky")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        var clerk = await host.SignInAsync("vanthu.cdyt");
        var plan = (await clerk.GetAsync("api/plans")).Body!["items"]![0]!["id"]!.GetValue<string>();
        var (status, issued) = await clerk.PostAsync($"api/plans/{plan}/issue", new { });
        status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        issued!["number"]!.GetValue<string>().ShouldBe("23/KH-CĐYT");
        await host.MoveClockAsync("2019-12-17T10:05:00+07:00");
        var tasks = (await (await host.SignInAsync("chuyenvien.cdyt")).GetAsync("api/tasks?mine=all&activity=keHoach&limit=200")).Body!["items"]!.AsArray();
        tasks.Select(t => t!["unit"]!["code"]!.GetValue<string>()).Distinct().Count().ShouldBe(34);
        tasks.Count.ShouldBe(34);
    }

    private static async Task<JsonNode> SubmitAsync(Api chair, object data)
    {
        var task = await chair.TaskAsync("keHoach");
        var (status, answer) = await chair.CompleteAsync(task, null, data);
        status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Accepted], answer?.ToJsonString());
        return (await chair.GetAsync($"api/tasks/{task["id"]}")).Body!["task"]!;
    }

    private async Task<List<string>> MailsToAsync(string userName)
    {
        var mails = await host.MailsAsync();
        return [.. mails.Where(m => m!["to"]!.ToString().StartsWith(userName + "@", StringComparison.Ordinal)).Select(m => m!["sentAt"]!.GetValue<string>())
            .Select(at => at[..10] == "2019-12-17" ? at[..10] : at[..16].Replace('T', ' ')).Order()];
    }
}
