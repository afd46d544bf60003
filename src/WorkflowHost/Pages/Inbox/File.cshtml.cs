using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;
using WorkflowEngine.Tasks.Attachments;
using WorkflowHost.Identity;

namespace WorkflowHost.Pages.Inbox;

/// <summary>
/// A file of a task, to open or to download. Only what the browser shows by itself without running anything is opened (PDF and pictures, their
/// type known from their content); everything else is downloaded.
/// </summary>
public sealed class FileModel(RequestActor who, ReadAttachment read) : PageModel
{
    private static readonly string[] Shown = ["application/pdf", "image/png", "image/jpeg"];

    public async Task<IActionResult> OnGetAsync(Guid id, Guid attachment, bool download, CancellationToken cancellation)
    {
        if (await who.ReadAsync(cancellation) is not { } actor || await read.FindAsync(actor, id, attachment, who.Now, cancellation) is not { } file) return NotFound();
        var inline = !download && Shown.Contains(file.MediaType);
        Response.Headers.ContentDisposition = new ContentDispositionHeaderValue(inline ? "inline" : "attachment") { FileNameStar = file.Name }.ToString();
        Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'none'";
        Response.Headers.CacheControl = "private, no-store";
        Response.ContentType = file.MediaType;
        Response.ContentLength = file.Size;
        await read.CopyToAsync(file, Response.Body, cancellation);
        return new EmptyResult();
    }
}
