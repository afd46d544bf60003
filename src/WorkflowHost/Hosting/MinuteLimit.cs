using System.Net;
using System.Threading.RateLimiting;

namespace WorkflowHost.Hosting;

/// <summary>At most <paramref name="most"/> admissions a minute for each key, in this host; what is too much is refused, not kept waiting. System time.</summary>
internal sealed class MinuteLimit(int most) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));

    /// <summary>Whether one more is admitted now; if so it counts.</summary>
    public bool Admits(string key)
    {
        using var lease = _limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    /// <summary>The same for an address of the network; those that have none share one count.</summary>
    public bool Admits(IPAddress? from) => Admits(from?.ToString() ?? "");

    public void Dispose() => _limiter.Dispose();
}
