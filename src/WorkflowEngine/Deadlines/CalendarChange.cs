using WorkflowEngine.Tasks;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// A change of a calendar as somebody asks for it: the notice of a year, own days of an employer, another working week, or a new calendar made from
/// another one. Applied to the version it was made for only.
/// </summary>
/// <param name="BaseVersion">The version it was made for; 0 for a calendar that does not exist yet.</param>
/// <param name="CopyOf">For a new one: the calendar whose days it begins with.</param>
/// <param name="WorkingWeek">Days normally worked, or null to leave them.</param>
/// <param name="NoticeYear">The year whose notice this is: <paramref name="Days"/> replaces all exceptions of that year.</param>
/// <param name="Source">Number and symbol of the notice.</param>
/// <param name="Days">Exceptions to set.</param>
/// <param name="RemovedDays">Exceptions to take out.</param>
public sealed record CalendarChange(
    int BaseVersion, string? CopyOf = null, IReadOnlyList<DayOfWeek>? WorkingWeek = null, int? NoticeYear = null, string? Source = null,
    IReadOnlyList<CalendarDay>? Days = null, IReadOnlyList<DateOnly>? RemovedDays = null)
{
    private const int MostDays = 400;

    /// <summary>What is wrong with it as it stands, or null.</summary>
    public TaskAnswer.Invalid? Refuse()
    {
        var days = Days ?? [];
        if (days.Count > MostDays) return On("days", $"Nhiều nhất {MostDays} ngày một lần.", $"At most {MostDays} days at once.");
        if (days.GroupBy(d => d.Day).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return On("days", $"Ngày {DayWords.Full(twice.Key)} ghi hai lần.", $"{twice.Key:dd/MM/yyyy} is listed twice.");
        if (days.FirstOrDefault(d => string.IsNullOrWhiteSpace(d.Name.Vi) || string.IsNullOrWhiteSpace(d.Name.En)) is { } unnamed)
            return On("days", $"Ngày {DayWords.Full(unnamed.Day)} chưa có tên bằng tiếng Việt và tiếng Anh.", $"{unnamed.Day:dd/MM/yyyy} has no name in both languages.");
        if (NoticeYear is { } year)
        {
            if (year is < 2000 or > LunarCalendar.LastYear) return On("noticeYear", $"Năm của thông báo từ 2000 đến {LunarCalendar.LastYear}.", $"The notice's year is 2000 to {LunarCalendar.LastYear}.");
            if (string.IsNullOrWhiteSpace(Source)) return On("source", "Hãy ghi số, ký hiệu của thông báo.", "Give number and symbol of the notice.");
            if (days.FirstOrDefault(d => d.Day.Year != year) is { } other)
                return On("days", $"Ngày {DayWords.Full(other.Day)} không thuộc năm {year}.", $"{other.Day:dd/MM/yyyy} is not in {year}.");
            if (days.Count == 0) return On("days", "Thông báo không có ngày nào.", "The notice names no day.");
        }

        if (WorkingWeek is { Count: 0 }) return On("workingWeek", "Tuần làm việc phải có ít nhất một ngày.", "A working week has at least one day.");
        return NoticeYear is null && WorkingWeek is null && CopyOf is null && days.Count == 0 && RemovedDays is not { Count: > 0 }
            ? On("days", "Không có thay đổi nào.", "There is nothing to change.")
            : null;
    }

    /// <summary>The next version of a calendar, or the first one of <paramref name="id"/> where it begins with another's.</summary>
    public WorkingCalendar ApplyTo(WorkingCalendar current, string id)
    {
        ArgumentNullException.ThrowIfNull(current);
        var set = (Days ?? []).ToDictionary(d => d.Day);
        var removed = (RemovedDays ?? []).ToHashSet();
        var kept = current.Days.Where(d => d.Day.Year != NoticeYear && !set.ContainsKey(d.Day) && !removed.Contains(d.Day));
        var notices = NoticeYear is { } year
            ? current.Notices.Where(n => n.Year != year).Append(new CalendarNotice(year, Source!.Trim())).OrderBy(n => n.Year).ToList()
            : current.Notices;
        return new WorkingCalendar(id, BaseVersion + 1, current.TimeZoneId, WorkingWeek is null ? current.WorkingWeek : [.. WorkingWeek.Distinct()],
            notices, current.Yearly, [.. kept, .. set.Values]);
    }

    /// <summary>Days of the named years that are worked in one calendar and not in the other.</summary>
    public static IReadOnlyList<ChangedDay> Differences(WorkingCalendar before, WorkingCalendar after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var years = before.Days.Concat(after.Days).Select(d => d.Day.Year).Concat(after.Notices.Select(n => n.Year)).Distinct().Order();
        return [.. years.SelectMany(year => Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(n => new DateOnly(year, 1, 1).AddDays(n)))
            .Where(day => before.IsWorkingDay(day) != after.IsWorkingDay(day))
            .Select(day => new ChangedDay(day, after.IsWorkingDay(day), after.NameOf(day) ?? before.NameOf(day)))];
    }

    private static TaskAnswer.Invalid On(string field, string vi, string en) => TaskAnswer.Invalid.On(field, vi, en);
}

/// <summary>A day that becomes a working day, or stops being one.</summary>
public sealed record ChangedDay(DateOnly Day, bool IsWorked, Bilingual? Name);
