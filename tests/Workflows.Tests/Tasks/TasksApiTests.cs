using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WorkflowEngine;
using WorkflowEngine.Storage;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

/// <summary>The endpoints with their codes; the person stands in a header instead of a session.</summary>
public sealed class TasksApiTests
{
    [Fact]
    public async Task A_task_goes_from_the_inbox_to_acceptance()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        using var chair = await ClientAsync(bench, host, Chair);
        using var officer = await ClientAsync(bench, host, Officer);

        var item = (await GetAsync(chair, "/api/tasks?mine=work"))["items"]!.AsArray().ShouldHaveSingleItem()!;
        item["title"]!["en"]!.ToString().ShouldBe("Hand in the plan");
        item["deadline"]!["lastDay"]!.ToString().ShouldBe("2019-12-31");
        item["unit"]!["code"]!.ToString().ShouldBe("CDCS-BVDKT");
        item["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldContain("complete");

        (await PostAsync(chair, $"/api/tasks/{task}/complete", """{"data":{"a":1}}""")).ShouldBe((428, "precondition_required"));
        (await PostAsync(chair, $"/api/tasks/{task}/complete", """{"revision":1,"data":{"a":1}}""")).ShouldBe((200, "submitted"));
        (await PostAsync(chair, $"/api/tasks/{task}/complete", """{"revision":1,"data":{"a":1}}""")).ShouldBe((409, "conflict"));
        (await GetAsync(officer, "/api/tasks?mine=review"))["items"]!.AsArray().Count.ShouldBe(1);
        (await PostAsync(officer, $"/api/tasks/{task}/return", """{"revision":2,"reason":"Thiếu","lastDay":"2099-01-03"}""")).ShouldBe((200, "open"));
        (await PostAsync(chair, $"/api/tasks/{task}/complete", """{"data":{"a":2}}""", "\"3\"")).ShouldBe((200, "submitted"));
        (await PostAsync(officer, $"/api/tasks/{task}/close", """{"revision":4,"reason":" "}""")).ShouldBe((422, "validation"));

        var detail = await GetAsync(officer, $"/api/tasks/{task}");
        detail["history"]!["rounds"]!.AsArray().Select(r => r!["decision"]?.ToString()).ShouldBe(["returned", null]);
        detail["history"]!["entries"]!.AsArray().Select(e => e!["action"]!.ToString()).ShouldBe(["task.submitted", "task.returned", "task.submitted"]);
        detail["task"]!["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldBe(["accept", "return", "close", "extend", "follow-up", "comment"]);
    }

    [Fact]
    public async Task The_history_names_roles_also_where_none_was_written_down_with_what_was_done()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        using var chair = await ClientAsync(bench, host, Chair);
        using var officer = await ClientAsync(bench, host, Officer);
        (await bench.Open.OpenAsync(await bench.ActorAsync(Chair), task, Issue, Issue)).ShouldBeTrue();
        await PostAsync(officer, $"/api/tasks/{task}/comments", """{"text":"Nhớ mục 7."}""");

        var entries = (await GetAsync(chair, $"/api/tasks/{task}"))["history"]!["entries"]!.AsArray();
        entries.Select(e => (e!["action"]!.ToString(), e["role"]?["en"]?.ToString(), e["unit"]?.ToString())).ShouldBe(
            [("task.opened", "Chair", "Công đoàn cơ sở Bệnh viện đa khoa tỉnh"), ("task.commented", "Case officer", "Công đoàn ngành Y tế Thái Bình")]);
    }

    [Fact]
    public async Task A_return_queues_one_mail_to_whoever_handed_it_in()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        using var chair = await ClientAsync(bench, host, Chair);
        using var officer = await ClientAsync(bench, host, Officer);
        await PostAsync(chair, $"/api/tasks/{task}/complete", """{"revision":1,"data":{"a":1}}""");
        const string body = """{"revision":2,"operationId":"tra-1","reason":"Thiếu mục 7.","lastDay":"2099-01-02"}""";
        (await PostAsync(officer, $"/api/tasks/{task}/return", body)).ShouldBe((200, "open"));
        (await PostAsync(officer, $"/api/tasks/{task}/return", body)).ShouldBe((200, "open"));

