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
/// A signed-in connection to a mail server (RFC 5321 with STARTTLS, AUTH, PIPELINING, SIZE, 8BITMIME, SMTPUTF8). One mail at a time. Each step has a limit
/// of its own; a server that lets it pass counts as one that hung up (<see cref="IOException"/>).
/// </summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private const int LongestLine = 4096, MostLines = 100;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly SmtpSettings _settings;
    private readonly TimeProvider _system;
    private readonly byte[] _buffer = new byte[8192];
    private Stream _stream;
    private int _start, _end;
    private HashSet<string> _offers = [];
    private string[] _signIns = [];
    private long _largest;

    private SmtpConversation(TcpClient client, SmtpSettings settings, TimeProvider system) =>
        (_client, _stream, _settings, _system) = (client, client.GetStream(), settings, system);

    /// <summary>Whether a mail went over it already: then a "no" at its next command may only mean that the server has closed it meanwhile.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Whether a message is on its way whose answer has not come: nobody knows then whether the server has it.</summary>
    public bool IsDelivering { get; private set; }

    /// <summary>Whether another mail can go over it: false once the server has hung up, fallen silent or said that it closes.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Connects, secures and signs in as the settings say, or leaves no connection behind.</summary>
    /// <exception cref="SmtpRefusedException">The server refused, or offers less than the settings ask for.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not good enough.</exception>
    /// <exception cref="IOException">It hung up or did not answer within a step's limit.</exception>
    public static async Task<SmtpConversation> OpenAsync(SmtpSettings settings, AccessTokenSource? tokens, TimeProvider system, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            var limit = settings.StepLimit < ConnectLimit ? settings.StepLimit : ConnectLimit;
            await WithinAsync(limit, system, stop => client.ConnectAsync(settings.Host, settings.Port, stop), cancellation);
            var talk = new SmtpConversation(client, settings, system);
            await talk.BeginAsync(tokens, cancellation);
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
    /// <exception cref="SmtpRefusedException">The server said no to this mail; also when it hung up behind that.</exception>
    /// <exception cref="IOException">It hung up or let a limit pass without having said no.</exception>
    public async Task<SmtpReply> SendAsync(string from, string to, byte[] message, CancellationToken cancellation)
    {
        if (_largest > 0 && message.Length > _largest)
            throw new SmtpRefusedException(SmtpStage.Data, new SmtpReply(552, $"The mail has {message.Length} bytes, the server takes {_largest}."));
        var utf8 = !(from + to).All(char.IsAscii);
        if (utf8 && !_offers.Contains("SMTPUTF8"))
            throw new SmtpRefusedException(SmtpStage.Recipient, new SmtpReply(553, "The server takes no address with characters beyond ASCII."));
        var parameters = (_offers.Contains("SIZE") ? string.Create(CultureInfo.InvariantCulture, $" SIZE={message.Length}") : "") + (utf8 ? " SMTPUTF8" : "");
        string[] commands = [$"MAIL FROM:<{from}>{parameters}", $"RCPT TO:<{to}>", "DATA"];
        if (await OfferAsync(commands, cancellation) is { } refusal)
        {
            IsUsed = true;
            throw refusal;
        }

        (IsUsed, IsDelivering) = (true, true);
        await WriteAsync(Stuffed(message), cancellation);
        var answer = await ReadAsync(_settings.AnswerLimit, cancellation);
        IsDelivering = false;
        if (answer.IsGood) return answer;
        IsOpen = answer.Code != 421;
        throw new SmtpRefusedException(SmtpStage.Data, answer);
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

    private async Task BeginAsync(AccessTokenSource? tokens, CancellationToken cancellation)
    {
        if (_settings.Security == SmtpSecurity.Tls) await SecureAsync(cancellation);
        if (await ReadAsync(_settings.StepLimit, cancellation) is { Code: not 220 } greeting) throw new SmtpRefusedException(SmtpStage.Greeting, greeting);
        await HelloAsync(_settings.Domain, cancellation);
        if (_settings.Security == SmtpSecurity.StartTls)
        {
            if (!_offers.Contains("STARTTLS"))
                throw new SmtpRefusedException(SmtpStage.Tls, default, $"The mail server {_settings.Host} offers no STARTTLS; nothing is sent in the clear.");
            if (await AskAsync("STARTTLS", cancellation) is { Code: not 220 } refused) throw new SmtpRefusedException(SmtpStage.Tls, refused);
            // Whatever came along in the clear could be somebody else's words: it must not be taken for the server's.
            if (_start < _end) throw new SmtpRefusedException(SmtpStage.Tls, default, "The server spoke on in the clear after STARTTLS.");
            await SecureAsync(cancellation);
            await HelloAsync(_settings.Domain, cancellation);
        }

        if (_settings.User is not null) await SignInAsync(_settings, tokens, cancellation);
    }

    private async Task SecureAsync(CancellationToken cancellation)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await WithinAsync(_settings.StepLimit, _system, stop => new ValueTask(tls.AuthenticateAsClientAsync(_settings.Certificate.For(_settings.Host), stop)), cancellation);
    }

    private async Task HelloAsync(string domain, CancellationToken cancellation)
    {
        await WriteAsync($"EHLO {domain}\r\n", cancellation);
        var lines = new List<string>();
        var reply = await ReadAsync(_settings.StepLimit, cancellation, lines);
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

    /// <summary>Names sender, recipient and the message to come, all at once where the server lets one; returns its first no. Behind a no the connection is ready for another mail, or known to be gone.</summary>
    private async Task<SmtpRefusedException?> OfferAsync(string[] commands, CancellationToken cancellation)
    {
        var pipelined = _offers.Contains("PIPELINING");
        if (pipelined) await WriteAsync(string.Join("\r\n", commands) + "\r\n", cancellation);
        SmtpRefusedException? refusal = null;
        try
        {
            for (var i = 0; i < commands.Length && (refusal is null || pipelined); i++)
            {
                if (!pipelined) await WriteAsync(commands[i] + "\r\n", cancellation);
                var reply = await ReadAsync(_settings.StepLimit, cancellation);
                var good = i == 2 ? reply.Code == 354 : reply.Code is >= 250 and < 260;
                if (!good) refusal ??= new SmtpRefusedException(i switch { 0 => SmtpStage.Sender, 1 => SmtpStage.Recipient, _ => SmtpStage.Data }, reply);
                // The server waits for a message that nobody may get: an empty one ends the exchange, whatever it answers.
                else if (refusal is not null && i == 2) await AskAsync(".", cancellation);
            }

            if (refusal is { Reply.Code: 421 }) IsOpen = false;
            else if (refusal is not null) await AskAsync("RSET", cancellation);
        }
        catch (Exception e) when (refusal is not null && e is (IOException or SocketException))
        {
            // It hung up behind its no; the no stands.
            IsOpen = false;
        }

        return refusal;
    }

    private async Task<SmtpReply> AskAsync(string line, CancellationToken cancellation)
    {
        await WriteAsync(line + "\r\n", cancellation);
        return await ReadAsync(_settings.StepLimit, cancellation);
    }

    private Task WriteAsync(string text, CancellationToken cancellation) => WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);

    private Task WriteAsync(byte[] bytes, CancellationToken cancellation) => WithinAsync(_settings.StepLimit, _system, async stop =>
    {
        await _stream.WriteAsync(bytes, stop);
        await _stream.FlushAsync(stop);
    }, cancellation);

    private async Task<SmtpReply> ReadAsync(TimeSpan limit, CancellationToken cancellation, List<string>? all = null)
    {
        var reply = default(SmtpReply);
        await WithinAsync(limit, _system, async stop => reply = await ReadReplyAsync(all ?? [], stop), cancellation);
        return reply;
    }

    /// <exception cref="IOException">The step did not end within its limit, system time.</exception>
    private static async Task WithinAsync(TimeSpan limit, TimeProvider system, Func<CancellationToken, ValueTask> step, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(limit, system);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            await step(both.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"The mail server did not answer within {limit.TotalSeconds:0} seconds."), late);
        }
    }

    private async Task<SmtpReply> ReadReplyAsync(List<string> lines, CancellationToken cancellation)
    {
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
