using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Ends a task with a reason ("Không phải thực hiện"); the plan goes on without it.</summary>
public sealed class CloseModel(RequestActor who, TaskPageReader reader, CloseTask close, Runner runner, Texts texts) : PageModel
{
    public TaskPage Shown { get; private set; } = null!;

    public string? Reason { get; private set; }

    public string OperationId { get; private set; } = Guid.NewGuid().ToString("N");

    public string? Meanwhile { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        Shown = page;
        return page.Task.Allowed.Contains("close") ? Page() : Redirect($"/tasks/{id}");
    }

    public async Task<IActionResult> OnPostAsync(Guid id, int? revision, string? operationId, string? reason, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return NotFound();
        (Shown, Reason, OperationId) = (page, reason, operationId ?? OperationId);
        var answer = await close.CloseAsync(who.Actor, new(id, revision, operationId, reason), who.Now, who.RecordedAt, cancellation);
        switch (answer)
        {
            case TaskAnswer.Done done:
                if (done.MovesInstance) await runner.RunNowAsync(done.InstanceId, cancellation);
                return Redirect($"/tasks/{id}");
            case TaskAnswer.NotFound: return NotFound();
            case TaskAnswer.Forbidden: return StatusCode(StatusCodes.Status403Forbidden);
            case TaskAnswer.Conflict conflict:
                (Meanwhile, OperationId) = (TaskWords.Conflict(conflict, who.Actor, texts), Guid.NewGuid().ToString("N"));
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Page();
        }

        TaskWords.Show(answer, ModelState, texts, label: texts["staff.close.reason"]);
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
