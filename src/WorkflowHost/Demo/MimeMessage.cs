using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WorkflowHost.Demo;

/// <summary>
/// Reads a mail far enough to show it: headers (RFC 5322 folding, RFC 2047 words, raw UTF-8 of SMTPUTF8), nested
/// multiparts, quoted-printable and base64, the first plain text and the first HTML that are no attachments. Never
/// throws on malformed mail; what cannot be decoded is shown as it came.
/// </summary>
public sealed partial class MimeMessage
{
    private const int DeepestNesting = 20;

    private MimeMessage(IReadOnlyList<KeyValuePair<string, string>> headers) => Headers = headers;

    /// <summary>Every header in order, unfolded and decoded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    public string? Text { get; private set; }

    public string? Html { get; private set; }

    public string? Header(string name) => Find(Headers, name);

    public static MimeMessage Read(ReadOnlySpan<byte> raw)
    {
        var (headers, body) = Split(raw);
        var message = new MimeMessage([.. headers.Select(h => KeyValuePair.Create(h.Key, DecodeWords(h.Value)))]);
        message.ReadPart(headers, body, 0);
        return message;
    }

    private void ReadPart(List<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, int depth)
    {
        var type = Find(headers, "Content-Type") ?? "text/plain";
        var media = type.Split(';')[0].Trim().ToLowerInvariant();
        if (media.StartsWith("multipart/", StringComparison.Ordinal))
        {
            if (Parameter(type, "boundary") is { } boundary && depth < DeepestNesting) ReadParts(body, boundary, depth);
            return;
        }
        var attached = Find(headers, "Content-Disposition")?.TrimStart().StartsWith("attachment", StringComparison.OrdinalIgnoreCase) == true;
        if (attached || media is not ("text/plain" or "text/html")) return;
        var text = CharsetOf(Parameter(type, "charset")).GetString(DecodeBody(body, Find(headers, "Content-Transfer-Encoding")))
            .Replace("\r\n", "\n", StringComparison.Ordinal);
        if (media == "text/html") Html ??= text;
        else Text ??= text;
    }

    // A part reaches from the line after its delimiter to the line break before the next one.
    private void ReadParts(ReadOnlySpan<byte> body, string boundary, int depth)
    {
        var delimiter = Encoding.Latin1.GetBytes("--" + boundary);
        var start = -1;
        for (var at = 0; at < body.Length;)
        {
            var end = body[at..].IndexOf((byte)'\n');
            var next = end < 0 ? body.Length : at + end + 1;
            var line = body[at..next].TrimEnd("\r\n \t"u8);
            var last = line.Length == delimiter.Length + 2 && line.EndsWith("--"u8);
            if (line.StartsWith(delimiter) && (line.Length == delimiter.Length || last))
            {
                if (start >= 0) ReadOne(body[start..at]);
                start = last ? -1 : next;
            }
            at = next;
        }
        if (start >= 0) ReadOne(body[start..]); // cut off: show what came

        void ReadOne(ReadOnlySpan<byte> part)
        {
            if (part.EndsWith("\n"u8)) part = part[..^1];
            if (part.EndsWith("\r"u8)) part = part[..^1];
            var (headers, inner) = Split(part);
            ReadPart(headers, inner, depth + 1);
        }
    }

    private static (List<KeyValuePair<string, string>> Headers, byte[] Body) Split(ReadOnlySpan<byte> raw)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var at = 0;
        while (at < raw.Length)
        {
            var end = raw[at..].IndexOf((byte)'\n');
            var next = end < 0 ? raw.Length : at + end + 1;
            var line = raw[at..next].TrimEnd("\r\n"u8);
            at = next;
            if (line.IsEmpty) break;
            var text = Encoding.UTF8.GetString(line);
            if (text[0] is ' ' or '\t')
            {
                if (headers.Count > 0) headers[^1] = KeyValuePair.Create(headers[^1].Key, headers[^1].Value + text);
            }
            else if (text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                headers.Add(KeyValuePair.Create(text[..colon].TrimEnd(), text[(colon + 1)..].Trim()));
            }
        }
        return (headers, raw[at..].ToArray());
    }

    private static string? Find(IEnumerable<KeyValuePair<string, string>> headers, string name) =>
        headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string? Parameter(string header, string name)
    {
        foreach (Match match in Parameters().Matches(header))
        {
            if (match.Groups[1].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return match.Groups[2].Success ? match.Groups[2].Value.Replace("\\", "", StringComparison.Ordinal) : match.Groups[3].Value;
        }
        return null;
    }

    private static byte[] DecodeBody(ReadOnlySpan<byte> body, string? encoding) => encoding?.Trim().ToLowerInvariant() switch
    {
        "base64" => DecodeBase64(Encoding.Latin1.GetString(body)) ?? body.ToArray(),
        "quoted-printable" => DecodeQuoted(body, underscoreIsSpace: false),
        _ => body.ToArray(),
    };

    private static byte[]? DecodeBase64(string text)
    {
        var result = new byte[text.Length];
        return Convert.TryFromBase64String(text, result, out var length) ? result[..length] : null;
    }

    private static byte[] DecodeQuoted(ReadOnlySpan<byte> text, bool underscoreIsSpace)
    {
        var result = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_' && underscoreIsSpace) result.Add((byte)' ');
            else if (text[i] != '=') result.Add(text[i]);
            else if (i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                result.Add(value);
                i += 2;
            }
            else if (i + 1 < text.Length && text[i + 1] == '\n') i++;
            else if (i + 2 < text.Length && text[i + 1] == '\r' && text[i + 2] == '\n') i += 2;
            else result.Add(text[i]);
        }
        return [.. result];
    }

    // Neighbouring words of one charset are joined as bytes first: writers may cut within a letter.
    private static string DecodeWords(string value)
    {
        var result = new StringBuilder();
        var pending = new List<byte>();
        string? charset = null;
        var at = 0;
        foreach (Match word in EncodedWord().Matches(value))
        {
            var between = value[at..word.Index];
            var joins = charset is not null && string.IsNullOrWhiteSpace(between);
            if (!joins || !charset!.Equals(word.Groups[1].Value, StringComparison.OrdinalIgnoreCase)) Flush();
            if (!joins) result.Append(between);
            charset = word.Groups[1].Value;
            var text = word.Groups[3].Value;
            pending.AddRange(word.Groups[2].Value is "B" or "b"
                ? DecodeBase64(text) ?? Encoding.UTF8.GetBytes(text)
                : DecodeQuoted(Encoding.UTF8.GetBytes(text), underscoreIsSpace: true));
            at = word.Index + word.Length;
        }
        Flush();
        return result.Append(value, at, value.Length - at).ToString();

        void Flush()
        {
            if (charset is not null) result.Append(CharsetOf(charset).GetString([.. pending]));
            pending.Clear();
        }
    }

    private static Encoding CharsetOf(string? name)
    {
        try
        {
            return name is null || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    [GeneratedRegex("""=\?([^?*\s]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?\s]*)\?=""", RegexOptions.NonBacktracking)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(""";\s*([A-Za-z0-9-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))""", RegexOptions.NonBacktracking)]
    private static partial Regex Parameters();
}
