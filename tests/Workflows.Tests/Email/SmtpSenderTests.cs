using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using WorkflowEngine.Outbox;
using WorkflowEngine.Storage;
using WorkflowHost.Demo;
using WorkflowHost.Email;
using WorkflowHost.Hosting;
using Workflows.Tests.Outbox;

namespace Workflows.Tests.Email;

public sealed class SmtpSenderTests
{
    private const string User = "ke-hoach", Password = "mật khẩu \"lạ\" và dài";
    private static readonly OutboxMail Mail = new(new Guid("00000000-0000-0000-0000-0000000000f1"), MailKind.Reminder, "chu-tich@example.test", "Chủ tịch", "vi", "{}", 0);
    private static readonly RenderedMail Content = new(
        "[23/KH-CĐYT] Còn 5 ngày làm việc: Nộp kế hoạch tổ chức Hội nghị, hạn 31/12/2019", "Kính gửi đồng chí.\n.\n..hai chấm\n-- \nCuối thư", "<p>Kính gửi đồng chí.</p>");

    public static TheoryData<string, string, string, string> Ways => new()
    {
        { "node", "starttls", "PLAIN LOGIN", "PLAIN" }, { "python", "starttls", "PLAIN LOGIN", "PLAIN" },
        { "node", "starttls", "LOGIN", "LOGIN" }, { "python", "starttls", "LOGIN", "LOGIN" },
        { "node", "tls", "PLAIN LOGIN", "PLAIN" }, { "python", "tls", "LOGIN", "LOGIN" },
        { "node", "starttls", "XOAUTH2", "XOAUTH2" }, { "python", "starttls", "XOAUTH2", "XOAUTH2" }, { "node", "tls", "XOAUTH2", "XOAUTH2" },
    };

    [ForeignServerTheory, MemberData(nameof(Ways))]
    public async Task Two_servers_of_others_take_mails_over_each_kind_of_tls_and_sign_in(string server, string security, string methods, string used)
    {
        using var certificates = new TestCertificates("127.0.0.1");
        await using var foreign = await StartAsync(server, security, methods, certificates);
        using var tokens = new TokenFile("ya29.good");
        await using var sender = Sender(foreign.Port, security, methods, CertificatePolicy.Read(Section(("CertificateAuthorities", certificates.Authority))), tokens: tokens.Path);

        for (var n = 0; n < 3; n++)
        {
            (await sender.SendAsync(Mail, Content)).ShouldBe(new SendResult(SendAnswer.Accepted, "250 taken"));
            var taken = await foreign.NextAsync();
            (taken.To.Single(), taken.User, taken.Method, taken.Secure).ShouldBe(("chu-tich@example.test", User, used, true));
            var read = MimeMessage.Read(taken.Data);
            read.Header("Subject").ShouldBe(Content.Subject);
            read.Text!.ReplaceLineEndings("\n").TrimEnd('\n').ShouldBe(Content.Text);
            read.Html!.ShouldContain("Kính gửi đồng chí");
            taken.Text.ShouldContain("Message-ID: <000000000000000000000000000000f1@example.test>");
        }

        (await sender.SendAsync(Mail with { Address = "gone@example.test" }, Content)).Answer.ShouldBe(SendAnswer.Never);
        (await sender.SendAsync(Mail, Content)).Answer.ShouldBe(SendAnswer.Accepted);
    }

    [ForeignServerTheory, InlineData("node"), InlineData("python")]
    public async Task A_certificate_counts_by_authority_and_name_or_by_fingerprint_and_nothing_is_sent_otherwise(string server)
    {
        using var certificates = new TestCertificates("mail.example.test");
        await using var foreign = await StartAsync(server, "starttls", "PLAIN", certificates);
        var otherName = CertificatePolicy.Read(Section(("CertificateAuthorities", certificates.Authority)));
        var wrongPin = CertificatePolicy.Pinned(new string('A', 64));

        foreach (var policy in new[] { CertificatePolicy.System, otherName, wrongPin })
        {
            await using var refused = Sender(foreign.Port, "starttls", "PLAIN", policy);
            var result = await refused.SendAsync(Mail, Content);
            result.Answer.ShouldBe(SendAnswer.Unreachable);
            result.Reason.ShouldContain("certificate");
        }

        await using var pinned = Sender(foreign.Port, "starttls", "PLAIN", CertificatePolicy.Pinned(string.Join(':', certificates.Fingerprint.Chunk(2).Select(c => new string(c)))));
        (await pinned.SendAsync(Mail, Content)).Answer.ShouldBe(SendAnswer.Accepted);
        (await foreign.NextAsync()).Secure.ShouldBeTrue();
    }

