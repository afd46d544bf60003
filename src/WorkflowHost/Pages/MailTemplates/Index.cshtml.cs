using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.MailTemplates;

/// <summary>Every kind of mail in both languages, for whoever administers the topmost unit.</summary>
public sealed class IndexModel(RequestActor who, WorkflowEngine.Outbox.MailTemplates templates, Texts texts) : PageModel
{
    private ILookup<(string, string), StoredTemplate> _versions = Array.Empty<StoredTemplate>().ToLookup(t => (t.Kind, t.Language));

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor || !actor.MayFromTheTop(Permission.Organisation)) return Forbid();
        _versions = (await templates.VersionsAsync(null, null, stop)).ToLookup(t => (t.Kind, t.Language));
        return Page();
    }

    /// <summary>"Bản có sẵn", or the version with its moment.</summary>
    public string Standing(string kind, string language) => _versions[(kind, language)].FirstOrDefault() is { Body: not null } last
        ? texts["templates.version", last.Version, Dates.Moment(last.At)] : texts["templates.shipped"];
}
