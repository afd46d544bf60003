using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Definitions;

/// <summary>A change to be remembered. <paramref name="Document"/> null: the document did not change.</summary>
internal sealed record DefinitionChange(string Action, string DefinitionId, string VersionId, int Version, string? Document, JsonObject? Diff);

/// <summary>The history of a definition and the audit of who changed it; statements for the transaction that makes the change.</summary>
internal static class DefinitionTrail
{
    // Autosaves of one person within ten minutes are one entry.
    private const string History =
        """
        -- DefinitionTrail.History
        with last as (
          select id from definition_history where definition_id = $1 order by id desc limit 1),
        merged as (
          update definition_history h set document = $5, last_at = $6, saves = saves + 1
          from last
          where h.id = last.id and $4 = 'save' and h.action = 'save' and h.version_id = $2 and h.actor_id = $7 and h.on_behalf_of is not distinct from $8
            and $6 - h.first_at < interval '10 minutes'
          returning h.id)
        insert into definition_history (definition_id, version_id, version, action, first_at, last_at, actor_id, on_behalf_of, document)
        select $1, $2, $3, $4, $6, $6, $7, $8, $5 where not exists (select from merged)
        """;

    private const string Audit =
        """
        -- DefinitionTrail.Audit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string Drop =
        """
        -- DefinitionTrail.DropTriggers
        delete from trigger t using definition_version v where v.id = t.definition_version_id and v.definition_id = $1
        """;

    private const string Hold =
        """
        -- DefinitionTrail.Hold
        select pg_advisory_xact_lock(hashtextextended('definition/' || $1, 0))
        """;

    /// <summary>
    /// Orders the changes of one definition until the end of the transaction. A statement of its own: the snapshot of the next one is younger, so
    /// that it sees what the other has written.
    /// </summary>
    public static async Task HoldAsync(NpgsqlConnection connection, string definitionId, CancellationToken cancellation)
    {
        await using var hold = Command(connection, Hold, P(definitionId));
        await hold.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The events that start any version of this definition no longer do.</summary>
    public static NpgsqlBatchCommand DropTriggers(string definitionId) => Statement(Drop, P(definitionId));

    public static void Add(NpgsqlBatch batch, Actor actor, DefinitionChange change, DateTimeOffset now, DateTimeOffset recordedAt)
    {
        var author = actor.Id;
        batch.BatchCommands.Add(Statement(History, P(change.DefinitionId), P(change.VersionId), P(change.Version), P(change.Action),
            P(change.Document, NpgsqlDbType.Text), Instant(now), P(author, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid)));
        var detail = new JsonObject { ["definitionId"] = change.DefinitionId, ["version"] = change.Version, ["id"] = change.VersionId };
        if (change.Diff is { Count: > 0 } diff) detail["diff"] = diff;
        batch.BatchCommands.Add(Statement(Audit, Instant(now), Instant(recordedAt), P(author, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            P("definition." + change.Action), Json(detail.ToJsonString(JsonMembers.Compact))));
    }
}