    [ForeignServerTheory, InlineData("node", "PLAIN"), InlineData("python", "LOGIN"), InlineData("node", "XOAUTH2"), InlineData("python", "XOAUTH2")]
    public async Task A_wrong_password_or_token_holds_all_mails_back_and_tells_no_secret(string server, string method)
    {
        using var certificates = new TestCertificates("127.0.0.1");
        await using var foreign = await StartAsync(server, "tls", method, certificates);
        using var tokens = new TokenFile("ya29.bad");
        await using var sender = Sender(foreign.Port, "tls", method, CertificatePolicy.Pinned(certificates.Fingerprint), "wrong-secret", tokens.Path);

        var result = await sender.SendAsync(Mail, Content);

        result.Answer.ShouldBe(SendAnswer.Unreachable);
        result.Reason.ShouldStartWith("535");
        result.Reason.ShouldNotContain("wrong-secret");
        result.Reason.ShouldNotContain("ya29");
    }

    [Fact]
    public async Task Without_starttls_on_offer_neither_password_nor_mail_leaves()
    {
        await using var server = new SmtpStub();
        await using var sender = Sender(server.Port, "starttls", "PLAIN", CertificatePolicy.System);

        var result = await sender.SendAsync(Mail, Content);

        (result.Answer, server.Messages.Count).ShouldBe((SendAnswer.Unreachable, 0));
        result.Reason.ShouldContain("offers no STARTTLS");
    }

