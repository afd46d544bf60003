using System.Globalization;
using Microsoft.Net.Http.Headers;
using WorkflowHost.Identity;

namespace WorkflowHost.Web;

/// <summary>
/// Sets the language of a request: the choice made on this device, else the person's own, else the browser's, else
/// Vietnamese. A browser counts as English only if it asks for English and not for Vietnamese at all: on the
/// machines of the offices English menus are common and say nothing about the reader.
/// </summary>
public sealed class ChooseLanguage(RequestDelegate next)
{
    /// <summary>Holds "vi" or "en" for a year.</summary>
    public const string Cookie = "workflows.language";

    /// <summary>Runs after authentication, since the person's own language is a claim.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var language = Of(context.Request.Cookies[Cookie], context.User.FindFirst(PersonClaims.Language)?.Value,
            context.Request.GetTypedHeaders().AcceptLanguage);
        CultureInfo.CurrentCulture = language.Culture;
        CultureInfo.CurrentUICulture = language.Culture;
        return next(context);
    }

    /// <summary>The rule itself.</summary>
    public static Language Of(string? cookie, string? preference, IEnumerable<StringWithQualityHeaderValue> browser)
    {
        if ((Language.Find(cookie) ?? Language.Find(preference)) is { } chosen)
        {
            return chosen;
        }
        var asked = browser.Where(a => a.Quality is null or > 0).Select(a => a.Value.ToString()).ToList();
        return asked.Exists(a => Is(a, "en")) && !asked.Exists(a => Is(a, "vi")) ? Language.English : Language.Vietnamese;
    }

    private static bool Is(string asked, string code) =>
        asked.Equals(code, StringComparison.OrdinalIgnoreCase) || asked.StartsWith(code + "-", StringComparison.OrdinalIgnoreCase);
}
