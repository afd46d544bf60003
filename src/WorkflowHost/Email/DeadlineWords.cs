using System.Globalization;
using Unions.Plans;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>The sentences and the day strip about one date: quote, last day on time, days counted (design §1: say the date, then the arithmetic).</summary>
internal static class DeadlineWords
{
    private static readonly string[] ShortVi = ["CN", "T2", "T3", "T4", "T5", "T6", "T7"];

    /// <summary>Where the date comes from and what its last day on time is.</summary>
    public static string LastDay(MailDeadline due, PlanFacts plan, bool review, MailWords w)
    {
        var (day, tense) = (MailDocument.Bold(w.Limit(due.LastDay)), due.DaysLate > 0 ? "was" : "is");
        if (review) return w.In($"Hạn duyệt là hết {day}.", $"The decision {tense} due by the end of {day}.");
        var (name, kind) = (w.Plan(plan) ?? w.In("Kế hoạch", "The plan"), DocumentNumber.KindWithin(plan.Number));
        var text = due.Origin switch
        {
            DeadlineOrigin.Internal => w.In($"Hạn nội bộ, do đơn vị đặt, không có trong {kind.Vi}: ngày cuối cùng là {day}, đến 24:00.",
                $"Internal date, set by the unit and not in the {kind.En}: the last day {tense} {day}, until 24:00."),
            DeadlineOrigin.Return => w.In($"Bài nộp đã được trả lại để bổ sung. {Again(due, w)}", $"What was handed in has been returned. {Again(due, w)}"),
            DeadlineOrigin.Extension => w.In($"Đã gia hạn{(due.Document is { } vi ? $" theo {vi}" : "")}: ngày cuối cùng còn đúng hạn là {day}, đến 24:00.",
                $"Extended{(due.Document is { } en ? $" by {en}" : "")}: the last day on time {tense} {day}, until 24:00."),
            _ when due.Quote is { Length: > 0 } quote => w.In($"{name} ghi “{MailWords.Clean(quote)}”, nên ngày cuối cùng còn đúng hạn là {day}, đến 24:00.",
                $"{name} says “{MailWords.Clean(quote)}”, so the last day on time {tense} {day}, until 24:00."),
            _ => w.In($"Ngày cuối cùng còn đúng hạn là {day}, đến 24:00.", $"The last day on time {tense} {day}, until 24:00."),
        };
        return text + LastWorked(due, w);
    }

    /// <summary>The new date of what was returned.</summary>
    public static string Again(MailDeadline due, MailWords w)
    {
        var day = MailDocument.Bold(w.Limit(due.LastDay));
        return w.In($"Ngày cuối cùng để nộp lại là {day}, đến 24:00.", $"The last day to hand it in again {(due.DaysLate > 0 ? "was" : "is")} {day}, until 24:00.");
    }

    /// <summary>Named whenever nobody works on the last day.</summary>
    public static string LastWorked(MailDeadline due, MailWords w) => due.LastWorkingDay == due.LastDay ? ""
        : w.In($" Ngày làm việc cuối cùng: {w.Limit(due.LastWorkingDay)}.", $" The last working day is {w.Limit(due.LastWorkingDay)}.");

    /// <summary>What is left after today.</summary>
    public static string Left(MailDeadline due, MailWords w)
    {
        if (due.Today == due.LastDay) return w.In("Hôm nay là ngày cuối cùng.", "Today is the last day.");
        if (due.WorkingDaysLeft == 0) return w.In("Sau hôm nay không còn ngày làm việc nào.", "No working day is left after today.");
        var days = MailDocument.Bold(w.WorkingDays(due.WorkingDaysLeft));
        var list = due.DaysLeft.Count > 0 ? $": {w.List(due.DaysLeft)}" : "";
        return w.In($"Sau hôm nay còn {days}{list}.", $"After today {days} {(due.WorkingDaysLeft == 1 ? "is" : "are")} left{list}.");
    }

    /// <summary>How long it is past.</summary>
    public static string Past(MailDeadline due, MailWords w)
    {
        var counted = due.TodayIsWorked && due.WorkingDaysLate > 0 ? w.In(", kể cả hôm nay", ", today included") : "";
        return w.In($"Đến hôm nay, {MailWords.Full(due.Today)}, đã quá {MailDocument.Bold(w.Days(due.DaysLate))}: {w.WorkingDays(due.WorkingDaysLate)}{counted}.",
            $"Today, {MailWords.Full(due.Today)}, it is {MailDocument.Bold(w.Days(due.DaysLate))} past: {w.WorkingDays(due.WorkingDaysLate)}{counted}.");
    }

    /// <summary>The strip as cells, or nothing when the date is too far for one.</summary>
    public static IEnumerable<MailBlock> Strip(MailDeadline due, MailWords w)
    {
        if (due.Strip.Count < 2) yield break;
        yield return new DayCells([.. due.Strip.Select(c => new DayCellText(
            c.Day == due.LastDay ? w.In("hạn", "due") : c.Day == due.Today ? w.In("nay", "today") : c.IsOff ? w.In("nghỉ", "off")
                : w.In(ShortVi[(int)c.Day.DayOfWeek], c.Day.DayOfWeek.ToString()[..3]),
            c.Day.ToString("dd", CultureInfo.InvariantCulture),
            c.Day == due.LastDay ? DayLook.Last : c.IsOff ? DayLook.Off : c.Day > due.LastDay ? DayLook.Late : DayLook.Working))]);
    }
}
