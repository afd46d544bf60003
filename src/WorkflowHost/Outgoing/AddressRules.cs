using System.Net;
using System.Net.Sockets;

namespace WorkflowHost.Outgoing;

/// <summary>
/// Which addresses a request of a definition may be connected to: public ones, and those of networks that the setting names. Never link-local ones
/// and the metadata services of clouds, whatever a setting says.
/// </summary>
public sealed class AddressRules(IEnumerable<IPNetwork> allowedNetworks)
{
    private static readonly IPNetwork[] Never = [.. ((string[])["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32", "fe80::/10", "ff00::/8", "fd00:ec2::254/128", "::/128"]).Select(IPNetwork.Parse)];

    private static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(IPNetwork.Parse),
    ];

    // All public addresses of version 6 lie here; what wraps one of version 4 (mapped, compatible, translated) does not.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private readonly IPNetwork[] _allowed = [.. allowedNetworks];

    /// <summary>Whether it may be connected to.</summary>
    public bool Allows(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;
        if (Array.Exists(Never, n => n.Contains(plain))) return false;
        if (Array.Exists(_allowed, n => n.Contains(plain))) return true;
        if (Array.Exists(NotPublic, n => n.Contains(plain))) return false;
        return plain.AddressFamily == AddressFamily.InterNetwork || Global6.Contains(plain);
    }
}
