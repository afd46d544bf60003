using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace WorkflowHost.Demo;

/// <summary>
/// One sender's conversation with the <see cref="MailCatcher"/> (RFC 5321 with SIZE, 8BITMIME, SMTPUTF8, PIPELINING).
/// Answers are sent when no further command has come already, so a pipelining sender waits for one round trip.
/// </summary>
internal sealed class SmtpSession(Stream stream, MailCatcher catcher)
{
    private const int LongestLine = 4096, MostRecipients = 1000;

    private readonly PipeReader input = PipeReader.Create(stream);
    private readonly StringBuilder answers = new();
    private readonly List<string> recipients = [];
    private string? sender;
    private bool greeted;

    public async Task Run()
    {
        Answer(220, "localhost Workflows mail catcher, delivers nothing");
        while (await ReadLine() is { } line)
        {
            var (verb, rest) = line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
                ? (line[..space].ToUpperInvariant(), line[(space + 1)..].Trim())
                : (line.ToUpperInvariant(), "");
            if (verb == "QUIT")
            {
                Answer(221, "bye");
                await Flush();
                return;
            }
            if (verb == "DATA") await Data();
            else Command(verb, rest);
        }
    }

    private void Command(string verb, string rest)
    {
        switch (verb)
        {
            case "EHLO":
                (greeted, sender) = (true, null);
                recipients.Clear();
                answers.Append(CultureInfo.InvariantCulture, $"250-localhost\r\n250-SIZE {catcher.SizeLimit}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n");
                break;
            case "HELO":
                (greeted, sender) = (true, null);
                recipients.Clear();
                Answer(250, "localhost");
                break;
            case "MAIL":
                Mail(rest);
                break;
            case "RCPT":
                if (sender is null) Answer(503, "MAIL first");
                else if (Address(rest, "TO:") is not { Length: > 0 } recipient) Answer(501, "RCPT TO:<address>");
                else if (recipients.Count == MostRecipients) Answer(452, "too many recipients");
                else
                {
                    recipients.Add(recipient);
                    Answer(250, "ok");
                }
                break;
            case "RSET":
                sender = null;
                recipients.Clear();
                Answer(250, "ok");
                break;
            case "NOOP":
                Answer(250, "ok");
                break;
            case "VRFY":
                Answer(252, "will take it");
                break;
            default:
                Answer(500, "unknown command");
                break;
        }
    }

    private void Mail(string rest)
    {
        var size = rest.Split(' ').FirstOrDefault(p => p.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase));
        if (!greeted) Answer(503, "EHLO first");
        else if (sender is not null) Answer(503, "MAIL once, then DATA or RSET");
        else if (Address(rest, "FROM:") is not { } address) Answer(501, "MAIL FROM:<address>");
        else if (catcher.State != CatcherState.Accepting) Answer(451, "not now, try again later");
        else if (size is not null && long.TryParse(size.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > catcher.SizeLimit)
            Answer(552, "too large");
        else
        {
            sender = address;
            Answer(250, "ok");
        }
    }

    private async Task Data()
    {
        if (sender is null || recipients.Count == 0)
        {
            Answer(503, "MAIL and RCPT first");
            return;
        }
        Answer(354, "end with a dot alone on a line");
        await Flush();
        var message = await ReadMessage();
        if (message is null) Answer(552, "too large");
        else if (catcher.State != CatcherState.Accepting) Answer(451, "not now, try again later");
        else
        {
            catcher.Take(sender, [.. recipients], message);
            Answer(250, "caught");
        }
        sender = null;
        recipients.Clear();
    }

    /// <summary>The message without SMTP's doubled dots; null when it was over the limit (it is read to its end all the same).</summary>
    private async Task<byte[]?> ReadMessage()
    {
        using var message = new MemoryStream();
        var tooLarge = false;
        var atStart = true; // only CRLF begins a line here: a lone LF is text, and a dot behind it is the sender's own
        while (true)
        {
            var read = await input.ReadAsync();
            var buffer = read.Buffer;
            var ended = false;
            while (!ended && Line(ref buffer) is { } line)
            {
                var text = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
                ended = atStart && text.SequenceEqual(".\r\n"u8);
                if (ended) break;
                if (atStart && text[0] == '.') text = text[1..];
                atStart = text.EndsWith("\r\n"u8);
                tooLarge |= message.Length + text.Length > catcher.SizeLimit;
                if (!tooLarge) message.Write(text);
            }
            tooLarge |= !ended && buffer.Length > catcher.SizeLimit;
            input.AdvanceTo(buffer.Start, ended ? buffer.Start : buffer.End);
            if (ended) return tooLarge ? null : message.ToArray();
            if (read.IsCompleted || buffer.Length > 2L * catcher.SizeLimit) throw new IOException("the sender went away in the middle of a mail");
        }
    }

    /// <summary>The next command without its line end; null when the sender is gone.</summary>
    private async Task<string?> ReadLine()
    {
        while (true)
        {
            var come = input.TryRead(out var read);
            if (come && read.Buffer.PositionOf((byte)'\n') is null)
            {
                input.AdvanceTo(read.Buffer.Start);
                come = false;
            }
            if (!come)
            {
                await Flush();
                read = await input.ReadAsync();
            }
            var buffer = read.Buffer;
            if (Line(ref buffer) is { } line)
            {
                var text = Encoding.UTF8.GetString(line).TrimEnd('\r', '\n');
                input.AdvanceTo(buffer.Start);
                return text;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted || buffer.Length > LongestLine) return null;
        }
    }

    private static ReadOnlySequence<byte>? Line(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end) return null;
        var after = buffer.GetPosition(1, end);
        var line = buffer.Slice(0, after);
        buffer = buffer.Slice(after);
        return line;
    }

    private static string? Address(string rest, string prefix)
    {
        if (!rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return null;
        var path = rest[prefix.Length..].TrimStart();
        var end = path.IndexOf('>', StringComparison.Ordinal);
        return path.StartsWith('<') && end > 0 ? path[1..end] : null;
    }

    private void Answer(int code, string text) => answers.Append(CultureInfo.InvariantCulture, $"{code} {text}\r\n");

    private async Task Flush()
    {
        if (answers.Length == 0) return;
        var bytes = Encoding.ASCII.GetBytes(answers.ToString());
        answers.Clear();
        await stream.WriteAsync(bytes);
    }
}
