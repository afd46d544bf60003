namespace WorkflowHost.Web;

/// <summary>The top bar of one person's page: where they can go and as whom they act.</summary>
/// <param name="Items">In the order of the bar.</param>
/// <param name="Role">"Chủ tịch Công đoàn cơ sở"; roles, never a person's name.</param>
/// <param name="Unit">"CĐCS Bệnh viện đa khoa huyện A".</param>
public sealed record Navigation(IReadOnlyList<Navigation.Item> Items, string? Role, string? Unit)
{
    /// <summary>A bar without items, before anybody has signed in.</summary>
    public static readonly Navigation Empty = new([], null, null);

    /// <summary>The item of the page shown: the one with the longest path that the address begins with.</summary>
    public Item? Active(PathString path) => Items
        .Where(item => item.Path == "/" ? path == "/" : path.StartsWithSegments(item.Path, StringComparison.OrdinalIgnoreCase))
        .MaxBy(item => item.Path.Length);

    /// <summary>One entry of the bar.</summary>
    /// <param name="Label">In the request's language.</param>
    /// <param name="Path">Site-relative, without a query.</param>
    /// <param name="Count">Open items behind it; null or zero shows no figure.</param>
    public sealed record Item(string Label, string Path, int? Count = null);
}
