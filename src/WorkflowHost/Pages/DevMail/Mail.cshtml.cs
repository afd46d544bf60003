using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;

namespace WorkflowHost.Pages.DevMail;

/// <summary>
/// One caught mail: its HTML in a frame that may run nothing and load nothing, and its text twin. The frame's content has an address and a content
/// policy of its own, since mails need inline styles, which our pages never allow.
/// </summary>
[AllowAnonymous]
public sealed class MailModel(Installation installation) : PageModel
{
    // sandbox without any permission: no script, no forms, an origin of its own. Only this site may frame it.
    private const string FramePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";

    public int N { get; private set; }
    public CaughtMail Mail { get; private set; } = null!;

    public IActionResult OnGet(int n)
    {
        if (Find(n) is not { } mail) return NotFound();
        (N, Mail) = (n, mail);
        // The frame comes from this site; every other page of ours frames nothing.
        Response.Headers.ContentSecurityPolicy = Web.SecurityHeaders.Policy + "; frame-src 'self'";
        return Page();
    }

    /// <summary>The frame's content.</summary>
    public IActionResult OnGetHtml(int n)
    {
        if (Find(n) is not { Html: { } html }) return NotFound();
        Response.Headers.ContentSecurityPolicy = FramePolicy;
        Response.Headers.XFrameOptions = "SAMEORIGIN";
        return Content(html, "text/html; charset=utf-8");
    }

    private CaughtMail? Find(int n) =>
        installation is { Mode: Mode.Demo, Catcher.Mails: { } mails } && n >= 1 && n <= mails.Count ? mails[n - 1] : null;
}
