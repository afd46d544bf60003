using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>What instances are asked for; null or empty: all.</summary>
public sealed record InstanceFilter
{
    public string? Search { get; init; }
    public string[]? DefinitionIds { get; init; }
    public string[]? VersionIds { get; init; }
    public string? CorrelationId { get; init; }
    public string? Name { get; init; }
    public int? Version { get; init; }
    public bool? HasIncidents { get; init; }
    public string[]? Statuses { get; init; }
    public string[]? SubStatuses { get; init; }

    /// <summary>Whether old instances are wanted: a search, a name, a correlation or a time. A list of everything shows what is not in the archive.</summary>
    public bool ReachesTheArchive => !string.IsNullOrWhiteSpace(Search) || CorrelationId is not null || Name is not null || Times.Count > 0;

    /// <summary>Pairs of bounds by column: CreatedAt, UpdatedAt, FinishedAt.</summary>
    public IReadOnlyList<(string Column, string Operator, DateTimeOffset Instant)> Times { get; init; } = [];
}

/// <summary>Lists of instances for the Elsa contract, within reach of the actor's right to see definitions.</summary>
public sealed class InstanceListQueries(NpgsqlDataSource database)
{
    private const string Page =
        """
        -- InstanceListQueries.Page
        with seen as (
          select i.* from every_instance i
          left join every_instance r on r.id = i.root_id and i.unit_id is null
          left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
          where i.deleted_at is null and ($19 or i.archived_at is null) and ($2 or u.id is null or exists (select from unnest($1) as p where starts_with(u.path, p)))
            and ($3::text is null or i.id::text = lower($3) or strpos(lower(i.name), lower($3)) > 0 or strpos(lower(i.correlation_id), lower($3)) > 0
              or strpos(lower(i.definition_id), lower($3)) > 0)
            and ($4::text[] is null or i.definition_id = any($4)) and ($5::text[] is null or i.definition_version_id = any($5))
            and ($6::text is null or i.correlation_id = $6) and ($7::text is null or i.name = $7) and ($8::int is null or i.version = $8)
            and ($9::bool is null or (i.incident_count > 0) = $9)
            and ($10::text[] is null or i.status = any($10)) and ($11::text[] is null or i.sub_status = any($11))
            and not exists (
              select from unnest($12, $13, $14) as t(col, op, at)
              cross join lateral (select case t.col when 'CreatedAt' then i.created_at when 'UpdatedAt' then i.updated_at else i.finished_at end) as c(own)
              where not coalesce(case t.op when 'GreaterThan' then c.own > t.at when 'GreaterThanOrEqual' then c.own >= t.at when 'LessThan' then c.own < t.at
                when 'LessThanOrEqual' then c.own <= t.at when 'NotIs' then c.own <> t.at else c.own = t.at end, false)))
        select id, definition_id, definition_version_id, version, parent_id, status, sub_status, correlation_id, name, incident_count, created_at, updated_at,
          finished_at, count(*) over ()::int
        from seen
        order by
          case when $15 = 'Name' and not $16 then name end, case when $15 = 'Name' and $16 then name end desc,
          case when not $16 then case $15 when 'LastExecuted' then updated_at when 'Finished' then finished_at when 'Created' then created_at end end,
          case when $16 then case $15 when 'LastExecuted' then updated_at when 'Finished' then finished_at when 'Created' then created_at end end desc nulls last,
          id desc
        offset $17 limit $18
        """;

    // Gone from lists only: what ran stays, with its journal. One that runs, or has failed and would run on unseen after a retry, is cancelled first.
    private static readonly string Hide =
        $"""
        -- InstanceListQueries.Hide
        with seen as (
          select i.id, i.root_id, i.unit_id from every_instance i
          left join every_instance r on r.id = i.root_id and i.unit_id is null
          left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
          where i.id = $1 and i.deleted_at is null and {WithinReach.Sql("$3", "$2")}),
        hidden as (
          update instance i set deleted_at = $4 from seen s where i.id = s.id and not {OpenInstance.Sql} returning i.id),
        archived as (
          update archived_instance i set deleted_at = $4 from seen s where i.id = s.id returning i.id),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id)
          select $4, $5, $6, $7, 'instance.delete', s.root_id, s.id, s.unit_id from seen s where s.id in (select id from hidden union all select id from archived))
        select exists (select from hidden union all select from archived) from seen
        """;

    /// <summary>A page of instances without their states, and how many match.</summary>
    public async Task<(IReadOnlyList<StudioInstance> Rows, int Total)> ListAsync(
        Actor actor, InstanceFilter filter, string orderBy, bool descending, int skip, int take, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Page, Texts(actor.PathsWith(Permission.ReadDefinition)), P(actor.IsSystem),
            P(string.IsNullOrWhiteSpace(filter.Search) ? null : filter.Search.Trim(), NpgsqlDbType.Text), Names(filter.DefinitionIds), Names(filter.VersionIds),
            P(filter.CorrelationId, NpgsqlDbType.Text), P(filter.Name, NpgsqlDbType.Text), P(filter.Version, NpgsqlDbType.Integer), P(filter.HasIncidents, NpgsqlDbType.Boolean),
            Names(filter.Statuses), Names(filter.SubStatuses), Texts([.. filter.Times.Select(t => t.Column)]), Texts([.. filter.Times.Select(t => t.Operator)]),
            Instants([.. filter.Times.Select(t => (DateTimeOffset?)t.Instant)]), P(orderBy), P(descending), P(skip), P(take), P(filter.ReachesTheArchive)).ListAsync(
            r => (Row: new StudioInstance(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.GuidOrNull(4), r.GetString(5), r.GetString(6), r.TextOrNull(7),
                r.TextOrNull(8), r.GetInt32(9), r.Instant(10), r.Instant(11), r.InstantOrNull(12), null), Total: r.GetInt32(13)), cancellation);
        return ([.. rows.Select(r => r.Row)], rows.Count > 0 ? rows[0].Total : 0);
    }

    /// <summary>Takes an ended instance out of the lists. Null: there is none within reach; false: it still runs, or has failed and may be retried.</summary>
    public async Task<bool?> HideAsync(Actor actor, Guid id, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await Command(connection, Hide, P(id), Texts(actor.PathsWith(Permission.Operate)), P(actor.IsSystem), Instant(now), Instant(recordedAt),
            P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)).ListAsync(r => r.GetBoolean(0), cancellation);
        return found.Count == 0 ? null : found[0];
    }

    private static NpgsqlParameter Names(string[]? names) => P(names is { Length: > 0 } ? names : null, NpgsqlDbType.Array | NpgsqlDbType.Text);
}
