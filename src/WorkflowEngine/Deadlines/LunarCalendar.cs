using System.Collections.Concurrent;

namespace WorkflowEngine.Deadlines;

/// <summary>A date of the Vietnamese lunisolar calendar; Tết is 1/1, Giỗ Tổ Hùng Vương 10/3.</summary>
/// <param name="IsLeap">The second month of that number in its year (tháng nhuận).</param>
public sealed record LunarDate(int Year, int Month, int Day, bool IsLeap = false);

/// <summary>
/// The Vietnamese lunisolar calendar, computed for the meridian of UTC+7: a month begins on the local day of the new moon, the eleventh holds the
/// winter solstice, and in a year of thirteen months the first without a principal term (trung khí) is the leap month. .NET's Chinese calendar
/// computes for UTC+8 and differs now and then (Tết 2030 is 02/02 in Hà Nội and 03/02 in Beijing; domain §4.2).
/// </summary>
/// <remarks>Moon and sun after J. Meeus, Astronomical Algorithms, ch. 25 and 49: new moons within seconds, the sun within a hundredth of a degree.</remarks>
public static class LunarCalendar
{
    /// <summary>First and last solar year that can be converted.</summary>
    public const int FirstYear = 1962, LastYear = 2149;

    private const double Hanoi = 7.0 / 24, MeanMonth = 29.530588861, FirstNewMoon = 2451550.09766;
    private const int DayNumberOfJulian = 1721426;
    private static readonly ConcurrentDictionary<(int Year, double Zone), Month[]> Years = new();

    private sealed record Month(DateOnly Start, int Year, int Number, bool IsLeap);

    /// <summary>The lunar date of a day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside <see cref="FirstYear"/> and <see cref="LastYear"/>.</exception>
    public static LunarDate Of(DateOnly day) => Of(day, Hanoi);

    /// <summary>The day on which a lunar date falls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such month or day in that year, or the year cannot be converted.</exception>
    public static DateOnly DayOf(int year, int month, int day, bool isLeap = false) => DayOf(year, month, day, isLeap, Hanoi);

    internal static LunarDate Of(DateOnly day, double zone)
    {
        if (day.Year is < FirstYear or > LastYear) throw new ArgumentOutOfRangeException(nameof(day), day, $"Years {FirstYear} to {LastYear} can be converted.");
        var months = MonthsTo(day.Year, zone);
        if (MonthsTo(day.Year + 1, zone) is [{ } eleventh, ..] next && eleventh.Start <= day) months = next;
        var month = Array.FindLast(months, m => m.Start <= day)!;
        return new LunarDate(month.Year, month.Number, day.DayNumber - month.Start.DayNumber + 1, month.IsLeap);
    }

    internal static DateOnly DayOf(int year, int month, int day, bool isLeap, double zone)
    {
        if (year is < FirstYear or > LastYear) throw new ArgumentOutOfRangeException(nameof(year), year, $"Years {FirstYear} to {LastYear} can be converted.");
        var start = MonthsTo(year, zone).Concat(MonthsTo(year + 1, zone)).FirstOrDefault(m => m.Year == year && m.Number == month && m.IsLeap == isLeap)?.Start
            ?? throw new ArgumentOutOfRangeException(nameof(month), month, $"The lunar year {year} has no such month.");
        var found = start.AddDays(day - 1);
        return day >= 1 && Of(found, zone) == new LunarDate(year, month, day, isLeap)
            ? found
            : throw new ArgumentOutOfRangeException(nameof(day), day, $"The month {month} of {year} has no such day.");
    }

    /// <summary>The months from the eleventh of the year before up to the eleventh of this one (without it).</summary>
    private static Month[] MonthsTo(int year, double zone) => Years.GetOrAdd((year, zone), key =>
    {
        var (first, end) = (Eleventh(key.Year - 1, key.Zone), Eleventh(key.Year, key.Zone));
        var starts = Enumerable.Range(first, end - first + 1).Select(k => NewMoonDay(k, key.Zone)).ToArray();
        var leap = starts.Length == 14
            ? Enumerable.Range(1, 12).First(i => Sector(starts[i], key.Zone) == Sector(starts[i + 1], key.Zone))
            : int.MaxValue;
        return [.. starts.SkipLast(1).Select((start, i) =>
        {
            var n = i >= leap ? i - 1 : i;
            return new Month(start, n < 2 ? key.Year - 1 : key.Year, (n + 10) % 12 + 1, i == leap);
        })];
    });

    /// <summary>Number of the new moon that begins the month of the winter solstice.</summary>
    private static int Eleventh(int year, double zone)
    {
        var solstice = new DateOnly(year, 12, 15);
        while (Sector(solstice.AddDays(1), zone) != 9) solstice = solstice.AddDays(1);
        var k = (int)Math.Round((solstice.DayNumber + DayNumberOfJulian - FirstNewMoon) / MeanMonth) + 1;
        while (NewMoonDay(k, zone) > solstice) k--;
        return k;
    }

    private static DateOnly NewMoonDay(int k, double zone) =>
        DateOnly.FromDayNumber((int)Math.Floor(NewMoon(k) + 0.5 + zone) - DayNumberOfJulian);

