using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Definitions;

/// <summary>What became of a wish about stored versions.</summary>
public enum DefinitionAnswer
{
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,
    NotFound,
    Forbidden,

    /// <summary>Instances run on it; they would lose nothing, but nobody could follow them in the designer.</summary>
    InUse,
}

/// <summary>Taking versions out of use: unpublishing, and deleting for the eye. Rows stay, so instances and journals keep their graph.</summary>
/// <remarks>What survives a crash: each is one transaction.</remarks>
public sealed class DefinitionCommands(NpgsqlDataSource database)
{
    private const string Versions =
        """
        -- DefinitionCommands.Versions
        select v.id, v.version, v.is_published, v.is_latest,
          exists (select from instance i where i.definition_id = $1 and i.definition_version_id = v.id and i.status = 'Running')
        from definition_version v where v.definition_id = $1 and v.deleted_at is null
        """;

    private const string OfVersion =
        """
        -- DefinitionCommands.OfVersion
        select definition_id from definition_version where id = $1 and deleted_at is null
        """;

    private const string RetractSql =
        """
        -- DefinitionCommands.Retract
        update definition_version set is_published = false, frozen_at = coalesce(frozen_at, $2), updated_at = $2,
          revision = (select max(x.revision) + 1 from definition_version x where x.definition_id = $3)
        where id = $1 and is_published
        """;

    // The newest version that is left becomes the latest one.
    private const string DeleteSql =
        """
        -- DefinitionCommands.Delete
        update definition_version set deleted_at = $2, is_latest = false, is_published = false, frozen_at = coalesce(frozen_at, $2) where id = any($1) and deleted_at is null
        """;

    private const string MoveLatest =
        """
        -- DefinitionCommands.MoveLatest
        update definition_version set is_latest = true
        where id = (select id from definition_version where definition_id = $1 and deleted_at is null order by version desc limit 1) and not is_latest
        """;

    // A published version is frozen already: starting it waits for nobody who is publishing the next one.
    private const string FreezeSql =
        """
        -- DefinitionCommands.Freeze
        update definition_version set frozen_at = $2 where id = $1 and frozen_at is null and not is_published
        """;

    /// <summary>The published version is published no longer; what runs goes on, nothing new starts.</summary>
    public async Task<DefinitionAnswer> RetractAsync(Actor actor, string definitionId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!actor.May(Permission.Publish)) return DefinitionAnswer.Forbidden;
        return await ChangeAsync(definitionId, (versions, batch) =>
        {
            if (versions.Find(v => v.IsPublished) is not { } published) return DefinitionAnswer.Unchanged;
            batch.BatchCommands.Add(Statement(RetractSql, P(published.Id), Instant(now), P(definitionId)));
            batch.BatchCommands.Add(DefinitionTrail.DropTriggers(definitionId));
            DefinitionTrail.Add(batch, actor, new DefinitionChange("retract", definitionId, published.Id, published.Version, null, null), now, recordedAt);
            return DefinitionAnswer.Done;
        }, cancellation);
    }

    /// <summary>Takes a definition with all versions out of sight. Refused while an instance of it runs.</summary>
    public async Task<DefinitionAnswer> DeleteAsync(Actor actor, string definitionId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!actor.May(Permission.Design)) return DefinitionAnswer.Forbidden;
        return await ChangeAsync(definitionId, (versions, batch) =>
        {
            if (versions.Exists(v => v.Runs)) return DefinitionAnswer.InUse;
            if (versions.Exists(v => v.IsPublished) && !actor.May(Permission.Publish)) return DefinitionAnswer.Forbidden;
            batch.BatchCommands.Add(Statement(DeleteSql, Texts([.. versions.Select(v => v.Id)]), Instant(now)));
            batch.BatchCommands.Add(DefinitionTrail.DropTriggers(definitionId));
            var last = versions.MaxBy(v => v.Version)!;
            DefinitionTrail.Add(batch, actor, new DefinitionChange("delete", definitionId, last.Id, last.Version, null, null), now, recordedAt);
            return DefinitionAnswer.Done;
        }, cancellation);
    }

    /// <summary>Takes one version out of sight. Refused while an instance runs on it.</summary>
    public async Task<DefinitionAnswer> DeleteVersionAsync(Actor actor, string versionId, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!actor.May(Permission.Design)) return DefinitionAnswer.Forbidden;
        string? definitionId;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
            definitionId = (await Command(connection, OfVersion, P(versionId)).ListAsync(r => r.GetString(0), cancellation)).FirstOrDefault();
        if (definitionId is null) return DefinitionAnswer.NotFound;
        return await ChangeAsync(definitionId, (versions, batch) =>
        {
            if (versions.Find(v => v.Id == versionId) is not { } version) return DefinitionAnswer.NotFound;
            if (version.Runs) return DefinitionAnswer.InUse;
            if (version.IsPublished && !actor.May(Permission.Publish)) return DefinitionAnswer.Forbidden;
            batch.BatchCommands.Add(Statement(DeleteSql, Texts([versionId]), Instant(now)));
            if (version.IsPublished) batch.BatchCommands.Add(DefinitionTrail.DropTriggers(definitionId));
            batch.BatchCommands.Add(Statement(MoveLatest, P(definitionId)));
            DefinitionTrail.Add(batch, actor, new DefinitionChange("delete-version", definitionId, versionId, version.Version, null, null), now, recordedAt);
            return DefinitionAnswer.Done;
        }, cancellation);
    }

    /// <summary>Before a draft is run: from here on it never changes, the next save begins a new version.</summary>
    public async Task FreezeAsync(string versionId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var freeze = Command(connection, FreezeSql, P(versionId), Instant(now));
        await freeze.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<DefinitionAnswer> ChangeAsync(string definitionId, Func<List<Held>, NpgsqlBatch, DefinitionAnswer> change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await DefinitionTrail.HoldAsync(connection, definitionId, cancellation);
        var versions = await Command(connection, Versions, P(definitionId)).ListAsync(
            r => new Held(r.GetString(0), r.GetInt32(1), r.GetBoolean(2), r.GetBoolean(3), r.GetBoolean(4)), cancellation);
        if (versions.Count == 0) return DefinitionAnswer.NotFound;
        await using var batch = new NpgsqlBatch(connection, transaction);
        var answer = change(versions, batch);
        if (answer != DefinitionAnswer.Done) return answer;
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return answer;
    }

    private sealed record Held(string Id, int Version, bool IsPublished, bool IsLatest, bool Runs);
}
