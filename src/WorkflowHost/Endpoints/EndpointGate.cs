using System.Net;
using WorkflowHost.Hosting;

namespace WorkflowHost.Endpoints;

/// <summary>
/// Bounds how often endpoints are called, in each host: an address of the network <see cref="OfAddress"/> times a minute, found or not, an endpoint
/// <see cref="OfEndpoint"/> times. Each call may begin an instance. System time.
/// </summary>
public sealed class EndpointGate : IDisposable
{
    public const int OfAddress = 300;
    public const int OfEndpoint = 600;

    private readonly MinuteLimit _addresses = new(OfAddress);
    private readonly MinuteLimit _endpoints = new(OfEndpoint);

    /// <summary>Whether a request from there is looked at.</summary>
    public bool Admits(IPAddress? from) => _addresses.Admits(from);

    /// <summary>Whether this endpoint takes another request now.</summary>
    public bool AdmitsTo(string endpoint) => _endpoints.Admits(endpoint);

    public void Dispose()
    {
        _addresses.Dispose();
        _endpoints.Dispose();
    }
}
