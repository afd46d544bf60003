using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Demo;
using WorkflowHost.Hosting;

namespace WorkflowHost.Pages.DevMail;

/// <summary>The mails that a demo's own SMTP server took, newest first. Without sign-in like the rest of the demo; not there in production.</summary>
[AllowAnonymous]
public sealed class IndexModel(Installation installation) : PageModel
{
    private const int PageSize = 100;

    /// <summary>A mail with its number: 1 is the oldest.</summary>
    public sealed record Numbered(int N, CaughtMail Mail);

    public IReadOnlyList<Numbered> Mails { get; private set; } = [];
    public int Total { get; private set; }

    /// <summary>Part of a recipient or a subject.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Query { get; set; }

    /// <summary>Only mails with a smaller number.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Before { get; set; }

    /// <summary>The number before which the next page begins, or null.</summary>
    public int? Older => Mails.Count == PageSize && Mails[^1].N > 1 ? Mails[^1].N : null;

    public IActionResult OnGet()
    {
        if (installation is not { Mode: Mode.Demo, Catcher: { } catcher }) return NotFound();
        var all = catcher.Mails.Select((mail, i) => new Numbered(i + 1, mail)).ToList();
        Total = all.Count;
        Mails = [.. all.Where(m => m.N < (Before ?? int.MaxValue)).Where(m => string.IsNullOrWhiteSpace(Query) || m.Mail.Subject.Contains(Query, StringComparison.CurrentCultureIgnoreCase)
            || m.Mail.To.Any(to => to.Contains(Query, StringComparison.OrdinalIgnoreCase))).Reverse().Take(PageSize)];
        return Page();
    }
}
