using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Definitions;

/// <summary>What was stored: the version with its final ids, and what the reader had to leave out.</summary>
/// <param name="Refusals">Why it was not published though the document or the caller asked for it; empty: it was.</param>
public sealed record ImportedDefinition(
    Workflow Workflow, string Document, IReadOnlyList<DefinitionProblem> Warnings, IReadOnlyList<DefinitionProblem> Refusals);

/// <summary>
/// Stores a definition document as the next version, and publishes it when the document says so. A draft is overwritten in place; a published
/// version never changes, what is imported over it becomes the next one. Publishing indexes the events that start it.
/// </summary>
public sealed class ImportDefinition(NpgsqlDataSource database, DefinitionReader reader)
{
    // The definition's name orders two imports of it: the second sees the first one's version.
    private const string Latest =
        """
        -- ImportDefinition.Latest
        with held as (select pg_advisory_xact_lock(hashtextextended('definition/' || $1, 0)))
        select v.id, v.version, v.is_published or exists (select from instance i where i.definition_id = $1 and i.definition_version_id = v.id),
          exists (select from definition_version x where x.id = $2 and x.definition_id <> $1)
        from held left join lateral (
          select * from definition_version where definition_id = $1 order by version desc limit 1) v on true
        """;

    private const string IdTaken =
        """
        -- ImportDefinition.IdTaken
        select exists (select from definition_version where id = $1)
        """;

    private const string Retire =
        """
        -- ImportDefinition.Retire
        update definition_version set is_latest = false, is_published = is_published and not $3
        where definition_id = $1 and id <> $2 and (is_latest or is_published)
        """;

    private const string Store =
        """
        -- ImportDefinition.Store
        insert into definition_version (id, definition_id, version, name, document, is_latest, is_published, created_at, created_by)
        values ($1, $2, $3, $4, $5, true, $6, $7, $8)
        on conflict (id) do update set name = excluded.name, document = excluded.document, is_latest = true, is_published = excluded.is_published,
          created_at = excluded.created_at, created_by = excluded.created_by, deleted_at = null
        where not definition_version.is_published
        """;

    private const string DropTriggers =
        """
        -- ImportDefinition.DropTriggers
        delete from trigger t using definition_version v where v.id = t.definition_version_id and v.definition_id = $1
        """;

    private const string Audit =
        """
        -- ImportDefinition.Audit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail) values ($1, $2, $3, $4, $5, $6)
        """;

    /// <summary>Stores the document at business time <paramref name="now"/>.</summary>
    /// <param name="publish">Null: as the document's isPublished says.</param>
    /// <exception cref="DefinitionFormatException">The document cannot be read; each problem names its place.</exception>
    public async Task<ImportedDefinition> RunAsync(
        Actor actor, JsonObject document, DateTimeOffset now, DateTimeOffset recordedAt, bool? publish = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(document);
        if (!StorableText.Holds(document))
            throw new DefinitionFormatException(new DefinitionProblem("$", "The document holds a character that cannot be stored (U+0000).", "Văn bản có ký tự không lưu được (U+0000)."));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var known = await StoredComposites.KnownToAsync(reader, connection, cancellation);
        // Read as given first, so that problems name places of the caller's own document.
        var given = known.Read(document);
        // What cannot start as it says is stored, and not published.
        var wanted = publish ?? given.Workflow.IsPublished;
        IReadOnlyList<DefinitionProblem> refusals = wanted ? StartTriggers.Of(given.Workflow).Problems : [];
        var publishing = wanted && refusals.Count == 0;
        var definitionId = document["definitionId"] is JsonValue value && value.TryGetValue<string>(out var named) && named.Length > 0
            ? named
            : Guid.CreateVersion7(now).ToString("N")[..16];

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var asked = document["id"] is JsonValue id && id.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
        var (latestId, latestVersion, latestPublished, foreign) = (await Command(connection, Latest, P(definitionId), P(asked, NpgsqlDbType.Text))
            .ListAsync(r => (r.TextOrNull(0), r.IsDBNull(1) ? 0 : r.GetInt32(1), !r.IsDBNull(2) && r.GetBoolean(2), r.GetBoolean(3)), cancellation))[0];
        var draft = latestId is not null && !latestPublished;
        var version = draft ? latestVersion : latestVersion + 1;
        var versionId = draft ? latestId! : latestId is null && asked is not null && !foreign && !await TakenAsync(connection, asked, cancellation) ? asked : Guid.CreateVersion7(now).ToString("N");

        var final = (JsonObject)document.DeepClone();
        (final["id"], final["definitionId"], final["version"]) = (versionId, definitionId, version);
        (final["isLatest"], final["isPublished"], final["createdAt"]) = (true, publishing, now.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        var workflow = known.Read(final).Workflow;
        var written = DefinitionWriter.WriteText(workflow);
        var triggers = StartTriggers.Of(workflow);

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Statement(Retire, P(definitionId), P(versionId), P(publishing)));
        batch.BatchCommands.Add(Statement(Store, P(versionId), P(definitionId), P(version), P(workflow.Name, NpgsqlDbType.Text), P(written), P(publishing),
            Instant(now), P(actor.IsSystem ? null : (Guid?)actor.PersonId, NpgsqlDbType.Uuid)));
        var stored = batch.BatchCommands[^1];
        if (publishing) batch.BatchCommands.Add(Statement(DropTriggers, P(definitionId)));
        if (publishing && triggers.Triggers.Count > 0) batch.BatchCommands.Add(triggers.Index(versionId, now));
        batch.BatchCommands.Add(Statement(Audit, Instant(now), Instant(recordedAt), P(actor.IsSystem ? null : (Guid?)actor.PersonId, NpgsqlDbType.Uuid),
            P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(publishing ? "definition.publish" : "definition.draft"),
            Json(new JsonObject { ["definitionId"] = definitionId, ["version"] = version, ["id"] = versionId }.ToJsonString())));
        await batch.ExecuteNonQueryAsync(cancellation);
        if (stored.RecordsAffected != 1) throw new InvalidOperationException($"Version {version} of '{definitionId}' was published by somebody else meanwhile.");
        await transaction.CommitAsync(cancellation);
        return new ImportedDefinition(workflow, written, given.Warnings, refusals);
    }

    private static async Task<bool> TakenAsync(NpgsqlConnection connection, string id, CancellationToken cancellation) =>
        (await Command(connection, IdTaken, P(id)).ListAsync(r => r.GetBoolean(0), cancellation))[0];
}
