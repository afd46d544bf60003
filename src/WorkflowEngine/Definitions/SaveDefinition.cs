using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Definitions;

/// <summary>How a document is to be stored.</summary>
/// <param name="Action">The word of the history: save, import, revert or publish.</param>
/// <param name="Publish">Null: as the document's isPublished says.</param>
/// <param name="Revision">The revision the author has seen; null: whatever is there is replaced.</param>
/// <param name="UniqueName">True: refused when another definition has the same name.</param>
/// <param name="NewVersion">True: a draft that exists is kept as its own version and a new one is begun.</param>
/// <param name="Confirmed">The warnings that the author has seen, as <see cref="LintFinding.Digest"/> names them; <see cref="Any"/>: whichever there are.</param>
public sealed record SaveWish(string Action, bool? Publish = null, int? Revision = null, bool NewVersion = false, bool UniqueName = false, string? Confirmed = null)
{
    /// <summary>Confirms all warnings unseen: what a program publishes.</summary>
    public const string Any = "*";
}

/// <summary>What became of a document.</summary>
public abstract record SaveAnswer
{
    /// <summary>It stands as this version. <paramref name="Changed"/> false: it stood so already, nothing was written.</summary>
    /// <param name="Refusals">Why it was not published though the document says so; empty: it was, if it says so.</param>
    public sealed record Stored(string VersionId, bool Changed, IReadOnlyList<DefinitionProblem> Warnings, IReadOnlyList<DefinitionProblem> Refusals) : SaveAnswer;

    /// <summary>Somebody saved another content since the author has read; nothing was written.</summary>
    public sealed record Stale(int Revision, Guid? ChangedBy, DateTimeOffset? ChangedAt) : SaveAnswer;

    /// <summary>The actor holds no right to write, or to publish, definitions.</summary>
    public sealed record Forbidden(string Permission) : SaveAnswer;

    /// <summary>Another definition is called so.</summary>
    public sealed record NameTaken(string Name) : SaveAnswer;

    /// <summary>The lint keeps it from being published; nothing was written. <paramref name="Confirm"/>: what to confirm, null where errors stand.</summary>
    public sealed record Judged(IReadOnlyList<LintFinding> Findings, string? Confirm) : SaveAnswer;

    /// <summary>Four eyes: who changed the draft last may not publish it.</summary>
    public sealed record SecondPersonNeeded : SaveAnswer;
}

/// <summary>
/// Stores a definition document: a draft is overwritten in place, over a frozen version (published, or run as a draft) the next one begins. The
/// same document twice changes nothing, so a repeated request is harmless. Publishing indexes the events that start it. What is published is
/// judged first: errors of the lint keep it a draft, warnings ask for a confirmation. What the engine itself brings in (shipped files) is not
/// judged here but by the tests.
/// </summary>
/// <remarks>What survives a crash: all of version, triggers, history and audit, or nothing.</remarks>
public sealed class SaveDefinition(NpgsqlDataSource database, DefinitionLibrary library, ReadDesignWorld world)
{
    private const int LongestId = 200;

    private const string Latest =
        """
        -- SaveDefinition.Latest
        select v.id, v.version, v.is_published,
          v.is_published or v.frozen_at is not null or exists (select from every_instance i where i.definition_id = $1 and i.definition_version_id = v.id),
          v.document, coalesce(v.updated_by, v.created_by), v.updated_at,
          (select coalesce(max(x.version), 0) from definition_version x where x.definition_id = $1),
          (select coalesce(max(x.revision), 0) from definition_version x where x.definition_id = $1),
          exists (select from definition_version x where x.id = $2),
          exists (select from definition_version x where lower(x.name) = lower($3) and x.is_latest and x.deleted_at is null and x.definition_id <> $1),
          exists (select from definition_version x where x.activity_type = $4 and (x.is_latest or x.is_published) and x.deleted_at is null and x.definition_id <> $1),
          coalesce((select value = 'true'::jsonb from setting where key = 'definition.four-eyes'), false)
        from (select 1) as one left join definition_version v on v.definition_id = $1 and v.is_latest and v.deleted_at is null
        """;

    private const string Retire =
        """
        -- SaveDefinition.Retire
        update definition_version set is_latest = false, is_published = is_published and not $3, frozen_at = coalesce(frozen_at, $4)
        where definition_id = $1 and id <> $2 and (is_latest or is_published)
        """;

    private const string Store =
        """
        -- SaveDefinition.Store
        insert into definition_version (id, definition_id, version, name, document, is_latest, is_published, created_at, created_by, updated_at, updated_by, revision, frozen_at, activity_type)
        values ($1, $2, $3, $4, $5, true, $6, $7, $8, $7, $8, $9, case when $6 then $7 end, $11)
        on conflict (id) do update set name = excluded.name, document = excluded.document, is_published = excluded.is_published,
          updated_at = excluded.updated_at, updated_by = case when $10 then definition_version.updated_by else excluded.updated_by end,
          revision = excluded.revision, activity_type = excluded.activity_type, frozen_at = coalesce(definition_version.frozen_at, excluded.frozen_at)
        where definition_version.deleted_at is null and not definition_version.is_published and (definition_version.frozen_at is null or $10)
        """;

