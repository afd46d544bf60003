using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Ladders;

/// <summary>Takes this ladder back from a plan, or one step of it, after the page showed every reminder that this moves.</summary>
public sealed class GiveBackModel(RequestActor who, ReferenceStore reference, ChangeLadder change, LadderUses uses, UnitNames names, Texts texts) : PageModel
{
    public string Id { get; private set; } = "";

    public string Name => IndexModel.NameOf(Id, texts);

    /// <summary>Root of the plan.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid Plan { get; set; }

    /// <summary>The step; empty: the whole plan.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Activity { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public LadderUse Use { get; private set; } = null!;

    public Text? Step { get; private set; }

    public LadderAnswer? Preview { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken stop) => await LoadAsync(id, stop) ?? Page();

    public async Task<IActionResult> OnPostAsync(string id, string? confirm, CancellationToken stop)
    {
        if (await LoadAsync(id, stop) is { } no) return no;
        ModelState.Clear();
        var answer = await change.GiveBackAsync(
            who.Actor, null, Plan, string.IsNullOrEmpty(Activity) ? null : Activity, Id, Reason, confirm == "true", who.Now, who.RecordedAt, stop);
        switch (answer.Refused)
        {
            case null when confirm == "true":
                return Redirect($"/ladders/{Uri.EscapeDataString(Id)}?returned={answer.Tasks}-{answer.Moved}");
            case null:
                (Preview, WordsOf) = (answer, await LadderUses.WordsAsync(reference, names, texts, stop));
                return Page();
            case TaskAnswer.Invalid invalid:
                foreach (var (field, words) in invalid.Errors) ModelState.AddModelError(field == "reason" ? nameof(Reason) : "", Language.Say(words));
                break;
            default:
                ModelState.AddModelError("", texts["ladders.wrong.plan"]);
                break;
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
        if (!actor.May(Permission.Extend)) return StatusCode(StatusCodes.Status403Forbidden);
        var found = (await uses.GivenAsync(actor, id, stop)).Find(g => g.Use.RootId == Plan && g.Use.ActivityId == (Activity ?? ""));
        if (found.Use is null) return NotFound();
        (Id, Use, Step) = (id, found.Use, found.Step);
        return null;
    }
}
