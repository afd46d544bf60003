using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Deadlines;

/// <summary>Reads the deadlines in a plan's words and shows each reading with its arithmetic; writes nothing.</summary>
public sealed class ReadModel(RequestActor who, ReferenceStore reference, Texts texts) : PageModel
{
    /// <summary>The plan's words, as typed.</summary>
    [BindProperty]
    public string? Text { get; set; }

    /// <summary>The campaign year that relative years count from, as typed; empty: years stay as written.</summary>
    [BindProperty]
    public string? Year { get; set; }

    /// <summary>Working calendar by its id.</summary>
    [BindProperty]
    public string? Calendar { get; set; }

    public IReadOnlyList<WorkingCalendar> Calendars { get; private set; } = [];

    /// <summary>Null before anything was typed.</summary>
    public IReadOnlyList<DeadlineReading>? Readings { get; private set; }

    public ErrorSummary Errors { get; private set; } = new([]);

    public async Task<IActionResult> OnGetAsync(CancellationToken stop) => await ReadAsync(stop) ? Page() : Challenge();

    /// <summary>"Đọc". Sent as a form, as an address cannot be as long as the text.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        if (!await ReadAsync(stop)) return Challenge();
        ModelState.Clear();
        if (string.IsNullOrWhiteSpace(Text)) return Page();
        var year = 0;
        if (Text.Length > DeadlineReading.MostCharacters) ModelState.AddModelError("Text", texts["reader.too-long", DeadlineReading.MostCharacters]);
        if (!string.IsNullOrWhiteSpace(Year) && (!int.TryParse(Year, out year) || year is < 2000 or > 2100)) ModelState.AddModelError("Year", texts["reader.year-wrong"]);
        if (ModelState.IsValid)
        {
            var calendar = Calendars.FirstOrDefault(c => c.Id == Calendar) ?? Calendars[0];
            Readings = DeadlineReading.Of(Text, string.IsNullOrWhiteSpace(Year) ? null : year, calendar.DayOf(who.Now), calendar);
            if (Readings.Count == 0) ModelState.AddModelError("Text", texts["reader.none"]);
        }

        if (ModelState.IsValid) return Page();
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>What the form offers; false: nobody is signed in.</summary>
    private async Task<bool> ReadAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is null) return false;
        var known = (await reference.GetAsync(stop)).Calendars;
        Calendars = known.Count == 0 ? [WorkingCalendar.VietnamPublic] : [.. known.Values.OrderBy(c => c.Id != WorkingCalendar.VietnamPublic.Id).ThenBy(c => c.Id, StringComparer.Ordinal)];
        return true;
    }

    /// <summary>One reading as the sheet of a deadline, its last day in bold.</summary>
    public static DeadlineSheet Sheet(DeadlineReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return new DeadlineSheet(Language.Say(reading.Sentence), reading.LastDay is { } last ? Dates.Full(last) : null, [.. reading.Lines.Select(l => Language.Say(l))], null);
    }
}
