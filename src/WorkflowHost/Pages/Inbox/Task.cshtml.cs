using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using WorkflowHost.Calendars;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>
/// One task: its form for those who do it, the check for the reviewer, and what is on record for everybody else who may read it. Every command
/// carries the revision that was seen and an operation id, so that pressing twice is doing once.
/// </summary>
[RequestSizeLimit(LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = LargestRequest)]
public sealed class TaskModel(RequestActor who, TaskPageReader reader, UploadFiles uploads, Runner runner, NpgsqlDataSource database, Texts texts) : PageModel
{
    /// <summary>Twice the largest file: one that is too large still gets an answer beside its field.</summary>
    private const long LargestRequest = 2 * AddAttachment.MaximumBytes + 4 * 1024 * 1024;

    /// <summary>What is shown.</summary>
    public TaskPage Shown { get; private set; } = null!;

    /// <summary>What happened meanwhile, when a command came too late.</summary>
    public string? Meanwhile { get; private set; }

    /// <summary>What was typed and could not be sent, to copy from.</summary>
    public JsonObject? Kept { get; private set; }

    /// <summary>Explanations of soft rules as typed.</summary>
    public IReadOnlyDictionary<string, string> Explanations { get; private set; } = new Dictionary<string, string>();

    public string? Outcome { get; private set; }

    /// <summary>What was typed as a comment and not stored.</summary>
    public string? Comment { get; private set; }

    public string OperationId { get; private set; } = Guid.NewGuid().ToString("N");

    /// <summary>What has to be mended, in the order of the form.</summary>
    public ErrorSummary Errors { get; private set; } = new([]);

    /// <summary>The ledger of mails, for those beyond the unit.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; private set; } = [];

    /// <summary>Asked for by who keeps the issuer's registers: the form takes in what a unit sent on paper.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Paper { get; set; }

    /// <summary>Number and symbol of the paper, as printed.</summary>
    [BindProperty]
    public string? PaperNumber { get; set; }

    /// <summary>The day of its stamp, dd/MM/yyyy.</summary>
    [BindProperty]
    public string? PaperArrived { get; set; }

    /// <summary>The reader keeps the issuer's registers, and the unit has yet to hand in.</summary>
    public bool MayReceivePaper { get; private set; }

    public bool IsPaper => Paper && MayReceivePaper;

