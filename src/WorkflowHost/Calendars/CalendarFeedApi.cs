using System.Text;
using Microsoft.Net.Http.Headers;
using WorkflowEngine;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using WorkflowHost.Api;

namespace WorkflowHost.Calendars;

/// <summary>
/// <c>GET /calendar/{token}.ics</c>: a calendar for whoever has its address; no session, titles and dates only. What is unknown, revoked or no longer
/// the maker's right is one and the same 404.
/// </summary>
public static class CalendarFeedApi
{
    private const int TokenLength = 43;

    public static void MapCalendarFeeds(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/calendar/{token}.ics", ReadAsync).AllowAnonymous().WithTags("Calendars").WithName("ReadCalendarFeed")
            .WithSummary("A calendar of deadlines (RFC 5545) for whoever has its secret address");

    private static async Task<IResult> ReadAsync(string token, HttpContext context, CalendarFeeds feeds, FeedGate gate, CalendarText text, BusinessClock clock, CancellationToken stop)
    {
        if (token.Length != TokenLength || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return Problems.NotFound();
        if (!gate.Admits(context.Connection.RemoteIpAddress, token))
        {
            context.Response.Headers.RetryAfter = "60";
            return Problems.TooMany();
        }

        if (await feeds.OpenAsync(token, clock.Now(), stop) is not { } feed) return Problems.NotFound();
        var body = Encoding.UTF8.GetBytes(text.Write(feed));
        context.Response.Headers.CacheControl = "private, max-age=300";
        context.Response.Headers["X-Robots-Tag"] = "noindex";
        return Results.Bytes(body, "text/calendar; charset=utf-8", "deadlines.ics", entityTag: new EntityTagHeaderValue($"\"{Fingerprint.Of(body)}\""));
    }
}
