using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Api;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Outbox;

/// <summary>What becomes of a mail: its turn by importance and domain, and the ledger from queued to acted on, a return to sender too.</summary>
public sealed class DeliveryTests
{
    private const string Secret = "a secret of the mail provider";

    [Fact]
    public async Task The_most_important_mail_goes_first_however_late_it_was_queued()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        foreach (var (name, importance) in new[] { ("low", 3), ("usual", 2), ("urgent", 1) }) await QueueAsync(world, $"{name}@example.test", importance);

        await world.Turn.RunAsync(DueWorld.At("17/12/2019 10:00:00"));

        world.Mails.Select(m => m.To.Split('@')[0]).ShouldBe(["urgent", "usual", "low"]);
    }

    [Fact]
    public async Task A_reminder_on_the_last_day_is_urgent_and_one_of_the_week_before_is_not()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.MoveToAsync("31/12/2019 23:00:00");

        (await world.ReadAsync<string>("select string_agg(importance::text, ' ' order by queued_at) from outbox")).ShouldBe("2 2 1 1");
    }

    [Fact]
    public async Task A_domain_with_a_limit_gets_so_many_a_minute_and_the_rest_is_spread_over_the_next_ones()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        for (var n = 0; n < 5; n++) await QueueAsync(world, $"u{n}@Gmail.com", n == 4 ? 1 : 2);
        await QueueAsync(world, "u@example.test", 2);
        var drain = DrainOutboxTests.Drain(world, server, new Dictionary<string, int> { ["gmail.com"] = 2 });
        var at = DueWorld.At("17/12/2019 10:00:30");

        (await drain.RunAsync(at)).ShouldBe(3);
        server.Messages.Count(m => m.Contains("u4@Gmail.com", StringComparison.OrdinalIgnoreCase)).ShouldBe(1);
        (await world.ReadAsync<string>("select string_agg(to_char(next_attempt_at at time zone 'Asia/Ho_Chi_Minh', 'HH24:MI:SS') || ' ' || attempts, ', ' order by next_attempt_at) from outbox where status = 'queued'"))
            .ShouldBe("10:01:00 0, 10:01:00 0, 10:02:00 0");
        (await drain.RunAsync(DueWorld.At("17/12/2019 10:01:00"))).ShouldBe(2);
        (await drain.RunAsync(DueWorld.At("17/12/2019 10:01:59"))).ShouldBe(0);
        (await drain.RunAsync(DueWorld.At("17/12/2019 10:02:00"))).ShouldBe(1);
    }

    [Fact]
    public async Task An_important_mail_passes_those_that_have_their_minute_already()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        for (var n = 0; n < 6; n++) await QueueAsync(world, $"u{n}@gmail.com", 2);
        var drain = DrainOutboxTests.Drain(world, server, new Dictionary<string, int> { ["gmail.com"] = 2 });
        (await drain.RunAsync(DueWorld.At("17/12/2019 10:00:30"))).ShouldBe(2);

        await QueueAsync(world, "urgent@gmail.com", 1);
        (await drain.RunAsync(DueWorld.At("17/12/2019 10:00:45"))).ShouldBe(0);
        (await drain.RunAsync(DueWorld.At("17/12/2019 10:01:00"))).ShouldBe(2);

        server.Messages.Count(m => m.Contains("urgent@gmail.com", StringComparison.OrdinalIgnoreCase)).ShouldBe(1);
        foreach (var (minute, sent) in new[] { (2, 2), (3, 1), (4, 0) }) (await drain.RunAsync(DueWorld.At($"17/12/2019 10:0{minute}:00"))).ShouldBe(sent);
        (await world.ReadAsync<long>("select count(*) from outbox where attempts > 1")).ShouldBe(0);
    }

    [Fact]
    public async Task The_ledger_tells_of_each_rung_what_was_sent_opened_and_acted_on()
    {
        await using var world = await DueWorld.CreateAsync();
        var (task, chair) = (await world.ReadAsync<Guid>("select id from task"), await world.ReadAsync<Guid>("select id from person where user_name = 'chair-2'"));
        var ledger = new DeliveryLedger(world.Database);
        await world.MoveToAsync("26/12/2019 09:00:00");
        await ledger.NoteOpenedAsync(task, chair, world.Clock.Now());
        await ledger.NoteOpenedAsync(task, Guid.NewGuid(), world.Clock.Now().AddHours(1));
        await world.RunAsync("insert into audit (at, recorded_at, actor_id, action, task_id) values ($1, $1, $2, 'task.submitted', $3)",
            Instant(DueWorld.At("26/12/2019 10:00:00")), P(chair), P(task));

        await world.MoveToAsync("30/12/2019 09:00:00");
        var rows = await ledger.OfTaskAsync(task);

        rows.Select(r => (r.Rung, Time(r.QueuedAt), Time(r.SentAt), Time(r.OpenedAt), Time(r.ActedAt))).ShouldBe([
            ("T-5", "24/12 08:00", "24/12 08:00", "26/12 09:00", "26/12 10:00"),
            ("T-3", "26/12 08:00", "26/12 08:00", "26/12 09:00", "26/12 10:00"),
            ("T-1", "30/12 08:00", "30/12 08:00", null, null)]);
        rows.ShouldAllBe(r => r.PersonId == chair && r.Role!.Vi == "Chủ tịch" && r.Unit == "CĐCS đơn vị 2" && !r.StandsIn && !r.IsDead);
    }

    [Fact]
    public async Task A_mail_that_comes_back_tells_those_who_follow_the_work_once_in_one_mail()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await world.MoveToAsync("24/12/2019 08:00:00");
        var mails = await ListAsync(world, "select id from outbox order by to_address");
        await using var host = await HostAsync(world);
        using var client = host.GetTestClient();
        world.Mails.Clear();

        var body = $$"""[{"messageId":"<{{mails[0]:N}}@example.test>","event":"bounced","reason":"550 no such user"},{"messageId":"{{mails[1]:N}}","event":"bounced"},{"messageId":"x","event":"bounced"},{"event":"opened"}]""";
        (await PostAsync(client, body, Secret)).ShouldBe((HttpStatusCode.OK, """{"results":["recorded","recorded","unknown","ignored"]}"""));
        (await PostAsync(client, body, Secret)).Item2.ShouldBe("""{"results":["already_recorded","already_recorded","unknown","ignored"]}""");
        (await PostAsync(client, body, "another secret than ours")).Item1.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(client, body, Secret, age: 301)).Item1.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(client, """[{"event":"opened"}]""", Secret)).Item1.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await PostAsync(client, "{", Secret)).Item1.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var move = await world.MoveToAsync("24/12/2019 09:00:00");

        move.Fired.Select(f => f.At).ShouldBe([DueWorld.At("24/12/2019 08:05:00")]);
        world.Mails.Select(m => m.To.Split('@')[0]).Order().ShouldBe(["head", "officer"]);
        var digest = MailData.Read<DigestData>(world.Mails[0].Data).Groups.Single();
        digest.Units.ShouldBe(2);
        digest.Rows.ShouldAllBe(r => r.Bounced == new DateOnly(2019, 12, 24));
        var mail = new WorkflowHost.Email.MailRenderer("https://kehoach.example.vn").Render(MailKind.Digest, world.Mails[0].Data, "vi");
        mail.Text.ReplaceLineEndings(" ").ShouldContain("Thư nhắc không tới nơi (24/12)");

        // The next reminder comes back as well: it is on record, and nobody is told a second time for this round.
        await world.MoveToAsync("26/12/2019 08:00:00");
        var next = await ListAsync(world, "select id from outbox where kind = 'reminder' and status = 'sent'");
        world.Mails.Clear();
        (await PostAsync(client, $$"""[{"messageId":"{{next[0]:N}}","event":"bounced"}]""", Secret)).Item1.ShouldBe(HttpStatusCode.OK);
        await world.MoveToAsync("26/12/2019 12:00:00");
        world.Mails.ShouldBeEmpty();
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(2);
        (await world.ReadAsync<long>("select count(*) from audit where action = 'mail.bounced'")).ShouldBe(3);
        (await new DeliveryLedger(world.Database).OfTaskAsync(await world.ReadAsync<Guid>("select id from task where unit_id = 2"))).Single(d => d.Rung == "T-5").Reason.ShouldBe("550 no such user");
    }

    private static string? Time(DateTimeOffset? at) => at?.ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM HH:mm", CultureInfo.InvariantCulture);

    private static async Task QueueAsync(DueWorld world, string address, int importance) => await world.RunAsync("""
        insert into outbox (id, dedupe, kind, to_address, data, importance, queued_at, next_attempt_at) values ($1, $1::text, 'distribution', $2, $3, $4, $5, $5)
        """, P(Guid.NewGuid()), P(address), Json(MailData.Write(new DistributionData { Subject = "Hội nghị" })), P((short)importance),
        Instant(DueWorld.At("17/12/2019 10:00:00").AddSeconds(-importance)));

    private static async Task<List<Guid>> ListAsync(DueWorld world, string sql)
    {
        await using var connection = await world.Database.OpenConnectionAsync();
        return await Command(connection, sql).ListAsync(r => r.GetGuid(0));
    }

    private static async Task<WebApplication> HostAsync(DueWorld world)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["Mail:HookSecret"] = Secret;
        builder.Services.AddSingleton(new RecordBounce(world.Database, world.Reference, TimeProvider.System)).AddSingleton(world.Clock).AddSingleton(TimeProvider.System)
            .AddSingleton(world.Database).AddSingleton<Nudge>();
        var app = builder.Build();
        app.MapMailHook();
        await app.StartAsync();
        return app;
    }

    private static async Task<(HttpStatusCode, string)> PostAsync(HttpClient client, string body, string secret, int age = 0)
    {
        var seconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - age;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/hooks/mail") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Workflows-Signature", $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}")))}");
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
