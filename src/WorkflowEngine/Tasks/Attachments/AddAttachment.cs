using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks.Attachments;

/// <summary>
/// Takes a file into the open round of a task, in chunks as they arrive: neither the host's memory nor a database transaction holds the whole.
/// </summary>
/// <remarks>
/// Not one transaction on purpose: a slow upload would keep one open for minutes, and with it every dead row of the busy tables. The row is
/// invisible (<c>complete = false</c>) until the last statement, which checks task and permission again and writes the audit row. What a crash
/// leaves is an incomplete row, removed by <see cref="RemoveAbandonedAsync"/>.
/// </remarks>
public sealed class AddAttachment(NpgsqlDataSource database)
{
    /// <summary>Largest file.</summary>
    public const long MaximumBytes = 50L * 1024 * 1024;

    /// <summary>Most files of one task.</summary>
    public const int MaximumFiles = 50;

    private const int ChunkBytes = 256 * 1024;
    private const int TailChunks = 4;

    /// <inheritdoc cref="TaskCommand"/>
    /// <param name="Field">The form's file field it is for, or null.</param>
    /// <param name="Name">Name as the sender has it.</param>
    public sealed record Command(Guid TaskId, string? Field, string? Name) : TaskCommand(TaskId, null, null);

    private const string Begin =
        """
        -- AddAttachment.Begin
        insert into attachment (id, task_id, field, round, name, media_type, size, sha256, uploaded_by, uploaded_at)
        select $1, t.id, $3, t.round, $4, '', 0, '', $5, $6 from task t
        where t.id = $2 and (select count(*) from attachment a where a.task_id = t.id) < $7
        """;

    private const string Chunk =
        """
        -- AddAttachment.Chunk
        insert into attachment_chunk (attachment_id, n, bytes) values ($1, $2, $3)
        """;

    private const string Finish =
        """
        -- AddAttachment.Finish
        with changed as (
          select t.id, t.root_id, t.instance_id, t.unit_id from task t
          where t.id = $1 and t.status = 'open' and t.round = $20 and (t.assignee_id is null or t.assignee_id = any($14))
            and exists (select from unnest($12, $13) as g(unit_id, role) where g.unit_id = t.unit_id and g.role = any(t.candidate_roles))
          for share of t)
        , finished as (
          update attachment a set complete = true, media_type = $16, size = $17, sha256 = $18, name = $19
          from changed c where a.id = $15 and a.task_id = c.id and not a.complete)
        """ + TaskIntake.Trail;

    private const string Drop =
        """
        -- AddAttachment.Drop
        delete from attachment where id = $1 and not complete
        """;

    private const string Abandoned =
        """
        -- AddAttachment.Abandoned
        delete from attachment where not complete and uploaded_at < $1
        """;

    /// <summary>Reads <paramref name="content"/> to its end or to the first reason to refuse it. Done carries the attachment's id.</summary>
    public async Task<TaskAnswer> AddAsync(
        Actor actor, Command command, Stream content, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        var task = await LoadTask.ReadAsync(database, actor, command.TaskId, null, Permission.CloseTask, now, cancellation);
        if (task is null) return new TaskAnswer.NotFound();
        if (task.WorkRole is null) return new TaskAnswer.Forbidden();
        if (task.Status != TaskState.Open || !task.IsFreeFor(actor)) return await LoadTask.ConflictAsync(database, task, cancellation);
        if (FileName.Clean(command.Name) is not { } name)
            return TaskAnswer.Invalid.On("file", "Tên tệp không dùng được. Hãy đổi tên tệp.", "This file name cannot be used. Rename the file.");
        if (command.Field is { } field && (field.Length > 100 || !StorableText.Holds(field)))
            return TaskAnswer.Invalid.On("field", "Biểu mẫu không có trường này.", "The form has no such field.");

        var id = Guid.CreateVersion7(now);
        if (!await ExecuteAsync(Begin, cancellation, P(id), P(command.TaskId), P(command.Field, NpgsqlDbType.Text), P(name), P(actor.PersonId), Instant(now), P(MaximumFiles)))
            return TaskAnswer.Invalid.On("file", $"Mỗi việc có tối đa {MaximumFiles} tệp. Hãy xoá bớt tệp.", $"A task has at most {MaximumFiles} files. Remove some.");
        var finished = false;
        try
        {
            var (refused, kind, size, sha) = await StoreAsync(id, name, content, cancellation);
            if (refused is not null) return refused;
            var answer = await TaskIntake.RunAsync(database, actor, command, Permission.CloseTask, now, recordedAt, loaded => Task.FromResult<TaskDecision>(
                new TaskWrite(
                    Finish, "task.attached", new TaskAnswer.Done(loaded.Id, loaded.InstanceId, loaded.Status, task.Round, loaded.Revision, now, false, id),
                    (loaded.WorkRole, loaded.UnitId), new() { ["attachment"] = id, ["name"] = name, ["size"] = size, ["sha256"] = sha },
                    [Uuids(actor.Selves), P(id), P(kind!.MediaType), P(size), P(sha!), P(name), P(task.Round)])), cancellation);
            finished = answer is TaskAnswer.Done;
            return answer;
        }
        finally
        {
            // The sender may be gone by now; what was stored goes anyway.
            if (!finished) await ExecuteAsync(Drop, CancellationToken.None, P(id));
        }
    }

