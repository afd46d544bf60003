namespace WorkflowHost.Web.Components;

/// <summary>"Đang chờ gì, việc gì đến tiếp": full sentences with the date, or "Đang chờ", on the left.</summary>
/// <param name="Rows">What waits first, then by date, then the undated.</param>
public sealed record Waiting(IReadOnlyList<Waiting.Row> Rows)
{
    /// <summary>One sentence.</summary>
    /// <param name="When">"15/01, 08:00", "Đang chờ" or "Chưa có ngày".</param>
    /// <param name="Sentence">What is waited for, or what fires.</param>
    /// <param name="Note">What it does not hold up.</param>
    /// <param name="LinkLabel">A way to go on: "Xem 3 đơn vị".</param>
    /// <param name="LinkPath">Where that is.</param>
    public sealed record Row(string When, string Sentence, string? Note = null, string? LinkLabel = null, string? LinkPath = null);
}
