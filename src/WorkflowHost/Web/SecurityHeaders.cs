namespace WorkflowHost.Web;

/// <summary>
/// The headers every answer carries. No inline script or style exists on our pages, so the content policy allows none.
/// A page that needs more (an embedded tool) sets a policy of its own, for itself only.
/// </summary>
public sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>The policy of our own pages.</summary>
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly string[] Data = ["application/json", "application/problem+json", "text/csv", "text/calendar"];

    /// <summary>Runs first, so that errors carry them too.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.OnStarting(static state =>
        {
            var (request, response) = (((HttpContext)state).Request, ((HttpContext)state).Response);
            var headers = response.Headers;
            // An endpoint that has to loosen the policy sets its own; ours never takes it away.
            headers.TryAdd("Content-Security-Policy", Policy);
            headers.TryAdd("X-Content-Type-Options", "nosniff");
            headers.TryAdd("X-Frame-Options", "DENY");
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
            if (response.StatusCode is 200 or 304 && request.Path.Value is { } path
                && path.StartsWith("/lib/be-vietnam-pro-", StringComparison.Ordinal) && path.EndsWith(".woff2", StringComparison.Ordinal))
            {
                // The folder carries the version: these never change.
                headers.CacheControl = "public, max-age=31536000, immutable";
            }
            // Data of a person is kept by nobody on the way; what carries a mark to compare says itself how long it is good.
            else if (headers.CacheControl.Count == 0 && headers.ETag.Count == 0 && response.ContentType is { } type && Array.Exists(Data, d => type.StartsWith(d, StringComparison.Ordinal)))
            {
                headers.CacheControl = "private, no-store";
            }

            return Task.CompletedTask;
        }, context);
        return next(context);
    }
}
