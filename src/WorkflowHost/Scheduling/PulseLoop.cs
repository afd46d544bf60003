using WorkflowEngine.Running;

namespace WorkflowHost.Scheduling;

/// <summary>Runs the engine's pulse as long as the host runs.</summary>
public sealed class PulseLoop(Pulse pulse) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => pulse.RunAsync(stoppingToken);
}
