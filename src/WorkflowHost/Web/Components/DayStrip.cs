namespace WorkflowHost.Web.Components;

/// <summary>
/// The dải ngày: at most nine days from today (or from the limit, once it has passed) to the day after it, beside the same
/// fact in words. Source: design §5.
/// </summary>
/// <param name="Days">In order.</param>
/// <param name="Key">What the marks mean, or what happened on the days; one short line each.</param>
public sealed record DayStrip(IReadOnlyList<DayStrip.Day> Days, IReadOnlyList<string> Key)
{
    /// <summary>A longer strip is a sentence instead.</summary>
    public const int MostDays = 9;

    /// <summary>The strip for a limit, or null when it is too far away to draw.</summary>
    /// <param name="today">The business day.</param>
    /// <param name="lastDay">The last day that is still on time.</param>
    /// <param name="isDayOff">The calendar that counts for the unit.</param>
    /// <param name="texts">For the key below the strip.</param>
    public static DayStrip? Around(DateOnly today, DateOnly lastDay, Func<DateOnly, bool> isDayOff, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(isDayOff);
        ArgumentNullException.ThrowIfNull(texts);
        var first = today <= lastDay ? today : lastDay;
        var last = today <= lastDay ? lastDay.AddDays(1) : today;
        if (last.DayNumber - first.DayNumber + 1 > MostDays)
        {
            return null;
        }
        var days = Enumerable.Range(first.DayNumber, last.DayNumber - first.DayNumber + 1)
            .Select(DateOnly.FromDayNumber)
            .Select(day => new Day(day, day == today, day == lastDay, isDayOff(day), day > lastDay))
            .ToList();
        return new DayStrip(days,
            [texts["strip.key.today"], texts["strip.key.off"], texts["strip.key.limit", Dates.DayMonth(lastDay)]]);
    }

    /// <summary>One cell.</summary>
    /// <param name="Date">The day.</param>
    /// <param name="IsToday">Gets the outline.</param>
    /// <param name="IsLast">Gets the dark fill and the bar of the limit behind it.</param>
    /// <param name="IsOff">Gets the hatching; said of the last day in words only.</param>
    /// <param name="IsLate">After the limit.</param>
    public sealed record Day(DateOnly Date, bool IsToday, bool IsLast, bool IsOff, bool IsLate)
    {
        /// <summary>The classes of the cell.</summary>
        public string Look => string.Join(' ', new[]
        {
            "day", IsLast ? "is-last" : IsOff ? "is-off" : IsLate ? "is-late" : "is-working", IsToday ? "is-today" : "",
        }.Where(word => word.Length > 0));

        /// <summary>The cell in words, for those who do not see it.</summary>
        public string InWords(Texts texts)
        {
            ArgumentNullException.ThrowIfNull(texts);
            var kind = IsLast ? "strip.last" : IsOff ? "strip.off" : IsLate ? "strip.late" : "strip.working";
            return $"{Dates.WithWeekday(Date)}: {(IsToday ? texts["strip.today"] + ", " : "")}{texts[kind]}";
        }
    }
}