    /// <summary>Removes what a crash in the middle of an upload left, older than a day of business time; returns how many files.</summary>
    public async Task<int> RemoveAbandonedAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Storage.Db.Command(connection, Abandoned, Instant(now.AddDays(-1)));
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<(TaskAnswer? Refused, FileKind? Kind, long Size, string? Sha)> StoreAsync(
        Guid id, string name, Stream content, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var tail = new Queue<byte[]>();
        byte[] head = [];
        long size = 0;
        for (var n = 0; ; n++)
        {
            var buffer = new byte[ChunkBytes];
            var read = await content.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, cancellation);
            if (read == 0) break;
            if (read < ChunkBytes) buffer = buffer[..read];
            if (n == 0) head = buffer;
            size += read;
            if (size > MaximumBytes)
                return (TaskAnswer.Invalid.On("file", "Tệp lớn quá 50 MB. Hãy nén hoặc chia nhỏ tệp.", "The file is larger than 50 MB. Compress or split it."), null, 0, null);
            if (n == 0 && !MayBecomeKnown(head)) return (WrongType(), null, 0, null);
            hash.AppendData(buffer);
            tail.Enqueue(buffer);
            if (tail.Count > TailChunks) tail.Dequeue();
            await ExecuteAsync(Chunk, cancellation, P(id), P(n), P(buffer));
            if (read < ChunkBytes) break;
        }

        if (size == 0) return (TaskAnswer.Invalid.On("file", "Tệp rỗng. Hãy chọn tệp khác.", "The file is empty. Choose another one."), null, 0, null);
        var last = tail.SelectMany(c => c).ToArray();
        if (FileKind.Of(head, last, size - last.Length, name) is not { } kind) return (WrongType(), null, 0, null);
        if (!kind.Extensions.Contains(Path.GetExtension(name).ToLowerInvariant()))
            return (TaskAnswer.Invalid.On("file", $"Nội dung tệp là {kind.Extensions[0]}, tên tệp lại khác. Hãy đổi đuôi tên tệp.",
                $"The content is {kind.Extensions[0]}, the name says otherwise. Correct the ending of the name."), null, 0, null);
        return (null, kind, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Stops a wrong upload at its first chunk; a zip or OLE file is judged at its end.</summary>
    private static bool MayBecomeKnown(byte[] head) =>
        head.AsSpan().StartsWith("PK\u0003\u0004"u8) || FileKind.Of(head, [], 0, "x.doc") is not null;

    private static TaskAnswer.Invalid WrongType() => TaskAnswer.Invalid.On("file",
        "Chỉ nhận tệp PDF, Word, Excel, PowerPoint (không có macro), PNG, JPEG. Hãy chuyển tệp sang một loại này.",
        "Only PDF, Word, Excel, PowerPoint (without macros), PNG and JPEG are taken. Convert the file.");

    private async Task<bool> ExecuteAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Storage.Db.Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }
}
