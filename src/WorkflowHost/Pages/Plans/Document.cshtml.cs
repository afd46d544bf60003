using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Unions.Plans;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Plans;

/// <summary>The plan as it was written: bases, text, recipients, signature block, in the form of NĐ 30/2020.</summary>
public sealed partial class DocumentModel(RequestActor who, PlanPageQueries queries) : PageModel
{
    public PlanHead Plan { get; private set; } = null!;
    public PlanDocument Text { get; private set; } = null!;

    /// <summary>Name of the kind in capitals, as it stands above the subject: KẾ HOẠCH, THÔNG BÁO.</summary>
    public string Heading => (DocumentNumber.Types.GetValueOrDefault(Text.Kind)?.Vi ?? Text.Kind).ToUpper(Language.Vietnamese.Culture);

    /// <summary>The text's paragraphs, with whether each is a heading: short and numbered (I., 1., a.).</summary>
    public IEnumerable<(string Text, bool IsHeading)> Paragraphs =>
        (Text.Content ?? "").ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => (p, p.Length < 160 && Numbered().IsMatch(p) && !p.EndsWith(';')));

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (await queries.FindAsync(actor, id, stop) is not { } plan) return NotFound();
        (Plan, Text) = (plan, await queries.DocumentAsync(id, stop));
        return Page();
    }

    [GeneratedRegex(@"^([IVX]+|\d{1,2}|[a-zđ])[.)]\s")]
    private static partial Regex Numbered();
}
