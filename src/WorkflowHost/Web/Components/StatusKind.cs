namespace WorkflowHost.Web.Components;

/// <summary>What a status means; it chooses icon and colour, the word says the rest. Source: design §5, §9.</summary>
public enum StatusKind
{
    /// <summary>Accepted, done, on time.</summary>
    Done,

    /// <summary>Due soon, or needs a look.</summary>
    Soon,

    /// <summary>Not submitted and the limit has passed, or an error.</summary>
    Overdue,

    /// <summary>Somebody else or an event is waited for.</summary>
    Waiting,

    /// <summary>Not yet its turn, or the plan sets no limit.</summary>
    None,
}
