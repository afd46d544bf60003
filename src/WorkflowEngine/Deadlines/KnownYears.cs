namespace WorkflowEngine.Deadlines;

/// <summary>
/// The years that a date given from outside may lie in, the same as for plans. Within them every calendar can count a day forward or back; a date beyond
/// is a slip of the hand ("0219") or an attack, and would overflow somewhere behind the first check that looks at it.
/// </summary>
public static class KnownYears
{
    public const int First = 1900;
    public const int Last = 2999;

    /// <summary>Whether the day's year is one of them.</summary>
    public static bool Hold(DateOnly day) => day.Year is >= First and <= Last;

    /// <summary>Whether the instant's year is one of them, as written.</summary>
    public static bool Hold(DateTimeOffset instant) => instant.Year is >= First and <= Last;
}
