using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Ladders;

/// <summary>Gives a plan, or one step of it, this ladder, after the page showed every reminder that this moves.</summary>
public sealed class AssignModel(RequestActor who, ReferenceStore reference, ChangeLadder change, LadderUses uses, UnitNames names, Texts texts) : PageModel
{
    public string Id { get; private set; } = "";

    public string Name => IndexModel.NameOf(Id, texts);

    /// <summary>Root of the plan and, behind a space, the step; without one the whole plan.</summary>
    [BindProperty]
    public string? Plan { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public LadderAnswer? Preview { get; private set; }

    /// <summary>What the reader may choose, by plan.</summary>
    public IReadOnlyList<IGrouping<Guid, LadderUse>> Choices { get; private set; } = [];

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken stop) => await LoadAsync(id, stop) ?? Page();

    public async Task<IActionResult> OnPostAsync(string id, string? confirm, CancellationToken stop)
    {
        if (await LoadAsync(id, stop) is { } no) return no;
        ModelState.Clear();
        if (Plan?.Split(' ', 2) is not [var root, ..] parts || !Guid.TryParse(root, out var rootId))
        {
            ModelState.AddModelError(nameof(Plan), texts["ladders.wrong.plan"]);
        }
        else
        {
            var answer = await change.AssignAsync(who.Actor, null, rootId, parts.ElementAtOrDefault(1), Id, Reason, confirm == "true", who.Now, who.RecordedAt, stop);
            switch (answer.Refused)
            {
                case null when confirm == "true":
                    return Redirect($"/ladders/{Uri.EscapeDataString(Id)}?given={answer.Tasks}-{answer.Moved}");
                case null:
                    (Preview, WordsOf) = (answer, await LadderUses.WordsAsync(reference, names, texts, stop));
                    return Page();
                case TaskAnswer.Invalid invalid:
                    foreach (var (field, words) in invalid.Errors) ModelState.AddModelError(field == "reason" ? nameof(Reason) : "", Language.Say(words));
                    break;
                default:
                    ModelState.AddModelError(nameof(Plan), texts["ladders.wrong.plan"]);
                    break;
            }
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>The words for a reminder that moves.</summary>
    public Func<ReminderChange, string> WordsOf { get; private set; } = _ => "";

    private async Task<IActionResult?> LoadAsync(string id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if ((await LaddersApi.AllAsync(reference, stop)).FirstOrDefault(l => l.Id == id) is null) return NotFound();
        if (!actor.May(Permission.Extend)) return StatusCode(StatusCodes.Status403Forbidden);
        (Id, Choices) = (id, [.. (await uses.AssignableAsync(actor, stop)).GroupBy(u => u.RootId)]);
        return null;
    }
}
