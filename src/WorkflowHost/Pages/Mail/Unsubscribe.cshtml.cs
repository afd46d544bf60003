using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Outbox;
using WorkflowEngine.Storage;
using WorkflowHost.Email;

namespace WorkflowHost.Pages.Mail;

/// <summary>
/// Behind the link "fewer mails" of a digest, without a session: the sealed token is all the right it needs and gives. Looking changes nothing, so a
/// scanner that follows links does no harm; a POST with <c>List-Unsubscribe=One-Click</c> (RFC 8058), by the button here or by a mail program, leaves
/// the reader nothing but escalations. Neither names the reader.
/// </summary>
[AllowAnonymous, IgnoreAntiforgeryToken]
public sealed class UnsubscribeModel(UnsubscribeLinks links, MailPreferences preferences, BusinessClock clock, TimeProvider system) : PageModel
{
    /// <summary>It was carried out.</summary>
    public bool IsDone { get; private set; }

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken stop)
    {
        Response.Headers.CacheControl = "no-store";
        return links.Read(token) is { } person && await preferences.ReadAsync(person, stop) is not null ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(string token, [FromForm(Name = "List-Unsubscribe")] string? oneClick, CancellationToken stop)
    {
        Response.Headers.CacheControl = "no-store";
        if (links.Read(token) is not { } person) return NotFound();
        if (oneClick != "One-Click") return BadRequest();
        IsDone = await preferences.SetAsync(person, null, MailPace.Escalations, null, "mail", clock.Now(), system.GetUtcNow(), stop);
        return IsDone ? Page() : NotFound();
    }
}
