using System.Globalization;
using System.Text;
using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>
/// Writes a rendered mail as a message: headers in ASCII (encoded words), text and HTML side by side in base64, so that every server can take it.
/// Pure: the same row at the same time gives the same bytes.
/// </summary>
internal static class MimeMail
{
    // 52 characters in base64 and 12 around them: with "Reply-To: " or "Subject: " in front a line keeps to RFC 2047's 76.
    private const int WordBytes = 39;

    /// <param name="address">The recipient as in the envelope: a domain beyond ASCII in its ASCII form.</param>
    /// <param name="date">System time, for the Date header.</param>
    public static byte[] Write(OutboxMail mail, RenderedMail content, string name, string address, SmtpSettings settings, DateTimeOffset date)
    {
        var boundary = $"=_{mail.Id:N}";
        var text = new StringBuilder();
        Header(text, "From", Mailbox(settings.FromName, settings.From));
        Header(text, "To", Mailbox(name, address));
        if (content.ReplyTo is { } answers) Header(text, "Reply-To", answers);
        Header(text, "Subject", Words(content.Subject));
        Header(text, "Date", date.ToOffset(TimeSpan.FromHours(7)).ToString("ddd, dd MMM yyyy HH:mm:ss '+0700'", CultureInfo.InvariantCulture));
        Header(text, "Message-ID", mail.MessageId(settings.Domain));
        Header(text, "Auto-Submitted", "auto-generated");
        if (content.Unsubscribe is { } fewer)
        {
            Header(text, "List-Unsubscribe", $"<{fewer}>");
            // RFC 8058 allows one click over HTTPS only.
            if (fewer.StartsWith("https://", StringComparison.Ordinal)) Header(text, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        Header(text, "MIME-Version", "1.0");
        Header(text, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        text.Append("\r\n");
        Part(text, boundary, "text/plain", content.Text);
        Part(text, boundary, "text/html", content.Html);
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Header(StringBuilder text, string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");

    private static void Part(StringBuilder text, string boundary, string type, string content)
    {
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(content.ReplaceLineEndings("\r\n")));
        for (var i = 0; i < base64.Length; i += 76) text.Append(base64.AsSpan(i, Math.Min(76, base64.Length - i))).Append("\r\n");
    }

    private static string Mailbox(string name, string address) => name.Length == 0 ? address : IsPlain(name)
        ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" <{address}>"
        : $"{Words(name)}\r\n <{address}>";

    private static bool IsPlain(string value) => value.Length <= 60 && value.All(c => c is >= ' ' and < '\x7f') && !value.Contains("=?", StringComparison.Ordinal);

    /// <summary>RFC 2047: lines of at most 76 characters, words cut between characters, one a line. Line breaks become spaces, so no header can be smuggled in.</summary>
    internal static string Words(string value)
    {
        value = string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c));
        if (IsPlain(value)) return value;
        var words = new List<string>();
        var bytes = new List<byte>();
        foreach (var rune in value.EnumerateRunes())
        {
            var buffer = new byte[4];
            var length = rune.EncodeToUtf8(buffer);
            if (bytes.Count + length > WordBytes) Flush();
            bytes.AddRange(buffer.AsSpan(0, length));
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
            bytes.Clear();
        }
    }
}
