using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Xunit.Abstractions;

namespace Workflows.EndToEnd;

/// <summary>
/// Two hosts under load while hosts and sessions are killed and PostgreSQL is restarted: after each the rules hold, and every answer that a client got is
/// true. How long it takes to recover is printed, never asserted.
/// </summary>
public sealed class LoadCrashTests(Durable durable, ITestOutputHelper output) : IClassFixture<Durable>
{
    private const int KilledBySignal9 = 128 + 9;
    private static readonly bool Long = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>The points that a running host comes by.</summary>
    private static readonly string[] Points = [.. WorkflowEngine.Running.CrashPoints.Names.Except(["migration-before-commit", "migration-after-commit", "loading", "http-before-send", "http-after-answer", "http-after-commit"])];

    [Fact]
    public async Task Hosts_die_at_random_points_under_load()
    {
        var random = new Random(23);
        await using var pair = await Pair.StartAsync(durable);
        await using var load = new Load(pair.AddressOf);
        await load.BeginAsync();
        var (takenOver, ready, byPoint) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < (Long ? 200 : 4); round++)
        {
            var victim = round % 2;
            // The first two have no point. Later ones die at theirs, or are killed wherever they are when so much more was done without coming by it.
            var enough = load.Promised.Count + (round < 2 ? random.Next(5, 40) : 120);
            while (!pair.Hosts[victim].IsDead && load.Promised.Count < enough) await Task.Delay(Poll, TimeProvider.System);
            if (pair.Hosts[victim].IsDead) byPoint++;
            pair.Hosts[victim].Kill();
            await pair.Hosts[victim].DiedAsync();
            pair.Hosts[victim].ExitCode.ShouldBe(KilledBySignal9, pair.Hosts[victim].Output);
            var died = Stopwatch.GetTimestamp();
            await EventsConsumedAsync(pair);
            takenOver.Add(Stopwatch.GetElapsedTime(died).TotalMilliseconds);
            (await Invariants.BrokenAsync(pair.Database, quiet: false)).ShouldBeEmpty($"after death {round}");
            // The first two are passed at once by any load.
            var point = round switch
            {
                0 => "after-commit:20",
                1 => "after-intake:10",
                _ => string.Create(CultureInfo.InvariantCulture, $"{Points[random.Next(Points.Length)]}:{random.Next(1, 40)}"),
            };
            var started = Stopwatch.GetTimestamp();
            if (!await pair.RestartAsync(victim, point))
            {
                // It came by its point before it listened: the pulse takes up at once what the dead one left.
                pair.Hosts[victim].ExitCode.ShouldBe(KilledBySignal9, pair.Hosts[victim].Output);
                byPoint++;
                started = Stopwatch.GetTimestamp();
                (await pair.RestartAsync(victim, null)).ShouldBeTrue(pair.Hosts[victim].Output);
            }

            ready.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        await FinishAsync(pair, load);
        Print($"hosts died, {byPoint} at a point: the other one had consumed all events of that moment after", takenOver);
        Print("the dead one listened again after", ready);
        output.WriteLine($"{load.Promised.Count} completions were promised and kept");
    }

    [Fact]
    public async Task PostgreSQL_is_restarted_and_sessions_are_cut_under_load()
    {
        await using var pair = await Pair.StartAsync(durable);
        await using var load = new Load(pair.AddressOf);
        await load.BeginAsync();
        var (restarted, cut) = (new List<double>(), new List<double>());
        for (var round = 0; round < (Long ? 20 : 1); round++)
        {
            await DoneAsync(load, 20);
            await durable.RestartServerAsync();
            restarted.Add(await AnswerAfterAsync(load));
            await DoneAsync(load, 10);
            (await durable.CutSessionsAsync(pair.Name)).ShouldBeGreaterThan(0);
            cut.Add(await AnswerAfterAsync(load));
            (await Invariants.BrokenAsync(pair.Database, quiet: false)).ShouldBeEmpty();
        }

        await FinishAsync(pair, load);
        pair.Hosts.ShouldAllBe(h => !h.IsDead, "no host ends because its database was away");
        Print("after PostgreSQL had restarted (immediate) the first command was answered after", restarted);
        Print("after all sessions of the hosts were cut the first command was answered after", cut);
        output.WriteLine($"{load.Promised.Count} completions were promised and kept");
    }

