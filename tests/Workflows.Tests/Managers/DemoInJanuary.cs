using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Running;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;

namespace Workflows.Tests.Managers;

/// <summary>
/// The demo on Wed 08/01/2020 at 08:15: plan 23 issued on 17/12/2019; the provincial hospital was returned once and accepted, the maternity
/// hospital accepted, the dermatology hospital handed in on 07/01 and waits, all others are silent.
/// </summary>
public sealed class DemoInJanuary : IAsyncLifetime
{
    // What happened until then is told once; each of these goes on from there.
    private static readonly Lazy<Task<(Postgres Database, IReadOnlyList<CaughtMail> Mails)>> Told = new(TellOnceAsync);

    private readonly Dictionary<string, string> tokens = [];
    private Postgres database = null!;
    private Installation installation = null!;
    private int operation;

    public WebApplication App { get; private set; } = null!;
    public Guid PlanId { get; private set; }

    public async Task InitializeAsync()
    {
        var (told, mails) = await Told.Value;
        await StartAsync(await told.CloneAsync());
        foreach (var mail in mails) installation.Catcher!.Keep(mail);
        await using var command = database.DataSource.CreateCommand("select id from plan");
        PlanId = (Guid)(await command.ExecuteScalarAsync())!;
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await database.DisposeAsync();
    }

    /// <summary>A program with a bearer token, or nobody.</summary>
    public async Task<HttpClient> ProgramAsync(string? user = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(App.Urls.First()), Timeout = Postgres.Patience };
        if (user is null) return client;
        if (!tokens.TryGetValue(user, out var token))
        {
            var answer = await client.PostAsJsonAsync("/api/sign-in", new { userName = user, password = DemoAccounts.Password });
            tokens[user] = token = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["accessToken"]!.ToString();
        }

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A browser with a session, in Vietnamese unless told otherwise.</summary>
    public async Task<HttpClient> BrowserAsync(string user, string language = "vi")
    {
        var cookies = new CookieContainer();
        var handler = new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false };
        var client = new HttpClient(handler) { BaseAddress = new Uri(App.Urls.First()), Timeout = Postgres.Patience };
        cookies.Add(client.BaseAddress, new Cookie("workflows.language", language));
        var form = await client.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        using var body = Form(form, ("UserName", user), ("Password", DemoAccounts.Password));
        (await client.PostAsync(new Uri("/sign-in", UriKind.Relative), body)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return client;
    }

