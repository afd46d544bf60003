using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using Unions.Plans;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Plans;

/// <summary>Corrects, amends, withdraws in part or recalls an issued plan, after showing how much open work it changes or ends.</summary>
public sealed class ChangeModel(RequestActor who, PlanPageQueries queries, NpgsqlDataSource database, Nudge nudge, Texts texts) : PageModel
{
    private const string ReadWork =
        """
        -- PlanChangePage.Work
        select w.obligation, w.vi, w.en, w.form, w.version, (select max(f.version) from form f where f.id = w.form), w.open
        from (
          select s.body ->> 'obligation' as obligation, s.body #>> '{title,vi}' as vi, s.body #>> '{title,en}' as en, s.body ->> 'formId' as form,
            max((s.body ->> 'formVersion')::int) as version, count(*)::int as open
          from task t join task_spec s on s.id = t.spec_id
          where t.root_id = $1 and t.status in ('open', 'submitted')
          group by 1, 2, 3, 4) w
        order by 1, 2
        """;

    /// <summary>Open work of one kind.</summary>
    /// <param name="Newest">The newest stored version of its form.</param>
    public sealed record Work(string? Obligation, Text Title, string? Form, int? Version, int? Newest, int Open);

    public PlanHead Plan { get; private set; } = null!;

    public IReadOnlyList<Work> Open { get; private set; } = [];

    [BindProperty]
    public PlanChangeKind Kind { get; set; }

    [BindProperty]
    public string? Document { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>Obligations that are withdrawn.</summary>
    [BindProperty]
    public IList<string> Obligations { get; init; } = [];

    /// <summary>Forms whose newest version open work goes by.</summary>
    [BindProperty]
    public IList<string> Forms { get; init; } = [];

    /// <summary>What it would do; null before anybody asked.</summary>
    public PlanChangeAnswer.Done? Preview { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    /// <summary>Forms that have a newer version than open work goes by.</summary>
    public IEnumerable<Work> Renewed => Open.Where(w => w.Form is not null && w.Newest > w.Version).DistinctBy(w => w.Form);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop) => await LoadAsync(id, stop) ?? Page();

    /// <summary>Shows what it would do; confirmed, does it.</summary>
    public async Task<IActionResult> OnPostAsync(Guid id, string? @do, CancellationToken stop)
    {
        if (await LoadAsync(id, stop) is { } no) return no;
        ModelState.Clear();
        var forms = Renewed.Where(w => Forms.Contains(w.Form!)).ToDictionary(w => w.Form!, w => w.Newest!.Value);
        var change = new PlanChange(Kind, Document, Reason, Kind == PlanChangeKind.Amend ? forms : null, null, Kind == PlanChangeKind.Withdraw ? [.. Obligations.OfType<string>()] : null);
        var answer = @do == "confirm"
            ? await ChangePlan.RunAsync(database, who.Actor, id, change, who.Now, who.RecordedAt, stop) : await ChangePlan.PreviewAsync(database, who.Actor, id, change, who.Now, stop);
        switch (answer)
        {
            case PlanChangeAnswer.Done when @do == "confirm":
                nudge.Now();
                return Redirect($"/plans/{id}");
            case PlanChangeAnswer.Done done:
                Preview = done;
                return Page();
            case PlanChangeAnswer.NotFound:
                return NotFound();
            case PlanChangeAnswer.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            case PlanChangeAnswer.WrongStatus:
                ModelState.AddModelError("", texts["plan-change.not-issued"]);
                break;
            case PlanChangeAnswer.Invalid invalid:
                foreach (var (field, words) in invalid.Errors)
                    ModelState.AddModelError(field switch { "document" => "Document", "reason" => "Reason", "forms" => "Forms", "obligations" => "Obligations", _ => "" }, Language.Say(words));
                break;
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<IActionResult?> LoadAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        if (await queries.FindAsync(actor, id, stop) is not { } plan) return NotFound();
        if (!actor.May(Permission.IssuePlan, plan.IssuerPath)) return StatusCode(StatusCodes.Status403Forbidden);
        Plan = plan;
        await using var connection = await database.OpenConnectionAsync(stop);
        var root = await Command(connection, "-- PlanChangePage.Root\nselect root_id from plan where id = $1", P(id)).ExecuteScalarAsync(stop);
        if (root is Guid found)
            Open = await Command(connection, ReadWork, P(found)).ListAsync(r => new Work(
                r.TextOrNull(0), new Text(r.GetString(1), r.TextOrNull(2)), r.TextOrNull(3), r.IsDBNull(4) ? null : r.GetInt32(4), r.IsDBNull(5) ? null : r.GetInt32(5), r.GetInt32(6)), stop);
        return null;
    }
}
