using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workflows.Tests.Email;

/// <summary>A mail server that others wrote (tests/smtp), as a process of its own: "node" is smtp-server from npm, "python" Debian's aiosmtpd.</summary>
internal sealed class ForeignServer : IAsyncDisposable
{
    private readonly Process _process;

    private ForeignServer(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>A mail as the server took it.</summary>
    public sealed record Taken(
        [property: JsonPropertyName("to")] string[] To, [property: JsonPropertyName("user")] string? User, [property: JsonPropertyName("method")] string? Method,
        [property: JsonPropertyName("secure")] bool Secure, [property: JsonPropertyName("data")] byte[] Data)
    {
        public string Text => Encoding.ASCII.GetString(Data);
    }

    public int Port { get; }

    private static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "Workflows.sln"))) folder = folder.Parent;
            return Path.Combine(folder.FullName, "tests", "smtp");
        }
    }

    /// <summary>What is missing on this machine, or null when both can be started.</summary>
    public static string? Missing =>
        !Directory.Exists(Path.Combine(Folder, "node_modules", "smtp-server")) ? "smtp-server is missing; ./test installs it"
        : !Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd") ? "python3-aiosmtpd is missing; ./test installs it"
        : null;

    public static async Task<ForeignServer> StartAsync(string kind, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(kind == "node" ? "node" : "/usr/bin/python3", kind == "node" ? "server.mjs" : "server.py")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The {kind} server did not start.");
        return new ForeignServer(process, int.Parse(line.AsSpan(5), null));
    }

    /// <summary>The next mail it took; waits for it.</summary>
    public async Task<Taken> NextAsync() => JsonSerializer.Deserialize<Taken>((await _process.StandardOutput.ReadLineAsync())!)!;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>An authority of a test's own and a certificate it signed, as PEM files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("workflows-smtp-").FullName;

    public TestCertificates(string name)
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        using var authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var signed = authority.CreateSelfSigned(from, to);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var leaf = request.Create(signed, from, to, [1, 2, 3, 4]);
        Fingerprint = leaf.GetCertHashString(HashAlgorithmName.SHA256);
        File.WriteAllText(Authority, signed.ExportCertificatePem());
        File.WriteAllText(Certificate, leaf.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    public string Authority => Path.Combine(_folder, "authority.pem");
    public string Certificate => Path.Combine(_folder, "server.pem");
    public string Key => Path.Combine(_folder, "key.pem");
    public string Fingerprint { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>A theory over servers that ./test installs; skipped, and said so, on a machine without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ForeignServerTheoryAttribute : TheoryAttribute
{
    public ForeignServerTheoryAttribute() => Skip = ForeignServer.Missing;
}
