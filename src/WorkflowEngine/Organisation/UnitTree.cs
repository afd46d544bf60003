namespace WorkflowEngine.Organisation;

/// <summary>
/// The tree of units as one thing that a transaction holds until its end. Who changes it holds it alone; a cascade holds it together with others, so that
/// a unit that ends takes the work along that it is given at that moment.
/// </summary>
public static class UnitTree
{
    public const string HoldAlone =
        """
        -- UnitTree.HoldAlone
        select pg_advisory_xact_lock(7301001)
        """;

    public const string HoldTogether =
        """
        -- UnitTree.HoldTogether
        select pg_advisory_xact_lock_shared(7301001)
        """;
}
