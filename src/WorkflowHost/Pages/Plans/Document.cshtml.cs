using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Identity;

namespace WorkflowHost.Pages.Plans;

/// <summary>The plan as it was written: bases, text, recipients, signature block, in the form of NĐ 30/2020.</summary>
public sealed class DocumentModel(RequestActor who, PlanPageQueries queries) : PageModel
{
    public PlanHead Plan { get; private set; } = null!;
    public PlanDocument Text { get; private set; } = null!;

    /// <summary>The text's paragraphs, with whether each is a heading (I., 1., a) or short and without a full stop).</summary>
    public IEnumerable<(string Text, bool IsHeading)> Paragraphs =>
        (Text.Content ?? "").ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => (p, p.Length < 160 && !p.StartsWith('-') && !p.EndsWith('.') && !p.EndsWith(';') && !p.EndsWith(':')));

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (await queries.FindAsync(actor, id, stop) is not { } plan) return NotFound();
        (Plan, Text) = (plan, await queries.DocumentAsync(id, stop));
        return Page();
    }
}
