namespace WorkflowEngine.Running;

/// <summary>An activity's own failure: becomes an incident of its instance, never a failed commit.</summary>
public sealed class ActivityFaultException : Exception
{
    public ActivityFaultException(string message, string kind = "FaultException", Exception? inner = null) : base(message, inner) => Kind = kind;

    /// <summary>What the incident is filed under (<c>FaultException</c>, <c>InputEvaluationException</c>, …).</summary>
    public string Kind { get; }
}
