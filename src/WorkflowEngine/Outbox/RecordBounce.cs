using System.Text.Json;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>What became of a report that a mail came back.</summary>
public enum BounceAnswer
{
    /// <summary>It is on record, and those who follow the work are told.</summary>
    Recorded,

    /// <summary>On record already; nothing changed.</summary>
    AlreadyRecorded,

    /// <summary>No mail that went out has this id, or not within the reader's reach.</summary>
    Unknown,
}

/// <summary>
/// An intake: a mail that was sent came back for good, or was given up while it was sent (<see cref="TellAsync"/>). Whoever follows the tasks it was about hears of it in the digest of the next five minutes,
/// once a task and round, because a unit that gets no mail keeps no date.
/// </summary>
public sealed class RecordBounce(NpgsqlDataSource database, ReferenceStore reference, TimeProvider system)
{
    /// <summary>Stands in the ledger for "a mail came back".</summary>
    public const string Rung = "bounced";

    private static readonly TimeSpan Together = TimeSpan.FromMinutes(5);

    /// <summary>Rungs of one statement: a manager's one digest may be about every unit.</summary>
    private const int MostAtOnce = 1000;

    /// <summary>Who hears of it where the ladder names nobody beyond the unit: whoever may follow the work up.</summary>
    private static readonly RecipientRule[] Followers = [new(RecipientPlace.Owner, "may:" + Organisation.Permission.CloseTask)];

    private readonly RungLedger _ledger = new(system);

    private const string Mark =
        $"""
        -- RecordBounce.Mark
        with found as (
          select o.id, o.status, o.root_id, o.task_id, o.person_id, o.to_address from outbox o
          where o.id = $2 and o.status in ('sent', 'bounced') and {OutboxReach.Sql}
          for update),
        marked as (
          update outbox o set status = 'bounced', bounced_at = $3, bounce_reason = $4 from found f where o.id = f.id and f.status = 'sent' returning o.id),
        noted as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, task_id, detail)
          select $3, $5, $6, $7, 'mail.bounced', f.root_id, f.task_id, $8 from found f join marked m on m.id = f.id)
        select exists (select from marked) from found
        """;

    // The tasks the mail was about that somebody still has to do; the deadline row is held so that nobody hands in meanwhile.
    private const string Tasks =
        """
        -- RecordBounce.Tasks
        select d.task_id, d.purpose, d.round, d.ladder_id from deadline d
        join task t on t.id = d.task_id and t.status = case d.purpose when 'review' then 'submitted' else 'open' end
        where (d.task_id, d.purpose) in (
          select l.task_id, l.purpose from outbox o join digest_line l on l.digest_id = o.digest_id and not l.withheld where o.id = any($1)
          union select o.task_id, 'work' from outbox o where o.id = any($1) and o.task_id is not null)
          and not exists (select from rung_fired f where f.task_id = d.task_id and f.purpose = d.purpose and f.round = d.round and f.rung = $2)
        order by d.task_id, d.purpose
        for update of d
        """;

    /// <param name="reach">Paths within which the reporter may see mails; "/" for the mail provider.</param>
    /// <param name="reporter">Who says so; null: the mail provider.</param>
    public async Task<BounceAnswer> RunAsync(
        string[] reach, (Guid Person, Guid? OnBehalfOf)? reporter, Guid mailId, string reason, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var marked = await Command(connection, Mark, Texts(reach), P(mailId), Instant(now), P(reason), Instant(BusinessClock.Whole(system.GetUtcNow())),
            P(reporter?.Person, NpgsqlTypes.NpgsqlDbType.Uuid), P(reporter?.OnBehalfOf, NpgsqlTypes.NpgsqlDbType.Uuid),
            Json(JsonSerializer.Serialize(new { mailId, reason }))).ListAsync(r => r.GetBoolean(0), cancellation);
        if (marked is []) return BounceAnswer.Unknown;
        if (marked is [false]) return BounceAnswer.AlreadyRecorded;

        await TellAsync(connection, [mailId], now, cancellation);
        await transaction.CommitAsync(cancellation);
        return BounceAnswer.Recorded;
    }

    /// <summary>
    /// Tells those who follow the work of mails that reach nobody, as part of the caller's transaction; a task that they were told of in this round
    /// is not told again, so that a mail about it that fails too ends there. However many mails: a person gets one digest, with the tasks as its lines.
    /// </summary>
    public async Task TellAsync(NpgsqlConnection connection, Guid[] mails, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var known = await reference.GetAsync(connection, cancellation);
        var calendar = DuePlan.CalendarOf(known, "vn-public") ?? WorkingCalendar.VietnamPublic;
        var slot = new DateTimeOffset((now.UtcTicks / Together.Ticks + 1) * Together.Ticks, TimeSpan.Zero);
        var rungs = await Command(connection, Tasks, Uuids(mails), P(Rung)).ListAsync(
            r => new LedgerRung(r.GetGuid(0), r.GetString(1), r.GetInt32(2), Rung, 0, now, now, slot, FollowersOf(known, r.TextOrNull(3))), cancellation);
        foreach (var part in rungs.GroupBy(r => r.Purpose).SelectMany(g => g.Chunk(MostAtOnce)))
        {
            await using var batch = new NpgsqlBatch(connection);
            await _ledger.WriteAsync(connection, part, calendar.DayOf(now), now, batch, cancellation);
            if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>The first in the ladder who are told beyond the unit.</summary>
    private static RecipientRule[] FollowersOf(Running.ReferenceData known, string? ladderId) =>
        (ladderId is null ? null : DuePlan.LadderOf(known, ladderId))?.Rungs
            .Select(r => r.Recipients.Where(rule => rule.At != RecipientPlace.Unit).ToArray()).FirstOrDefault(r => r.Length > 0) ?? Followers;
}
