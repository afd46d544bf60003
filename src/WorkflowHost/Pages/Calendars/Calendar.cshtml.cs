using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Calendars;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Calendars;

/// <summary>
/// One calendar, a year at a time: its days, and for who manages all units that follow it a notice, own days or another week, applied only after
/// the page showed what it moves. A calendar that does not exist yet begins as a copy of the public one.
/// </summary>
public sealed class CalendarModel(RequestActor who, LoadCalendar load, ReferenceStore reference, NpgsqlDataSource database, Texts texts) : PageModel
{
    private const string Read =
        """
        -- CalendarPage.Read
        select body::text from calendar where id = $1 order by version desc limit 1
        """;

    private const string History =
        """
        -- CalendarPage.History
        select a.at, p.display_name, a.detail ->> 'version', a.detail ->> 'source', a.detail ->> 'days', a.detail ->> 'reminders'
        from audit a left join person p on p.id = a.actor_id where a.action = 'calendar.load' and a.detail ->> 'id' = $1 order by a.at desc limit 30
        """;

    /// <summary>A version that was loaded.</summary>
    public sealed record Loaded(DateTimeOffset At, string? By, string Version, string? Source, string Days, string Reminders);

    private ReferenceData? _known;

    public string Id { get; private set; } = "";

    /// <summary>As it is; for a new one the calendar it copies.</summary>
    public WorkingCalendar Calendar { get; private set; } = WorkingCalendar.VietnamPublic;

    public bool IsNew { get; private set; }

    /// <summary>The year that is shown and that a notice is for.</summary>
    public int Year { get; private set; }

    public bool MayChange { get; private set; }

    [BindProperty]
    public string? Source { get; set; }

    /// <summary>The year's days, a line each.</summary>
    [BindProperty]
    public string? Days { get; set; }

    /// <summary>Days of the week that are worked, 0 is Sunday.</summary>
    [BindProperty]
    public IList<int> Week { get; init; } = [];

    /// <summary>The version the form was made for.</summary>
    [BindProperty]
    public int Base { get; set; }

    public CalendarPreview? Preview { get; private set; }

    public IReadOnlyList<Loaded> Versions { get; private set; } = [];

    public ErrorSummary Errors { get; private set; } = new([]);

    public string? Notice { get; private set; }

    public async Task<IActionResult> OnGetAsync(string id, string? year, string? done, CancellationToken stop)
    {
        if (await LoadAsync(id, year, stop) is { } no) return no;
        Fill();
        if (done is not null) Notice = texts["calendars.done", Calendar.Version, int.TryParse(done, out var moved) ? moved : 0];
        return Page();
    }