    /// <summary>Twelfth of the sun's way (0 from the vernal equinox) at the local midnight with which a day begins.</summary>
    private static int Sector(DateOnly day, double zone) => (int)Math.Floor(SunLongitude(day.DayNumber + DayNumberOfJulian - 0.5 - zone) / 30);

    /// <summary>Apparent longitude of the sun in degrees at a Julian date of universal time.</summary>
    private static double SunLongitude(double universal)
    {
        var t = (universal + DeltaT(universal) - 2451545.0) / 36525;
        var anomaly = 357.52911 + t * (35999.05029 - t * 0.0001537);
        var centre = (1.914602 - t * (0.004817 + t * 0.000014)) * Sin(anomaly) + (0.019993 - t * 0.000101) * Sin(2 * anomaly) + 0.000289 * Sin(3 * anomaly);
        var apparent = 280.46646 + t * (36000.76983 + t * 0.0003032) + centre - 0.00569 - 0.00478 * Sin(125.04 - 1934.136 * t);
        return (apparent % 360 + 360) % 360;
    }

    /// <summary>Julian date, universal time, of a new moon; 0 is the one of 06/01/2000.</summary>
    private static double NewMoon(int k)
    {
        var t = k / 1236.85;
        var (t2, t3, t4) = (t * t, t * t * t, t * t * t * t);
        var e = 1 - 0.002516 * t - 0.0000074 * t2;
        var sun = 2.5534 + 29.10535670 * k - 0.0000014 * t2 - 0.00000011 * t3;
        var moon = 201.5643 + 385.81693528 * k + 0.0107582 * t2 + 0.00001238 * t3 - 0.000000058 * t4;
        var node = 160.7108 + 390.67050284 * k - 0.0016118 * t2 - 0.00000227 * t3 + 0.000000011 * t4;
        var mean = FirstNewMoon + MeanMonth * k + 0.00015437 * t2 - 0.00000015 * t3 + 0.00000000073 * t4;
        var periodic = -0.40720 * Sin(moon) + 0.17241 * e * Sin(sun) + 0.01608 * Sin(2 * moon) + 0.01039 * Sin(2 * node)
            + 0.00739 * e * Sin(moon - sun) - 0.00514 * e * Sin(moon + sun) + 0.00208 * e * e * Sin(2 * sun) - 0.00111 * Sin(moon - 2 * node)
            - 0.00057 * Sin(moon + 2 * node) + 0.00056 * e * Sin(2 * moon + sun) - 0.00042 * Sin(3 * moon) + 0.00042 * e * Sin(sun + 2 * node)
            + 0.00038 * e * Sin(sun - 2 * node) - 0.00024 * e * Sin(2 * moon - sun) - 0.00017 * Sin(124.7746 - 1.56375588 * k + 0.0020672 * t2)
            - 0.00007 * Sin(moon + 2 * sun) + 0.00004 * Sin(2 * moon - 2 * node) + 0.00004 * Sin(3 * sun) + 0.00003 * Sin(moon + sun - 2 * node)
            + 0.00003 * Sin(2 * moon + 2 * node) - 0.00003 * Sin(moon + sun + 2 * node) + 0.00003 * Sin(moon - sun + 2 * node)
            - 0.00002 * Sin(moon - sun - 2 * node) - 0.00002 * Sin(3 * moon + sun) + 0.00002 * Sin(4 * moon);
        var planets = 0.000325 * Sin(299.77 + 0.107408 * k - 0.009173 * t2) + 0.000165 * Sin(251.88 + 0.016321 * k) + 0.000164 * Sin(251.83 + 26.651886 * k)
            + 0.000126 * Sin(349.42 + 36.412478 * k) + 0.000110 * Sin(84.66 + 18.206239 * k) + 0.000062 * Sin(141.74 + 53.303771 * k)
            + 0.000060 * Sin(207.14 + 2.453732 * k) + 0.000056 * Sin(154.84 + 7.306860 * k) + 0.000047 * Sin(34.52 + 27.261239 * k)
            + 0.000042 * Sin(207.19 + 0.121824 * k) + 0.000040 * Sin(291.34 + 1.844379 * k) + 0.000037 * Sin(161.72 + 24.198154 * k)
            + 0.000035 * Sin(239.56 + 25.513099 * k) + 0.000023 * Sin(331.55 + 3.592518 * k);
        var dynamical = mean + periodic + planets;
        return dynamical - DeltaT(dynamical);
    }

    /// <summary>Dynamical less universal time in days: a minute or so, which decides only where a new moon falls on midnight.</summary>
    private static double DeltaT(double julian)
    {
        var year = 2000 + (julian - 2451544.5) / 365.2425;
        var (near, far) = (year - 2000, year - 1975);
        var seconds = year switch
        {
            < 1986 => 45.45 + 1.067 * far - far * far / 260 - far * far * far / 718,
            < 2005 => 63.86 + near * (0.3345 + near * (-0.060374 + near * (0.0017275 + near * (0.000651814 + near * 0.00002373599)))),
            < 2050 => 62.92 + near * (0.32217 + near * 0.005589),
            _ => -20 + 32 * Math.Pow((year - 1820) / 100, 2) - 0.5628 * (2150 - year),
        };
        return seconds / 86400;
    }

    private static double Sin(double degrees) => Math.Sin(degrees % 360 * (Math.PI / 180));
}
