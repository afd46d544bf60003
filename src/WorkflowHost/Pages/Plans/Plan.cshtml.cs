using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using Unions.Plans;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Plans;

/// <summary>One plan: where it stands, what it waits for and what comes next, and how its units fare.</summary>
public sealed class PlanModel(
    RequestActor who, PlanPageQueries queries, PlanStories stories, PlanUnits units, NpgsqlDataSource database, Runner runner, Texts texts) : PageModel
{
    /// <summary>A step whose date may be moved from here.</summary>
    public sealed record Extendable(string Title, string Path);

    /// <summary>Some rows of the table with the page that words them.</summary>
    public sealed record RowsOf(PlanModel Page, IReadOnlyList<UnitRow> Items);

    public PlanHead Plan { get; private set; } = null!;
    public Stages Stages { get; private set; } = new([]);
    public Waiting Waiting { get; private set; } = new([]);

    /// <summary>What the issuer itself has done.</summary>
    public Waiting Done { get; private set; } = new([]);
    public IReadOnlyList<UnitColumn> Columns { get; private set; } = [];
    public IReadOnlyList<UnitGroup> Groups { get; private set; } = [];
    public IReadOnlyList<Extendable> Extensions { get; private set; } = [];
    public UnitWords Words { get; private set; } = null!;

    /// <summary>Units shown, of those the reader may see.</summary>
    public int UnitCount => Groups.Sum(g => g.Units);

    /// <summary>Still before its issue.</summary>
    public bool IsDraft { get; private set; }

    /// <summary>Signed, and the reader is the clerk who numbers and issues it.</summary>
    public bool MayIssue { get; private set; }

    /// <summary>The date that the plan will bear, as people write it; empty means today.</summary>
    [BindProperty]
    public string? IssuedOn { get; set; }

    public DateOnly Today => Dates.DayOf(who.Now);
    public ErrorSummary Errors { get; private set; } = new([]);

    /// <summary>Issued, and the reader may correct, amend or recall it.</summary>
    public bool MayChange { get; private set; }

    /// <summary>Of a recalled plan: how many recipients have confirmed, how many there are, and whether the reader has yet to.</summary>
    public (int Confirmed, int All, bool Mine) Receipts { get; private set; }

    /// <summary>Issued, and its workflow is still at work.</summary>
    public bool IsProcessing { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        return await ShowAsync(actor, id, stop) ? Page() : NotFound();
    }

    /// <summary>"Cấp số, ban hành": the clerk's task ends with the number that the register gives.</summary>
    public async Task<IActionResult> OnPostIssueAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (await queries.FindAsync(actor, id, stop) is null) return NotFound();
        var day = FormPost.ReadDate(IssuedOn);
        if (day is null && !string.IsNullOrWhiteSpace(IssuedOn))
        {
            ModelState.AddModelError(nameof(IssuedOn), texts["staff.date.wrong"]);
            return await AgainAsync(actor, id, stop);
        }

        switch (await IssuePlan.RunAsync(database, actor, id, day, who.Now, who.RecordedAt, stop))
        {
            case PlanIssue.Issued issued when await runner.RunNowAsync(issued.RootId, stop) == RunAnswer.Settled:
            case PlanIssue.AlreadyIssued:
                return LocalRedirect($"/plans/{id}");
            case PlanIssue.Issued:
                IsProcessing = true;
                Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case PlanIssue.NotYours:
                return Forbid();
            case PlanIssue.WrongDate wrong:
                ModelState.AddModelError(nameof(IssuedOn), texts["plans.issue.wrong-date", Dates.Full(wrong.Earliest), Dates.Full(wrong.Latest)]);
                break;
            default:
                ModelState.AddModelError("", texts["plans.issue.not-ready"]);
                break;
        }

        return await AgainAsync(actor, id, stop);
    }

    /// <summary>"Xác nhận đã hủy": a recipient of a recalled plan.</summary>
    public async Task<IActionResult> OnPostConfirmAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (await queries.FindAsync(actor, id, stop) is null) return NotFound();
        await ChangePlan.ConfirmAsync(database, actor, id, who.Now, who.RecordedAt, stop);
        return LocalRedirect($"/plans/{id}");
    }

    private async Task<IActionResult> AgainAsync(Actor actor, Guid id, CancellationToken stop)
    {
        Errors = ErrorSummary.From(ModelState);
        return await ShowAsync(actor, id, stop) ? Page() : NotFound();
    }

    private async Task<bool> ShowAsync(Actor actor, Guid id, CancellationToken stop)
    {
        if (await queries.FindAsync(actor, id, stop) is not { } plan) return false;
        Plan = plan;
        MayChange = plan.Status is "issued" or "closed" && actor.May(Permission.IssuePlan, plan.IssuerPath);
        if (plan.Status == "recalled") Receipts = await queries.ReceiptsAsync(actor, id, stop);
        MayIssue = plan.Status == "signed" && actor.May(Permission.IssuePlan, plan.IssuerPath);
        var story = await stories.ReadAsync(actor, plan, who.Now, stop);
        (IsDraft, Stages, Waiting, Done, Columns) = (story.IsDraft, story.Stages(), story.Waiting(), story.Done(), story.Columns());
        Groups = IsDraft ? [] : await units.ReadAsync(actor, id, who.Now, stop);
        Words = new UnitWords(story.Calendar, who.Now, texts, plan.Status == "recalled");
        if (story.Facts.MayExtend)
            Extensions = [.. story.Facts.Figures.Where(f => f.AnyOpen is not null).Select(f => new Extendable(Language.Say(f.Title), $"/tasks/{f.AnyOpen}/extend"))];
        return true;
    }

    /// <summary>The bar of a column within a group.</summary>
    public Progress? ProgressOf(UnitGroup group, UnitColumn column)
    {
        var cell = group.Cells.GetValueOrDefault(column.ActivityId);
        return cell is null || group.Units == cell.Closed ? null : new Progress(group.Units - cell.Closed, cell.Done, cell.Submitted, cell.Overdue);
    }

    /// <summary>"6 đơn vị nữa, đều đã duyệt": how the rows that are folded stand in the first column.</summary>
    public string RestWords(UnitGroup group, IReadOnlyList<UnitRow> rest)
    {
        var hidden = group.Units - group.Rows.Count + rest.Count;
        var first = Columns.Count > 0 ? Columns[0].ActivityId : "";
        var done = rest.Count(r => r.Cells.TryGetValue(first, out var cell) && cell.Status is "accepted" or "completed");
        return done == rest.Count ? texts["units.rest-done", hidden] : done == 0 ? texts["units.rest-open", hidden] : texts["units.rest-mixed", hidden, done, rest.Count - done];
    }

    /// <summary>Where a unit's name leads: its task that needs a look, else the one that is open, else the first.</summary>
    public static string? PathOf(UnitRow row) =>
        (row.Cells.Values.FirstOrDefault(c => c.Status == "submitted") ?? row.Cells.Values.FirstOrDefault(c => c.Status == "open" && c.Limit is not null)
            ?? row.Cells.Values.FirstOrDefault(c => c.Status == "open") ?? row.Cells.Values.FirstOrDefault()) is { } cell ? $"/tasks/{cell.TaskId}" : null;
}
