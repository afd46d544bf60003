using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Hosting;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Demo;

/// <summary>
/// Moves the test clock forward, firing on the way what falls due, in order. Posted to by the bar above each page; opened by itself it offers a
/// date of one's own. It does not exist in production.
/// </summary>
public sealed class ClockModel(Installation installation, AdvanceClock advance, BusinessClock clock, Texts texts) : PageModel
{
    /// <summary>Most days of one move: ten years.</summary>
    private const int MostDays = 3660;

    /// <summary>An instant (ISO).</summary>
    [BindProperty]
    public DateTimeOffset? To { get; set; }

    /// <summary>Or a day as people write it; 08:00 of it is meant, the present when that has passed.</summary>
    [BindProperty]
    public string? Day { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public DateTimeOffset Now => clock.Now();
    public string? Error { get; private set; }

    /// <summary>What fired on the way of the last move from here.</summary>
    public IReadOnlyList<FiredAt>? Fired { get; private set; }

    public IActionResult OnGet() => installation.Mode == Mode.Demo ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        if (installation.Mode != Mode.Demo) return NotFound();
        var from = clock.Now();
        var day = FormPost.ReadDate(Day);
        if ((To ?? (day is { } morning ? ReadClockBar.At(morning) : null)) is not { } target)
        {
            Error = texts["demo.when"];
            return Page();
        }

        if (To is null && target < from && Dates.DayOf(from) == day) target = from;
        if (target > from.AddDays(MostDays))
        {
            Error = texts["demo.too-far"];
            return Page();
        }

        var moved = await advance.RunAsync(target, stop);
        if (moved.Answer == ClockMove.WouldMoveBack)
        {
            Error = texts["demo.back", Dates.MomentWithWeekday(moved.Now)];
            return Page();
        }

        if (moved.Answer != ClockMove.Moved) return NotFound();
        if (Url.IsLocalUrl(ReturnUrl) && !ReturnUrl.StartsWith("/demo/clock", StringComparison.Ordinal)) return LocalRedirect(ReturnUrl);
        Fired = moved.Fired;
        return Page();
    }
}
