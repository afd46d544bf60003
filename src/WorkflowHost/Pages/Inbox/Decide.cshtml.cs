using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>The reviewer's conclusion. Refused, it shows the review again with what was typed.</summary>
public sealed class DecideModel(RequestActor who, TaskPageReader reader, AcceptTask accept, ReturnTask giveBack, Runner runner, Texts texts) : PageModel
{
    /// <summary>What is shown again.</summary>
    public ReviewView? Review { get; private set; }

    /// <summary>What happened meanwhile, when the conclusion came too late.</summary>
    public string? Meanwhile { get; private set; }

    public TaskPage Shown { get; private set; } = null!;

    public ErrorSummary Errors { get; private set; } = new([]);

    /// <summary>There is nothing to look at without a conclusion.</summary>
    public IActionResult OnGet(Guid id) => Redirect($"/tasks/{id}");

    public async Task<IActionResult> OnPostAsync(
        Guid id, int? revision, string? operationId, string? decision, string? reason, string? newDate, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        Shown = page;
        var day = FormPost.ReadDate(newDate);
        TaskAnswer? answer = null;
        if (decision == "accept")
            answer = await accept.AcceptAsync(who.Actor, new(id, revision, operationId, null), who.Now, who.RecordedAt, cancellation);
        else if (decision == "return" && day is null && !string.IsNullOrWhiteSpace(newDate))
            ModelState.AddModelError("newDate", texts["staff.date.wrong"]);
        else if (decision == "return")
            answer = await giveBack.ReturnAsync(who.Actor, new(id, revision, operationId, reason, DueDate.Of(null, day)), who.Now, who.RecordedAt, cancellation);
        else
            ModelState.AddModelError("decision", texts["staff.review.choose"]);

        switch (answer)
        {
            case TaskAnswer.Done done:
                if (done.MovesInstance) await runner.RunNowAsync(done.InstanceId, cancellation);
                return Redirect($"/tasks/{id}");
            case TaskAnswer.NotFound:
                return NotFound();
            case TaskAnswer.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            case TaskAnswer.OwnSubmission own:
                Meanwhile = Language.Say(own.Sentence);
                Response.StatusCode = StatusCodes.Status403Forbidden;
                break;
            case TaskAnswer.Conflict conflict:
                Meanwhile = TaskWords.Conflict(conflict, who.Actor, texts);
                operationId = null;
                Response.StatusCode = StatusCodes.Status409Conflict;
                break;
            case not null:
                TaskWords.Show(answer, ModelState, texts, label: texts["staff.close.reason"]);
                Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                break;
            default:
                Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                break;
        }

        Errors = ErrorSummary.From(ModelState);
        Review = ReviewView.Of(page, texts, decision, reason, newDate, operationId);
        return Page();
    }
}
