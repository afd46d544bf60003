namespace WorkflowEngine.Organisation;

/// <summary>Whether an instance is one that an actor may deal with: those of units in the subtrees of their right, and of no unit with the right anywhere.</summary>
public static class WithinReach
{
    /// <summary>The condition over <c>u</c>, the outer joined unit of the instance or else of its root.</summary>
    /// <param name="isSystem">The parameter that is true for the system itself, which may reach all.</param>
    /// <param name="paths">The parameter with <see cref="Actor.PathsWith"/> of the right that is asked for.</param>
    public static string Sql(string isSystem, string paths) =>
        $"({isSystem} or case when u.id is null then cardinality({paths}) > 0 else exists (select from unnest({paths}) as p where starts_with(u.path, p)) end)";
}
