using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Running;

/// <summary>Calendars and ladders by id: small, shared by all bursts, replaced as a whole when a row changes.</summary>
/// <param name="Version">Names the snapshot in the journal (<c>vn-public@1</c>, …).</param>
public sealed record ReferenceData(
    string Version, IReadOnlyDictionary<string, WorkingCalendar> Calendars, IReadOnlyDictionary<string, Ladder> Ladders,
    IReadOnlyDictionary<string, int> FormVersions)
{
    private readonly ConcurrentDictionary<(string Ladder, string Calendar), CompiledLadder> _compiled = new();

    /// <summary>Ids of the definitions that have a published version; null: nothing in the instance starts children.</summary>
    public IReadOnlySet<string>? Published { get; init; }

    /// <summary>TokenBased: the mode of flowcharts whose instance and definition say none; null: counter-based, as in Elsa.</summary>
    public string? FlowchartMode { get; init; }

    /// <summary>Ladders that cases were given, by root and step; the step "" is all of them that have none of their own.</summary>
    public IReadOnlyDictionary<(Guid RootId, string ActivityId), string> CaseLadders { get; init; } = new Dictionary<(Guid, string), string>();

    /// <summary>The ladder that a step's tasks were given for this case, or null: what the definition says.</summary>
    public string? LadderOf(Guid rootId, string activityId) =>
        CaseLadders.TryGetValue((rootId, activityId), out var ladder) || CaseLadders.TryGetValue((rootId, ""), out ladder) ? ladder : null;

    /// <summary>Policies that activities name, by id.</summary>
    public JsonObject? RetryPolicies { get; init; }

    public WorkingCalendar Calendar(string id) => Calendars.TryGetValue(id, out var calendar)
        ? calendar
        : throw new ActivityFaultException($"Calendar '{id}' is not loaded.");

    /// <summary>The ladder bound to a calendar of this snapshot, kept so that its dates are worked out once for each due instant; null: no such ladder.</summary>
    public CompiledLadder? Ladder(string id, WorkingCalendar calendar) => Ladders.TryGetValue(id, out var ladder)
        ? _compiled.GetOrAdd((id, calendar.Id), _ => new CompiledLadder(ladder, calendar))
        : null;
}
