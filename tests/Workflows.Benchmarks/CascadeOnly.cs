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
    private const int WarmUp = 12_000;
    private const int WarmUpRounds = 8;

    public static async Task<Figure> RunAsync(NpgsqlDataSource database, int units, CancellationToken cancellation)
    {
        await Rows.PrepareAsync(database, Math.Min(units, WarmUp), cancellation);
        var engine = new Engine(database);
        for (var i = 0; i < WarmUpRounds; i++) await CascadeAsync(engine, cancellation);
        await Rows.PrepareAsync(database, units, cancellation);
        var before = await Rows.RawAsync(database, cancellation);
        var (created, ours) = await CascadeAsync(engine, cancellation);
        var figures = await Rows.SizesAsync(database, cancellation);
        var after = await Rows.RawAsync(database, cancellation);
        var raw = (before.Figures.Seconds + after.Figures.Seconds) / 2;
        var processor = (before.Figures.Processor + after.Figures.Processor) / 2;
        return new Figure(
            FormattableString.Invariant($"cascade to {units} units with first bursts; created after {created:0.0} s; {figures} rows; {ours.Allocated / units} bytes allocated a unit; largest working set {Environment.WorkingSet >> 20} MB"),
            FormattableString.Invariant($"{ours.Seconds:0.0} s, {units / ours.Seconds:0} units/s; processor a unit: {ours.Each(units)}"),
            FormattableString.Invariant($"{ours.Seconds / raw:0.00} x raw ({before.Figures.Seconds:0.0} and {after.Figures.Seconds:0.0} s; processor {processor / units * 1e6:0} us a unit)"), ours.Seconds + raw);
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
