namespace WorkflowHost.Web;

/// <summary>What somebody without a session may know of the task a link names: the plan and the date, no more.</summary>
/// <param name="LastDay">Last day on time; null: it has no date.</param>
public sealed record TaskHint(string? PlanNumber, string? PlanSubject, DateOnly? LastDay);

/// <summary>Reads it; null: there is no such task.</summary>
public delegate Task<TaskHint?> ReadTaskHint(Guid task, CancellationToken cancellation);
