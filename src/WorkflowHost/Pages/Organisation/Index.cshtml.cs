using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Unions.Organisation;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Organisation;

/// <summary>Merges, dissolves and moves units, each after its consequences were shown. Who manages more units than a list holds finds them by a search.</summary>
public sealed class IndexModel(RequestActor who, ChangeUnits changes, PlannedUnitChanges planned, UnitsToChange units, Nudge nudge, Texts texts) : PageModel
{
    private Dictionary<string, string> _names = [];

    [BindProperty]
    public UnitChangeKind Kind { get; set; }

    /// <summary>Codes of the units that change; an empty value of the form is none.</summary>
    [BindProperty]
    public IList<string> Units { get; set; } = [];

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Effective { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Document { get; set; }

    /// <summary>What is looked for among the units that change.</summary>
    [BindProperty]
    public string? Search { get; set; }

    /// <summary>What is looked for among the successors and units above.</summary>
    [BindProperty]
    public string? SearchTo { get; set; }

    /// <summary>Too many units for a list: they are searched for.</summary>
    public bool AreMany { get; private set; }

    /// <summary>Units to choose as those that change: what is chosen first, then the others; of many, what was found.</summary>
    public IReadOnlyList<ManagedUnit> Choices { get; private set; } = [];

    /// <summary>Units to choose as the successor or the new unit above.</summary>
    public IReadOnlyList<ManagedUnit> Targets { get; private set; } = [];

    /// <summary>What a search found, with one more than is shown where there are more; null: nothing was looked for.</summary>
    public int? Found { get; private set; }

    /// <summary>The same of the other search.</summary>
    public int? FoundTo { get; private set; }

    public IReadOnlyList<string> Unconfirmed { get; private set; } = [];

    public IReadOnlyList<EndedUnit> Ended { get; private set; } = [];

    public IReadOnlyList<PlannedUnitChange> Planned { get; private set; } = [];

    /// <summary>Whether the day that is asked for lies ahead: then it is planned.</summary>
    public bool IsToCome { get; private set; }

    public UnitChangePreview? Preview { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    public string? Notice { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken stop)
    {
        if (await LoadAsync(stop) is { } no) return no;
        Effective = Dates.Full(WorkingCalendar.VietnamPublic.DayOf(who.Now));
        Notice = done switch { "1" => texts["organisation.done"], "planned" => texts["organisation.planned-done"], "revoked" => texts["organisation.revoked"], "late" => texts["organisation.revoke-late"], _ => null };
        return Page();
    }

    /// <summary>Looks for units; what the form has stays as it is.</summary>
    public async Task<IActionResult> OnPostFindAsync(CancellationToken stop)
    {
        if (await LoadAsync(stop) is { } no) return no;
        ModelState.Clear();
        return Page();
    }

    /// <summary>Shows the consequences; with the token of what was shown, applies it.</summary>
    public async Task<IActionResult> OnPostAsync(string? token, CancellationToken stop)
    {
        if (await LoadAsync(stop) is { } no) return no;
        ModelState.Clear();
        if (FormPost.ReadDate(Effective) is not { } day) ModelState.AddModelError("Effective", texts["staff.date.wrong"]);
        else
        {
            var change = new UnitChange(Kind, [.. Units], string.IsNullOrEmpty(To) ? null : To, day, Reason, string.IsNullOrWhiteSpace(Document) ? null : Document);
            var answer = string.IsNullOrEmpty(token) ? await changes.PreviewAsync(who.Actor, change, stop) : await changes.ApplyAsync(who.Actor, change, token, who.Now, who.RecordedAt, stop);
            switch (answer)
            {
                case UnitChangeAnswer.Applied:
                    nudge.Now();
                    return Redirect("/organisation?done=1");
                case UnitChangeAnswer.Planned:
                    return Redirect("/organisation?done=planned");
                case UnitChangeAnswer.Previewed shown:
                    Preview = shown.Preview;
                    return Page();
                case UnitChangeAnswer.Changed changed:
                    (Preview, Notice) = (changed.Now, texts["organisation.changed"]);
                    return Page();
                case UnitChangeAnswer.Forbidden:
                    return StatusCode(StatusCodes.Status403Forbidden);
                case UnitChangeAnswer.Invalid invalid:
                    foreach (var (field, words) in invalid.Errors)
                        ModelState.AddModelError(field switch { "units" => "Units", "to" => "To", "effectiveOn" => "Effective", "reason" => "Reason", "document" => "Document", _ => "" }, Language.Say(words));
                    break;
            }
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>"Rút lại".</summary>
    public async Task<IActionResult> OnPostRevokeAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Organisation)) return StatusCode(StatusCodes.Status403Forbidden);
        return await planned.RevokeAsync(actor, id, who.Now, who.RecordedAt, stop) switch
        {
            true => Redirect("/organisation?done=revoked"),
            false => Redirect("/organisation?done=late"),
            _ => NotFound(),
        };
    }

    /// <summary>A unit's name as it is called now, or its code.</summary>
    public string NameOf(string code) => _names.GetValueOrDefault(code, code);

    /// <summary>"Tìm thấy 12 đơn vị.", or that there are more than are shown.</summary>
    public string Said(int found) =>
        found == 0 ? texts["organisation.found.none"] : found > UnitsToChange.MostFound ? texts["organisation.found.more", UnitsToChange.MostFound] : texts["organisation.found", found];

    /// <summary>A unit so that it is told from others of its name: with its code and the unit above.</summary>
    public string Full(ManagedUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return unit.Above is { } above ? texts["organisation.unit.below", unit.Name, unit.Code, above] : texts["organisation.unit", unit.Name, unit.Code];
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Organisation)) return StatusCode(StatusCodes.Status403Forbidden);
        var today = WorkingCalendar.VietnamPublic.DayOf(who.Now);
        Planned = await planned.ListAsync(actor, stop);
        Units = [.. Units.Where(u => !string.IsNullOrEmpty(u)).Distinct()];
        var named = await units.NamedAsync(actor, [.. Units, To ?? "", .. Planned.SelectMany(p => p.Change.Units.Append(p.Change.To ?? ""))], stop);
        _names = named.ToDictionary(u => u.Code, u => u.Name);
        var first = named.Where(u => Units.Contains(u.Code)).ToList();
        if (AreMany = await units.AreManyAsync(actor, today, stop))
        {
            var (found, foundTo) = (await units.FindAsync(actor, today, Search, stop), await units.FindAsync(actor, today, SearchTo, stop));
            Found = string.IsNullOrWhiteSpace(Search) ? null : found.Count;
            FoundTo = string.IsNullOrWhiteSpace(SearchTo) ? null : foundTo.Count;
            Choices = [.. first.UnionBy(found.Take(UnitsToChange.MostFound), u => u.Code)];
            Targets = [.. named.Where(u => u.Code == To).UnionBy(foundTo.Take(UnitsToChange.MostFound), u => u.Code)];
        }
        else
        {
            Targets = await units.ListAsync(actor, today, stop);
            Choices = [.. first.Where(u => Targets.Any(t => t.Code == u.Code)).UnionBy(Targets, u => u.Code)];
        }

        (Unconfirmed, Ended) = (await units.UnconfirmedAsync(actor, stop), await units.EndedAsync(actor, today, stop));
        IsToCome = FormPost.ReadDate(Effective) is { } day && day > today;
        return null;
    }
}
