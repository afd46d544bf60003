using System.Text.Json.Nodes;

namespace WorkflowEngine.Running;

/// <summary>A row that can move an instance. <see cref="Body"/> is joined with the shared payload of <c>payload_id</c> when it has one.</summary>
public sealed record InstanceEvent(long Id, string Kind, JsonObject Body, Guid? ActorId, Guid? OnBehalfOf, DateTimeOffset At);

/// <summary>Kinds of <c>instance_event</c> and what their bodies hold.</summary>
public static class EventKind
{
    /// <summary>
    /// {input, properties, variables, triggerActivityId, hash, hops}: the first burst; hash: of the event that starts it and resumes others, so also what
    /// waits for it then; hops as with <see cref="Resume"/>.
    /// </summary>
    public const string Start = "start";

    /// <summary>{state}: the first burst here of an instance that ran in another installation.</summary>
    public const string Import = "import";

    /// <summary>{taskId, contextId, outcome, data, round}: accepted, or completed where no review is asked.</summary>
    public const string TaskDone = "task-done";

    /// <summary>{taskId, contextId, reason}: closed by the case owner.</summary>
    public const string TaskClosed = "task-closed";

    /// <summary>{bookmarkId}: its time has come.</summary>
    public const string TimerDue = "timer-due";

    /// <summary>{bookmarkId, input, hops}: a stimulus or a person resumes this wait; hops: <see cref="PublishedEvent.Hops"/>.</summary>
    public const string Resume = "resume";

    /// <summary>
    /// {contextId, childId, status, subStatus, output, rests, hops, heard}: one child ended, or came to rest first; rests: its end will be told as well; heard:
    /// <see cref="InstanceState.Heard"/> of it.
    /// </summary>
    public const string ChildEnded = "child-ended";

    /// <summary>{contextId, total, hops}: the children of a fan-out exist.</summary>
    public const string ChildrenStarted = "children-started";

    /// <summary>{contextId, finished, faulted, cancelled, hops}: so many children ended; added up.</summary>
    public const string ChildrenEnded = "children-ended";

    /// <summary>{}: an incident was mended; go on.</summary>
    public const string Retry = "retry";

    /// <summary>{reason}</summary>
    public const string Cancel = "cancel";

    /// <summary>{alterations: [{type, …}], quiet}: changes from outside, as Elsa's alterations name them; quiet ones leave no line in the journal.</summary>
    public const string Alter = "alter";

    /// <summary>{}: the last burst stopped at its bound; go on with the queue.</summary>
    public const string Continue = "continue";
}
