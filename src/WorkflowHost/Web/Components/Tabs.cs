namespace WorkflowHost.Web.Components;

/// <summary>Links that choose a part of a list, with counts. Only this row may scroll sideways.</summary>
/// <param name="Label">Names the row for screen readers.</param>
/// <param name="Items">In order.</param>
public sealed record Tabs(string Label, IReadOnlyList<Tabs.Tab> Items)
{
    /// <summary>One tab: a link, so that it works without script and can be shared.</summary>
    public sealed record Tab(string Name, string Path, int? Count, bool Active);
}
