using WorkflowEngine.Deadlines;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

/// <summary>What a ladder may say beside its times: conditions, recipients by rule, quiet hours.</summary>
public sealed class LadderRulesTests
{
    private static readonly RecipientRule Chair = new(RecipientPlace.Unit, "Chair");

    /// <summary>One rung for each condition, on 30/12/2019 at 08:00, 09:00, …</summary>
    private static readonly Ladder EachCondition = new("own", [.. Enum.GetValues<RungCondition>().Select((condition, n) =>
        new Rung(condition.ToString(), -1, RungUnit.WorkingDays, new TimeOnly(8 + n, 0), [Chair]) { Condition = condition })]);

    [Theory]
    [InlineData("untouched", "select 1", "NotSubmitted NotOpened NotStarted")]
    [InlineData("opened", "update task set opened_at = created_at", "NotSubmitted NotStarted")]
    [InlineData("started", "with o as (update task set opened_at = created_at returning id, created_at) insert into task_draft (task_id, person_id, data, saved_at) select id, gen_random_uuid(), '{}', created_at from o", "NotSubmitted")]
    [InlineData("returned", "with d as (update deadline set round = 2) update task set round = 2, opened_at = created_at", "NotSubmitted NotStarted ReturnedNotResubmitted")]
    [InlineData("handed in", "update task set status = 'submitted', submitted_at = created_at", "")]
    [InlineData("waits for the reviewer", "with d as (update deadline set purpose = 'review') update task set status = 'submitted', submitted_at = created_at", "NotSubmitted NotOpened NotStarted NotReviewed")]
    public async Task A_rung_fires_only_while_its_condition_holds(string state, string sql, string fired)
    {
        await using var world = await DueWorld.CreateAsync();
        await UseAsync(world, EachCondition, "30/12/2019 08:00:00");
        await world.RunAsync(sql);

        await world.MoveToAsync("30/12/2019 23:00:00");

        (await world.ReadAsync<string>("select coalesce(string_agg(rung, ' ' order by scheduled_at), '') from rung_fired")).ShouldBe(fired, state);
    }

    [Fact]
    public async Task A_repeated_rung_stops_with_its_condition_and_after_its_times()
    {
        var ladder = new Ladder("own", [
            new Rung("open", -3, RungUnit.WorkingDays, new TimeOnly(8, 0), [Chair]) { Condition = RungCondition.NotOpened, Repeat = new RungRepeat(1, RungUnit.CalendarDays) },
            new Rung("three", -3, RungUnit.WorkingDays, new TimeOnly(9, 0), [Chair]) { Repeat = new RungRepeat(1, RungUnit.WorkingDays, 2) }]);
        await using var world = await DueWorld.CreateAsync();
        await UseAsync(world, ladder, "26/12/2019 08:00:00");

        await world.MoveToAsync("27/12/2019 12:00:00");
        await world.RunAsync("update task set opened_at = created_at");
        await world.MoveToAsync("10/01/2020 12:00:00");

        (await world.ReadAsync<string>("select string_agg(rung || '#' || period, ' ' order by scheduled_at) from rung_fired")).ShouldBe("open#0 three#0 open#1 three#1 three#2");
    }

    [Fact]
    public async Task A_rung_inside_only_sends_no_mail_and_stands_in_the_inbox_until_the_task_is_opened()
    {
        var ladder = Ladder.Read(new Ladder("own", [
            new Rung("inside", -1, RungUnit.WorkingDays, new TimeOnly(8, 0), [Chair]) { Channel = RungChannel.InApp },
            new Rung("last", 0, RungUnit.WorkingDays, new TimeOnly(8, 0), [Chair])]).Write());
        await using var world = await DueWorld.CreateAsync();
        await UseAsync(world, ladder, "30/12/2019 08:00:00");
        var (person, task) = (await world.ReadAsync<Guid>("select id from person where user_name = 'chair-2'"), await world.ReadAsync<Guid>("select id from task"));
        var notices = new WorkflowHost.Inbox.Notices(world.Database);

        await world.MoveToAsync("30/12/2019 12:00:00");

        world.Mails.ShouldBeEmpty();
        (await notices.ReadAsync(person, world.Clock.Now())).ShouldHaveSingleItem().ShouldBe(new WorkflowHost.Inbox.InboxNotice(
            task, new WorkflowEngine.Tasks.Text("Nộp kế hoạch CĐCS", "Submit the unit's plan"), "23/KH-CĐYT", "CĐCS đơn vị 2", DueWorld.At("30/12/2019 08:00:00"), DueWorld.Due, false));
        await new DeliveryLedger(world.Database).NoteOpenedAsync(task, person, world.Clock.Now());
        (await notices.ReadAsync(person, world.Clock.Now())).ShouldBeEmpty();
        await world.MoveToAsync("31/12/2019 12:00:00");
        world.MailsTo("chair-2").ShouldBe(["31/12/2019 08:00"]);
    }

