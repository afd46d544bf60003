using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;

namespace Workflows.Benchmarks;

/// <summary>
/// A cascade to N units with nothing beside it, beside the raw <c>insert … select</c> of the same rows before and after it. A small cascade runs
/// first: what is measured is a host that has been running for a while.
/// </summary>
internal static class CascadeOnly
{
    private const int WarmUp = 3000;

    public static async Task<int> RunAsync(NpgsqlDataSource database, int units, CancellationToken cancellation)
    {
        await Rows.PrepareAsync(database, WarmUp, cancellation);
        var engine = new Engine(database);
        for (var i = 0; i < 3; i++) await CascadeAsync(engine, cancellation);
        await Rows.PrepareAsync(database, units, cancellation);
        var before = await Rows.RawAsync(database, cancellation);
        var (created, ours) = await CascadeAsync(engine, cancellation);
        var figures = await Rows.SizesAsync(database, cancellation);
        var after = await Rows.RawAsync(database, cancellation);
        var raw = (before.Figures.Seconds + after.Figures.Seconds) / 2;
        var processor = (before.Figures.Processor + after.Figures.Processor) / 2;
        Console.WriteLine(FormattableString.Invariant(
            $"cascade {units}: {ours.Seconds:0.00} s = {ours.Seconds / raw:0.00} x raw ({before.Figures.Seconds:0.00} and {after.Figures.Seconds:0.00} s); {units / ours.Seconds:0} units/s; created after {created:0.00} s"));
        Console.WriteLine(FormattableString.Invariant(
            $"  processor: host {ours.Own / units * 1e6:0} + server {ours.Server / units * 1e6:0} us a unit, raw {processor / units * 1e6:0}; {ours.Allocated / units} bytes allocated a unit; {figures} rows; largest working set {Environment.WorkingSet >> 20} MB; load {Measure.Load}"));
        return 0;
    }

    private static async Task<(double Created, Figures Figures)> CascadeAsync(Engine engine, CancellationToken cancellation)
    {
        await Rows.EmptyAsync(engine.Database, cancellation);
        var parent = Guid.NewGuid();
        await StartWorkflow.StartAsync(engine.Database, new NewInstance(parent, "spike-parent", 1, "spike"), Actor.System, engine.Clock.Now(), cancellation);
        var measure = await Measure.BeginAsync(engine.Database, cancellation);
        await engine.Runner.RunNowAsync(parent, cancellation);
        var created = measure.Seconds;
        await engine.Worker.RunAllAsync(cancellation);
        return (created, measure.End());
    }
}
