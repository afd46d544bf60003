namespace WorkflowEngine.Tasks;

/// <summary>
/// The rule of <see cref="TaskRules.Lateness"/> for statements, the one place of it: over <c>t</c>, a task, and <c>d</c>, its clock for the work.
/// </summary>
public static class LateSql
{
    /// <summary>First instant that is late: the plan's, or the recorded extension. Null: nobody can be late.</summary>
    public const string Limit = "coalesce(d.extended_due, d.legal_due)";

    /// <summary>Open and never handed in: overdue as soon as <see cref="Limit"/> has come.</summary>
    public const string Awaited = "t.status = 'open' and t.counts_at is null";

    /// <summary>Handed in (or held, where the day of an event counts) at the limit or after it.</summary>
    public const string CameLate = $"t.counts_at >= {Limit}";
}
