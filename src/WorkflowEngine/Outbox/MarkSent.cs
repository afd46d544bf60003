using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>Notes that the server has taken a mail, with the words that went out.</summary>
public static class MarkSent
{
    private const string Write =
        """
        -- MarkSent.Write
        update outbox set status = 'sent', attempts = attempts + 1, sent_at = $2, next_attempt_at = null, last_error = null,
          to_address = $3, subject = $4, body_text = $5
        where id = $1 and status = 'queued'
        """;

    /// <exception cref="InvalidOperationException">The row is not queued; the caller does not hold it.</exception>
    public static async Task WriteAsync(
        NpgsqlConnection connection, OutboxMail mail, string subject, string text, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var command = Command(connection, Write, P(mail.Id), Instant(now), P(mail.Address, NpgsqlTypes.NpgsqlDbType.Text), P(subject), P(text));
        if (await command.ExecuteNonQueryAsync(cancellation) != 1) throw new InvalidOperationException($"Mail {mail.Id} is not queued any more.");
    }
}
