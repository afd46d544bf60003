using System.Diagnostics;
using Npgsql;

namespace Workflows.Benchmarks;

/// <summary>
/// Wall time and processor time of a stretch of work: of this process or a named one, and of the PostgreSQL server where it runs on the same Linux machine.
/// On a machine that is shared the processor times say more than the seconds.
/// </summary>
internal sealed class Measure
{
    private const double TicksPerSecond = 100;
    private readonly int? _postmaster;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Process _process;
    private readonly TimeSpan _own;
    private readonly double _server;
    private readonly long _allocated = GC.GetTotalAllocatedBytes();

    private Measure(int? postmaster, Process process)
    {
        (_postmaster, _server, _process) = (postmaster, ServerSeconds(postmaster), process);
        _own = OwnNow();
    }

    /// <param name="process">Whose processor time counts as the host's; null: this process.</param>
    public static async Task<Measure> BeginAsync(NpgsqlDataSource database, CancellationToken cancellation, Process? process = null)
    {
        await using var command = database.CreateCommand("-- Measure.Backend\nselect pg_backend_pid()");
        var backend = (int)(await command.ExecuteScalarAsync(cancellation))!;
        return new Measure(Parent(backend), process ?? Process.GetCurrentProcess());
    }

    public double Seconds => _watch.Elapsed.TotalSeconds;

    public Figures End()
    {
        var seconds = _watch.Elapsed.TotalSeconds;
        return new Figures(
            seconds, (OwnNow() - _own).TotalSeconds, ServerSeconds(_postmaster) - _server,
            GC.GetTotalAllocatedBytes() - _allocated);
    }

    private TimeSpan OwnNow()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>The machine's load over the last minute, for the record beside each figure.</summary>
    public static string Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    private static int? Parent(int backend) =>
        File.Exists($"/proc/{backend}/comm") && File.ReadAllText($"/proc/{backend}/comm").StartsWith("postgres", StringComparison.Ordinal) ? Stat(backend)?.Parent : null;

    /// <summary>The postmaster, its living children, and those it has buried.</summary>
    private static double ServerSeconds(int? postmaster)
    {
        if (postmaster is not { } pid) return double.NaN;
        var ticks = Stat(pid) is { } server ? server.Own + server.Buried : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var child) && Stat(child) is { } stat && stat.Parent == pid) ticks += stat.Own;
        return ticks / TicksPerSecond;
    }

    private static (int Parent, long Own, long Buried)? Stat(int pid)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ", 2)[1].Split(' ');
            return (Int(1), Int(11) + Int(12), Int(13) + Int(14));

            int Int(int at) => int.Parse(fields[at], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>Seconds by the clock, processor seconds of this process and of the server, bytes allocated here.</summary>
internal sealed record Figures(double Seconds, double Own, double Server, long Allocated)
{
    public double Processor => double.IsNaN(Server) ? Own : Own + Server;

    public static Figures operator +(Figures a, Figures b) => new(a.Seconds + b.Seconds, a.Own + b.Own, a.Server + b.Server, a.Allocated + b.Allocated);

    /// <summary>Processor time of one of so many things.</summary>
    public string Each(int count) => FormattableString.Invariant($"host {Own / count * 1e6:0} + server {Server / count * 1e6:0} us");
}
