using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Requests;
using WorkflowEngine.Tasks;

namespace WorkflowEngine.Running;

/// <summary>What a burst wants done, written by <c>CommitBursts</c> in the same transaction as the new state.</summary>
public sealed class Effects
{
    public List<Bookmark> BookmarksAdded { get; } = [];
    public List<string> BookmarksRemoved { get; } = [];
    public List<NewTask> Tasks { get; } = [];

    /// <summary>Context ids whose open tasks end because the branch that asked for them was cancelled.</summary>
    public List<string> TasksCancelled { get; } = [];

    public List<NewChild> Children { get; } = [];
    public List<NewFanOut> FanOuts { get; } = [];
    public List<PublishedEvent> Events { get; } = [];
    public List<NewHttpJob> HttpJobs { get; } = [];

    /// <summary>Requests whose wait is over: not sent any more if they have not been.</summary>
    public List<Guid> HttpJobsEnded { get; } = [];

    public List<NewIncident> Incidents { get; } = [];
    public List<DomainEffect> Domain { get; } = [];
    public List<JournalEntry> Journal { get; } = [];

    /// <summary>Lines of WriteLine, for the log and for tests.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>What was looked for outside the instance and was not there (<c>form x</c>, <c>ladder x</c>, <c>definition x</c>): a replay must not find it either.</summary>
    public List<string> Missed { get; } = [];

    /// <summary>Policies of the setting that were followed, as they were then, by id.</summary>
    public JsonObject? Policies { get; set; }

    /// <summary>What became of each alteration asked for.</summary>
    public List<AlterationOutcome> Alterations { get; } = [];

    /// <summary>New activity ids by execution, where a migration gave another: rows that name the activity follow.</summary>
    public Dictionary<string, string> Renamed { get; } = [];

    /// <summary>Events that came while the instance stood still, after a fault or while a child ran within its run: set aside as rows, never in the state, until it goes on.</summary>
    public List<InstanceEvent> Held { get; } = [];

    /// <summary>True: a retry mended what had failed; what was set aside comes back.</summary>
    public bool IncidentsResolved { get; set; }

    /// <summary>True: the run in which a child ran is over; what was set aside meanwhile comes back.</summary>
    public bool HeldReleased { get; set; }

    /// <summary>True: cancel every running child of this instance.</summary>
    public bool CancelChildren { get; set; }
}

/// <summary>A task to insert, with its deadline worked out in the burst. <paramref name="UnitCode"/> names the unit when <paramref name="UnitId"/> is 0.</summary>
public sealed record NewTask(
    Guid Id, string ActivityId, string ContextId, TaskSpec Spec, long UnitId, string? UnitCode, long OwnerUnitId,
    IReadOnlyList<string> CandidateRoles, NewDeadline Deadline);

/// <summary>The clock of a task: instants are UTC and half-open (on time = before).</summary>
public sealed record NewDeadline(
    string CalendarId, string? LadderId, DateTimeOffset? NotBefore, DateTimeOffset? LegalDue, DateTimeOffset? TargetDue,
    DateTimeOffset? Due, DateTimeOffset? NextAt);

/// <summary>One child of a dispatch; <paramref name="Report"/> says whether and how its end comes back.</summary>
/// <param name="Hops">As of a <see cref="PublishedEvent"/>.</param>
public sealed record NewChild(
    Guid Id, string DefinitionId, string ContextId, string? CorrelationId, JsonObject Input, JsonObject? Properties, string Report, long? UnitId, int Hops);

/// <summary>A child for every unit that the rule selects on <paramref name="AsOf"/>; all created or none, one per unit.</summary>
/// <param name="Hops">As of a <see cref="PublishedEvent"/>: however many there are, they are one step.</param>
public sealed record NewFanOut(
    string DefinitionId, string ContextId, UnitRule Rule, DateOnly AsOf, string? CorrelationId, JsonObject Input, string Report, int Hops);

/// <summary>Which units: below <paramref name="Under"/> (its own subtree without itself), of these kinds, with these attributes, or listed by code.</summary>
public sealed record UnitRule(long Under, IReadOnlyList<string> Kinds, JsonObject? Attributes, IReadOnlyList<string> Codes, bool DirectOnly);

/// <summary>An event to deliver to waiting bookmarks and triggers.</summary>
/// <param name="Hops">Its place in a row of events and children that bursts began on one another's; 0: it comes from outside.</param>
public sealed record PublishedEvent(string Name, string? CorrelationId, Guid? InstanceId, JsonNode? Payload, int Hops = 0);

/// <summary>A failure to record; the instance's state names it too.</summary>
public sealed record NewIncident(Guid Id, string ActivityId, string ActivityType, string NodeId, string Kind, string Message, JsonObject? Detail);

/// <summary>
/// A row-writing step that only the union's world knows (take a number, mark a plan as issued): <paramref name="Kind"/> is looked up among
/// the registered <c>DomainStatement</c>s and run inside the commit.
/// </summary>
public sealed record DomainEffect(string Kind, JsonObject Body);

/// <summary>One alteration and why it was refused; null: done.</summary>
public sealed record AlterationOutcome(string Type, string? Refusal)
{
    /// <summary>The event that asked for it.</summary>
    public long Event { get; init; }

    /// <summary>The name of its line in the journal.</summary>
    public string JournalName => Refusal is null ? $"Alteration {Type} succeeded" : $"Alteration {Type} failed";

    /// <summary>The outcomes as <c>alteration_job</c> keeps them.</summary>
    internal static string Write(IEnumerable<AlterationOutcome> outcomes) =>
        new JsonArray([.. outcomes.Select(o => (JsonNode)new JsonObject { ["type"] = o.Type, ["refusal"] = o.Refusal is null ? null : StorableText.Mended(o.Refusal) })]).ToJsonString();

    /// <summary>What <see cref="Write"/> wrote; none for null.</summary>
    internal static IReadOnlyList<AlterationOutcome> Read(string? json) =>
        json is null ? [] : [.. JsonNode.Parse(json)!.AsArray().Select(o => new AlterationOutcome(o!["type"].AsText() ?? "", o["refusal"].AsText()))];
}
