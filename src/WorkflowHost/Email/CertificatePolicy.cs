using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WorkflowHost.Email;

/// <summary>
/// Which certificate of the mail server is good enough: the machine's authorities (the default), a file of own authorities, or certificates named
/// by their fingerprint. It binds this server's connections only; nothing process-wide is touched.
/// </summary>
public sealed class CertificatePolicy
{
    private readonly HashSet<string> _fingerprints;
    private readonly X509Certificate2Collection? _authorities;

    private CertificatePolicy(HashSet<string> fingerprints, X509Certificate2Collection? authorities) =>
        (_fingerprints, _authorities) = (fingerprints, authorities);

    /// <summary>What the machine trusts, with the right name.</summary>
    public static CertificatePolicy System { get; } = new([], null);

    /// <summary>Exactly the certificates with these SHA-256 fingerprints (hex, colons allowed), whoever signed them and whatever name they bear.</summary>
    /// <exception cref="InvalidOperationException">A fingerprint is no SHA-256 in hex.</exception>
    public static CertificatePolicy Pinned(params IEnumerable<string> fingerprints)
    {
        var clean = fingerprints.Select(f => f.Replace(":", "", StringComparison.Ordinal).Trim().ToUpperInvariant()).ToHashSet();
        if (clean.FirstOrDefault(f => f.Length != 64 || !f.All(char.IsAsciiHexDigit)) is { } wrong)
            throw new InvalidOperationException($"Smtp:CertificateSha256 '{wrong}' is no SHA-256 fingerprint (64 hex digits).");
        return new CertificatePolicy(clean, null);
    }

    /// <summary>Only what these authorities signed, with the right name.</summary>
    public static CertificatePolicy SignedBy(X509Certificate2Collection authorities) => new([], authorities);

    /// <summary><c>Smtp:CertificateSha256</c> (one or several, by commas) or <c>Smtp:CertificateAuthorities</c> (a PEM file), or neither.</summary>
    /// <exception cref="InvalidOperationException">Both, or the file cannot be read.</exception>
    public static CertificatePolicy Read(IConfigurationSection smtp)
    {
        var (pins, file) = (smtp["CertificateSha256"], smtp["CertificateAuthorities"]);
        if (pins is not null && file is not null) throw new InvalidOperationException("Set Smtp:CertificateSha256 or Smtp:CertificateAuthorities, not both.");
        if (pins is not null) return Pinned(pins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (file is null) return System;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? SignedBy(authorities) : throw new InvalidOperationException($"Smtp:CertificateAuthorities '{file}' holds no certificate.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"Smtp:CertificateAuthorities '{file}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The client's side of a handshake with <paramref name="host"/>.</summary>
    internal SslClientAuthenticationOptions For(string host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = global::System.Security.Authentication.SslProtocols.Tls12 | global::System.Security.Authentication.SslProtocols.Tls13,
        };
        if (_authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }
        else if (_fingerprints.Count > 0)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null && _fingerprints.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256));
        }

        return options;
    }
}
