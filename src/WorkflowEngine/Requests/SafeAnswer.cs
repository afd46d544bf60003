using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace WorkflowEngine.Requests;

/// <summary>
/// What a definition may answer. It speaks from the site's own address, so nothing that a browser would run, and no header that would change how the
/// browser, a proxy or the session treats the site. Pure.
/// </summary>
public static class SafeAnswer
{
    /// <summary>Most bytes of an answer.</summary>
    public const int LargestContent = 100 * 1024;

    private const int MostHeaders = 20, LongestHeader = 1000;

    private static readonly string[] Types = ["application/json", "application/problem+json", "text/plain", "text/csv"];
    private static readonly string[] Headers = ["Cache-Control", "Content-Language", "ETag", "Expires", "Last-Modified", "Retry-After"];

    // Orders to proxies and to browsers that begin with X- all the same.
    private static readonly string[] Kept = ["X-Accel", "X-Sendfile", "X-Lighttpd", "X-Forwarded", "X-Frame", "X-Content", "X-XSS", "X-DNS", "X-Download", "X-Permitted", "X-UA", "X-Real", "X-Original", "X-Rewrite", "X-Elsa", "X-HTTP"];

    /// <summary>The code of a status given as number or by Elsa's name; null: it is none that may be answered. Redirects may not.</summary>
    public static int? Status(string? given)
    {
        if (string.IsNullOrWhiteSpace(given)) return 200;
        var code = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Enum.TryParse<HttpStatusCode>(given.Trim(), true, out var named) ? (int)named : 0;
        return code is (>= 200 and < 300 and not 205 and not 206) or (>= 400 and < 600 and not 407) ? code : null;
    }

    /// <summary>The content type to answer with, without parameters; null: it may not be answered.</summary>
    public static string? ContentType(string given) =>
        MediaTypeHeaderValue.TryParse(given, out var type) && Array.Find(Types, t => t.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)) is { } known ? known : null;

    /// <summary>Why these headers may not be answered; null: they may.</summary>
    public static string? Problem(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (headers.Count > MostHeaders) return $"An answer has at most {MostHeaders} headers.";
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return "The name of a header has letters, digits and '-' only.";
            if (value.Length > LongestHeader || value.Any(c => c is < ' ' or > '~')) return $"The header {name} is longer than {LongestHeader} characters or holds other than printable ASCII characters.";
            var isOurs = name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && !Array.Exists(Kept, k => name.StartsWith(k, StringComparison.OrdinalIgnoreCase));
            if (!isOurs && !Headers.Contains(name, StringComparer.OrdinalIgnoreCase)) return $"The header {name} may not be answered; {string.Join(", ", Headers)} and X-… may.";
        }

        return null;
    }

    /// <summary>The types that may be answered, for people.</summary>
    public static string AllTypes => string.Join(", ", Types);
}
