using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Absences;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Absences;

/// <summary>Who is away, who stands in with which duties, entering and ending an absence.</summary>
public sealed class IndexModel(RequestActor who, ListAbsences list, EnterAbsence enter, AbsenceQueries queries, Texts texts) : PageModel
{
    /// <summary>Deputies that one form takes.</summary>
    private const int MostDeputies = 10;

    private const int DaysShown = 90;

    /// <summary>One deputy as posted.</summary>
    public sealed class DeputyForm
    {
        public Guid? PersonId { get; set; }
        public IList<string> Duties { get; init; } = [];
        public Guid? Plan { get; set; }
        public string? Process { get; set; }
        public bool Written { get; set; }
        public string? Document { get; set; }
    }

    [BindProperty]
    public Guid? Person { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? Last { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public IList<DeputyForm> Deputies { get; set; } = [];

    public IReadOnlyList<ListedAbsence> Current { get; private set; } = [];

    public IReadOnlyList<ListedAbsence> Past { get; private set; } = [];

    public IReadOnlyList<AbsenceQueries.Person> People { get; private set; } = [];

    public IReadOnlyList<AbsenceQueries.Person> Candidates { get; private set; } = [];

    public IReadOnlyList<AbsenceQueries.Plan> Plans { get; private set; } = [];

    public IReadOnlyList<AbsenceQueries.Process> Processes { get; private set; } = [];

    public ErrorSummary Errors { get; private set; } = new([]);

    public Guid Me => who.Actor.PersonId;

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (!await LoadAsync(stop)) return Challenge();
        Deputies = [await NewDeputyAsync(stop)];
        return Page();
    }

    /// <summary>Enters it; or, without script, gives the form one more deputy.</summary>
    public async Task<IActionResult> OnPostAsync(string? @do, CancellationToken stop)
    {
        if (!await LoadAsync(stop)) return Challenge();
        if (@do == "add")
        {
            ModelState.Clear();
            if (Deputies.Count < MostDeputies) Deputies.Add(await NewDeputyAsync(stop));
            return Page();
        }

        var (from, last) = (FormPost.ReadDate(From), FormPost.ReadDate(Last));
        ModelState.Clear();
        if (from is null) ModelState.AddModelError("From", texts["staff.date.wrong"]);
        if (last is null) ModelState.AddModelError("Last", texts["staff.date.wrong"]);
        if (from is { } first && last is { } until)
        {
            var named = Deputies.Select((deputy, index) => (deputy, index)).Where(d => d.deputy.PersonId is not null).ToArray();
            var command = new EnterAbsence.Command(Person ?? Me, first, until, Reason, [.. named.Select(d => new Deputy(
                d.deputy.PersonId!.Value, [.. d.deputy.Duties], d.deputy.Plan is { } plan ? [plan] : null, string.IsNullOrEmpty(d.deputy.Process) ? null : [d.deputy.Process], d.deputy.Written, d.deputy.Document))]);
            switch (await enter.EnterAsync(who.Actor, command, who.Now, who.RecordedAt, stop))
            {
                case AbsenceAnswer.Done: return Redirect("/absences");
                case AbsenceAnswer.NotFound: return NotFound();
                case AbsenceAnswer.Invalid invalid:
                    foreach (var (field, words) in invalid.Errors) ModelState.AddModelError(NameOf(field, [.. named.Select(d => d.index)]), Language.Say(words));
                    break;
            }
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>Calls one off, or ends it early.</summary>
    public async Task<IActionResult> OnPostEndAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        return await enter.EndAsync(actor, id, who.Now, who.RecordedAt, stop) is AbsenceAnswer.Done ? Redirect("/absences") : NotFound();
    }

    /// <summary>"tiếp nhận, theo dõi; chỉ kế hoạch 23/KH-CĐYT; uỷ quyền bằng văn bản 12/GUQ".</summary>
    public string Scope(ListedDeputy deputy)
    {
        var parts = new List<string> { string.Join(", ", deputy.Duties.Select(d => texts[$"absences.duty.short.{d}"])) };
        if (deputy.Plans is { } plans) parts.Add(texts["absences.scope.plans", string.Join(", ", plans.Select(id => Plans.FirstOrDefault(p => p.RootId == id)?.Number ?? id.ToString()))]);
        if (deputy.Processes is { } processes) parts.Add(texts["absences.scope.processes", string.Join(", ", processes.Select(id => Processes.FirstOrDefault(p => p.Id == id)?.Name ?? id))]);
        if (deputy.Written) parts.Add(texts["absences.written", deputy.Document ?? ""]);
        return string.Join("; ", parts);
    }

    /// <summary>An empty deputy with the duties in which whoever is away has work.</summary>
    private async Task<DeputyForm> NewDeputyAsync(CancellationToken stop) =>
        new() { Duties = [.. await queries.DutiesAsync(Person ?? Me, WorkingCalendar.VietnamPublic.DayOf(who.Now), stop)] };

    private static string NameOf(string field, int[] indexes) => field switch
    {
        "fromDay" => "From",
        "lastDay" => "Last",
        "reason" => "Reason",
        _ when field.StartsWith("deputies[", StringComparison.Ordinal) => $"Deputies[{indexes[int.Parse(field.AsSpan(9, field.Length - 10), null)]}].PersonId",
        _ => "",
    };

    private async Task<bool> LoadAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return false;
        var today = WorkingCalendar.VietnamPublic.DayOf(who.Now);
        var all = await list.ReadAsync(actor, today.AddDays(-DaysShown), today, stop);
        Current = [.. all.Where(a => a.EndedAt is null && a.LastDay >= today)];
        Past = [.. all.Where(a => a.EndedAt is not null || a.LastDay < today).OrderByDescending(a => a.FromDay)];
        var english = Language.Current == Language.English;
        Candidates = await queries.DeputiesAsync(actor, english, today, stop);
        Plans = await queries.PlansAsync(actor, stop);
        Processes = await queries.ProcessesAsync(actor, stop);
        People = actor.May(Permission.Organisation) ? await queries.AdministeredAsync(actor, english, today, stop) : [];
        return true;
    }
}
