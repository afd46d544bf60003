using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Tasks;

namespace Workflows.Tests.Deadlines;

/// <summary>Ladders are data that is changed while clocks run: for everybody, or for single tasks.</summary>
public sealed class ChangeLadderTests : IAsyncLifetime
{
    private static readonly RecipientRule Chair = new(RecipientPlace.Unit, "Chair");
    private static readonly Ladder Other = new("own", [Rung("T-2", -2), Rung("T-1", -1)]);
    private DueWorld world = null!;
    private ChangeLadder change = null!;

    public async Task InitializeAsync()
    {
        world = await DueWorld.CreateAsync(units: 2);
        change = new ChangeLadder(world.Database, world.Reference, TimeProvider.System);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task A_changed_ladder_plans_what_is_to_come_anew_and_repeats_nothing()
    {
        await world.MoveToAsync("24/12/2019 09:00:00");
        var changed = new Ladder("default", [Rung("T-5", -4), Rung("T-2", -2), Rung("last", 0)]);

        Counts(await change.PutAsync(Actor.System, changed, write: false, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 2));
        (await world.ReadAsync<long>("select (select count(*) from ladder where id = 'default') + (select count(*) from deadline where next_at <> '2019-12-26T01:00:00Z')")).ShouldBe(0, "a preview writes nothing");
        Counts(await change.PutAsync(Actor.System, changed, write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 2));
        await world.MoveToAsync("31/12/2019 23:00:00");

        // T-5 was sent on 24/12 and would come again on 25/12 by its new offset: the ledger has it already.
        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "27/12/2019 08:00", "31/12/2019 08:00"]);
        (await world.ReadAsync<string>("select detail::text from audit where action = 'ladder.changed'")).ShouldContain("\"moved\": 2");
    }

    /// <summary>On connections that may only read, and beside a pulse that holds the clocks: a look locks nobody out.</summary>
    [Fact]
    public async Task A_preview_only_reads_and_says_what_the_change_then_does()
    {
        await world.MoveToAsync("24/12/2019 09:00:00");
        await using var reading = Npgsql.NpgsqlDataSource.Create(new Npgsql.NpgsqlConnectionStringBuilder(world.Postgres.ConnectionString)
        {
            Options = "-c default_transaction_read_only=on -c lock_timeout=2s",
        });
        var look = new ChangeLadder(reading, world.Reference, TimeProvider.System);
        var now = world.Clock.Now();
        await ShouldBeTheSameAsync((c, write) => c.PutAsync(Actor.System, Other, write, now, now));
        await ShouldBeTheSameAsync((c, write) => c.PutAsync(Actor.System, new Ladder("default", [Rung("T-5", -4), Rung("T-2", -2)]), write, now, now));
        await ShouldBeTheSameAsync((c, write) => c.AssignAsync(Actor.System, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write, now, now));
        await ShouldBeTheSameAsync((c, write) => c.AssignAsync(Actor.System, null, DueWorld.Root, "submit-plan", "default", "Riêng bước.", write, now, now));
        await ShouldBeTheSameAsync((c, write) => c.GiveBackAsync(Actor.System, null, DueWorld.Root, "submit-plan", "default", "Thôi.", write, now, now));
        await ShouldBeTheSameAsync((c, write) => c.GiveBackAsync(Actor.System, null, DueWorld.Root, null, "own", "Thôi.", write, now, now));
        await ShouldBeTheSameAsync((c, write) => c.GiveBackAsync(Actor.System, null, DueWorld.Root, null, "own", "Hết rồi.", write, now, now));

        async Task ShouldBeTheSameAsync(Func<ChangeLadder, bool, Task<LadderAnswer>> ask)
        {
            LadderAnswer shown;
            await using (var pulse = await world.Database.OpenConnectionAsync())
            {
                await using var firing = await pulse.BeginTransactionAsync();
                await WorkflowEngine.Storage.Db.Command(pulse, "select pg_advisory_xact_lock(7301002)").ExecuteNonQueryAsync();
                await WorkflowEngine.Storage.Db.Command(pulse, "select from deadline for update").ExecuteNonQueryAsync();
                shown = await ask(look, false);
            }

            var done = await ask(change, true);
            System.Text.Json.JsonSerializer.Serialize<object>(shown).ShouldBe(System.Text.Json.JsonSerializer.Serialize<object>(done));
        }
    }

    [Fact]
    public async Task A_rung_that_is_due_and_not_taken_yet_is_not_lost_by_a_change_that_keeps_it()
    {
        var now = DueWorld.At("24/12/2019 09:00:00");
        var changed = new Ladder("default", [Rung("T-5", -5), Rung("T-1", -1)]);

        (await change.PutAsync(Actor.System, changed, write: true, now, now)).Refused.ShouldBeNull();
        await world.MoveToAsync("30/12/2019 23:00:00");

        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "30/12/2019 08:00"]);
    }

    [Fact]
    public async Task Single_tasks_or_a_plans_open_work_get_a_ladder_of_their_own()
    {
        Counts(await change.PutAsync(Actor.System, Other, write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((0, 0));
        var task = await world.ReadAsync<Guid>("select id from task where unit_id = 3");
        Counts(await change.AssignAsync(Actor.System, [task], null, null, "own", "Đơn vị xin nhắc ít hơn.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((1, 1));
        await world.MoveToAsync("27/12/2019 09:00:00");
        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "26/12/2019 08:00"]);
        world.MailsTo("chair-3").ShouldBe(["27/12/2019 08:00"]);
        (await world.ReadAsync<string>("select detail ->> 'reason' from audit where action = 'deadline.ladder'")).ShouldBe("Đơn vị xin nhắc ít hơn.");

        Counts(await change.AssignAsync(Actor.System, null, DueWorld.Root, "submit-plan", "own", "Cả kế hoạch.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 1));
        await world.MoveToAsync("30/12/2019 09:00:00");
        world.MailsTo("chair-2").Last().ShouldBe("30/12/2019 08:00");
    }

    [Fact]
    public async Task What_a_plan_opens_later_takes_the_ladder_it_was_given_and_a_step_of_its_own_goes_first()
    {
        (await change.PutAsync(Actor.System, Other, write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        Counts(await change.AssignAsync(Actor.System, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write: false, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 2));
        (await world.ReadAsync<long>("select count(*) from case_ladder")).ShouldBe(0, "a preview writes nothing");
        Counts(await change.AssignAsync(Actor.System, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 2));
        Counts(await change.AssignAsync(Actor.System, null, DueWorld.Root, "submit-plan", "default", "Riêng bước này như cũ.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 2));
        var known = await world.Reference.GetAsync();
        (known.LadderOf(DueWorld.Root, "submit-plan"), known.LadderOf(DueWorld.Root, "conference"), known.LadderOf(Guid.NewGuid(), "conference")).ShouldBe(("default", "own", null));
        (await world.ReadAsync<string>("select string_agg(detail ->> 'ladder' || ' ' || coalesce(detail ->> 'activity', '-'), ', ' order by id) from audit where action = 'case.ladder'")).ShouldBe("own -, default submit-plan");
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, "nothing", "own", "x", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["activity"]);

        // A host that did not know yet opened a task by the definition's ladder; one task got a ladder of its own since. The first is put right, once.
        var late = await world.AddTaskAsync(2, "Tổ chức hội nghị", "conference");
        var chosen = await world.AddTaskAsync(3, "Tổ chức hội nghị", "conference");
        (await change.AssignAsync(Actor.System, [chosen], null, null, "review", "Đơn vị này khác.", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        (await change.SettleAsync(world.Clock.Now())).ShouldBe(0, "hosts may still remember what was");
        await world.RunAsync("update case_ladder set unsettled_since = unsettled_since - interval '1 minute'");
        (await change.SettleAsync(world.Clock.Now())).ShouldBe(1);
        (await change.SettleAsync(world.Clock.Now())).ShouldBe(0);
        (await world.ReadAsync<string>($"select string_agg(ladder_id, ' ' order by task_id = '{late}' desc) from deadline where task_id in ('{late}', '{chosen}')")).ShouldBe("own review");

        // Given to the whole plan again, the step has none of its own any more.
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, null, "default", "Trở lại như cũ.", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        (await world.ReadAsync<long>("select count(*) from case_ladder")).ShouldBe(1);
    }

    [Fact]
    public async Task A_ladder_that_a_plan_was_given_is_taken_back_and_each_task_goes_by_the_one_it_names()
    {
        (await change.PutAsync(Actor.System, Other, write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        var person = await world.AddPersonAsync("extender");
        var forWhom = await world.AddPersonAsync("manager");
        var actor = new Actor(person, forWhom, [new Grant(1, "/1/", "Chair", new HashSet<string> { Permission.Extend })]);
        var handedIn = await world.AddTaskAsync(2, "Tổ chức hội nghị", "conference");
        await world.RunAsync($"update task set status = 'submitted' where id = '{handedIn}'");
        await world.RunAsync($"update deadline set stopped_at = started_at, next_at = null where task_id = '{handedIn}'");
        var given = await change.AssignAsync(actor, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write: true, world.Clock.Now(), world.Clock.Now());
        (given.Tasks, given.Moved, given.Waiting).ShouldBe((2, 2, 1));
        (await LaddersAsync()).ShouldBe("own own own");
        await world.MoveToAsync("27/12/2019 09:00:00");
        world.MailsTo("chair-2").ShouldBe(["27/12/2019 08:00"], "T-2 of its own, nothing of the default ladder");

        Task<LadderAnswer> BackAsync(Actor who, string? activity, string ladder, string? reason, bool write) =>
            change.GiveBackAsync(who, null, DueWorld.Root, activity, ladder, reason, write, world.Clock.Now(), world.Clock.Now());
        (await BackAsync(actor, null, "own", " ", true)).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["reason"]);
        (await BackAsync(actor, null, "review", "x", true)).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["planId"], "not the one it was given");
        (await BackAsync(actor, "submit-plan", "own", "x", true)).Refused.ShouldBeOfType<TaskAnswer.Invalid>("the step has none of its own");
        (await BackAsync(new Actor(person, null, [new Grant(2, "/1/2/", "Chair", new HashSet<string> { Permission.Extend })]), null, "own", "x", true)).Refused.ShouldBeOfType<TaskAnswer.NotFound>();
        var look = await BackAsync(actor, null, "own", "Trở lại như quy trình.", false);
        (look.Refused, look.Tasks, look.Moved, look.Waiting).ShouldBe((null, 2, 2, 1));
        // "T-1" of both falls on 30/12 at the same minute, which is no change; the rest of the default one is new, and what lies behind is not made up for.
        look.Reminders.Select(r => (r.LadderId, r.Rung, r.From, r.To, r.Count)).ShouldBe([
            ("default", "last-day", (DateTimeOffset?)null, (DateTimeOffset?)DueWorld.At("31/12/2019 08:00:00"), 2), ("default", "overdue+1", null, DueWorld.At("02/01/2020 08:00:00"), 2),
            ("default", "overdue+3", null, DueWorld.At("06/01/2020 08:00:00"), 2), ("default", "overdue+5", null, DueWorld.At("08/01/2020 08:00:00"), 2)]);
        (await LaddersAsync()).ShouldBe("own own own", "a look writes nothing");
        (await world.ReadAsync<long>("select count(*) from case_ladder where ladder_id = 'own'")).ShouldBe(1);

        (await BackAsync(actor, null, "own", "Trở lại như quy trình.", true)).Refused.ShouldBeNull();
        (await LaddersAsync()).ShouldBe("default default default");
        (await world.Reference.GetAsync()).LadderOf(DueWorld.Root, "submit-plan").ShouldBeNull();
        (await world.ReadAsync<string>("select (actor_id = '" + person + "')::text || (on_behalf_of = '" + forWhom + "')::text || (detail ->> 'ladder') || (detail ->> 'reason') from audit where action = 'case.ladder.given-back'"))
            .ShouldBe("truetrueownTrở lại như quy trình.");
        (await world.ReadAsync<long>("select count(*) from audit where action = 'deadline.ladder' and detail ->> 'givenBack' = 'own' and on_behalf_of is not null")).ShouldBe(3);
        (await BackAsync(actor, null, "own", "Lần nữa.", true)).Refused.ShouldBeOfType<TaskAnswer.Invalid>("taken back once");

        // A host that still knew the plan's ladder opened a task by it: put right once all hosts know, and then nothing is left of the assignment.
        var late = await world.AddTaskAsync(3, "Tổ chức hội nghị", "conference");
        await world.RunAsync($"update deadline set ladder_id = 'own' where task_id = '{late}'");
        (await change.SettleAsync(world.Clock.Now())).ShouldBe(0);
        await world.RunAsync("update case_ladder set unsettled_since = unsettled_since - interval '1 minute'");
        (await change.SettleAsync(world.Clock.Now())).ShouldBe(1);
        (await world.ReadAsync<long>("select count(*) from case_ladder")).ShouldBe(0);
        await world.MoveToAsync("31/12/2019 23:00:00");
        world.MailsTo("chair-2").ShouldBe(["27/12/2019 08:00", "30/12/2019 08:00", "31/12/2019 08:00"], "what both ladders have, and the last day of the default one");
    }

    [Fact]
    public async Task A_step_taken_back_goes_by_the_plans_ladder_and_a_task_by_its_plans()
    {
        (await change.PutAsync(Actor.System, Other, write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, "submit-plan", "review", "Riêng bước này.", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        var single = await world.ReadAsync<Guid>("select id from task where unit_id = 3");
        (await change.AssignAsync(Actor.System, [single], null, null, "default", "Riêng việc này.", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        Counts(await change.GiveBackAsync(Actor.System, null, DueWorld.Root, "submit-plan", "review", "Thu lại.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((1, 1));
        (await LaddersAsync()).ShouldBe("own default", "the single task keeps what it was given");
        (await world.Reference.GetAsync()).LadderOf(DueWorld.Root, "submit-plan").ShouldBe("own");
        Counts(await change.GiveBackAsync(Actor.System, [single], null, null, "default", "Thu lại.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((1, 1));
        (await LaddersAsync()).ShouldBe("own own");
        (await change.GiveBackAsync(Actor.System, [single], null, null, "default", "Lần nữa.", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.NotFound>();

        // A task whose own words name no ladder goes without one.
        await world.RunAsync("update task_spec set body = body - 'ladderId'");
        Counts(await change.GiveBackAsync(Actor.System, null, DueWorld.Root, null, "own", "Thu lại.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe((2, 2));
        (await world.ReadAsync<long>("select count(*) from deadline where ladder_id is null and next_at is null")).ShouldBe(2);
    }

    [Fact]
    public async Task Two_people_do_not_overwrite_each_other_and_what_nobody_could_hear_or_reach_is_refused()
    {
        var seen = Ladder.Standard.Mark();
        (await change.PutAsync(Actor.System, new Ladder("default", [Rung("T-2", -2)]), true, world.Clock.Now(), world.Clock.Now(), seen)).Refused.ShouldBeNull();
        (await change.PutAsync(Actor.System, new Ladder("default", [Rung("T-3", -3)]), true, world.Clock.Now(), world.Clock.Now(), seen)).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["seen"]);
        (await change.PutAsync(Actor.System, Other, true, world.Clock.Now(), world.Clock.Now(), "")).Refused.ShouldBeNull("a new one, and there was none");
        var unknown = new Rung("x", -1, RungUnit.WorkingDays, new TimeOnly(8, 0), [new RecipientRule(RecipientPlace.Unit, "Chairman")]);
        (await change.PutAsync(Actor.System, new Ladder("own", [unknown]), true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors["rungs"].Vi.ShouldBe("Không có chức vụ Chairman.");
        foreach (var far in new[] { Rung("x", 1001), Rung("x", -1001), Rung("x", 0) with { Repeat = new RungRepeat(367, RungUnit.Weeks) }, Rung("x", 0) with { Repeat = new RungRepeat(1, RungUnit.Weeks, 521) } })
            Should.Throw<ArgumentException>(() => new Ladder("own", [far]));
        var last = new Ladder("own", [Rung("x", 1000) with { Unit = RungUnit.Weeks, Repeat = new RungRepeat(366, RungUnit.Weeks) }]);
        LadderPlan.For(last, Deadline.FromDue(DueWorld.Due, Vn.Calendar), Vn.Calendar, DueWorld.Issued).Occurrences().Last().Period.ShouldBe(RungRepeat.Unbounded);
    }

    [Fact]
    public async Task Who_may_not_and_what_does_not_fit_is_refused()
    {
        var below = new Actor(Guid.NewGuid(), null, [new Grant(2, "/1/2/", "Administrator", new HashSet<string> { Permission.Organisation, Permission.Extend })]);
        (await change.PutAsync(below, Other, write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.Forbidden>();
        (await change.PutAsync(Actor.System, new Ladder("a b", [Rung("x", 0)]), write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["id"]);
        var task = await world.ReadAsync<Guid>("select id from task where unit_id = 2");
        (await change.AssignAsync(below, [task], null, null, "default", "x", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.NotFound>("the owner's clocks are not theirs");
        (await change.AssignAsync(Actor.System, [task], null, null, "nothing", "x", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["ladder"]);
        (await change.AssignAsync(Actor.System, [task], null, null, "default", " ", write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeOfType<TaskAnswer.Invalid>().Errors.Keys.ShouldBe(["reason"]);
    }

    private Task<string> LaddersAsync() => world.ReadAsync<string>("select string_agg(d.ladder_id, ' ' order by t.unit_id, t.activity_id) from deadline d join task t on t.id = d.task_id");

    private static (int Tasks, int Moved) Counts(LadderAnswer answer) => (answer.Refused is null ? answer.Tasks : -1, answer.Moved);

    private static Rung Rung(string id, int offset) => new(id, offset, RungUnit.WorkingDays, new TimeOnly(8, 0), [Chair]);
}
