using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Activities;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Definitions;

/// <summary>
/// Reads documents together with the stored definitions they use as activities. A document that has been saved names the version of each by its
/// id, so it means the same for ever, also after that version was taken back or deleted.
/// </summary>
public sealed class DefinitionLibrary(NpgsqlDataSource database, DefinitionReader reader)
{
    /// <summary>Definitions within definitions; deeper than this they lead back to themselves, or nobody could follow them.</summary>
    private const int Deepest = 20;

    // By the version's id; else by type, the named version before the newest published one; else the published version of the definition.
    private const string Find =
        """
        -- DefinitionLibrary.Find
        select f.id, f.document, l.version, l.id
        from (
          select v.id, v.definition_id, v.document, v.version
          from definition_version v
          where v.activity_type is not null and v.frozen_at is not null
            and (v.id = $4 or (v.deleted_at is null and (v.activity_type = $1 or (v.definition_id = $3 and v.is_published))))
          order by v.id is not distinct from $4 desc, v.activity_type = $1 desc, v.activity_type = $1 and v.version is not distinct from $2 desc, v.is_published desc, v.version desc
          limit 1) as f
        left join definition_version l on l.definition_id = f.definition_id and l.is_published and l.activity_type is not null and l.deleted_at is null
        """;

    /// <summary>Bytes of graphs that a host keeps here, and again in <see cref="DefinitionStore"/>; one of the plan's takes 170 to 260 kB, the largest that can be drawn 100 MB.</summary>
    internal const long MostKept = 64L << 20;

    /// <summary>Graphs of versions whose every activity is known; they cannot change any more.</summary>
    internal Kept<Workflow> Graphs { get; } = new(MostKept);

    /// <summary>The activity type that a definition is to others, or null when it is not to be used so.</summary>
    public static string? ActivityType(Workflow workflow)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        return workflow.Options.UsableAsActivity == true && !string.IsNullOrWhiteSpace(workflow.Name) ? Words.Pascal(workflow.Name) : null;
    }

    /// <inheritdoc cref="ReadAsync(string, NpgsqlConnection?, CancellationToken)"/>
    public Task<ReadResult> ReadAsync(JsonObject document, NpgsqlConnection? connection = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return ReadAsync(JsonMembers.TextOf(document), connection, cancellation);
    }

    /// <summary>The document's graph, composites unfolded. One that is not there is kept as an unknown activity.</summary>
    /// <param name="connection">Read with this one, as part of its transaction; null: with one of its own, if it has to ask.</param>
    /// <exception cref="DefinitionFormatException">It is no definition, or uses itself.</exception>
    public Task<ReadResult> ReadAsync(string json, NpgsqlConnection? connection = null, CancellationToken cancellation = default) =>
        ReadAsync(json, [], connection, [], cancellation);

    /// <summary>The graph of a stored version; or an empty one in its place and what is wrong with the document.</summary>
    public async Task<(Workflow Workflow, DefinitionFormatException? Problem)> TryReadAsync(
        string versionId, string json, NpgsqlConnection? connection = null, CancellationToken cancellation = default)
    {
        try
        {
            return ((await ReadAsync(json, connection, cancellation)).Workflow, null);
        }
        catch (DefinitionFormatException e)
        {
            return (Empty(versionId), e);
        }
    }

    /// <summary>The document's graph as it was while these activity types were not known yet.</summary>
    internal Task<ReadResult> ReadWithoutAsync(string json, IReadOnlyList<string> unknown, CancellationToken cancellation) =>
        ReadAsync(json, [], null, unknown, cancellation);

    private async Task<ReadResult> ReadAsync(
        string json, ImmutableList<string> around, NpgsqlConnection? given, IReadOnlyList<string> unknown, CancellationToken cancellation)
    {
        var found = new Dictionary<CompositeReference, Composite?>();
        while (true)
        {
            // Reading is pure: what it asks for and is not here yet is fetched, then it is read again.
            var missing = new HashSet<CompositeReference>();
            Composite? Known(CompositeReference reference)
            {
                if (unknown.Contains(reference.TypeName)) return null;
                if (!found.TryGetValue(reference, out var known)) missing.Add(reference);
                return known;
            }

            var result = reader.Read(json, Known);
            if (missing.Count == 0) return result;
            var owned = given is null ? await database.OpenConnectionAsync(cancellation) : null;
            await using (owned)
                foreach (var reference in missing) found[reference] = await FindAsync(reference, around, given ?? owned!, unknown, cancellation);
        }
    }

    private async Task<Composite?> FindAsync(
        CompositeReference reference, ImmutableList<string> around, NpgsqlConnection connection, IReadOnlyList<string> unknown, CancellationToken cancellation)
    {
        var rows = await Command(connection, Find, P(reference.TypeName), P(reference.Version, NpgsqlDbType.Integer), P(reference.DefinitionId, NpgsqlDbType.Text),
            P(reference.VersionId, NpgsqlDbType.Text)).ListAsync(
            r => (Id: r.GetString(0), Document: r.GetString(1), Latest: r.IsDBNull(2) ? (int?)null : r.GetInt32(2), LatestId: r.TextOrNull(3)), cancellation);
        if (rows.Count == 0) return null;
        var row = rows[0];
        if (unknown.Count > 0 || !Graphs.Find(row.Id, out var workflow))
        {
            if (around.Contains(row.Id) || around.Count >= Deepest)
                throw new DefinitionFormatException(new DefinitionProblem("$",
                    $"'{reference.TypeName}' leads back to itself, or definitions are nested deeper than {Deepest}.",
                    $"'{reference.TypeName}' dùng lại chính nó, hoặc các quy trình lồng nhau quá {Deepest} tầng."));
            workflow = (await ReadAsync(row.Document, around.Add(row.Id), connection, unknown, cancellation)).Workflow;
            if (IsWhole(workflow)) Graphs.Add(row.Id, workflow, WeightOf(workflow, row.Document));
        }

        return new Composite(workflow, row.Latest ?? workflow.Version, row.LatestId ?? workflow.Id);
    }

    /// <summary>A graph that does nothing, in the place of a version that cannot be read.</summary>
    internal Workflow Empty(string versionId) => reader.Read(new JsonObject { ["id"] = versionId }).Workflow;

    /// <summary>Whether every activity is known. What is unknown today may be there tomorrow, so such a graph is read anew each time.</summary>
    internal static bool IsWhole(Workflow workflow) => workflow.UnknownTypes.Count == 0;

    /// <summary>Bytes that a graph takes, measured on documents of texts, numbers, objects, steps and long ids: at least half of the truth.</summary>
    internal static long WeightOf(Workflow workflow, string document)
    {
        const int value = 70, step = 1_300;
        var text = document.AsSpan();
        return (2L * text.Length) + ((long)value * (text.Count(',') + text.Count('{') + text.Count('['))) + workflow.Nodes.Sum(n => step + (2L * n.NodeId.Length));
    }
}
