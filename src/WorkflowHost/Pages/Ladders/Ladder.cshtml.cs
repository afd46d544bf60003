using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Ladders;

/// <summary>
/// One ladder: its rungs as sentences and who goes by it; for who manages a topmost unit a form for each rung, applied only after the page showed what it
/// does. A ladder that does not exist yet begins as a copy of the default one.
/// </summary>
public sealed class LadderModel(RequestActor who, ReferenceStore reference, ChangeLadder change, LadderUses uses, UnitNames names, Texts texts) : PageModel
{
    private const int MostRungs = 30;

    public string Id { get; private set; } = "";

    /// <summary>As it is; for a new one the ladder it copies.</summary>
    public Ladder Ladder { get; private set; } = Ladder.Standard;

    public bool IsNew { get; private set; }
    public bool MayChange { get; private set; }
    public bool MayAssign { get; private set; }

    /// <summary>The form: a rung each, and an empty one behind them.</summary>
    [BindProperty]
    public List<RungFields> Rungs { get; init; } = [];

    [BindProperty]
    public string? QuietFrom { get; set; }

    [BindProperty]
    public string? QuietUntil { get; set; }

    [BindProperty]
    public bool QuietDays { get; set; }

    /// <summary>The mark of the ladder that the form was made for.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    /// <summary>What would be applied, and what it would do.</summary>
    public (Ladder Ladder, LadderAnswer Answer)? Preview { get; private set; }

    public IReadOnlyDictionary<string, Text> Roles { get; private set; } = new Dictionary<string, Text>();
    public RungWords Words { get; private set; } = null!;
    public IReadOnlyList<LadderUse> Uses { get; private set; } = [];
    public IReadOnlyList<(LadderUse Use, Text? Step)> Given { get; private set; } = [];
    public IReadOnlyList<(string Definition, IReadOnlyList<Text> Steps)> Definitions { get; private set; } = [];
    public ErrorSummary Errors { get; private set; } = new([]);
    public string? Notice { get; private set; }
    public string Name => IndexModel.NameOf(Id, texts);

    /// <summary>Where its forms go.</summary>
    public string Address => IsNew ? $"/ladders/new?id={Uri.EscapeDataString(Id)}" : $"/ladders/{Uri.EscapeDataString(Id)}";

    public async Task<IActionResult> OnGetAsync(string id, string? done, string? given, string? returned, CancellationToken stop)
    {
        if (await LoadAsync(id, stop) is { } no) return no;
        foreach (var rung in Ladder.Rungs) Rungs.Add(RungFields.Of(rung));
        (QuietFrom, QuietUntil, QuietDays) = Ladder.Quiet is { } quiet ? (Dates.Time(quiet.From), Dates.Time(quiet.Until), quiet.WorkingDaysOnly) : (null, null, false);
        Open();
        if (Counts(done) is { } applied) Notice = texts["ladders.done", applied.Item1, applied.Item2];
        else if (Counts(given) is { } assigned) Notice = texts["ladders.assign.done", assigned.Item1, assigned.Item2];
        else if (Counts(returned) is { } back) Notice = texts["ladders.back.done", back.Item1, back.Item2];
        return Page();
    }

