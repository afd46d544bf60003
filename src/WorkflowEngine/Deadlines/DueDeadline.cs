using WorkflowEngine.Tasks;

namespace WorkflowEngine.Deadlines;

/// <summary>A deadline row that <see cref="FireDue"/> holds, with what a rung's condition asks about its task.</summary>
internal sealed record DueDeadline
{
    public required Guid TaskId { get; init; }
    public required string Purpose { get; init; }
    public required int Round { get; init; }
    public string? LadderId { get; init; }
    public required string CalendarId { get; init; }
    public DateTimeOffset? Due { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public string? LastRung { get; init; }
    public int LastPeriod { get; init; }
    public required DateTimeOffset NextAt { get; init; }
    public string? TaskStatus { get; init; }
    public int TaskRound { get; init; }
    public bool Opened { get; init; }
    public bool Started { get; init; }

    /// <summary>The deadline in its short syntax, as the task's spec has it.</summary>
    public string? Words { get; init; }

    public bool IsReview => Purpose == "review";

    /// <summary>Whether somebody still has to act: the unit on open work, the reviewer on what was handed in.</summary>
    public bool IsRunning => TaskStatus == (IsReview ? "submitted" : "open");

    /// <summary>
    /// What falls due at <see cref="NextAt"/>. The row's next instant decides, not its last rung: an extension or a return resets it to a rung
    /// that may come before the last one in the ladder's order.
    /// </summary>
    public Occurrence? Occurrence(CompiledLadder ladder)
    {
        var plan = ladder.Plan(Due!.Value, StartedAt, IsSoft(Words));
        if (LastRung is null || ladder.Ladder.Find(LastRung) is null) return plan.From(NextAt);
        try
        {
            return plan.Next(LastRung, LastPeriod) is { } next && next.At == NextAt ? next : plan.From(NextAt);
        }
        catch (ArgumentException)
        {
            return plan.From(NextAt);
        }
    }

    /// <summary>The occurrence after that one.</summary>
    public Occurrence? After(CompiledLadder ladder, Occurrence fired) =>
        ladder.Plan(Due!.Value, StartedAt, IsSoft(Words)).Next(fired.RungId, fired.Period);

    /// <summary>Whether the rung's condition holds now. On a review clock "not submitted" means "not decided".</summary>
    public bool Meets(RungCondition condition) => condition switch
    {
        RungCondition.NotOpened => !Opened,
        RungCondition.NotStarted => !Started,
        RungCondition.ReturnedNotResubmitted => !IsReview && TaskRound > 1,
        RungCondition.NotReviewed => IsReview,
        _ => true,
    };

    internal static bool IsSoft(string? words) => words is not null && DeadlineSyntax.TryParse(words, out var spec, out _) && spec!.Soft;

    internal static string? WordsOf(TaskSpec spec) => spec.Deadline ?? spec.TargetDate;
}
