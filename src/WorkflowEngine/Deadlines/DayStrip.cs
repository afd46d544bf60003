namespace WorkflowEngine.Deadlines;

/// <summary>One day of the strip ("dải ngày", design §5).</summary>
/// <param name="Day">The local date.</param>
/// <param name="Weekday">T2 … T7, CN, and Mon … Sun.</param>
/// <param name="IsToday">Drawn with an outline.</param>
/// <param name="IsOff">Drawn hatched: nobody works on that day.</param>
/// <param name="IsLast">The last lawful day, drawn dark, the heavy bar of the limit at its right edge.</param>
/// <param name="AfterLimit">Drawn pale red.</param>
/// <param name="Name">What the calendar calls the day, or null.</param>
public sealed record DayCell(DateOnly Day, Bilingual Weekday, bool IsToday, bool IsOff, bool IsLast, bool AfterLimit, Bilingual? Name);

/// <summary>
/// The cells of the day strip: from today to the day after the limit, and once the limit has passed from the last lawful day to today. At most
/// nine cells; a limit further away has none, the sentence alone says it. Always shown beside the same fact in words.
/// </summary>
public static class DayStrip
{
    /// <summary>The largest number of cells.</summary>
    public const int MaximumCells = 9;

    /// <summary>The cells in order of date, or none when there is no date or too many days.</summary>
    public static IReadOnlyList<DayCell> Cells(Deadline deadline, DateOnly today, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        ArgumentNullException.ThrowIfNull(calendar);
        if (deadline.LastDay is not { } last) return [];
        var first = today <= last ? today : last;
        var end = today <= last ? last.AddDays(1) : today;
        var count = end.DayNumber - first.DayNumber + 1;
        if (count > MaximumCells) return [];
        return [.. Enumerable.Range(0, count).Select(n => first.AddDays(n)).Select(day => new DayCell(
            day, DayWords.ShortWeekday(day), day == today, !calendar.IsWorkingDay(day), day == last, day > last, calendar.NameOf(day)))];
    }
}
