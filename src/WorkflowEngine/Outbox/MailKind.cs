namespace WorkflowEngine.Outbox;

/// <summary>Kinds of <c>outbox</c> rows; each names the record of its data.</summary>
public static class MailKind
{
    /// <summary><see cref="ReminderData"/>: one task of the person's own.</summary>
    public const string Reminder = "reminder";

    /// <summary><see cref="DigestData"/>: everything else that fell due for a person at one slot.</summary>
    public const string Digest = "digest";

    /// <summary><see cref="ReturnedData"/>: what a unit handed in comes back with a reason.</summary>
    public const string Returned = "returned";

    /// <summary><see cref="DistributionData"/>: an issued plan, one mail a recipient.</summary>
    public const string Distribution = "distribution";

    /// <summary><see cref="PlanChangeData"/>: an issued plan was corrected, amended, withdrawn in part or recalled.</summary>
    public const string PlanChange = "plan-change";
}
