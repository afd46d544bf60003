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
        change = new ChangeLadder(world.Database, world.Reference);
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
