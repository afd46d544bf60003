using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Api;

/// <summary>An instance as operators see it: where it stands, what it waits for, what went wrong.</summary>
/// <param name="UnitPath">Null for an instance that belongs to no unit.</param>
/// <param name="SubStatus">Pending, Executing, Suspended, Finished, Cancelled or Faulted.</param>
/// <param name="EventsWaiting">Events taken in and not yet worked on.</param>
public sealed record InstanceDetail(
    Guid Id, string DefinitionId, string DefinitionVersionId, int Version, string? DefinitionName, Guid RootId, Guid? ParentId, string? UnitCode,
    string? UnitName, string? UnitPath, Guid? PlanId, string? PlanNumber, string? PlanSubject, string? CorrelationId, string? Name, string Status,
    string SubStatus, int Bursts, int EventsWaiting, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? FinishedAt)
{
    public IReadOnlyList<InstanceWait> Waits { get; init; } = [];
    public IReadOnlyList<InstanceIncident> Incidents { get; init; } = [];

    /// <summary>Children by sub-status.</summary>
    public IReadOnlyDictionary<string, int> Children { get; init; } = new Dictionary<string, int>();

    /// <summary>Since when it lies in the archive, where nothing changes any more; null: it does not.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>What of it cannot be read and is not shown therefore: its version, its state.</summary>
    public IReadOnlyList<Unreadable> Unreadable { get; init; } = [];

    /// <summary>Whether cancelling it would do anything.</summary>
    public bool CanBeCancelled => Status == "Running" || SubStatus == "Faulted";
}

/// <summary>One thing an instance waits for.</summary>
/// <param name="Kind">task, event, time, children or other.</param>
/// <param name="EventName">For kind event.</param>
/// <param name="DueAt">For kind time; for a task its date.</param>
/// <param name="NextAt">When the next reminder of a task falls.</param>
public sealed record InstanceWait(
    string Kind, string ActivityId, DateTimeOffset? Since, Guid? TaskId = null, Text? Title = null, string? TaskStatus = null, string? UnitName = null,
    string? EventName = null, DateTimeOffset? DueAt = null, DateTimeOffset? NextAt = null);

/// <summary>A failure and, where it was mended, when.</summary>
public sealed record InstanceIncident(Guid Id, string ActivityId, string ActivityType, string Kind, string Message, DateTimeOffset At, DateTimeOffset? ResolvedAt);

/// <summary>One burst of the journal: who made it run, what was consumed, what was done. Contents people entered are masked.</summary>
public sealed record JournalBurst(
    int Burst, DateTimeOffset At, DateTimeOffset RecordedAt, string? Actor, string? OnBehalfOf, IReadOnlyList<JournalEvent> Events, IReadOnlyList<JournalEntry> Entries);

/// <summary>A consumed event.</summary>
public sealed record JournalEvent(string Kind, DateTimeOffset At, Guid? ActorId, JsonObject Body);

/// <summary>Reads of single instances, within the reach of the actor's right to operate.</summary>
public sealed class InstanceQueries(NpgsqlDataSource database, DefinitionStore definitions)
{
    public const int LargestPage = 200;

    private static readonly string One =
        $"""
        -- InstanceQueries.One
        select i.id, i.definition_id, i.definition_version_id, i.version, v.name, i.root_id, i.parent_id, u.code, u.name, u.path, p.id,
          coalesce(p.number_text, p.number_raw), p.subject, i.correlation_id, i.name, i.status, i.sub_status, i.burst,
          (select count(*)::int from instance_event e where e.instance_id = i.id), i.created_at, i.updated_at, i.finished_at, s.state::text, i.archived_at
        from every_instance i
        left join every_state s on s.instance_id = i.id
        left join definition_version v on v.id = i.definition_version_id
        left join every_instance r on r.id = i.root_id
        left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
        left join plan p on p.root_id = i.root_id
        where i.id = $1
          and {WithinReach.Sql("$3", "$2")}
        """;

    private const string Tasks =
        """
        -- InstanceQueries.Tasks
        select t.id, t.activity_id, t.status, s.body #>> '{title,vi}', s.body #>> '{title,en}', u.name, t.created_at, d.due, d.next_at
        from task t join task_spec s on s.id = t.spec_id join unit u on u.id = t.unit_id
        left join deadline d on d.task_id = t.id and d.purpose = case t.status when 'submitted' then 'review' else 'work' end
        where t.instance_id = $1 and t.status in ('open', 'submitted')
        order by t.created_at, t.id
        """;

    private const string Incidents =
        """
        -- InstanceQueries.Incidents
        select id, activity_id, activity_type, kind, message, at, resolved_at from every_incident where instance_id = $1 order by at desc, id
        """;

