using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>
/// Takes the next due mail, the most important first, for the length of the caller's transaction. The row lock is the lease: a sender that dies loses its connection, and
/// the mail is free again. No lease time, because the business clock may stand still.
/// </summary>
/// <remarks>What survives a crash here: the row as it was. Between the server's "250" and the commit the mail goes out a second time, with the
/// same Message-ID: at least once.</remarks>
public static class TakeOutbox
{
    /// <summary>Where answers to the mail <c>o</c> go, see <see cref="OutboxMail.ReplyTo"/>.</summary>
    internal const string UnitsAddress = "(select u.attributes ->> 'email' from every_instance i join unit u on u.id = i.unit_id where i.id = o.root_id)";

    // The person's address of today: one who had none when it was queued may have one now.
    private const string Take =
        $"""
        -- TakeOutbox.Next
        select o.id, o.kind, coalesce(p.email, o.to_address), o.to_name, o.language, o.data::text, o.attempts, o.person_id, o.queued_at,
          {UnitsAddress}
        from outbox o left join person p on p.id = o.person_id
        where o.status = 'queued' and o.next_attempt_at <= $1
        order by o.importance, o.next_attempt_at, o.id
        limit 1
        for update of o skip locked
        """;

    /// <summary>The next due mail that no other sender holds, or null.</summary>
    public static async Task<OutboxMail?> NextAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var rows = await Command(connection, Take, Instant(now)).ListAsync(
            r => new OutboxMail(r.GetGuid(0), r.GetString(1), r.TextOrNull(2), r.TextOrNull(3), r.GetString(4), r.GetString(5), r.GetInt32(6), r.GuidOrNull(7), r.Instant(8)) { ReplyTo = r.TextOrNull(9) }, cancellation);
        return rows.SingleOrDefault();
    }
}
