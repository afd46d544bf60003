using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Definitions;

/// <summary>Definition versions by id. A frozen version never changes, so what was read stays kept; when that is too much all are read anew.</summary>
public sealed class DefinitionStore(NpgsqlDataSource database, DefinitionLibrary library)
{
    /// <summary>The graphs that this host keeps.</summary>
    internal Kept<Workflow> Versions { get; } = new(DefinitionLibrary.MostKept);

    /// <summary>The version with this id.</summary>
    /// <exception cref="InvalidOperationException">No such version: rows refer to one that was never stored.</exception>
    public async ValueTask<Workflow> GetAsync(string versionId, CancellationToken cancellation = default)
    {
        if (Versions.Find(versionId, out var known)) return known;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await GetAsync(versionId, connection, cancellation);
    }

    /// <summary>The version, or an empty graph where it cannot be read: for lists of many, which one of them must not break.</summary>
    public async ValueTask<Workflow> GetOrEmptyAsync(string versionId, CancellationToken cancellation = default) => (await TryGetAsync(versionId, cancellation)).Workflow;

    /// <summary>The version; or an empty graph in its place and what is wrong: for those who show an instance.</summary>
    public async ValueTask<(Workflow Workflow, string? Problem)> TryGetAsync(string versionId, CancellationToken cancellation = default)
    {
        if (Versions.Find(versionId, out var known)) return (known, null);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await TryGetAsync(versionId, connection, cancellation);
    }

    /// <summary>The same for those who hold a connection.</summary>
    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    internal async ValueTask<Workflow> GetAsync(string versionId, NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (Versions.Find(versionId, out var known)) return known;
        const string sql = """
            -- DefinitionStore.Get
            select document, is_published or frozen_at is not null from definition_version where id = $1
            """;
        var rows = await Db.Command(connection, sql, Db.P(versionId)).ListAsync(r => (Document: r.GetString(0), Frozen: r.GetBoolean(1)), cancellation);
        if (rows.Count == 0) throw new InvalidOperationException($"Definition version '{versionId}' does not exist.");
        var workflow = (await library.ReadAsync(rows[0].Document, connection, cancellation)).Workflow;

        // A draft may still change under its id, and an unknown activity may become known; only what is frozen and whole is kept.
        if (!rows[0].Frozen || !DefinitionLibrary.IsWhole(workflow)) return workflow;
        return Versions.Add(versionId, workflow, DefinitionLibrary.WeightOf(workflow, rows[0].Document));
    }

    /// <summary>The version; or an empty graph in its place and what is wrong, when it is not there or cannot be read (any more): its instances are not the only ones of a batch.</summary>
    public async ValueTask<(Workflow Workflow, string? Problem)> TryGetAsync(string versionId, NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            return (await GetAsync(versionId, connection, cancellation), null);
        }
        catch (Exception e) when (e is not (NpgsqlException or OperationCanceledException or OutOfMemoryException))
        {
            return (library.Empty(versionId), e.Message);
        }
    }

    /// <summary>The versions that alterations among these events want to migrate to, by number, as far as they can be read; null when there are none.</summary>
    internal async ValueTask<IReadOnlyDictionary<int, Workflow>?> AskedForAsync(
        string definitionId, IReadOnlyList<InstanceEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        Dictionary<int, Workflow>? asked = null;
        foreach (var alteration in events.Where(e => e.Kind == EventKind.Alter).SelectMany(e => e.Body["alterations"] as JsonArray ?? []))
        {
            if (!int.TryParse((alteration as JsonObject)?["targetVersion"]?.ToString(), CultureInfo.InvariantCulture, out var number) || asked?.ContainsKey(number) == true) continue;
            const string sql = """
                -- DefinitionStore.Version
                select id from definition_version where definition_id = $1 and version = $2 and deleted_at is null
                """;
            var id = (await Db.Command(connection, sql, Db.P(definitionId), Db.P(number)).ListAsync(r => r.GetString(0), cancellation)).FirstOrDefault();
            if (id is not null && await TryGetAsync(id, connection, cancellation) is (var workflow, null)) (asked ??= [])[number] = workflow;
        }

        return asked;
    }

    /// <summary>Id of the published version of a definition, or null.</summary>
    public async Task<string?> PublishedAsync(string definitionId, CancellationToken cancellation = default)
    {
        const string sql = """
            -- DefinitionStore.Published
            select id from definition_version where definition_id = $1 and is_published and deleted_at is null
            """;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Db.Command(connection, sql, Db.P(definitionId)).ListAsync(r => r.GetString(0), cancellation)).FirstOrDefault();
    }
}