    private const string Children =
        """
        -- InstanceQueries.Children
        select sub_status, count(*)::int from every_instance where parent_id = $1 group by sub_status
        """;

    private const string Journal =
        """
        -- InstanceQueries.Journal
        select j.burst, j.at, j.recorded_at, p.display_name, b.display_name, j.events::text, j.entries::text
        from every_journal j left join person p on p.id = j.actor_id left join person b on b.id = j.on_behalf_of
        where j.instance_id = $1 and ($2::int is null or j.burst < $2)
        order by j.burst desc
        limit $3
        """;

    /// <summary>The instance, or null when there is none within the actor's reach.</summary>
    /// <param name="permission">What the actor must hold over its unit.</param>
    public async Task<InstanceDetail?> FindAsync(Actor actor, Guid id, string permission = Permission.Operate, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await Command(connection, One, P(id), Texts(actor.PathsWith(permission)), P(actor.IsSystem)).ListAsync(
            r => (Detail: new InstanceDetail(
                r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.TextOrNull(4), r.GetGuid(5), r.GuidOrNull(6), r.TextOrNull(7), r.TextOrNull(8),
                r.TextOrNull(9), r.GuidOrNull(10), r.TextOrNull(11), r.TextOrNull(12), r.TextOrNull(13), r.TextOrNull(14), r.GetString(15), r.GetString(16),
                r.GetInt32(17), r.GetInt32(18), r.Instant(19), r.Instant(20), r.InstantOrNull(21))
            { ArchivedAt = r.InstantOrNull(23) }, State: r.TextOrNull(22)), cancellation);
        if (found.Count == 0) return null;
        var waits = await Command(connection, Tasks, P(id)).ListAsync(
            r => new InstanceWait("task", r.GetString(1), r.Instant(6), r.GetGuid(0), new Text(r.TextOrNull(3) ?? r.GetString(1), r.TextOrNull(4)),
                r.GetString(2), r.GetString(5), null, r.InstantOrNull(7), r.InstantOrNull(8)), cancellation);
        var (state, wrongState) = found[0].State is { } stored ? InstanceState.TryFromJson(stored) : (new InstanceState(), null);
        waits.AddRange(state.Bookmarks.Where(b => b.Payload?["taskId"] is null).Select(Wait));
        var incidents = await Command(connection, Incidents, P(id)).ListAsync(
            r => new InstanceIncident(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.Instant(5), r.InstantOrNull(6)), cancellation);
        var children = await Command(connection, Children, P(id)).ListAsync(r => (Status: r.GetString(0), Count: r.GetInt32(1)), cancellation);
        var (_, wrongVersion) = await definitions.TryGetAsync(found[0].Detail.DefinitionVersionId, connection, cancellation);
        return found[0].Detail with
        {
            Waits = waits,
            Incidents = incidents,
            Children = children.ToDictionary(c => c.Status, c => c.Count),
            Unreadable = Unreadable.Of(wrongVersion, wrongState),
        };
    }

    /// <summary>Bursts before <paramref name="before"/>, newest first. The caller has checked the right with <see cref="FindAsync"/>.</summary>
    public async Task<IReadOnlyList<JournalBurst>> JournalAsync(Guid id, int? before, int limit, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Journal, P(id), P(before, NpgsqlDbType.Integer), P(Math.Clamp(limit, 1, LargestPage))).ListAsync(
            r => new JournalBurst(r.GetInt32(0), r.Instant(1), r.Instant(2), r.TextOrNull(3), r.TextOrNull(4),
                [.. JournalJson.ReadEvents(r.GetString(5)).Select(e => new JournalEvent(e.Kind, e.At, e.ActorId, MaskedContents.InEvent(e.Body)))],
                [.. JournalJson.ReadEntries(r.GetString(6)).Select(Masked)]), cancellation);
    }

    private static JournalEntry Masked(JournalEntry entry) => entry with
    {
        Inputs = entry.Inputs is { } inputs ? MaskedContents.Named(inputs) : null,
        Outputs = entry.Outputs?.ToDictionary(o => o.Key, o => o.Value is null ? null : (JsonNode?)MaskedContents.Mark),
    };

    private static InstanceWait Wait(Bookmark b)
    {
        var activity = b.NodeId[(b.NodeId.LastIndexOf(':') + 1)..];
        return b.Payload?["eventName"] is { } name ? new("event", activity, b.CreatedAt, EventName: name.GetValue<string>())
            : b.DueAt is { } due ? new("time", activity, b.CreatedAt, DueAt: due)
            : b.Payload?["children"] is { } children ? new("children", activity, b.CreatedAt, EventName: children.ToString())
            : new("other", activity, b.CreatedAt, EventName: b.Name);
    }
}
