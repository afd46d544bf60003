using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Identity;

/// <summary>
/// Gives a person a password that opens nothing but the page that changes it, and ends all their sessions. For those who manage every unit where
/// the person holds a role or stands in for somebody with one, now or soon; who left a unit is no longer its manager's. Nobody gives one to themselves.
/// </summary>
public sealed class OneTimePassword(NpgsqlDataSource database, IPasswordHasher<Person> hasher)
{
    // Without 0 O 1 l I: it is read from a screen or a slip of paper. 20 of 55 letters are 115 bits.
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private const string Set =
        """
        -- OneTimePassword.Set
        with changed as (
          update person p set password_hash = $2, security_stamp = $3, must_change_password = true, access_failed_count = 0, lockout_end = null
          where p.normalized_user_name = $1 and p.is_active and p.id <> $4
            and exists (select from role_assignment a join unit u on u.id = a.unit_id, unnest($5) as r (path)
              where a.person_id = p.id and a.valid_to > $9 and starts_with(u.path, r.path))
            and not exists (select from role_assignment a join unit u on u.id = a.unit_id
              where a.valid_to > $9 and not exists (select from unnest($5) as r (path) where starts_with(u.path, r.path))
                and (a.person_id = p.id or a.person_id in (select b.person_id from delegation g join absence b on b.id = g.absence_id
                  where g.deputy_id = p.id and b.ended_at is null and b.until_day > $9)))
          returning p.id)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail)
          select $6, $7, $4, $8, 'person.one-time-password', jsonb_build_object('personId', id) from changed)
        select count(*) from changed
        """;

    /// <summary>A new one.</summary>
    public static string Make() => RandomNumberGenerator.GetString(Letters, 20);

    /// <summary>The password, or null: there is no such account, or not within what the actor manages.</summary>
    public async Task<string?> GiveAsync(Actor actor, string userName, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(userName);
        if (userName.Contains('\0', StringComparison.Ordinal)) return null;
        var password = Make();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var set = Command(connection, Set,
            P(userName.ToUpperInvariant()), P(hasher.HashPassword(new Person { UserName = userName }, password)), P(Guid.NewGuid().ToString("N")),
            P(actor.PersonId), Texts(actor.PathsWith(Permission.Organisation)), Instant(now), Instant(recordedAt), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            P(WorkingCalendar.VietnamPublic.DayOf(now)));
        return (long)(await set.ExecuteScalarAsync(cancellation))! == 1 ? password : null;
    }
}
