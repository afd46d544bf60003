using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Workflows.EndToEnd;

/// <summary>One run of the host as a process of its own, on loopback.</summary>
public sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process, int port)
    {
        (_process, Port) = (process, port);
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }
    public int Port { get; }
    public bool IsDead => _process.HasExited;
    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Starts it in demo mode with these settings over the environment; <see cref="ReadyAsync"/> waits for it.</summary>
    public static HostProcess Start(string folder, IReadOnlyDictionary<string, string> settings, int? port = null)
    {
        var listening = port ?? FreePort.Next();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WorkflowHost.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["PORT"] = listening.ToString(CultureInfo.InvariantCulture);
        start.Environment["Workflows__Mode"] = "Demo";
        start.Environment["WORKFLOWS_CRASH_AT"] = "";
        // It lives for a minute and never earns back what measuring for a second compilation costs.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var inherited in (string[])["ConnectionStrings__Workflows", "DATA_DIR", "Smtp__Host", "ASPNETCORE_URLS"]) start.Environment.Remove(inherited);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new HostProcess(Process.Start(start)!, listening);
    }

    /// <summary>True when it listens; false when it ended before.</summary>
    public async Task<bool> ReadyAsync() => await Task.WhenAny(_ready.Task, DiedAsync()) == _ready.Task;

    /// <summary>Ends when the process has ended, of itself or by a kill.</summary>
    public Task DiedAsync() => _process.WaitForExitAsync();

    /// <summary><c>kill -9</c>.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    /// <summary>Asks it to end and waits. Not by the signal of Ctrl+C: a run in the background ignores that one, and so do all processes it starts.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await _process.WaitForExitAsync();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (line.Contains("Ctrl+C", StringComparison.Ordinal)) _ready.TrySetResult();
    }
}
