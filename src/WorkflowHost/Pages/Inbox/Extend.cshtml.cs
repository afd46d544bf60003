using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>
/// Moves the date of a task with reason and document ("Gia hạn"), for its unit, for units that are chosen or for all that have the same work of the plan;
/// the plan's own date stays on record. The new date is a day or the notice's words, and is shown as it was read before anybody confirms it.
/// </summary>
public sealed class ExtendModel(
    RequestActor who, TaskPageReader reader, TaskQueries tasks, ExtendDeadline extend, PreviewExtension preview, ExtensionConsequences consequences,
    PlannedExtensions extensions, Texts texts) : TaskCommandPage(who, reader, texts, "extend")
{
    private const string One = "one";
    private const int MostOthers = 1_000;

    /// <summary>What it would do, once the form was filled in: the step before confirming.</summary>
    public ExtensionPreview? Preview { get; private set; }

    public IReadOnlyList<LaterStep> Later { get; private set; } = [];

    /// <summary>The day on which it takes effect, as typed; null: at once.</summary>
    public string? Effective { get; private set; }

    /// <summary>one, all or chosen.</summary>
    public string Scope { get; private set; } = One;

    /// <summary>Codes of the units chosen.</summary>
    public IReadOnlyList<string> Chosen { get; private set; } = [];

    /// <summary>The same work of other units of the plan that the reader may move; the first of them where there are very many.</summary>
    public IReadOnlyList<TaskItem> Others { get; private set; } = [];

    /// <summary>The words that the new date was read from; null: a day was typed.</summary>
    public string? ReadFrom { get; private set; }

    public string? LastDay { get; private set; }

    public string? Reason { get; private set; }

    public string? Document { get; private set; }

    public async Task<IActionResult> OnPostAsync(
        Guid id, string? operationId, string? lastDay, string? reason, string? document, string? effective, string? @do, string? scope, string?[]? units,
        CancellationToken cancellation)
    {
        if (!await LoadAsync(id, cancellation)) return NotFound();
        (LastDay, Reason, Document, OperationId, Effective) = (lastDay, reason, document, operationId ?? OperationId, effective);
        (Scope, Chosen) = (scope is "all" or "chosen" ? scope : One, [.. (units ?? []).OfType<string>()]);
        if (DueDate.Of(null, FormPost.ReadDate(lastDay) ?? DayIn(lastDay)) is not { } due)
        {
            ModelState.AddModelError("lastDay", Texts["staff.date.wrong"]);
        }
        else if (!string.IsNullOrWhiteSpace(effective) && FormPost.ReadDate(effective) is null)
        {
            ModelState.AddModelError("effective", Texts["staff.date.wrong"]);
        }
        else if (await TasksAsync(cancellation) is not { Count: > 0 } named)
        {
            ModelState.AddModelError("units", Texts["staff.extend.units-none"]);
        }
        else
        {
            var selection = Scope == One ? null : $"{Shown.Task.PlanId} {Shown.Task.Activity} {(Scope == "all" ? "*" : string.Join(' ', Chosen.Order(StringComparer.Ordinal)))}";
            var command = new ExtendDeadline.Command(named, due, reason, string.IsNullOrWhiteSpace(document) ? null : document, operationId, selection);
            if (await AnswerAsync(command, @do, cancellation) is not { } answer) return Page();
            if (answer.Extended > 0) return Done(string.IsNullOrWhiteSpace(effective) ? "extend" : "extend-later", tasks: answer.Extended);
            if (answer.Refused is TaskAnswer.Invalid { Errors: var errors } && (errors.TryGetValue("newDue", out var wrong) || errors.TryGetValue("effectiveAt", out wrong)))
                ModelState.AddModelError(errors.ContainsKey("newDue") ? "lastDay" : "effective", Language.Say(wrong));
            else if (answer.Refused is { } refused) return Refuse(refused, Texts["staff.extend.reason"]);
            foreach (var line in answer.Lines.DistinctBy(l => l.Result))
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

    /// <summary>The last day in a notice's words ("trước ngày 15/6/2020"), where they name one by themselves.</summary>
    private DateOnly? DayIn(string? words)
    {
        if (words is null or { Length: > 400 } || VietnamesePhrase.Read(words) is not { Spec: not (DeadlineSpec.Offset or DeadlineSpec.AfterEvent or DeadlineSpec.Yearly) } reading) return null;
        ReadFrom = reading.Spec.Quote;
        return reading.Spec.Resolve(Dates.DayOf(Who.Now).Year, new Dictionary<string, DateTimeOffset>(), Shown.Times.Calendar).LastDay;
    }

    protected override async Task<bool> LoadAsync(Guid id, CancellationToken cancellation)
    {
        if (!await base.LoadAsync(id, cancellation)) return false;
        var same = await tasks.ListAsync(Who.Actor, new("all", null, null, Shown.Task.PlanId, Shown.Task.Activity, null, null, MostOthers), Who.Now, cancellation);
        Others = [.. same.Where(t => t.Id != id && TaskState.IsLive(t.Status) && t.Allowed.Contains("extend")).OrderBy(t => t.Unit.Name, StringComparer.Create(new("vi-VN"), false))];
        return true;
    }

    /// <summary>The tasks that are asked for; of all units also those that are done, which the preview says stay as they are.</summary>
    private async Task<IReadOnlyList<Guid>> TasksAsync(CancellationToken cancellation) => Scope switch
    {
        "all" => await tasks.IdsOfAsync(Who.Actor, Shown.Task.PlanId, Shown.Task.Activity, null, Who.Now, cancellation),
        "chosen" => [.. Others.Append(Shown.Task).Where(t => Chosen.Contains(t.Unit.Code)).Select(t => t.Id)],
        _ => [Shown.Task.Id],
    };

    /// <summary>"Nhắc T-3", in the words of the task's ladder.</summary>
    public string WordsOf(ReminderChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return OwnerRail.LadderOf(Shown.Reference, change.LadderId)?.Find(change.Rung) is { } rung ? Shown.Words.ForOne(rung, 0, "work") : change.Rung;
    }
}
