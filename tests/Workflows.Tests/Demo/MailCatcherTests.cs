using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using WorkflowHost.Demo;

namespace Workflows.Tests.Demo;

public sealed class MailCatcherTests : IAsyncDisposable
{
    private static readonly DateTimeOffset BusinessTime = new(2019, 12, 24, 1, 0, 0, TimeSpan.Zero);
    private const string Words = "Báo cáo kết quả Hội nghị điển hình tiên tiến ngành — trước ngày 25/5, đừng để trễ hạn nhé";

    private readonly MailCatcher catcher = MailCatcher.Start(() => BusinessTime);

    public ValueTask DisposeAsync() => catcher.DisposeAsync();

    [Theory]
    [InlineData(TransferEncoding.QuotedPrintable)]
    [InlineData(TransferEncoding.Base64)]
    [InlineData(TransferEncoding.EightBit)]
    public async Task A_Vietnamese_mail_with_its_html_twin_comes_decoded(TransferEncoding encoding)
    {
        using var mail = Mail(Words, Words + "\n\n.\n.. chấm đầu dòng\n");
        mail.AlternateViews.Add(View("<p>" + Words + "</p>", "text/html", encoding));
        mail.AlternateViews.Insert(0, View(mail.Body, "text/plain", encoding));
        mail.Body = null;
        mail.Headers["Message-ID"] = "<1.2@localhost>";
        mail.Headers["Auto-Submitted"] = "auto-generated";

        await Send(mail);

        var caught = catcher.Mails.ShouldHaveSingleItem();
        caught.Subject.ShouldBe(Words);
        caught.From.ShouldBe("Công đoàn ngành Y tế <cong-doan@localhost>");
        caught.To.ShouldBe(["chu-tich@localhost", "van-thu@localhost"]);
        caught.Text.TrimEnd('\n').ShouldBe(Words + "\n\n.\n.. chấm đầu dòng");
        caught.Html!.TrimEnd('\n').ShouldBe("<p>" + Words + "</p>");
        caught.SentAt.ShouldBe(BusinessTime);
        caught.MessageId.ShouldBe("<1.2@localhost>");
        caught.Header("auto-submitted").ShouldBe("auto-generated");
    }

    [Fact]
    public async Task A_mail_in_raw_utf8_comes_decoded()
    {
        using var mail = Mail(Words, Words);
        mail.To.Add("thư-ký@localhost");

        await Send(mail, SmtpDeliveryFormat.International);

        catcher.Mails[0].Subject.ShouldBe(Words);
        catcher.Mails[0].To.ShouldContain("thư-ký@localhost");
        catcher.Mails[0].Text.TrimEnd('\n').ShouldBe(Words);
    }

