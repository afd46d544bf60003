using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace WorkflowHost.Api;

/// <summary>A new date as callers give it: the instant that is late, or the last day that is not.</summary>
public static class DueDate
{
    /// <summary>Null when neither is given. The instant wins; a day ends at 24:00 in Asia/Ho_Chi_Minh.</summary>
    public static DateTimeOffset? Of(DateTimeOffset? newDue, DateOnly? lastDay) =>
        newDue is { } instant ? BusinessClock.Whole(instant)
        : lastDay is { } day ? Deadline.Through(day, WorkingCalendar.VietnamPublic).Due
        : null;
}