        var queued = await bench.RowAsync("outbox", "kind = 'returned'");
        (queued["to_address"]!.ToString(), queued["status"]!.ToString()).ShouldBe(("chutich.bvdkt@cdyt.example.vn", "queued"));
        var mail = new WorkflowHost.Email.MailRenderer("https://kehoach.example.vn").Render("returned", queued["data"]!.ToJsonString(), "vi");
        mail.Subject.ShouldContain("Trả lại: Nộp kế hoạch, nộp lại 02/01/2099");
        mail.Text.ShouldContain("Thiếu mục 7.");
        (await bench.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_handed_it_in_is_refused_by_name_of_the_rule_and_told_who_may()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        await bench.AppointAsync(Officer, "CDCS-BVDKT", "Chair");
        using var both = await ClientAsync(bench, host, Officer);
        (await PostAsync(both, $"/api/tasks/{task}/complete", """{"revision":1,"data":{}}""")).ShouldBe((200, "submitted"));
        (await GetAsync(both, "/api/tasks?mine=review"))["items"]!.AsArray().ShouldBeEmpty();
        var detail = await GetAsync(both, $"/api/tasks/{task}");
        detail["task"]!["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldNotContain("accept");
        detail["deciders"]!.AsArray().Select(d => d!["role"]!["vi"]!.ToString()).ShouldBe(["Chánh Văn phòng", "Chủ tịch", "Phó Chủ tịch"], ignoreOrder: true);

        foreach (var verb in (string[])["accept", "return"])
        {
            var refused = await both.PostAsync(new Uri($"/api/tasks/{task}/{verb}", UriKind.Relative), Json("""{"revision":2,"reason":"x","lastDay":"2099-01-03"}"""));
            var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
            ((int)refused.StatusCode, problem["type"]!.ToString()).ShouldBe((403, "own_submission"));
            problem["titleVi"]!.ToString().ShouldContain("Chủ tịch (Công đoàn ngành Y tế Thái Bình)");
            problem["title"]!.ToString().ShouldContain("somebody else decides");
        }

        using var chair = await ClientAsync(bench, host, "chutich.cdyt");
        (await GetAsync(chair, "/api/tasks?mine=review"))["items"]!.AsArray().Count.ShouldBe(1);
        (await bench.AcceptAsync("chutich.cdyt", task, 2)).ShouldBeOfType<WorkflowEngine.Tasks.TaskAnswer.Done>();
    }

    [Fact]
    public async Task Strangers_see_nothing()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        using var stranger = await ClientAsync(bench, host, Stranger);
        using var nobody = host.GetTestClient();
        (await GetAsync(stranger, "/api/tasks"))["items"]!.AsArray().ShouldBeEmpty();
        (await stranger.GetAsync(new Uri($"/api/tasks/{task}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(stranger, $"/api/tasks/{task}/claim", """{"revision":1}""")).ShouldBe((404, "not_found"));
        (await nobody.GetAsync(new Uri("/api/tasks", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Lists_go_on_where_they_stopped()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var all = new List<Guid>();
        for (var i = 0; i < 5; i++) all.Add(await bench.AddAsync(dated: i % 2 == 0));
        using var officer = await ClientAsync(bench, host, Officer);
        var (seen, next) = (new List<Guid>(), "");
        do
        {
            var page = await GetAsync(officer, $"/api/tasks?status=open&unit=CDCS-BVDKT&limit=2{next}");
            seen.AddRange(page["items"]!.AsArray().Select(i => i!["id"]!.GetValue<Guid>()));
            next = page["next"] is { } place ? $"&after={place}" : "";
        }
        while (next.Length > 0);
        seen.ShouldBe(all, ignoreOrder: true);
        (await officer.GetAsync(new Uri("/api/tasks?after=x!", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await officer.GetAsync(new Uri("/api/tasks?mine=yours", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Deadlines_are_listed_with_the_next_rung_and_extended_by_activity()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        using var officer = await ClientAsync(bench, host, Officer);
        var deadlines = JsonNode.Parse(await officer.GetStringAsync(new Uri("/api/deadlines", UriKind.Relative)))!.AsArray();
        deadlines.Single()!["nextRung"]!.ToString().ShouldBe("T-5");
        var plan = (await bench.TaskRowAsync(task))["root_id"]!.ToString();
        var extend = $$"""{"planId":"{{plan}}","activity":"nopKeHoach","units":["CDCS-BVDKT"],"lastDay":"2099-01-15","reason":"Dịch","document":"45/TB"}""";
        var once = extend.Replace("{\"planId\"", "{\"operationId\":\"gia-han\",\"planId\"", StringComparison.Ordinal);
        for (var i = 0; i < 2; i++) (await officer.PostAsync(new Uri("/api/deadlines/extend", UriKind.Relative), Json(once))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(officer, "/api/deadlines/extend", once.Replace("Dịch", "Khác", StringComparison.Ordinal))).ShouldBe((422, "operation_reused"));
        (await PostAsync(officer, "/api/deadlines/extend", extend)).ShouldBe((409, "conflict"));
        (await GetAsync(officer, $"/api/tasks/{task}"))["task"]!["deadline"]!["lastDay"]!.ToString().ShouldBe("2099-01-15");
        (await PostAsync(officer, "/api/deadlines/extend", """{"reason":"x"}""")).ShouldBe((422, "validation"));
    }

    [Fact]
    public async Task Files_go_up_and_come_down()
    {
        await using var bench = await TaskBench.CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        using var chair = await ClientAsync(bench, host, Chair);
        using var form = new MultipartFormDataContent { { new ByteArrayContent("%PDF-1.4 x"u8.ToArray()), "file", "Kế hoạch.pdf" } };
        var sent = await chair.PostAsync(new Uri($"/api/tasks/{task}/attachments?field=tep", UriKind.Relative), form);
        var id = JsonNode.Parse(await sent.Content.ReadAsStringAsync())!["id"]!.ToString();
        var file = await chair.GetAsync(new Uri($"/api/tasks/{task}/attachments/{id}", UriKind.Relative));
        (await file.Content.ReadAsStringAsync()).ShouldBe("%PDF-1.4 x");
        file.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("Kế hoạch.pdf");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        using var raw = new ByteArrayContent("MZ"u8.ToArray());
        (await chair.PostAsync(new Uri($"/api/tasks/{task}/attachments?name=a.pdf", UriKind.Relative), raw)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await chair.DeleteAsync(new Uri($"/api/tasks/{task}/attachments/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await chair.GetAsync(new Uri($"/api/tasks/{task}/attachments/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<WebApplication> HostAsync(TaskBench bench)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddWorkflowEngine(bench.Database, new BusinessClock(TimeProvider.System));
        builder.Services.AddHttpContextAccessor().AddScoped<RequestActor>().AddSingleton<TaskQueries>().AddSingleton<DeadlineQueries>().AddSingleton<ExtensionConsequences>();
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, PersonHeader>("test", null);
        var app = builder.Build();
        app.UseAuthentication();
        app.MapTasksApi();
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpClient> ClientAsync(TaskBench bench, WebApplication host, string who)
    {
        var client = host.GetTestClient();
        client.DefaultRequestHeaders.Add("Person", (await bench.ActorAsync(who)).PersonId.ToString());
        return client;
    }

    private static async Task<JsonObject> GetAsync(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!.AsObject();

    /// <summary>Status, and the new state or the problem's type.</summary>
    private static async Task<(int Status, string Word)> PostAsync(HttpClient client, string path, string body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = Json(body) };
        if (ifMatch is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue(ifMatch));
        var response = await client.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        if (!response.IsSuccessStatusCode) answer["titleVi"]!.ToString().ShouldNotBeNullOrEmpty();
        return ((int)response.StatusCode, (response.IsSuccessStatusCode ? answer["status"] : answer["type"])!.ToString());
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private sealed class PersonHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["Person"].ToString() is { Length: > 0 } id
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
