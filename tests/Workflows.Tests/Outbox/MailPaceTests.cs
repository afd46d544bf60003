using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Outbox;

/// <summary>What people chose for mails is what they get, and nobody can choose away an escalation.</summary>
public sealed class MailPaceTests
{
    [Theory]
    [InlineData("immediate", "08:00", "24/12/2019 14:30", "01/01/2020 00:00", false, "24/12/2019 14:30")]
    [InlineData("daily", "08:00", "24/12/2019 14:30", "01/01/2020 00:00", false, "25/12/2019 08:00")]
    [InlineData("daily", "08:00", "24/12/2019 08:00", "01/01/2020 00:00", false, "24/12/2019 08:00")]
    [InlineData("daily", "09:30", "24/12/2019 08:00", "01/01/2020 00:00", false, "24/12/2019 09:30")]
    [InlineData("daily", "07:00", "31/12/2019 08:00", "01/01/2020 00:00", false, "31/12/2019 08:00")]
    [InlineData("daily", "07:00", "02/01/2020 08:00", "01/01/2020 00:00", true, "02/01/2020 08:00")]
    [InlineData("escalations", "08:00", "24/12/2019 08:00", "01/01/2020 00:00", false, null)]
    [InlineData("escalations", "08:00", "24/12/2019 08:00", "01/01/2020 00:00", true, "24/12/2019 08:00")]
    public void A_line_goes_out_when_its_reader_wants_it_and_never_after_its_date(string pace, string at, string slot, string due, bool escalates, string? expected) =>
        new MailPace(pace, TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture)).SlotOf(DueWorld.At(slot + ":00"), DueWorld.At(due + ":00"), escalates)
            .ShouldBe(expected is null ? null : DueWorld.At(expected + ":00"));

    [Fact]
    public async Task Who_wants_escalations_alone_gets_no_reminder_before_the_date_and_all_after_it()
    {
        await using var world = await DueWorld.CreateAsync();
        await ChooseAsync(world, "chair-2", MailPace.Escalations);
        await ChooseAsync(world, "officer", MailPace.Escalations);

        await world.MoveToAsync("09/01/2020 12:00:00");

        world.MailsTo("chair-2").ShouldBe(["02/01/2020 08:00"]);
        world.MailsTo("officer").ShouldBe(["06/01/2020 08:00"]);
        var ledger = await new DeliveryLedger(world.Database).OfTaskAsync(await world.ReadAsync<Guid>("select id from task"));
        ledger.Where(d => d.Withheld).Select(d => d.Rung).ShouldBe(["T-5", "T-3", "T-1", "last-day"]);
        ledger.Where(d => d.Withheld).ShouldAllBe(d => d.MailId == null && d.QueuedAt == null && d.SentAt == null);
        ledger.Where(d => !d.Withheld).ShouldAllBe(d => d.SentAt != null);
        // A digest's row counts the mails a unit got; the four that nobody wanted are none.
        (await world.ReadAsync<long>("select count(*) from rung_fired where recipients > 0 and rung like any('{T-%,last%}')")).ShouldBe(0);
        (await world.ReadAsync<long>("select count(*) from audit where action = 'deadline.rung.no-recipient'")).ShouldBe(0);
        (await world.ReadAsync<long>("select count(*) from digest where closed_at is null")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_wants_one_mail_a_day_gets_it_at_their_time_and_escalations_at_once()
    {
        await using var world = await DueWorld.CreateAsync();
        await ChooseAsync(world, "chair-2", MailPace.Daily, "09:30");

        await world.MoveToAsync("03/01/2020 12:00:00");

        world.MailsTo("chair-2").ShouldBe(["24/12/2019 09:30", "26/12/2019 09:30", "30/12/2019 09:30", "31/12/2019 09:30", "02/01/2020 08:00"]);
        MailData.Read<ReminderData>(world.Mails.First(m => m.To.StartsWith("chair-2", StringComparison.Ordinal)).Data).Next
            .ShouldBe([DueWorld.At("26/12/2019 09:30:00"), DueWorld.At("30/12/2019 09:30:00"), DueWorld.At("31/12/2019 09:30:00"), DueWorld.At("02/01/2020 08:00:00")]);
    }

    [Fact]
    public async Task What_is_handed_in_while_the_daily_mail_waits_is_not_asked_for()
    {
        await using var world = await DueWorld.CreateAsync();
        await ChooseAsync(world, "chair-2", MailPace.Daily, "09:30");
        await world.MoveToAsync("24/12/2019 08:30:00");
        await world.HandInAsync(2, DueWorld.At("24/12/2019 09:00:00"));

        await world.MoveToAsync("24/12/2019 12:00:00");

        world.MailsTo("chair-2").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mail_that_came_back_is_told_to_followers_who_want_escalations_alone()
    {
        await using var world = await DueWorld.CreateAsync();
        await ChooseAsync(world, "officer", MailPace.Escalations);
        await world.MoveToAsync("24/12/2019 08:00:00");
        var mail = await world.ReadAsync<Guid>("select id from outbox");

        (await new RecordBounce(world.Database, world.Reference, TimeProvider.System).RunAsync(["/"], null, mail, "550 no such user", DueWorld.At("24/12/2019 09:00:00")))
            .ShouldBe(BounceAnswer.Recorded);
        await world.MoveToAsync("24/12/2019 10:00:00");

        world.MailsTo("officer").Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_choice_is_audited_once_and_an_unknown_person_has_none()
    {
        await using var world = await DueWorld.CreateAsync();
        var preferences = new MailPreferences(world.Database);
        var chair = await world.ReadAsync<Guid>("select id from person where user_name = 'chair-2'");

        for (var twice = 0; twice < 2; twice++)
            (await preferences.SetAsync(chair, "en", MailPace.Daily, new TimeOnly(7, 15), "page", DueWorld.Issued, DueWorld.Issued)).ShouldBeTrue();

        (await preferences.ReadAsync(chair)).ShouldBe(new MailChoice("en", MailPace.Daily, new TimeOnly(7, 15)));
        (await world.ReadAsync<string>("select string_agg(detail ->> 'pace' || ' ' || (detail ->> 'dailyAt') || ' ' || (detail ->> 'was'), ', ') from audit where action = 'person.mail'"))
            .ShouldBe("daily 07:15 immediate");
        (await preferences.SetAsync(Guid.NewGuid(), "en", MailPace.Daily, null, "page", DueWorld.Issued, DueWorld.Issued)).ShouldBeFalse();
        MailPreferences.Check("fr", "never", "8 giờ").Keys.ShouldBe(["language", "pace", "dailyAt"]);
    }

    private static Task ChooseAsync(DueWorld world, string name, string pace, string at = "08:00") => world.RunAsync(
        "update person set mail_pace = $2, mail_at = $3 where user_name = $1", P(name), P(pace), new NpgsqlParameter { Value = TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture) });
}
