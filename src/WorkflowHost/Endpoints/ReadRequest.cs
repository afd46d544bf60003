using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using WorkflowEngine.Requests;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Endpoints;

/// <summary>What of a request reaches a definition: bounded, storable, without credentials.</summary>
internal static class ReadRequest
{
    private const int MostHeaders = 50, LongestHeader = 2000;

    // What proves who the caller is, and what is between two machines only, is not the definition's business.
    private static readonly string[] Withheld =
    [
        "Authorization", "Cookie", "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host", "Content-Length", "Forwarded", "Via", "RequestVerificationToken",
    ];

    private static readonly string[] WithheldParts = ["proxy-", "x-forwarded", "x-real", "x-original", "sec-", "token", "secret", "password", "api-key", "apikey", "x-auth", "authoriz", "signature", "cookie", "session"];

    /// <summary>The request as <see cref="HttpCall.InputKey"/> says; or the refusal.</summary>
    public static async Task<(JsonObject? Request, IResult? Refused)> RunAsync(HttpRequest http, string[] segments, EndpointRule rule, CancellationToken stop)
    {
        var (content, tooLarge, refused) = await ContentAsync(http, rule, stop);
        if (refused is not null) return (null, refused);
        var request = new JsonObject
        {
            ["method"] = http.Method.ToUpperInvariant(),
            ["path"] = string.Join('/', segments),
            ["route"] = EndpointPath.Read(rule.Path).Path!.Values(segments),
            ["query"] = Values(http.Query),
            ["headers"] = Values(http.Headers.Where(h => !IsWithheld(h.Key)).Take(MostHeaders).Where(h => h.Value.ToString().Length <= LongestHeader)),
            ["content"] = content,
            ["contentType"] = MediaTypeHeaderValue.TryParse(http.ContentType, out var type) ? type.MediaType.Value : null,
            ["tooLarge"] = tooLarge,
        };
        return StorableText.Holds(request) ? (request, null) : (null, Refusals.Bad(400, "unreadable", "Yêu cầu có ký tự hoặc số không lưu được.", "The request holds a character or a number that cannot be stored."));
    }

    private static bool IsWithheld(string name) =>
        Withheld.Contains(name, StringComparer.OrdinalIgnoreCase) || Array.Exists(WithheldParts, p => name.Contains(p, StringComparison.OrdinalIgnoreCase));

    private static JsonObject Values(IEnumerable<KeyValuePair<string, StringValues>> pairs)
    {
        var values = new JsonObject();
        foreach (var (name, value) in pairs)
            values[name] = value.Count > 1 ? new JsonArray([.. value.Select(v => JsonValue.Create(v))]) : value.ToString();
        return values;
    }

    private static async Task<(JsonNode? Content, bool TooLarge, IResult? Refused)> ContentAsync(HttpRequest http, EndpointRule rule, CancellationToken stop)
    {
        var body = http.ContentLength > rule.SizeLimit ? null : await BoundedBody.ReadAsync(http.Body, rule.SizeLimit, stop);
        if (body is null && rule.TellsTooLarge) return (null, true, null);
        if (body is null) return (null, false, Refusals.Bad(413, "too_large", $"Nội dung lớn hơn {rule.SizeLimit} byte.", $"The body is larger than {rule.SizeLimit} bytes."));
        if (body.Length == 0) return (null, false, null);
        var type = MediaTypeHeaderValue.TryParse(http.ContentType, out var named) ? named.MediaType.Value?.ToLowerInvariant() ?? "" : "";
        try
        {
            var text = new UTF8Encoding(false, true).GetString(body);
            if (type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal)) return (JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = StorableText.MostLevels - 4 }), false, null);
            if (type == "application/x-www-form-urlencoded") return (Values(QueryHelpers.ParseQuery(text)), false, null);
            if (type.StartsWith("text/", StringComparison.Ordinal) || type == "application/xml" || type.EndsWith("+xml", StringComparison.Ordinal)) return (JsonValue.Create(text), false, null);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or ArgumentException)
        {
            return (null, false, Refusals.Bad(400, "unreadable", "Không đọc được nội dung theo loại đã nêu (UTF-8).", "The body cannot be read as its type says (UTF-8)."));
        }

        return (null, false, Refusals.Bad(415, "unknown_type", "Nhận JSON, biểu mẫu (urlencoded) hoặc văn bản; không nhận tệp.", "JSON, a urlencoded form or text is taken; files are not."));
    }
}
