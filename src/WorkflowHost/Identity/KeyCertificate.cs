using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WorkflowEngine.Storage;

namespace WorkflowHost.Identity;

/// <summary>The certificate that encrypts the keys of Data Protection in the database, from <c>Workflows:KeyCertificate</c> (path of a PFX file).</summary>
public static class KeyCertificate
{
    /// <summary>The setting with the path.</summary>
    public const string PathKey = "Workflows:KeyCertificate";

    /// <summary>The setting with the file's password.</summary>
    public const string PasswordKey = "Workflows:KeyCertificatePassword";

    /// <summary>The certificate; null where none is set.</summary>
    /// <exception cref="StartupProblem">The file is missing, cannot be opened with the password, or holds no private RSA key.</exception>
    public static X509Certificate2? Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[PathKey] is not { Length: > 0 } path) return null;
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadPkcs12FromFile(path, configuration[PasswordKey]);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupProblem($"{PathKey}: {path} cannot be opened: {e.Message} Check the path and {PasswordKey}.", e);
        }

        using var key = certificate.GetRSAPrivateKey();
        if (key is not null) return certificate;
        certificate.Dispose();
        throw new StartupProblem($"{PathKey}: {path} holds no private RSA key; without it no host could read the keys again.");
    }
}
