using System.Diagnostics;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;

namespace Workflows.Benchmarks;

/// <summary>A cascade to N units with nothing beside it, two workers, beside the raw <c>insert … select</c> of the same rows.</summary>
internal static class CascadeOnly
{
    public static async Task<int> RunAsync(string connectionString, int units, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Rows.PrepareAsync(database, units, cancellation);
        var raw = await Rows.RawAsync(database, cancellation);
        var engine = new Engine(database);
        var parent = Guid.NewGuid();
        await StartWorkflow.StartAsync(database, new NewInstance(parent, "spike-parent", 1, "spike"), Actor.System, engine.Clock.Now(), cancellation);
        var watch = Stopwatch.StartNew();
        await engine.Runner.RunNowAsync(parent, cancellation);
        var created = watch.Elapsed.TotalSeconds;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => engine.Worker.RunAllAsync(cancellation), cancellation)));
        var total = watch.Elapsed.TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"{units} units: created in {created:0.00} s, first bursts done at {total:0.00} s; raw {raw.Seconds:0.00} s; ratio {total / raw.Seconds:0.00}; {GC.GetTotalAllocatedBytes() / units} bytes allocated a unit"));
        return 0;
    }
}