    [Fact]
    public async Task What_comes_in_the_clear_behind_the_answer_to_starttls_ends_the_conversation()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var talk = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await stream.WriteAsync("220 hello\r\n"u8.ToArray());
            await reader.ReadLineAsync();
            await stream.WriteAsync("250-hello\r\n250 STARTTLS\r\n"u8.ToArray());
            await reader.ReadLineAsync();
            await stream.WriteAsync("220 go on\r\n250 smuggled\r\n"u8.ToArray());
            await reader.ReadLineAsync();
        });
        await using var sender = Sender(((IPEndPoint)listener.LocalEndpoint).Port, "starttls", "PLAIN", CertificatePolicy.System);

        (await sender.SendAsync(Mail, Content)).ShouldBe(new SendResult(SendAnswer.Unreachable, "The server spoke on in the clear after STARTTLS."));
        await talk;
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_meanwhile_is_opened_anew()
    {
        await using var server = new SmtpStub { MailsOfConnection = 1 };
        await using var sender = Sender(server.Port, "none", "", CertificatePolicy.System);

        for (var n = 0; n < 3; n++) (await sender.SendAsync(Mail, Content)).Answer.ShouldBe(SendAnswer.Accepted);

        server.Messages.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_header_cannot_be_smuggled_in_and_long_vietnamese_subjects_stay_whole()
    {
        await using var server = new SmtpStub();
        await using var sender = Sender(server.Port, "none", "", CertificatePolicy.System);
        var subject = string.Concat(Enumerable.Repeat("Đại hội thi đua yêu nước 🏵 ", 12)) + "\r\nBcc: someone@example.test";

        await sender.SendAsync(Mail with { Name = "Đ/c \"Chủ tịch\"\r\nX-Evil: 1" }, Content with { Subject = subject });

        var text = server.Messages.Single();
        text.ShouldNotContain("\nBcc:");
        text.ShouldNotContain("\nX-Evil:");
        text.Split('\n').ShouldAllBe(l => l.Length <= 76);
        MimeMessage.Read(Encoding.ASCII.GetBytes(text)).Header("Subject").ShouldBe(subject.Replace("\r\n", "  ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_domain_beyond_ascii_stands_in_the_header_as_in_the_envelope()
    {
        var envelope = "";
        await using var server = new SmtpStub { Recipient = line => (envelope = line) is null ? "" : "250 ok" };
        await using var sender = Sender(server.Port, "none", "", CertificatePolicy.System);

        (await sender.SendAsync(Mail with { Address = "chu-tich@công-đoàn.example" }, Content)).Answer.ShouldBe(SendAnswer.Accepted);

        envelope.ShouldStartWith("RCPT TO:<chu-tich@xn--");
        server.Messages.Single().ShouldContain($" {envelope["RCPT TO:".Length..]}\n");
        server.Messages.Single().All(char.IsAscii).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_of_the_token_that_cannot_be_read_holds_all_mails_back_and_breaks_nothing()
    {
        await using var server = new SmtpStub();
        await using var sender = Sender(server.Port, "none", "XOAUTH2", CertificatePolicy.System, tokens: Path.GetTempPath());

        var result = await sender.SendAsync(Mail, Content);

        result.Answer.ShouldBe(SendAnswer.Unreachable);
        result.Reason.ShouldStartWith("The file of the access token cannot be read");
    }

    [Fact]
    public async Task A_demo_that_catches_its_mails_checks_their_sender_too()
    {
        await using var database = await Postgres.CreateDatabase();
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
            [new("ConnectionStrings:Workflows", database.ConnectionString), new("Workflows:Mode", "Demo"), new("Smtp:From", "Kế hoạch <ke-hoach@example.test>")]).Build();
        await using var installation = await Installation.OpenAsync(settings);

        Should.Throw<StartupProblem>(() => installation.Smtp(settings)).Message.ShouldContain("Smtp:FromName");
    }

    [Theory]
    [InlineData("Smtp:From", "Kế hoạch <ke-hoach@example.test>", "Smtp:FromName")]
    [InlineData("Smtp:StepSeconds", "0", "number of seconds")]
    [InlineData("Smtp:AnswerSeconds", "soon", "number of seconds")]
    [InlineData("Smtp:Security", "maybe", "none of None, StartTls, Tls")]
    [InlineData("Smtp:User", "u", "never sent in the clear")]
    [InlineData("Smtp:SignIn", "XOAuth2", "TokenFile")]
    [InlineData("Smtp:CertificateSha256", "12:34", "SHA-256")]
    [InlineData("Smtp:CertificateAuthorities", "/does/not/exist.pem", "cannot be read")]
    [InlineData("Smtp:TokenUrl", "http://example.test/token", "https")]
    [InlineData("Smtp:PerMinute:gmail.com", "many", "mails a minute")]
    public void A_setting_that_makes_no_sense_is_named_at_the_start(string key, string value, string says)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Smtp:Host", "mail.example.test"), new(key, value)]).Build();

        Should.Throw<InvalidOperationException>(() => SmtpSettings.Read(settings)).Message.ShouldContain(says);
    }

    private static Task<ForeignServer> StartAsync(string server, string security, string methods, TestCertificates certificates) => ForeignServer.StartAsync(
        server, ("SECURITY", security), ("METHODS", methods), ("CERT", certificates.Certificate), ("KEY", certificates.Key),
        ("USER_NAME", User), ("PASSWORD", Password), ("TOKEN", "ya29.good"));

    private static SmtpSender Sender(int port, string security, string methods, CertificatePolicy certificate, string password = Password, string? tokens = null)
    {
        var source = methods == "XOAUTH2" ? new TokenSettings(tokens, null, null, null, null, null) : null;
        var settings = new SmtpSettings("127.0.0.1", port, "ke-hoach@example.test", "Kế hoạch Công đoàn")
        {
            Security = Enum.Parse<SmtpSecurity>(security, ignoreCase: true),
            User = methods.Length > 0 ? User : null,
            Password = password,
            Certificate = certificate,
            Tokens = source,
        };
        return new SmtpSender(settings, TimeProvider.System, source is null ? null : new AccessTokenSource(source, TimeProvider.System));
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => new KeyValuePair<string, string?>($"Smtp:{v.Key}", v.Value))).Build().GetSection("Smtp");

    private sealed class TokenFile : IDisposable
    {
        public TokenFile(string token) => File.WriteAllText(Path, token + "\n");

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
