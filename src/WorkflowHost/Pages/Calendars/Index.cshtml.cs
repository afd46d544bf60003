using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Calendars;

/// <summary>The working calendars: who follows them, which years have their notice. Everybody may look.</summary>
public sealed class IndexModel(RequestActor who, NpgsqlDataSource database, Texts texts) : PageModel
{
    private const string Latest =
        """
        -- CalendarsPage.Latest
        select distinct on (c.id) c.body::text, c.loaded_at, (select count(*)::int from unit u where u.calendar_id = c.id)
        from calendar c order by c.id, c.version desc
        """;

    /// <summary>A calendar with how many units follow it.</summary>
    public sealed record Row(WorkingCalendar Calendar, DateTimeOffset LoadedAt, int Units);

    public IReadOnlyList<Row> All { get; private set; } = [];

    /// <summary>The reader manages units somewhere and may begin a calendar of their own.</summary>
    public bool MayMake { get; private set; }

    public int Year { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        MayMake = actor.May(Permission.Organisation);
        Year = Dates.DayOf(who.Now).Year;
        await using var connection = await database.OpenConnectionAsync(stop);
        All = await Command(connection, Latest).ListAsync(r => new Row(WorkingCalendar.Read(r.GetString(0)), r.Instant(1), r.GetInt32(2)), stop);
        return Page();
    }

    /// <summary>"Thứ Hai đến Thứ Sáu", or the days one by one.</summary>
    public static string Week(WorkingCalendar calendar, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        ArgumentNullException.ThrowIfNull(texts);
        var days = calendar.WorkingWeek.Select(d => ((int)d + 6) % 7).Order().ToArray();
        var inRow = days.Length > 2 && days[^1] - days[0] == days.Length - 1;
        return inRow ? texts["calendars.week.from-to", Name(days[0]), Name(days[^1])] : string.Join(", ", days.Select(Name));

        // 2024-01-01 was a Monday.
        static string Name(int day) => Dates.Weekday(new DateOnly(2024, 1, 1).AddDays(day));
    }

    /// <summary>"2019-2026", or "none".</summary>
    public string Notices(WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var years = calendar.Notices.Select(n => n.Year).Order().ToList();
        if (years.Count == 0) return texts["calendars.notices.none"];
        var runs = new List<(int From, int To)>();
        foreach (var year in years)
            if (runs.Count > 0 && runs[^1].To == year - 1) runs[^1] = (runs[^1].From, year);
            else runs.Add((year, year));
        return string.Join(", ", runs.Select(r => r.From == r.To ? $"{r.From}" : $"{r.From}-{r.To}"));
    }
}
