using System.Security.Claims;
using System.Text;
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
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Absences;

/// <summary>
/// Domain §7, story 9: the case owner is away 16-27/03/2020 and delegates in writing to the head of office, with the scope "theo dõi, tiếp nhận kế
/// hoạch 23/KH-CĐYT". Over the API, on the moved clock.
/// </summary>
public sealed class Story_9_Tests
{
    private const string Deputy = "chanhvanphong.cdyt", Third = "vanthu.cdyt";

    [Fact]
    public async Task Story_9_the_deputy_acts_in_the_officers_place_for_this_plan_only_until_28_03_at_0000()
    {
        await using var bench = await CreateAsync();
        await using var host = await HostAsync(bench);
        var (task, other, unitWork) = (await bench.AddAsync(), await bench.AddAsync(), await bench.AddAsync(unit: "CDYT-TB"));
        var plan = await bench.ScalarAsync<Guid>($"select root_id from task where id = '{task}'");
        var (officer, deputy) = ((await bench.ActorAsync(Officer)).PersonId, (await bench.ActorAsync(Deputy)).PersonId);
        foreach (var id in new[] { task, other, unitWork }) await bench.CompleteAsync(id == unitWork ? "chutich.cdyt" : Chair, id, data: "{}", at: Hanoi(2020, 3, 10, 9));
        await host.MoveAsync(Hanoi(2020, 3, 12, 9));

        // Before the absence begins the deputy may do nothing yet.
        var entry = $$"""{"fromDay":"2020-03-16","lastDay":"2020-03-27","reason":"Nghỉ phép","deputies":[{"personId":"{{deputy}}","duties":["review","follow-up"],"plans":["{{plan}}"],"written":true,"document":"12/GUQ-CĐYT"}]}""";
        (await host.PostAsync(Officer, "/api/absences", entry)).Status.ShouldBe(201);
        (await host.PostAsync(Deputy, $"/api/tasks/{task}/accept", """{"revision":2}""")).ShouldBe((403, "forbidden"));

        // From the first day at 00:00: in the plan named, marked, and both people on record.
        await host.MoveAsync(Hanoi(2020, 3, 16));
        (await host.GetAsync(Deputy, $"/api/tasks/{task}"))["task"]!["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldBe(["accept", "return", "close", "follow-up", "comment"]);
        (await host.PostAsync(Deputy, $"/api/tasks/{other}/accept", """{"revision":2}""")).ShouldBe((403, "forbidden"));
        (await host.PostAsync(Deputy, $"/api/tasks/{task}/return", """{"revision":2,"reason":"Thiếu mục 7","lastDay":"2020-03-20"}""")).ShouldBe((200, "open"));
        (await bench.RowAsync("audit", $"action = 'task.returned' and task_id = '{task}'"))["actor_id"]!.GetValue<Guid>().ShouldBe(deputy);
        (await bench.RowAsync("audit", $"action = 'task.returned' and task_id = '{task}'"))["on_behalf_of"]!.GetValue<Guid>().ShouldBe(officer);
        (await bench.RowAsync("task_round", $"task_id = '{task}'"))["decided_on_behalf_of"]!.GetValue<Guid>().ShouldBe(officer);
        var recorded = (await host.GetAsync(Chair, $"/api/tasks/{task}"))["history"]!["entries"]!.AsArray().Single(e => e!["action"]!.ToString() == "task.returned")!;
        (recorded["person"]!.ToString(), recorded["onBehalfOf"]!.ToString()).ShouldBe(("Chánh Văn phòng Công đoàn ngành Y tế", "Chuyên viên Công đoàn ngành Y tế"));

        // Moving deadlines was not delegated, and what was delegated is delegated no further.
        (await host.PostAsync(Deputy, "/api/deadlines/extend", $$"""{"taskIds":["{{task}}"],"lastDay":"2020-06-14","reason":"Dịch bệnh"}""")).ShouldBe((403, "forbidden"));
        var third = (await bench.ActorAsync(Third)).PersonId;
        (await host.PostAsync(Deputy, "/api/absences", $$"""{"fromDay":"2020-03-17","lastDay":"2020-03-18","deputies":[{"personId":"{{third}}","duties":["review","follow-up"]}]}""")).Status.ShouldBe(201);
        await host.MoveAsync(Hanoi(2020, 3, 17, 9));
        await bench.CompleteAsync(Chair, task, revision: 3, data: "{}", at: Hanoi(2020, 3, 17, 9));
        (await host.PostAsync(Third, $"/api/tasks/{task}/accept", """{"revision":4}""")).ShouldBe((403, "forbidden"));

        // The rights end by themselves; the unfinished task is the officer's again.
        await host.MoveAsync(Hanoi(2020, 3, 27, 23, 59, 59));
        (await host.GetAsync(Deputy, $"/api/tasks/{task}"))["task"]!["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldContain("accept");
        await host.MoveAsync(Hanoi(2020, 3, 28));
        (await host.PostAsync(Deputy, $"/api/tasks/{task}/accept", """{"revision":4}""")).ShouldBe((403, "forbidden"));
        (await host.GetAsync(Officer, $"/api/tasks/{task}"))["task"]!["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldContain("accept");
    }

    [Fact]
    public async Task An_absence_that_is_called_off_takes_the_rights_back_at_once()
    {
        await using var bench = await CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Chair, task, data: "{}");
        await host.MoveAsync(Hanoi(2020, 3, 16, 9));
        var deputy = (await bench.ActorAsync(Deputy)).PersonId;
        var entered = await host.PostAsync(Officer, "/api/absences", $$"""{"fromDay":"2020-03-16","lastDay":"2020-03-27","deputies":[{"personId":"{{deputy}}","duties":["review"]}]}""");
        var list = JsonNode.Parse(await host.TextAsync(Deputy, "/api/absences"))!.AsArray().Single()!;
        (list["person"]!.ToString(), list["lastDay"]!.ToString(), list["mayEnd"]!.GetValue<bool>(), list["deputies"]![0]!["duties"]![0]!.ToString())
            .ShouldBe(("Chuyên viên Công đoàn ngành Y tế", "2020-03-27", false, "review"));
        (await host.GetAsync(Deputy, $"/api/tasks/{task}"))["task"]!["allowed"]!.AsArray().Select(a => a!.ToString()).ShouldContain("accept");

        (await host.PostAsync(Deputy, $"/api/absences/{list["id"]}/end", "{}")).Status.ShouldBe(404);
        (await host.PostAsync(Officer, $"/api/absences/{list["id"]}/end", "{}")).Status.ShouldBe(204);

        (await host.PostAsync(Deputy, $"/api/tasks/{task}/accept", """{"revision":2}""")).ShouldBe((403, "forbidden"));
        entered.Status.ShouldBe(201);
    }

    [Fact]
    public async Task Who_was_given_the_duty_to_extend_extends_in_the_officers_place_and_only_there()
    {
        await using var bench = await CreateAsync();
        await using var host = await HostAsync(bench);
        var (task, other) = (await bench.AddAsync(), await bench.AddAsync("CDCS-BVNHI"));
        await host.MoveAsync(Hanoi(2019, 12, 18, 9));
        var (deputy, plan) = ((await bench.ActorAsync(Third)).PersonId, await bench.ScalarAsync<Guid>($"select root_id from task where id = '{task}'"));
        var wish = $$"""{"taskIds":["{{task}}"],"lastDay":"2020-01-15","reason":"Dịch bệnh"}""";
        (await host.PostAsync(Third, "/api/deadlines/extend", wish)).Status.ShouldBeOneOf(403, 404);
        (await host.PostAsync(Officer, "/api/absences", $$"""{"fromDay":"2019-12-18","lastDay":"2019-12-27","deputies":[{"personId":"{{deputy}}","duties":["extend"],"plans":["{{plan}}"]}]}""")).Status.ShouldBe(201);

        (await host.PostAsync(Third, "/api/deadlines/extend", wish.Replace(task.ToString(), other.ToString(), StringComparison.Ordinal))).Status.ShouldBeOneOf(403, 404);
        (await host.PostAsync(Third, "/api/deadlines/extend", wish)).Status.ShouldBe(200);
        (await bench.RowAsync("deadline_extension", $"task_id = '{task}'"))["on_behalf_of"]!.GetValue<Guid>().ShouldBe((await bench.ActorAsync(Officer)).PersonId);
    }

    [Fact]
    public async Task Nobody_decides_in_anothers_place_on_what_either_of_them_handed_in()
    {
        await using var bench = await CreateAsync();
        await using var host = await HostAsync(bench);
        var task = await bench.AddAsync();
        await host.MoveAsync(Hanoi(2020, 3, 16, 9));
        var chair = (await bench.ActorAsync(Chair)).PersonId;
        (await host.PostAsync(Officer, "/api/absences", $$"""{"fromDay":"2020-03-16","lastDay":"2020-03-27","deputies":[{"personId":"{{chair}}","duties":["review"]}]}""")).Status.ShouldBe(201);

        (await host.PostAsync(Chair, $"/api/tasks/{task}/complete", """{"revision":1,"data":{}}""")).ShouldBe((200, "submitted"));

        (await host.PostAsync(Chair, $"/api/tasks/{task}/accept", """{"revision":2}""")).ShouldBe((403, "own_submission"));
    }

    private static Task<TaskBench> CreateAsync() => TaskBench.CreateAsync();

    private sealed class Host(WebApplication app, TaskBench bench, BusinessClock clock) : IAsyncDisposable
    {
        public async Task MoveAsync(DateTimeOffset at)
        {
            await using var connection = await bench.Database.OpenConnectionAsync();
            (await clock.MoveTo(connection, at, default)).ShouldBe(ClockMove.Moved);
        }

        public async Task<(int Status, string Word)> PostAsync(string who, string path, string body)
        {
            using var client = await ClientAsync(who);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
            var text = await answer.Content.ReadAsStringAsync();
            var json = text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
            return ((int)answer.StatusCode, (json?["status"]?.GetValueKind() == System.Text.Json.JsonValueKind.String ? json["status"] : json?["type"] ?? json?["id"])?.ToString() ?? "");
        }

        public async Task<string> TextAsync(string who, string path)
        {
            using var client = await ClientAsync(who);
            return await client.GetStringAsync(new Uri(path, UriKind.Relative));
        }

        public async Task<JsonObject> GetAsync(string who, string path) => JsonNode.Parse(await TextAsync(who, path))!.AsObject();

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task<HttpClient> ClientAsync(string who)
        {
            var client = app.GetTestClient();
            client.DefaultRequestHeaders.Add("Person", (await bench.ActorAsync(who)).PersonId.ToString());
            return client;
        }
    }

    private static async Task<Host> HostAsync(TaskBench bench)
    {
        var clock = new BusinessClock(TimeProvider.System, movable: true);
        await using (var connection = await bench.Database.OpenConnectionAsync()) (await clock.StartAt(connection, Issue)).ShouldBe(ClockMove.Moved);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddWorkflowEngine(bench.Database, clock);
        builder.Services.AddHttpContextAccessor().AddScoped<RequestActor>().AddSingleton<TaskQueries>().AddSingleton<DeadlineQueries>().AddSingleton<ExtensionConsequences>();
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, PersonHeader>("test", null);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseMiddleware<StepIn>();
        app.MapTasksApi();
        app.MapAbsencesApi();
        await app.StartAsync();
        return new Host(app, bench, clock);
    }

    private sealed class PersonHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["Person"].ToString() is { Length: > 0 } id
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id)], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
