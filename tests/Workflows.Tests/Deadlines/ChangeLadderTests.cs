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

        (await change.PutAsync(Actor.System, changed, write: false, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(2, 2));
        (await world.ReadAsync<long>("select (select count(*) from ladder where id = 'default') + (select count(*) from deadline where next_at <> '2019-12-26T01:00:00Z')")).ShouldBe(0, "a preview writes nothing");
        (await change.PutAsync(Actor.System, changed, write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(2, 2));
        await world.MoveToAsync("31/12/2019 23:00:00");

        // T-5 was sent on 24/12 and would come again on 25/12 by its new offset: the ledger has it already.
        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "27/12/2019 08:00", "31/12/2019 08:00"]);
        (await world.ReadAsync<string>("select detail::text from audit where action = 'ladder.changed'")).ShouldContain("\"moved\": 2");
    }

    [Fact]
    public async Task Single_tasks_or_a_plans_open_work_get_a_ladder_of_their_own()
    {
        (await change.PutAsync(Actor.System, Other, write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(0, 0));
        var task = await world.ReadAsync<Guid>("select id from task where unit_id = 3");
        (await change.AssignAsync(Actor.System, [task], null, null, "own", "Đơn vị xin nhắc ít hơn.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(1, 1));
        await world.MoveToAsync("27/12/2019 09:00:00");
        world.MailsTo("chair-2").ShouldBe(["24/12/2019 08:00", "26/12/2019 08:00"]);
        world.MailsTo("chair-3").ShouldBe(["27/12/2019 08:00"]);
        (await world.ReadAsync<string>("select detail ->> 'reason' from audit where action = 'deadline.ladder'")).ShouldBe("Đơn vị xin nhắc ít hơn.");

        (await change.AssignAsync(Actor.System, null, DueWorld.Root, "submit-plan", "own", "Cả kế hoạch.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(2, 1));
        await world.MoveToAsync("30/12/2019 09:00:00");
        world.MailsTo("chair-2").Last().ShouldBe("30/12/2019 08:00");
    }

    [Fact]
    public async Task What_a_plan_opens_later_takes_the_ladder_it_was_given_and_a_step_of_its_own_goes_first()
    {
        (await change.PutAsync(Actor.System, Other, write: true, world.Clock.Now(), world.Clock.Now())).Refused.ShouldBeNull();
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write: false, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(2, 2));
        (await world.ReadAsync<long>("select count(*) from case_ladder")).ShouldBe(0, "a preview writes nothing");
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, null, "own", "Cả kế hoạch.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(2, 2));
        (await change.AssignAsync(Actor.System, null, DueWorld.Root, "submit-plan", "default", "Riêng bước này như cũ.", write: true, world.Clock.Now(), world.Clock.Now())).ShouldBe(new LadderAnswer(2, 2));
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

    private static Rung Rung(string id, int offset) => new(id, offset, RungUnit.WorkingDays, new TimeOnly(8, 0), [Chair]);
}
