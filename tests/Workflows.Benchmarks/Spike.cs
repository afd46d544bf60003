using System.Diagnostics;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;

namespace Workflows.Benchmarks;

/// <summary>
/// The spike that fixed the schema: one parent, N children, two host processes, sixteen clients completing children's tasks while the parent
/// is being advanced, two <c>kill -9</c>; beside it the raw <c>insert … select</c> of the same rows. Checks its invariants by SQL at the end.
/// </summary>
internal static class Spike
{
    private const int Clients = 16;

    public static async Task<(bool Sound, IReadOnlyList<Figure> Figures)> RunAsync(string connectionString, int units, bool bulk, CancellationToken cancellation)
    {
        await using var database = OwnServer.Open(connectionString);
        await Rows.PrepareAsync(database, units, cancellation);
        var raw = await Rows.RawAsync(database, cancellation);
        var engine = new Engine(database);
        var parent = Guid.NewGuid();
        await StartWorkflow.StartAsync(database, new NewInstance(parent, bulk ? "spike-bulk" : "spike-parent", 1, "spike"), Actor.System, engine.Clock.Now(), cancellation);
        var wal = await Rows.WalAsync(database, cancellation);
        var watch = Stopwatch.StartNew();
        var hosts = new List<Process> { Host(connectionString), Host(connectionString) };
        var clicks = new Clicks(database, engine);
        using var over = new CancellationTokenSource();
        var waits = LockWaitsAsync(database, over.Token);
        var clients = Enumerable.Range(0, Clients).Select(n => clicks.RunAsync(n, units / 20, cancellation)).ToArray();
        foreach (var share in (double[])[0.25, 0.6])
        {
            await Rows.WhenStartedAsync(database, parent, (long)(units * share), cancellation);
            var victim = hosts[0];
            victim.Kill();
            await victim.WaitForExitAsync(cancellation);
            hosts.RemoveAt(0);
            hosts.Add(Host(connectionString));
        }

        await Rows.WhenStartedAsync(database, parent, units, cancellation);
        var created = watch.Elapsed;
        var bytes = await Rows.WalAsync(database, cancellation) - wal;
        clicks.Stop();
        await Task.WhenAll(clients);
        await over.CancelAsync();
        var (samples, waiting, most) = await waits;
        foreach (var host in hosts) host.Kill();
        await Rows.WhenQuietAsync(database, engine, cancellation);

        var figures = await Rows.FiguresAsync(database, parent, cancellation);
        foreach (var (name, value) in figures.Where(f => f.Key.StartsWith("broken", StringComparison.Ordinal) && f.Value != 0)) Console.WriteLine($"INVARIANT {name}: {value}");
        var rules = await Invariants.BrokenAsync(database, cancellation: cancellation);
        foreach (var rule in rules) Console.WriteLine($"INVARIANT {rule}");
        var sound = rules.Count == 0 && figures.All(f => !f.Key.StartsWith("broken", StringComparison.Ordinal) || f.Value == 0);
        return (sound,
        [
            new Figure(
                FormattableString.Invariant($"spike: {(bulk ? "bulk dispatch of" : "cascade to")} {units} {(bulk ? "children" : "units")}, two hosts, two kills, {clicks.Count} clicks beside it; invariants {(sound ? "hold" : "BROKEN")}"),
                FormattableString.Invariant($"{created.TotalSeconds:0.0} s; {figures["rows"] / (double)units:0.00} rows and {bytes / (double)units:0} bytes of WAL a unit"),
                FormattableString.Invariant($"{created.TotalSeconds / raw.Figures.Seconds:0.00} x raw ({raw.Figures.Seconds:0.0} s, {raw.WalBytes / (double)units:0} bytes of WAL a unit)"), created.TotalSeconds),
            new Figure(
                FormattableString.Invariant($"spike: a click, {Clients} clients; max {clicks.Percentile(1):0.0} ms, answered 202: {clicks.Late}"),
                FormattableString.Invariant($"p50 {clicks.Percentile(0.5):0.0} ms, p99 {clicks.Percentile(0.99):0.0} ms"),
                FormattableString.Invariant($"sessions waiting for a lock: in {waiting} of {samples} samples, at most {most}; dead tuples: instance {figures["dead_instance"]}, instance_event {figures["dead_event"]}, task {figures["dead_task"]}"),
                created.TotalSeconds),
        ]);
    }

    /// <summary>How often and how many sessions wait for a lock, looked at twenty times a second while the spike runs.</summary>
    private static async Task<(int Samples, int Waiting, long Most)> LockWaitsAsync(NpgsqlDataSource database, CancellationToken over)
    {
        var (samples, waiting, most) = (0, 0, 0L);
        while (!over.IsCancellationRequested)
        {
            await using var command = database.CreateCommand("-- Spike.LockWaits\nselect count(*) from pg_stat_activity where wait_event_type = 'Lock'");
            var count = (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
            (samples, waiting, most) = (samples + 1, waiting + (count > 0 ? 1 : 0), Math.Max(most, count));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        return (samples, waiting, most);
    }

    private static Process Host(string connectionString)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(Spike).Assembly.Location);
        start.ArgumentList.Add("host");
        start.ArgumentList.Add(connectionString);
        return Process.Start(start)!;
    }

    /// <summary>A host process: runs what is ready until it is killed.</summary>
    public static async Task HostAsync(string connectionString, CancellationToken cancellation)
    {
        await using var database = OwnServer.Open(connectionString);
        var engine = new Engine(database);
        while (true)
            if (await engine.Worker.RunAllAsync(cancellation) == 0) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
    }

    /// <summary>People completing tasks of children, each click one intake transaction and the run of its instance.</summary>
    private sealed class Clicks(NpgsqlDataSource database, Engine engine)
    {
        private readonly List<double> _times = [];
        private volatile bool _stopped;
        private int _late;

        public int Count => _times.Count;
        public int Late => _late;

        public void Stop() => _stopped = true;

        public double Percentile(double p)
        {
            if (_times.Count == 0) return 0;
            _times.Sort();
            return _times[Math.Min(_times.Count - 1, (int)(_times.Count * p))];
        }

        public async Task RunAsync(int client, int most, CancellationToken cancellation)
        {
            for (var done = 0; !_stopped && done < most;)
            {
                var picked = await Rows.OpenTaskAsync(database, client, Clients, cancellation);
                if (picked is not { } task)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
                    continue;
                }

                var watch = Stopwatch.StartNew();
                await Rows.CompleteAsync(database, task.TaskId, task.InstanceId, engine.Clock.Now(), cancellation);
                if (await engine.Runner.RunNowAsync(task.InstanceId, cancellation) != RunAnswer.Settled) Interlocked.Increment(ref _late);
                lock (_times) _times.Add(watch.Elapsed.TotalMilliseconds);
                done++;
            }
        }
    }
}
