namespace Workflows.Tests.Outbox;

/// <summary>A system clock that a test moves by hand; timers ring when it passes them.</summary>
internal sealed class HandTime : TimeProvider
{
    private readonly Lock held = new();
    private readonly List<HandTimer> timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> awaited = [];
    private DateTimeOffset now = new(2019, 12, 17, 3, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (held) return now;
    }

    /// <summary>Ends when somebody waits for this long.</summary>
    public Task WaitsForAsync(TimeSpan due)
    {
        lock (held)
        {
            if (timers.Exists(t => t.Due == due)) return Task.CompletedTask;
            awaited.Add((due, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
            return awaited[^1].Set.Task;
        }
    }

    public void Pass(TimeSpan time)
    {
        HandTimer[] ringing;
        lock (held)
        {
            now += time;
            ringing = [.. timers.Where(t => t.At <= now)];
            timers.RemoveAll(t => t.At <= now);
        }

        foreach (var timer in ringing) timer.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (held)
        {
            var timer = new HandTimer(this, () => callback(state), dueTime, now + dueTime);
            timers.Add(timer);
            foreach (var (due, set) in awaited)
                if (due == dueTime) set.TrySetResult();
            return timer;
        }
    }

    private sealed class HandTimer(HandTime time, Action ring, TimeSpan due, DateTimeOffset at) : ITimer
    {
        public TimeSpan Due => due;

        public DateTimeOffset At => at;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            lock (time.held) time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
