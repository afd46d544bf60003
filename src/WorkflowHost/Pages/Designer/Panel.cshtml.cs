using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowHost.Designer;
using WorkflowHost.Identity;
using WorkflowHost.StudioApi;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Designer;

/// <summary>The panel beside the editor: the draft's findings, tasks, dates and cascades in sentences. A fragment; the page asks for it after each save.</summary>
public sealed class PanelModel(RequestActor who, DefinitionQueries definitions, DefinitionLibrary library, ReadDesignWorld world, Texts texts) : PageModel
{
    private const int FarthestYear = 20;

    /// <summary>What it says.</summary>
    public DraftPanel Panel { get; private set; } = null!;

    /// <summary>Whether the reader may confirm warnings.</summary>
    public bool MayPublish { get; private set; }

    /// <summary>Shows the latest version, dates of the given campaign year (this year without one).</summary>
    public async Task<IActionResult> OnGetAsync(string definitionId, int? year, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Unauthorized();
        if (!actor.May(Permission.ReadDefinition)) return Forbid();
        if (await definitions.FindAsync(definitionId, "Latest", stop) is not { } row) return NotFound();
        MayPublish = actor.May(Permission.Publish);
        var (workflow, problem) = await library.TryReadAsync(row.Id, row.Document, null, stop);
        var (judged, shown) = (await world.OfAsync(workflow, null, who.Now, stop), await world.OfAsync(workflow, actor, who.Now, stop));
        var chosen = year is { } asked && Math.Abs(asked - judged.Today.Year) <= FarthestYear ? asked : judged.Today.Year;
        Panel = problem is null ? DraftPanel.Of(workflow, judged, shown, chosen, texts) : DraftPanel.Unreadable(problem, chosen, texts);
        Response.Headers.CacheControl = "private, no-store";
        return Page();
    }

    /// <summary>Units by words of their name or their code, for a draft that names one; a fragment.</summary>
    public async Task<IActionResult> OnGetUnitsAsync(string? search, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Unauthorized();
        if (!actor.May(Permission.ReadDefinition)) return Forbid();
        var (units, hasMore) = await world.FindUnitsAsync(actor, who.Now, search, 0, stop);
        Response.Headers.CacheControl = "private, no-store";
        return Partial("_Units", new FoundUnits([.. units.Take(FoundUnits.Most)], hasMore || units.Count > FoundUnits.Most));
    }
}

/// <summary>What a search for units came to.</summary>
public sealed record FoundUnits(IReadOnlyList<KnownUnit> Units, bool HasMore)
{
    public const int Most = 20;
}
