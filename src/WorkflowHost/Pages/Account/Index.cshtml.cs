using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowHost.Email;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Account;

/// <summary>One's own account: how often mail comes and in which language, and the calendars that show one's dates.</summary>
public sealed class IndexModel(RequestActor who, MailPreferences preferences, CalendarFeeds feeds, UnitNames names, MailRenderer mails, PersonSignIn signIn, Texts texts) : PageModel
{
    [BindProperty]
    public string? Pace { get; set; }

    [BindProperty]
    public string? DailyAt { get; set; }

    [BindProperty]
    public string? MailLanguage { get; set; }

    [BindProperty]
    public long? Unit { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Saved { get; set; }

    public IReadOnlyList<CalendarFeed> Feeds { get; private set; } = [];
    public IReadOnlyList<(long Id, string Name)> Units { get; private set; } = [];

    /// <summary>Address of the calendar made by this request; it is never shown again.</summary>
    public string? MadeAddress { get; private set; }

    public string? Message { get; private set; }
    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (Saved) Message = texts["account.saved"];
        return await LoadAsync(stop) ? Page() : Forbid();
    }

    /// <summary>Saves the choice of mails; the pages follow the language.</summary>
    public async Task<IActionResult> OnPostMailAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Forbid();
        var errors = MailPreferences.Check(MailLanguage, Pace, DailyAt);
        if (errors.Count == 0)
        {
            await preferences.SetAsync(actor.PersonId, MailLanguage, Pace!, MailPreferences.TimeOf(DailyAt), "page", who.Now, who.RecordedAt, stop);
            Response.Cookies.Delete(ChooseLanguage.Cookie);
            if (await signIn.UserManager.GetUserAsync(User) is { } person) await signIn.RefreshSignInAsync(person);
            return Redirect("/account?saved=true");
        }

        foreach (var (field, words) in errors)
            ModelState.AddModelError(field switch { "pace" => nameof(Pace), "dailyAt" => nameof(DailyAt), _ => nameof(MailLanguage) }, Language.Say(words));
        return await RefuseAsync(stop);
    }

    /// <summary>Makes a calendar and shows its address, this once.</summary>
    public async Task<IActionResult> OnPostCalendarAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Forbid();
        switch (await feeds.MakeAsync(actor, Unit, who.Now, who.RecordedAt, stop))
        {
            case FeedAnswer.Made made:
                Response.Headers.CacheControl = "no-store";
                MadeAddress = mails.Address($"/calendar/{made.Token}.ics");
                return await LoadAsync(stop) ? Page() : Forbid();
            case FeedAnswer.TooMany:
                ModelState.AddModelError(nameof(Unit), texts["account.calendar.too-many", CalendarFeeds.Most]);
                break;
            default:
                ModelState.AddModelError(nameof(Unit), texts["account.calendar.refused"]);
                break;
        }

        return await RefuseAsync(stop);
    }

    public async Task<IActionResult> OnPostRevokeAsync(Guid id, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Forbid();
        return await feeds.RevokeAsync(actor, id, who.Now, who.RecordedAt, stop) ? Redirect("/account#calendar") : NotFound();
    }

    private async Task<IActionResult> RefuseAsync(CancellationToken stop)
    {
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await LoadAsync(stop) ? Page() : Forbid();
    }

    private async Task<bool> LoadAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor || await preferences.ReadAsync(actor.PersonId, stop) is not { } choice) return false;
        Pace ??= choice.Pace;
        DailyAt ??= Dates.Time(choice.DailyAt);
        MailLanguage ??= choice.Language;
        Feeds = await feeds.ListAsync(actor.PersonId, stop);
        Units = await names.HeldByAsync(actor, stop);
        return true;
    }
}
