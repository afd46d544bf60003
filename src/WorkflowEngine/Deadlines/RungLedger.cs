using System.Text.Json;
using Npgsql;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>A rung that goes into the ledger for a task, and whom it is for.</summary>
internal sealed record LedgerRung(
    Guid TaskId, string Purpose, int Round, string RungId, int Period, DateTimeOffset Due, DateTimeOffset ScheduledAt, DateTimeOffset Slot, IReadOnlyList<RecipientRule> Recipients,
    bool InApp = false);

/// <summary>
/// Writes fired rungs: a row of the ledger for each, a line in the digest of everybody it reaches, a note where it reaches nobody or passes somebody
/// over. Part of the caller's transaction; a rung that the ledger has already writes nothing.
/// </summary>
internal sealed class RungLedger(TimeProvider system)
{
    // One row for (task, purpose, round, rung, period); only another due instant (an extension within the round) fires it anew. A calendar that
    // moves an instant does not: what was announced is not announced twice.
    private const string Record =
        """
        -- RungLedger.Record
        insert into rung_fired as r (task_id, purpose, round, rung, period, scheduled_at, due, fired_at, recipients)
        select f.task_id, f.purpose, f.round, f.rung, f.period, f.scheduled_at, f.due, $9, f.recipients
        from unnest($1, $2, $3, $4, $5, $6, $7, $8) as f(task_id, purpose, round, rung, period, scheduled_at, due, recipients)
        on conflict (task_id, purpose, round, rung, period) do update
          set scheduled_at = excluded.scheduled_at, due = excluded.due, fired_at = excluded.fired_at, recipients = excluded.recipients
          where r.due is distinct from excluded.due
        returning r.task_id, r.purpose
        """;

    // Touching an open digest holds it against CloseDigests until this commit; a closed one gives no row back.
    private const string OpenDigests =
        """
        -- RungLedger.OpenDigests
        insert into digest as d (id, person_id, slot)
        select n.id, n.person_id, case when $4 then greatest(n.slot, $5, (
            select max(c.slot) + interval '1 microsecond' from digest c where c.person_id = n.person_id and c.closed_at is not null)) else n.slot end
        from unnest($1, $2, $3) with ordinality as n(id, person_id, slot, n)
        order by n.n
        on conflict (person_id, slot) do update set slot = excluded.slot where d.closed_at is null
        returning d.id, d.person_id, d.slot
        """;

    private const string Lines =
        """
        -- RungLedger.Lines
        insert into digest_line (digest_id, task_id, purpose, round, rung, period, as_person, skipped_person, away_until, withheld)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing
        """;

    private const string Notes =
        """
        -- RungLedger.Notes
        insert into audit (at, recorded_at, action, root_id, instance_id, task_id, unit_id, detail)
        select $4, $5, n.action, t.root_id, t.instance_id, n.task_id, t.unit_id, n.detail
        from unnest($1, $2, $3) as n(task_id, action, detail) left join task t on t.id = n.task_id
        """;

