using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Tasks;

/// <summary>When the clocks of a task ring next, for the commands that start or move them: calendars and ladders as stored.</summary>
public sealed class TaskClocks(ReferenceStore reference)
{
    /// <summary>The first rung at or after <paramref name="from"/> of a clock started then or earlier; null without ladder or rung to come.</summary>
    public async Task<DateTimeOffset?> NextAsync(
        string calendarId, string? ladderId, DateTimeOffset? due, DateTimeOffset startedAt, DateTimeOffset from, bool soft, CancellationToken cancellation)
    {
        if (ladderId is null || due is not { } instant) return null;
        var data = await reference.GetAsync(cancellation);
        return DuePlan.LadderOf(data, ladderId) is { } ladder
            ? new CompiledLadder(ladder, Calendar(data, calendarId)).FirstFrom(instant, startedAt, from, soft)?.At
            : null;
    }

    /// <summary>The end of the day that is <paramref name="workingDays"/> working days after today: the review's limit.</summary>
    public async Task<DateTimeOffset> AfterWorkingDaysAsync(string calendarId, DateTimeOffset now, int workingDays, CancellationToken cancellation)
    {
        var calendar = Calendar(await reference.GetAsync(cancellation), calendarId);
        return calendar.InstantOf(calendar.AddWorkingDays(calendar.DayOf(now), workingDays).AddDays(1));
    }

    /// <summary>Whether the deadline of this task only warns ("dịp cuối năm").</summary>
    public static bool IsSoft(TaskSpec spec) =>
        (spec.Deadline ?? spec.TargetDate) is { } text && DeadlineSyntax.TryParse(text, out var parsed, out _) && parsed!.Soft;

    private static WorkingCalendar Calendar(ReferenceData data, string id) =>
        data.Calendars.TryGetValue(id, out var calendar) ? calendar : WorkingCalendar.VietnamPublic;
}