    /// <summary>A form's fields with the antiforgery token of the page it stands on.</summary>
    public static FormUrlEncodedContent Form(string page, params (string Name, string Value)[] fields)
    {
        var token = Regex.Match(page, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        return new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
    }

    /// <summary>A page's words: without tags, entities decoded, plain spaces.</summary>
    public static string Words(string html) =>
        Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(html, "<(script|style)[^>]*>.*?</\\1>|<[^>]+>", " ", RegexOptions.Singleline)), "[\\s\u00a0\u200a]+", " ");

    /// <summary>The open or submitted task of a unit.</summary>
    public async Task<JsonNode> TaskAsync(string user, string activity, string? unit = null)
    {
        using var client = await ProgramAsync(user);
        string? after = null;
        while (true)
        {
            var page = (await client.GetFromJsonAsync<JsonNode>($"/api/tasks?limit=200{(unit is null ? "" : "&unit=" + unit)}{(after is null ? "" : "&after=" + after)}"))!;
            var found = page["items"]!.AsArray().FirstOrDefault(t =>
                t!["activity"]!.ToString() == activity && t["status"]!.ToString() is "open" or "submitted" && t["activity"]!.ToString() == activity && (unit is null || t["unit"]!["code"]!.ToString() == unit));
            if (found is not null) return found;
            after = page["next"]?.ToString() ?? throw new InvalidOperationException($"{user} has no open task {activity}.");
        }
    }

    /// <summary>The pulse may hold the instance when an event for it is answered: this waits for its turn.</summary>
    public async Task SettleAsync(string instance)
    {
        for (var turn = 0; turn < 2; turn++) await App.Services.GetRequiredService<Runner>().RunNowAsync(Guid.Parse(instance));
    }

    /// <summary>The pulse may hold some of many instances, and passing over them is not an end: this waits until no event is left.</summary>
    public async Task SettleAllAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (await App.Services.GetRequiredService<ReadyWorker>().RunAllAsync() > 0 || await CountAsync("select count(*) from instance_event") > 0)
        {
            if (TimeProvider.System.GetElapsedTime(since) > Postgres.Patience) throw new TimeoutException("Events are left.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>A number out of the database.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Changes the database behind the program's back.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Moves the clock by the demo's API.</summary>
    public async Task ClockAsync(string local)
    {
        using var client = await ProgramAsync();
        (await client.PostAsJsonAsync("/api/demo/clock", new { to = local + ":00+07:00" })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<(Postgres Database, IReadOnlyList<CaughtMail> Mails)> TellOnceAsync()
    {
        var teller = new DemoInJanuary();
        await teller.StartAsync(await Postgres.CreateDemo());
        await teller.TellAsync();
        await teller.StopAsync();
        await teller.database.DataSource.DisposeAsync();
        return (teller.database, teller.installation.Catcher!.Mails);
    }

    private async Task StartAsync(Postgres on)
    {
        database = on;
        installation = await Postgres.OpenAsync(on);
        App = await Postgres.ServeAsync(installation);
    }

    private async Task StopAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        await installation.DisposeAsync();
    }

    private async Task TellAsync()
    {
        await DoAsync("chutich.cdyt", await TaskAsync("chutich.cdyt", "kyBanHanh"), "complete", new JsonObject { ["outcome"] = "Ky", ["data"] = new JsonObject() });
        using (var clerk = await ProgramAsync("vanthu.cdyt"))
        {
            var plan = (await clerk.GetFromJsonAsync<JsonNode>("/api/plans"))!["items"]![0]!["id"];
            (await clerk.PostAsJsonAsync($"/api/plans/{plan}/issue", new { })).EnsureSuccessStatusCode();
        }

        await ClockAsync("2019-12-27T09:00");
        await HandInAsync("bvdkt", 640);
        await HandInAsync("bvps", 368);
        await ClockAsync("2019-12-30T10:00");
        await DecideAsync("CDCS-BVPS", "accept", []);
        await DecideAsync("CDCS-BVDKT", "return", new JsonObject { ["reason"] = "Thiếu mục 7.", ["lastDay"] = "2020-01-03" });
        await ClockAsync("2020-01-03T09:00");
        await HandInAsync("bvdkt", 640);
        await ClockAsync("2020-01-06T09:00");
        await DecideAsync("CDCS-BVDKT", "accept", []);
        await ClockAsync("2020-01-07T09:00");
        await HandInAsync("bvdl", 150);
        await ClockAsync("2020-01-08T08:15");
    }

    private Task DecideAsync(string unit, string verb, JsonObject body) => Task.Run(async () =>
        await DoAsync("chuyenvien.cdyt", await TaskAsync("chuyenvien.cdyt", "keHoach", unit), verb, body));

    private async Task HandInAsync(string chair, int headcount)
    {
        var data = new JsonObject
        {
            ["soKyHieu"] = "05/KH-CĐCS",
            ["ngayKeHoach"] = "2019-12-25",
            ["tongSoLaoDong"] = headcount,
            ["hinhThuc"] = "tuyen-duong",
            ["ngayDuKien"] = "2020-02-21",
            ["quyMo"] = headcount < 200 ? "toan-the" : "dai-bieu",
            ["buoi"] = "sang",
            ["thoiLuong"] = "nua-ngay",
            ["diaDiem"] = "Hội trường",
            ["chuongTrinh"] = new JsonArray("khai-mac", "bao-cao-tong-ket", "tham-luan", "bieu-duong", "phat-dong", "huong-ung", "thong-qua-danh-sach", "be-mac"),
        };
        if (headcount >= 200) data["soDaiBieu"] = 180;
        await DoAsync("chutich." + chair, await TaskAsync("chutich." + chair, "keHoach"), "complete", new JsonObject { ["data"] = data });
    }

    private async Task DoAsync(string user, JsonNode task, string verb, JsonObject body)
    {
        using var client = await ProgramAsync(user);
        (body["revision"], body["operationId"]) = (task["revision"]!.DeepClone(), $"op-{++operation}");
        var answer = await client.PostAsJsonAsync($"/api/tasks/{task["id"]}/{verb}", body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>One host for all tests of these pages; tests that change what others read are last in their own class.</summary>
[CollectionDefinition("demo in January")]
public sealed class DemoInJanuaryTests : ICollectionFixture<DemoInJanuary>;
