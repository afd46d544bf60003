using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>
/// What concurrent requests do together: whoever comes while a batch is under way goes with the next one, in one statement or one transaction. A
/// lone item starts at once, so that nobody waits for company; the more come, the larger the batches and the less each one costs.
/// </summary>
/// <remarks>
/// Each item gets its own result, and only after its batch has ended: what is answered then is durable. The batch belongs to nobody's request: one
/// that is broken off stops waiting, and its item is carried out all the same.
/// </remarks>
/// <param name="mayRepeat">Whether an item may be tried again, alone, after a batch with it failed like this: nothing of the batch may have been kept.</param>
/// <param name="system">Measures how long one waits behind a slow batch.</param>
public sealed class SharedLane<TItem, TResult>(Func<Exception, bool> mayRepeat, TimeProvider system)
{
    /// <summary>Items of one batch at most: it stays short for those who wait for it.</summary>
    public const int Most = 64;

    // One batch at a time makes the largest ones. A slow one (a burst with much to do, a wait for a lock) must not hold up everybody: who has waited
    // so long behind it goes on beside it, with all who wait.
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);
    private const int MostBatches = 4;

    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = new();
    private int _underWay;

    /// <param name="together">Carries a batch out: a result for each item, in the order of the items.</param>
    /// <param name="alone">Carries one item out for its own request, after its batch failed.</param>
    /// <param name="cancellation">Ends the waiting, and what is done alone.</param>
    public async Task<TResult> RunAsync(
        TItem item, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> together, Func<TItem, CancellationToken, Task<TResult>> alone,
        CancellationToken cancellation)
    {
        var waiter = new Waiter(item);
        lock (_gate) _waiting.Enqueue(waiter);
        Start(together, 1);
        try
        {
            await waiter.Task.WaitAsync(Slow, system, cancellation);
        }
        catch (TimeoutException)
        {
            if (!waiter.Task.IsCompleted) Start(together, MostBatches);
        }

        var (result, repeats) = await waiter.Task.WaitAsync(cancellation);
        return repeats ? await alone(item, cancellation) : result!;
    }

    private void Start(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> together, int most)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 || _underWay >= most) return;
            _underWay++;
        }

        // Without the request's context: its culture and its user are not those of the batch.
        ThreadPool.UnsafeQueueUserWorkItem(run => _ = GoAsync(run), together, preferLocal: true);
    }

    private async Task GoAsync(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> together)
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                var results = await together(batch.ConvertAll(w => w.Item));
                for (var i = 0; i < batch.Count; i++) batch[i].SetResult((results[i], false));
            }
#pragma warning disable CA1031 // handed on to each request that waits for this batch
            catch (Exception e)
#pragma warning restore CA1031
            {
                // A lone item failed by itself; only a wait for a lock, which is kept short here, is worth more patience of its own.
                var repeats = mayRepeat(e) && (batch.Count > 1 || e.IsLockWait());
                foreach (var waiter in batch)
                    if (repeats) waiter.TrySetResult((default, true));
                    else waiter.TrySetException(e);
            }
        }
    }

    private List<Waiter> Next()
    {
        var batch = new List<Waiter>();
        lock (_gate)
        {
            while (batch.Count < Most && _waiting.TryDequeue(out var waiter)) batch.Add(waiter);
            if (batch.Count == 0) _underWay--;
        }

        return batch;
    }

    private sealed class Waiter(TItem item) : TaskCompletionSource<(TResult? Result, bool Repeats)>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TItem Item => item;
    }
}
