using Microsoft.AspNetCore.Http.Features;

namespace WorkflowHost.Web;

/// <summary>
/// An id in an address of the API may hold a slash, written <c>%2F</c>. Left as the server gives it, a path cannot tell it from an id that holds the text
/// <c>%2F</c>, and nothing is found under either. It stands as a mark while the way is chosen, and as itself in what endpoints are given.
/// </summary>
internal static class SlashInIds
{
    // For private use: no text that means anything has it.
    private const char Mark = '\uE02F';

    private static readonly object Former = new();

    /// <summary>Stands before and behind the choice of the endpoint, which <paramref name="choose"/> adds.</summary>
    public static void Around(WebApplication app, Action<WebApplication> choose)
    {
        app.Use((http, next) =>
        {
            if (Marked(http) is { } path) (http.Items[Former], http.Request.Path) = (http.Request.Path, path);
            return next(http);
        });
        choose(app);
        app.Use((http, next) =>
        {
            if (http.Items[Former] is not PathString path) return next(http);
            http.Request.Path = path;
            foreach (var (name, value) in http.Request.RouteValues.ToArray())
                if (value is string text) http.Request.RouteValues[name] = text.Replace(Mark, '/');
            return next(http);
        });
    }

    /// <summary>The path with marks, of an address of the API that has slashes in an id and is otherwise what the server made of it; else null.</summary>
    private static string? Marked(HttpContext http)
    {
        var (path, raw) = (http.Request.Path, http.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0]);
        if (raw?.Contains("%2F", StringComparison.OrdinalIgnoreCase) != true) return null;
        if (!path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments("/elsa", StringComparison.OrdinalIgnoreCase)) return null;
        var marked = string.Join('/', raw.Split('/').Select(s => Uri.UnescapeDataString(s).Replace('/', Mark)));
        return string.Equals(marked.Replace(Mark.ToString(), "%2F", StringComparison.Ordinal), path.Value, StringComparison.OrdinalIgnoreCase) ? marked : null;
    }
}
