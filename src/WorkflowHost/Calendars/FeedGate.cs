using System.Net;
using WorkflowHost.Hosting;

namespace WorkflowHost.Calendars;

/// <summary>
/// Bounds how often calendars are read, in each host: an address of the network <see cref="OfAddress"/> times a minute, because a whole office may
/// stand behind one, and a calendar <see cref="OfCalendar"/> times. System time.
/// </summary>
public sealed class FeedGate : IDisposable
{
    public const int OfAddress = 300;
    public const int OfCalendar = 20;

    private readonly MinuteLimit _addresses = new(OfAddress);
    private readonly MinuteLimit _calendars = new(OfCalendar);

    /// <summary>Whether this request may go on.</summary>
    public bool Admits(IPAddress? from, string token) => _addresses.Admits(from) && _calendars.Admits(token);

    public void Dispose()
    {
        _addresses.Dispose();
        _calendars.Dispose();
    }
}
