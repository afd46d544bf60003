using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowHost.Email;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Outbox;

public sealed class DrainOutboxTests
{
    private static readonly DateTimeOffset Now = DueWorld.At("17/12/2019 10:00:00");
    private static readonly string Data = MailData.Write(new DistributionData { Number = "23/KH-CĐYT", Subject = "Tổ chức Hội nghị", Issuer = "Công đoàn ngành Y tế", Action = "action" });

    [Fact]
    public async Task A_mail_goes_out_in_ascii_headers_with_both_parts_and_a_lasting_message_id()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        var id = await QueueAsync(world, "chu-tich@example.test");

        (await Drain(world, server).RunAsync(Now)).ShouldBe(1);

        var mail = server.Messages.Single();
        mail.ShouldContain($"Message-ID: <{id:N}@example.test>", Case.Insensitive);
        mail.ShouldContain("Auto-Submitted: auto-generated", Case.Insensitive);
        mail.ShouldContain("\nDate: ");
        mail.ShouldContain("multipart/alternative");
        mail.All(char.IsAscii).ShouldBeTrue();
        Decoded(mail, "text/plain").ShouldContain("Công đoàn ngành Y tế đã ban hành Kế hoạch 23/KH-CĐYT");
        Decoded(mail, "text/html").ShouldContain("<h1");
        (await world.ReadAsync<string>("select status || ' ' || attempts || ' ' || subject from outbox")).ShouldBe("sent 1 [23/KH-CĐYT] Tổ chức Hội nghị");
        (await world.ReadAsync<string>("select body_text from outbox")).ShouldContain("\n-- \n");
    }

    [Fact]
    public async Task Refused_for_now_it_comes_again_ever_more_seldom_over_two_days_up_to_ten_times()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub { Recipient = _ => "451 later" };
        await QueueAsync(world, "chu-tich@example.test");
        var drain = Drain(world, server);
        var (at, waits) = (Now, new List<double>());

        while (await world.ReadAsync<string>("select status from outbox") == "queued")
        {
            (await drain.RunAsync(at)).ShouldBe(0);
            var next = await world.ReadAsync<DateTime>("select coalesce(next_attempt_at, 'epoch') from outbox");
            if (next == DateTime.UnixEpoch) break;
            waits.Add((next - at.UtcDateTime).TotalMinutes);
            (await drain.RunAsync(new DateTimeOffset(next).AddSeconds(-1))).ShouldBe(0);
            at = new DateTimeOffset(next);
        }

        waits.ShouldBe([1, 5, 15, 60, 120, 240, 480, 1440, 1440]);
        (await world.ReadAsync<string>("select status || ' ' || attempts from outbox")).ShouldBe("dead 10");
        (await world.ReadAsync<string>("select last_error from outbox")).ShouldContain("451");
    }

    [Fact]
    public async Task Refused_for_good_it_is_dead_at_once_and_the_next_one_goes()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub { Recipient = line => line.Contains("gone", StringComparison.Ordinal) ? "550 no such user" : "250 ok" };
        await QueueAsync(world, "gone@example.test");
        await QueueAsync(world, "chu-tich@example.test");

        (await Drain(world, server).RunAsync(Now)).ShouldBe(1);

        (await world.ReadAsync<string>("select string_agg(status || ' ' || attempts, ', ' order by to_address desc) from outbox")).ShouldBe("dead 1, sent 1");
    }

    [Theory]
    [InlineData("550 no such user, bye", false, "dead 1")]
    [InlineData("550 no such user, bye", true, "dead 1")]
    [InlineData("421 not this one", false, "queued 1")]
    [InlineData("421 not this one", true, "queued 1")]
    public async Task A_server_that_hangs_up_behind_a_refusal_stops_only_that_mail(string answer, bool pipelined, string becomes)
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub { ClosesBehindRefusal = true, Recipient = line => line.Contains("gone", StringComparison.Ordinal) ? answer : "250 ok" };
        if (pipelined) server.Hello = "250-stub\r\n250 PIPELINING";
        await QueueAsync(world, "gone@example.test");
        for (var n = 0; n < 5; n++) await QueueAsync(world, $"u{n}@example.test", at: Now.AddSeconds(1));
        using var drain = Drain(world, server);

        (await drain.RunAsync(Now.AddMinutes(1))).ShouldBe(5);

        (await world.ReadAsync<string>("select string_agg(status || ' ' || attempts, ', ' order by queued_at) from outbox")).ShouldBe($"{becomes}, sent 1, sent 1, sent 1, sent 1, sent 1");
        (await world.ReadAsync<string>("select last_error from outbox where to_address like 'gone%'")).ShouldBe(answer);
    }

    [Theory]
    [InlineData(9, "sent 1")]
    [InlineData(11, "queued 1")]
    public async Task A_server_has_ten_minutes_for_a_mail_and_may_fall_silent_at_it_without_stopping_another(int minutes, string becomes)
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        var time = new HandTime();
        await using var server = new SmtpStub
        {
            Data = async mail =>
            {
                if (!mail.Contains("slow@", StringComparison.Ordinal)) return "250 taken";
                await time.WaitsForAsync(TimeSpan.FromMinutes(10));
                time.Pass(TimeSpan.FromMinutes(minutes));
                return "250 taken";
            },
        };
        await QueueAsync(world, "slow@example.test");
        await QueueAsync(world, "chu-tich@example.test", at: Now.AddSeconds(1));
        using var drain = new DrainOutbox(world.Database, new MailRenderer("https://kehoach.example.vn"), new SmtpSettings("127.0.0.1", server.Port, "ke-hoach@example.test", "Kế hoạch"), time,
            CrashPoints.None, NullLogger<DrainOutbox>.Instance);

        await drain.RunAsync(Now.AddMinutes(1));

        (await world.ReadAsync<string>("select string_agg(status || ' ' || attempts, ', ' order by queued_at) from outbox")).ShouldBe($"{becomes}, sent 1");
        if (becomes == "queued 1") (await world.ReadAsync<string>("select last_error from outbox where to_address like 'slow%'")).ShouldContain("600 seconds");
    }

    [Fact]
    public async Task A_reason_that_is_shortened_at_a_character_of_two_halves_is_sent_once()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        await QueueAsync(world, "chu-tich@example.test", data: Returned(new string('a', 1198) + "😀" + new string('b', 100)));
        using var drain = Drain(world, server);

        (await drain.RunAsync(Now)).ShouldBe(1);

        server.Messages.Count.ShouldBe(1);
        (await world.ReadAsync<string>("select status || ' ' || attempts from outbox")).ShouldBe("sent 1");
    }

    [Fact]
    public async Task A_mail_that_cannot_be_written_is_dead_with_the_reason_and_stops_no_other()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        await QueueAsync(world, "broken@example.test", data: Returned("lý do").Replace("\"lý do\"", "null", StringComparison.Ordinal));
        await QueueAsync(world, "chu-tich@example.test", at: Now.AddSeconds(1));

        (await Drain(world, server).RunAsync(Now.AddMinutes(1))).ShouldBe(1);

        (await world.ReadAsync<string>("select status || ' ' || attempts || ' ' || last_error from outbox where to_address like 'broken%'")).ShouldStartWith("dead 1 It cannot be written: ");
    }

    [Fact]
    public async Task Whoever_has_no_address_is_listed_as_dead_with_the_reason()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        await QueueAsync(world, null);

        await Drain(world, server).RunAsync(Now);

        (await world.ReadAsync<string>("select status || ': ' || last_error from outbox")).ShouldBe("dead: The person has no mail address.");
        (await new ListOutbox(world.Database).PageAsync(Actor.System, new OutboxFilter(Status: "dead"))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reminder_refused_for_good_is_told_to_those_who_follow_the_work_once_and_ends_there()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await using var server = new SmtpStub { Recipient = line => line.Contains("chair-2", StringComparison.Ordinal) || line.Contains("head@", StringComparison.Ordinal) ? "550 no such user" : "250 ok" };
        var drain = new DrainOutbox(world.Database, new MailRenderer("https://kehoach.example.vn"), Settings(server.Port), TimeProvider.System, CrashPoints.None, NullLogger<DrainOutbox>.Instance,
            bounces: new RecordBounce(world.Database, world.Reference, TimeProvider.System));
        var turn = new PulseTurn(world.Database, new WorkflowEngine.Deadlines.FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ => Task.FromResult(0), drain.RunAsync);
        var clock = new AdvanceClock(world.Database, world.Clock, TimeProvider.System, turn);

        await clock.RunAsync(DueWorld.At("24/12/2019 08:10:00"));

        var told = server.Messages.Single(m => m.Contains("officer@", StringComparison.Ordinal));
        Decoded(told, "text/plain").ReplaceLineEndings(" ").ShouldContain("Thư nhắc không tới nơi (24/12)");
        Decoded(told, "text/plain").ShouldNotContain("đơn vị 3");
        await clock.RunAsync(DueWorld.At("31/12/2019 23:00:00"));
        server.Messages.Count(m => m.Contains("officer@", StringComparison.Ordinal)).ShouldBe(1);
        (await world.ReadAsync<string>("select string_agg(distinct to_address || ' ' || status, ', ' order by to_address || ' ' || status) from outbox"))
            .ShouldBe("chair-2@example.test dead, chair-3@example.test sent, head@example.test dead, officer@example.test sent");
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(1);
    }

    [Fact]
    public async Task Mails_that_die_with_their_server_are_told_once_in_one_mail_a_person()
    {
        await using var world = await DueWorld.CreateAsync(units: 40);
        await using var server = new SmtpStub();
        int closed;
        await using (var gone = new SmtpStub()) closed = gone.Port;
        var bounces = new RecordBounce(world.Database, world.Reference, TimeProvider.System);
        DrainOutbox At(int port) => new(world.Database, new MailRenderer("https://kehoach.example.vn"), Settings(port), TimeProvider.System, CrashPoints.None, NullLogger<DrainOutbox>.Instance, bounces: bounces);
        AdvanceClock ClockOf(DrainOutbox drain) => new(world.Database, world.Clock, TimeProvider.System,
            new PulseTurn(world.Database, new WorkflowEngine.Deadlines.FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ => Task.FromResult(0), drain.RunAsync));
        using var away = At(closed);
        await ClockOf(away).RunAsync(DueWorld.At("24/12/2019 08:00:30"));
        (await world.ReadAsync<long>("select count(*) from outbox where status = 'queued' and attempts = 1")).ShouldBe(40);

        await world.RunAsync("update outbox set attempts = 9");
        await away.RunAsync(DueWorld.At("24/12/2019 08:02:00"));
        (await world.ReadAsync<long>("select count(*) from outbox where status = 'dead'")).ShouldBe(40);
        using var back = At(server.Port);
        await ClockOf(back).RunAsync(DueWorld.At("24/12/2019 08:30:00"));

        server.Messages.Count.ShouldBe(2, "officer and head of office, one mail each, not one a unit");
        var told = Decoded(server.Messages.Single(m => m.Contains("officer@", StringComparison.Ordinal)), "text/plain").ReplaceLineEndings(" ");
        told.ShouldContain("Thư nhắc không tới nơi (24/12)");
        told.ShouldContain("40 đơn vị");
        (await world.ReadAsync<long>("select count(*) from rung_fired where rung = 'bounced'")).ShouldBe(40);
    }

    [Fact]
    public async Task Answers_go_to_the_unit_whose_case_it_is()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await using var server = new SmtpStub();
        await world.RunAsync("""update unit set attributes = '{"email": "van-phong@cdyt.example.vn"}' where id = 1""");
        using var drain = Drain(world, server);
        var turn = new PulseTurn(world.Database, new WorkflowEngine.Deadlines.FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ => Task.FromResult(0), drain.RunAsync);

        await new AdvanceClock(world.Database, world.Clock, TimeProvider.System, turn).RunAsync(DueWorld.At("24/12/2019 08:01:00"));

        var message = server.Messages.ShouldHaveSingleItem();
        message.ShouldContain("\nReply-To: van-phong@cdyt.example.vn");
        Decoded(message, "text/plain").ShouldContain("Trả lời thư này");
    }

    [Fact]
    public async Task Without_a_server_all_due_mails_wait_and_none_is_lost()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        int closed;
        await using (var server = new SmtpStub()) closed = server.Port;
        for (var n = 0; n < 5; n++) await QueueAsync(world, $"u{n}@example.test");
        var drain = new DrainOutbox(world.Database, new MailRenderer("https://kehoach.example.vn"), Settings(closed), TimeProvider.System, CrashPoints.None, NullLogger<DrainOutbox>.Instance);

        (await drain.RunAsync(Now)).ShouldBe(0);

        (await world.ReadAsync<long>("select count(*) from outbox where status = 'queued' and attempts = 1 and next_attempt_at > queued_at")).ShouldBe(5);
        await using var back = new SmtpStub();
        (await Drain(world, back).RunAsync(Now.AddMinutes(1))).ShouldBe(5);
    }

    [Fact]
    public async Task A_clock_move_past_a_dead_server_ends_and_leaves_the_mails_listed()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        int closed;
        await using (var server = new SmtpStub()) closed = server.Port;
        var drain = new DrainOutbox(world.Database, new MailRenderer("https://kehoach.example.vn"), Settings(closed), TimeProvider.System, CrashPoints.None, NullLogger<DrainOutbox>.Instance);
        var turn = new PulseTurn(world.Database, new WorkflowEngine.Deadlines.FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ => Task.FromResult(0), drain.RunAsync);

        var move = await new AdvanceClock(world.Database, world.Clock, TimeProvider.System, turn).RunAsync(DueWorld.At("28/12/2019 08:00:00"));

        (move.IsQuiet, move.Now).ShouldBe((true, DueWorld.At("28/12/2019 08:00:00")));
        (await world.ReadAsync<long>("select count(*) from outbox where status = 'dead' and attempts = 10")).ShouldBe(2);
        (await world.ReadAsync<long>("select count(*) from outbox where status = 'queued'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_sender_that_dies_behind_the_servers_yes_sends_again_under_the_same_message_id()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        var id = await QueueAsync(world, "chu-tich@example.test");
        // The connection of the one who sends is cut before it can write down that the mail is out; its row is free when its session is gone.
        server.Data = async _ =>
        {
            await world.RunAsync("select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'");
            return "250 taken";
        };

        await Should.ThrowAsync<Npgsql.NpgsqlException>(() => Drain(world, server).RunAsync(Now));
        server.Data = _ => Task.FromResult("250 taken");
        (await Drain(world, server).RunAsync(Now)).ShouldBe(1);

        server.Messages.Count(m => m.Contains($"<{id:N}@example.test>", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Two_senders_never_hold_the_same_mail()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        await using var server = new SmtpStub();
        for (var n = 0; n < 24; n++) await QueueAsync(world, $"u{n}@example.test");

        var sent = await Task.WhenAll(Drain(world, server).RunAsync(Now), Drain(world, server).RunAsync(Now));

        sent.Sum().ShouldBe(24);
        server.Messages.Count.ShouldBe(24);
    }

    [Fact]
    public async Task A_dead_mail_is_sent_again_by_one_who_may_and_that_is_recorded()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        await using var server = new SmtpStub();
        var id = await QueueAsync(world, "chu-tich@example.test", await world.ReadAsync<Guid>("select id from person where user_name = 'chair-2'"));
        await world.RunAsync("update outbox set status = 'dead', attempts = 10, next_attempt_at = null");
        var clerk = new Actor(await world.ReadAsync<Guid>("select id from person where user_name = 'officer'"), null,
            [new Grant(1, "/1/", "Officer", new HashSet<string> { Permission.Outbox })]);
        var stranger = clerk with { Grants = [new Grant(7, "/7/", "Officer", new HashSet<string> { Permission.Outbox })] };
        var resend = new ResendMail(world.Database, TimeProvider.System);

        (await resend.RunAsync(stranger, id, Now)).ShouldBe(ResendAnswer.Unknown);
        (await new ListOutbox(world.Database).PageAsync(stranger, new OutboxFilter())).ShouldBeEmpty();
        (await resend.RunAsync(clerk, id, Now)).ShouldBe(ResendAnswer.Queued);
        (await resend.RunAsync(clerk, id, Now)).ShouldBe(ResendAnswer.AlreadyQueued);
        (await Drain(world, server).RunAsync(Now)).ShouldBe(1);

        (await world.ReadAsync<string>("select action || ' ' || (detail ->> 'was') from audit where actor_id is not null")).ShouldBe("mail.resend dead");
        (await new ListOutbox(world.Database).FindAsync(clerk, id))!.Text!.ShouldContain("23/KH-CĐYT");
    }

    /// <param name="data">Of a return; else it is a distribution.</param>
    private static async Task<Guid> QueueAsync(DueWorld world, string? address, Guid? person = null, string? data = null, DateTimeOffset? at = null)
    {
        var id = Guid.NewGuid();
        await world.RunAsync("""
            insert into outbox (id, dedupe, kind, person_id, to_address, data, queued_at, next_attempt_at) values ($1, $1::text, $6, $5, $2, $3, $4, $4)
            """, P(id), P(address, NpgsqlTypes.NpgsqlDbType.Text), Json(data ?? Data), Instant(at ?? Now), P(person, NpgsqlTypes.NpgsqlDbType.Uuid), P(data is null ? MailKind.Distribution : MailKind.Returned));
        return id;
    }

    private static string Returned(string reason) => MailData.Write(new ReturnedData { TaskId = Guid.NewGuid(), TaskTitle = new("Kế hoạch", "Plan"), Unit = "CĐCS", Reason = reason });

    [Fact]
    public async Task A_digest_can_be_declined_with_one_click_over_HTTPS_and_a_reminder_cannot()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await using var server = new SmtpStub();
        foreach (var site in new[] { "https://kehoach.example.vn", "http://kehoach.example.vn" })
        {
            var links = new UnsubscribeLinks(new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider(), site);
            var drain = new DrainOutbox(world.Database, new MailRenderer(site), Settings(server.Port), TimeProvider.System, CrashPoints.None, NullLogger<DrainOutbox>.Instance, links);
            var turn = new PulseTurn(world.Database, new WorkflowEngine.Deadlines.FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ => Task.FromResult(0), drain.RunAsync);
            server.Messages.Clear();

            await new AdvanceClock(world.Database, world.Clock, TimeProvider.System, turn).RunAsync(DueWorld.At(site[4] == 's' ? "06/01/2020 09:00:00" : "08/01/2020 09:00:00"));

            var digests = server.Messages.Where(m => m.Contains("List-Unsubscribe:", StringComparison.OrdinalIgnoreCase)).ToArray();
            digests.Length.ShouldBe(site[4] == 's' ? 2 : 1); // officer and head of office on 06/01, the vice-chair on 08/01
            foreach (var mail in digests)
            {
                var address = System.Text.RegularExpressions.Regex.Match(mail, "\nList-Unsubscribe: <([^>]+)>", System.Text.RegularExpressions.RegexOptions.IgnoreCase).Groups[1].Value;
                address.ShouldStartWith($"{site}/mail/unsubscribe/");
                links.Read(address.Split('/')[^1]).ShouldNotBeNull();
                mail.Contains("\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", StringComparison.OrdinalIgnoreCase).ShouldBe(site[4] == 's');
                Decoded(mail, "text/plain").ShouldContain($"Nhận ít thư hơn: {address}");
                Decoded(mail, "text/html").ShouldContain($"<a href=\"{address}\"");
            }

            if (site[4] == 's') server.Messages.Count(m => !m.Contains("List-Unsubscribe", StringComparison.OrdinalIgnoreCase)).ShouldBe(10); // five reminders to each of two chairs
        }
    }

    internal static DrainOutbox Drain(DueWorld world, SmtpStub server, IReadOnlyDictionary<string, int>? perMinute = null) =>
        new(world.Database, new MailRenderer("https://kehoach.example.vn"), Settings(server.Port) with { PerMinute = perMinute ?? new Dictionary<string, int>() }, TimeProvider.System, CrashPoints.None, NullLogger<DrainOutbox>.Instance);

    private static SmtpSettings Settings(int port) =>
        new("127.0.0.1", port, "ke-hoach@example.test", "Kế hoạch Công đoàn");

    private static string Decoded(string mail, string type)
    {
        var part = mail[mail.IndexOf($"Content-Type: {type}", StringComparison.OrdinalIgnoreCase)..];
        var body = part[(part.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        return Encoding.UTF8.GetString(Convert.FromBase64String(body[..body.IndexOf("\n--", StringComparison.Ordinal)].Replace("\n", "", StringComparison.Ordinal)));
    }
}
