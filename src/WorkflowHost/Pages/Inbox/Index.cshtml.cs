using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Inbox;

/// <summary>
/// The first page: what is there for me to do. People of a unit get one column with the one sheet that matters; who follows other units gets a
/// dense list in groups, with what the system does by itself beside it.
/// </summary>
public sealed class IndexModel(
    RequestActor who, InboxQueries inbox, StandInInbox standIns, UnitInboxQueries unit, Notices notices, OwnerRail rail, FormStore forms, ReferenceStore reference, Texts texts) : PageModel
{
    /// <summary>The reader follows other units.</summary>
    public bool Oversees { get; private set; }

    public InboxCounts Counts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>The tab chosen; null: all.</summary>
    public InboxKind? Kind { get; private set; }

    public string? Search { get; private set; }

    public IReadOnlyList<InboxItem> Items { get; private set; } = [];

    /// <summary>Where the next page begins, as it stands in the address.</summary>
    public string? Next { get; private set; }

    public IReadOnlyList<Rail> Rail { get; private set; } = [];

    public IReadOnlyList<UnitTask> Submitted { get; private set; } = [];

    /// <summary>Taken by somebody else of the unit.</summary>
    public IReadOnlyList<UnitTask> Held { get; private set; } = [];

    public IReadOnlyList<UnitTask> Done { get; private set; } = [];

    public IReadOnlyList<UpcomingTask> Upcoming { get; private set; } = [];

    public WhoToAsk? Ask { get; private set; }

    /// <summary>What waits for the reader in the place of people who are away.</summary>
    public IReadOnlyList<StandInWork> StandIns { get; private set; } = [];

    /// <summary>Reminders that came without a mail.</summary>
    public IReadOnlyList<InboxNotice> Notices { get; private set; } = [];

    public ReferenceData Reference { get; private set; } = null!;

    /// <summary>A role inside a sentence.</summary>
    public static string InSentence(string role) => Lower(role);

    public DateTimeOffset Now => who.Now;

    public DateOnly Today => Dates.DayOf(who.Now);

    /// <summary>Own tasks, nearest first; what was returned and what is late before the rest by its date.</summary>
    public IReadOnlyList<(InboxItem Item, TaskTimes Times)> Own { get; private set; } = [];

    /// <summary>How long the first one takes and what is needed for it; null without a form.</summary>
    public string? Needs { get; private set; }

    /// <summary>Some of the lists name the unit, because the reader works for several.</summary>
    public bool SeveralUnits { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? tab, string? q, string? after, CancellationToken cancellation)
    {
        if (await who.ReadAsync(cancellation) is not { } actor) return Forbid();
        Reference = await reference.GetAsync(cancellation);
        StandIns = await standIns.ReadAsync(actor, Reference, Now, cancellation);
        Notices = await notices.ReadAsync(actor.PersonId, Now, cancellation);
        Oversees = await inbox.OverseesAsync(actor, cancellation);
        if (Oversees)
        {
            Search = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
            Kind = tab switch { "review" => InboxKind.Review, "follow-up" => InboxKind.FollowUp, "own" => InboxKind.Own, _ => null };
            Counts = await inbox.CountAsync(actor, Now, cancellation);
            (Items, var next) = await inbox.PageAsync(actor, Kind, Search, InboxPlaceText.Read(after), Now, cancellation);
            Next = next is null ? null : InboxPlaceText.Write(next);
            Rail = await rail.ReadAsync(actor, Now, cancellation);
            return Page();
        }

        var (own, _) = await inbox.PageAsync(actor, InboxKind.Own, null, null, Now, cancellation);
        Own = [.. own.Select(item => (Item: item, Times: TaskTimes.Of(item, Reference))).OrderBy(t => t.Item.Due ?? DateTimeOffset.MaxValue).ThenBy(t => t.Item.CreatedAt).ThenBy(t => t.Item.Id)];
        if (Own.Count > 0 && Own[0].Item.Spec is { FormId: { } id } spec && await forms.GetAsync(id, spec.FormVersion ?? 1, cancellation) is { } form) Needs = NeedsOf(form);
        Submitted = await unit.SubmittedAsync(actor, cancellation);
        Held = await unit.HeldAsync(actor, cancellation);
        Done = await unit.DoneAsync(actor, cancellation);
        Upcoming = await unit.UpcomingAsync(actor, cancellation);
        Ask = await unit.WhoToAskAsync(actor, cancellation);
        SeveralUnits = actor.Grants.Select(g => g.UnitId).Distinct().Count() > 1;
        return Page();
    }

    /// <summary>The sentence that answers "what must I hand in?".</summary>
    public string Headline()
    {
        if (Own.Count == 0) return texts["staff.unit.nothing"];
        var (first, times) = Own[0];
        var last = times.Deadline.LastDay;
        var late = Own.Count(t => t.Times.IsPast(Now));
        if (late > 0) return texts["staff.unit.late", late];
        if (first.Round > 1 && Own.Count == 1 && last is { } again) return texts["staff.unit.returned", Dates.Full(again)];
        if (last is not { } day) return texts["staff.unit.undated", Own.Count];
        if (Own.Count > 1) return texts["staff.unit.several", Own.Count, Dates.Full(day)];
        return day is { Month: 12, Day: 31 } && day.Year == Today.Year ? texts["staff.unit.one-before-new-year"] : texts["staff.unit.one", Dates.WithWeekday(day)];
    }

    /// <summary>"Khoảng 10 phút. Cần có: tệp kế hoạch đã ký." Half a minute and more a field, in steps of five minutes.</summary>
    private string NeedsOf(Form form)
    {
        const double minutesOfAField = 0.6;
        var fields = form.Root.Fields.Sum(f => f.IsRoster ? f.Items!.Fields.Count * 2 : 1);
        var minutes = Math.Max(5, (int)Math.Ceiling(fields * minutesOfAField / 5) * 5);
        var files = form.Root.Fields.Where(f => f.Widget == "file").Select(f => Lower(Language.Say(f.Label))).ToList();
        return files.Count == 0 ? texts["staff.needs", minutes] : texts["staff.needs.files", minutes, string.Join(", ", files)];
    }

    private static string Lower(string text) => text.Length > 1 && !char.IsUpper(text[1]) ? char.ToLower(text[0], Language.Current.Culture) + text[1..] : text;

    /// <summary>"Việc kế tiếp là “…”. Mở sau khi …", for an empty inbox.</summary>
    public string? NextOpens() => Upcoming.Count == 0 ? null : texts["staff.unit.next", Language.Say(Upcoming[0].Spec.Title), WhyNotYet(Upcoming[0])];

    /// <summary>What has to happen before a coming task opens.</summary>
    public string WhyNotYet(UpcomingTask task)
    {
        var parts = task.After.Select(a => texts["staff.coming.after", Language.Say(a)]).Concat(task.WaitsFor.Select(w => texts["staff.coming.event", w])).ToList();
        return parts.Count == 0 ? texts["staff.coming.soon"] : string.Join(" ", parts);
    }

    /// <summary>Its standing in the list of coming tasks: why it is not open. Its date, or that it has none, stands beside it already.</summary>
    public (StatusKind Kind, string Words) Standing(UpcomingTask task) =>
        task.WaitsFor.Count > 0 ? (StatusKind.Waiting, texts["staff.coming.waits", task.Owner]) : (StatusKind.None, texts["staff.coming.not-yet"]);
}
