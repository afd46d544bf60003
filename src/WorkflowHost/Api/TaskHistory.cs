using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Api;

/// <summary>What was handed in, and what was decided on it.</summary>
/// <param name="CountsAt">What punctuality was measured on once it was handed in.</param>
public sealed record TaskRound(
    int Round, DateTimeOffset? DueAt, DateTimeOffset SubmittedAt, DateTimeOffset? CountsAt, string? SubmittedBy, string? OnBehalfOf, string? Outcome, JsonNode? Data,
    JsonNode? Explanations, string? Decision, DateTimeOffset? DecidedAt, string? DecidedBy, string? Reason);

/// <summary>One line of a task's history.</summary>
public sealed record TaskEntry(string Action, DateTimeOffset At, DateTimeOffset RecordedAt, string? Person, string? OnBehalfOf, Text? Role, string? Unit, JsonNode? Detail);

/// <summary>A comment or follow-up.</summary>
public sealed record TaskNote(Guid Id, string Kind, string Text, DateTimeOffset At, string? Person, string? OnBehalfOf);

/// <summary>A recorded extension.</summary>
/// <param name="Id">To take it back by.</param>
/// <param name="EffectiveAt">When it took effect later than it was entered; null: at once.</param>
/// <param name="InverseOf">The extension that it took back, or null.</param>
public sealed record TaskExtension(
    Guid Id, DateTimeOffset? OldDue, DateTimeOffset NewDue, string Reason, string? Document, DateTimeOffset At, string? GrantedBy, DateTimeOffset? EffectiveAt, Guid? InverseOf);

/// <summary>An extension that has not taken effect.</summary>
/// <param name="BatchId">To revoke it by.</param>
public sealed record TaskPlannedExtension(Guid BatchId, DateTimeOffset NewDue, DateTimeOffset EffectiveAt, string Reason, string? Document, string? GrantedBy);

/// <summary>A time in which the clocks stood still; without an end they still do.</summary>
public sealed record TaskPause(DateTimeOffset From, string Reason, string? By, DateTimeOffset? Until, string? ResumeReason, string? ResumedBy);

/// <summary>A file of the task.</summary>
public sealed record TaskFile(Guid Id, string? Field, int Round, string Name, string MediaType, long Size, DateTimeOffset UploadedAt, string? UploadedBy);

