using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>One execution of an activity, put together from its journal entries.</summary>
public sealed record Execution(
    Guid InstanceId, string ContextId, string ActivityId, string NodeId, string Type, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string LastEvent,
    JsonNode? Inputs, JsonNode? Outcomes, string? Message, long Sequence, JsonNode? Outputs);

/// <summary>How often a node was executed.</summary>
public sealed record NodeStats(string NodeId, string ActivityId, int Started, int Completed, int Faulted);

/// <summary>Executions of an instance by its journal. The caller has checked that the instance may be seen.</summary>
public sealed class ExecutionQueries(NpgsqlDataSource database)
{
    private const string Many =
        """
        -- ExecutionQueries.Many
        select e.value ->> 'contextId', min(e.value ->> 'activityId'), min(e.value ->> 'nodeId'), min(e.value ->> 'type'), min(j.at),
          max(j.at) filter (where e.value ->> 'event' in ('Completed', 'Canceled', 'Faulted')),
          (array_agg(e.value ->> 'event' order by j.burst desc, e.n desc) filter (where e.value ->> 'event' in ('Started', 'Resumed', 'Suspended', 'Completed', 'Canceled', 'Faulted')))[1],
          (array_agg(e.value -> 'inputs' order by j.burst, e.n) filter (where e.value -> 'inputs' is not null))[1]::text,
          (array_agg(e.value -> 'outcomes' order by j.burst desc, e.n desc) filter (where e.value -> 'outcomes' is not null))[1]::text,
          (array_agg(e.value ->> 'message' order by j.burst desc, e.n desc) filter (where e.value ->> 'event' = 'Faulted'))[1],
          min((e.value ->> 'sequence')::bigint),
          (array_agg(e.value -> 'outputs' order by j.burst desc, e.n desc) filter (where e.value -> 'outputs' is not null))[1]::text
        from every_journal j cross join lateral json_array_elements(j.entries) with ordinality as e(value, n)
        where j.instance_id = $1 and e.value ->> 'contextId' <> ''
          and ($2::text[] is null or e.value ->> 'nodeId' = any($2)) and ($3::text is null or e.value ->> 'contextId' = $3)
        group by e.value ->> 'contextId'
        order by min((e.value ->> 'sequence')::bigint)
        """;

    private const string StatsSql =
        """
        -- ExecutionQueries.Stats
        select e.value ->> 'nodeId', min(e.value ->> 'activityId'), count(distinct e.value ->> 'contextId')::int,
          count(distinct e.value ->> 'contextId') filter (where e.value ->> 'event' = 'Completed')::int,
          count(distinct e.value ->> 'contextId') filter (where e.value ->> 'event' = 'Faulted')::int
        from every_journal j cross join lateral json_array_elements(j.entries) as e(value)
        where j.instance_id = $1 and e.value ->> 'contextId' <> '' and ($2::text[] is null or e.value ->> 'nodeId' = any($2))
        group by e.value ->> 'nodeId'
        """;

    /// <summary>Executions in the order they began.</summary>
    public async Task<IReadOnlyList<Execution>> ListAsync(Guid instanceId, string[]? nodeIds, string? contextId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Many, P(instanceId), P(nodeIds, NpgsqlDbType.Array | NpgsqlDbType.Text), P(contextId, NpgsqlDbType.Text)).ListAsync(
            r => new Execution(instanceId, r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.Instant(4), r.InstantOrNull(5), r.TextOrNull(6) ?? "Started",
                Parse(r.TextOrNull(7)), Parse(r.TextOrNull(8)), r.TextOrNull(9), r.GetInt64(10), Parse(r.TextOrNull(11))), cancellation);
    }

    /// <summary>Figures per node; of nodes never executed there is none.</summary>
    public async Task<IReadOnlyList<NodeStats>> StatsAsync(Guid instanceId, string[]? nodeIds, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, StatsSql, P(instanceId), P(nodeIds, NpgsqlDbType.Array | NpgsqlDbType.Text)).ListAsync(
            r => new NodeStats(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3), r.GetInt32(4)), cancellation);
    }

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);
}
