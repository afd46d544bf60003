using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace WorkflowHost.Email;

/// <summary>One answer of a mail server: its code, and its words on one line.</summary>
public readonly record struct SmtpReply(int Code, string Text)
{
    public bool IsGood => Code is >= 200 and < 400;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {Text}");
}

/// <summary>At which command a server said no.</summary>
public enum SmtpStage
{
    Greeting,
    Tls,
    SignIn,
    Sender,
    Recipient,
    Data,
}

/// <summary>A server said no, or broke its protocol.</summary>
public sealed class SmtpRefusedException(SmtpStage stage, SmtpReply reply, string? about = null)
    : Exception(about is null ? reply.ToString() : reply.Code == 0 ? about : $"{about} ({reply})")
{
    public SmtpStage Stage { get; } = stage;
    public SmtpReply Reply { get; } = reply;
}

/// <summary>
/// A signed-in connection to a mail server (RFC 5321 with STARTTLS, AUTH, PIPELINING, SIZE, 8BITMIME, SMTPUTF8). One mail at a time.
/// </summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private const int LongestLine = 4096, MostLines = 100;

    private readonly TcpClient _client;
    private readonly byte[] _buffer = new byte[8192];
    private Stream _stream;
    private int _start, _end;
    private HashSet<string> _offers = [];
    private string[] _signIns = [];
    private long _largest;

    private SmtpConversation(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    /// <summary>Whether a mail went over it already: then a "no" at its next command may only mean that the server has closed it meanwhile.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Whether a message is on its way whose answer has not come: nobody knows then whether the server has it.</summary>
    public bool IsDelivering { get; private set; }

    /// <summary>Connects, secures and signs in as the settings say, or leaves no connection behind.</summary>
    /// <exception cref="SmtpRefusedException">The server refused, or offers less than the settings ask for.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not good enough.</exception>
    public static async Task<SmtpConversation> OpenAsync(SmtpSettings settings, AccessTokenSource? tokens, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, cancellation);
            var talk = new SmtpConversation(client);
            await talk.BeginAsync(settings, tokens, cancellation);
            return talk;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Hands over one message. From the moment its last byte is out a lost answer leaves open whether the server has it; it is sent again then,
    /// under the same Message-ID.
    /// </summary>
    /// <param name="message">CRLF lines, not yet dot-stuffed.</param>
    public async Task<SmtpReply> SendAsync(string from, string to, byte[] message, CancellationToken cancellation)
    {
        if (_largest > 0 && message.Length > _largest)
            throw new SmtpRefusedException(SmtpStage.Data, new SmtpReply(552, $"The mail has {message.Length} bytes, the server takes {_largest}."));
        var utf8 = !(from + to).All(char.IsAscii);
        if (utf8 && !_offers.Contains("SMTPUTF8"))
            throw new SmtpRefusedException(SmtpStage.Recipient, new SmtpReply(553, "The server takes no address with characters beyond ASCII."));
        var parameters = (_offers.Contains("SIZE") ? string.Create(CultureInfo.InvariantCulture, $" SIZE={message.Length}") : "") + (utf8 ? " SMTPUTF8" : "");
        string[] commands = [$"MAIL FROM:<{from}>{parameters}", $"RCPT TO:<{to}>", "DATA"];
        var pipelined = _offers.Contains("PIPELINING");
        if (pipelined) await WriteAsync(string.Join("\r\n", commands) + "\r\n", cancellation);

        SmtpRefusedException? refusal = null;
        for (var i = 0; i < commands.Length; i++)
        {
            if (!pipelined) await WriteAsync(commands[i] + "\r\n", cancellation);
            var reply = await ReadAsync(cancellation);
            var good = i == 2 ? reply.Code == 354 : reply.Code is >= 250 and < 260;
            if (good && refusal is not null && i == 2) await AbandonAsync(cancellation);
            if (good || refusal is not null) continue;
            refusal = new SmtpRefusedException(i switch { 0 => SmtpStage.Sender, 1 => SmtpStage.Recipient, _ => SmtpStage.Data }, reply);
            if (!pipelined) break;
        }

        if (refusal is not null)
        {
            await ResetAsync(refusal, cancellation);
            throw refusal;
        }

        (IsUsed, IsDelivering) = (true, true);
        await _stream.WriteAsync(Stuffed(message), cancellation);
        await _stream.FlushAsync(cancellation);
        var answer = await ReadAsync(cancellation);
        IsDelivering = false;
        return answer.IsGood ? answer : throw new SmtpRefusedException(SmtpStage.Data, answer);
    }

    /// <summary>Says goodbye without waiting for the answer.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var brief = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await WriteAsync("QUIT\r\n", brief.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }

        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task BeginAsync(SmtpSettings settings, AccessTokenSource? tokens, CancellationToken cancellation)
    {
        if (settings.Security == SmtpSecurity.Tls) await SecureAsync(settings, cancellation);
        if (await ReadAsync(cancellation) is { Code: not 220 } greeting) throw new SmtpRefusedException(SmtpStage.Greeting, greeting);
        await HelloAsync(settings.Domain, cancellation);
        if (settings.Security == SmtpSecurity.StartTls)
        {
            if (!_offers.Contains("STARTTLS"))
                throw new SmtpRefusedException(SmtpStage.Tls, default, $"The mail server {settings.Host} offers no STARTTLS; nothing is sent in the clear.");
            if (await AskAsync("STARTTLS", cancellation) is { Code: not 220 } refused) throw new SmtpRefusedException(SmtpStage.Tls, refused);
            // Whatever came along in the clear could be somebody else's words: it must not be taken for the server's.
            if (_start < _end) throw new SmtpRefusedException(SmtpStage.Tls, default, "The server spoke on in the clear after STARTTLS.");
            await SecureAsync(settings, cancellation);
            await HelloAsync(settings.Domain, cancellation);
        }

        if (settings.User is not null) await SignInAsync(settings, tokens, cancellation);
    }

    private async Task SecureAsync(SmtpSettings settings, CancellationToken cancellation)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(settings.Certificate.For(settings.Host), cancellation);
    }

    private async Task HelloAsync(string domain, CancellationToken cancellation)
    {
        await WriteAsync($"EHLO {domain}\r\n", cancellation);
        var lines = new List<string>();
        var reply = await ReadAsync(cancellation, lines);
        if (reply.Code != 250)
        {
            reply = await AskAsync($"HELO {domain}", cancellation);
            if (reply.Code != 250) throw new SmtpRefusedException(SmtpStage.Greeting, reply);
            lines.Clear();
        }

        var offers = lines.Skip(1).Select(l => l.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 0).ToArray();
        _offers = offers.Select(w => w[0].ToUpperInvariant()).ToHashSet();
        _signIns = [.. offers.Where(w => w[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase)).SelectMany(w => w.Skip(1)).Select(w => w.ToUpperInvariant())];
        _largest = offers.Where(w => w is ["SIZE" or "size", _, ..]).Select(w => long.TryParse(w[1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).FirstOrDefault();
    }

    private async Task SignInAsync(SmtpSettings settings, AccessTokenSource? tokens, CancellationToken cancellation)
    {
        var way = settings.SignIn switch
        {
            SmtpSignIn.Auto when tokens is not null => SmtpSignIn.XOAuth2,
            SmtpSignIn.Auto when _signIns.Contains("PLAIN") => SmtpSignIn.Plain,
            SmtpSignIn.Auto when _signIns.Contains("LOGIN") => SmtpSignIn.Login,
            SmtpSignIn.Auto => throw new SmtpRefusedException(SmtpStage.SignIn, default,
                $"The mail server {settings.Host} offers neither PLAIN nor LOGIN{(_signIns.Length > 0 ? $", only {string.Join(" ", _signIns)}" : "")}."),
            var chosen => chosen,
        };
        switch (way)
        {
            case SmtpSignIn.XOAuth2:
                var token = await tokens!.GetAsync(null, cancellation);
                if (await TokenAsync(settings.User!, token, cancellation) is { IsGood: false })
                {
                    // Withdrawn before its time: once more with a fresh one.
                    var again = await TokenAsync(settings.User!, await tokens.GetAsync(token, cancellation), cancellation);
                    if (!again.IsGood) throw new SmtpRefusedException(SmtpStage.SignIn, again);
                }

                break;
            case SmtpSignIn.Login:
                await StepAsync("AUTH LOGIN", 334, cancellation);
                await StepAsync(Base64(settings.User!), 334, cancellation);
                await StepAsync(Base64(settings.Password ?? ""), 235, cancellation);
                break;
            default:
                await StepAsync($"AUTH PLAIN {Base64($"\0{settings.User}\0{settings.Password}")}", 235, cancellation);
                break;
        }
    }

    private async Task<SmtpReply> TokenAsync(string user, string token, CancellationToken cancellation)
    {
        var reply = await AskAsync($"AUTH XOAUTH2 {Base64($"user={user}\u0001auth=Bearer {token}\u0001\u0001")}", cancellation);
        // 334 carries the reason as base64; the final no comes after an empty answer.
        return reply.Code == 334 ? await AskAsync("", cancellation) : reply;
    }

    private async Task StepAsync(string line, int expected, CancellationToken cancellation)
    {
        var reply = await AskAsync(line, cancellation);
        if (reply.Code != expected) throw new SmtpRefusedException(SmtpStage.SignIn, reply);
    }

    /// <summary>The server waits for a message that nobody may get: an empty one ends the exchange, whatever it answers.</summary>
    private async Task AbandonAsync(CancellationToken cancellation)
    {
        await WriteAsync(".\r\n", cancellation);
        await ReadAsync(cancellation);
    }

    private async Task ResetAsync(SmtpRefusedException refusal, CancellationToken cancellation)
    {
        IsUsed = true;
        if (refusal.Reply.Code != 421) await AskAsync("RSET", cancellation);
    }

    private async Task<SmtpReply> AskAsync(string line, CancellationToken cancellation)
    {
        await WriteAsync(line + "\r\n", cancellation);
        return await ReadAsync(cancellation);
    }

    private async Task WriteAsync(string text, CancellationToken cancellation)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
        await _stream.FlushAsync(cancellation);
    }

    private async Task<SmtpReply> ReadAsync(CancellationToken cancellation, List<string>? all = null)
    {
        var lines = all ?? [];
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new IOException($"The mail server answers what is no SMTP: '{(line.Length > 80 ? line[..80] : line)}'.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ') return new SmtpReply(code, string.Join(' ', lines));
        }

        throw new IOException("The mail server's answer does not end.");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            for (; _start < _end; _start++)
            {
                if (_buffer[_start] == '\n')
                {
                    _start++;
                    return line.ToString().TrimEnd('\r');
                }

                line.Append((char)_buffer[_start]);
                if (line.Length > LongestLine) throw new IOException("The mail server's answer has no end of line.");
            }

            (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellation));
            if (_end == 0) throw new IOException("The mail server closed the connection.");
        }
    }

    /// <summary>The message with dots at the start of lines doubled and the line that ends it.</summary>
    private static byte[] Stuffed(byte[] message)
    {
        var stuffed = new MemoryStream(message.Length + 64);
        for (var from = 0; from < message.Length;)
        {
            if (message[from] == '.') stuffed.WriteByte((byte)'.');
            var end = Array.IndexOf(message, (byte)'\n', from);
            var next = end < 0 ? message.Length : end + 1;
            stuffed.Write(message, from, next - from);
            from = next;
        }

        if (message.Length == 0 || message[^1] != '\n') stuffed.Write("\r\n"u8);
        stuffed.Write(".\r\n"u8);
        return stuffed.ToArray();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