    /// <summary>Shows what the change does; with the token of what was shown, applies it.</summary>
    public async Task<IActionResult> OnPostAsync(string id, string? year, string? token, CancellationToken stop)
    {
        if (await LoadAsync(id, year, stop) is { } no) return no;
        if (!MayChange) return StatusCode(StatusCodes.Status403Forbidden);
        ModelState.Clear();
        var problems = new List<string>();
        var days = DayLines.Read(Days, Calendar, texts, problems);
        foreach (var problem in problems) ModelState.AddModelError("Days", problem);
        if (ModelState.IsValid)
        {
            var change = ChangeOf(days);
            var answer = string.IsNullOrEmpty(token)
                ? await load.PreviewAsync(who.Actor, Id, change, who.Now, stop) : await load.ApplyAsync(who.Actor, Id, change, token, who.Now, who.RecordedAt, stop);
            switch (answer)
            {
                case CalendarAnswer.Previewed shown:
                    (Preview, _known) = (shown.Preview, await reference.GetAsync(stop));
                    return Page();
                case CalendarAnswer.Loaded loaded:
                    return Redirect($"/calendars/{Id}?year={Year}&done={loaded.RemindersMoved}");
                case CalendarAnswer.Changed:
                    ModelState.AddModelError("", texts["calendars.changed"]);
                    break;
                case CalendarAnswer.Refused { Answer: TaskAnswer.Invalid invalid }:
                    foreach (var (field, words) in invalid.Errors)
                        ModelState.AddModelError(field switch { "days" => "Days", "source" => "Source", "workingWeek" => "Week", _ => "" }, Language.Say(words));
                    break;
                case CalendarAnswer.Refused:
                    return StatusCode(StatusCodes.Status403Forbidden);
            }
        }

        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>One line of what a change does: the day, whether it becomes worked or off, and its name.</summary>
    public static string DayWordsOf(ChangedDay day, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(day);
        ArgumentNullException.ThrowIfNull(texts);
        var name = day.Name is { } words ? Language.Say(words) : "";
        return texts[day.IsWorked ? "calendars.preview.worked" : "calendars.preview.off", Dates.WithWeekday(day.Day), name];
    }

    /// <summary>The days of the year as the page lists them.</summary>
    public IEnumerable<CalendarDay> DaysOfYear() => DayLines.Read(DayLines.Write(Calendar, Year, false), Calendar, texts, []);

    /// <summary>"nhắc 5 ngày làm việc trước hạn"; a rung that its ladder has no more by its key.</summary>
    public string RungWordsOf(MovedReminder moved)
    {
        ArgumentNullException.ThrowIfNull(moved);
        return OwnerRail.LadderOf(_known!, moved.Ladder)?.Find(moved.Rung) is { } rung ? new RungWords(new Dictionary<string, Text>(), new HashSet<string>(), texts).Named(rung, moved.Period) : moved.Rung;
    }

    private CalendarChange ChangeOf(IReadOnlyList<CalendarDay> days)
    {
        var week = Week.Where(d => d is >= 0 and <= 6).Distinct().Select(d => (DayOfWeek)d).ToArray();
        var sameWeek = week.ToHashSet().SetEquals(Calendar.WorkingWeek);
        var present = Calendar.Days.Where(d => d.Day.Year == Year).ToArray();
        var sameDays = days.Count == present.Length && days.All(present.Contains);
        var notice = !string.IsNullOrWhiteSpace(Source) && (!sameDays || Source.Trim() != Calendar.Notices.FirstOrDefault(n => n.Year == Year)?.Source);
        return new CalendarChange(
            IsNew ? 0 : Base, IsNew ? Calendar.Id : null, sameWeek ? null : week, notice ? Year : null, notice ? Source : null,
            notice ? days : sameDays ? null : [.. days.Where(d => !present.Contains(d))],
            notice || sameDays ? null : [.. present.Where(p => days.All(d => d.Day != p.Day)).Select(p => p.Day)]);
    }

    private void Fill()
    {
        (Base, Source) = (Calendar.Version, Calendar.Notices.FirstOrDefault(n => n.Year == Year)?.Source);
        Days = DayLines.Write(Calendar, Year, Language.Current == Language.English);
        foreach (var day in Calendar.WorkingWeek) Week.Add((int)day);
    }

    private async Task<IActionResult?> LoadAsync(string id, string? year, CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        MayChange = actor.May(Permission.Organisation);
        if (id == "new")
        {
            if (Request.Query["id"].ToString().Trim() is not { Length: > 0 } wanted) return Redirect("/calendars");
            (Id, IsNew) = (wanted, true);
        }
        else
        {
            Id = id;
        }

        await using var connection = await database.OpenConnectionAsync(stop);
        var found = await Command(connection, Read, P(Id)).ListAsync(r => r.GetString(0), stop);
        if (found.Count > 0 && IsNew) return Redirect($"/calendars/{Uri.EscapeDataString(Id)}");
        if (found.Count == 0 && (!IsNew || !MayChange)) return NotFound();
        if (found.Count == 0) found = await Command(connection, Read, P(WorkingCalendar.VietnamPublic.Id)).ListAsync(r => r.GetString(0), stop);
        Calendar = found.Count == 0 ? WorkingCalendar.VietnamPublic : WorkingCalendar.Read(found[0]);
        Year = int.TryParse(year, out var typed) && typed is >= 2000 and <= LunarCalendar.LastYear ? typed : Dates.DayOf(who.Now).Year;
        Versions = await Command(connection, History, P(Id)).ListAsync(
            r => new Loaded(r.Instant(0), r.TextOrNull(1), r.GetString(2), r.TextOrNull(3), r.GetString(4), r.GetString(5)), stop);
        return null;
    }
}
