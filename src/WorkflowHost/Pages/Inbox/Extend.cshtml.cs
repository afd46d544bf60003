using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Moves the date of one unit's task with reason and document ("Gia hạn"); the plan's own date stays on record.</summary>
public sealed class ExtendModel(RequestActor who, TaskPageReader reader, ExtendDeadline extend, Texts texts) : PageModel
{
    public TaskPage Shown { get; private set; } = null!;

    public string? LastDay { get; private set; }

    public string? Reason { get; private set; }

    public string? Document { get; private set; }

    /// <summary>Sent with the form, so that a second press moves nothing twice.</summary>
    public string OperationId { get; private set; } = Guid.NewGuid().ToString("N");

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        Shown = page;
        return page.Task.Allowed.Contains("extend") ? Page() : Redirect($"/tasks/{id}");
    }

    public async Task<IActionResult> OnPostAsync(Guid id, string? operationId, string? lastDay, string? reason, string? document, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        (Shown, LastDay, Reason, Document, OperationId) = (page, lastDay, reason, document, operationId ?? OperationId);
        if (DueDate.Of(null, FormPost.ReadDate(lastDay)) is not { } due)
        {
            ModelState.AddModelError("lastDay", texts["staff.date.wrong"]);
        }
        else
        {
            var answer = await extend.ExtendAsync(
                who.Actor, new([id], due, reason, string.IsNullOrWhiteSpace(document) ? null : document, operationId), who.Now, who.RecordedAt, cancellation);
            if (answer.Refused is TaskAnswer.NotFound) return NotFound();
            if (answer.Refused is TaskAnswer.Forbidden) return StatusCode(StatusCodes.Status403Forbidden);
            if (answer.Extended == 1) return Redirect($"/tasks/{id}");
            if (answer.Refused is TaskAnswer.Invalid { Errors: var errors } && errors.TryGetValue("newDue", out var wrong)) ModelState.AddModelError("lastDay", wrong.In(Language.Current.Code));
            else if (answer.Refused is not null) TaskWords.Show(answer.Refused, ModelState, texts, label: texts["staff.extend.reason"]);
            foreach (var line in answer.Lines)
                ModelState.AddModelError(line.Result == ExtensionResult.NotLater ? "lastDay" : "", line.Result switch
                {
                    ExtensionResult.NotLater => texts["staff.extend.not-later", page.Task.Deadline.LastDay is { } last ? Dates.Full(last) : ""],
                    ExtensionResult.Done => texts["staff.extend.done"],
                    ExtensionResult.NoDeadline => texts["staff.extend.undated"],
                    _ => texts["staff.again"],
                });
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