    /// <summary>Stores the document at business time <paramref name="now"/>.</summary>
    /// <exception cref="DefinitionFormatException">The document cannot be read; each problem names its place.</exception>
    public async Task<SaveAnswer> RunAsync(
        Actor actor, JsonObject document, SaveWish wish, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(wish);
        if (!actor.May(Permission.Design) && wish.Action != "publish") return new SaveAnswer.Forbidden(Permission.Design);
        if (!StorableText.Holds(document))
            throw new DefinitionFormatException(new DefinitionProblem("$", "The document holds a character that cannot be stored (U+0000).", "Văn bản có ký tự không lưu được (U+0000)."));
        // Read as given first, so that problems name places of the caller's own document.
        var given = await library.ReadAsync(document, null, cancellation);
        // What cannot start as it says is not published: an import stores it all the same, an explicit wish to publish is refused.
        var wanted = wish.Publish ?? given.Workflow.IsPublished;
        var starts = wanted ? StartTriggers.Of(given.Workflow, now) : new StartTriggers([], []);
        IReadOnlyList<DefinitionProblem> refusals = wanted ? [.. starts.Problems, .. DueOrder.Problems(given.Workflow)] : [];
        if (refusals.Count > 0 && wish.Publish == true) throw new DefinitionFormatException(refusals);
        var findings = wanted && !actor.IsSystem ? LintDefinition.Run(given.Workflow, await world.OfAsync(given.Workflow, null, now, cancellation)) : [];
        if (wish.Publish is null)
            refusals = [.. refusals, .. findings.Where(f => f.Weight == LintWeight.Error).Select(f => new DefinitionProblem(f.ActivityId ?? "$", f.Sentence.En, f.Sentence.Vi))];
        IReadOnlyList<DefinitionProblem> warnings =
            [.. given.Warnings, .. findings.Where(f => f.Weight == LintWeight.Warning).Select(f => new DefinitionProblem(f.ActivityId ?? "$", f.Sentence.En, f.Sentence.Vi))];
        var publishing = wanted && refusals.Count == 0;
        if (publishing && !actor.May(Permission.Publish)) return new SaveAnswer.Forbidden(Permission.Publish);
        // A new definition has no id yet. Made from author and content, it is the same when the request is repeated.
        var definitionId = Named(document, "definitionId") ?? Fingerprint.Of($"{actor.PersonId}/{DefinitionContent.Of(given.Workflow)}");
        var asked = Named(document, "id");
        ThrowUnlessAddressable(("definitionId", definitionId), ("id", asked));
        var activityType = DefinitionLibrary.ActivityType(given.Workflow);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await DefinitionTrail.HoldAsync(connection, definitionId, cancellation);
        var latest = (await Command(connection, Latest, P(definitionId), P(asked, NpgsqlDbType.Text),
            P(given.Workflow.Name, NpgsqlDbType.Text), P(activityType, NpgsqlDbType.Text)).ListAsync(r => new Found(
            r.TextOrNull(0), r.IsDBNull(1) ? 0 : r.GetInt32(1), !r.IsDBNull(2) && r.GetBoolean(2), !r.IsDBNull(3) && r.GetBoolean(3), r.TextOrNull(4),
            r.GuidOrNull(5), r.InstantOrNull(6), r.GetInt32(7), r.GetInt32(8), r.GetBoolean(9), r.GetBoolean(10), r.GetBoolean(11), r.GetBoolean(12)), cancellation))[0];

        // What stands there may have been written by others (shipped files): compared as we would write it.
        var before = latest.Document is null ? null : (await library.ReadAsync(latest.Document, connection, cancellation)).Workflow;
        var same = before is not null && DefinitionContent.Of(before) == DefinitionContent.Of(given.Workflow) && !wish.NewVersion;
        if (same && (latest.IsPublished || !publishing)) return new SaveAnswer.Stored(latest.Id!, false, warnings, refusals);
        if (!same && wish.Revision is { } seen && latest.Id is not null && seen != latest.Revision)
            return new SaveAnswer.Stale(latest.Revision, latest.ChangedBy, latest.ChangedAt);
        if (wish.Publish == true && findings is [{ Weight: LintWeight.Error }, ..]) return new SaveAnswer.Judged(findings, null);
        if (wish.Publish == true && LintFinding.Digest(findings) is { } digest && wish.Confirmed != digest && wish.Confirmed != SaveWish.Any) return new SaveAnswer.Judged(findings, digest);
        if (wish.UniqueName && latest.NameTaken) return new SaveAnswer.NameTaken(given.Workflow.Name!);
        if (latest.TypeTaken) return new SaveAnswer.NameTaken(activityType!);
        if (given.Workflow.Nodes.FirstOrDefault(n => n.Composite?.Workflow.DefinitionId == definitionId) is { } itself)
            throw new DefinitionFormatException(new DefinitionProblem("$", $"'{itself.Type}' would run itself: it is this definition.", $"'{itself.Type}' sẽ chạy chính nó: đó là định nghĩa này."));
        if (publishing && latest.FourEyes && (!same || latest.ChangedBy == actor.PersonId)) return new SaveAnswer.SecondPersonNeeded();

        // Content that is already there is only published; anything else goes into the draft, or begins the next version.
        var inPlace = latest.Id is not null && !wish.NewVersion && (same || !latest.IsFrozen);
        var versionId = inPlace ? latest.Id! : latest.Id is null && asked is not null && !latest.IdTaken ? asked : Guid.CreateVersion7(now).ToString("N");
        var version = inPlace ? latest.Version : latest.HighestVersion + 1;
        var final = (JsonObject)document.DeepClone();
        (final["id"], final["definitionId"], final["version"]) = (versionId, definitionId, version);
        foreach (var name in final.Select(m => m.Key).Where(k => k.Equals("isSystem", StringComparison.OrdinalIgnoreCase)).ToArray()) final.Remove(name);
        (final["isLatest"], final["isPublished"], final["createdAt"]) = (true, publishing, now.ToString("O", CultureInfo.InvariantCulture));
        var workflow = (await library.ReadAsync(final, connection, cancellation)).Workflow;
        workflow.CustomProperties.Remove(DefinitionContent.Revision);
        var written = DefinitionWriter.WriteText(workflow);

        // What no host keeps every burst of every instance would read anew.
        var weight = DefinitionLibrary.WeightOf(workflow, written);
        if (weight > DefinitionLibrary.MostKept)
            throw new DefinitionFormatException(new DefinitionProblem("$",
                $"The definition takes {weight >> 20} MB once it is read; {DefinitionLibrary.MostKept >> 20} MB are the most.",
                $"Quy trình chiếm {weight >> 20} MB sau khi đọc; nhiều nhất là {DefinitionLibrary.MostKept >> 20} MB."));
        var author = P(actor.Id, NpgsqlDbType.Uuid);

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Statement(Retire, P(definitionId), P(versionId), P(publishing), Instant(now)));
        batch.BatchCommands.Add(Statement(Store, P(versionId), P(definitionId), P(version), P(workflow.Name, NpgsqlDbType.Text), P(written), P(publishing),
            Instant(now), author, P(latest.Revision + 1), P(same), P(DefinitionLibrary.ActivityType(workflow), NpgsqlDbType.Text)));
        var stored = batch.BatchCommands[^1];
        if (publishing) batch.BatchCommands.Add(DefinitionTrail.DropTriggers(definitionId));
        if (publishing && starts.Triggers.Count > 0) batch.BatchCommands.Add(starts.Index(versionId, now));
        DefinitionTrail.Add(batch, actor, new DefinitionChange(
            publishing ? "publish" : wish.Action, definitionId, versionId, version, written, DefinitionDiff.Between(before is null ? null : DefinitionWriter.WriteText(before), written)), now, recordedAt);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "trigger_endpoint" })
        {
            // The lint names the other one, unless both are published at this moment.
            throw new DefinitionFormatException(new DefinitionProblem("$", "Another published definition takes the same requests.", "Một quy trình khác đã công bố nhận cùng đường dẫn và phương thức."));
        }

        if (stored.RecordsAffected != 1) throw new InvalidOperationException($"Version {version} of '{definitionId}' cannot be written in place.");
        await transaction.CommitAsync(cancellation);
        return new SaveAnswer.Stored(versionId, true, warnings, refusals);
    }

    /// <summary>Both ids stand in addresses: a browser and a server leave out a dot or two, and the version's own key is indexed.</summary>
    private static void ThrowUnlessAddressable(params (string Member, string? Id)[] ids)
    {
        var wrong = ids.Where(i => i.Id is "." or ".." || i.Id?.Length > LongestId).Select(i => new DefinitionProblem(
            "$." + i.Member, $"An id stands in addresses: it has at most {LongestId} characters, and is neither . nor ..",
            $"Mã nằm trong địa chỉ: dài nhất {LongestId} ký tự, và không phải là . hay ..")).ToArray();
        if (wrong.Length > 0) throw new DefinitionFormatException(wrong);
    }

    private static string? Named(JsonObject document, string member) =>
        document[member].AsText() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private sealed record Found(
        string? Id, int Version, bool IsPublished, bool IsFrozen, string? Document, Guid? ChangedBy, DateTimeOffset? ChangedAt, int HighestVersion, int Revision,
        bool IdTaken, bool NameTaken, bool TypeTaken, bool FourEyes);
}
