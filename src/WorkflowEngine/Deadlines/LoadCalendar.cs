using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>What a calendar's change does, before it is applied.</summary>
/// <param name="Token">To be given with the change when it is applied: it names this change of this version.</param>
/// <param name="Units">Units that follow the calendar.</param>
/// <param name="RemindersMoved">Reminders to come that move; <paramref name="Reminders"/> tells them by kind.</param>
/// <param name="FiredAtOnce">Of these, how many come at once because their new instant has passed.</param>
public sealed record CalendarPreview(
    string Token, string Id, int BaseVersion, int Version, IReadOnlyList<ChangedDay> Days, int Units, int RemindersMoved, int FiredAtOnce,
    IReadOnlyList<MovedReminder> Reminders, IReadOnlyList<MovedWorkingDay> LastWorkingDays);

/// <summary>What came of it; closed.</summary>
public abstract record CalendarAnswer
{
    private CalendarAnswer() { }

    public sealed record Previewed(CalendarPreview Preview) : CalendarAnswer;

    public sealed record Loaded(int Version, int RemindersMoved) : CalendarAnswer;

    public sealed record Refused(TaskAnswer Answer) : CalendarAnswer;

    /// <summary>The calendar has another version by now, or the token is of another change: look at the preview again.</summary>
    public sealed record Changed(int CurrentVersion) : CalendarAnswer;
}

