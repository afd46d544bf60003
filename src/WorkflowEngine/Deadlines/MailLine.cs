using WorkflowEngine.Tasks;

namespace WorkflowEngine.Deadlines;

/// <summary>A line of a digest with all that its mail may say about the task. Read by <see cref="CloseDigests"/>, worded by <see cref="ComposeMail"/>.</summary>
internal sealed record MailLine
{
    public required Guid DigestId { get; init; }
    public required Guid TaskId { get; init; }
    public required Guid RootId { get; init; }
    public required string ActivityId { get; init; }
    public required bool IsReview { get; init; }

    /// <summary>The reader's own work, as against that of units they follow.</summary>
    public required bool Own { get; init; }

    public required string Unit { get; init; }
    public required string Owner { get; init; }
    public required string[] UnitRoles { get; init; }
    public required string[] OwnerRoles { get; init; }

    /// <summary>First instant that is late; null: the work has no date, and the line tells that a mail about it came back. Groups are counted by it in CloseDigests too.</summary>
    public required DateTimeOffset? Due { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The rung after the one that fired, or null.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public string? LadderId { get; init; }
    public required string CalendarId { get; init; }
    public int Round { get; init; } = 1;
    public bool Extended { get; init; }

    /// <summary>Whether the date is the plan's and not the unit's own.</summary>
    public bool InPlan { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }
    public required TaskSpec Spec { get; init; }
    public DateTimeOffset? DraftSavedAt { get; init; }
    public int FollowUps { get; init; }
    public string? Document { get; init; }
    public IReadOnlyList<string> RungsFired { get; init; } = [];

    /// <summary>Place in the mail, worst first, from 1.</summary>
    public int Rank { get; init; }

    /// <summary>Lines of the same obligation in the same mail.</summary>
    public int UnitsInGroup { get; init; }

    /// <summary>The reader is the deputy of one who is away, else that one's superior; only with <see cref="AwayUntil"/>.</summary>
    public bool StandsIn { get; init; }

    /// <summary>First day on which the one who is away is back; null: nobody is.</summary>
    public DateOnly? AwayUntil { get; init; }

    public Text? AwayRole { get; init; }
    public string? AwayUnit { get; init; }

    /// <summary>When a mail on this task came back last, or null.</summary>
    public DateTimeOffset? BouncedAt { get; init; }

    /// <summary>How often the reader wants mail.</summary>
    public Outbox.MailPace Pace { get; init; } = Outbox.MailPace.Usual;

    /// <summary>When it was handed in last, and when it was last returned; null: never.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>Handed in before and given back: the date is the return's, and missing it makes nobody late. Groups are counted by it in CloseDigests too.</summary>
    public bool IsReturned => Round > 1 && !IsReview;

    public bool IsShown => Rank <= Outbox.DigestData.MaximumRows;
}

/// <summary>How one obligation stands in the whole plan; units that need not do it are left out.</summary>
internal sealed record ObligationTotals(int Accepted, int Submitted, int Open)
{
    public int Of => Accepted + Submitted + Open;
}
