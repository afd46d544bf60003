using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using Unions.Organisation;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Organisation;

/// <summary>Who was responsible on a day: a unit's name, the unit above it, who answered for its duties and who held which role there, as they stood then.</summary>
public sealed class AsOfModel(RequestActor who, NpgsqlDataSource database, Texts texts) : PageModel
{
    private const int MostUnits = 2000;

    private const string ReadUnits =
        """
        -- AsOfPage.Units
        select u.code, u.name from unit u where $3 or exists (select from unnest($1) as p where starts_with(u.path, p))
        order by u.name collate "vi-x-icu", u.id limit $2
        """;

    // Names of units above or behind the one that is asked for may lie beyond the reader's reach; that they are named is part of the answer.
    private const string ReadNames =
        """
        -- AsOfPage.Names
        select u.code, coalesce((select h.name from unit_history h where h.unit_id = u.id and h.until_day > $2 order by h.until_day limit 1), u.name) from unit u where u.code = any($1)
        """;

    [BindProperty(SupportsGet = true)]
    public string? Unit { get; set; }

    /// <summary>dd/MM/yyyy; today where nothing was asked yet.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Day { get; set; }

    /// <summary>The units within reach; none where they are too many for a list: then the code is typed.</summary>
    public IReadOnlyList<(string Code, string Name)> All { get; private set; } = [];

    public bool IsTyped { get; private set; }

    public UnitOnDay? Found { get; private set; }

    /// <summary>The day that <see cref="Found"/> is of.</summary>
    public DateOnly On { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    private Dictionary<string, string> _names = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (!actor.May(Permission.Read) && !actor.May(Permission.Organisation)) return StatusCode(StatusCodes.Status403Forbidden);
        await using var connection = await database.OpenConnectionAsync(stop);
        string[] reach = [.. actor.PathsWith(Permission.Read).Union(actor.PathsWith(Permission.Organisation))];
        All = await Command(connection, ReadUnits, Texts(reach), P(MostUnits + 1), P(actor.IsSystem)).ListAsync(r => (r.GetString(0), r.GetString(1)), stop);
        if (All.Count > MostUnits) (IsTyped, All) = (true, []);
        var asked = Unit is not null;
        Day ??= Dates.Full(WorkingCalendar.VietnamPublic.DayOf(who.Now));
        if (!asked) return Page();
        ModelState.Clear();
        if (FormPost.ReadDate(Day) is not { } day) ModelState.AddModelError(nameof(Day), texts["staff.date.wrong"]);
        else if (await UnitAsOf.ReadAsync(database, actor, Unit!.Trim(), day, stop) is not { } found) ModelState.AddModelError(nameof(Unit), texts["as-of.wrong-unit"]);
        else
        {
            (Found, On) = (found, day);
            _names = (await Command(connection, ReadNames, Texts([.. new[] { found.Parent, found.Responsible }.OfType<string>()]), P(day))
                .ListAsync(r => (Code: r.GetString(0), Name: r.GetString(1)), stop)).ToDictionary(n => n.Code, n => n.Name, StringComparer.Ordinal);
            return Page();
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>What the unit was called on the day.</summary>
    public string NameOf(string code) => _names.GetValueOrDefault(code, code);
}
