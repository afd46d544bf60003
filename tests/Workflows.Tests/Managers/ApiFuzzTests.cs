using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Managers;

/// <summary>
/// Broken bodies at every address of our own API that takes one, and where Elsa's contract runs or changes instances, by people who may do nearly
/// everything, on tasks, instances and plans that are there: each is answered, none by a failure of ours, and the host lives on.
/// </summary>
public sealed class ApiFuzzTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 300;
    private static readonly string[] People = ["chuyenvien.cdyt", "chutich.cdyt", "vanthu.cdyt", "thietke", "quantri"];

    private static readonly (string Address, string Body)[] Wishes =
    [
        ("/api/tasks/TASK/claim", """{"revision":1,"operationId":"o"}"""), ("/api/tasks/TASK/release", """{"revision":1}"""),
        ("/api/tasks/TASK/reassign", """{"revision":1,"assigneeId":"00000000-0000-0000-0000-000000000001","reason":"r"}"""),
        ("/api/tasks/TASK/complete", """{"revision":1,"operationId":"o","outcome":"Done","data":{"ngayKeHoach":"2019-12-17","danhSach":[{"hoTen":"x"}]},"explanations":{"a":"b"}}"""),
        ("/api/tasks/TASK/withdraw", """{"revision":2,"reason":"r"}"""), ("/api/tasks/TASK/accept", """{"revision":2,"note":"n"}"""),
        ("/api/tasks/TASK/return", """{"revision":2,"reason":"r","newDue":"2020-02-01T00:00:00Z","lastDay":"2020-02-01"}"""), ("/api/tasks/TASK/return", """{"revision":2,"reason":"r","lastDay":"2020-02-01"}"""),
        ("/api/tasks/TASK/close", """{"revision":1,"reason":"r"}"""), ("/api/tasks/TASK/comments", """{"text":"t","followUp":true}"""), ("/api/tasks/TASK/draft", """{"data":{"a":[1,{"b":null}]}}"""),
        ("/api/instances/INSTANCE/cancel", """{"reason":"r"}"""), ("/api/instances/INSTANCE/retry", "{}"), ("/api/incidents/retry", """{"instanceIds":["INSTANCE"],"definitionId":"d","activityId":"a","kind":"k","limit":10}"""),
        ("/api/plans", """{"campaignYear":2019,"subject":"s","unit":"CDYT-TB","recipients":[{"code":"CDCS-BVDKT","action":"t/h"}],"issuedOn":"2019-12-17"}"""), ("/api/plans/PLAN/issue", """{"issuedOn":"2019-12-17"}"""),
        ("/api/deadlines/extend", """{"taskIds":["TASK"],"lastDay":"2020-03-01","reason":"r","document":"d","effectiveAt":"2020-02-01T00:00:00Z"}"""),
        ("/api/deadlines/extend/preview", """{"taskIds":["TASK"],"newDue":"2020-03-01T00:00:00Z","reason":"r"}"""), ("/api/deadlines/pause", """{"taskIds":["TASK"],"reason":"r"}"""),
        ("/api/absences", """{"fromDay":"2020-01-10","lastDay":"2020-01-12","reason":"r","deputies":[{"personId":"00000000-0000-0000-0000-000000000001","duties":["work"]}]}"""),
        ("/api/absences/INSTANCE/end", "{}"), ("/api/outbox/INSTANCE/bounced", """{"reason":"r"}"""), ("/api/outbox/INSTANCE/resend", """{"address":"a@example.org"}"""),
        ("/api/organisation/import", """{"units":[{"code":"X","name":"x","kind":"GrassrootsUnion","under":"CDYT-TB"}],"people":[],"roles":[]}"""),
        ("/api/sign-in", """{"userName":"nobody","password":"p"}"""), ("/api/demo/clock", """{"to":"2020-01-01T00:00:00Z","days":0}"""),
        .. ElsaWishes.All,
    ];

    [Fact]
    public async Task No_body_brings_a_failure()
    {
        var demo = new DemoInJanuary();
        await demo.InitializeAsync();
        try
        {
            await using var connection = await demo.App.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
            var tasks = await Command(connection, "select id from task order by id").ListAsync(r => r.GetGuid(0));
            var instances = await Command(connection, "select id from instance order by id").ListAsync(r => r.GetGuid(0));
            var clients = new List<HttpClient>();
            foreach (var person in People) clients.Add(await demo.ProgramAsync(person));
            var dice = new Random(20200108);
            var (failures, refused, done) = (new List<string>(), 0, 0);
            var memory = new MemoryBound(Rounds, demo.App.Services);
            for (var round = 0; round < Rounds; round++)
            {
                memory.Note(round);
                var (address, body) = Wishes[dice.Next(Wishes.Length)];
                var (task, instance) = (tasks[dice.Next(tasks.Count)].ToString(), instances[dice.Next(instances.Count)].ToString());
                string Named(string text) => text.Replace("TASK", task, StringComparison.Ordinal).Replace("INSTANCE", instance, StringComparison.Ordinal).Replace("PLAN", demo.PlanId.ToString(), StringComparison.Ordinal);
                var text = dice.Next(8) == 0 ? Named(body) : Mutation.Of((JsonObject)JsonNode.Parse(Named(body))!, dice);
                using var content = ElsaWishes.Content(address, text);
                using var answer = await clients[dice.Next(clients.Count)].PostAsync(new Uri(Named(address), UriKind.Relative), content);
                if ((int)answer.StatusCode >= 500) failures.Add($"round {round}: {Named(address)} {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}: {text[..Math.Min(text.Length, 500)]}");
                if ((int)answer.StatusCode is >= 400 and < 500) refused++;
                if ((int)answer.StatusCode < 400) done++;
            }

            foreach (var client in clients) client.Dispose();
            string.Join("\n", failures).ShouldBeEmpty();
            memory.Judge();
            refused.ShouldBeGreaterThan(Rounds / 4);
            done.ShouldBeGreaterThan(0);
        }
        finally
        {
            await demo.DisposeAsync();
        }
    }
}
