using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>Moves the date of one unit's task with reason and document ("Gia hạn"); the plan's own date stays on record.</summary>
public sealed class ExtendModel(
    RequestActor who, TaskPageReader reader, ExtendDeadline extend, PreviewExtension preview, ExtensionConsequences consequences, PlannedExtensions extensions, Texts texts)
    : TaskCommandPage(who, reader, texts, "extend")
{
    /// <summary>What it would do, once the form was filled in: the step before confirming.</summary>
    public ExtensionPreview? Preview { get; private set; }

    public IReadOnlyList<LaterStep> Later { get; private set; } = [];

    /// <summary>The day on which it takes effect, as typed; null: at once.</summary>
    public string? Effective { get; private set; }

    public string? LastDay { get; private set; }

    public string? Reason { get; private set; }

    public string? Document { get; private set; }

    public async Task<IActionResult> OnPostAsync(
        Guid id, string? operationId, string? lastDay, string? reason, string? document, string? effective, string? @do, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        (LastDay, Reason, Document, OperationId, Effective) = (lastDay, reason, document, operationId ?? OperationId, effective);
        if (DueDate.Of(null, FormPost.ReadDate(lastDay)) is not { } due)
        {
            ModelState.AddModelError("lastDay", Texts["staff.date.wrong"]);
        }
        else if (!string.IsNullOrWhiteSpace(effective) && FormPost.ReadDate(effective) is null)
        {
            ModelState.AddModelError("effective", Texts["staff.date.wrong"]);
        }
        else
        {
            var command = new ExtendDeadline.Command([id], due, reason, string.IsNullOrWhiteSpace(document) ? null : document, operationId);
            if (await AnswerAsync(command, @do, cancellation) is not { } answer) return Page();
            if (answer.Extended == 1) return Redirect($"/tasks/{id}");
            if (answer.Refused is TaskAnswer.Invalid { Errors: var errors } && (errors.TryGetValue("newDue", out var wrong) || errors.TryGetValue("effectiveAt", out wrong)))
                ModelState.AddModelError(errors.ContainsKey("newDue") ? "lastDay" : "effective", wrong.In(Language.Current.Code));
            else if (answer.Refused is { } refused) return Refuse(refused, Texts["staff.extend.reason"]);
            foreach (var line in answer.Lines)
                ModelState.AddModelError(line.Result == ExtensionResult.NotLater ? "lastDay" : "", line.Result switch
                {
                    ExtensionResult.NotLater => Texts["staff.extend.not-later", Shown.Task.Deadline.LastDay is { } last ? Dates.Full(last) : ""],
                    ExtensionResult.Done => Texts["staff.extend.done"],
                    ExtensionResult.NoDeadline => Texts["staff.extend.undated"],
                    _ => Texts["staff.again"],
                });
        }

        return Wrong();
    }

    /// <summary>Revokes a planned extension from the task's page.</summary>
    public async Task<IActionResult> OnPostRevokeAsync(Guid id, Guid planned, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        if (Shown.History.Planned.All(p => p.BatchId != planned)) return Redirect($"/tasks/{id}");
        return await extensions.RevokeAsync(Who.Actor, planned, Who.Now, Who.RecordedAt, cancellation) switch
        {
            null or TaskAnswer.NotFound => Redirect($"/tasks/{id}"),
            _ => StatusCode(StatusCodes.Status403Forbidden),
        };
    }

    /// <summary>Shows first what it would do; null: shown, nothing written. Confirmed, it extends at once or plans it.</summary>
    private async Task<ExtensionAnswer?> AnswerAsync(ExtendDeadline.Command command, string? @do, CancellationToken cancellation)
    {
        DateTimeOffset? from = FormPost.ReadDate(Effective) is { } day ? WorkingCalendar.VietnamPublic.InstantOf(day) : null;
        if (@do != "confirm")
        {
            if (string.IsNullOrWhiteSpace(command.Reason)) return await extend.ExtendAsync(Who.Actor, command, Who.Now, Who.RecordedAt, cancellation);
            var shown = await preview.ReadAsync(Who.Actor, command, Who.Now, cancellation);
            if (shown.Refused is not null || shown.Extended == 0) return new(shown.Lines, shown.Refused);
            Later = await consequences.ReadAsync(command.TaskIds, command.NewDue, cancellation);
            Preview = shown;
            return null;
        }

        return from is { } at
            ? (await extensions.PlanAsync(Who.Actor, command, at, Who.Now, Who.RecordedAt, cancellation)).Answer
            : await extend.ExtendAsync(Who.Actor, command, Who.Now, Who.RecordedAt, cancellation);
    }

    /// <summary>"Nhắc T-3", in the words of the task's ladder.</summary>
    public string WordsOf(ReminderChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return OwnerRail.LadderOf(Shown.Reference, change.LadderId)?.Find(change.Rung) is { } rung ? Shown.Words.ForOne(rung, 0, "work") : change.Rung;
    }
}
