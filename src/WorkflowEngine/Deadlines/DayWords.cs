using System.Globalization;
using System.Text;

namespace WorkflowEngine.Deadlines;

/// <summary>Dates and weekdays as the product writes them (design §9): 31/12/2019, with the weekday when it is a limit; weeks start on Monday.</summary>
public static class DayWords
{
    private static readonly string[] Vietnamese = ["Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
    private static readonly string[] VietnameseShort = ["CN", "T2", "T3", "T4", "T5", "T6", "T7"];

    /// <summary>"Thứ Ba" and "Tuesday".</summary>
    public static Bilingual Weekday(DateOnly day) => new(Vietnamese[(int)day.DayOfWeek], day.DayOfWeek.ToString());

    /// <summary>"T3" and "Tue", for narrow cells.</summary>
    public static Bilingual ShortWeekday(DateOnly day) => new(VietnameseShort[(int)day.DayOfWeek], day.DayOfWeek.ToString()[..3]);

    /// <summary>"31/12/2019".</summary>
    public static string Full(DateOnly day) => day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>"31/12".</summary>
    public static string DayMonth(DateOnly day) => day.ToString("dd/MM", CultureInfo.InvariantCulture);

    /// <summary>"Thứ Ba, 31/12/2019" and "Tuesday, 31/12/2019", inside a sentence that states a limit.</summary>
    public static Bilingual Limit(DateOnly day) => Joined(day, ", ");

    /// <summary>"Thứ Sáu 13/03/2020" and "Friday 13/03/2020", behind a colon.</summary>
    public static Bilingual Label(DateOnly day) => Joined(day, " ");

    /// <summary>Ascending days with the month named once for each run: "27, 30, 31/12"; "31/12, 02, 03/01".</summary>
    public static string List(IReadOnlyList<DateOnly> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        var text = new StringBuilder();
        for (var i = 0; i < days.Count; i++)
        {
            var endsMonth = i + 1 == days.Count || days[i + 1].Month != days[i].Month || days[i + 1].Year != days[i].Year;
            if (i > 0) text.Append(", ");
            text.Append(endsMonth ? DayMonth(days[i]) : days[i].ToString("dd", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private static Bilingual Joined(DateOnly day, string between) =>
        new(Weekday(day).Vi + between + Full(day), Weekday(day).En + between + Full(day));
}
