namespace WorkflowEngine.Storage;

/// <summary>What became of a wish to move the business clock.</summary>
public enum ClockMove
{
    /// <summary>The clock stands at the instant wished for (or runs, after a release).</summary>
    Moved,

    /// <summary>Refused: the clock is past that instant already, and it never moves back.</summary>
    WouldMoveBack,

    /// <summary>Refused: in production business time is system time.</summary>
    NotInProduction,
}
