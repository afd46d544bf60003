namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The calendar of <c>Date</c> (proleptic Gregorian, no leap seconds) on milliseconds since 1970.</summary>
internal static class DateParts
{
    public const double Day = 86_400_000;

    private const double Furthest = 8.64e15;

    /// <summary>Year, month (0-11), day, hours, minutes, seconds, milliseconds of a finite time.</summary>
    public static double[] Split(double time)
    {
        var days = Math.Floor(time / Day);
        var rest = time - days * Day;
        var (year, month, day) = FromDays((long)days);
        return [year, month, day, Math.Floor(rest / 3_600_000), Math.Floor(rest / 60_000) % 60, Math.Floor(rest / 1000) % 60, rest % 1000];
    }

    /// <summary>The time of parts of any size (month 12 is next January); NaN when one is not finite or it is too far away.</summary>
    public static double Join(ReadOnlySpan<double> parts)
    {
        foreach (var part in parts)
        {
            if (!double.IsFinite(part) || Math.Abs(part) > Furthest) return double.NaN;
        }

        var months = Math.Truncate(parts[0]) * 12 + Math.Truncate(parts[1]);
        if (Math.Abs(months) > 4_000_000) return double.NaN;
        var year = (long)Math.Floor(months / 12);
        var days = ToDays(year, (int)(months - year * 12.0)) + Math.Truncate(parts[2]) - 1;
        return days * Day + Math.Truncate(parts[3]) * 3_600_000 + Math.Truncate(parts[4]) * 60_000 + Math.Truncate(parts[5]) * 1000 + Math.Truncate(parts[6]);
    }

    /// <summary>A time a date can hold, or NaN.</summary>
    public static double Clip(double time) => Math.Abs(time) <= Furthest ? Math.Truncate(time) + 0.0 : double.NaN;

    public static double WeekDay(double time)
    {
        var day = (Math.Floor(time / Day) + 4) % 7;
        return day < 0 ? day + 7 : day;
    }

    /// <summary>How far local time is ahead of UTC at an instant, in milliseconds.</summary>
    public static double Offset(ScriptRun run, double utc)
    {
        run.Charge(10);
        var zone = run.Globals.TimeZone;
        var isInRange = utc > DateTimeOffset.MinValue.ToUnixTimeMilliseconds() + Day * 2 && utc < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() - Day * 2;
        var offset = isInRange ? zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds((long)utc)) : zone.BaseUtcOffset;
        return offset.TotalMilliseconds;
    }

    public static double ToLocal(ScriptRun run, double utc) => utc + Offset(run, utc);

    public static double ToUtc(ScriptRun run, double local)
    {
        if (!double.IsFinite(local)) return double.NaN;
        var guess = local - Offset(run, local - run.Globals.TimeZone.BaseUtcOffset.TotalMilliseconds);
        return local - Offset(run, guess);
    }

    /// <summary>For texts of .NET; only for years 1 to 9999.</summary>
    public static DateTime ToDateTime(double time) => DateTime.UnixEpoch.AddMilliseconds(Math.Clamp(time, -62135596800000, 253402300799999));

    // Days of the civil calendar by eras of 400 years (146,097 days) that begin in March.
    private static double ToDays(long year, int month)
    {
        var y = month < 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var ofEra = y - era * 400;
        var ofYear = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5;
        return era * 146_097.0 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
    }

    private static (double Year, double Month, double Day) FromDays(long days)
    {
        days += 719_468;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var ofEra = days - era * 146_097;
        var year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * year + year / 4 - year / 100);
        var shifted = (5 * ofYear + 2) / 153;
        var month = shifted < 10 ? shifted + 2 : shifted - 10;
        return (year + era * 400 + (month < 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1);
    }
}
