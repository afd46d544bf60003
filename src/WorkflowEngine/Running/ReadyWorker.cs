namespace WorkflowEngine.Running;

/// <summary>
/// Runs ready instances in batches until none is left. A full batch brings more lanes in, so that one batch is run here while PostgreSQL writes
/// the others; the lanes claim in turn, each behind the other. Hosts share the work by skipping each other's locks.
/// </summary>
public sealed class ReadyWorker(Runner runner)
{
    /// <summary>Instances per transaction: more gains little and makes a click on one of them wait longer (docs/operations.md).</summary>
    public const int BatchSize = 200;

    /// <summary>Batches under way at once in one host: one is run here while PostgreSQL writes another and a third is claimed.</summary>
    public const int Lanes = 3;

    /// <summary>Runs everything that is ready now and what becomes ready by it. Returns how many instances were run.</summary>
    public async Task<int> RunAllAsync(CancellationToken cancellation = default)
    {
        using var place = new ReadyPlace();
        var count = await runner.RunReadyAsync(place, BatchSize, cancellation);
        if (count == 0) return 0;
        if (count < BatchSize) return count + await LaneAsync(place, cancellation);
        var lanes = Enumerable.Range(0, Lanes).Select(_ => Task.Run(() => LaneAsync(place, cancellation), cancellation)).ToArray();
        return count + (await Task.WhenAll(lanes)).Sum();
    }

    private async Task<int> LaneAsync(ReadyPlace place, CancellationToken cancellation)
    {
        // Going on behind the last batch avoids probing what was just deleted; the pass from the beginning finds what came meanwhile.
        var total = 0;
        for (var isFresh = false; !cancellation.IsCancellationRequested;)
        {
            var count = await runner.RunReadyAsync(place, BatchSize, cancellation);
            total += count;
            if (count == 0 && isFresh) break;
            isFresh = count == 0;
            if (isFresh) place.Restart();
        }

        return total;
    }
}
