using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Instances;

/// <summary>One instance for those who operate it: state, waits, incidents, journal; cancelling with a reason.</summary>
public sealed class InstanceModel(RequestActor who, InstanceQueries queries, DefinitionStore definitions, CancelInstance cancel, Texts texts) : PageModel
{
    private const int PageSize = 50;

    /// <summary>Vietnamese letters as letters; the page encodes what it has to.</summary>
    public static readonly System.Text.Json.JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, string?> _children = [];

    /// <summary>What was typed.</summary>
    [BindProperty]
    public string? Reason { get; set; }

    public InstanceDetail Instance { get; private set; } = null!;
    public IReadOnlyList<JournalBurst> Journal { get; private set; } = [];

    /// <summary>The burst before which the next page begins, or null.</summary>
    public int? Older { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    /// <summary>The wish was taken in and is still being worked on.</summary>
    public bool IsProcessing { get; private set; }

    /// <summary>Somebody was faster.</summary>
    public string? Message { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, int? before, bool cancelled, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is null) return Challenge();
        if (cancelled) Message = texts["instance.cancelled"];
        return await ShowAsync(id, before, stop) ? Page() : NotFound();
    }

    /// <summary>"Hủy lượt chạy".</summary>
    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        switch (await cancel.RunAsync(actor, id, Reason, who.Now, who.RecordedAt, stop))
        {
            case CancelAnswer.Taken { Settled: true }:
                return LocalRedirect($"/instances/{id}?cancelled=true");
            case CancelAnswer.Taken:
                IsProcessing = true;
                Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case CancelAnswer.Unknown:
                return NotFound();
            case CancelAnswer.Forbidden:
                return Forbid();
            case CancelAnswer.Over over:
                Message = texts["instance.over", StatusWords(over.SubStatus)];
                break;
            default:
                ModelState.AddModelError(nameof(Reason), texts["instance.reason-missing", CancelInstance.LongestReason]);
                Errors = ErrorSummary.From(ModelState);
                break;
        }

        return await ShowAsync(id, null, stop) ? Page() : NotFound();
    }

    public string StatusWords(string subStatus) => texts[$"instance.status.{subStatus}"];

    /// <summary>A word of the journal in the reader's language; one that is not known stays as it is written.</summary>
    public string Say(string what, string word) => texts.Find($"instance.{what}.{word}") ?? word;

    public static StatusKind KindOf(string subStatus) => subStatus switch
    {
        "Finished" => StatusKind.Done,
        "Faulted" => StatusKind.Overdue,
        "Cancelled" => StatusKind.None,
        _ => StatusKind.Waiting,
    };

    /// <summary>One wait as a sentence.</summary>
    public string WaitWords(InstanceWait wait) => wait.Kind switch
    {
        "task" => texts[wait.TaskStatus == "submitted" ? "instance.wait.review" : "instance.wait.task", wait.UnitName, Language.Say(wait.Title!)],
        "event" => texts["instance.wait.event", wait.EventName],
        "time" => texts["instance.wait.time", Dates.Moment(wait.DueAt!.Value)],
        "children" => texts["instance.wait.children", _children.GetValueOrDefault(wait.EventName ?? "") ?? wait.EventName],
        _ => texts["instance.wait.other", wait.ActivityId],
    };

    private async Task<bool> ShowAsync(Guid id, int? before, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, cancellation: stop) is not { } found) return false;
        Instance = found;
        foreach (var child in found.Waits.Where(w => w.Kind == "children").Select(w => w.EventName).OfType<string>().Distinct())
            if (await definitions.PublishedAsync(child, stop) is { } version) _children[child] = (await definitions.GetOrEmptyAsync(version, stop)).Name;
        Journal = await queries.JournalAsync(id, before, PageSize, stop);
        Older = Journal.Count == PageSize && Journal[^1].Burst > 1 ? Journal[^1].Burst : null;
        return true;
    }
}
