using System.Globalization;
using System.Text.RegularExpressions;
using WorkflowEngine.Deadlines;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Calendars;

/// <summary>
/// Days of a calendar as people write them, a line each: "06/02/2027-10/02/2027 nghỉ Tết Nguyên đán / Lunar New Year". The English name may be left
/// out where the calendar has one for the Vietnamese name already. Pure; what it writes it reads.
/// </summary>
public static partial class DayLines
{
    private const int LongestStretch = 31;

    /// <summary>Off: nghỉ or off; worked: làm or worked.</summary>
    [GeneratedRegex(@"^(?<from>[\d/.\-]+?)(?:\s*(?:-|–|đến)\s*(?<to>\d{1,2}[/.]\d{1,2}[/.]\d{4}))?\s+(?<kind>nghỉ|off|làm|worked)\s+(?<name>.+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    /// <summary>Reads the lines; the words of each that cannot be read go to <paramref name="problems"/>.</summary>
    /// <param name="known">For English names of days it knows.</param>
    public static IReadOnlyList<CalendarDay> Read(string? text, WorkingCalendar known, Texts texts, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(problems);
        var names = known.Days.Select(d => d.Name).Concat(known.Yearly.Select(y => y.Name)).GroupBy(n => n.Vi, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.First().En, StringComparer.OrdinalIgnoreCase);
        var (days, number) = (new List<CalendarDay>(), 0);
        foreach (var line in (text ?? "").Normalize().ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()))
        {
            number++;
            if (line.Length == 0) continue;
            if (Line().Match(line) is not { Success: true } match || FormPost.ReadDate(match.Groups["from"].Value) is not { } from
                || (match.Groups["to"].Success ? FormPost.ReadDate(match.Groups["to"].Value) : from) is not { } to || to < from || to.DayNumber - from.DayNumber >= LongestStretch)
            {
                problems.Add(texts["calendars.line.wrong", number, line]);
                continue;
            }

            var name = match.Groups["name"].Value.Split(" / ", 2, StringSplitOptions.TrimEntries);
            if ((name.Length == 2 ? name[1] : names.GetValueOrDefault(name[0])) is not { Length: > 0 } english)
            {
                problems.Add(texts["calendars.line.english", number, name[0]]);
                continue;
            }

            var kind = match.Groups["kind"].Value.ToLower(CultureInfo.InvariantCulture) is "nghỉ" or "off" ? CalendarDayKind.Off : CalendarDayKind.Worked;
            for (var day = from; day <= to; day = day.AddDays(1)) days.Add(new CalendarDay(day, kind, new Bilingual(name[0], english)));
        }

        return days;
    }

    /// <summary>
    /// The exceptions of a year, neighbours of one name in one line; for a year without a notice the statutory days, to begin with.
    /// </summary>
    public static string Write(WorkingCalendar calendar, int year, bool english)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var days = calendar.Days.Where(d => d.Day.Year == year).ToList();
        if (!calendar.HasNoticeFor(year))
            for (var day = new DateOnly(year, 1, 1); day.Year == year; day = day.AddDays(1))
                if (days.All(d => d.Day != day) && calendar.NameOf(day) is { } name) days.Add(new CalendarDay(day, CalendarDayKind.Off, name));
        var lines = new List<string>();
        foreach (var day in days.OrderBy(d => d.Day).Aggregate(new List<(CalendarDay First, CalendarDay Last)>(), Join))
            lines.Add($"{Dates.Full(day.First.Day)}{(day.Last.Day == day.First.Day ? "" : "-" + Dates.Full(day.Last.Day))} {Word(day.First.Kind, english)} {day.First.Name.Vi} / {day.First.Name.En}");
        return string.Join('\n', lines);

        static List<(CalendarDay First, CalendarDay Last)> Join(List<(CalendarDay First, CalendarDay Last)> runs, CalendarDay next)
        {
            if (runs.Count > 0 && runs[^1] is var last && last.Last.Day.AddDays(1) == next.Day && last.First.Kind == next.Kind && last.First.Name == next.Name) runs[^1] = (last.First, next);
            else runs.Add((next, next));
            return runs;
        }
    }

    private static string Word(CalendarDayKind kind, bool english) =>
        kind == CalendarDayKind.Off ? english ? "off" : "nghỉ" : english ? "worked" : "làm";
}
