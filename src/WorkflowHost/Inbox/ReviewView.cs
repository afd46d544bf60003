using WorkflowEngine.Deadlines;
using WorkflowHost.Web;

namespace WorkflowHost.Inbox;

/// <summary>The reviewer's page: what was handed in, the check, and the conclusion as far as it was typed.</summary>
/// <param name="Decision">accept, return, or null before one was chosen.</param>
/// <param name="NewDate">As typed, dd/MM/yyyy.</param>
/// <param name="DateLine">The arithmetic of that date, and that the first submission keeps counting.</param>
public sealed record ReviewView(TaskPage Page, IReadOnlyList<RuleCheck> Checks, string? Decision, string? Reason, string NewDate, string? DateLine, string OperationId)
{
    private const int UsualDays = 3;

    /// <summary>The page before anything was typed: three working days from today are offered.</summary>
    public static ReviewView Of(TaskPage page, Texts texts, string? decision = null, string? reason = null, string? newDate = null, string? operationId = null)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(texts);
        newDate ??= Dates.Full(page.Times.Calendar.AddWorkingDays(page.Today, UsualDays));
        return new ReviewView(page, RuleCheck.Of(page, texts), decision, reason, newDate, Line(page, FormPost.ReadDate(newDate), texts), operationId ?? Guid.NewGuid().ToString("N"));
    }

    private static string? Line(TaskPage page, DateOnly? date, Texts texts)
    {
        if (date is not { } day || day <= page.Today) return null;
        var (calendar, lawful) = (page.Times.Calendar, page.Times.Lawful);
        var line = $"{Dates.WithWeekday(day)}. " + (RemainingDays.Line(Deadline.Through(day, calendar), page.Today, calendar) is { } left ? Language.Say(left) : "");
        return page.Task is { CountsAt: { } counts, FirstSubmittedAt: { } first } && lawful.LastDay is not null && lawful.IsOnTime(counts)
            ? $"{line} {texts["staff.review.still-on-time", Dates.DayMonth(Dates.DayOf(first))]}"
            : line;
    }
}
