using Npgsql;
using WorkflowEngine.Storage;

namespace WorkflowEngine.Definitions;

/// <summary>
/// The stored definitions that are usable as activities. Which version a consumer gets is decided when the consumer is stored: its document then
/// names that version's id, and later versions never reach it, nor does the end of that version.
/// </summary>
public static class StoredComposites
{
    private const string Usable =
        """
        -- StoredComposites.Usable
        select id, definition_id, version, name, document, is_published, deleted_at is null and (is_published or not is_latest)
        from definition_version where is_usable order by definition_id, version desc
        """;

    /// <summary>The reader with these definitions as of now. Where definitions lead back to themselves the activity that closes the circle is unknown.</summary>
    public static async Task<DefinitionReader> KnownToAsync(DefinitionReader reader, NpgsqlConnection connection, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var stored = await Db.Command(connection, Usable).ListAsync(
            r => new Stored(r.GetString(0), r.GetString(1), r.GetInt32(2), r.TextOrNull(3), r.GetString(4), r.GetBoolean(5), r.GetBoolean(6)), cancellation);
        return stored.Count == 0 ? reader : reader.With(new Finder(reader, stored).Find);
    }

    /// <param name="IsOffered">Published now or once, and not deleted: may be chosen anew.</param>
    private sealed record Stored(string Id, string DefinitionId, int Version, string? Name, string Document, bool IsPublished, bool IsOffered);

    private sealed class Finder(DefinitionReader reader, List<Stored> stored)
    {
        private readonly Dictionary<string, Workflow> _read = new(StringComparer.Ordinal);
        private readonly HashSet<string> _reading = new(StringComparer.Ordinal);

        public Composite? Find(CompositeReference reference)
        {
            var ofType = stored.FindAll(s => s.IsOffered && Words.Pascal(s.Name ?? "") == reference.TypeName);
            var ofId = stored.FindAll(s => s.IsOffered && s.DefinitionId == reference.DefinitionId);
            var found = (reference.VersionId is { } id ? stored.Find(s => s.Id == id) : null)
                ?? ofType.Find(s => s.Version == reference.Version) ?? ofType.Find(s => s.IsPublished) ?? ofType.FirstOrDefault()
                ?? ofId.Find(s => s.IsPublished) ?? ofId.FirstOrDefault();
            if (found is null || !_reading.Add(found.DefinitionId)) return null;
            try
            {
                if (!_read.TryGetValue(found.Id, out var workflow)) _read[found.Id] = workflow = reader.With(Find).Read(found.Document).Workflow;
                var latest = stored.Find(s => s.DefinitionId == found.DefinitionId && s.IsPublished) ?? found;
                return new Composite(workflow, latest.Version, latest.Id);
            }
            finally
            {
                _reading.Remove(found.DefinitionId);
            }
        }
    }
}
