using System.Globalization;
using System.Text.RegularExpressions;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Dates as text: ISO 8601 in and out, and the English form of <c>toString</c>.</summary>
internal static partial class DateText
{
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public static string Iso(double time)
    {
        var parts = DateParts.Split(time);
        var year = parts[0] is >= 0 and <= 9999
            ? parts[0].ToString("0000", CultureInfo.InvariantCulture)
            : (parts[0] < 0 ? "-" : "+") + Math.Abs(parts[0]).ToString("000000", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{year}-{parts[1] + 1:00}-{parts[2]:00}T{parts[3]:00}:{parts[4]:00}:{parts[5]:00}.{parts[6]:000}Z");
    }

    /// <summary>ISO 8601: a date alone is UTC, a time without zone is local. Anything else is NaN.</summary>
    public static double Parse(ScriptRun run, string text)
    {
        run.Charge(60);
        if (text.Length > 40 || IsoText().Match(text.Trim()) is not { Success: true } match) return double.NaN;
        var hasTime = match.Groups["h"].Success;
        double[] parts = [Part("y", 0), Part("mo", 1) - 1, Part("d", 1), Part("h", 0), Part("mi", 0), Part("s", 0), Part("f", 0)];
        var isValid = parts[1] is >= 0 and < 12 && parts[2] >= 1 && parts[3] <= 24 && parts[4] < 60 && parts[5] < 60 &&
            (parts[3] < 24 || parts[4] + parts[5] + parts[6] == 0);
        var time = DateParts.Join(parts);
        // The 31st of February is no date, though the calendar could count on.
        if (!isValid || double.IsNaN(time) || DateParts.Split(time - (parts[3] == 24 ? 1 : 0)) is var back && back[1] != parts[1]) return double.NaN;
        var zone = match.Groups["z"].Value;
        if (zone.Length == 0) return DateParts.Clip(hasTime ? DateParts.ToUtc(run, time) : time);
        if (zone is "Z" or "z") return DateParts.Clip(time);
        var minutes = double.Parse(zone.AsSpan(1, 2), CultureInfo.InvariantCulture) * 60 + double.Parse(zone.AsSpan(zone.Length - 2), CultureInfo.InvariantCulture);
        return DateParts.Clip(time - (zone[0] == '-' ? -minutes : minutes) * 60_000);

        double Part(string name, double missing)
        {
            var group = match.Groups[name];
            if (!group.Success) return missing;
            return name == "f"
                ? Math.Floor(double.Parse("0." + group.Value, CultureInfo.InvariantCulture) * 1000 + 1e-6)
                : double.Parse(group.Value, CultureInfo.InvariantCulture);
        }
    }

    public static string Full(ScriptRun run, double time) => $"{Date(run, time)} {Time(run, time)}";

    public static string Date(ScriptRun run, double time)
    {
        var local = DateParts.ToLocal(run, time);
        var parts = DateParts.Split(local);
        return string.Create(CultureInfo.InvariantCulture, $"{Days[(int)DateParts.WeekDay(local)]} {Months[(int)parts[1]]} {parts[2]:00} {parts[0]:0000}");
    }

    public static string Time(ScriptRun run, double time)
    {
        var offset = DateParts.Offset(run, time) / 60_000;
        var parts = DateParts.Split(DateParts.ToLocal(run, time));
        var zone = Math.Abs(offset);
        return string.Create(CultureInfo.InvariantCulture, $"{parts[3]:00}:{parts[4]:00}:{parts[5]:00} GMT{(offset < 0 ? '-' : '+')}{Math.Floor(zone / 60):00}{zone % 60:00}");
    }

    public static string Utc(double time)
    {
        var parts = DateParts.Split(time);
        return string.Create(CultureInfo.InvariantCulture, $"{Days[(int)DateParts.WeekDay(time)]}, {parts[2]:00} {Months[(int)parts[1]]} {parts[0]:0000} {parts[3]:00}:{parts[4]:00}:{parts[5]:00} GMT");
    }

    [GeneratedRegex(
        @"\A(?<y>[0-9]{4}|[+-][0-9]{6})(-(?<mo>[0-9]{2})(-(?<d>[0-9]{2}))?)?([T ](?<h>[0-9]{2}):(?<mi>[0-9]{2})(:(?<s>[0-9]{2})([.,](?<f>[0-9]{1,9}))?)?(?<z>Z|z|[+-][0-9]{2}:?[0-9]{2})?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex IsoText();
}
