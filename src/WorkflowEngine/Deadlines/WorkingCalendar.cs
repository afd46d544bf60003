using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// A working calendar as data: the working week, dated exceptions and the years whose official notice is loaded. Immutable; a new notice is a
/// new version. A calendar belongs to an organisation: union offices and public units follow `vn-public`, an enterprise may work on Saturdays
/// (domain §4.2; Labour Code 2019 art. 111-112). All dates are local dates of <see cref="TimeZoneId"/>.
/// </summary>
public sealed class WorkingCalendar
{
    private readonly FrozenDictionary<DateOnly, CalendarDay> days;
    private readonly FrozenSet<int> years;
    private readonly ConcurrentDictionary<int, Dictionary<DateOnly, YearlyHoliday>> statutory = new();
    private readonly bool[] worksOn = new bool[7];

    /// <summary>Builds a calendar from its parts.</summary>
    /// <exception cref="ArgumentException">No working day in the week, a day listed twice, or a time zone this machine does not know.</exception>
    [JsonConstructor]
    public WorkingCalendar(string id, int version, string timeZoneId, IReadOnlyList<DayOfWeek> workingWeek,
        IReadOnlyList<CalendarNotice> notices, IReadOnlyList<YearlyHoliday> yearly, IReadOnlyList<CalendarDay> days)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(workingWeek);
        ArgumentNullException.ThrowIfNull(notices);
        ArgumentNullException.ThrowIfNull(yearly);
        ArgumentNullException.ThrowIfNull(days);
        if (workingWeek.Count == 0) throw new ArgumentException("A calendar needs at least one working day in the week.", nameof(workingWeek));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZoneId, out var zone))
            throw new ArgumentException($"Time zone '{timeZoneId}' is unknown here; install tzdata.", nameof(timeZoneId));
        if (days.GroupBy(day => day.Day).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Key:yyyy-MM-dd} is listed twice.", nameof(days));
        (Id, Version, TimeZoneId, Zone) = (id, version, timeZoneId, zone);
        (WorkingWeek, Notices, Yearly, Days) = ([.. workingWeek], [.. notices], [.. yearly], [.. days.OrderBy(day => day.Day)]);
        this.days = Days.ToFrozenDictionary(day => day.Day);
        years = Notices.Select(notice => notice.Year).ToFrozenSet();
        foreach (var day in WorkingWeek) worksOn[(int)day] = true;
    }

    /// <summary>The public calendar of Viet Nam that is shipped with the engine: notices of 2019-2026, statutory days before and after.</summary>
    public static WorkingCalendar VietnamPublic { get; } = Read(DeadlineJson.Embedded("vn-public.json"));

    /// <summary>Key of the calendar, for example `vn-public`.</summary>
    public string Id { get; }

    /// <summary>Raised by one with each change, so that what was computed can name what it was computed from.</summary>
    public int Version { get; }

    /// <summary>IANA name of the time zone, for example `Asia/Ho_Chi_Minh`.</summary>
    public string TimeZoneId { get; }

    /// <summary>Days of the week that are normally worked.</summary>
    public IReadOnlyList<DayOfWeek> WorkingWeek { get; }

    /// <summary>The notices that are loaded, one for each known year.</summary>
    public IReadOnlyList<CalendarNotice> Notices { get; }

    /// <summary>Statutory days, used in years without a notice only.</summary>
    public IReadOnlyList<YearlyHoliday> Yearly { get; }

    /// <summary>The dated exceptions, ordered by date.</summary>
    public IReadOnlyList<CalendarDay> Days { get; }

    /// <summary>The time zone itself.</summary>
    [JsonIgnore]
    public TimeZoneInfo Zone { get; }

    /// <summary>Whether people of this calendar work on <paramref name="day"/>.</summary>
    public bool IsWorkingDay(DateOnly day)
    {
        if (days.TryGetValue(day, out var exception)) return exception.Kind == CalendarDayKind.Worked;
        return worksOn[(int)day.DayOfWeek] && YearlyOn(day) is null;
    }

    /// <summary>
    /// The <paramref name="count"/>-th working day after <paramref name="day"/>, or before it when negative; the day itself is never counted
    /// (Civil Code 2015 art. 147). 0 gives the day back, working or not.
    /// </summary>
    public DateOnly AddWorkingDays(DateOnly day, int count)
    {
        var step = Math.Sign(count);
        for (var left = Math.Abs(count); left > 0;)
        {
            day = day.AddDays(step);
            if (IsWorkingDay(day)) left--;
        }
        return day;
    }

    /// <summary>How many working days lie after <paramref name="from"/> up to and with <paramref name="to"/>; negative when <paramref name="to"/> is earlier.</summary>
    public int WorkingDaysBetween(DateOnly from, DateOnly to)
    {
        if (to < from) return -WorkingDaysBetween(to, from);
        var count = 0;
        for (var day = from; day < to;)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day)) count++;
        }
        return count;
    }

    /// <summary>The day itself if it is worked, else the nearest working day before it ("ngày làm việc cuối cùng").</summary>
    public DateOnly LastWorkingDayOnOrBefore(DateOnly day) => IsWorkingDay(day) ? day : AddWorkingDays(day, -1);

    /// <summary>The day itself if it is worked, else the nearest working day after it.</summary>
    public DateOnly FirstWorkingDayOnOrAfter(DateOnly day) => IsWorkingDay(day) ? day : AddWorkingDays(day, 1);

    /// <summary>The first working day after <paramref name="day"/>.</summary>
    public DateOnly NextWorkingDay(DateOnly day) => AddWorkingDays(day, 1);

    /// <summary>What the calendar calls the day ("Tết Dương lịch"), or null for an ordinary working or rest day.</summary>
    public Bilingual? NameOf(DateOnly day) => days.TryGetValue(day, out var exception) ? exception.Name : YearlyOn(day)?.Name;

    /// <summary>Whether the official notice of the year is loaded. If not, dates of that year are provisional.</summary>
    public bool HasNoticeFor(int year) => years.Contains(year);

    /// <summary>The warning to show beside dates of the year, or null when its notice is loaded.</summary>
    public Bilingual? WarningFor(int year) => HasNoticeFor(year) ? null : new Bilingual(
        $"Năm {year} chưa có lịch nghỉ chính thức, tạm tính theo các ngày nghỉ luật định.",
        $"There is no official holiday notice for {year} yet; statutory holidays are used for now.");

    /// <summary>The UTC instant at which a local time of day is reached; in a clock change's gap, one hour later.</summary>
    public DateTimeOffset InstantOf(DateOnly day, TimeOnly time = default)
    {
        var local = day.ToDateTime(time);
        if (Zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>The local date of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>The last local date that is in time, of the first instant that is late.</summary>
    public DateOnly LastDayOf(DateTimeOffset due) => DayOf(due.AddMicroseconds(-1));

    /// <summary>Reads a calendar from JSON.</summary>
    /// <exception cref="JsonException">The JSON is malformed or breaks a rule of the calendar.</exception>
    public static WorkingCalendar Read(string json) => DeadlineJson.Read<WorkingCalendar>(json);

    /// <summary>Writes the calendar as JSON that <see cref="Read"/> takes.</summary>
    public string Write() => JsonSerializer.Serialize(this, DeadlineJson.Options);

    private YearlyHoliday? YearlyOn(DateOnly day)
    {
        if (years.Contains(day.Year)) return null;
        return statutory.GetOrAdd(day.Year, OfYear).GetValueOrDefault(day);
    }

    private Dictionary<DateOnly, YearlyHoliday> OfYear(int year)
    {
        var found = new Dictionary<DateOnly, YearlyHoliday>();
        for (var day = new DateOnly(year, 1, 1); ; day = day.AddDays(1))
        {
            if (Yearly.FirstOrDefault(holiday => holiday.IsOn(day)) is { } holiday) found[day] = holiday;
            if (day is { Month: 12, Day: 31 }) return found;
        }
    }
}
