using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Tasks;

/// <summary>How a task stands against the plan's date.</summary>
/// <param name="IsLate">Handed in late, or not handed in and the limit has passed.</param>
/// <param name="Days">Calendar days from the last lawful day, as people count them (09/01 after 31/12 is 9); 0 when not late.</param>
public sealed record Lateness(bool IsLate, int Days)
{
    /// <summary>In time, still open in time, or without a date.</summary>
    public static readonly Lateness None = new(false, 0);
}

/// <summary>The rules of human tasks that need nothing but their arguments.</summary>
public static class TaskRules
{
    /// <summary>
    /// Measured on the first round's submission against the plan's date, or the recorded extension (domain §2.0): a return never makes an on-time
    /// unit late, and an internal date makes nobody late. On time is strictly before the instant: 23:59:59 of the last day is, 00:00:00 is not.
    /// </summary>
    /// <param name="submittedAt">Submission of round 1; null while there is none, then <paramref name="now"/> counts.</param>
    public static Lateness Lateness(DateTimeOffset? legalDue, DateTimeOffset? extendedDue, DateTimeOffset? submittedAt, DateTimeOffset now)
    {
        if ((extendedDue ?? legalDue) is not { } due) return Tasks.Lateness.None;
        var calendar = WorkingCalendar.VietnamPublic;
        var at = submittedAt ?? now;
        return at < due ? Tasks.Lateness.None : new Lateness(true, Deadline.FromDue(due, calendar).DaysLate(at, calendar));
    }

    /// <summary>The commands an actor may give now, by their API names, in the order of buttons.</summary>
    /// <param name="isFree">Nobody has claimed it, or the actor has.</param>
    /// <param name="isMine">The actor has claimed it.</param>
    /// <param name="mayWork">Holds a candidate role at the task's unit.</param>
    /// <param name="mayReview">Holds a reviewer role at the owner unit.</param>
    /// <param name="mayClose">Holds <c>task.close</c> over the owner unit.</param>
    /// <param name="mayExtend">Holds <c>deadline.extend</c> over the owner unit.</param>
    public static IReadOnlyList<string> Allowed(
        string status, bool isFree, bool isMine, bool mayWork, bool mayReview, bool mayClose, bool mayExtend, bool isDated)
    {
        var commands = new List<string>();
        void Add(string name, bool allowed)
        {
            if (allowed) commands.Add(name);
        }

        var (open, submitted) = (status == TaskState.Open, status == TaskState.Submitted);
        Add("complete", open && mayWork && isFree);
        Add("draft", open && mayWork && isFree);
        Add("attach", open && mayWork && isFree);
        Add("claim", open && mayWork && isFree && !isMine);
        Add("release", open && (isMine || (mayClose && !isFree)));
        Add("withdraw", submitted && mayWork && isFree);
        Add("accept", submitted && mayReview);
        Add("return", submitted && mayReview);
        Add("reassign", open && (mayClose || (mayWork && isFree)));
        Add("close", (open || submitted) && mayClose);
        Add("extend", (open || submitted) && mayExtend && isDated);
        Add("follow-up", (open || submitted) && mayClose);
        Add("comment", true);
        return commands;
    }
}
