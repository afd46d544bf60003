using WorkflowEngine.Deadlines;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages.Plans;

/// <summary>A unit's task in a cell: icon kind (null: plain words) and words.</summary>
public sealed record CellWords(StatusKind? Kind, string Words);

/// <summary>Words of the table of units. Fixed pairs: quá hạn is not handed in, nộp muộn is handed in late, không có hạn is never late (design §9).</summary>
public sealed class UnitWords(WorkingCalendar calendar, DateTimeOffset now, Texts texts, bool isRecalled = false)
{
    private const int Soon = 3;
    private const int Far = 10;

    /// <summary>What a unit's cell says.</summary>
    public CellWords Of(UnitCell? cell)
    {
        if (cell is null) return new(null, "–");
        var late = cell is { CountsAt: { } first, Limit: { } limit } && first >= limit ? Days(first, limit) : 0;
        var lateWords = late > 0 ? texts["units.late", late] : "";
        switch (cell.Status)
        {
            case "closed":
                return new(StatusKind.None, texts[isRecalled ? "units.recalled" : "units.closed"]);
            case "accepted" or "completed":
                var done = texts[cell.Status == "accepted" ? "units.accepted" : "units.completed", Dates.DayMonth(calendar.DayOf(cell.DecidedAt ?? cell.SubmittedAt ?? now))];
                return new(StatusKind.Done, done + (cell.Round > 1 ? texts["units.round", cell.Round] : "") + lateWords);
            case "submitted":
                return new(StatusKind.Soon, texts["units.submitted"] + lateWords);
            case "open" when cell is { Round: > 1, Due: { } passed } && passed <= now:
                return new(StatusKind.Overdue, texts["units.returned-late", Dates.DayMonth(calendar.LastDayOf(passed)), Days(now, passed)]);
            case "open" when cell.Round > 1:
                return new(StatusKind.Soon, cell.Due is { } again ? texts["units.returned-by", Dates.DayMonth(calendar.LastDayOf(again))] : texts["units.returned"]);
            case "open" when cell.Limit is { } date && cell.CountsAt is null:
                return Open(date);
            case "open" when cell.Due is { } target:
                return new(null, texts["units.internal", Dates.DayMonth(calendar.LastDayOf(target))]);
            default:
                return new(null, texts["units.none-yet"]);
        }
    }

    private CellWords Open(DateTimeOffset limit)
    {
        var (today, last) = (calendar.DayOf(now), calendar.LastDayOf(limit));
        if (now >= limit) return new(StatusKind.Overdue, texts["units.overdue", today.DayNumber - last.DayNumber]);
        if (today == last) return new(StatusKind.Soon, texts["units.today"]);
        var left = calendar.WorkingDaysBetween(today, last);
        if (left > Far) return new(null, texts["units.by", Dates.DayMonth(last)]);
        return new(left <= Soon ? StatusKind.Soon : null, texts["units.left", left]);
    }

    private int Days(DateTimeOffset at, DateTimeOffset limit) => Math.Max(1, calendar.DayOf(at).DayNumber - calendar.LastDayOf(limit).DayNumber);

}
