using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;

namespace WorkflowEngine.Running;

/// <summary>
/// What a burst may know of the world outside its instance: read together with the events, recorded with them, so that replaying a burst
/// needs nothing else.
/// </summary>
public sealed record Facts
{
    /// <summary>The instance's unit; null for an instance without one.</summary>
    public UnitFacts? Unit { get; init; }

    /// <summary>The unit of the root instance: the issuer, who owns and reviews.</summary>
    public UnitFacts? Owner { get; init; }

    /// <summary>Calendars, ladders and forms as loaded when the batch began.</summary>
    public required ReferenceData Reference { get; init; }

    public long? UnitId => Unit?.Id;

    /// <summary>The calendar of the unit, else of the owner, else the public one.</summary>
    public WorkingCalendar Calendar =>
        Reference.Calendar(Unit?.Calendar ?? Owner?.Calendar ?? "vn-public");

    public long? OwnerId => Owner?.Id;
}

/// <summary>A unit's row as it was when the batch began.</summary>
/// <param name="Path">Ids of all ancestors and its own: <c>/1/12/57/</c>.</param>
/// <param name="Attributes">A JSON object as text.</param>
public sealed record UnitFacts(long Id, string Code, string Name, string ShortName, string Kind, string Path, string Calendar, string Attributes)
{
    public JsonObject ParseAttributes() => JsonNode.Parse(Attributes) as JsonObject ?? [];
}

/// <summary>What an instance is, beside its state.</summary>
/// <param name="Burst">Number of the burst that now runs; the first is 1.</param>
/// <param name="Report">How its end is told to the parent: none, each or count.</param>
public sealed record InstanceHead(
    Guid Id, Guid RootId, Guid? ParentId, string? ParentContext, string Report, long? UnitId, Workflow Workflow, int Burst, DateTimeOffset CreatedAt)
{
    /// <summary>As given at creation; the state takes over with the first burst.</summary>
    public string? CorrelationId { get; init; }

    public string? Name { get; init; }

    /// <summary>Other versions of the definition that a migration asks for, by number.</summary>
    public IReadOnlyDictionary<int, Workflow>? Versions { get; init; }
}
