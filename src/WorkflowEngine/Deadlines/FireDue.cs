using System.Text.Json;
using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>What one batch of due deadlines came to.</summary>
/// <param name="Rows">Deadline rows taken; fewer than <see cref="FireDue.BatchSize"/>: nothing more is due that nobody else holds.</param>
/// <param name="Rungs">Rungs written to the ledger.</param>
public sealed record FiredBatch(int Rows, int Rungs);

/// <summary>
/// An intake: takes deadlines whose next rung has come, writes the rung to the ledger and a line into the digest of everybody it is for, and sets
/// the next instant. One transaction a batch, set-based; several hosts share the work by skipping each other's rows.
/// </summary>
/// <remarks>
/// What survives a crash here: before the commit nothing, and the rows are still due; after it ledger, lines and next instant together, so that a
/// rung is never lost and never fires twice. A row that was due several times over (the hosts were down) comes again in the next batch.
/// </remarks>
public sealed class FireDue(NpgsqlDataSource database, ReferenceStore reference, TimeProvider system, CrashPoints? crashPoints = null)
{
    public const int BatchSize = 500;
    private const int Attempts = 4;
    private readonly RungLedger ledger = new(system);

    /// <summary>Held shared by those who fire rungs and exclusively by <see cref="LoadCalendar"/>: no rung fires while a calendar moves it.</summary>
    internal const string Hold =
        """
        -- FireDue.Hold
        select pg_advisory_xact_lock_shared(7301002)
        """;

    // No order among those due at one instant: thousands may be, and sorting them again for each batch would cost more than the batch.
    // A task that is handed in at this moment holds its deadline row, so its row is skipped or seen as it then stands.
    private const string Take =
        """
        -- FireDue.Take
        select d.task_id, d.purpose, d.round, d.ladder_id, d.calendar_id, d.due, d.started_at, d.last_rung, d.last_period, d.next_at,
          t.status, coalesce(t.round, 0), t.opened_at is not null, exists (select from task_draft f where f.task_id = d.task_id),
          coalesce(s.body ->> 'deadline', s.body ->> 'targetDate')
        from deadline d
        left join task t on t.id = d.task_id
        left join task_spec s on s.id = t.spec_id
        where d.next_at <= $1
        order by d.next_at
        limit $2
        for update of d skip locked
        """;

    // By place, as CommitBursts writes heads: the rows are held, and a plan from when there were few would go through all of them for each.
    private const string MoveOn =
        """
        -- FireDue.MoveOn
        update deadline d set last_rung = n.last_rung, last_period = n.last_period, next_at = n.next_at
        from unnest($1, $2, $3, $4, $5, $6) as n(task_id, purpose, taken_at, last_rung, last_period, next_at)
        cross join lateral (select ctid from deadline where task_id = n.task_id and purpose = n.purpose and next_at = n.taken_at limit 1) as known(place)
        where d.ctid = known.place
        """;

    /// <summary>Fires one batch. Run it again while it takes a full one.</summary>
    public async Task<FiredBatch> RunAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(now, cancellation);
            }
            catch (Exception e) when (e.IsTransient() && attempt < Attempts)
            {
                // Nothing was written: the same rows are taken again.
            }
        }
    }

    private async Task<FiredBatch> TryAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (rows, versions) = await TakeAsync(connection, now, cancellation);
        if (rows.Count == 0) return new FiredBatch(0, 0);
        var plan = DuePlan.Of(rows, await reference.CurrentAsync(connection, versions, cancellation), now);
        await using var batch = new NpgsqlBatch(connection);
        var rungs = await ledger.WriteAsync(connection, plan.Rungs, plan.Today, now, batch, cancellation);
        var moved = Statement(MoveOn,
            Uuids([.. plan.Moves.Select(m => m.Row.TaskId)]), Texts([.. plan.Moves.Select(m => m.Row.Purpose)]),
            Instants([.. plan.Moves.Select(m => (DateTimeOffset?)m.Row.NextAt)]), Texts([.. plan.Moves.Select(m => m.LastRung)]),
            Ints([.. plan.Moves.Select(m => m.LastPeriod)]), Instants([.. plan.Moves.Select(m => m.NextAt)]));
        batch.BatchCommands.Add(moved);
        if (plan.Broken.Count > 0)
            batch.BatchCommands.Add(ledger.Note("deadline.broken", plan.Broken.Select(b => (b.Row.TaskId, JsonSerializer.Serialize(new { reason = b.Reason }))), now));
        await batch.ExecuteNonQueryAsync(cancellation);
        if (moved.RecordsAffected != rows.Count)
            throw new InvalidOperationException($"{rows.Count} deadlines held, {moved.RecordsAffected} moved on.");
        crashPoints?.Hit("rungs-before-commit");
        await transaction.CommitAsync(cancellation);
        crashPoints?.Hit("rungs-after-commit");
        EngineMeter.Rungs.Add(rungs);
        if (EngineMeter.RungLateness.Enabled)
            foreach (var rung in plan.Rungs) EngineMeter.RungLateness.Record(Math.Max(0, (now - rung.ScheduledAt).TotalSeconds));
        return new FiredBatch(rows.Count, rungs);
    }

    /// <summary>In one round trip: holds the calendars still, reads their versions, takes the rows.</summary>
    private static async Task<(List<DueDeadline> Rows, string Versions)> TakeAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statement(Hold));
        batch.BatchCommands.Add(Statement(ReferenceStore.ReadVersions));
        batch.BatchCommands.Add(Statement(Take, Instant(now), P(BatchSize)));
        await using var r = await batch.ExecuteReaderAsync(cancellation);
        await r.NextResultAsync(cancellation);
        await r.ReadAsync(cancellation);
        var versions = r.GetString(0);
        await r.NextResultAsync(cancellation);
        var rows = new List<DueDeadline>();
        while (await r.ReadAsync(cancellation))
            rows.Add(new DueDeadline
            {
                TaskId = r.GetGuid(0),
                Purpose = r.GetString(1),
                Round = r.GetInt32(2),
                LadderId = r.TextOrNull(3),
                CalendarId = r.GetString(4),
                Due = r.InstantOrNull(5),
                StartedAt = r.Instant(6),
                LastRung = r.TextOrNull(7),
                LastPeriod = r.GetInt32(8),
                NextAt = r.Instant(9),
                TaskStatus = r.TextOrNull(10),
                TaskRound = r.GetInt32(11),
                Opened = r.GetBoolean(12),
                Started = r.GetBoolean(13),
                Words = r.TextOrNull(14),
            });
        return (rows, versions);
    }
}
