using System.Globalization;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// The second line under a deadline: today, what is left after it and what was left out, counted so that a reader can check it with a finger.
/// Up to nine working days are listed one by one; more are counted, with the holidays named. Pure: today is given.
/// </summary>
public static class RemainingDays
{
    private const int Listed = 9;

    /// <summary>
    /// "Hôm nay 26/12. Sau hôm nay còn 3 ngày làm việc: 27, 30, 31/12 (trừ Thứ Bảy 28 và Chủ nhật 29)."; on the last day and after it the
    /// sentence for that case. Null for a deadline without a day.
    /// </summary>
    public static Bilingual? Line(Deadline deadline, DateOnly today, WorkingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        ArgumentNullException.ThrowIfNull(calendar);
        if (deadline.LastDay is not { } last) return null;
        if (today > last) return Passed(deadline, last, today, calendar);
        var now = DayWords.DayMonth(today);
        if (today == last)
            return new($"Hôm nay {now} là ngày cuối cùng còn đúng hạn, đến 24:00.", $"Today, {now}, is the last day on time, until 24:00.");
        var count = calendar.WorkingDaysBetween(today, last);
        if (count > Listed) return Counted(now, today, last, count, calendar);
        var (worked, off) = Split(today, last, calendar);
        var except = Except(off, last, calendar);
        return count == 0
            ? new($"Hôm nay {now}. Sau hôm nay không còn ngày làm việc nào{except.Vi}.", $"Today is {now}. No working day is left after today{except.En}.")
            : new($"Hôm nay {now}. Sau hôm nay còn {count} ngày làm việc: {DayWords.List(worked)}{except.Vi}.",
                $"Today is {now}. After today {Days(count, "working day")} {(count == 1 ? "is" : "are")} left: {DayWords.List(worked)}{except.En}.");
    }

    /// <summary>"1 working day", "3 working days".</summary>
    internal static string Days(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private static Bilingual Passed(Deadline deadline, DateOnly last, DateOnly today, WorkingCalendar calendar)
    {
        var late = today.DayNumber - last.DayNumber;
        var worked = calendar.WorkingDaysBetween(last, today);
        var counting = calendar.IsWorkingDay(today);
        var (limit, limitEn) = deadline.Soft ? ("Mốc", "The aim") : ("Hạn", "The limit");
        return new(
            $"{limit} là hết ngày {DayWords.Full(last)}. Đến hôm nay, {DayWords.Full(today)}, đã quá {late} ngày: {worked} ngày làm việc{(counting ? ", kể cả hôm nay" : "")}.",
            $"{limitEn} was the end of {DayWords.Full(last)}. Today, {DayWords.Full(today)}, it is {Days(late, "day")} past: {Days(worked, "working day")}{(counting ? ", today included" : "")}.");
    }

    private static Bilingual Counted(string now, DateOnly today, DateOnly last, int count, WorkingCalendar calendar)
    {
        var (_, off) = Split(today, last, calendar);
        // A holiday that falls on a Saturday takes no working day away, so naming it here would not add up.
        var holidays = off.Where(day => calendar.NameOf(day) is not null && calendar.WorkingWeek.Contains(day.DayOfWeek))
            .GroupBy(day => calendar.NameOf(day)!).ToList();
        var vi = holidays.Select(group => $"{group.Key.Vi} {DayWords.List([.. group])}").ToList();
        var en = holidays.Select(group => $"{group.Key.En} {DayWords.List([.. group])}").ToList();
        return new(
            $"Hôm nay {now}. Sau hôm nay còn {count} ngày làm việc, tính đến hết {DayWords.Full(last)} (trừ ngày nghỉ hằng tuần{(vi.Count > 0 ? "; " + string.Join("; ", vi) : "")}).",
            $"Today is {now}. After today {count} working days are left up to the end of {DayWords.Full(last)} (without weekly rest days{(en.Count > 0 ? "; " + string.Join("; ", en) : "")}).");
    }

    private static (List<DateOnly> Worked, List<DateOnly> Off) Split(DateOnly today, DateOnly last, WorkingCalendar calendar)
    {
        var (worked, off) = (new List<DateOnly>(), new List<DateOnly>());
        for (var day = today.AddDays(1); day <= last; day = day.AddDays(1)) (calendar.IsWorkingDay(day) ? worked : off).Add(day);
        return (worked, off);
    }

    /// <summary>
    /// " (trừ Thứ Bảy 28 và Chủ nhật 29)", " (trừ 01/01 nghỉ Tết Dương lịch)"; the month of a rest day is left out when all are in the limit's month.
    /// </summary>
    private static Bilingual Except(List<DateOnly> off, DateOnly last, WorkingCalendar calendar)
    {
        if (off.Count == 0) return new("", "");
        var sameMonth = off.TrueForAll(day => day.Month == last.Month && day.Year == last.Year);
        var (vi, en, done) = (new List<string>(), new List<string>(), new HashSet<string>());
        foreach (var day in off)
        {
            if (calendar.NameOf(day) is { } name)
            {
                // One holiday of several days is said once, where its first day stands.
                if (!done.Add(name.Vi)) continue;
                var dates = DayWords.List(off.FindAll(other => calendar.NameOf(other) == name));
                vi.Add($"{dates} nghỉ {name.Vi}");
                en.Add($"{dates}, {name.En}");
                continue;
            }
            var date = sameMonth ? day.ToString("dd", CultureInfo.InvariantCulture) : DayWords.DayMonth(day);
            vi.Add($"{DayWords.Weekday(day).Vi} {date}");
            en.Add($"{DayWords.Weekday(day).En} {date}");
        }
        return new($" (trừ {And(vi, " và ")})", $" (not {And(en, " and ")})");
    }

    private static string And(List<string> parts, string and) =>
        parts.Count == 1 ? parts[0] : string.Join(", ", parts.Take(parts.Count - 1)) + and + parts[^1];
}
