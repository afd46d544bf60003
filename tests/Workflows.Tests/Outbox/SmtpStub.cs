using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Workflows.Tests.Outbox;

/// <summary>A mail server of few words on a free port: it keeps what it takes, and answers the data or a recipient as the test says.</summary>
internal sealed class SmtpStub : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public SmtpStub()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Whole messages as they came over the wire.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>Answer to RCPT TO.</summary>
    public Func<string, string> Recipient { get; set; } = _ => "250 ok";

    /// <summary>Runs when the message has come, before the answer.</summary>
    public Func<string, Task<string>> Data { get; set; } = _ => Task.FromResult("250 taken");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>Mails after which a connection is closed without a word.</summary>
    public int MailsOfConnection { get; set; } = int.MaxValue;

    /// <summary>A refused recipient ends the connection, as some servers do with those who ask for unknown people.</summary>
    public bool ClosesBehindRefusal { get; set; }

    /// <summary>Answer to EHLO.</summary>
    public string Hello { get; set; } = "250 ok";

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true) talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            using var owned = client;
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 stub");
            var mails = 0;
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "QUIT")
                {
                    await writer.WriteLineAsync("221 bye");
                    return;
                }

                if (verb == "RCPT")
                {
                    var answer = Recipient(line);
                    await writer.WriteLineAsync(answer);
                    if (ClosesBehindRefusal && answer[0] != '2') return;
                }
                else if (verb == "EHLO") await writer.WriteLineAsync(Hello);
                else if (verb == "DATA")
                {
                    await TakeAsync(reader, writer);
                    if (++mails == MailsOfConnection) return;
                }
                else await writer.WriteLineAsync("250 ok");
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away.
        }
    }

    private async Task TakeAsync(StreamReader reader, StreamWriter writer)
    {
        await writer.WriteLineAsync("354 go on");
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".") text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append('\n');
        var answer = await Data(text.ToString());
        if (answer.StartsWith("250", StringComparison.Ordinal)) lock (Messages) Messages.Add(text.ToString());
        await writer.WriteLineAsync(answer);
    }
}
