namespace WorkflowHost.Web.Components;

/// <summary>
/// The Thời hạn sheet: the plan's words, the last on-time day, then how the working days were counted. A bare date is a bug
/// (design §1). The sentence comes from the deadline itself; <see cref="CountDown"/> words the count.
/// </summary>
/// <param name="Sentence">"Kế hoạch ghi “trước ngày 01/01/2020”, nên ngày cuối cùng còn đúng hạn là Thứ Ba, 31/12/2019, đến 24:00."</param>
/// <param name="Emphasis">The part of the sentence in bold, usually its last day; null for none.</param>
/// <param name="Lines">The arithmetic, a sentence each.</param>
/// <param name="Strip">Null for limits more than nine days away or when nothing is due.</param>
public sealed record DeadlineSheet(string Sentence, string? Emphasis, IReadOnlyList<string> Lines, DayStrip? Strip)
{
    /// <summary>The sentence cut around the emphasis.</summary>
    public (string Before, string Bold, string After) Parts
    {
        get
        {
            var at = string.IsNullOrEmpty(Emphasis) ? -1 : Sentence.IndexOf(Emphasis, StringComparison.Ordinal);
            return at < 0 ? (Sentence, "", "") : (Sentence[..at], Emphasis!, Sentence[(at + Emphasis!.Length)..]);
        }
    }

    /// <summary>"Hôm nay 26/12. Sau hôm nay còn 3 ngày làm việc: 27, 30 và 31/12 (trừ Thứ Bảy 28/12 và Chủ nhật 29/12)."</summary>
    /// <param name="today">The business day.</param>
    /// <param name="lastDay">The last day that is still on time.</param>
    /// <param name="isDayOff">The calendar that counts for the unit.</param>
    /// <param name="texts">The words.</param>
    public static string CountDown(DateOnly today, DateOnly lastDay, Func<DateOnly, bool> isDayOff, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(isDayOff);
        ArgumentNullException.ThrowIfNull(texts);
        if (today >= lastDay)
        {
            return today == lastDay
                ? texts["deadline.today-last", Dates.DayMonth(today)]
                : texts["deadline.passed", Dates.DayMonth(today), today.DayNumber - lastDay.DayNumber];
        }
        var ahead = Enumerable.Range(today.DayNumber + 1, lastDay.DayNumber - today.DayNumber).Select(DateOnly.FromDayNumber).ToList();
        var working = ahead.Where(day => !isDayOff(day)).ToList();
        var off = ahead.Where(isDayOff).ToList();
        if (working.Count == 0)
        {
            return texts["deadline.none-left", Dates.DayMonth(today), Dates.DayMonth(lastDay)];
        }
        // Far limits would list a month of days: then the count alone is said, the days off are too many to name.
        if (ahead.Count > DayStrip.MostDays)
        {
            return texts["deadline.far", Dates.DayMonth(today), working.Count, Dates.Full(lastDay)];
        }
        var and = texts["and"];
        var days = Dates.List(working, and);
        return off.Count == 0
            ? texts["deadline.today-left", Dates.DayMonth(today), working.Count, days]
            : texts["deadline.today-left-off", Dates.DayMonth(today), working.Count, days,
                string.Join($" {and} ", off.Select(day => $"{Dates.Weekday(day)}{Nbsp.Space}{Dates.DayMonth(day)}"))];
    }
}
