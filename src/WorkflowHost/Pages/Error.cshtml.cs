using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace WorkflowHost.Pages;

/// <summary>
/// What went wrong, in words, with the way out. It reads nothing from the database, so that it also appears when that is
/// away. The status of the response is set by the middleware that came here.
/// </summary>
[AllowAnonymous, IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true)]
public sealed class ErrorModel : PageModel
{
    /// <summary>The status asked for. Not bound: binding reads the form, which may be what is wrong.</summary>
    public int Status => int.Parse((string)RouteData.Values["status"]!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The status whose text is shown.</summary>
    public int Known => Status switch
    {
        400 or 403 or 404 or 413 or 422 or 429 => Status,
        >= 500 => 500,
        // No form of ours sends 405 or 415: somebody typed or built that address.
        _ => 404,
    };

    /// <summary>Leads from the screen to the line of the log.</summary>
    public string Code => Activity.Current?.TraceId.ToString()[..12] ?? HttpContext.TraceIdentifier;

    /// <summary>Any verb: the page is reached by a re-executed request.</summary>
    public void OnGet() => Response.StatusCode = Response.StatusCode == 200 ? Known : Response.StatusCode;

    /// <inheritdoc cref="OnGet"/>
    public void OnPost() => OnGet();
}
