using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;

namespace Workflows.Tests.Identity;

/// <summary>Keys that all hosts of a database share, in clear or under a certificate.</summary>
public sealed class PostgresKeysTests
{
    private const string FilePassword = "of the file";

    [Fact]
    public async Task Keys_come_back_in_the_order_they_were_stored()
    {
        await using var database = await Postgres.CreateDatabase();
        var keys = new PostgresKeys(database.DataSource);
        keys.GetAllElements().ShouldBeEmpty();
        keys.StoreElement(XElement.Parse("<key id=\"1\"><value>Một &amp; hai</value></key>"), "key-1");
        keys.StoreElement(XElement.Parse("<key id=\"2\" />"), null!);

        new PostgresKeys(database.DataSource).GetAllElements().Select(e => (e.Attribute("id")!.Value, e.Value)).ShouldBe([("1", "Một & hai"), ("2", "")]);
    }

    [Fact]
    public async Task Two_hosts_read_each_others_seals()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var one = Host(database);
        await using var two = Host(database);

        Unseal(two, Seal(one)).ShouldBe("phiên");
        (await StoredAsync(database)).ShouldContain("<masterKey");
    }

    [Fact]
    public async Task Under_a_certificate_the_database_alone_opens_nothing()
    {
        await using var database = await Postgres.CreateDatabase();
        var folder = Directory.CreateTempSubdirectory("workflows-tests-pfx-").FullName;
        try
        {
            var (path, other) = (NewCertificate(folder, "keys.pfx"), NewCertificate(folder, "other.pfx"));
            string[] settings = [$"--{KeyCertificate.PathKey}={path}", $"--{KeyCertificate.PasswordKey}={FilePassword}"];
            await using var one = Host(database, settings);
            await using var two = Host(database, settings);
            var seal = Seal(one);

            Unseal(two, seal).ShouldBe("phiên");
            var stored = await StoredAsync(database);
            stored.ShouldContain("EncryptedData");
            stored.ShouldNotContain("<masterKey");
            await using var without = Host(database);
            await using var withAnother = Host(database, $"--{KeyCertificate.PathKey}={other}", $"--{KeyCertificate.PasswordKey}={FilePassword}");
            Should.Throw<CryptographicException>(() => Unseal(without, seal));
            Should.Throw<CryptographicException>(() => Unseal(withAnother, seal));
            Unseal(withAnother, Seal(withAnother)).ShouldBe("phiên", "a new certificate starts with new keys");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_used_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("workflows-tests-pfx-").FullName;
        try
        {
            Read().ShouldBeNull();
            Should.Throw<StartupProblem>(() => Read(Path.Combine(folder, "none.pfx"))).Message.ShouldContain("none.pfx");
            Should.Throw<StartupProblem>(() => Read(NewCertificate(folder, "a.pfx"), "wrong")).Message.ShouldContain(KeyCertificate.PasswordKey);
            Should.Throw<StartupProblem>(() => Read(NewCertificate(folder, "b.pfx", withKey: false))).Message.ShouldContain("private RSA key");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static X509Certificate2? Read(string? path = null, string password = FilePassword) => KeyCertificate.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { [KeyCertificate.PathKey] = path, [KeyCertificate.PasswordKey] = password }).Build());

    private static WebApplication Host(Postgres database, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(database.DataSource);
        builder.AddIdentity();
        return builder.Build();
    }

    private static string Seal(WebApplication host) => host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("phiên");

    private static string Unseal(WebApplication host, string sealedText) =>
        host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(sealedText);

    private static async Task<string> StoredAsync(Postgres database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return string.Concat(await Db.Command(connection, "select xml from data_protection_key").ListAsync(r => r.GetString(0)));
    }

    private static string NewCertificate(string folder, string name, bool withKey = true)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=workflows-keys", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var certificate = request.CreateSelfSigned(from, from.AddYears(1));
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, (withKey ? certificate : bare).Export(X509ContentType.Pkcs12, FilePassword));
        return path;
    }
}
