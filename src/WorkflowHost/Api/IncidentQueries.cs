using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Api;

/// <summary>A failure with its instance. <paramref name="Inputs"/> are those of the failed try; only their names for those who do not review the unit's work.</summary>
/// <param name="Attempt">Which try it was; null where the failure was of the instance itself.</param>
public sealed record Incident(
    Guid Id, DateTimeOffset At, DateTimeOffset? ResolvedAt, Guid InstanceId, string DefinitionId, int Version, string? InstanceName, string? Unit, string SubStatus,
    string ActivityId, string ActivityType, string Kind, string Message, int? Attempt, JsonNode? Inputs);

/// <summary>What of the incidents is asked for; null: all. <paramref name="After"/> is the last id of the page before.</summary>
public sealed record IncidentFilter(bool? Open, string? DefinitionId, string? ActivityId, string? Kind, Guid? InstanceId, Guid? After, int Limit);

/// <summary>Failures of instances that the actor may operate, the oldest open ones first.</summary>
public sealed class IncidentQueries(NpgsqlDataSource database)
{
    public const int LargestPage = 200;

    private static readonly string List =
        $"""
        -- IncidentQueries.List
        select f.id, f.at, f.resolved_at, i.id, i.definition_id, i.version, i.name, u.name, i.sub_status, f.activity_id, f.activity_type, f.kind, f.message,
          (f.detail ->> 'attempt')::int, (f.detail -> 'inputs')::text, $1 or exists (select from unnest($10) as p where starts_with(u.path, p))
        from incident f
        join instance i on i.id = f.instance_id
        left join instance r on r.id = i.root_id
        left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
        where {WithinReach.Sql("$1", "$2")}
          and ($3::boolean is null or (f.resolved_at is null) = $3) and ($4::text is null or i.definition_id = $4) and ($5::text is null or f.activity_id = $5)
          and ($6::text is null or f.kind = $6) and ($7::uuid is null or f.instance_id = $7)
          and ($8::uuid is null or (f.at, f.id) > (select x.at, x.id from every_incident x where x.id = $8))
        order by f.at, f.id limit $9
        """;

    private const string Known =
        """
        -- IncidentQueries.Known
        select exists (select from every_incident where id = $1)
        """;

    /// <summary>A page; null when there is no such incident as it is to begin behind.</summary>
    public async Task<IReadOnlyList<Incident>?> ListAsync(Actor actor, IncidentFilter filter, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (filter.After is { } after && !(await Command(connection, Known, P(after)).ListAsync(r => r.GetBoolean(0), cancellation))[0]) return null;
        return await Command(connection, List, P(actor.IsSystem), Texts(actor.PathsWith(Permission.Operate)), P(filter.Open, NpgsqlDbType.Boolean),
            P(filter.DefinitionId, NpgsqlDbType.Text), P(filter.ActivityId, NpgsqlDbType.Text), P(filter.Kind, NpgsqlDbType.Text), P(filter.InstanceId, NpgsqlDbType.Uuid),
            P(filter.After, NpgsqlDbType.Uuid), P(filter.Limit), Texts(actor.PathsWith(Permission.Review))).ListAsync(r => new Incident(
                r.GetGuid(0), r.Instant(1), r.InstantOrNull(2), r.GetGuid(3), r.GetString(4), r.GetInt32(5), r.TextOrNull(6), r.TextOrNull(7), r.GetString(8), r.GetString(9),
                r.GetString(10), r.GetString(11), r.GetString(12), r.IsDBNull(13) ? null : r.GetInt32(13), r.TextOrNull(14) is { } text ? Shown(JsonNode.Parse(text), r.GetBoolean(15)) : null), cancellation);
    }

    private static JsonNode? Shown(JsonNode? inputs, bool showsContents) => showsContents ? inputs : MaskedContents.Of(inputs);
}
