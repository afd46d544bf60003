using Microsoft.Extensions.Logging.Abstractions;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using Workflows.Tests.Deadlines;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Running;

public sealed class PulseTests
{
    [Fact]
    public async Task A_clock_moved_by_another_host_makes_everything_due_happen_here()
    {
        await using var world = await DueWorld.CreateAsync();
        var clock = new BusinessClock(TimeProvider.System, movable: true);
        var sent = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        var turn = new PulseTurn(world.Database, new FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ => Task.FromResult(0), async (now, cancellation) =>
        {
            var waiting = await world.ReadAsync<long>("select count(*) from outbox");
            if (waiting > 0) sent.TrySetResult(now);
            return 0;
        });
        using var stop = new CancellationTokenSource();
        var running = new Pulse(world.Database, clock, TimeProvider.System, turn, NullLogger<Pulse>.Instance).RunAsync(stop.Token);

        await using (var connection = await world.Database.OpenConnectionAsync())
            (await world.Clock.MoveTo(connection, DueWorld.At("24/12/2019 08:00:00"))).ShouldBe(ClockMove.Moved);
        new Nudge(world.Database, TimeProvider.System, NullLogger<Nudge>.Instance).Now();

        (await sent.Task.WaitAsync(Postgres.Patience)).ShouldBe(DueWorld.At("24/12/2019 08:00:00"));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_turn_that_fails_does_not_end_the_pulse()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turns = 0;
        var turn = new PulseTurn(world.Database, new FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, _ =>
        {
            if (++turns == 1) throw new InvalidOperationException("broken");
            again.TrySetResult();
            return Task.FromResult(0);
        }, (_, _) => Task.FromResult(0));
        using var stop = new CancellationTokenSource();
        var pulse = new Pulse(world.Database, world.Clock, TimeProvider.System, turn, NullLogger<Pulse>.Instance);
        var running = pulse.RunAsync(stop.Token);

        await again.Task.WaitAsync(Postgres.Patience);
        await stop.CancelAsync();
        await running;
        pulse.LastTurnAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_mail_server_that_takes_its_time_holds_up_nothing_else()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        var (again, turns, sending) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0, new TaskCompletionSource());
        var turn = new PulseTurn(world.Database, new FireTimers(world.Database), world.Planned, world.FireDue, world.CloseDigests, async _ =>
        {
            await sending.Task;
            if (++turns == 2) again.TrySetResult();
            return 0;
        }, async (_, cancellation) =>
        {
            sending.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return 0;
        });
        using var stop = new CancellationTokenSource();
        var running = new Pulse(world.Database, world.Clock, TimeProvider.System, turn, NullLogger<Pulse>.Instance).RunAsync(stop.Token);

        await again.Task.WaitAsync(Postgres.Patience);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_hundred_nudges_are_one_notification_and_the_next_comes_after_the_pause()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        var time = new HeldTime();
        var nudge = new Nudge(world.Database, time, NullLogger<Nudge>.Instance);
        await using var listener = await world.Database.OpenConnectionAsync();
        var heard = 0;
        listener.Notification += (_, _) => heard++;
        await using (var listen = Command(listener, "listen workflow_ready")) await listen.ExecuteNonQueryAsync();

        for (var burst = 1; burst <= 2; burst++)
        {
            for (var i = 0; i < 100; i++) nudge.Now();
            time.Waiting.ShouldBe(burst, "a hundred commits wait for one pause");
            time.Release(Nudge.Quiet);
            await listener.WaitAsync(new CancellationTokenSource(Postgres.Patience).Token);
        }

        heard.ShouldBe(2);
    }

    [Fact]
    public async Task A_commit_with_a_click_notifies_after_it_is_visible()
    {
        await using var bench = await Tasks.TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await bench.CompleteAsync(Tasks.TaskBench.Chair, task);
        await using var listener = await bench.Database.OpenConnectionAsync();
        await using (var listen = Command(listener, "listen workflow_ready")) await listen.ExecuteNonQueryAsync();

        await bench.ReturnAsync(Tasks.TaskBench.Officer, task, 2);

        await listener.WaitAsync(new CancellationTokenSource(Postgres.Patience).Token);
        (await bench.ScalarAsync<long>("select count(*) from outbox where kind = 'returned' and status = 'queued'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_timer_fires_once_and_leaves_an_event_for_its_instance()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);
        var bookmark = Guid.NewGuid();
        await world.RunAsync("insert into bookmark (id, instance_id, activity_id, name, due_at) values ($1, $2, 'delay', 'Elsa.Delay', $3)",
            P(bookmark), P(DueWorld.Root), Instant(DueWorld.At("20/12/2019 08:00:00")));
        var timers = new FireTimers(world.Database);

        (await timers.RunAsync(DueWorld.At("20/12/2019 07:59:59"))).ShouldBe(0);
        (await timers.RunAsync(DueWorld.At("20/12/2019 08:00:00"))).ShouldBe(1);
        (await timers.RunAsync(DueWorld.At("20/12/2019 08:00:00"))).ShouldBe(0);

        (await world.ReadAsync<string>("select kind || ' ' || (body ->> 'bookmarkId') from instance_event")).ShouldBe($"timer-due {bookmark}");
    }

    /// <summary>Timers that ring only when a test says so.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly Queue<HeldTimer> held = new();

        /// <summary>Timers ever asked for.</summary>
        public int Waiting { get; private set; }

        public void Release(TimeSpan of)
        {
            var timer = held.Dequeue();
            timer.Due.ShouldBe(of);
            timer.Ring();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waiting++;
            var timer = new HeldTimer(() => callback(state), dueTime);
            held.Enqueue(timer);
            return timer;
        }

        private sealed class HeldTimer(Action ring, TimeSpan due) : ITimer
        {
            public TimeSpan Due => due;

            public void Ring() => ring();

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task The_clock_never_moves_back()
    {
        await using var world = await DueWorld.CreateAsync(units: 0);

        var answer = await world.MoveToAsync("01/12/2019 08:00:00");

        (answer.Answer, answer.Now).ShouldBe((ClockMove.WouldMoveBack, DueWorld.Issued));
    }
}
