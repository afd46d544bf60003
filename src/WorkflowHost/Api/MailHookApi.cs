using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Api;

/// <summary>
/// <c>POST /api/hooks/mail</c>: the mail provider reports what came back. Signed with the secret <c>Mail:HookSecret</c> (without it there is no such
/// address): header <c>Workflows-Signature: t=SECONDS,v1=HEX</c>, HMAC-SHA256 of <c>SECONDS.BODY</c>, at most five minutes old by the system clock.
/// </summary>
public static class MailHookApi
{
    private const int LargestBody = 256 * 1024, MostEvents = 500;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static void MapMailHook(this WebApplication app)
    {
        if (app.Configuration["Mail:HookSecret"] is not { Length: >= 16 } secret) return;
        app.MapPost("/api/hooks/mail", (HttpRequest request, RecordBounce record, BusinessClock clock, TimeProvider system, Nudge nudge, CancellationToken stop) =>
            TakeAsync(request, Encoding.UTF8.GetBytes(secret), record, clock, system, nudge, stop))
            .AllowAnonymous().WithTags("Outbox").WithName("MailHook").WithSummary("Takes the mail provider's reports on mails that came back");
    }

    /// <param name="MessageId">As in the mail's header, with or without the angle brackets.</param>
    /// <param name="Event">bounced; others are named in the answer as ignored.</param>
    /// <param name="Permanent">False for a delay: it changes nothing.</param>
    public sealed record Event(string? MessageId, [property: System.Text.Json.Serialization.JsonPropertyName("event")] string? Kind, string? Reason, bool Permanent = true);

    /// <summary>What became of each event, in their order: recorded, already_recorded, unknown or ignored.</summary>
    public sealed record Taken(IReadOnlyList<string> Results);

    private static async Task<IResult> TakeAsync(
        HttpRequest request, byte[] secret, RecordBounce record, BusinessClock clock, TimeProvider system, Nudge nudge, CancellationToken stop)
    {
        if (await BoundedBody.ReadAsync(request.Body, LargestBody, stop) is not { } body) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (!IsSigned(request.Headers["Workflows-Signature"].ToString(), body, secret, system.GetUtcNow())) return Problems.Unauthorized();
        Event[]? events;
        try
        {
            events = JsonSerializer.Deserialize<Event[]>(body, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            events = null;
        }

        if (events is not { Length: > 0 and <= MostEvents }) return Problems.Validation("", $"Cần một mảng JSON từ 1 đến {MostEvents} sự kiện.", $"A JSON array of 1 to {MostEvents} events is needed.");
        var results = new List<string>(events.Length);
        foreach (var one in events)
        {
            results.Add(one is not { Kind: "bounced", Permanent: true } ? "ignored"
                : MailOf(one.MessageId) is not { } mail ? "unknown"
                : await record.RunAsync(["/"], null, mail, Clean(one.Reason), clock.Now(), stop) switch
                {
                    BounceAnswer.Recorded => "recorded",
                    BounceAnswer.AlreadyRecorded => "already_recorded",
                    _ => "unknown",
                });
        }

        if (results.Contains("recorded")) nudge.Now();
        // Nothing answers 200 without effect; "already" is one, so that a provider that repeats itself comes to rest.
        return results.All(r => r is "unknown" or "ignored") ? Results.Json(new Taken(results), statusCode: StatusCodes.Status422UnprocessableEntity) : Results.Ok(new Taken(results));
    }

    private static bool IsSigned(string header, byte[] body, byte[] secret, DateTimeOffset now)
    {
        var parts = header.Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0].Trim(), p => p[1].Trim());
        if (!long.TryParse(parts["t"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}.")), .. body];
        var expected = HMACSHA256.HashData(secret, signed);
        return parts["v1"].Any(given => given.Length == 64 && given.All(char.IsAsciiHexDigit) && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(given), expected));
    }

    private static Guid? MailOf(string? messageId) => Guid.TryParseExact(messageId?.Trim('<', '>', ' ').Split('@')[0], "N", out var id) ? id : null;

    private static string Clean(string? reason)
    {
        var text = StorableText.Mended(reason ?? "").Trim();
        return text.Length == 0 ? "It came back." : StorableText.Beginning(text, 1000);
    }
}
