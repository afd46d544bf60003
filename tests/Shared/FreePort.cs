using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Workflows;

/// <summary>Ports for hosts that a test starts as processes of their own.</summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// One that nobody listens on and no other host of this run gets. Below those that the kernel gives to connections: a host needs seconds until it
    /// listens, also again after its death, and meanwhile a connection of another test could have got the port.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (!Given.TryAdd(port, true)) continue;
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has it.
            }
        }
    }
}
