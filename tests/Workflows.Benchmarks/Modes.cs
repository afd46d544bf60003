using WorkflowEngine.Running;

namespace Workflows.Benchmarks;

/// <summary>What can be asked for on the command line; each prints rows of one Markdown table. The database is a scratch one: its schema is dropped.</summary>
internal static class Modes
{
    /// <summary>Instances a commit that <c>steps</c> measures.</summary>
    public static int[] EachBatch => [100, 10, 1];

    public static async Task<int> CascadeAsync(string connection, int units, CancellationToken cancellation)
    {
        await using var database = OwnServer.Open(connection);
        Print(await CascadeOnly.RunAsync(database, units, cancellation));
        return 0;
    }

    public static async Task<int> SpikeAsync(string connection, int units, bool bulk, CancellationToken cancellation)
    {
        var (sound, figures) = await Spike.RunAsync(connection, units, bulk, cancellation);
        foreach (var figure in figures) Print(figure);
        return sound ? 0 : 1;
    }

    public static async Task<int> StepsAsync(string connection, int instances, int[] batches, CancellationToken cancellation)
    {
        await using var database = OwnServer.Open(connection);
        var steps = new Steps(new Engine(database));
        await steps.PrepareAsync(instances, cancellation);
        foreach (var batch in batches)
            foreach (var lanes in (int[])[1, ReadyWorker.Lanes])
                Print(await steps.RunAsync(Math.Max(20, instances / (batch == 100 ? 1 : batch == 10 ? 4 : 20)), batch, lanes, 3, cancellation));
        return 0;
    }

    /// <summary>Steps of a thousand instances while nothing else waits, and while so many others do.</summary>
    public static async Task<int> WaitingAsync(string connection, int waiting, CancellationToken cancellation)
    {
        await using var database = OwnServer.Open(connection);
        var steps = new Steps(new Engine(database));
        var (instances, rounds) = (Math.Min(1000, waiting), 25);
        await steps.PrepareAsync(instances, cancellation);
        foreach (var batch in (int[])[100, 1])
            await steps.EngineAsync(instances, batch, 1, cancellation);
        var before = await BestAsync();
        var measure = await Measure.BeginAsync(database, cancellation);
        await steps.FillAsync(waiting, cancellation);
        var filled = measure.Seconds;
        var after = await BestAsync();
        var count = instances * rounds;
        Print(new Figure(
            FormattableString.Invariant($"a step, 100 a commit, while {waiting} other instances wait (written in {filled:0} s); processor time of {count}, median of their seconds"),
            FormattableString.Invariant($"{after.All.Each(count)}; {after.Median / instances * 1e6:0} us"),
            FormattableString.Invariant($"{after.All.Processor / before.All.Processor:0.00} x the processor time without them ({before.All.Each(count)}), {after.Median / before.Median:0.00} x the seconds ({before.Median / instances * 1e6:0} us)"),
            before.All.Seconds + after.All.Seconds));
        return 0;

        // They have been waiting for long: what the load of so many rows leaves behind (pages to be written, dead rows, old statistics) is over.
        async Task<(double Median, Figures All)> BestAsync()
        {
            foreach (var sql in (string[])["vacuum analyze", "checkpoint"])
            {
                await using var settle = database.CreateCommand(sql);
                await settle.ExecuteNonQueryAsync(cancellation);
            }

            for (var i = 0; i < rounds; i++) await steps.EngineAsync(instances, 100, 1, cancellation);
            var turns = new List<Figures>();
            for (var i = 0; i < rounds; i++) turns.Add(await steps.EngineAsync(instances, 100, 1, cancellation));
            return (turns.Select(t => t.Seconds).Order().ElementAt(rounds / 2), turns.Aggregate((a, b) => a + b));
        }
    }

    public static async Task<int> DeadlinesAsync(string connection, int deadlines, int pending, CancellationToken cancellation)
    {
        await using var database = OwnServer.Open(connection);
        var mode = new Deadlines(database);
        foreach (var figure in await mode.RunAsync(deadlines, cancellation)) Print(figure);
        Print(await mode.PendingAsync(Math.Max(500, deadlines / 12), Math.Min(1_000, pending / 10), pending, cancellation));
        return 0;
    }

    public static async Task<int> HttpAsync(string connection, int tasks, CancellationToken cancellation)
    {
        await using (var database = OwnServer.Open(connection)) await Rows.DropAsync(database, cancellation);
        Print(await new HttpClicks(connection).RunAsync(tasks, cancellation));
        return 0;
    }

    public static int Memory(double seconds)
    {
        foreach (var figure in Expressions.Run(seconds)) Print(figure);
        return 0;
    }

    /// <summary>Every figure, one after the other. Small: each mode turns once, in well under a minute.</summary>
    public static async Task<int> AllAsync(string connection, bool small, CancellationToken cancellation)
    {
        Console.WriteLine(Figure.Head);
        var bad = Memory(small ? 0.3 : 5);
        bad += await CascadeAsync(connection, small ? 1_000 : 120_000, cancellation);
        bad += await StepsAsync(connection, small ? 200 : 3_000, EachBatch, cancellation);
        bad += await DeadlinesAsync(connection, small ? 1_000 : 120_000, small ? 5_000 : 1_000_000, cancellation);
        bad += await HttpAsync(connection, small ? 100 : 3_000, cancellation);
        foreach (var bulk in (bool[])[false, true]) bad += await SpikeAsync(connection, small ? 2_000 : 120_000, bulk, cancellation);
        bad += await WaitingAsync(connection, small ? 5_000 : 1_000_000, cancellation);
        return bad == 0 ? 0 : 1;
    }

    private static void Print(Figure figure) => Console.WriteLine(figure.Row);
}