    /// <summary>Shows what the form does; with the body that was shown, applies that.</summary>
    public async Task<IActionResult> OnPostAsync(string id, string? body, CancellationToken stop)
    {
        if (await LoadAsync(id, stop) is { } no) return no;
        if (!MayChange) return StatusCode(StatusCodes.Status403Forbidden);
        ModelState.Clear();
        var ladder = string.IsNullOrEmpty(body) ? ReadForm() : ReadBody(body);
        if (ladder is not null)
        {
            var answer = await change.PutAsync(who.Actor, ladder, !string.IsNullOrEmpty(body), who.Now, who.RecordedAt, Seen ?? "", stop);
            switch (answer.Refused)
            {
                case null when !string.IsNullOrEmpty(body):
                    return Redirect($"/ladders/{Uri.EscapeDataString(Id)}?done={answer.Tasks}-{answer.Moved}");
                case null:
                    Preview = (ladder, answer);
                    Open();
                    return Page();
                case TaskAnswer.Invalid invalid:
                    foreach (var words in invalid.Errors.Values) ModelState.AddModelError("", Language.Say(words));
                    break;
                default:
                    return StatusCode(StatusCodes.Status403Forbidden);
            }
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Open();
        return Page();
    }

    /// <summary>Rungs of one ladder that the other does not have, as sentences.</summary>
    public IEnumerable<string> Beyond(Ladder one, Ladder other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Rungs.Select(Words.Rule).Except(other.Rungs.Select(Words.Rule));
    }

    /// <summary>The quiet hours as a sentence, or null.</summary>
    public string? QuietWords(Ladder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        return ladder.Quiet is { } quiet ? texts["ladders.quiet", Dates.Time(quiet.From), Dates.Time(quiet.Until), quiet.WorkingDaysOnly ? texts["ladders.quiet.days"] : ""] : null;
    }

    /// <summary>Whether something is wrong within a rung's form, so that it stands open.</summary>
    public bool HasErrors(int rung) => ModelState.Any(f => f.Value!.Errors.Count > 0 && f.Key.StartsWith($"Rungs[{rung}].", StringComparison.Ordinal));

    private Ladder? ReadForm()
    {
        var (rungs, taken) = (new List<Rung>(), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < Rungs.Count && i < MostRungs; i++)
            if (!Rungs[i].Remove && !Rungs[i].IsEmpty && Rungs[i].Read(i + 1, $"Rungs[{i}]", taken, texts, ModelState) is { } rung) rungs.Add(rung);
        QuietHours? quiet = null;
        if (!string.IsNullOrWhiteSpace(QuietFrom) || !string.IsNullOrWhiteSpace(QuietUntil))
        {
            if (Dates.ReadTime(QuietFrom) is { } from && Dates.ReadTime(QuietUntil) is { } until && from != until) quiet = new QuietHours(from, until, QuietDays);
            else ModelState.AddModelError(nameof(QuietFrom), texts["ladders.wrong.quiet"]);
        }

        return ModelState.ErrorCount > 0 ? null : new Ladder(Id, rungs, quiet);
    }

    private Ladder? ReadBody(string body)
    {
        try
        {
            if (Ladder.Read(body) is { } read && read.Id == Id) return read;
        }
        catch (JsonException)
        {
            // Not what the preview gave.
        }

        ModelState.AddModelError("", texts["ladders.wrong.body"]);
        return null;
    }

    // An empty rung and an empty recipient stand ready: nothing is added by script.
    private void Open()
    {
        foreach (var rung in Rungs)
            if (rung.Recipients.Count == 0 || !string.IsNullOrEmpty(rung.Recipients[^1].Role)) rung.Recipients.Add(new RecipientFields());
        if (Rungs.Count < MostRungs && (Rungs.Count == 0 || !Rungs[^1].IsEmpty)) Rungs.Add(new RungFields { Recipients = { new RecipientFields() } });
    }

    private async Task<IActionResult?> LoadAsync(string id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        (MayChange, MayAssign) = (actor.MayFromTheTop(Permission.Organisation), actor.May(Permission.Extend));
        if (id == "new")
        {
            if (Request.Query["id"].ToString().Trim() is not { Length: > 0 } wanted) return Redirect("/ladders");
            (Id, IsNew) = (wanted, true);
        }
        else
        {
            Id = id;
        }

        var all = (await LaddersApi.AllAsync(reference, stop)).ToList();
        var found = all.Find(l => l.Id == Id);
        if (found is not null && IsNew) return Redirect($"/ladders/{Uri.EscapeDataString(Id)}");
        if (found is null && (!IsNew || !MayChange)) return NotFound();
        Ladder = found ?? new Ladder(Id, all.Find(l => l.Id == Ladder.Standard.Id)!.Rungs);
        // A form of a new ladder posts an empty mark, which binds as null: only looking takes the mark of now.
        if (HttpMethods.IsGet(Request.Method)) Seen = found?.Mark();
        Roles = await names.RolesAsync(stop);
        Words = new RungWords(Roles, new HashSet<string>(), texts);
        if (IsNew) return null;
        Given = await uses.GivenAsync(actor, Id, stop);
        Uses = await uses.RunningAsync(actor, Id, stop);
        if (actor.May(Permission.ReadDefinition)) Definitions = await uses.DefinitionsAsync(Id, stop);
        return null;
    }

    private static (int, int)? Counts(string? text) =>
        text?.Split('-') is [var tasks, var moved] && int.TryParse(tasks, NumberStyles.None, CultureInfo.InvariantCulture, out var t) && int.TryParse(moved, NumberStyles.None, CultureInfo.InvariantCulture, out var m) ? (t, m) : null;
}
