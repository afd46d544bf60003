using System.Numerics;

namespace WorkflowEngine.Activities;

/// <summary>
/// A cron expression as Elsa reads it: seconds, minutes, hours, day of month, month, day of week. Each is <c>*</c> or <c>?</c>, or a list of
/// values, ranges (also over the end: <c>NOV-FEB</c>) and steps. Days of month also <c>L</c> (the last), <c>L-3</c> (three before it), <c>15W</c>
/// (the working day, Monday to Friday, nearest to the 15th within the month), <c>LW</c>; days of week also <c>5L</c> (the last Friday of the month),
/// <c>MON#2</c> (the second Monday); or the whole is a name as <c>@daily</c>. Instants are UTC. With both days given, both must hold.
/// </summary>
public sealed class CronSchedule
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly Dictionary<string, string> Named = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@every_second"] = "* * * * * *",
        ["@every_minute"] = "0 * * * * *",
        ["@hourly"] = "0 0 * * * *",
        ["@daily"] = "0 0 0 * * *",
        ["@midnight"] = "0 0 0 * * *",
        ["@weekly"] = "0 0 0 * * 0",
        ["@monthly"] = "0 0 0 1 * *",
        ["@yearly"] = "0 0 0 1 1 *",
        ["@annually"] = "0 0 0 1 1 *",
    };

    private static readonly CronField[] Fields = [new(0, 59), new(0, 59), new(0, 23), new(1, 31), new(1, 12, Months), new(0, 7, Weekdays)];

    private readonly ulong _seconds, _minutes, _hours, _months;
    private readonly MonthDays _days;
    private readonly WeekDays _weekdays;

    private CronSchedule(ulong seconds, ulong minutes, ulong hours, MonthDays days, ulong months, WeekDays weekdays) =>
        (_seconds, _minutes, _hours, _days, _months, _weekdays) = (seconds, minutes, hours, days, months, weekdays);

    /// <summary>The schedule, or null when the text is no cron expression.</summary>
    public static CronSchedule? Parse(string text)
    {
        var whole = text.Trim(' ', '\t');
        var parts = Named.GetValueOrDefault(whole, whole).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 6 && Fields[0].Read(parts[0]) is { } seconds && Fields[1].Read(parts[1]) is { } minutes && Fields[2].Read(parts[2]) is { } hours
            && DaysOfMonth(parts[3]) is { } days && Fields[4].Read(parts[4]) is { } months && DaysOfWeek(parts[5]) is { } weekdays
                ? new CronSchedule(seconds, minutes, hours, days, months, weekdays)
                : null;
    }

    /// <summary>The first time after this instant, or null when there is none within the next hundred years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var start = after.ToUniversalTime();
        var day = DateOnly.FromDateTime(start.DateTime);
        var second = (int)start.TimeOfDay.TotalSeconds + 1;
        for (var days = 0; days < 36_600 && day.Year < 9999; days++, day = day.AddDays(1), second = 0)
        {
            if (!IsDay(day)) continue;
            for (; second < 86_400; second++)
            {
                var (hour, minute) = (second / 3600, second / 60 % 60);
                if (!Has(_hours, hour)) second = (hour + 1) * 3600 - 1;
                else if (!Has(_minutes, minute)) second = (second / 60 + 1) * 60 - 1;
                else if (Has(_seconds, second % 60)) return new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddSeconds(second);
            }
        }

        return null;
    }

    private bool IsDay(DateOnly day)
    {
        var length = DateTime.DaysInMonth(day.Year, day.Month);
        if (!Has(_months, day.Month) || !Has(_weekdays.Bits, (int)day.DayOfWeek)) return false;
        if (_weekdays.IsLast && day.Day + 7 <= length || _weekdays.Nth is { } nth && (day.Day - 1) / 7 + 1 != nth) return false;
        if (_days.FromLast is null && !_days.IsNearest) return Has(_days.Bits, day.Day);
        var asked = _days.FromLast is { } before ? length - before : BitOperations.TrailingZeroCount(_days.Bits);
        return asked >= 1 && asked <= length && day.Day == (_days.IsNearest ? NearestWorkingDay(day, asked, length) : asked);
    }

    private static int NearestWorkingDay(DateOnly month, int day, int length) => new DateOnly(month.Year, month.Month, day).DayOfWeek switch
    {
        DayOfWeek.Saturday => day == 1 ? 3 : day - 1,
        DayOfWeek.Sunday => day == length ? day - 2 : day + 1,
        _ => day,
    };

    private static bool Has(ulong bits, int value) => (bits & 1UL << value) != 0;

    private static MonthDays? DaysOfMonth(string text)
    {
        var upper = text.ToUpperInvariant();
        var isNearest = upper.EndsWith('W');
        var day = isNearest ? upper[..^1] : upper;
        if (day == "L") return new MonthDays(0, 0, isNearest);
        if (day.StartsWith("L-", StringComparison.Ordinal)) return CronField.Number(day[2..], 0, 30) is { } before ? new MonthDays(0, before, isNearest) : null;
        if (isNearest) return Fields[3].Value(day) is { } one ? new MonthDays(1UL << one, null, true) : null;
        return Fields[3].Read(day) is { } bits ? new MonthDays(bits, null, false) : null;
    }

    private static WeekDays? DaysOfWeek(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
            return Fields[5].Value(text[..hash]) is { } day && CronField.Number(text[(hash + 1)..], 1, 5) is { } nth ? new WeekDays(Sundays(1UL << day), false, nth) : null;
        if (text.Length > 1 && text[^1] is 'L' or 'l') return Fields[5].Value(text[..^1]) is { } last ? new WeekDays(Sundays(1UL << last), true, null) : null;
        return Fields[5].Read(text) is { } bits ? new WeekDays(Sundays(bits), false, null) : null;
    }

    /// <summary>Sunday is 0 and 7.</summary>
    private static ulong Sundays(ulong bits) => (bits & 1UL << 7) != 0 ? bits | 1 : bits;

    /// <param name="FromLast">How many days before the last of the month; null: <paramref name="Bits"/> count.</param>
    private readonly record struct MonthDays(ulong Bits, int? FromLast, bool IsNearest);

    private readonly record struct WeekDays(ulong Bits, bool IsLast, int? Nth);
}
