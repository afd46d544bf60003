using System.Diagnostics.Metrics;

namespace WorkflowEngine.Running;

/// <summary>
/// What this process has done since it started, for whoever listens (System.Diagnostics.Metrics; names and units as OpenTelemetry writes them).
/// Counted after the commit; a process that dies between commit and count has counted one less, the tables stay the truth.
/// </summary>
public static class EngineMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Workflows";

    private static readonly Meter Meter = new(Name);

    /// <summary>Bursts committed.</summary>
    public static readonly Counter<long> Bursts = Meter.CreateCounter<long>("workflows.bursts", "{burst}", "Bursts committed");

    /// <summary>Failures that need a person; tag <c>kind</c>.</summary>
    public static readonly Counter<long> Incidents = Meter.CreateCounter<long>("workflows.incidents", "{incident}", "Failures that need a person");

    /// <summary>Rungs of ladders written to the ledger.</summary>
    public static readonly Counter<long> Rungs = Meter.CreateCounter<long>("workflows.deadline.rungs", "{rung}", "Reminders and escalations fired");

    /// <summary>How late a rung fired, business time.</summary>
    public static readonly Histogram<double> RungLateness = Meter.CreateHistogram(
        "workflows.deadline.lateness", "s", "Time from the planned instant of a rung to its firing", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Lateness.Bounds });

    /// <summary>What became of an attempt to send; tag <c>state</c>: sent, failed, dead, unreachable.</summary>
    public static readonly Counter<long> Mails = Meter.CreateCounter<long>("workflows.mails", "{mail}", "Attempts to send a mail by what became of them");

    /// <summary>Turns of the pulse that failed.</summary>
    public static readonly Counter<long> FailedTurns = Meter.CreateCounter<long>("workflows.pulse.failures", "{turn}", "Turns of the pulse that failed");

    /// <summary>Counts a committed batch of bursts.</summary>
    internal static void Count(IReadOnlyList<Storage.CommittedBurst> bursts)
    {
        Bursts.Add(bursts.Count);
        foreach (var burst in bursts)
            foreach (var incident in burst.Result.Effects.Incidents) Incidents.Add(1, new KeyValuePair<string, object?>("kind", incident.Kind));
    }
}

/// <summary>The steps by which lateness is told apart, everywhere the same.</summary>
public static class Lateness
{
    /// <summary>Upper bounds in seconds, inclusive; what is later than the last has a step of its own.</summary>
    public static readonly double[] Bounds = [1, 10, 60, 600, 3600, 86400];
}
