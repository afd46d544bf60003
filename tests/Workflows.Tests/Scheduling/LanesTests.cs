using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using Workflows.Tests.Deadlines;
using Workflows.Tests.Identity;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Scheduling;

public sealed class LanesTests
{
    private static readonly DateTimeOffset _system = new(2026, 11, 21, 1, 2, 3, TimeSpan.Zero);
    private static readonly Actor _operator = new(Guid.Parse("00000000-0000-0000-0000-0000000000aa"), null, []);

    [Fact]
    public async Task What_is_paused_stays_due_and_is_made_up_for_once()
    {
        await using var world = await DueWorld.CreateAsync();
        var pauses = new PauseSchedule(world.Database);
        (await pauses.PauseAsync(_operator, Lanes.Deadlines, "Bảo trì", world.Clock.Now(), _system)).ShouldBeTrue();

        var move = await world.MoveToAsync("25/12/2019 07:00:00");
        var whilePaused = await world.ReadAsync<long>("select count(*) from rung_fired");
        (await pauses.ResumeAsync(_operator, Lanes.Deadlines, null, world.Clock.Now(), _system)).ShouldBeTrue();
        await world.MoveToAsync("25/12/2019 09:00:00");
        await world.MoveToAsync("25/12/2019 10:00:00");

        move.IsQuiet.ShouldBeTrue("a clock move does not wait for what is paused");
        whilePaused.ShouldBe(0);
        world.MailsTo("chair-2").ShouldBe(["25/12/2019 07:00"]);
        (await world.ReadAsync<string>("select string_agg(action || ' ' || (detail ->> 'name'), ', ' order by id) from audit where action ^@ 'schedule'"))
            .ShouldBe("schedule.pause deadlines, schedule.resume deadlines");
    }

    [Fact]
    public async Task Paused_mails_wait_while_rungs_go_on()
    {
        await using var world = await DueWorld.CreateAsync();
        var pauses = new PauseSchedule(world.Database);
        await pauses.PauseAsync(_operator, Lanes.Mails, "Máy chủ thư bảo trì", world.Clock.Now(), _system);

        await world.MoveToAsync("26/12/2019 09:00:00");
        world.Mails.ShouldBeEmpty();
        (await world.ReadAsync<long>("select count(*) from rung_fired")).ShouldBe(2);
        await pauses.ResumeAsync(_operator, Lanes.Mails, null, world.Clock.Now(), _system);
        await world.MoveToAsync("26/12/2019 09:00:00");

        world.MailsTo("chair-2").ShouldBe(["26/12/2019 09:00", "26/12/2019 09:00"]);
    }

    [Fact]
    public async Task After_a_silence_of_all_hosts_the_first_one_says_what_was_missed_and_when_it_is_made_up_for()
    {
        await using var world = await DueWorld.CreateAsync();
        var time = new SetTime(_system);
        var beats = new HostBeats(world.Database, time);
        (await StartAsync("a")).ShouldBeNull("the first start of all misses nothing");
        time.Now += HostBeats.Silence;
        (await StartAsync("b")).ShouldBeNull("a is within the time it may be silent");
        var lastSeen = time.Now;
        time.Now += TimeSpan.FromHours(9);
        await using (var connection = await world.Database.OpenConnectionAsync()) await world.Clock.MoveTo(connection, DueWorld.At("24/12/2019 17:00:00"));

        var outage = await StartAsync("c");
        await beats.TouchAsync("c", stops: false);
        var before = await ReadAsync();
        await world.MoveToAsync("24/12/2019 17:00:00");
        await beats.TouchAsync("c", stops: false);
        var after = await ReadAsync();

        outage.ShouldNotBeNull();
        (outage.From, outage.Until).ShouldBe((lastSeen, time.Now));
        outage.Missed.Lanes.Select(l => (l.Lane, l.Due, l.Oldest)).ShouldBe([("deadlines", 1L, (DateTimeOffset?)DueWorld.At("24/12/2019 08:00:00"))]);
        outage.Missed.Jobs.ShouldBe(["Housekeeping"]);
        before.CaughtUpAt.ShouldBeNull();
        after.CaughtUpAt.ShouldBe(time.Now);
        world.MailsTo("chair-2").ShouldBe(["24/12/2019 17:00"]);

        Task<Outage?> StartAsync(string host) => beats.StartAsync(host, world.Clock.Now(), (_, _) => Task.FromResult<IReadOnlyList<string>>(["Housekeeping"]));

        async Task<Outage> ReadAsync()
        {
            await using var connection = await world.Database.OpenConnectionAsync();
            return (await HostBeats.OutagesAsync(connection, 5)).Single();
        }
    }

    [Fact]
    public async Task A_clock_whose_ladder_was_missing_rings_again_when_it_is_tried_again()
    {
        await using var world = await DueWorld.CreateAsync();
        await world.RunAsync("update deadline set ladder_id = 'own'");
        await world.MoveToAsync("25/12/2019 09:00:00");
        (await world.ReadAsync<bool>("select next_at is null from deadline")).ShouldBeTrue();
        var task = await world.ReadAsync<Guid>("select id from task");
        var retry = new RetryDeadline(world.Database);

        await world.RunAsync("insert into ladder (id, body) values ('own', $1)", Json(Ladder.Standard.Write().Replace("\"default\"", "\"own\"", StringComparison.Ordinal)));
        world.Reference.Invalidate();
        (await retry.RunAsync(_operator, task, world.Clock.Now(), _system)).ShouldBeTrue();
        (await retry.RunAsync(_operator, task, world.Clock.Now(), _system)).ShouldBeFalse("it runs");
        await world.MoveToAsync("26/12/2019 09:00:00");

        world.MailsTo("chair-2").ShouldBe(["26/12/2019 08:00"], "what lay before the retry is past");
        (await world.ReadAsync<long>("select count(*) from audit where action = 'deadline.retry'")).ShouldBe(1);
    }

    [Fact]
    public void The_permission_counts_at_the_top_of_the_tree_only()
    {
        Actor With(string path) => new(Guid.NewGuid(), null, [new Grant(1, path, "Administrator", new HashSet<string> { Permission.Schedule })]);

        With("/1/").MayFromTheTop(Permission.Schedule).ShouldBeTrue();
        With("/1/2/").MayFromTheTop(Permission.Schedule).ShouldBeFalse();
        With("/1/").MayFromTheTop(Permission.Operate).ShouldBeFalse();
    }
}
