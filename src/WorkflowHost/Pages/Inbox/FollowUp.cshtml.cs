using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Puts a call, visit or letter to the unit on record ("Ghi đôn đốc"), by those who follow the case.</summary>
public sealed class FollowUpModel(RequestActor who, TaskPageReader reader, CommentTask comment, Texts texts) : PageModel
{
    public TaskPage Shown { get; private set; } = null!;

    public string? Text { get; private set; }

    public string OperationId { get; private set; } = Guid.NewGuid().ToString("N");

    public string? Meanwhile { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        Shown = page;
        return page.Task.Allowed.Contains("follow-up") ? Page() : Redirect($"/tasks/{id}");
    }

    public async Task<IActionResult> OnPostAsync(Guid id, string? operationId, string? text, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        (Shown, Text, OperationId) = (page, text, operationId ?? OperationId);
        var answer = await comment.CommentAsync(who.Actor, new(id, operationId, text, true), who.Now, who.RecordedAt, cancellation);
        switch (answer)
        {
            case TaskAnswer.Done: return Redirect($"/tasks/{id}#comments");
            case TaskAnswer.NotFound: return NotFound();
            case TaskAnswer.Forbidden: return StatusCode(StatusCodes.Status403Forbidden);
            case TaskAnswer.Conflict conflict:
                Meanwhile = TaskWords.Conflict(conflict, who.Actor, texts);
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Page();
        }

        TaskWords.Show(answer, ModelState, texts, label: texts["staff.follow-up.title"]);
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
