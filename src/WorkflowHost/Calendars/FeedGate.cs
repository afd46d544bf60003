using System.Net;
using System.Threading.RateLimiting;

namespace WorkflowHost.Calendars;

/// <summary>
/// Bounds how often calendars are read, in each host: an address of the network <see cref="OfAddress"/> times a minute, because a whole office may
/// stand behind one, and a calendar <see cref="OfCalendar"/> times. System time.
/// </summary>
public sealed class FeedGate : IDisposable
{
    public const int OfAddress = 300;
    public const int OfCalendar = 20;

    private readonly PartitionedRateLimiter<string> _addresses = Limiter(OfAddress);
    private readonly PartitionedRateLimiter<string> _calendars = Limiter(OfCalendar);

    /// <summary>Whether this request may go on.</summary>
    public bool Admits(IPAddress? from, string token)
    {
        using var address = _addresses.AttemptAcquire(from?.ToString() ?? "");
        if (!address.IsAcquired) return false;
        using var calendar = _calendars.AttemptAcquire(token);
        return calendar.IsAcquired;
    }

    public void Dispose()
    {
        _addresses.Dispose();
        _calendars.Dispose();
    }

    private static PartitionedRateLimiter<string> Limiter(int most) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
}
