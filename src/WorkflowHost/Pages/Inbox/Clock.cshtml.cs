using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Stops the clock of a task, lets it go on, and takes the extension in force back; each with a reason that stays on record.</summary>
public sealed class ClockModel(RequestActor who, TaskPageReader reader, PauseClocks clocks, PlannedExtensions extensions, Texts texts)
    : TaskCommandPage(who, reader, texts, "extend")
{
    public string? Reason { get; private set; }

    /// <summary>The pause that lasts, or null: the clock runs.</summary>
    public TaskPause? Paused => Shown.History.Pauses.LastOrDefault(p => p.Until is null);

    /// <summary>The extension whose date is in force; null: there is none to take back, or the date before it has passed.</summary>
    public TaskExtension? InForce => Shown.History.Extensions is [.., { InverseOf: null, OldDue: { } old } last] && last.NewDue == Shown.Task.Deadline.Due && old > Who.Now ? last : null;

    public async Task<IActionResult> OnPostAsync(Guid id, string? @do, string? reason, bool moveDue, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        Reason = reason;
        var refused = @do switch
        {
            "pause" => (await clocks.PauseAsync(Who.Actor, [id], null, reason, Who.Now, Who.RecordedAt, cancellation)).Refused,
            "resume" => (await clocks.ResumeAsync(Who.Actor, [id], null, reason, moveDue, Who.Now, Who.RecordedAt, cancellation)).Refused,
            "undo" when InForce is { } extension => await extensions.UndoAsync(Who.Actor, extension.Id, reason, Who.Now, Who.RecordedAt, cancellation),
            // Nothing is in force that could be taken back any more.
            _ => new TaskAnswer.Invalid(new Dictionary<string, Text> { [""] = new(Texts.Say("staff.again", Language.Vietnamese), Texts.Say("staff.again", Language.English)) }),
        };
        return refused is null ? Redirect($"/tasks/{id}") : Refuse(refused, Texts["staff.clock.reason"]);
    }
}
