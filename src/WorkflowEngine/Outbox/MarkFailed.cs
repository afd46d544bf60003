using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>Notes a failed attempt: later again, or dead and listed for people to send again.</summary>
public static class MarkFailed
{
    private const int LongestReason = 1000;
    private const int Together = 1000;

    private const string Write =
        """
        -- MarkFailed.Write
        update outbox set attempts = attempts + 1, last_error = $2, next_attempt_at = $3, status = case when $3 is null then 'dead' else 'queued' end
        where id = $1 and status = 'queued'
        """;

    // The server is away: every mail that is due would only meet the same. Rows that another sender holds are its own business.
    private const string PostponeDue =
        """
        -- MarkFailed.PostponeDue
        with due as (
          select id, attempts + 1 as failures from outbox where status = 'queued' and next_attempt_at <= $1 order by id limit $5 for update skip locked)
        update outbox o set attempts = due.failures, last_error = $2,
          next_attempt_at = $1 + ($3::interval[])[due.failures],
          status = case when due.failures >= $4 then 'dead' else 'queued' end
        from due where o.id = due.id
        returning o.id, o.status = 'dead'
        """;

    /// <summary>
    /// One mail failed. <paramref name="permanent"/>: a 5xx answer, no address, nothing to render: no further attempt. True: it is dead by now.
    /// </summary>
    public static async Task<bool> WriteAsync(
        NpgsqlConnection connection, OutboxMail mail, string reason, bool permanent, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var wait = permanent ? null : MailBackOff.After(mail.Attempts + 1);
        await using var command = Command(connection, Write, P(mail.Id), P(Clean(reason)), Instant(now + wait));
        if (await command.ExecuteNonQueryAsync(cancellation) != 1) throw new InvalidOperationException($"Mail {mail.Id} is not queued any more.");
        return wait is null;
    }

    /// <summary>
    /// The server could not be reached: all due mails count this attempt and wait, each by its own back-off. Those whose last attempt it was are told to who
    /// follows the work, a thousand mails a transaction: after a crash the rest is still due. Returns how many.
    /// </summary>
    public static async Task<int> PostponeAsync(
        NpgsqlConnection connection, string reason, DateTimeOffset now, RecordBounce? bounces = null, CancellationToken cancellation = default)
    {
        var waits = Enumerable.Range(1, MailBackOff.Attempts).Select(MailBackOff.After).ToArray();
        for (var all = 0; ;)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var postponed = await Command(connection, PostponeDue, Instant(now), P(Clean(reason)), P(waits, NpgsqlDbType.Array | NpgsqlDbType.Interval), P(MailBackOff.Attempts),
                P(Together)).ListAsync(r => (Id: r.GetGuid(0), IsDead: r.GetBoolean(1)), cancellation);
            Guid[] dead = [.. postponed.Where(p => p.IsDead).Select(p => p.Id)];
            if (dead.Length > 0 && bounces is not null) await bounces.TellAsync(connection, dead, now, cancellation);
            await transaction.CommitAsync(cancellation);
            all += postponed.Count;
            if (postponed.Count < Together) return all;
        }
    }

    private static string Clean(string reason) => StorableText.Beginning(StorableText.Mended(reason), LongestReason);
}
