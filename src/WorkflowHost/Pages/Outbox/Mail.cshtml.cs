using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowHost.Email;
using WorkflowHost.Identity;

namespace WorkflowHost.Pages.Outbox;

/// <summary>One mail as its reader gets it, in text. One that was not sent yet is shown as it would go out now.</summary>
public sealed class MailModel(RequestActor who, ListOutbox list, MailRenderer renderer) : PageModel
{
    public ListedMail Mail { get; private set; } = null!;
    public string Subject { get; private set; } = "";
    public string Text { get; private set; } = "";
    public string Language { get; private set; } = "vi";

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Outbox)) return Forbid();
        if (await list.FindAsync(actor, id, stop) is not { } found) return NotFound();
        (Mail, Language, Subject, Text) = (found.Mail, found.Language, found.Mail.Subject ?? "", UnsubscribeLinks.Masked(found.Text) ?? "");
        if (found.Text is not null) return Page();
        try
        {
            var rendered = renderer.Render(found.Mail.Kind, found.Data, found.Language, issuerAddress: found.ReplyTo);
            (Subject, Text) = (rendered.Subject, rendered.Text);
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
            // The sender will call it dead with this reason; here it is shown before.
            Text = broken.Message;
        }

        return Page();
    }
}
