using System.Globalization;

namespace WorkflowHost.Web;

/// <summary>
/// Dates, times and numbers as the screens write them, in the request's language and in Vietnamese time: 31/12/2019,
/// Thứ Ba 31/12/2019, 08:15, 1.234,5. Never relative ("hôm qua"). Source: design §9, domain §4.4.
/// </summary>
public static class Dates
{
    private static readonly string[] Weekdays =
        ["Chủ\u00a0nhật", "Thứ\u00a0Hai", "Thứ\u00a0Ba", "Thứ\u00a0Tư", "Thứ\u00a0Năm", "Thứ\u00a0Sáu", "Thứ\u00a0Bảy"];
    private static readonly string[] ShortWeekdays = ["CN", "T2", "T3", "T4", "T5", "T6", "T7"];

    /// <summary>Vietnam keeps UTC+7 the whole year.</summary>
    public static readonly TimeZoneInfo Vietnam = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    /// <summary>The instant on a Vietnamese clock.</summary>
    public static DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Vietnam);

    /// <summary>The Vietnamese calendar day of an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant).DateTime);

    /// <summary>The last Vietnamese calendar day that is in time, of the first instant that is late.</summary>
    public static DateOnly LastDayOf(DateTimeOffset due) => DayOf(due.AddMicroseconds(-1));

    /// <summary>31/12/2019</summary>
    public static string Full(DateOnly day) => day.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    /// <summary>31/12, where the year is plain from the context.</summary>
    public static string DayMonth(DateOnly day) => day.ToString("dd'/'MM", CultureInfo.InvariantCulture);

    /// <summary>31</summary>
    public static string Number(DateOnly day) => day.ToString("dd", CultureInfo.InvariantCulture);

    /// <summary>Thứ Ba or Tuesday</summary>
    public static string Weekday(DateOnly day) => Language.Current == Language.English
        ? CultureInfo.InvariantCulture.DateTimeFormat.GetDayName(day.DayOfWeek)
        : Weekdays[(int)day.DayOfWeek];

    /// <summary>T3 or Tue, only for the cells of a day strip.</summary>
    public static string ShortWeekday(DateOnly day) => Language.Current == Language.English
        ? CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedDayName(day.DayOfWeek)
        : ShortWeekdays[(int)day.DayOfWeek];

    /// <summary>Thứ Ba 31/12/2019, never broken; the form for a limit.</summary>
    public static string WithWeekday(DateOnly day) => $"{Weekday(day)}{Nbsp.Space}{Full(day)}";

    /// <summary>08:15</summary>
    public static string Time(DateTimeOffset instant) => Local(instant).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Time(DateTimeOffset)"/>
    public static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A time of day as people type it (8:15, 08:15), or null.</summary>
    public static TimeOnly? ReadTime(string? text) => TimeOnly.TryParseExact(text?.Trim(), "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>26/12/2019, 08:15</summary>
    public static string Moment(DateTimeOffset instant) => $"{Full(DayOf(instant))},{Nbsp.Space}{Time(instant)}";

    /// <summary>26/12, 08:15</summary>
    public static string ShortMoment(DateTimeOffset instant) => $"{DayMonth(DayOf(instant))},{Nbsp.Space}{Time(instant)}";

    /// <summary>Thứ Tư 08/01/2020, 08:15</summary>
    public static string MomentWithWeekday(DateTimeOffset instant) => $"{WithWeekday(DayOf(instant))},{Nbsp.Space}{Time(instant)}";

    /// <summary>The value of a <c>datetime</c> attribute.</summary>
    public static string Machine(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The value of a <c>datetime</c> attribute, with Vietnam's offset.</summary>
    public static string Machine(DateTimeOffset instant) =>
        Local(instant).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>1.234,5 in Vietnamese, 1,234.5 in English; at most two decimals.</summary>
    public static string Amount(decimal number) => number.ToString("#,0.##", Language.Current.Culture);

    /// <summary>27, 30 và 31/12: days with the month written once where it does not change.</summary>
    public static string List(IReadOnlyList<DateOnly> days, string and)
    {
        var words = days.Select((day, i) =>
            i < days.Count - 1 && days[i + 1].Month == day.Month && days[i + 1].Year == day.Year ? Number(day) : DayMonth(day)).ToList();
        return words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words[..^1])} {and}{Nbsp.Space}{words[^1]}";
    }
}
