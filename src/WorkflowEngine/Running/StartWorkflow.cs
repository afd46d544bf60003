using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Running;

/// <summary>What to start, and with what.</summary>
public sealed record NewInstance(
    Guid Id, string DefinitionId, long? UnitId, string? CorrelationId = null, string? Name = null, JsonObject? Input = null,
    JsonObject? Properties = null, JsonObject? Variables = null, string? TriggerActivityId = null, string? VersionId = null);

/// <summary>What became of a wish to start an instance.</summary>
public enum StartAnswer
{
    Started,

    /// <summary>There is no such version, or none is published.</summary>
    NoVersion,

    /// <summary>The definition's activation strategy allows no further instance now.</summary>
    Busy,
}

/// <summary>Creates an instance with its start event, so that it exists before its first burst and survives a crash from here on.</summary>
public static class StartWorkflow
{
    /// <summary>
    /// The row of <c>activation</c> that an instance of <c>v</c> needs, as SQL over a version <c>v</c> and a correlation id; null: none. Its primary
    /// key is what makes the check atomic: of two that start at once the second waits for the first one's commit and is refused. A correlation may be
    /// longer than an index takes.
    /// </summary>
    internal const string KeyStart =
        "(select case when octet_length(k) > 2000 then 'md5/' || md5(k) else k end from (select case v.activation when 'SingletonStrategy' then 'one/' || v.definition_id when 'CorrelatedSingletonStrategy' then 'one/' || v.definition_id || '/' || coalesce(";

    internal const string KeyMiddle = "::text, '') when 'CorrelationStrategy' then 'correlation/' || coalesce(";
    internal const string KeyEnd = "::text, '') end as k) as whole)";

    private const string Sql = $"""
        -- StartWorkflow.Start
        with version as (
          select v.id, v.definition_id, v.version, {KeyStart}$4{KeyMiddle}$4{KeyEnd} as key from definition_version v
          where definition_id = $2 and deleted_at is null and (id = $10 or ($10::text is null and is_published))),
        claimed as (
          insert into activation (key, instance_id) select key, $1 from version where key is not null on conflict (key) do nothing returning key),
        created as (
          insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, correlation_id, name, created_at, updated_at)
          select $1, v.definition_id, v.id, v.version, $1, $3, $4, $5, $9, $9 from version v where v.key is null or exists (select from claimed)
          returning id)
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
        select id, 'start', $6, $7, $8, $9 from created
        """;

    private const string Exists = """
        -- StartWorkflow.Exists
        select exists (select from definition_version
          where definition_id = $1 and deleted_at is null and (id = $2 or ($2::text is null and is_published)))
        """;

    /// <summary>The statement, for callers that start an instance inside their own transaction. It affects one row, or none when nothing was started.</summary>
    public static NpgsqlBatchCommand Statement(NewInstance start, Actor actor, DateTimeOffset now)
    {
        var body = new JsonObject
        {
            ["input"] = start.Input?.DeepClone(),
            ["properties"] = start.Properties?.DeepClone(),
            ["variables"] = start.Variables?.DeepClone(),
            ["triggerActivityId"] = start.TriggerActivityId,
        };
        return Db.Statement(Sql, Db.P(start.Id), Db.P(start.DefinitionId), Db.P(start.UnitId, NpgsqlDbType.Bigint),
            Db.P(start.CorrelationId, NpgsqlDbType.Text), Db.P(start.Name, NpgsqlDbType.Text), Db.JsonText(body.ToJsonString()),
            Db.P(actor.Id, NpgsqlDbType.Uuid), Db.P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Db.Instant(now),
            Db.P(start.VersionId, NpgsqlDbType.Text));
    }

    /// <summary>Starts it in a transaction of its own.</summary>
    public static Task<StartAnswer> StartAsync(
        NpgsqlDataSource database, NewInstance start, Actor actor, DateTimeOffset now, CancellationToken cancellation = default) =>
        StartAsync(database, [start], actor, now, cancellation);

    /// <summary>Starts several instances of one definition in one transaction of their own: all, or none.</summary>
    public static async Task<StartAnswer> StartAsync(
        NpgsqlDataSource database, IReadOnlyList<NewInstance> starts, Actor actor, DateTimeOffset now, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(starts);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            foreach (var start in starts) batch.BatchCommands.Add(Statement(start, actor, now));
            if (await batch.ExecuteNonQueryAsync(cancellation) == starts.Count)
            {
                await transaction.CommitAsync(cancellation);
                return StartAnswer.Started;
            }
        }

        var one = starts[0];
        return (await Db.Command(connection, Exists, Db.P(one.DefinitionId), Db.P(one.VersionId, NpgsqlDbType.Text)).ListAsync(r => r.GetBoolean(0), cancellation))[0]
            ? StartAnswer.Busy
            : StartAnswer.NoVersion;
    }
}
