namespace WorkflowEngine.Deadlines;

/// <summary>What a dated exception makes of its day.</summary>
public enum CalendarDayKind
{
    /// <summary>A holiday, a day in lieu, or a weekday swapped away.</summary>
    Off,

    /// <summary>A rest day on which people work, in place of a swapped weekday (hoán đổi).</summary>
    Worked,
}

/// <summary>One dated exception from the working week, for example 01/01/2020, off, "Tết Dương lịch".</summary>
/// <param name="Day">The local date.</param>
/// <param name="Kind">Off or worked.</param>
/// <param name="Name">What the day is called in sentences.</param>
public sealed record CalendarDay(DateOnly Day, CalendarDayKind Kind, Bilingual Name);

/// <summary>A holiday fixed by law on a solar date; it stands in only for years without an official notice.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
/// <param name="Name">What the day is called.</param>
/// <param name="From">First year in which the law gives the day, or null for all years.</param>
public sealed record YearlyHoliday(int Month, int Day, Bilingual Name, int? From = null);

/// <summary>The official notice (thông báo lịch nghỉ) from which the exceptions of one year were entered.</summary>
/// <param name="Year">The calendar year.</param>
/// <param name="Source">Number and symbol of the notice, if known.</param>
public sealed record CalendarNotice(int Year, string? Source = null);
