using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

/// <summary>A notice that comes while reminders are planned (domain §7, further cases).</summary>
public sealed class LoadCalendarTests : IAsyncLifetime
{
    private DueWorld world = null!;
    private LoadCalendar load = null!;

    private static readonly CalendarChange OffOn30 = new(1, NoticeYear: 2019, Source: "45/TB-LĐTBXH",
        Days: [new CalendarDay(Day("30/12/2019"), CalendarDayKind.Off, new Bilingual("Nghỉ bù", "Day in lieu"))]);

    public async Task InitializeAsync()
    {
        world = await DueWorld.CreateAsync(units: 2);
        load = new LoadCalendar(world.Database, world.Reference, TimeProvider.System);
        await world.RunAsync("insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1, $2) on conflict do nothing",
            Json(Calendar.Write()), Instant(DueWorld.Issued));
        world.Reference.Invalidate();
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_notice_shows_what_it_moves_then_moves_the_reminders_to_come_and_nothing_that_was_announced()
    {
        await world.MoveToAsync("23/12/2019 09:00:00");
        var preview = (await load.PreviewAsync(Actor.System, "vn-public", OffOn30, world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Previewed>().Preview;
        preview.Days.Where(d => d.Day.Month == 12).ShouldHaveSingleItem().ShouldBe(new ChangedDay(Day("30/12/2019"), false, new Bilingual("Nghỉ bù", "Day in lieu")));
        (preview.RemindersMoved, preview.FiredAtOnce).ShouldBe((2, 2));
        preview.Reminders.ShouldHaveSingleItem().ShouldBe(new MovedReminder(new Text("Nộp kế hoạch CĐCS", "Submit the unit's plan"), DueWorld.Due, "default", "T-5", 0,
            DueWorld.At("24/12/2019 08:00:00"), DueWorld.At("23/12/2019 08:00:00"), 2));
        (await world.ReadAsync<int>("select max(version) from calendar")).ShouldBe(1, "a preview writes nothing");

        (await load.ApplyAsync(Actor.System, "vn-public", OffOn30, "another", world.Clock.Now(), world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Changed>();
        (await load.ApplyAsync(Actor.System, "vn-public", OffOn30, preview.Token, world.Clock.Now(), world.Clock.Now())).ShouldBe(new CalendarAnswer.Loaded(2, 2));
        (await load.ApplyAsync(Actor.System, "vn-public", OffOn30, preview.Token, world.Clock.Now(), world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Changed>();
        await world.MoveToAsync("01/01/2020 00:00:00");

        // T-5 lay behind by then and comes at once; the others a working day earlier than before; the limit stays.
        world.MailsTo("chair-2").ShouldBe(["23/12/2019 09:00", "25/12/2019 08:00", "27/12/2019 08:00", "31/12/2019 08:00"]);
        (await world.ReadAsync<long>($"select count(*) from deadline where due = '{DueWorld.Due:O}' and legal_due = due")).ShouldBe(2);
        (await world.ReadAsync<string>("select detail ->> 'source' from audit where action = 'calendar.load'")).ShouldBe("45/TB-LĐTBXH");
    }

    [Fact]
    public async Task What_fired_never_fires_again_though_the_notice_moves_it_into_the_future()
    {
        await Apply(OffOn30);
        await world.MoveToAsync("25/12/2019 09:00:00");
        world.MailsTo("chair-2").ShouldBe(["23/12/2019 08:00", "25/12/2019 08:00"]);

        // Taken back: by the present calendar T-3 would be on 26/12, and has been announced.
        await Apply(OffOn30 with { BaseVersion = 2, Days = [new CalendarDay(Day("29/12/2019"), CalendarDayKind.Off, new Bilingual("Chủ nhật", "Sunday"))] });
        await world.MoveToAsync("01/01/2020 00:00:00");
        world.MailsTo("chair-2").ShouldBe(["23/12/2019 08:00", "25/12/2019 08:00", "30/12/2019 08:00", "31/12/2019 08:00"]);
        (await world.ReadAsync<long>("select count(*) from rung_fired where task_id = (select id from task where unit_id = 2)")).ShouldBe(4);
    }

    [Fact]
    public async Task Another_host_that_planned_by_the_calendar_before_is_put_right()
    {
        await Apply(OffOn30);
        await world.RunAsync("update deadline set next_at = $1 where task_id = (select id from task where unit_id = 3)", Instant(DueWorld.At("24/12/2019 08:00:00")));
        await world.RunAsync("update calendar set unsettled_since = unsettled_since - interval '1 minute'");
        (await load.SettleAsync(world.Clock.Now())).ShouldBe(1);
        (await load.SettleAsync(world.Clock.Now())).ShouldBe(0);
        await world.MoveToAsync("24/12/2019 09:00:00");
        world.MailsTo("chair-3").ShouldBe(world.MailsTo("chair-2"));
    }

    [Fact]
    public async Task An_employer_has_its_own_week_and_days_and_the_public_calendar_stays()
    {
        var own = new CalendarChange(0, CopyOf: "vn-public", WorkingWeek: [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday],
            Days: [new CalendarDay(Day("08/09/2020"), CalendarDayKind.Off, new Bilingual("Ngày truyền thống", "Tradition day"))]);
        await Apply(own, "may-det");
        var calendar = WorkingCalendar.Read(await world.ReadAsync<string>("select body::text from calendar where id = 'may-det'"));
        (calendar.Version, calendar.IsWorkingDay(Day("14/03/2020")), calendar.IsWorkingDay(Day("08/09/2020")), calendar.IsWorkingDay(Day("01/01/2020"))).ShouldBe((1, true, false, false));
        (await world.ReadAsync<int>("select max(version) from calendar where id = 'vn-public'")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_does_not_manage_all_units_of_a_calendar_may_not_change_it_and_mistakes_are_named()
    {
        var below = new Actor(Guid.NewGuid(), null, [new Grant(2, "/1/2/", "Administrator", new HashSet<string> { Permission.Organisation })]);
        (await load.PreviewAsync(below, "vn-public", OffOn30, world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Refused>().Answer.ShouldBeOfType<TaskAnswer.Forbidden>();
        foreach (var (wrong, field) in new[] { (OffOn30 with { Source = " " }, "source"), (OffOn30 with { NoticeYear = 2020 }, "days"), (new CalendarChange(1), "days"), (new CalendarChange(1, WorkingWeek: []), "workingWeek") })
            (await load.PreviewAsync(Actor.System, "vn-public", wrong, world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Refused>().Answer.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe([field]);
        (await load.PreviewAsync(Actor.System, "nowhere", OffOn30 with { BaseVersion = 0 }, world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Refused>().Answer.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["copyOf"]);
        (await load.PreviewAsync(Actor.System, "vn-public", OffOn30 with { BaseVersion = 7 }, world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Changed>().CurrentVersion.ShouldBe(1);
    }

    private async Task Apply(CalendarChange change, string id = "vn-public")
    {
        var preview = (await load.PreviewAsync(Actor.System, id, change, world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Previewed>().Preview;
        (await load.ApplyAsync(Actor.System, id, change, preview.Token, world.Clock.Now(), world.Clock.Now())).ShouldBeOfType<CalendarAnswer.Loaded>();
    }
}