/// <summary>All that lies behind one task. Read it only for a task the actor was shown by <see cref="TaskQueries.FindAsync"/>.</summary>
public sealed record TaskHistory(
    TaskSpec Spec, IReadOnlyList<TaskRound> Rounds, IReadOnlyList<TaskEntry> Entries, IReadOnlyList<TaskNote> Notes,
    IReadOnlyList<TaskExtension> Extensions, IReadOnlyList<TaskFile> Files, JsonNode? Draft,
    IReadOnlyList<TaskPlannedExtension> Planned, IReadOnlyList<TaskPause> Pauses)
{
    private const string SpecSql =
        """
        -- TaskHistory.Spec
        select s.body::text from task t join task_spec s on s.id = t.spec_id where t.id = $1
        """;

    private const string RoundsSql =
        """
        -- TaskHistory.Rounds
        select r.round, r.due_at, r.submitted_at, r.counts_at, s.display_name, b.display_name, r.outcome, r.data::text, r.explanations::text, r.decision, r.decided_at,
          d.display_name, r.reason
        from task_round r
        left join person s on s.id = r.submitted_by left join person b on b.id = r.on_behalf_of left join person d on d.id = r.decided_by
        where r.task_id = $1 order by r.round, r.submitted_at
        """;

    // Where no role was written down with what was done: the one that the person held that day in the unit, or in the one above that owns the task.
    private const string EntriesSql =
        """
        -- TaskHistory.Entries
        select a.action, a.at, a.recorded_at, p.display_name, b.display_name, r.label_vi, r.label_en, u.name, a.detail::text
        from audit a
        left join task t on t.id = a.task_id
        left join person p on p.id = a.actor_id left join person b on b.id = a.on_behalf_of
        left join lateral (
          select h.role, h.unit_id from role_assignment h
          where a.detail ->> 'role' is null and h.person_id = coalesce(a.on_behalf_of, a.actor_id) and h.unit_id in (t.unit_id, t.owner_unit_id)
            and h.valid_from <= (a.at at time zone 'Asia/Ho_Chi_Minh')::date and (a.at at time zone 'Asia/Ho_Chi_Minh')::date < h.valid_to
          order by h.unit_id = t.unit_id desc, h.role = any(t.candidate_roles || t.reviewer_roles) desc, h.role limit 1) held on true
        left join role r on r.code = coalesce(a.detail ->> 'role', held.role) left join unit u on u.id = coalesce((a.detail ->> 'roleUnit')::bigint, held.unit_id)
        where a.task_id = $1 order by a.id
        """;

    // The audit's number tells the order of what was said at one instant of a standing clock.
    private const string NotesSql =
        """
        -- TaskHistory.Notes
        select c.id, c.kind, c.text, c.at, p.display_name, b.display_name
        from task_comment c left join person p on p.id = c.person_id left join person b on b.id = c.on_behalf_of
        left join audit a on a.task_id = $1 and a.detail ->> 'comment' = c.id::text
        where c.task_id = $1 order by c.at, a.id
        """;

    private const string ExtensionsSql =
        """
        -- TaskHistory.Extensions
        select e.id, e.old_due, e.new_due, e.reason, e.document, e.at, p.display_name, e.effective_at, e.inverse_of
        from deadline_extension e left join person p on p.id = e.granted_by where e.task_id = $1 and e.outcome = 'applied' order by e.settled_at, e.new_due, e.id
        """;

    private const string PlannedSql =
        """
        -- TaskHistory.Planned
        select e.batch_id, e.new_due, e.effective_at, e.reason, e.document, p.display_name
        from deadline_extension e left join person p on p.id = e.granted_by where e.task_id = $1 and e.outcome is null order by e.effective_at
        """;

    private const string PausesSql =
        """
        -- TaskHistory.Pauses
        select h.paused_at, h.reason, p.display_name, h.resumed_at, h.resume_reason, r.display_name
        from deadline_pause h left join person p on p.id = h.paused_by left join person r on r.id = h.resumed_by where h.task_id = $1 order by h.paused_at, h.id
        """;

    private const string FilesSql =
        """
        -- TaskHistory.Files
        select a.id, a.field, a.round, a.name, a.media_type, a.size, a.uploaded_at, p.display_name
        from attachment a left join person p on p.id = a.uploaded_by where a.task_id = $1 and a.complete order by a.uploaded_at, a.name, a.id
        """;

    private const string DraftSql =
        """
        -- TaskHistory.Draft
        select data::text from task_draft where task_id = $1 and person_id = $2
        """;

    /// <summary>Reads it in one round trip.</summary>
    public static async Task<TaskHistory> ReadAsync(NpgsqlDataSource database, Guid taskId, Guid personId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in (NpgsqlBatchCommand[])[
            Statement(SpecSql, P(taskId)), Statement(RoundsSql, P(taskId)), Statement(EntriesSql, P(taskId)), Statement(NotesSql, P(taskId)),
            Statement(ExtensionsSql, P(taskId)), Statement(FilesSql, P(taskId)), Statement(DraftSql, P(taskId), P(personId)),
            Statement(PlannedSql, P(taskId)), Statement(PausesSql, P(taskId))])
            batch.BatchCommands.Add(statement);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var spec = await Rows(r => TaskSpecJson.Read(r.GetString(0)), true);
        var rounds = await Rows(r => new TaskRound(
            r.GetInt32(0), r.InstantOrNull(1), r.Instant(2), r.InstantOrNull(3), r.TextOrNull(4), r.TextOrNull(5), r.TextOrNull(6), Node(r, 7), Node(r, 8),
            r.TextOrNull(9), r.InstantOrNull(10), r.TextOrNull(11), r.TextOrNull(12)));
        var entries = await Rows(r => new TaskEntry(
            r.GetString(0), r.Instant(1), r.Instant(2), r.TextOrNull(3), r.TextOrNull(4), r.TextOrNull(5) is { } vi ? new Text(vi, r.TextOrNull(6)) : null,
            r.TextOrNull(7), Node(r, 8)));
        var notes = await Rows(r => new TaskNote(r.GetGuid(0), r.GetString(1), r.GetString(2), r.Instant(3), r.TextOrNull(4), r.TextOrNull(5)));
        var extensions = await Rows(r => new TaskExtension(
            r.GetGuid(0), r.InstantOrNull(1), r.Instant(2), r.GetString(3), r.TextOrNull(4), r.Instant(5), r.TextOrNull(6), r.InstantOrNull(7), r.GuidOrNull(8)));
        var files = await Rows(r => new TaskFile(
            r.GetGuid(0), r.TextOrNull(1), r.GetInt32(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.Instant(6), r.TextOrNull(7)));
        var draft = await Rows(r => Node(r, 0));
        var planned = await Rows(r => new TaskPlannedExtension(r.GetGuid(0), r.Instant(1), r.Instant(2), r.GetString(3), r.TextOrNull(4), r.TextOrNull(5)));
        var pauses = await Rows(r => new TaskPause(r.Instant(0), r.GetString(1), r.TextOrNull(2), r.InstantOrNull(3), r.TextOrNull(4), r.TextOrNull(5)));
        return new TaskHistory(spec[0], rounds, entries, notes, extensions, files, draft.Count == 0 ? null : draft[0], planned, pauses);

        async Task<List<T>> Rows<T>(Func<NpgsqlDataReader, T> row, bool first = false)
        {
            if (!first) await reader.NextResultAsync(cancellation);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellation)) rows.Add(row(reader));
            return rows;
        }
    }

    private static JsonNode? Node(NpgsqlDataReader reader, int column) => reader.TextOrNull(column) is { } json ? JsonNode.Parse(json) : null;
}
