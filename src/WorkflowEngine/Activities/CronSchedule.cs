using System.Globalization;

namespace WorkflowEngine.Activities;

/// <summary>
/// A cron expression: seconds, minutes, hours, day of month, month, day of week; <c>*</c>, <c>?</c>, lists, ranges, steps, names, <c>L</c> as
/// the last day of a month; or a name as <c>@daily</c>. Instants are UTC. With both days given, both must hold, as in Cronos.
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

    private readonly ulong _seconds, _minutes, _hours, _days, _months, _weekdays;
    private readonly bool _lastDay;

    private CronSchedule(ulong[] fields, bool lastDay) =>
        (_seconds, _minutes, _hours, _days, _months, _weekdays, _lastDay) = (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], lastDay);

    /// <summary>The schedule, or null when the text is no cron expression.</summary>
    public static CronSchedule? Parse(string text)
    {
        var parts = Named.GetValueOrDefault(text.Trim(), text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 6) return null;
        var lastDay = parts[3].Equals("L", StringComparison.OrdinalIgnoreCase);
        (int Low, int High, string[]? Names)[] bounds = [(0, 59, null), (0, 59, null), (0, 23, null), (1, 31, null), (1, 12, Months), (0, 7, Weekdays)];
        var fields = new ulong[6];
        for (var i = 0; i < 6; i++)
        {
            if (i == 3 && lastDay) continue;
            if (Field(parts[i], bounds[i].Low, bounds[i].High, bounds[i].Names, i is 3 or 5) is not { } bits) return null;
            fields[i] = bits;
        }

        // Sunday is 0 and 7.
        if ((fields[5] & 1UL << 7) != 0) fields[5] |= 1;
        return new CronSchedule(fields, lastDay);
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

    private bool IsDay(DateOnly day) =>
        Has(_months, day.Month) && Has(_weekdays, (int)day.DayOfWeek)
        && (_lastDay ? day.Day == DateTime.DaysInMonth(day.Year, day.Month) : Has(_days, day.Day));

    private static bool Has(ulong bits, int value) => (bits & 1UL << value) != 0;

    private static ulong? Field(string text, int low, int high, string[]? names, bool mayBeOpen)
    {
        var bits = 0UL;
        foreach (var item in text.Split(','))
        {
            var (range, step) = (item, 1);
            if (item.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0)
            {
                if (!int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1) return null;
                range = item[..slash];
            }

            int from, to;
            if (range == "*" || range == "?" && mayBeOpen)
            {
                (from, to) = (low, high);
            }
            else
            {
                var dash = range.IndexOf('-', StringComparison.Ordinal);
                if (Value(dash < 0 ? range : range[..dash]) is not { } first) return null;
                if (dash < 0) (from, to) = (first, step > 1 || item.Contains('/', StringComparison.Ordinal) ? high : first);
                else if (Value(range[(dash + 1)..]) is { } last) (from, to) = (first, last);
                else return null;
            }

            // A range may lead over the end: NOV-FEB.
            var span = to >= from ? to - from : high - low + 1 - (from - to);
            for (var offset = 0; offset <= span; offset += step) bits |= 1UL << (low + (from - low + offset) % (high - low + 1));
        }

        return bits;

        int? Value(string one)
        {
            if (names is not null && Array.FindIndex(names, n => n.Equals(one, StringComparison.OrdinalIgnoreCase)) is var index and >= 0) return index + (low == 1 ? 1 : 0);
            return int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high ? number : null;
        }
    }
}