    /// <summary>The task; looking at it is noted once.</summary>
    public async Task<IActionResult> OnGetAsync(Guid id, [FromServices] OpenTask open, [FromServices] DeliveryLedger deliveries, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, null, cancellation)) return NotFound();
        await deliveries.NoteOpenedAsync(id, who.Actor.PersonId, who.Now, cancellation);
        if (Shown.MayWork && await open.OpenAsync(who.Actor, id, who.Now, who.RecordedAt, cancellation) && !await LoadAsync(id, null, cancellation)) return NotFound();
        // Whoever follows the unit's work sees what became of the mails about it.
        if (!Shown.IsOwnUnit) Deliveries = await deliveries.OfTaskAsync(id, cancellation);
        // Taken in, still being worked on: the page says so and asks again.
        if (Shown.Head.Working) Response.StatusCode = StatusCodes.Status202Accepted;
        return Page();
    }

    /// <summary>
    /// The task's date for a calendar program, the same event as in the calendars people subscribe to; behind the sign-in, like the page itself. Looking
    /// at it is no opening of the task.
    /// </summary>
    public async Task<IActionResult> OnGetCalendarAsync(Guid id, [FromServices] CalendarText calendar, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, null, cancellation) || Shown.Task.Deadline.Due is not { } due) return NotFound();
        var changes = Shown.History.Entries.Where(e => CalendarFeeds.Changes.Contains(e.Action)).ToList();
        var date = new FeedDate(id, Shown.Task.Title, Shown.Head.Plan.Number, Shown.Times.Calendar.LastDayOf(due), changes.Count,
            Shown.Task.Status is TaskState.Closed or TaskState.Cancelled, changes.Select(c => c.At).Append(Shown.Task.CreatedAt).Max());
        return File(System.Text.Encoding.UTF8.GetBytes(calendar.Write(new OpenedFeed(Language.Current.Code, null, [date]))), "text/calendar; charset=utf-8", "deadline.ics");
    }

    /// <summary>The form: hands it in, saves the draft, adds or removes a row or a file.</summary>
    public async Task<IActionResult> OnPostAsync(
        Guid id, string? @do, int? revision, string? operationId, string? outcome, [FromServices] CompleteTask complete, [FromServices] SaveDraft save,
        CancellationToken cancellation)
    {
        if (!await LoadAsync(id, null, cancellation)) return NotFound();
        var post = FormPost.Read(Shown.Form, Request.Form);
        if (Paper) return await ReceiveAsync(id, @do, revision, operationId, outcome, post, complete, cancellation);
        var uploaded = await uploads.TakeAsync(who, id, post, Request.Form.Files, ModelState, Shown.History.Files, cancellation);
        var (command, path, index) = Command(@do);
        if (command is "add-row" or "remove-row") post.ChangeRows(path, command == "add-row" ? null : index);
        if (command == "remove-file") await uploads.RemoveAsync(who, id, post, path, cancellation);
        if (command == "submit") post.DropEmptyRows();
        if (uploaded || command != "submit")
        {
            var kept = await save.SaveAsync(who.Actor, new(id, post.Draft()), who.Now, who.RecordedAt, cancellation);
            if (kept is not TaskAnswer.Done) return await RefuseAsync(id, kept, post, outcome, cancellation);
            if (command != "submit" && ModelState.ErrorCount == 0)
                return Redirect($"/tasks/{id}#{Anchor(command, path, post)}");
        }

        if (command != "submit") return await RefuseAsync(id, null, post, outcome, cancellation);
        if (Shown.Form?.Id == IssuePlan.FormId) return await IssueAsync(id, post, cancellation);
        var answer = await complete.CompleteAsync(
            who.Actor, new(id, revision, operationId, outcome, Shown.Form is null ? null : post.Data, post.Explanations) { Refused = Refused() }, who.Now, who.RecordedAt, cancellation);
        if (answer is not TaskAnswer.Done done) return await RefuseAsync(id, answer, post, outcome, cancellation);
        if (done.MovesInstance) await runner.RunNowAsync(done.InstanceId, cancellation);
        return Redirect($"/tasks/{id}#main");
    }

    /// <summary>What a unit sent on paper: no draft and no files, the paper itself lies in the registry.</summary>
    private async Task<IActionResult> ReceiveAsync(
        Guid id, string? @do, int? revision, string? operationId, string? outcome, FormPost post, CompleteTask complete, CancellationToken cancellation)
    {
        if (!MayReceivePaper) return StatusCode(StatusCodes.Status403Forbidden);
        var (command, path, index) = Command(@do);
        if (command is "add-row" or "remove-row") post.ChangeRows(path, command == "add-row" ? null : index);
        if (Request.Form.Files.Any(f => f.Length > 0)) ModelState.AddModelError("", texts["staff.paper.no-files"]);
        var arrived = FormPost.ReadDate(PaperArrived);
        if (command != "submit") return await RefuseAsync(id, null, post, outcome, cancellation);
        if (arrived is null) ModelState.AddModelError(nameof(PaperArrived), texts["staff.date.wrong"]);
        post.DropEmptyRows();
        var answer = await complete.CompleteAsync(
            who.Actor, new(id, revision, operationId, outcome, Shown.Form is null ? null : post.Data, post.Explanations)
            { Paper = new PaperReceipt(PaperNumber, arrived ?? DateOnly.MinValue), Refused = Refused() }, who.Now, who.RecordedAt, cancellation);
        if (answer is TaskAnswer.Invalid { Errors: var errors })
        {
            foreach (var (field, words) in errors.Where(e => e.Key.StartsWith(PaperReceipt.Prefix, StringComparison.Ordinal)))
                ModelState.AddModelError(field == PaperReceipt.NumberField ? nameof(PaperNumber) : nameof(PaperArrived), Language.Say(words));
            answer = new TaskAnswer.Invalid(errors.Where(e => !e.Key.StartsWith(PaperReceipt.Prefix, StringComparison.Ordinal)).ToDictionary());
        }

        if (answer is not TaskAnswer.Done done) return await RefuseAsync(id, answer, post, outcome, cancellation);
        if (done.MovesInstance) await runner.RunNowAsync(done.InstanceId, cancellation);
        return Redirect($"/tasks/{id}#main");
    }

    /// <summary>The fields that could not be taken as they came, by their names in commands.</summary>
    private string[] Refused() => [.. ModelState.Where(e => e.Value!.Errors.Count > 0).Select(e =>
        e.Key == nameof(PaperArrived) ? PaperReceipt.ArrivedField : e.Key.StartsWith(FormPost.Prefix, StringComparison.Ordinal) ? e.Key[FormPost.Prefix.Length..] : e.Key)];

    /// <summary>The clerk's task ends with the number from the register, by a command of its own.</summary>
    private async Task<IActionResult> IssueAsync(Guid id, FormPost post, CancellationToken cancellation)
    {
        var field = Shown.Form!.Root.Fields[0].Name;
        var typed = post.Data[field]?.ToString();
        var day = FormPost.ReadDate(typed);
        if (typed is not null && day is null) ModelState.AddModelError(FormPost.Prefix + field, texts["staff.date.wrong"]);
        else if (Shown.Head.Plan.Id is not { } plan) ModelState.AddModelError("", texts["staff.again"]);
        else
        {
            switch (await IssuePlan.RunAsync(database, who.Actor, plan, day, who.Now, who.RecordedAt, cancellation))
            {
                case PlanIssue.Issued issued:
                    await runner.RunNowAsync(issued.RootId, cancellation);
                    return Redirect($"/tasks/{id}#main");
                case PlanIssue.AlreadyIssued already:
                    ModelState.AddModelError("", texts["staff.issue.already", already.Number, Dates.Full(already.IssuedOn)]);
                    break;
                case PlanIssue.WrongDate wrong:
                    ModelState.AddModelError(FormPost.Prefix + field, texts["staff.issue.date", Dates.Full(wrong.Earliest), Dates.Full(wrong.Latest)]);
                    break;
                case PlanIssue.NotReady:
                    ModelState.AddModelError("", texts["staff.issue.not-ready"]);
                    break;
                case PlanIssue.NotYours:
                    return StatusCode(StatusCodes.Status403Forbidden);
                default:
                    return NotFound();
            }
        }

        return await RefuseAsync(id, null, post, null, cancellation);
    }

    /// <summary>Saves the draft for the script that does so by itself.</summary>
    public async Task<IActionResult> OnPostAutosaveAsync(Guid id, [FromServices] SaveDraft save, CancellationToken cancellation)
    {
        if (!await LoadAsync(id, null, cancellation)) return NotFound();
        var post = FormPost.Read(Shown.Form, Request.Form);
        var answer = await save.SaveAsync(who.Actor, new(id, post.Draft()), who.Now, who.RecordedAt, cancellation);
        return answer is TaskAnswer.Done
            ? new JsonResult(new { savedAt = Dates.Time(who.Now) })
            : new JsonResult(new { savedAt = (string?)null }) { StatusCode = StatusCodes.Status409Conflict };
    }

    /// <summary>Takes a task that several may do.</summary>
    public async Task<IActionResult> OnPostClaimAsync(Guid id, int? revision, string? operationId, [FromServices] ClaimTask claim, CancellationToken cancellation) =>
        await RunAsync(id, actor => claim.ClaimAsync(actor, new(id, revision, operationId), who.Now, who.RecordedAt, cancellation), cancellation);

    /// <summary>Gives it back to the others.</summary>
    public async Task<IActionResult> OnPostReleaseAsync(Guid id, int? revision, string? operationId, [FromServices] ReleaseTask release, CancellationToken cancellation) =>
        await RunAsync(id, actor => release.ReleaseAsync(actor, new(id, revision, operationId), who.Now, who.RecordedAt, cancellation), cancellation);

    /// <summary>Takes back what was handed in while nobody has decided.</summary>
    public async Task<IActionResult> OnPostWithdrawAsync(
        Guid id, int? revision, string? operationId, string? reason, [FromServices] WithdrawTask withdraw, CancellationToken cancellation) =>
        await RunAsync(id, actor => withdraw.WithdrawAsync(
            actor, new(id, revision, operationId, string.IsNullOrWhiteSpace(reason) ? null : reason), who.Now, who.RecordedAt, cancellation), cancellation);

    /// <summary>Adds a comment.</summary>
    public async Task<IActionResult> OnPostCommentAsync(Guid id, string? operationId, string? text, [FromServices] CommentTask comment, CancellationToken cancellation)
    {
        Comment = text;
        return await RunAsync(id, actor => comment.CommentAsync(actor, new(id, operationId, text, false), who.Now, who.RecordedAt, cancellation), cancellation, "#comments");
    }

    private async Task<IActionResult> RunAsync(
        Guid id, Func<WorkflowEngine.Organisation.Actor, Task<TaskAnswer>> command, CancellationToken cancellation, string anchor = "")
    {
        if (await who.ReadAsync(cancellation) is not { } actor) return Challenge();
        var answer = await command(actor);
        if (answer is not TaskAnswer.Done done) return await RefuseAsync(id, answer, null, null, cancellation);
        if (done.MovesInstance) await runner.RunNowAsync(done.InstanceId, cancellation);
        return Redirect($"/tasks/{id}{anchor}");
    }

    /// <summary>Shows the page again with what was typed and why it was not done.</summary>
    private async Task<IActionResult> RefuseAsync(Guid id, TaskAnswer? answer, FormPost? post, string? outcome, CancellationToken cancellation)
    {
        if (answer is TaskAnswer.NotFound) return NotFound();
        if (answer is TaskAnswer.Forbidden) return StatusCode(StatusCodes.Status403Forbidden);
        if (answer is not null) TaskWords.Show(answer, ModelState, texts, post is null ? "" : FormPost.Prefix, post is null ? texts["staff.comment.label"] : null);
        if (!await LoadAsync(id, post?.Draft(), cancellation)) return NotFound();
        (Outcome, Explanations) = (outcome, post?.Explanations ?? Explanations);
        if (answer is TaskAnswer.Conflict conflict)
        {
            Meanwhile = TaskWords.Conflict(conflict, who.Actor, texts);
            if (!Shown.MayWork) Kept = post?.Data;
            Response.StatusCode = StatusCodes.Status409Conflict;
        }
        else
        {
            Errors = Ordered();
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return Page();
    }

    private ErrorSummary Ordered()
    {
        var order = Shown.Form?.Root.Fields.Select((f, i) => (f.Name, i)).ToDictionary(f => FormPost.Prefix + f.Name, f => f.i) ?? [];
        (order[nameof(PaperNumber)], order[nameof(PaperArrived)]) = (-2, -1);
        return ErrorSummary.From(ModelState) is var all
            ? all with { Items = [.. all.Items.OrderBy(e => order.GetValueOrDefault(e.Field.Split('[')[0] is var f && f.Split('.') is [var a, var b, ..] ? $"{a}.{b}" : f, int.MaxValue))] }
            : new([]);
    }

    private async Task<bool> LoadAsync(Guid id, JsonObject? typed, CancellationToken cancellation)
    {
        if (await reader.ReadAsync(id, typed, cancellation) is not { } page) return false;
        Shown = page;
        MayReceivePaper = page.Task.Status == TaskState.Open && !page.MayWork && page.Task.Unit.Id != page.Task.Owner.Id && await reader.KeepsRegistersAsync(page.Task.Owner.Id, cancellation);
        return true;
    }

    /// <summary>Where the reader goes on: the first cell of a new row, the field that was changed, the buttons.</summary>
    private static string Anchor(string command, string path, FormPost post)
    {
        if (path.Length == 0) return "send";
        var name = FormPost.Prefix + path.Split('/')[0];
        return ErrorSummary.IdOf(command == "add-row" && post.LastCell(path) is { } cell ? FormPost.Prefix + cell : name);
    }

    private static (string Command, string Path, int? Index) Command(string? text)
    {
        var parts = (text ?? "draft").Split(':');
        return (parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 && int.TryParse(parts[2], out var index) ? index : null);
    }
}
