using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>A calendar that a person made and did not revoke.</summary>
/// <param name="Unit">Name of the unit whose dates it shows; null: the person's own work.</param>
public sealed record CalendarFeed(Guid Id, long? UnitId, string? Unit, DateTimeOffset CreatedAt);

/// <summary>A calendar as whoever has its address reads it.</summary>
public sealed record OpenedFeed(string Language, string? Unit, IReadOnlyList<FeedDate> Dates);

/// <summary>One date of a calendar: a title and a day, nothing about people.</summary>
/// <param name="LastDay">Last day that is on time.</param>
/// <param name="Sequence">Grows with each change of the date.</param>
/// <param name="ChangedAt">Business time of the last such change.</param>
public sealed record FeedDate(Guid TaskId, Text Title, string? Plan, DateOnly LastDay, int Sequence, bool IsClosed, DateTimeOffset ChangedAt);

/// <summary>What became of the wish for a calendar.</summary>
public abstract record FeedAnswer
{
    /// <summary>Made; the token is shown this once and kept as a hash only.</summary>
    public sealed record Made(Guid Id, string Token) : FeedAnswer;

    /// <summary>The person holds no role at that unit.</summary>
    public sealed record Refused : FeedAnswer;

    /// <summary>The person has as many as one may have.</summary>
    public sealed record TooMany : FeedAnswer;
}

/// <summary>
/// Calendars that others' programs read with nothing but a secret address. Whoever has it reads titles and dates of the person's own work, or of the
/// work of one unit, as long as it is not revoked, the person is active and, for a unit, holds a role there.
/// </summary>
public sealed class CalendarFeeds(NpgsqlDataSource database)
{
    /// <summary>Calendars a person may have at once.</summary>
    public const int Most = 10;

    /// <summary>Dates a calendar shows, the latest first; a program that reads it loads all of them each time.</summary>
    public const int MostDates = 500;

    /// <summary>Entries of the audit that change a date; their number is the event's SEQUENCE.</summary>
    public static IReadOnlyList<string> Changes { get; } = ["deadline.extended", "deadline.resumed", "task.returned", "task.withdrawn", "task.closed"];

    private const int TokenBytes = 32;

    /// <summary>How long what was closed stays as cancelled, so that each program has read it.</summary>
    private static readonly TimeSpan ClosedShown = TimeSpan.FromDays(60);

    private const string Make =
        """
        -- CalendarFeeds.Make
        with me as (select id from person where id = $2 and is_active),
        allowed as (
          select $3::bigint is null or exists (
            select from role_assignment a where a.person_id = $2 and a.unit_id = $3 and a.valid_from <= $5 and a.valid_to > $5) as yes),
        room as (select count(*) < $6 as yes from calendar_feed f, me where f.person_id = me.id and f.revoked_at is null),
        made as (
          insert into calendar_feed (id, person_id, unit_id, token_hash, created_at)
          select $1, me.id, $3, $4, $7 from me, allowed, room where allowed.yes and room.yes
          returning id, person_id, unit_id),
        noted as (
          insert into audit (at, recorded_at, actor_id, action, unit_id, detail)
          select $7, $8, m.person_id, 'calendar.made', m.unit_id, $9 from made m)
        select allowed.yes, room.yes, exists (select from made) from allowed, room
        """;

    private const string List =
        """
        -- CalendarFeeds.List
        select f.id, f.unit_id, u.name, f.created_at from calendar_feed f left join unit u on u.id = f.unit_id
        where f.person_id = $1 and f.revoked_at is null order by f.created_at, f.id
        """;

    private const string Revoke =
        """
        -- CalendarFeeds.Revoke
        with gone as (
          update calendar_feed set revoked_at = $3 where id = $1 and person_id = $2 and revoked_at is null returning id, person_id, unit_id),
        noted as (
          insert into audit (at, recorded_at, actor_id, action, unit_id, detail)
          select $3, $4, g.person_id, 'calendar.revoked', g.unit_id, $5 from gone g)
        select count(*) from gone
        """;

    private const string Find =
        """
        -- CalendarFeeds.Find
        select f.person_id, f.unit_id, p.language, u.name
        from calendar_feed f join person p on p.id = f.person_id and p.is_active left join unit u on u.id = f.unit_id
        where f.token_hash = $1 and f.revoked_at is null and (f.unit_id is null or exists (
          select from role_assignment a where a.person_id = f.person_id and a.unit_id = f.unit_id and a.valid_from <= $2 and a.valid_to > $2))
        """;

