using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks.Forms;

/// <summary>The stored forms. A version never changes, so what was read once is kept.</summary>
public sealed class FormStore(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<(string Id, int Version), (Form Form, string Body)> known = new();

    private const string Read =
        """
        -- FormStore.Get
        select body::text from form where id = $1 and version = $2
        """;

    // jsonb compares by content: loading the same file again is no change, another body under the same version is.
    private const string Add =
        """
        -- FormStore.Add
        with added as (
          insert into form (id, version, body) values ($1, $2, $3) on conflict (id, version) do nothing returning 1)
        select exists (select from added) or exists (select from form where id = $1 and version = $2 and body = $3)
        """;

    /// <summary>The form, or null when this version is not stored.</summary>
    public async ValueTask<Form?> GetAsync(string id, int version, CancellationToken cancellation = default) =>
        (await FindAsync(id, version, cancellation))?.Form;

    /// <summary>The document as stored, for the API; null when this version is not stored.</summary>
    public async ValueTask<string?> GetBodyAsync(string id, int version, CancellationToken cancellation = default) =>
        (await FindAsync(id, version, cancellation))?.Body;

    /// <summary>Stores a document; empty when it is there now, else what is wrong with it.</summary>
    public async Task<IReadOnlyList<FormProblem>> AddAsync(string json, Func<string, string?>? checkExpression = null, CancellationToken cancellation = default)
    {
        var (form, problems) = new FormReader(checkExpression).Read(json);
        if (form is null) return problems;
        var document = JsonNode.Parse(json)!;
        KeepOrder(document["schema"]);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Add, P(form.Id), P(form.Version), Json(document.ToJsonString()));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!
            ? []
            : [new FormProblem("/version", new Text($"Phiên bản {form.Version} đã có với nội dung khác. Hãy tăng phiên bản.", $"Version {form.Version} is stored with another content. Raise the version."))];
    }

    /// <summary>jsonb forgets the order of properties: fields without an order of their own get the one they stand in, behind the others.</summary>
    private static void KeepOrder(JsonNode? schema)
    {
        if (schema is not JsonObject field) return;
        KeepOrder(field["items"]);
        if (field["properties"] is not JsonObject properties) return;
        var place = 1_000_000;
        foreach (var child in properties.Select(p => p.Value).OfType<JsonObject>())
        {
            child.TryAdd("x-order", ++place);
            KeepOrder(child);
        }
    }

    private async ValueTask<(Form Form, string Body)?> FindAsync(string id, int version, CancellationToken cancellation)
    {
        if (known.TryGetValue((id, version), out var kept)) return kept;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Read, P(id), P(version));
        if (await command.ExecuteScalarAsync(cancellation) is not string body) return null;
        var (form, problems) = new FormReader().Read(body);
        if (form is null) throw new InvalidOperationException($"Form {id} version {version} as stored cannot be read: {string.Join("; ", problems)}");
        return known[(id, version)] = (form, body);
    }
}
