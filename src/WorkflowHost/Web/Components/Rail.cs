namespace WorkflowHost.Web.Components;

/// <summary>
/// A part of the side rail: what the system will do, what it did, legal basis. Never a primary action. Put several in
/// <c>&lt;aside class="rail"&gt;</c> within <c>&lt;div class="with-rail"&gt;</c>; on a phone it goes below the main column.
/// </summary>
/// <param name="Heading">"Hệ thống sẽ tự làm".</param>
/// <param name="Entries">In order.</param>
public sealed record Rail(string Heading, IReadOnlyList<Rail.Entry> Entries)
{
    /// <summary>A sentence, with the moment before it where it has one.</summary>
    public sealed record Entry(string Text, string? When = null);
}
