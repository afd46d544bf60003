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

/// <summary>Creates an instance with its start event, so that it exists before its first burst and survives a crash from here on.</summary>
public static class StartWorkflow
{
    private const string Sql = """
        -- StartWorkflow.Start
        with version as (
          select id, definition_id, version from definition_version
          where definition_id = $2 and deleted_at is null and (id = $10 or ($10::text is null and is_published))),
        created as (
          insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, correlation_id, name, created_at, updated_at)
          select $1, v.definition_id, v.id, v.version, $1, $3, $4, $5, $9, $9 from version v
          returning id)
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at)
        select id, 'start', $6, $7, $8, $9 from created
        """;

    /// <summary>The statement, for callers that start an instance inside their own transaction. It affects one row, or none without a published version.</summary>
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
            Db.P(start.CorrelationId, NpgsqlDbType.Text), Db.P(start.Name, NpgsqlDbType.Text), Db.Json(body.ToJsonString()),
            Db.P(actor.Id, NpgsqlDbType.Uuid), Db.P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Db.Instant(now),
            Db.P(start.VersionId, NpgsqlDbType.Text));
    }

    /// <summary>Starts it in a transaction of its own. False: there is no such published definition.</summary>
    public static async Task<bool> StartAsync(
        NpgsqlDataSource database, NewInstance start, Actor actor, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statement(start, actor, now));
        return await batch.ExecuteNonQueryAsync(cancellation) > 0;
    }
}