    /// <summary>Writes the rungs (at most one for each task and purpose) and returns how many were new to the ledger.</summary>
    /// <param name="today">The business day, whose roles and absences count.</param>
    /// <param name="then">Gets the last statements, for the caller to run with its own.</param>
    public async Task<int> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<LedgerRung> rungs, DateOnly today, DateTimeOffset now, NpgsqlBatch then, CancellationToken cancellation)
    {
        if (rungs.Count == 0) return 0;
        // Who is reached is found before the rows are written, so that each row of the ledger is written once.
        var (found, passedOver) = await RungRecipients.FindAsync(connection, rungs, today, cancellation);
        // The row counts those who get a mail; who wants none still stands in the ledger.
        var counts = new Dictionary<LedgerRung, int>(rungs.Count, ReferenceEqualityComparer.Instance);
        foreach (var line in found) counts[line.Rung] = counts.GetValueOrDefault(line.Rung) + (line.Slot is null ? 0 : 1);
        var written = (await Command(connection, Record,
            Uuids([.. rungs.Select(r => r.TaskId)]), Texts([.. rungs.Select(r => r.Purpose)]), Ints([.. rungs.Select(r => r.Round)]),
            Texts([.. rungs.Select(r => r.RungId)]), Ints([.. rungs.Select(r => r.Period)]), Instants([.. rungs.Select(r => (DateTimeOffset?)r.ScheduledAt)]),
            Instants([.. rungs.Select(r => (DateTimeOffset?)r.Due)]), Ints([.. rungs.Select(r => counts.GetValueOrDefault(r))]),
            Instant(now)).ListAsync(r => (r.GetGuid(0), r.GetString(1)), cancellation)).ToHashSet();
        if (written.Count == 0) return 0;

        var fired = rungs.Where(r => written.Contains((r.TaskId, r.Purpose))).ToArray();
        var lines = fired.Length == rungs.Count ? found : [.. found.Where(l => written.Contains((l.Rung.TaskId, l.Rung.Purpose)))];
        var digests = await DigestsAsync(connection, [.. lines.Select(l => (l.Person, l.Slot ?? l.Rung.Slot)).Distinct()], now, cancellation);
        if (lines.Count > 0)
            then.BatchCommands.Add(Statement(Lines,
                Uuids([.. lines.Select(l => digests[(l.Person, l.Slot ?? l.Rung.Slot)])]), Uuids([.. lines.Select(l => l.Rung.TaskId)]),
                Texts([.. lines.Select(l => l.Rung.Purpose)]), Ints([.. lines.Select(l => l.Rung.Round)]),
                Texts([.. lines.Select(l => l.Rung.RungId)]), Ints([.. lines.Select(l => l.Rung.Period)]),
                Uuids([.. lines.Select(l => l.AsPerson)]), Uuids([.. lines.Select(l => l.Skipped)]), Days([.. lines.Select(l => l.AwayUntil)]),
                P(lines.Select(l => l.Slot is null).ToArray())));
        var unheard = Array.FindAll(fired, r => !counts.ContainsKey(r));
        if (unheard.Length > 0)
            then.BatchCommands.Add(Note("deadline.rung.no-recipient", unheard.Select(r => (r.TaskId, JsonSerializer.Serialize(new
            {
                rung = r.RungId,
                period = r.Period,
                scheduledAt = r.ScheduledAt,
                recipients = r.Recipients.Select(rule => $"{rule.At.ToString().ToLowerInvariant()}/{rule.Role}"),
            }))), now));
        var passed = passedOver.Where(p => written.Contains((p.Rung.TaskId, p.Rung.Purpose))).ToArray();
        if (passed.Length > 0)
            then.BatchCommands.Add(Note("deadline.rung.absent", passed.Select(p => (p.Rung.TaskId, JsonSerializer.Serialize(new
            {
                rung = p.Rung.RungId,
                period = p.Rung.Period,
                person = p.Person,
                until = p.Until,
            }))), now));
        return fired.Length;
    }

    /// <summary>A statement that notes something about tasks in the audit, done by the engine itself.</summary>
    public NpgsqlBatchCommand Note(string action, IEnumerable<(Guid TaskId, string Detail)> notes, DateTimeOffset now)
    {
        var all = notes.ToArray();
        return Statement(Notes, Uuids([.. all.Select(n => n.TaskId)]), Texts([.. all.Select(_ => action)]), Jsons([.. all.Select(n => n.Detail)]),
            Instant(now), Instant(BusinessClock.Whole(system.GetUtcNow())));
    }

    /// <summary>
    /// An open digest for each (person, slot). Where the slot's digest is closed already (its mail is queued), the lines go into one at
    /// <paramref name="now"/>, or just behind the last closed one. Ordered, so that two batches with the same managers wait and do not deadlock.
    /// </summary>
    private static async Task<Dictionary<(Guid, DateTimeOffset), Guid>> DigestsAsync(
        NpgsqlConnection connection, (Guid Person, DateTimeOffset Slot)[] wanted, DateTimeOffset now, CancellationToken cancellation)
    {
        var digests = (await OpenAsync(connection, wanted, late: false, now, cancellation)).ToDictionary(d => (d.Person, d.Slot), d => d.Id);
        var closed = wanted.Where(w => !digests.ContainsKey(w)).ToArray();
        for (var round = 0; closed.Length > 0 && round < 3; round++)
        {
            var late = (await OpenAsync(connection, [.. closed.Select(c => (c.Person, now)).Distinct()], late: true, now, cancellation))
                .ToDictionary(d => d.Person, d => d.Id);
            foreach (var slot in closed)
                if (late.TryGetValue(slot.Person, out var id)) digests[slot] = id;
            closed = [.. closed.Where(w => !digests.ContainsKey(w))];
        }

        return closed.Length == 0 ? digests : throw new InvalidOperationException("A digest was closed again and again while lines were written.");
    }

    private static Task<List<(Guid Id, Guid Person, DateTimeOffset Slot)>> OpenAsync(
        NpgsqlConnection connection, (Guid Person, DateTimeOffset Slot)[] wanted, bool late, DateTimeOffset now, CancellationToken cancellation)
    {
        if (wanted.Length == 0) return Task.FromResult(new List<(Guid, Guid, DateTimeOffset)>());
        var ordered = wanted.OrderBy(w => w.Person).ThenBy(w => w.Slot).ToArray();
        return Command(connection, OpenDigests,
            Uuids([.. ordered.Select(_ => Guid.CreateVersion7(now))]), Uuids([.. ordered.Select(w => w.Person)]),
            Instants([.. ordered.Select(w => (DateTimeOffset?)w.Slot)]), P(late), Instant(now))
            .ListAsync(r => (r.GetGuid(0), r.GetGuid(1), r.Instant(2)), cancellation);
    }

    private static NpgsqlParameter Days(DateOnly?[] values) => P(values, NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Date);
}
