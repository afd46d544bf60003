namespace WorkflowEngine.Tasks;

/// <summary>The states of a task, as the column <c>task.status</c> has them.</summary>
public static class TaskState
{
    /// <summary>The unit works on <c>task.round</c>.</summary>
    public const string Open = "open";

    /// <summary>Handed in; the owner unit decides.</summary>
    public const string Submitted = "submitted";

    /// <summary>Accepted by the owner unit.</summary>
    public const string Accepted = "accepted";

    /// <summary>Done, where no review is asked.</summary>
    public const string Completed = "completed";

    /// <summary>Ended by the case owner with a reason ("không phải thực hiện").</summary>
    public const string Closed = "closed";

    /// <summary>Ended by the engine with the branch or instance that asked for it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Whether somebody still has to act.</summary>
    public static bool IsLive(string status) => status is Open or Submitted;
}
