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

/// <summary>A holiday fixed by law; it stands in only for years without an official notice.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
/// <param name="Name">What the day is called.</param>
/// <param name="From">First year in which the law gives the day, or null for all years.</param>
/// <param name="Lunar">Month and day are of the Vietnamese lunar calendar (<see cref="LunarCalendar"/>).</param>
/// <param name="Before">Days off just before it: 1 for the last day of the old lunar year.</param>
/// <param name="After">Days off just after it.</param>
public sealed record YearlyHoliday(int Month, int Day, Bilingual Name, int? From = null, bool Lunar = false, int Before = 0, int After = 0)
{
    /// <summary>Whether it makes this day off.</summary>
    public bool IsOn(DateOnly day)
    {
        if ((From ?? 0) > day.Year) return false;
        if (Lunar) return day.Year is >= LunarCalendar.FirstYear and <= LunarCalendar.LastYear && Covers(LunarCalendar.DayOf(day.Year, Month, Day), day);
        return Day <= DateTime.DaysInMonth(day.Year, Month) && Covers(new DateOnly(day.Year, Month, Day), day);
    }

    private bool Covers(DateOnly holiday, DateOnly day) => day.DayNumber - holiday.DayNumber is var apart && -Before <= apart && apart <= After;
}

/// <summary>The official notice (thông báo lịch nghỉ) from which the exceptions of one year were entered.</summary>
/// <param name="Year">The calendar year.</param>
/// <param name="Source">Number and symbol of the notice, if known.</param>
public sealed record CalendarNotice(int Year, string? Source = null);