    [Fact]
    public async Task A_pool_that_is_much_too_small_loses_nothing()
    {
        await using var pair = await Pair.StartAsync(durable, pool: 4);
        await using var load = new Load(pair.AddressOf);
        await load.BeginAsync();
        await DoneAsync(load, Long ? 2000 : 40);
        await FinishAsync(pair, load);
        output.WriteLine($"{load.Promised.Count} completions were promised and kept with four connections a host");
    }

    /// <summary>Everybody stops, the clock settles, and then nothing is left over, nothing is broken and every answer was true.</summary>
    private static async Task FinishAsync(Pair pair, Load load)
    {
        await load.EndAsync();
        load.Wrong.ShouldBeEmpty();
        await new PlanRun(() => pair.AddressOf(0), () => pair.ReviveAsync(0)).SettleAsync();
        (await Invariants.BrokenAsync(pair.Database)).ShouldBeEmpty();
        (await load.BrokenPromisesAsync(pair.Database)).ShouldBeEmpty();
        load.Promised.ShouldNotBeEmpty();
    }

    /// <summary>Waits until so many more completions were answered, however long that takes.</summary>
    private static async Task DoneAsync(Load load, int more)
    {
        var enough = load.Promised.Count + more;
        while (load.Promised.Count < enough) await Task.Delay(Poll, TimeProvider.System);
    }

    /// <summary>Waits until what was there is taken, or until nobody is left to take it: the other host may have come by its own point meanwhile.</summary>
    private static async Task EventsConsumedAsync(Pair pair)
    {
        var last = await ScalarAsync("select coalesce(max(id), 0) from instance_event", 0);
        while (await ScalarAsync("select count(*) from instance_event where id <= $1", last) > 0 && !pair.Hosts.All(h => h.IsDead)) await Task.Delay(Poll, TimeProvider.System);

        async Task<long> ScalarAsync(string sql, long value)
        {
#pragma warning disable CA2100 // the texts above
            await using var command = pair.Database.CreateCommand(sql);
#pragma warning restore CA2100
            if (sql.Contains('$', StringComparison.Ordinal)) command.Parameters.Add(new() { Value = value });
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    private static async Task<double> AnswerAfterAsync(Load load)
    {
        var since = Stopwatch.GetTimestamp();
        TimeSpan? answered;
        while ((answered = load.AnsweredAfter(since)) is null) await Task.Delay(Poll, TimeProvider.System);
        return answered.Value.TotalMilliseconds;
    }

    private void Print(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: median {milliseconds[milliseconds.Count / 2]:0} ms, longest {milliseconds[^1]:0} ms ({milliseconds.Count} times)"));
    }

    /// <summary>Two hosts on one database, each at an address that it keeps.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private readonly Durable _durable;
        private readonly int[] _ports = [FreePort.Next(), FreePort.Next()];
        private readonly int _pool;

        private Pair(Durable durable, string name, int pool)
        {
            (_durable, Name, _pool) = (durable, name, pool);
            // Without a pool: a connection of before a restart is dead.
            Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(durable.ConnectionTo(name)) { Pooling = false }.ConnectionString);
            Hosts = [durable.Start(name, null, _ports[0], pool), durable.Start(name, null, _ports[1], pool)];
        }

        public string Name { get; }
        public NpgsqlDataSource Database { get; }
        public HostProcess[] Hosts { get; }

        /// <summary>Starts both; plan 23 is issued, so that reminders fall due under the load too.</summary>
        public static async Task<Pair> StartAsync(Durable durable, int pool = 100)
        {
            var pair = new Pair(durable, await durable.DatabaseAsync(), pool);
            foreach (var host in pair.Hosts) (await host.ReadyAsync()).ShouldBeTrue(host.Output);
            var run = new PlanRun(() => pair.AddressOf(0), () => throw new InvalidOperationException(pair.Hosts[0].Output));
            await run.MoveClockAsync("2019-12-17T10:00:00+07:00");
            await run.IssueAsync();
            return pair;
        }

        public Uri AddressOf(int host) => Hosts[host].Address;

        /// <summary>Starts the dead one again; false when it died before it listened.</summary>
        public async Task<bool> RestartAsync(int host, string? crashAt)
        {
            Hosts[host].Dispose();
            Hosts[host] = _durable.Start(Name, crashAt, _ports[host], _pool);
            return await Hosts[host].ReadyAsync();
        }

        public async Task ReviveAsync(int host)
        {
            await Hosts[host].DiedAsync();
            (await RestartAsync(host, null)).ShouldBeTrue(Hosts[host].Output);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var host in Hosts) await host.StopAsync();
            foreach (var host in Hosts) host.Dispose();
            await Database.DisposeAsync();
        }
    }
}
