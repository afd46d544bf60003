namespace WorkflowEngine.Storage;

/// <summary>The business clock; replaced by the infra branch.</summary>
public sealed class BusinessClock(TimeProvider system)
{
    /// <summary>Business time, UTC, whole microseconds.</summary>
    public DateTimeOffset Now() => system.GetUtcNow();
}
