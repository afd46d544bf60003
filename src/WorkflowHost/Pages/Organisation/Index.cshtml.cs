using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using Unions.Organisation;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Organisation;

/// <summary>Merges, dissolves and moves units, each after its consequences were shown.</summary>
public sealed class IndexModel(RequestActor who, ChangeUnits changes, PlannedUnitChanges planned, NpgsqlDataSource database, Nudge nudge, Texts texts) : PageModel
{
    private const int MostUnits = 2000;

    private const string ReadUnits =
        """
        -- OrganisationPage.Units
        select u.code, u.name, u.valid_to > $2, coalesce((u.attributes ->> 'headcountToConfirm')::boolean, false),
          u.valid_to, (select n.name from unit_successor x join unit n on n.id = x.to_unit where x.from_unit = u.id order by x.effective_on desc limit 1)
        from unit u where exists (select from unnest($1) as p where starts_with(u.path, p))
        order by u.name collate "vi-x-icu", u.id limit $3
        """;

    /// <summary>A unit to choose.</summary>
    public sealed record Unit(string Code, string Name, bool InForce, bool ToConfirm, DateOnly Until, string? Successor);

    [BindProperty]
    public UnitChangeKind Kind { get; set; }

    [BindProperty]
    public IList<string> Units { get; init; } = [];

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Effective { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Document { get; set; }

    public IReadOnlyList<Unit> All { get; private set; } = [];

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
                        ModelState.AddModelError(field switch { "units" => "Units", "to" => "To", "effectiveOn" => "Effective", "reason" => "Reason", "document" => "Document", _ => "" }, words.In(Language.Current.Code));
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
    public string NameOf(string code) => All.FirstOrDefault(u => u.Code == code)?.Name ?? code;

    private async Task<IActionResult?> LoadAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Organisation)) return StatusCode(StatusCodes.Status403Forbidden);
        await using var connection = await database.OpenConnectionAsync(stop);
        All = await Command(connection, ReadUnits, Texts(actor.PathsWith(Permission.Organisation)), P(WorkingCalendar.VietnamPublic.DayOf(who.Now)), P(MostUnits))
            .ListAsync(r => new Unit(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetFieldValue<DateOnly>(4), r.TextOrNull(5)), stop);
        Planned = await planned.ListAsync(actor, stop);
        IsToCome = FormPost.ReadDate(Effective) is { } day && day > WorkingCalendar.VietnamPublic.DayOf(who.Now);
        return null;
    }
}
