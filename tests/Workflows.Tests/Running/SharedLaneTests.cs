using WorkflowEngine.Running;

namespace Workflows.Tests.Running;

/// <summary>What concurrent requests do together: who goes with whom, and who learns of whose failure.</summary>
public sealed class SharedLaneTests
{
    private readonly List<int[]> batches = [];
    private readonly HeldTime time = new();

    [Fact]
    public async Task Who_comes_while_a_batch_is_under_way_goes_with_the_next_and_gets_a_result_of_its_own()
    {
        var (lane, gate) = (new SharedLane<int, string>(_ => true, time), new TaskCompletionSource());
        var first = RunAsync(lane, 1, gate.Task);
        await UntilAsync(1);
        var others = Enumerable.Range(2, 5).Select(i => RunAsync(lane, i, gate.Task)).ToArray();
        gate.SetResult();

        (await first).ShouldBe("1");
        (await Task.WhenAll(others)).ShouldBe(["2", "3", "4", "5", "6"]);
        batches.SelectMany(b => b).Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        batches[0].ShouldBe([1]);
        batches.Count.ShouldBeLessThan(6);
    }

    [Fact]
    public async Task No_batch_is_larger_than_the_most()
    {
        var (lane, gate) = (new SharedLane<int, string>(_ => true, time), new TaskCompletionSource());
        var all = Enumerable.Range(1, SharedLane<int, string>.Most * 3).Select(i => RunAsync(lane, i, gate.Task)).ToArray();
        await UntilAsync(1);
        gate.SetResult();
        (await Task.WhenAll(all)).Length.ShouldBe(SharedLane<int, string>.Most * 3);
        batches.ShouldAllBe(b => b.Length <= SharedLane<int, string>.Most);
    }

    [Fact]
    public async Task After_a_failed_batch_each_goes_alone_and_only_the_culprit_fails()
    {
        var (lane, gate) = (new SharedLane<int, string>(_ => true, time), new TaskCompletionSource());
        var first = RunAsync(lane, 1, gate.Task);
        await UntilAsync(1);
        var (good, bad, more) = (RunAsync(lane, 2, gate.Task), RunAsync(lane, -3, gate.Task), RunAsync(lane, 4, gate.Task));
        gate.SetResult();

        (await first).ShouldBe("1");
        (await good).ShouldBe("alone 2");
        (await more).ShouldBe("alone 4");
        (await Should.ThrowAsync<InvalidOperationException>(bad)).Message.ShouldBe("alone -3");
    }

    [Fact]
    public async Task What_may_have_been_kept_is_not_repeated()
    {
        var (lane, gate) = (new SharedLane<int, string>(_ => false, time), new TaskCompletionSource());
        var first = RunAsync(lane, 1, gate.Task);
        await UntilAsync(1);
        var (good, bad) = (RunAsync(lane, 2, gate.Task), RunAsync(lane, -3, gate.Task));
        gate.SetResult();

        await first;
        (await Should.ThrowAsync<InvalidOperationException>(good)).Message.ShouldBe("together");
        (await Should.ThrowAsync<InvalidOperationException>(bad)).Message.ShouldBe("together");
    }

    [Fact]
    public async Task Who_breaks_off_stops_waiting_and_is_carried_out_all_the_same()
    {
        var (lane, gate) = (new SharedLane<int, string>(_ => true, time), new TaskCompletionSource());
        using var stop = new CancellationTokenSource();
        var first = RunAsync(lane, 1, gate.Task);
        await UntilAsync(1);
        var second = RunAsync(lane, 2, gate.Task, stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        gate.SetResult();
        await first;
        await RunAsync(lane, 3, gate.Task);
        lock (batches) batches.SelectMany(b => b).Order().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Who_has_waited_long_behind_a_batch_goes_on_beside_it_with_all_who_wait()
    {
        var (lane, never) = (new SharedLane<int, string>(_ => true, time), new TaskCompletionSource());
        var stuck = RunAsync(lane, 1, never.Task);
        await UntilAsync(1);
        var behind = new[] { RunAsync(lane, 2, never.Task), RunAsync(lane, 3, never.Task) };
        time.Ring();
        (await Task.WhenAll(behind)).ShouldBe(["2", "3"]);
        stuck.IsCompleted.ShouldBeFalse();
        never.SetResult();
        (await stuck).ShouldBe("1");
    }

    private Task<string> RunAsync(SharedLane<int, string> lane, int item, Task gate, CancellationToken stop = default) => lane.RunAsync(item, async items =>
    {
        lock (batches) batches.Add([.. items]);
        if (items.Contains(1)) await gate;
        return items.Any(i => i < 0) ? throw new InvalidOperationException("together") : [.. items.Select(i => $"{i}")];
    }, (one, _) => one < 0 ? throw new InvalidOperationException($"alone {one}") : Task.FromResult($"alone {one}"), stop);

    /// <summary>Time that passes only when a test says so.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly List<Action> timers = [];

        public void Ring()
        {
            lock (timers) timers.ForEach(ring => ring());
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (timers) timers.Add(() => callback(state));
            return new Held();
        }

        private sealed class Held : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private async Task UntilAsync(int started)
    {
        while (true)
        {
            lock (batches)
                if (batches.Count >= started) return;
            await Task.Yield();
        }
    }
}
