using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.Scheduling;

/// <summary>
/// The figures in Prometheus' text format: what the engine's meter has counted in this process since it started, and what waits in the database, read
/// when it is asked for. Names are OpenTelemetry's with the dots as underscores. The OpenTelemetry packages do not restore from our registries; a program
/// that has them may listen to the same meter.
/// </summary>
public sealed class MetricsText : IDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Sum> sums = new();

    private const string Mails =
        """
        -- MetricsText.Mails
        select status, count(*) from outbox where status in ('queued', 'dead', 'bounced') group by status
        """;

    /// <summary>Listens from now on.</summary>
    public MetricsText(NpgsqlDataSource database)
    {
        this.database = database;
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == EngineMeter.Name) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Of(instrument, tags).Add(value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Of(instrument, tags).Add(value));
        listener.Start();
    }

    /// <summary>All figures. Gauges are of this moment; lateness of what is due now is the age of the oldest row.</summary>
    /// <param name="now">Business time.</param>
    public async Task<string> WriteAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var backlog = await Backlog.ReadAsync(connection, now, cancellation);
        var mails = (await Db.Command(connection, Mails).ListAsync(r => (State: r.GetString(0), Count: r.GetInt64(1)), cancellation)).ToDictionary(m => m.State, m => m.Count);
        var open = (await Db.Command(connection, ReadScheduler.OpenIncidents).ListAsync(r => r.GetInt64(0), cancellation))[0];
        var paused = await Lanes.PausedAsync(connection, cancellation);
        var text = new StringBuilder();
        Gauge(text, "workflows_queue_depth", "Rows that are due and not done", backlog.Select(b => ($"queue=\"{b.Lane}\"", (double)b.Due)));
        Gauge(text, "workflows_queue_oldest_seconds", "Age of the oldest row that is due, business time",
            backlog.Select(b => ($"queue=\"{b.Lane}\"", b.Oldest is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0)));
        Gauge(text, "workflows_queue_paused", "1: an operator has paused it", Lanes.All.Concat(CalendarJob.All.Select(j => j.Name)).Select(l => ($"queue=\"{l}\"", paused.Contains(l) ? 1d : 0)));
        Gauge(text, "workflows_outbox", "Mails that are not delivered, by state", new[] { "queued", "dead", "bounced" }.Select(s => ($"state=\"{s}\"", (double)mails.GetValueOrDefault(s))));
        Gauge(text, "workflows_incidents_open", "Failures that wait for a person", [("", open)]);
        foreach (var same in sums.OrderBy(s => s.Key.Instrument.Name, StringComparer.Ordinal).ThenBy(s => s.Key.Labels, StringComparer.Ordinal).GroupBy(s => s.Key.Instrument))
        {
            var histogram = same.Key is Histogram<double>;
            var name = same.Key.Name.Replace('.', '_') + (histogram ? "_seconds" : "_total");
            Head(text, name, same.Key.Description ?? "", histogram ? "histogram" : "counter");
            foreach (var ((_, labels), sum) in same) sum.Write(text, name, labels, histogram);
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private Sum Of(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (key, value) in tags) labels.Append(labels.Length > 0 ? "," : "").Append(key.Replace('.', '_')).Append("=\"").Append(Escaped(value?.ToString() ?? "")).Append('"');
        return sums.GetOrAdd((instrument, labels.ToString()), _ => new Sum());
    }

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static void Gauge(StringBuilder text, string name, string help, IEnumerable<(string Labels, double Value)> values)
    {
        Head(text, name, help, "gauge");
        foreach (var (labels, value) in values) Line(text, name, labels, value);
    }

    private static void Head(StringBuilder text, string name, string help, string type) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>A running sum, with counts by step of lateness for histograms.</summary>
    private sealed class Sum
    {
        private readonly Lock guard = new();
        private readonly long[] steps = new long[Lateness.Bounds.Length + 1];
        private double total;

        public void Add(double value)
        {
            lock (guard)
            {
                total += value;
                var step = Array.FindIndex(Lateness.Bounds, bound => value <= bound);
                steps[step < 0 ? Lateness.Bounds.Length : step]++;
            }
        }

        public void Write(StringBuilder text, string name, string labels, bool histogram)
        {
            lock (guard)
            {
                if (!histogram)
                {
                    Line(text, name, labels, total);
                    return;
                }

                var count = 0L;
                for (var i = 0; i < steps.Length; i++)
                {
                    count += steps[i];
                    var bound = i < Lateness.Bounds.Length ? Lateness.Bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
                    Line(text, name + "_bucket", (labels.Length > 0 ? labels + "," : "") + $"le=\"{bound}\"", count);
                }

                Line(text, name + "_sum", labels, total);
                Line(text, name + "_count", labels, count);
            }
        }
    }
}
