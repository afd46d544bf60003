using Npgsql;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>Runs instances that have events: locks them, runs each one's burst, commits all together.</summary>
public sealed partial class Runner(NpgsqlDataSource database, BusinessClock clock)
{
    /// <summary>Runs one instance now, in the caller's request, waiting up to 2 s for its lock. False: taken in, still being worked on (answer 202).</summary>
    public Task<bool> RunNowAsync(Guid instanceId, CancellationToken cancellation = default) => throw new NotImplementedException($"{database} {clock} {instanceId} {cancellation}");
}
