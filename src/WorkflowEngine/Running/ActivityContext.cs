namespace WorkflowEngine.Running;

/// <summary>One execution of an activity in an instance, and the only door through which an activity reaches the world.</summary>
public sealed partial class ActivityContext
{
    /// <summary>Ends this activity with the outcome Done.</summary>
    public void Complete() => throw new NotImplementedException();
}