    // Each half by its own index. Every change of a date is in the audit, which only grows: what it counts never goes back.
    private const string Dates =
        """
        -- CalendarFeeds.Dates
        with held as (
          select a.unit_id, array_agg(a.role) as roles from role_assignment a
          where a.person_id = $1 and ($2::bigint is null or a.unit_id = $2) and a.valid_from <= $3 and a.valid_to > $3
          group by a.unit_id),
        mine as (
          select t.* from held h join task t on t.unit_id = h.unit_id and t.status = 'open'
          where $2 is not null or t.assignee_id = $1 or (t.assignee_id is null and t.candidate_roles && h.roles)
          union all
          select t.* from held h join task t on t.unit_id = h.unit_id and t.status in ('closed', 'cancelled') and t.decided_at > $4
          where $2 is not null or t.assignee_id = $1 or (t.assignee_id is null and t.candidate_roles && h.roles))
        select m.id, s.body::text, d.due, (changed.times + case when m.status = 'cancelled' then 1 else 0 end)::int, m.status <> 'open',
          greatest(m.created_at, changed.last, case when m.status <> 'open' then m.decided_at end)
        from mine m
        join deadline d on d.task_id = m.id and d.purpose = 'work' and d.due is not null
        join task_spec s on s.id = m.spec_id
        cross join lateral (
          select count(*) as times, max(a.at) as last from audit a
          where a.task_id = m.id and a.action = any($6)) changed
        order by d.due desc, m.id
        limit $5
        """;

    /// <param name="unit">Whose dates; null: the person's own work.</param>
    /// <exception cref="ArgumentException">The actor is no person.</exception>
    public async Task<FeedAnswer> MakeAsync(Actor actor, long? unit, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (actor.IsSystem) throw new ArgumentException("A calendar belongs to a person.", nameof(actor));
        var (id, token) = (Guid.CreateVersion7(now), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var answer = await Command(connection, Make, P(id), P(actor.PersonId), P(unit, NpgsqlTypes.NpgsqlDbType.Bigint), P(Hash(token)), P(Today(now)), P(Most),
            Instant(now), Instant(recordedAt), Json(JsonSerializer.Serialize(new { feed = id }))).ListAsync(r => (Allowed: r.GetBoolean(0), Room: r.GetBoolean(1), Made: r.GetBoolean(2)), cancellation);
        return answer is [{ Made: true }] ? new FeedAnswer.Made(id, token) : answer is [{ Allowed: true, Room: false }] ? new FeedAnswer.TooMany() : new FeedAnswer.Refused();
    }

    /// <summary>A person's own calendars, oldest first.</summary>
    public async Task<List<CalendarFeed>> ListAsync(Guid person, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, List, P(person)).ListAsync(r => new CalendarFeed(r.GetGuid(0), r.LongOrNull(1), r.TextOrNull(2), r.Instant(3)), cancellation);
    }

    /// <summary>From now on its address opens nothing; false: the person has no such calendar.</summary>
    public async Task<bool> RevokeAsync(Actor actor, Guid feed, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Revoke, P(feed), P(actor.PersonId), Instant(now), Instant(recordedAt), Json(JsonSerializer.Serialize(new { feed })));
        return await command.ExecuteScalarAsync(cancellation) is 1L;
    }

    /// <summary>What stands in a calendar; null: there is none with this token, it was revoked, or its maker's rights have ended.</summary>
    public async Task<OpenedFeed?> OpenAsync(string token, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await Command(connection, Find, P(Hash(token)), P(Today(now))).ListAsync(
            r => (Person: r.GetGuid(0), Unit: r.LongOrNull(1), Language: r.GetString(2), Name: r.TextOrNull(3)), cancellation);
        if (found is not [var feed]) return null;
        var dates = await Command(connection, Dates, P(feed.Person), P(feed.Unit, NpgsqlTypes.NpgsqlDbType.Bigint), P(Today(now)), Instant(now - ClosedShown), P(MostDates), Texts([.. Changes]))
            .ListAsync(r => DateOf(r.GetGuid(0), TaskSpecJson.Read(r.GetString(1)), r.Instant(2), r.GetInt32(3), r.GetBoolean(4), r.Instant(5)), cancellation);
        return new OpenedFeed(feed.Language, feed.Name, dates);
    }

    private static FeedDate DateOf(Guid task, TaskSpec spec, DateTimeOffset due, int sequence, bool isClosed, DateTimeOffset changedAt) =>
        new(task, spec.Title, ComposeMail.PlanOf(spec).Number, WorkingCalendar.VietnamPublic.LastDayOf(due), sequence, isClosed, changedAt);

    private static byte[] Hash(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));

    private static DateOnly Today(DateTimeOffset now) => WorkingCalendar.VietnamPublic.DayOf(now);
}
