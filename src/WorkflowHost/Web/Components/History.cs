namespace WorkflowHost.Web.Components;

/// <summary>What was done, newest first. Entries are never edited or hidden (design §5).</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Heading">Null takes "Lịch sử".</param>
public sealed record History(IReadOnlyList<History.Entry> Entries, string? Heading = null)
{
    /// <summary>One thing that was done.</summary>
    /// <param name="At">Business time.</param>
    /// <param name="Text">Actor by role, what and why: "Chủ tịch CĐCS lưu nháp".</param>
    /// <param name="OnBehalfOf">The role for which it was done, when delegated.</param>
    public sealed record Entry(DateTimeOffset At, string Text, string? OnBehalfOf = null);
}
