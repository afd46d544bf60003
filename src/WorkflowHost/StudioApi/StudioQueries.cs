using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>An instance row with its state.</summary>
/// <param name="Burst">How many bursts it has run.</param>
/// <param name="ShowsContents">Whether its asker may see what people entered, and what became of it; else values are masked.</param>
public sealed record StudioInstance(
    Guid Id, string DefinitionId, string DefinitionVersionId, int Version, Guid? ParentId, string Status, string SubStatus, string? CorrelationId, string? Name,
    int IncidentCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? FinishedAt, string? State, int Burst = 0, bool ShowsContents = false);

/// <summary>Reads for the Elsa contract; instances only of units where the actor may see definitions, and those of no unit.</summary>
public sealed class StudioQueries(NpgsqlDataSource database)
{
    // Contents are for those who review the unit's work, and for whoever started the run: designers who try out their own drawing.
    private const string One =
        """
        -- StudioQueries.One
        select i.id, i.definition_id, i.definition_version_id, i.version, i.parent_id, i.status, i.sub_status, i.correlation_id, i.name, i.incident_count,
          i.created_at, i.updated_at, i.finished_at, s.state::text, i.burst,
          $3 or exists (select from unnest($4) as p where starts_with(u.path, p))
            or exists (select from every_journal j where j.instance_id = i.root_id and j.burst = 1 and j.actor_id = $5)
        from every_instance i
        left join every_state s on s.instance_id = i.id
        left join every_instance r on r.id = i.root_id
        left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
        where i.id = $1 and i.deleted_at is null and ($3 or u.id is null or exists (select from unnest($2) as p where starts_with(u.path, p)))
        """;

    private const string Version =
        """
        -- StudioQueries.Version
        select id, version from definition_version
        where definition_id = $1 and deleted_at is null
          and case $2 when 'Published' then is_published when 'Latest' then is_latest when 'Draft' then is_latest and not is_published
            when 'LatestOrPublished' then is_latest or is_published else version::text = $2 end
        order by is_published desc, version desc limit 1
        """;

    private const string VersionById =
        """
        -- StudioQueries.VersionById
        select id from definition_version where id = $1 and deleted_at is null
        """;

    private const string JournalSql =
        """
        -- StudioQueries.Journal
        select j.burst, j.at, e.value::text, count(*) over ()::int
        from every_journal j cross join lateral json_array_elements(j.entries) with ordinality as e(value, n)
        where j.instance_id = $1
          and ($2::text[] is null or e.value ->> 'activityId' = any($2)) and ($3::text[] is null or e.value ->> 'nodeId' = any($3))
          and ($4::text[] is null or e.value ->> 'event' = any($4)) and ($5::text[] is null or not (e.value ->> 'type' = any($5)))
        order by j.burst, e.n offset $6 limit $7
        """;

    /// <summary>The instance, or null when there is none within reach.</summary>
    public async Task<StudioInstance?> FindAsync(Actor actor, Guid id, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, One, P(id), Texts(actor.PathsWith(Permission.ReadDefinition)), P(actor.IsSystem),
            Texts(actor.PathsWith(Permission.Review)), P(actor.IsSystem ? null : (Guid?)actor.PersonId, NpgsqlDbType.Uuid)).ListAsync(
            r => new StudioInstance(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GuidOrNull(4), r.GetString(5), r.GetString(6), r.TextOrNull(7),
                r.TextOrNull(8), r.GetInt32(9), r.Instant(10), r.Instant(11), r.InstantOrNull(12), r.TextOrNull(13), r.GetInt32(14), !r.IsDBNull(15) && r.GetBoolean(15)), cancellation)).SingleOrDefault();
    }

    /// <summary>Id of a version: Published, Latest, Draft, LatestOrPublished or a number; null when there is none.</summary>
    public async Task<string?> VersionAsync(string definitionId, string options, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, Version, P(definitionId), P(options)).ListAsync(r => r.GetString(0), cancellation)).FirstOrDefault();
    }

    /// <summary>The id itself where there is such a version; null when there is none.</summary>
    public async Task<string?> VersionByIdAsync(string versionId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, VersionById, P(versionId)).ListAsync(r => r.GetString(0), cancellation)).FirstOrDefault();
    }

    /// <summary>A page of the journal in order, with the number of all entries that match.</summary>
    public async Task<(IReadOnlyList<(int Burst, DateTimeOffset At, JsonObject Entry)> Items, int Total)> JournalAsync(
        Guid id, JournalFilter filter, int skip, int take, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, JournalSql, P(id), Names(filter.ActivityIds), Names(filter.NodeIds), Names(filter.Events), Names(filter.ExcludedTypes),
            P(skip), P(take)).ListAsync(r => (r.GetInt32(0), r.Instant(1), (JsonObject)JsonNode.Parse(r.GetString(2))!, Total: r.GetInt32(3)), cancellation);
        return ([.. rows.Select(r => (r.Item1, r.Item2, r.Item3))], rows.Count > 0 ? rows[0].Total : 0);
    }

    private static NpgsqlParameter Names(string[]? names) => P(names, NpgsqlDbType.Array | NpgsqlDbType.Text);
}

/// <summary>What of a journal is asked for; null: all.</summary>
public sealed record JournalFilter(string[]? ActivityIds, string[]? NodeIds, string[]? Events, string[]? ExcludedTypes);
