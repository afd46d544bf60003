using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>A stored version with its document.</summary>
public sealed record DefinitionRow(
    string Id, string DefinitionId, int Version, string? Name, string Document, bool IsLatest, bool IsPublished, int Revision, DateTimeOffset CreatedAt);

/// <summary>What versions are asked for; null: all.</summary>
/// <param name="Versions">Latest, Published, LatestOrPublished, LatestAndPublished, Draft, a number, or empty for any.</param>
public sealed record DefinitionFilter(string Versions, string[]? DefinitionIds = null, string[]? Ids = null, string? Search = null);

/// <summary>Reads of stored definitions for the Elsa contract; deleted ones are not there.</summary>
public sealed class DefinitionQueries(NpgsqlDataSource database)
{
    private const string Many =
        """
        -- DefinitionQueries.Many
        select v.id, v.definition_id, v.version, v.name, v.document, v.is_latest, v.is_published, v.revision, v.created_at, count(*) over ()::int
        from definition_version v
        where v.deleted_at is null
          and case $1 when '' then true when 'AllVersions' then true when 'Latest' then v.is_latest when 'Published' then v.is_published
            when 'LatestOrPublished' then v.is_latest or v.is_published when 'LatestAndPublished' then v.is_latest and v.is_published
            when 'Draft' then v.is_latest and not v.is_published else v.version::text = $1 end
          and ($2::text[] is null or v.definition_id = any($2)) and ($3::text[] is null or v.id = any($3))
          and ($4::text is null or strpos(lower(v.name), lower($4)) > 0 or strpos(lower(v.definition_id), lower($4)) > 0
            or strpos(lower(coalesce(v.document::jsonb ->> 'description', '')), lower($4)) > 0)
        order by
          case when $5 = 'Name' and not $6 then v.name end, case when $5 = 'Name' and $6 then v.name end desc,
          case when $5 = 'Version' and not $6 then v.version end, case when $5 = 'Version' and $6 then v.version end desc,
          case when $5 = 'Created' and not $6 then v.created_at end, case when $5 = 'Created' and $6 then v.created_at end desc,
          v.definition_id, v.is_published desc, v.version desc
        offset $7 limit $8
        """;

    private const string Composites =
        """
        -- DefinitionQueries.Composites
        select v.id, v.definition_id, v.version, v.name, v.document, v.is_latest, v.is_published and v.deleted_at is null, v.revision, v.created_at
        from definition_version v
        where v.activity_type is not null and v.frozen_at is not null and ($1::text is null or v.activity_type = $1)
        order by v.is_published desc, v.activity_type, v.version desc
        limit 1000
        """;

    private const string ConsumersOf =
        """
        -- DefinitionQueries.ConsumersOf
        select v.id, v.definition_id, v.version, v.name, v.document, v.is_latest, v.is_published, v.revision, v.created_at
        from definition_version v
        where v.is_latest and v.deleted_at is null and v.definition_id <> $1
          and jsonb_path_exists(v.document::jsonb, 'strict $.**.workflowDefinitionId ? (@ == $id)', jsonb_build_object('id', $1::text), true)
        order by v.definition_id
        limit 1000
        """;

    private const string NameTaken =
        """
        -- DefinitionQueries.NameTaken
        select exists (select from definition_version where lower(name) = lower($1) and is_latest and deleted_at is null and definition_id is distinct from $2)
        """;

    private const string RunningOf =
        """
        -- DefinitionQueries.RunningOf
        select count(*)::int from instance where definition_id = $1 and status = 'Running' and ($2::text is null or definition_version_id = $2)
        """;

    /// <summary>A page of versions and how many there are.</summary>
    public async Task<(IReadOnlyList<DefinitionRow> Rows, int Total)> ListAsync(
        DefinitionFilter filter, string orderBy, bool descending, int skip, int take, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Many, P(filter.Versions), Names(filter.DefinitionIds), Names(filter.Ids),
            P(string.IsNullOrWhiteSpace(filter.Search) ? null : filter.Search.Trim(), NpgsqlDbType.Text), P(orderBy), P(descending), P(skip), P(take)).ListAsync(
            r => (Row: Row(r), Total: r.GetInt32(9)), cancellation);
        return ([.. rows.Select(r => r.Row)], rows.Count > 0 ? rows[0].Total : 0);
    }

    /// <summary>One version of a definition, or null.</summary>
    public Task<DefinitionRow?> FindAsync(string definitionId, string versions, CancellationToken cancellation = default) =>
        FirstAsync(new DefinitionFilter(versions.Length == 0 ? "LatestOrPublished" : versions, [definitionId]), cancellation);

    /// <summary>The version with this id, or null.</summary>
    public Task<DefinitionRow?> FindVersionAsync(string versionId, CancellationToken cancellation = default) =>
        FirstAsync(new DefinitionFilter("", Ids: [versionId]), cancellation);

    /// <summary>
    /// Versions that stand as activities in other definitions, published ones first; those deleted or taken back too, since definitions that use
    /// them still do.
    /// </summary>
    /// <param name="activityType">Null: all types.</param>
    public async Task<IReadOnlyList<DefinitionRow>> CompositesAsync(string? activityType, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Composites, P(activityType, NpgsqlDbType.Text)).ListAsync(
            Row, cancellation);
    }

    /// <summary>Latest versions that use a definition as an activity.</summary>
    public async Task<IReadOnlyList<DefinitionRow>> ConsumersAsync(string definitionId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, ConsumersOf, P(definitionId)).ListAsync(Row, cancellation);
    }

    /// <summary>Whether another definition has this name, whatever the case of its letters.</summary>
    public async Task<bool> IsNameTakenAsync(string name, string? besides, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, NameTaken, P(name), P(besides, NpgsqlDbType.Text)).ListAsync(r => r.GetBoolean(0), cancellation))[0];
    }

    /// <summary>How many instances run on a definition, or on one version of it.</summary>
    public async Task<int> RunningAsync(string definitionId, string? versionId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, RunningOf, P(definitionId), P(versionId, NpgsqlDbType.Text)).ListAsync(r => r.GetInt32(0), cancellation))[0];
    }

    private async Task<DefinitionRow?> FirstAsync(DefinitionFilter filter, CancellationToken cancellation) =>
        await ListAsync(filter, "", false, 0, 1, cancellation) is ([var first, ..], _) ? first : null;

    private static DefinitionRow Row(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetInt32(2), r.TextOrNull(3), r.GetString(4), r.GetBoolean(5), r.GetBoolean(6), r.GetInt32(7), r.Instant(8));

    private static NpgsqlParameter Names(string[]? names) => P(names, NpgsqlDbType.Array | NpgsqlDbType.Text);
}