    [Fact]
    public async Task Several_connections_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            using var client = new SmtpClient("127.0.0.1", catcher.Port);
            for (var i = 0; i < 5; i++)
            {
                using var mail = Mail($"Thư {n}.{i}", "x");
                await client.SendMailAsync(mail);
            }
        }));

        catcher.Mails.Select(m => m.Subject).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task A_pipelining_sender_gets_every_answer_in_order()
    {
        using var sender = await Sender.Connect(catcher.Port);
        await sender.Say("EHLO me\r\nMAIL FROM:<a@b> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<c@d>\r\nDATA\r\n");
        (await sender.Hear(9)).ShouldBe("220 250-250-250-250-250 250 250 354");
        await sender.Say("Subject: x\r\n\r\n..a\r\n.\r\nNOOP\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<c@d>\r\nRCPT nobody\r\nDATA\r\n");
        (await sender.Hear(7)).ShouldBe("250 250 250 250 250 501 354");
        await sender.Say("\r\nwithout headers\r\n.\r\nFROB\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\nQUIT\r\n");
        (await sender.Hear(5)).ShouldBe("250 500 250 503 221");

        catcher.Mails.Select(m => m.Text).ShouldBe([".a\n", "without headers\n"]);
        Encoding.ASCII.GetString(catcher.Mails[0].Raw.Span).ShouldBe("Subject: x\r\n\r\n.a\r\n");
    }

    [Fact]
    public async Task Commands_out_of_order_are_refused()
    {
        using var sender = await Sender.Connect(catcher.Port);
        await sender.Say("MAIL FROM:<a@b>\r\nHELO me\r\nDATA\r\nRCPT TO:<a@b>\r\nMAIL FROM:<a@b>\r\nDATA\r\nQUIT\r\n");
        (await sender.Hear(8)).ShouldBe("220 503 250 503 503 250 503 221");
    }

    [Fact]
    public async Task A_mail_over_the_limit_is_refused_announced_or_not()
    {
        using var sender = await Sender.Connect(catcher.Port);
        await sender.Say($"EHLO me\r\nMAIL FROM:<a@b> SIZE={catcher.SizeLimit + 1}\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
        (await sender.Hear(10)).ShouldBe("220 250-250-250-250-250 552 250 250 354");
        var line = new string('x', 998) + "\r\n";
        for (var written = 0; written <= catcher.SizeLimit; written += 1000 * line.Length)
            await sender.Say(string.Concat(Enumerable.Repeat(line, 1000)));
        await sender.Say(".\r\nNOOP\r\n");

        (await sender.Hear(2)).ShouldBe("552 250");
        catcher.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Switched_to_refuse_it_puts_mails_off_and_takes_them_again_later()
    {
        using var mail = Mail("Thư", "x");
        await catcher.Switch(CatcherState.Refusing);

        (await Should.ThrowAsync<SmtpException>(() => Send(mail))).StatusCode.ShouldBe(SmtpStatusCode.LocalErrorInProcessing);
        catcher.Mails.ShouldBeEmpty();

        await catcher.Switch(CatcherState.Accepting);
        await Send(mail);
        catcher.Mails.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Switched_down_it_cuts_senders_and_comes_back_on_the_same_port()
    {
        var port = catcher.Port;
        using var sender = await Sender.Connect(port);
        (await sender.Hear(1)).ShouldBe("220");

        await catcher.Switch(CatcherState.Down);

        (await sender.Hear(1)).ShouldBe("");
        await Should.ThrowAsync<SocketException>(() => Sender.Connect(port));
        await catcher.Switch(CatcherState.Accepting);
        catcher.Port.ShouldBe(port);
        using var mail = Mail("Thư", "x");
        await Send(mail);
        catcher.Mails.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_test_can_wait_for_a_mail_to_come()
    {
        var waiting = catcher.WaitFor(m => m.Subject == "Thư hai");
        foreach (var subject in (string[])["Thư một", "Thư hai"])
        {
            using var mail = Mail(subject, "x");
            await Send(mail);
        }

        (await waiting).Subject.ShouldBe("Thư hai");
        (await catcher.WaitFor(m => m.Subject == "Thư một")).Subject.ShouldBe("Thư một");
    }

    [Fact]
    public void The_oldest_mails_make_room()
    {
        for (var i = 0; i <= MailCatcher.MostMails; i++)
            catcher.Take("a@b", ["c@d"], Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n"));

        catcher.Mails.Count.ShouldBe(MailCatcher.MostMails);
        catcher.Mails[0].Subject.ShouldBe("1");
    }

    private static MailMessage Mail(string subject, string body) => new()
    {
        From = new MailAddress("cong-doan@localhost", "Công đoàn ngành Y tế", Encoding.UTF8),
        To = { "chu-tich@localhost", "van-thu@localhost" },
        Subject = subject,
        SubjectEncoding = Encoding.UTF8,
        Body = body,
        BodyEncoding = Encoding.UTF8,
    };

    private static AlternateView View(string content, string type, TransferEncoding encoding)
    {
        var view = AlternateView.CreateAlternateViewFromString(content, Encoding.UTF8, type);
        view.TransferEncoding = encoding;
        return view;
    }

    private async Task Send(MailMessage mail, SmtpDeliveryFormat format = SmtpDeliveryFormat.SevenBit)
    {
        using var client = new SmtpClient("127.0.0.1", catcher.Port) { DeliveryFormat = format };
        await client.SendMailAsync(mail);
    }

    /// <summary>A sender that speaks SMTP by hand.</summary>
    private sealed class Sender : IDisposable
    {
        private readonly TcpClient client = new();
        private StreamReader? reader;

        public static async Task<Sender> Connect(int port)
        {
            var sender = new Sender();
            await sender.client.ConnectAsync("127.0.0.1", port);
            sender.reader = new StreamReader(sender.client.GetStream());
            return sender;
        }

        public Task Say(string text) => client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

        /// <summary>The codes of the next lines: "250-" for one that goes on.</summary>
        public async Task<string> Hear(int lines)
        {
            var codes = new StringBuilder();
            for (var i = 0; i < lines && await reader!.ReadLineAsync() is { } line; i++) codes.Append(line.AsSpan(0, 4));
            return codes.ToString().TrimEnd();
        }

        public void Dispose()
        {
            reader?.Dispose();
            client.Dispose();
        }
    }
}
