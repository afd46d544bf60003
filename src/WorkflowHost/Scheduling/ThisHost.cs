namespace WorkflowHost.Scheduling;

/// <summary>What this process is called among the hosts of the installation; another start has another name.</summary>
public sealed class ThisHost(TimeProvider system)
{
    /// <summary>Machine, process and a part that no two starts share.</summary>
    public string Name { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.CreateVersion7(system.GetUtcNow()).ToString("N")[^6..]}";
}
