using System.Text.Json;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>One version of the words of a mail.</summary>
/// <param name="Subject">Null with <paramref name="Body"/>: the shipped words again.</param>
public sealed record StoredTemplate(string Kind, string Language, int Version, string? Subject, string? Body, DateTimeOffset At, string ChangedBy);

/// <summary>What became of a change of a mail's words.</summary>
public enum TemplateAnswer
{
    /// <summary>In force for mails queued from now on.</summary>
    Saved,

    /// <summary>The actor does not administer the topmost unit.</summary>
    Forbidden,

    /// <summary>Somebody else has saved a version since the one that was seen.</summary>
    Changed,
}

/// <summary>
/// Versions of the words of mails. They belong to the whole installation, so whoever changes them administers a topmost unit. A version is never
/// changed; a mail goes by the one that was in force at the business time it was queued, so a change reaches no mail that waits already.
/// </summary>
public sealed class MailTemplates(NpgsqlDataSource database)
{
    // The key keeps two versions of the same number out: who saves on what is no longer the last writes nothing.
    private const string Write =
        """
        -- MailTemplates.Write
        with allowed as (select exists (select from unit u where u.parent_id is null and u.path = any($1)) as yes),
        last as (select coalesce(max(version), 0) as version from mail_template where kind = $2 and language = $3),
        written as (
          insert into mail_template (kind, language, version, subject, body, at, changed_by)
          select $2, $3, last.version + 1, $5, $6, $7, $8 from allowed, last where allowed.yes and last.version = $4
          on conflict do nothing
          returning kind, language, version),
        noted as (
          insert into audit (at, recorded_at, actor_id, action, detail)
          select $7, $9, $8, $10, jsonb_build_object('kind', w.kind, 'language', w.language, 'version', w.version) from written w)
        select allowed.yes, exists (select from written) from allowed
        """;

    private const string Versions =
        """
        -- MailTemplates.Versions
        select m.kind, m.language, m.version, m.subject, m.body, m.at, p.display_name from mail_template m join person p on p.id = m.changed_by
        where ($1 is null or m.kind = $1) and ($2 is null or m.language = $2)
        order by m.kind, m.language, m.version desc
        """;

    private const string InForce =
        """
        -- MailTemplates.InForce
        select distinct on (m.kind) m.kind, m.subject, m.body from mail_template m
        where m.language = $1 and m.at <= $2
        order by m.kind, m.version desc
        """;

    private const string Example =
        """
        -- MailTemplates.Example
        select o.data::text from outbox o where o.kind = $1 and ($2 is null or coalesce(o.data -> 'review', 'false') = $2::jsonb) and ($3 is null or (coalesce((o.data -> 'deadline' ->> 'daysLate')::int, 0) > 0) = $3)
          and exists (select from unit u where u.parent_id is null and u.path = any($4))
        order by o.queued_at desc limit 1
        """;

    /// <param name="seen">The version that was edited; 0: the shipped words.</param>
    /// <param name="subject">Null with <paramref name="body"/>: back to the shipped words.</param>
    public async Task<TemplateAnswer> SaveAsync(
        Actor actor, string kind, string language, int seen, string? subject, string? body, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var answer = await Command(connection, Write, Texts(actor.PathsWith(Permission.Organisation)), P(kind), P(language), P(seen),
            P(subject, NpgsqlTypes.NpgsqlDbType.Text), P(body, NpgsqlTypes.NpgsqlDbType.Text), Instant(now), P(actor.PersonId), Instant(recordedAt),
            P(body is null ? "mail.template.reset" : "mail.template")).ListAsync(r => (Allowed: r.GetBoolean(0), Written: r.GetBoolean(1)), cancellation);
        return answer switch { [{ Written: true }] => TemplateAnswer.Saved, [{ Allowed: true }] => TemplateAnswer.Changed, _ => TemplateAnswer.Forbidden };
    }

    /// <summary>Newest first; nulls mean all.</summary>
    public async Task<List<StoredTemplate>> VersionsAsync(string? kind, string? language, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Versions, P(kind, NpgsqlTypes.NpgsqlDbType.Text), P(language, NpgsqlTypes.NpgsqlDbType.Text)).ListAsync(
            r => new StoredTemplate(r.GetString(0), r.GetString(1), r.GetInt32(2), r.TextOrNull(3), r.TextOrNull(4), r.Instant(5), r.GetString(6)), cancellation);
    }

    /// <summary>The words that a mail queued at <paramref name="queuedAt"/> goes by, of each kind that has its own then.</summary>
    public static async Task<IReadOnlyList<(string Kind, string Subject, string Body)>> InForceAsync(
        NpgsqlConnection connection, string language, DateTimeOffset queuedAt, CancellationToken cancellation = default) =>
        [.. (await Command(connection, InForce, P(language), Instant(queuedAt)).ListAsync(r => (Kind: r.GetString(0), Subject: r.TextOrNull(1), Body: r.TextOrNull(2)), cancellation))
            .Where(t => t.Body is not null).Select(t => (t.Kind, t.Subject!, t.Body!))];

    /// <summary>The data of the newest mail of a kind, for a preview; null: there is none, or the actor does not administer the topmost unit.</summary>
    /// <param name="review">Of reminders: to the reviewer or not.</param>
    /// <param name="late">Of reminders: after the date or before it.</param>
    public async Task<string?> ExampleAsync(Actor actor, string mailKind, bool? review, bool? late, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, Example, P(mailKind), P(review is { } r ? JsonSerializer.Serialize(r) : null, NpgsqlTypes.NpgsqlDbType.Text), P(late, NpgsqlTypes.NpgsqlDbType.Boolean),
            Texts(actor.PathsWith(Permission.Organisation))).ListAsync(row => row.GetString(0), cancellation)).FirstOrDefault();
    }
}