    [Theory]
    [InlineData("{\"at\":\"owner\",\"role\":\"Officer\",\"superior\":1}", "head")]
    [InlineData("{\"at\":\"owner\",\"role\":\"Officer\",\"superior\":2}", "vice")]
    [InlineData("{\"at\":\"unit\",\"role\":\"assignee\",\"superior\":1}", "sector-chair")]
    [InlineData("{\"at\":\"unit\",\"role\":\"assignee\",\"superior\":2}", "province-chair")]
    [InlineData("{\"at\":\"unit\",\"role\":\"assignee\",\"superior\":8}", "province-chair")]
    [InlineData("{\"at\":\"owner\",\"role\":\"HeadOfDepartment\",\"department\":\"VP\"}", "head-vp")]
    [InlineData("{\"at\":\"above\",\"role\":\"HeadOfDepartment\",\"department\":\"CSPL\"}", "head-cspl")]
    [InlineData("{\"at\":\"above\",\"role\":\"HeadOfDepartment\"}", "head-cspl head-tg")]
    [InlineData("{\"at\":\"above\",\"role\":\"HeadOfDepartment\",\"department\":\"none\"}", "")]
    public async Task Recipients_are_found_by_rule(string rule, string people)
    {
        await using var world = await DueWorld.CreateAsync();
        await world.RunAsync("insert into unit (id, code, name, short_name, kind, path) values (90, 'LDLD', 'Liên đoàn Lao động tỉnh', 'LĐLĐ', 'federation', '/90/')");
        await world.RunAsync("update unit set parent_id = 90, path = '/90/1/' where id = 1");
        await world.RunAsync("update unit set path = '/90/1/2/' where id = 2");
        await world.RunAsync("insert into role (code, label_vi, label_en) values ('HeadOfDepartment', 'Trưởng ban', 'Head of department')");
        await world.RunAsync("update role set superior = case code when 'Officer' then 'HeadOfOffice' when 'HeadOfOffice' then 'ViceChair' end");
        await world.AddPersonAsync("sector-chair", (1, "Chair"));
        await world.AddPersonAsync("province-chair", (90, "Chair"));
        foreach (var (person, unit, department) in new[] { ("head-vp", 1L, "VP"), ("head-tg", 90L, "TG"), ("head-cspl", 90L, "CSPL") })
        {
            await world.AddPersonAsync(person, (unit, "HeadOfDepartment"));
            await world.RunAsync("update role_assignment set department = $1 where person_id = (select id from person where user_name = $2)", P(department), P(person));
        }

        var ladder = $$"""{"id":"own","rungs":[{"id":"r","offset":-3,"unit":"workingDays","at":"08:00","recipients":[{{rule}}]}]}""";
        Ladder.Read(Ladder.Read(ladder).Write()).Rungs[0].Recipients.ShouldBe(Ladder.Read(ladder).Rungs[0].Recipients);
        await UseAsync(world, Ladder.Read(ladder), "26/12/2019 08:00:00");

        await world.MoveToAsync("26/12/2019 09:00:00");

        string.Join(' ', world.Mails.Select(m => m.To.Split('@')[0]).Order(StringComparer.Ordinal)).ShouldBe(people);
        (await world.ReadAsync<long>("select count(*) from audit where action = 'deadline.rung.no-recipient'")).ShouldBe(people.Length == 0 ? 1 : 0, "what reaches nobody is on record");
    }

    [Theory]
    [InlineData("26/12/2019 03:00:00", "26/12/2019 07:30")] // Thursday night: the morning
    [InlineData("26/12/2019 17:30:00", "26/12/2019 17:30")] // the last moment that is not quiet
    [InlineData("26/12/2019 17:31:00", "27/12/2019 07:30")]
    [InlineData("27/12/2019 18:00:00", "30/12/2019 07:30")] // Friday evening: Monday
    [InlineData("28/12/2019 10:00:00", "30/12/2019 07:30")] // Saturday
    [InlineData("31/12/2019 22:00:00", "31/12/2019 17:30")] // the limit is midnight: not behind it
    [InlineData("01/01/2020 08:00:00", "02/01/2020 07:30")] // a holiday, after the limit
    [InlineData("30/12/2019 12:00:00", "30/12/2019 12:00")]
    public void Quiet_hours_move_to_their_end_and_never_behind_the_limit(string at, string expected) =>
        new QuietHours(new TimeOnly(17, 30), new TimeOnly(7, 30), WorkingDaysOnly: true).Move(At(at), Utc("2019-12-31T17:00Z"), Calendar)
            .ToOffset(TimeSpan.FromHours(7)).ToString("dd/MM/yyyy HH:mm", null).ShouldBe(expected);

    [Fact]
    public void A_ladder_in_hours_keeps_still_at_night_and_repetitions_that_meet_in_the_morning_are_one()
    {
        var ladder = Ladder.Read("""
            {"id":"own","quiet":{"from":"21:00","until":"06:00"},"rungs":[
              {"id":"soon","offset":-4,"unit":"hours","at":"00:00","recipients":[{"at":"unit","role":"Chair"}]},
              {"id":"late","offset":2,"unit":"hours","at":"00:00","recipients":[{"at":"unit","role":"Chair"}],"repeat":{"every":2,"unit":"hours","times":4}}]}
            """);
        var plan = LadderPlan.For(ladder, Resolve("before 01-01(+1)"), Calendar, Issued);

        plan.Occurrences().Select(o => $"{o.RungId}#{o.Period} {o.At.ToOffset(TimeSpan.FromHours(7)):dd/MM HH:mm}").ShouldBe(
            ["soon#0 31/12 20:00", "late#0 01/01 06:00", "late#3 01/01 08:00", "late#4 01/01 10:00"]);
        Ladder.Read(ladder.Write()).Quiet.ShouldBe(ladder.Quiet);
        Should.Throw<ArgumentException>(() => new Ladder("x", ladder.Rungs, new QuietHours(new TimeOnly(8, 0), new TimeOnly(8, 0))));
        Should.Throw<ArgumentException>(() => new Ladder("x", [new Rung("r", 1, RungUnit.Hours, default, [Chair with { Superior = 9 }])]));
    }

    private static async Task UseAsync(DueWorld world, Ladder ladder, string first)
    {
        await world.RunAsync("insert into ladder (id, body) values ('own', $1)", Json(ladder.Write()));
        await world.RunAsync("update deadline set ladder_id = 'own', next_at = $1", Instant(DueWorld.At(first)));
        world.Reference.Invalidate();
    }
}
