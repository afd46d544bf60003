namespace WorkflowHost.Demo;

/// <summary>How the mail catcher behaves; the last two let tests see the outbox wait.</summary>
public enum CatcherState
{
    /// <summary>Takes every mail.</summary>
    Accepting,

    /// <summary>Answers, but puts every mail off with 451.</summary>
    Refusing,

    /// <summary>Does not answer: connections are refused, open ones are cut.</summary>
    Down,
}
