using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Deadlines;

public sealed class FireDueTests
{
    [Fact]
    public async Task Story_1_reminds_on_24_26_30_and_31_12_at_0800_and_never_again_once_handed_in()
    {
        await using var world = await DueWorld.CreateAsync();

        await world.MoveToAsync("31/12/2019 23:59:59");
        await world.HandInAsync(2, world.Clock.Now());
        await world.MoveToAsync("15/02/2020 00:00:00");

        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "26/12/2019 08:00", "30/12/2019 08:00", "31/12/2019 08:00"]);
        world.Mails.ShouldAllBe(m => m.Kind == MailKind.Reminder);
        (await world.ReadAsync<bool>("select next_at is null from deadline")).ShouldBeTrue();
    }

    [Fact]
    public async Task Story_2_escalates_on_02_06_and_08_01_and_stops_when_handed_in()
    {
        await using var world = await DueWorld.CreateAsync(units: 3);
        await world.MoveToAsync("31/12/2019 20:00:00");
        await world.HandInAsync(4, world.Clock.Now());
        world.Mails.Clear();

        var move = await world.MoveToAsync("09/01/2020 09:00:00");

        world.MailsTo("chair-2").ShouldBe(["02/01/2020 08:00"]);
        world.MailsTo("chair-3").ShouldBe(["02/01/2020 08:00"]);
        world.MailsTo("chair-4").ShouldBeEmpty();
        world.MailsTo("officer").ShouldBe(["06/01/2020 08:00"]);
        world.MailsTo("head").ShouldBe(["06/01/2020 08:00"]);
        world.MailsTo("vice").ShouldBe(["08/01/2020 08:00"]);
        move.IsQuiet.ShouldBeTrue();
        move.Fired.Select(f => (f.At, f.Rungs, f.Mails)).ShouldBe([
            (DueWorld.At("02/01/2020 08:00:00"), 2, 2), (DueWorld.At("06/01/2020 08:00:00"), 2, 2), (DueWorld.At("08/01/2020 08:00:00"), 2, 1)]);
        var digest = MailData.Read<DigestData>(world.Mails.Single(m => m.To.StartsWith("vice", StringComparison.Ordinal)).Data).Groups.Single();
        (digest.Units, digest.Of, digest.Submitted, digest.DaysLate, digest.Deadline!.WorkingDaysLate).ShouldBe((2, 3, 1, 8, 5));
        digest.Rows.ShouldAllBe(r => r.Mails == 5);

        await world.HandInAsync(2, world.Clock.Now());
        await world.HandInAsync(3, world.Clock.Now());
        world.Mails.Clear();
        await world.MoveToAsync("15/03/2020 00:00:00");
        world.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_submission_the_vice_chair_gets_one_digest_a_week()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);

        await world.MoveToAsync("31/01/2020 00:00:00");

        // 22/01 is a working day; Tết 2020 (23 to 29/01) moves the next one to 30/01.
        world.MailsTo("vice").ShouldBe(["08/01/2020 08:00", "15/01/2020 08:00", "22/01/2020 08:00", "30/01/2020 08:00"]);
    }

    [Fact]
    public async Task A_person_in_charge_of_two_units_gets_one_mail_a_slot()
    {
        await using var world = await DueWorld.CreateAsync(units: 1);
        var chair = await world.ReadAsync<Guid>("select id from person where user_name = 'chair-2'");
        await world.RunAsync("insert into unit (id, code, name, short_name, kind, parent_id, path) values (9, 'CS9', 'CĐCS đơn vị 9', 'CS9', 'grassroots', 1, '/1/9/')");
        await world.AddRoleAsync(chair, 9, "Chair");
        await world.AddTaskAsync(9);

        await world.MoveToAsync("26/12/2019 12:00:00");

        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "26/12/2019 08:00"]);
        world.Mails.ShouldAllBe(m => m.Kind == MailKind.Digest);
        MailData.Read<DigestData>(world.Mails[0].Data).Groups.Single().Rows.Count.ShouldBe(2);
        (await world.ReadAsync<long>("select count(*) from rung_fired")).ShouldBe(4);
    }

    [Fact]
    public async Task Two_hosts_at_once_fire_each_rung_once()
    {
        await using var world = await DueWorld.CreateAsync(units: 40);
        var at = DueWorld.At("24/12/2019 08:00:00");
        for (var n = 0; n < 30; n++) await world.AddTaskAsync(2 + n, "Lập danh sách", "roster");

        var fired = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var rungs = 0;
            for (var batch = new FiredBatch(1, 0); batch.Rows > 0; rungs += batch.Rungs) batch = await world.FireDue.RunAsync(at);
            return rungs;
        })));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.CloseDigests.RunAsync(at))));
        while (await world.CloseDigests.RunAsync(at) > 0) { }

        fired.Sum().ShouldBe(70);
        (await world.ReadAsync<long>("select count(*) from rung_fired where recipients = 1")).ShouldBe(70);
        (await world.ReadAsync<long>("select count(*) from digest_line")).ShouldBe(70);
        (await world.ReadAsync<long>("select count(*) from outbox")).ShouldBe(40);
    }

    [Fact]
    public async Task A_batch_that_dies_before_its_commit_loses_nothing()
    {
        await using var world = await DueWorld.CreateAsync();
        var at = DueWorld.At("24/12/2019 08:00:00");
        await world.RunAsync("create function broken() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$");
        await world.RunAsync("create trigger broken before update on deadline for each row execute function broken()");

        await Should.ThrowAsync<Npgsql.PostgresException>(() => world.FireDue.RunAsync(at));
        (await world.ReadAsync<long>("select (select count(*) from rung_fired) + (select count(*) from digest) + (select count(*) from digest_line)")).ShouldBe(0);
        (await world.CloseDigests.RunAsync(at)).ShouldBe(0);

        await world.RunAsync("drop trigger broken on deadline");
        (await world.Turn.RunAsync(at)).ShouldBe(new TurnResult(0, 1, 1, 0, 1, 1));
        world.Mails.Single().At.ShouldBe("24/12/2019 08:00");
    }

    [Fact]
    public async Task Rungs_missed_while_all_hosts_were_down_are_made_up_for()
    {
        await using var world = await DueWorld.CreateAsync();

        (await world.Turn.RunAsync(DueWorld.At("30/12/2019 10:00:00"))).Rungs.ShouldBe(3);

        (await world.ReadAsync<string>("select string_agg(rung, ' ' order by scheduled_at) from rung_fired")).ShouldBe("T-5 T-3 T-1");
        world.Mails.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_rung_that_nobody_hears_is_recorded_and_noted()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.RunAsync("update person set is_active = false where user_name = 'chair-2'");

        await world.MoveToAsync("24/12/2019 08:00:00");

        (await world.ReadAsync<int>("select recipients from rung_fired")).ShouldBe(0);
        (await world.ReadAsync<string>("select action || ' ' || unit_id from audit")).ShouldBe("deadline.rung.no-recipient 2");
        world.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_has_claimed_the_task_is_reminded_alone()
    {
        await using var world = await DueWorld.CreateAsync();
        var deputy = await world.AddPersonAsync("deputy-2", (2, "ViceChair"));
        await world.RunAsync("update task set assignee_id = $1", P(deputy));

        await world.MoveToAsync("02/01/2020 08:00:00");

        world.MailsTo("deputy-2").Count().ShouldBe(5);
        world.MailsTo("chair-2").ShouldBe(["02/01/2020 08:00"]);
    }

    [Fact]
    public async Task An_office_held_until_yesterday_hears_nothing_today()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.RunAsync("update role_assignment set valid_to = '2019-12-26' where unit_id = 2");

        await world.MoveToAsync("26/12/2019 08:00:00");

        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00"]);
    }

    [Fact]
    public async Task An_extension_within_the_round_fires_its_rungs_anew()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.MoveToAsync("30/12/2019 12:00:00");
        var later = DueWorld.At("01/02/2020 00:00:00");
        await world.RunAsync("update deadline set extended_due = $1, due = $1, last_rung = null, last_period = 0, next_at = $2", Instant(later),
            Instant(new CompiledLadder(Ladder.Standard, Vn.Calendar).FirstFrom(later, DueWorld.Issued, world.Clock.Now())?.At));
        world.Mails.Clear();

        await world.MoveToAsync("31/01/2020 12:00:00");

        world.MailsTo("chair-2").ShouldBe(["10/01/2020 08:00", "17/01/2020 08:00", "21/01/2020 08:00", "30/01/2020 08:00", "31/01/2020 08:00"]);
        MailData.Read<ReminderData>(world.Mails[0].Data).Deadline.Origin.ShouldBe(DeadlineOrigin.Extension);
    }

    [Fact]
    public async Task A_ladder_that_is_gone_stops_its_row_and_holds_up_nobody()
    {
        await using var world = await DueWorld.CreateAsync(units: 2);
        await world.RunAsync("update deadline set ladder_id = 'gone' where task_id = (select id from task where unit_id = 2)");

        await world.MoveToAsync("24/12/2019 08:00:00");

        world.MailsTo("chair-3").Count().ShouldBe(1);
        (await world.ReadAsync<string>("select action from audit")).ShouldBe("deadline.broken");
    }
}