/// <summary>
/// Loads a notice, own days or a working week as a new version of a calendar, after its consequences were shown: reminders to come are planned anew,
/// what was announced (due instants, fired rungs) stays.
/// </summary>
/// <remarks>
/// Version and reminders are one transaction, and no rung fires while it lasts. Bursts on other hosts may go on planning by the version before for
/// the seconds that they remember it; <see cref="SettleAsync"/> plans their rows anew. It survives a crash: the version stays unsettled until it ran.
/// </remarks>
public sealed class LoadCalendar(NpgsqlDataSource database, ReferenceStore reference, TimeProvider system)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    private const string Hold =
        """
        -- LoadCalendar.Hold
        select pg_advisory_xact_lock(7301002)
        """;

    private const string ReadCalendar =
        """
        -- LoadCalendar.Calendar
        select version, body::text from calendar where id = $1 order by version desc limit $2
        """;

    // Whoever changes a calendar manages every unit that follows it.
    private const string Followers =
        """
        -- LoadCalendar.Followers
        select count(*)::int, count(*) filter (where not ($2 or exists (select from unnest($3) as p where starts_with(u.path, p))))::int
        from unit u where u.calendar_id = $1
        """;

    private const string Insert =
        """
        -- LoadCalendar.Insert
        insert into calendar (id, version, body, loaded_at, unsettled_since) values ($1, $2, $3, $4, $5) on conflict do nothing
        """;

    private const string InsertAudit =
        """
        -- LoadCalendar.Audit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail) values ($1, $2, $3, $4, 'calendar.load', $5)
        """;

    private const string Unsettled =
        """
        -- LoadCalendar.Unsettled
        select id, version from calendar where unsettled_since < $1 order by id, version
        """;

    private const string Settled =
        """
        -- LoadCalendar.Settled
        update calendar set unsettled_since = null where id = $1 and version <= $2
        """;

    private sealed record Found(WorkingCalendar Before, WorkingCalendar After, int Units);

    /// <summary>What the change would do; writes nothing.</summary>
    public async Task<CalendarAnswer> PreviewAsync(Actor actor, string id, CalendarChange change, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (found, refused) = await FindAsync(connection, actor, id, change, cancellation);
        if (found is null) return refused!;
        var moves = new ReminderMoves(await reference.GetAsync(cancellation), found.Before, found.After, now);
        await moves.ReadAsync(connection, cancellation);
        var kinds = moves.Kinds;
        return new CalendarAnswer.Previewed(new CalendarPreview(
            TokenOf(id, change), id, change.BaseVersion, found.After.Version, CalendarChange.Differences(found.Before, found.After), found.Units,
            moves.Count, kinds.Where(k => k.To < now).Sum(k => k.Count), kinds, await moves.WorkingDaysAsync(connection, cancellation)));
    }

    /// <summary>Applies a change that was previewed.</summary>
    /// <param name="token">Of the preview.</param>
    public async Task<CalendarAnswer> ApplyAsync(
        Actor actor, string id, CalendarChange change, string? token, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (change.Refuse() is { } invalid) return new CalendarAnswer.Refused(invalid);
        if (token != TokenOf(id, change)) return new CalendarAnswer.Changed(change.BaseVersion);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Command(connection, Hold).ExecuteNonQueryAsync(cancellation);
        var (found, refused) = await FindAsync(connection, actor, id, change, cancellation);
        if (found is null) return refused!;
        var written = await Command(connection, Insert, P(id), P(found.After.Version), Json(found.After.Write()), Instant(now),
            Instant(BusinessClock.Whole(system.GetUtcNow()))).ExecuteNonQueryAsync(cancellation);
        if (written == 0) return new CalendarAnswer.Changed(found.After.Version);
        var moves = new ReminderMoves(await reference.GetAsync(cancellation), found.Before, found.After, now);
        await moves.ReadAsync(connection, cancellation);
        await moves.WriteAsync(connection, cancellation);
        var detail = JsonSerializer.Serialize(new
        {
            id,
            version = found.After.Version,
            year = change.NoticeYear,
            source = change.Source,
            days = CalendarChange.Differences(found.Before, found.After).Count,
            reminders = moves.Count,
        });
        await Command(connection, InsertAudit, Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Json(detail))
            .ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        reference.Invalidate();
        return new CalendarAnswer.Loaded(found.After.Version, moves.Count);
    }

    /// <summary>
    /// Plans anew what hosts still planned by the version before, once all of them know the new one. Gives the reminders moved; harmless to repeat.
    /// </summary>
    public async Task<int> SettleAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var moved = 0;
        foreach (var (id, version) in await Command(connection, Unsettled, Instant(system.GetUtcNow() - Settling)).ListAsync(r => (r.GetString(0), r.GetInt32(1)), cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await Command(connection, Hold).ExecuteNonQueryAsync(cancellation);
            if (await ReadAsync(connection, id, 2, cancellation) is [{ } after, { } before])
            {
                var moves = new ReminderMoves(await reference.GetAsync(cancellation), before, after, now, settle: true);
                await moves.ReadAsync(connection, cancellation);
                await moves.WriteAsync(connection, cancellation);
                moved += moves.Count;
            }

            await Command(connection, Settled, P(id), P(version)).ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        return moved;
    }

    private async Task<(Found? Found, CalendarAnswer? Refused)> FindAsync(
        NpgsqlConnection connection, Actor actor, string id, CalendarChange change, CancellationToken cancellation)
    {
        if (change.Refuse() is { } invalid) return (null, new CalendarAnswer.Refused(invalid));
        if (!actor.May(Permission.Organisation)) return (null, new CalendarAnswer.Refused(new TaskAnswer.Forbidden()));
        if (!IsId(id)) return (null, Invalid("id", "Mã lịch: chữ thường không dấu, số, gạch nối; nhiều nhất 40 ký tự.", "A calendar's id has lower-case letters, digits and hyphens, 40 at most."));
        var current = (await ReadAsync(connection, id, 1, cancellation)).FirstOrDefault();
        if ((current?.Version ?? 0) != change.BaseVersion) return (null, new CalendarAnswer.Changed(current?.Version ?? 0));
        var (units, beyond) = (await Command(connection, Followers, P(id), P(actor.IsSystem), Texts(actor.PathsWith(Permission.Organisation)))
            .ListAsync(r => (r.GetInt32(0), r.GetInt32(1)), cancellation))[0];
        if (beyond > 0) return (null, new CalendarAnswer.Refused(new TaskAnswer.Forbidden()));
        if (current is null)
        {
            if (change.CopyOf is null) return (null, Invalid("copyOf", "Lịch mới bắt đầu từ một lịch có sẵn: hãy cho copyOf.", "A new calendar begins with an existing one: give copyOf."));
            current = (await ReadAsync(connection, change.CopyOf, 1, cancellation)).FirstOrDefault();
            if (current is null) return (null, Invalid("copyOf", "Không có lịch này.", "There is no such calendar."));
        }
        else if (change.CopyOf is not null)
        {
            return (null, Invalid("copyOf", "Lịch này đã có.", "This calendar exists already."));
        }

        return (new Found(current, change.ApplyTo(current, id), units), null);
    }

    private static async Task<List<WorkingCalendar>> ReadAsync(NpgsqlConnection connection, string id, int versions, CancellationToken cancellation) =>
        await Command(connection, ReadCalendar, P(id), P(versions)).ListAsync(r => WorkingCalendar.Read(r.GetString(1)), cancellation);

    private static string TokenOf(string id, CalendarChange change) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id + JsonSerializer.Serialize(change, DeadlineJson.Options))))[..32];

    private static bool IsId(string id) =>
        id.Length is > 0 and <= 40 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && !id.StartsWith('-');

    private static CalendarAnswer.Refused Invalid(string field, string vi, string en) => new(TaskAnswer.Invalid.On(field, vi, en));
}
