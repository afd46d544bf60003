namespace WorkflowEngine.Running;

/// <summary>Runs ready instances in batches until none is left; several of them on several hosts share the work by skipping each other's locks.</summary>
public sealed class ReadyWorker(Runner runner)
{
    /// <summary>Instances per transaction: more gains little and makes a click on one of them wait longer (docs/operations.md).</summary>
    public const int BatchSize = 200;

    /// <summary>Runs everything that is ready now and what becomes ready by it. Returns how many instances were run.</summary>
    public async Task<int> RunAllAsync(CancellationToken cancellation = default)
    {
        // Going on behind the last batch avoids probing what was just deleted; the pass from the beginning finds what came meanwhile.
        var total = 0;
        var place = Guid.Empty;
        while (!cancellation.IsCancellationRequested)
        {
            var (count, last) = await runner.RunReadyAsync(place, BatchSize, cancellation);
            total += count;
            if (count > 0) place = last;
            else if (place != Guid.Empty) place = Guid.Empty;
            else break;
        }

        return total;
    }
}
