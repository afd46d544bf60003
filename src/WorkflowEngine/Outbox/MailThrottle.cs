using Npgsql;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>
/// Bounds the mails to one domain in a minute of business time, over all hosts: a place is taken before a mail is sent, and what finds no place is
/// spread over the minutes to come without counting as an attempt.
/// </summary>
public static class MailThrottle
{
    private const string Reserve =
        """
        -- MailThrottle.Take
        insert into mail_window as w (domain, started, taken) values ($1, date_bin('1 minute', $2, '2000-01-01Z'), 1)
        on conflict (domain) do update set started = greatest(w.started, excluded.started), taken = case when w.started < excluded.started then 1 else w.taken + 1 end
        where w.started < excluded.started or w.taken < $3
        returning taken
        """;

    // One at a time for a domain, in a statement of its own: the next one's snapshot sees what this one placed.
    private const string Hold =
        """
        -- MailThrottle.Hold
        select from mail_window where domain = $1 for update
        """;

    // Rows that another sender holds are its own business; behind those as important or more that have their minute already. Of what then is too much
    // for a minute the least important finds no place and is spread anew.
    private const string Spread =
        """
        -- MailThrottle.Spread
        with due as (
          select o.id, o.importance, o.next_attempt_at from outbox o left join person p on p.id = o.person_id
          where o.status = 'queued' and o.next_attempt_at <= $2 and lower(split_part(coalesce(p.email, o.to_address), '@', 2)) = $1
          order by o.importance, o.next_attempt_at, o.id
          for update of o skip locked),
        waiting as (
          select o.importance, count(*) as n from outbox o left join person p on p.id = o.person_id
          where o.status = 'queued' and o.next_attempt_at > $2 and lower(split_part(coalesce(p.email, o.to_address), '@', 2)) = $1 group by o.importance),
        placed as (
          select d.id, (coalesce((select sum(w.n) from waiting w where w.importance <= d.importance), 0)::bigint
            + row_number() over (order by d.importance, d.next_attempt_at, d.id) - 1) / $3 as minute
          from due d)
        update outbox o set next_attempt_at = date_bin('1 minute', $2, '2000-01-01Z') + (p.minute + 1) * interval '1 minute'
        from placed p where o.id = p.id
        """;

    /// <summary>Takes one of the <paramref name="perMinute"/> places of the domain; false: there is none left in this minute.</summary>
    /// <remarks>A place that a crash leaves unused is lost for its minute, no more.</remarks>
    public static async Task<bool> TakeAsync(NpgsqlDataSource database, string domain, int perMinute, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Reserve, P(domain), Instant(now), P(perMinute));
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    /// <summary>Gives every due mail to the domain its minute, most important first; returns how many.</summary>
    public static async Task<int> SpreadAsync(NpgsqlConnection connection, string domain, int perMinute, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var batch = new NpgsqlBatch(connection);
        var spread = Statement(Spread, P(domain), Instant(now), P(perMinute));
        batch.BatchCommands.Add(Statement(Hold, P(domain)));
        batch.BatchCommands.Add(spread);
        await batch.ExecuteNonQueryAsync(cancellation);
        return (int)spread.RecordsAffected;
    }
}
