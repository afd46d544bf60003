using System.Net;

namespace WorkflowHost.Outgoing;

/// <summary>
/// The servers that definitions may send requests to, from <c>Workflows:HttpHosts</c>: names separated by commas or blanks, <c>*.</c> before one for all
/// below it, <c>:port</c> behind one for another port than 443; <c>http://</c> before one allows it without TLS (port 80 unless named). None without
/// the setting. <c>Workflows:HttpPrivateNetworks</c> names private networks (<c>10.1.0.0/16</c>) whose addresses may be connected to.
/// </summary>
public sealed class AllowedHosts
{
    private readonly (string Scheme, string Host, int Port)[] _hosts;

    /// <exception cref="InvalidOperationException">An entry cannot be read: a start with half a rule is worse than none.</exception>
    public AllowedHosts(string? hosts, string? networks)
    {
        _hosts = [.. Words(hosts).Select(Entry)];
        Addresses = new AddressRules(Words(networks).Select(n => IPNetwork.TryParse(n, out var network) ? network : throw new InvalidOperationException($"Workflows:HttpPrivateNetworks: '{n}' is no network like 10.1.0.0/16.")));
    }

    /// <summary>Which of their addresses may be connected to.</summary>
    public AddressRules Addresses { get; }

    /// <summary>Why no request may be sent there, for people; null: it may.</summary>
    public string? Problem(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var host = address.IdnHost.TrimEnd('.').ToLowerInvariant();
        if (address.UserInfo.Length > 0) return "An address must not hold a user name or password.";
        if (_hosts.Length == 0) return $"No server is allowed, so not '{host}' either: the setting Workflows:HttpHosts names those that definitions may send to.";
        if (Array.Exists(_hosts, h => h.Scheme == address.Scheme && h.Port == address.Port && (h.Host.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(h.Host[1..], StringComparison.Ordinal) : host == h.Host))) return null;
        return Array.Exists(_hosts, h => h.Host == host)
            ? $"'{host}' is allowed, but not with {address.Scheme} at port {address.Port} (setting Workflows:HttpHosts)."
            : $"'{host}' is not among the servers that the setting Workflows:HttpHosts allows.";
    }

    private static string[] Words(string? text) => (text ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static (string, string, int) Entry(string text)
    {
        var wild = text.Replace("*.", "wildcard.", StringComparison.Ordinal);
        if (!Uri.TryCreate(wild.Contains("://", StringComparison.Ordinal) ? wild : "https://" + wild, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.PathAndQuery != "/" || address.UserInfo.Length > 0)
            throw new InvalidOperationException($"Workflows:HttpHosts: '{text}' is no server like api.example.vn, *.example.vn:8443 or http://example.vn.");
        var host = address.IdnHost.TrimEnd('.').ToLowerInvariant();
        return (address.Scheme, text.Contains("*.", StringComparison.Ordinal) ? "*." + host["wildcard.".Length..] : host, address.Port);
    }
}
