using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>A page of its own for one command on a task: shows the task beside the form, and says why it was not done with what was typed still there.</summary>
/// <param name="command">Its name among the task's allowed commands; who may not give it is led back to the task.</param>
public abstract class TaskCommandPage(RequestActor who, TaskPageReader reader, Texts texts, string command) : PageModel
{
    public TaskPage Shown { get; private set; } = null!;

    protected RequestActor Who => who;

    protected Texts Texts => texts;

    /// <summary>Sent with the form, so that a second press does nothing twice.</summary>
    public string OperationId { get; protected set; } = Guid.NewGuid().ToString("N");

    /// <summary>What somebody else did to the task meanwhile.</summary>
    public string? Meanwhile { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        return Shown.Task.Allowed.Contains(command) ? Page() : Redirect($"/tasks/{id}");
    }

    protected async Task<bool> LoadAsync(Guid id, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return false;
        Shown = page;
        return true;
    }

    /// <param name="label">The field that an error without a field of its own is about.</param>
    protected IActionResult Refuse(TaskAnswer answer, string label)
    {
        switch (answer)
        {
            case TaskAnswer.NotFound: return NotFound();
            case TaskAnswer.Forbidden: return StatusCode(StatusCodes.Status403Forbidden);
            case TaskAnswer.Conflict conflict:
                (Meanwhile, OperationId) = (TaskWords.Conflict(conflict, who.Actor, texts), Guid.NewGuid().ToString("N"));
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Page();
        }

        TaskWords.Show(answer, ModelState, texts, label: label);
        return Wrong();
    }

    /// <summary>The page again with what is wrong in it.</summary>
    protected IActionResult Wrong()
    {
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
