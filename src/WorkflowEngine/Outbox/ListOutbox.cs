using Npgsql;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>What to list; all filters together. Newest first; <paramref name="Before"/> is the last row's (queued, id) of the page before.</summary>
public sealed record OutboxFilter(
    string? Status = null, string? Kind = null, string? To = null, Guid? RootId = null, Guid? TaskId = null, DateTimeOffset? BeforeAt = null,
    Guid? BeforeId = null, int Limit = 50);

/// <summary>A mail as lists show it.</summary>
public sealed record ListedMail(
    Guid Id, string Kind, string Status, string? To, string? Name, string? Subject, Guid? RootId, Guid? TaskId, int Attempts,
    DateTimeOffset QueuedAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? SentAt, string? LastError);

/// <summary>One mail with its text and the data behind it.</summary>
/// <param name="ReplyTo">The address of the unit whose case it is about, as it is today, or null.</param>
public sealed record MailDetail(ListedMail Mail, string Language, string? Text, string Data, string? ReplyTo = null);

/// <summary>Reads the outbox within the reach of a person's outbox permission.</summary>
public sealed class ListOutbox(NpgsqlDataSource database)
{
    public const int LargestPage = 200;

    private const string Page =
        $"""
        -- ListOutbox.Page
        select o.id, o.kind, o.status, coalesce(o.to_address, p.email), o.to_name, o.subject, o.root_id, o.task_id, o.attempts, o.queued_at,
          o.next_attempt_at, o.sent_at, coalesce(o.bounce_reason, o.last_error)
        from outbox o left join person p on p.id = o.person_id
        where ($2 is null or o.status = $2) and ($3 is null or o.kind = $3) and ($4 is null or o.to_address ilike '%' || $4 || '%')
          and ($5 is null or o.root_id = $5) and ($6 is null or o.task_id = $6)
          and ($7 is null or (o.queued_at, o.id) < ($7, coalesce($8, 'ffffffff-ffff-ffff-ffff-ffffffffffff')))
          and {OutboxReach.Sql}
        order by o.queued_at desc, o.id desc
        limit $9
        """;

    private const string One =
        $"""
        -- ListOutbox.One
        select o.id, o.kind, o.status, coalesce(o.to_address, p.email), o.to_name, o.subject, o.root_id, o.task_id, o.attempts, o.queued_at,
          o.next_attempt_at, o.sent_at, coalesce(o.bounce_reason, o.last_error), o.language, o.body_text, o.data::text,
          {TakeOutbox.UnitsAddress}
        from outbox o left join person p on p.id = o.person_id
        where o.id = $2
          and {OutboxReach.Sql}
        """;

    /// <summary>One page, at most <see cref="LargestPage"/> rows.</summary>
    public async Task<IReadOnlyList<ListedMail>> PageAsync(Actor actor, OutboxFilter filter, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var to = filter.To is null ? null : Literally(filter.To);
        return await Command(connection, Page, Texts(actor.PathsWith(Permission.Outbox)), Text(filter.Status), Text(filter.Kind), Text(to), Uuid(filter.RootId),
            Uuid(filter.TaskId), Instant(filter.BeforeAt), Uuid(filter.BeforeId), P(Math.Clamp(filter.Limit, 1, LargestPage))).ListAsync(Listed, cancellation);
    }

    /// <summary>One mail, or null when there is none within the person's reach.</summary>
    public async Task<MailDetail?> FindAsync(Actor actor, Guid id, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await Command(connection, One, Texts(actor.PathsWith(Permission.Outbox)), P(id))
            .ListAsync(r => new MailDetail(Listed(r), r.GetString(13), r.TextOrNull(14), r.GetString(15), r.TextOrNull(16)), cancellation);
        return found.SingleOrDefault();
    }

    private static ListedMail Listed(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.TextOrNull(4), r.TextOrNull(5), r.GuidOrNull(6), r.GuidOrNull(7), r.GetInt32(8),
        r.Instant(9), r.InstantOrNull(10), r.InstantOrNull(11), r.TextOrNull(12));

    private static NpgsqlParameter Text(string? value) => P(value, NpgsqlTypes.NpgsqlDbType.Text);

    private static NpgsqlParameter Uuid(Guid? value) => P(value, NpgsqlTypes.NpgsqlDbType.Uuid);
}
