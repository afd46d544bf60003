using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>A page of its own for one command on a task: shows the task beside the form, and says why it was not done with what was typed still there.</summary>
/// <param name="command">Its name among the task's allowed commands; who may not give it is led back to the task.</param>
public abstract class TaskCommandPage(RequestActor who, TaskPageReader reader, Texts texts, string command) : ReturningPage
{
    public TaskPage Shown { get; private set; } = null!;

    protected RequestActor Who => who;

    protected Texts Texts => texts;

    /// <summary>Sent with the form, so that a second press does nothing twice.</summary>
    public string OperationId { get; protected set; } = Guid.NewGuid().ToString("N");

    /// <summary>What somebody else did to the task meanwhile.</summary>
    public string? Meanwhile { get; private set; }

    /// <summary>Back to where it was begun: the task's page, or a list.</summary>
    public string BackWords => texts[Onwards == Usual ? "staff.back" : "staff.back-list"];

    protected override string Usual => $"/tasks/{Shown.Task.Id}";

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        return Shown.Task.Allowed.Contains(command) ? Page() : Redirect($"/tasks/{id}");
    }

    /// <summary>Reads what is shown; false: there is no such task for the reader.</summary>
    protected virtual async Task<bool> LoadAsync(Guid id, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, null, cancellation) is not { } page) return false;
        Shown = page;
        return true;
    }

    /// <summary>Back to where it was begun. A list is told what was done, to say so above its rows; the task's page shows it anyway.</summary>
    /// <param name="place">Where on the task's page.</param>
    /// <param name="tasks">How many it was done to.</param>
    protected IActionResult Done(string what, string place = "", int tasks = 1) => Onwards == Usual
        ? LocalRedirect(Usual + place)
        : LocalRedirect(QueryHelpers.AddQueryString(Onwards, new Dictionary<string, string?>
        {
            ["done"] = what,
            ["task"] = Shown.Task.Id.ToString(),
            ["count"] = tasks.ToString(CultureInfo.InvariantCulture),
        }));

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
