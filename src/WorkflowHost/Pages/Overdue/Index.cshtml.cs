using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Pages.Plans;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Overdue;

/// <summary>Who is late, and what can I do: the page of managers. One plan or one step of it with <c>?plan=</c> and <c>?step=</c>.</summary>
public sealed class IndexModel(
    RequestActor who, OverdueQueries queries, TaskQueries tasks, PlanPageQueries plans, PlanWaits waits, UnitNames names, ReferenceStore reference, DeliveryLedger deliveries,
    Texts texts) : PageModel
{
    private const int Ahead = 30;

    /// <summary>A line of "sắp đến hạn".</summary>
    public sealed record Coming(Guid PlanId, string Sentence);

    /// <summary>A line of "không tính là quá hạn".</summary>
    public sealed record Aside(Guid PlanId, string Sentence);

    public string Heading { get; private set; } = "";
    public IReadOnlyList<LateGroup> Groups { get; private set; } = [];
    public IReadOnlyList<SubmittedLate> Submitted { get; private set; } = [];

    /// <summary>Handed in, and the date of the decision has passed.</summary>
    public IReadOnlyList<LateRound> Reviews { get; private set; } = [];

    /// <summary>Returned, and the date to hand in again has passed.</summary>
    public IReadOnlyList<LateRound> Returned { get; private set; } = [];

    public IReadOnlyList<Coming> Soon { get; private set; } = [];
    public string NextLimit { get; private set; } = "";
    public IReadOnlyList<Aside> Asides { get; private set; } = [];
    public OverdueWords Words { get; private set; } = null!;
    public OverdueFilter Filter { get; private set; } = new();
    public string? PlanNumber { get; private set; }

    /// <summary>More late tasks than one page shows.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Address of the same list as CSV.</summary>
    public string CsvPath => Filtered("/overdue.csv");

    /// <summary>What was done on the page that was left last.</summary>
    public string? Notice { get; private set; }

    /// <summary>The page of a command on a row; it leads back to this list.</summary>
    public string Command(LateTask task, string command)
    {
        ArgumentNullException.ThrowIfNull(task);
        return QueryHelpers.AddQueryString($"/tasks/{task.TaskId}/{command}", "returnUrl", Filtered("/overdue"));
    }

    /// <param name="done">The command that was given on the page that leads back here, to <paramref name="task"/> and, with <paramref name="count"/>, others.</param>
    public async Task<IActionResult> OnGetAsync(Guid? plan, string? step, string? done, Guid? task, int? count, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        Filter = new OverdueFilter(plan, string.IsNullOrEmpty(step) ? null : step);
        if (plan is { } one)
        {
            if (await plans.FindAsync(actor, one, stop) is not { } head) return NotFound();
            PlanNumber = head.Number ?? head.Subject;
        }

        if (done is not null && task is { } about) Notice = await NoticeAsync(actor, done, about, count ?? 1, stop);
        await deliveries.NoteListOpenedAsync(actor.PersonId, who.Now, stop);
        var data = await reference.GetAsync(stop);
        Words = new OverdueWords(data, await names.RolesAsync(stop), who.Now, texts);
        var late = await queries.LateAsync(actor, Filter, who.Now, cancellation: stop);
        IsCut = late.Count == OverdueQueries.MostRows;
        var figures = await plans.StepsAsync(actor, [.. late.Select(t => t.RootId).Distinct()], who.Now, stop);
        var steps = figures.SelectMany(f => f).ToArray();
        Groups = Words.Groups(late, steps);
        Submitted = await queries.SubmittedLateAsync(actor, Filter, who.Now, stop);
        var rounds = await queries.RoundsAsync(actor, Filter, who.Now, stop);
        (Reviews, Returned) = ([.. rounds.Where(r => r.IsReview)], [.. rounds.Where(r => !r.IsReview)]);
        var total = steps.Where(f => late.Any(t => t.RootId == f.RootId && t.ActivityId == f.ActivityId)).Sum(f => f.Total);
        Heading = Groups switch
        {
            [] when Reviews.Count > 0 => texts["overdue.none-but-reviews", Reviews.Count],
            [] => texts["overdue.none"],
            [var single] => single.Heading,
            _ => texts["overdue.heading-many", late.Count, total, Groups.Count],
        };
        await ReadAhead(actor, stop);
        return Page();
    }

    private string Filtered(string path) => QueryHelpers.AddQueryString(
        path, new Dictionary<string, string?> { ["plan"] = Filter.PlanId?.ToString(), ["step"] = Filter.Step }.Where(p => p.Value is not null)!);

    /// <summary>As the task stands now; null: it is none that the reader may see.</summary>
    private async Task<string?> NoticeAsync(Actor actor, string done, Guid task, int count, CancellationToken stop) =>
        await tasks.FindAsync(actor, task, who.Now, stop) is not { } found || texts.Find($"overdue.done.{done}") is null ? null
            : texts[$"overdue.done.{done}", count > 1 ? texts["overdue.and-others", found.Unit.Name, count - 1] : found.Unit.Name, found.Deadline.LastDay is { } last ? Dates.Full(last) : ""];

    private async Task ReadAhead(Actor actor, CancellationToken stop)
    {
        var coming = await queries.ComingAsync(actor, Filter, who.Now, stop);
        Soon = [.. coming.Where(c => c.Limit <= who.Now.AddDays(Ahead)).Select(c => new Coming(c.PlanId, Sentence(c)))];
        NextLimit = coming.FirstOrDefault(c => c.Kind == "work" && c.Limit > who.Now.AddDays(Ahead)) is { } next ? texts["overdue.next", Sentence(next)] : "";
        var asides = (await queries.NotCountedAsync(actor, Filter, who.Now, stop))
            .GroupBy(n => (n.PlanId, n.Kind))
            .Select(g => new Aside(g.Key.PlanId, texts[$"overdue.aside.{g.Key.Kind}", g.Sum(n => n.Tasks), string.Join(", ", g.Select(n => $"“{Language.Say(n.Title)}”"))])).ToList();
        Guid[] about = Filter.PlanId is { } only ? [only] : [.. asides.Select(a => a.PlanId).Concat(coming.Select(c => c.PlanId)).Concat(Groups.Select(g => g.PlanId)).Distinct().Take(20)];
        foreach (var plan in Filter.Step is null ? about : [])
            if (await plans.FindAsync(actor, plan, stop) is { } head)
                asides.AddRange((await waits.BookmarksAsync(actor, head.RootId, stop)).Where(w => w.EventName is not null && w.IsChild)
                    .Select(w => new Aside(plan, texts["overdue.aside.event", w.Instances])));
        Asides = asides;
    }

    private string Sentence(ComingStep c)
    {
        var (last, worked) = Words.DaysOf(c.Limit, c.CalendarId);
        var title = texts[$"overdue.coming.{c.Kind}", Language.Say(c.Title)];
        return last == worked
            ? texts["overdue.coming", title, Dates.WithWeekday(last), c.Tasks]
            : texts["overdue.coming-worked", title, Dates.WithWeekday(last), c.Tasks, Dates.WithWeekday(worked)];
    }
}
