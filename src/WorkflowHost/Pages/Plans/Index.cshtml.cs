using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Plans;

/// <summary>The plans a person may see, by year, with where their units stand.</summary>
public sealed class IndexModel(RequestActor who, PlanPageQueries queries) : PageModel
{
    /// <summary>A line of the list.</summary>
    /// <param name="Step">The step that the figures are about: the earliest one that units work on.</param>
    public sealed record Line(PlanHead Plan, StepFigures? Step, Progress? Progress, int Overdue, int Units);

    private const int PageSize = 200;

    public IReadOnlyList<IGrouping<int, Line>> Years { get; private set; } = [];

    /// <summary>Where the plans that are older than those shown begin; null: there are none.</summary>
    public int? Older { get; private set; }

    /// <param name="skip">How many later plans are not shown.</param>
    public async Task<IActionResult> OnGetAsync(int skip, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        skip = Math.Max(0, skip);
        var found = await queries.ListAsync(actor, skip, PageSize + 1, stop);
        Older = found.Count > PageSize ? skip + PageSize : null;
        PlanHead[] plans = [.. found.Take(PageSize)];
        var roots = plans.Select(p => p.RootId).ToArray();
        var steps = await queries.StepsAsync(actor, roots, who.Now, stop);
        var units = await queries.UnitCountsAsync(actor, roots, stop);
        Years = [.. plans.Select(p => LineOf(p, [.. steps[p.RootId]], units.GetValueOrDefault(p.RootId).Units)).GroupBy(l => l.Plan.Year)];
        return Page();
    }

    private static Line LineOf(PlanHead plan, IReadOnlyList<StepFigures> steps, int units)
    {
        var ofUnits = steps.Where(s => s.IsChild).ToArray();
        var step = ofUnits.Where(s => s.Open + s.Submitted > 0).MinBy(s => s.LegalDue ?? s.TargetDue ?? DateTimeOffset.MaxValue) ?? ofUnits.LastOrDefault();
        return new Line(plan, step ?? steps.LastOrDefault(s => s.Open + s.Submitted > 0),
            step is null || Math.Max(units, step.Total) == step.Closed ? null : new Progress(Math.Max(units, step.Total) - step.Closed, step.Done, step.Submitted, step.Overdue), steps.Sum(s => s.Overdue), units);
    }
}
