using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks.Attachments;

/// <summary>What a stored file is.</summary>
public sealed record StoredFile(Guid Id, string Name, string MediaType, long Size, string Sha256, DateTimeOffset UploadedAt);

/// <summary>Gives a file back to whoever may read its task, chunk by chunk.</summary>
public sealed class ReadAttachment(NpgsqlDataSource database)
{
    private const string Find =
        """
        -- ReadAttachment.Find
        select id, name, media_type, size, sha256, uploaded_at from attachment where id = $1 and task_id = $2 and complete
        """;

    // A megabyte at a time: a slow reader holds no statement, and so no snapshot, open.
    private const string Chunks =
        """
        -- ReadAttachment.Chunks
        select bytes from attachment_chunk where attachment_id = $1 and n >= $2 and n < $2 + 4 order by n
        """;

    /// <summary>Null when there is no such file or the actor may not read its task.</summary>
    public async Task<StoredFile?> FindAsync(Actor actor, Guid taskId, Guid attachmentId, DateTimeOffset now, CancellationToken cancellation = default)
    {
        if (await LoadTask.ReadAsync(database, actor, taskId, null, Permission.CloseTask, now, cancellation) is null) return null;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await Command(connection, Find, P(attachmentId), P(taskId)).ListAsync(
            r => new StoredFile(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetString(4), r.Instant(5)), cancellation);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Writes the content of a file that <see cref="FindAsync"/> gave.</summary>
    /// <exception cref="IOException">Chunks are missing: the file was removed meanwhile. The reader must not take what came for the whole.</exception>
    public async Task CopyToAsync(StoredFile file, Stream target, CancellationToken cancellation = default)
    {
        long written = 0;
        for (var n = 0; written < file.Size; n += 4)
        {
            List<byte[]> chunks;
            await using (var connection = await database.OpenConnectionAsync(cancellation))
                chunks = await Command(connection, Chunks, P(file.Id), P(n)).ListAsync(r => r.GetFieldValue<byte[]>(0), cancellation);
            if (chunks.Count == 0) throw new IOException($"Attachment {file.Id} ends after {written} of {file.Size} bytes.");
            foreach (var chunk in chunks)
            {
                await target.WriteAsync(chunk, cancellation);
                written += chunk.Length;
            }
        }
    }
}
