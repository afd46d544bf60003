using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;

namespace WorkflowHost.Pages.Designer;

/// <summary>
/// The one page of the designer: Elsa Studio's elements inside our frame. Its addresses are Studio's own below <c>/designer/</c>, so links that
/// Studio makes lead somewhere; designer.js swaps the elements without leaving the page.
/// </summary>
public sealed class IndexModel(RequestActor who) : PageModel
{
    /// <summary>
    /// Our policy with what Studio needs: WebAssembly, the two scripts its components write into the page (by hash: the editor's and the instance
    /// list's hot keys), styles on elements, workers from blobs (Monaco), and a base address.
    /// </summary>
    public const string Policy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-snlP1jz0gjwc5cTz9ErZcliXuCK63+Mmf68RRCeptgc=' " +
        "'sha256-vu6sQrKXQHR4Yn3FMMihA/9TxxfIXnCxKwvLrTPJ5ts='; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
        "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Whether what is drawn can be saved.</summary>
    public bool MayWrite { get; private set; }

    /// <summary>Shows the frame at every address of the designer.</summary>
    public async Task<IActionResult> OnGetAsync(string? path, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.ReadDefinition)) return Forbid();
        if (!IsScreen(path)) return NotFound();
        MayWrite = actor.May(Permission.Design);
        Response.Headers.ContentSecurityPolicy = Policy;
        return Page();
    }

    private static bool IsScreen(string? path) => path?.Split('/') is not { } parts || parts is ["workflows", "definitions"] or ["workflows", "instances"]
        or ["workflows", "definitions", { Length: > 0 }, "edit"] or ["workflows", "instances", { Length: > 0 }, "view"];
}
