using System.Net;
using System.Threading.RateLimiting;

namespace WorkflowHost.Endpoints;

/// <summary>
/// Bounds how often endpoints are called, in each host: an address of the network <see cref="OfAddress"/> times a minute, found or not, an endpoint
/// <see cref="OfEndpoint"/> times. Each call may begin an instance. System time.
/// </summary>
public sealed class EndpointGate : IDisposable
{
    public const int OfAddress = 300;
    public const int OfEndpoint = 600;

    private readonly PartitionedRateLimiter<string> _addresses = Limiter(OfAddress);
    private readonly PartitionedRateLimiter<string> _endpoints = Limiter(OfEndpoint);

    /// <summary>Whether a request from there is looked at.</summary>
    public bool Admits(IPAddress? from) => IsLeft(_addresses, from?.ToString() ?? "");

    /// <summary>Whether this endpoint takes another request now.</summary>
    public bool AdmitsTo(string endpoint) => IsLeft(_endpoints, endpoint);

    public void Dispose()
    {
        _addresses.Dispose();
        _endpoints.Dispose();
    }

    private static bool IsLeft(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<string> Limiter(int most) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
}
