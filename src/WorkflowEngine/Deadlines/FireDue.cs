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
        order by d.next_at, d.task_id
        limit $2
        for update of d skip locked
        """;

    // The ledger keeps one row for (task, purpose, round, rung, period); only a later instant (an extension within the round) fires it anew.
    private const string Record =
        """
        -- FireDue.Record
        with fired as (
          insert into rung_fired as r (task_id, purpose, round, rung, period, scheduled_at, fired_at, recipients)
          select f.task_id, f.purpose, f.round, f.rung, f.period, f.scheduled_at, $7, 0
          from unnest($1, $2, $3, $4, $5, $6) as f(task_id, purpose, round, rung, period, scheduled_at)
          on conflict (task_id, purpose, round, rung, period) do update
            set scheduled_at = excluded.scheduled_at, fired_at = excluded.fired_at, recipients = 0
            where r.scheduled_at < excluded.scheduled_at
          returning r.task_id, r.purpose)
        select distinct f.task_id, f.purpose, p.id
        from fired f
        join unnest($8, $9, $10, $11) as rule(task_id, purpose, place, role) on rule.task_id = f.task_id and rule.purpose = f.purpose
        join task t on t.id = f.task_id
        left join person claimed on claimed.id = t.assignee_id and claimed.is_active
        left join lateral (
          select claimed.id where rule.place = 'unit' and rule.role = 'assignee' and claimed.id is not null
          union
          select a.person_id from role_assignment a
          where a.unit_id = case rule.place when 'unit' then t.unit_id else t.owner_unit_id end
            and a.role = any(case
              when rule.role <> 'assignee' then array[rule.role]
              when rule.place = 'unit' then t.candidate_roles
              else t.reviewer_roles end)
            and a.valid_from <= $12 and a.valid_to > $12
            and not (rule.place = 'unit' and rule.role = 'assignee' and claimed.id is not null)
        ) holder on true
        left join person p on p.id = holder.id and p.is_active
        """;

    // Touching an open digest holds it against CloseDigests until this commit; a closed one gives no row back.
    private const string OpenDigests =
        """
        -- FireDue.OpenDigests
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
        -- FireDue.Lines
        insert into digest_line (digest_id, task_id, purpose, round, rung, period)
        select * from unnest($1, $2, $3, $4, $5, $6) on conflict do nothing
        """;

    private const string CountRecipients =
        """
        -- FireDue.CountRecipients
        update rung_fired r set recipients = n.recipients
        from unnest($1, $2, $3, $4, $5, $6) as n(task_id, purpose, round, rung, period, recipients)
        where (r.task_id, r.purpose, r.round, r.rung, r.period) = (n.task_id, n.purpose, n.round, n.rung, n.period)
        """;

    private const string MoveOn =
        """
        -- FireDue.MoveOn
        update deadline d set last_rung = n.last_rung, last_period = n.last_period, next_at = n.next_at
        from unnest($1, $2, $3, $4, $5, $6) as n(task_id, purpose, taken_at, last_rung, last_period, next_at)
        where d.task_id = n.task_id and d.purpose = n.purpose and d.next_at = n.taken_at
        """;

    private const string Note =
        """
        -- FireDue.Note
        insert into audit (at, recorded_at, action, root_id, instance_id, task_id, unit_id, detail)
        select $4, $5, n.action, t.root_id, t.instance_id, n.task_id, t.unit_id, n.detail
        from unnest($1, $2, $3) as n(task_id, action, detail) left join task t on t.id = n.task_id
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
        var rows = await TakeAsync(connection, now, cancellation);
        if (rows.Count == 0) return new FiredBatch(0, 0);
        var plan = DuePlan.Of(rows, await reference.GetAsync(cancellation), now);
        var rungs = plan.Rungs.Count == 0 ? 0 : await WriteAsync(connection, plan, now, cancellation);
        await using var batch = new NpgsqlBatch(connection);
        var moved = Statement(MoveOn,
            Uuids([.. plan.Moves.Select(m => m.Row.TaskId)]), Texts([.. plan.Moves.Select(m => m.Row.Purpose)]),
            Instants([.. plan.Moves.Select(m => (DateTimeOffset?)m.Row.NextAt)]), Texts([.. plan.Moves.Select(m => m.LastRung)]),
            Ints([.. plan.Moves.Select(m => m.LastPeriod)]), Instants([.. plan.Moves.Select(m => m.NextAt)]));
        batch.BatchCommands.Add(moved);
        if (plan.Broken.Count > 0)
            batch.BatchCommands.Add(NoteOf("deadline.broken", plan.Broken.Select(b => (b.Row, Detail: JsonSerializer.Serialize(new { reason = b.Reason }))), now));
        await batch.ExecuteNonQueryAsync(cancellation);
        if (moved.RecordsAffected != rows.Count)
            throw new InvalidOperationException($"{rows.Count} deadlines held, {moved.RecordsAffected} moved on.");
        crashPoints?.Hit("rungs-before-commit");
        await transaction.CommitAsync(cancellation);
        crashPoints?.Hit("rungs-after-commit");
        return new FiredBatch(rows.Count, rungs);
    }

    private static Task<List<DueDeadline>> TakeAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation) =>
        Command(connection, Take, Instant(now), P(BatchSize)).ListAsync(r => new DueDeadline
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
        }, cancellation);

    private async Task<int> WriteAsync(NpgsqlConnection connection, DuePlan plan, DateTimeOffset now, CancellationToken cancellation)
    {
        var rungs = plan.Rungs;
        var rules = rungs.SelectMany(r => r.Recipients.Select(rule => (r.Row, rule))).ToArray();
        var found = await Command(connection, Record,
            Uuids([.. rungs.Select(r => r.Row.TaskId)]), Texts([.. rungs.Select(r => r.Row.Purpose)]), Ints([.. rungs.Select(r => r.Row.Round)]),
            Texts([.. rungs.Select(r => r.Fired.RungId)]), Ints([.. rungs.Select(r => r.Fired.Period)]),
            Instants([.. rungs.Select(r => (DateTimeOffset?)r.Fired.At)]), Instant(now),
            Uuids([.. rules.Select(r => r.Row.TaskId)]), Texts([.. rules.Select(r => r.Row.Purpose)]),
            Texts([.. rules.Select(r => r.rule.At.ToString().ToLowerInvariant())]), Texts([.. rules.Select(r => r.rule.Role)]),
            P(plan.Today)).ListAsync(r => (TaskId: r.GetGuid(0), Purpose: r.GetString(1), Person: r.GuidOrNull(2)), cancellation);

        var rungOf = rungs.ToDictionary(r => (r.Row.TaskId, r.Row.Purpose));
        var people = found.Where(f => f.Person is not null).Select(f => (Rung: rungOf[(f.TaskId, f.Purpose)], Person: f.Person!.Value)).ToArray();
        var digests = await DigestsAsync(connection, [.. people.Select(p => (p.Person, p.Rung.Fired.At)).Distinct()], now, cancellation);
        var fired = found.Select(f => rungOf[(f.TaskId, f.Purpose)]).Distinct().ToArray();
        var counts = people.CountBy(p => p.Rung).ToDictionary();
        var unheard = fired.Where(r => !counts.ContainsKey(r)).ToArray();

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statement(Lines,
            Uuids([.. people.Select(p => digests[(p.Person, p.Rung.Fired.At)])]), Uuids([.. people.Select(p => p.Rung.Row.TaskId)]),
            Texts([.. people.Select(p => p.Rung.Row.Purpose)]), Ints([.. people.Select(p => p.Rung.Row.Round)]),
            Texts([.. people.Select(p => p.Rung.Fired.RungId)]), Ints([.. people.Select(p => p.Rung.Fired.Period)])));
        batch.BatchCommands.Add(Statement(CountRecipients,
            Uuids([.. fired.Select(r => r.Row.TaskId)]), Texts([.. fired.Select(r => r.Row.Purpose)]), Ints([.. fired.Select(r => r.Row.Round)]),
            Texts([.. fired.Select(r => r.Fired.RungId)]), Ints([.. fired.Select(r => r.Fired.Period)]),
            Ints([.. fired.Select(r => counts.GetValueOrDefault(r))])));
        if (unheard.Length > 0)
            batch.BatchCommands.Add(NoteOf("deadline.rung.no-recipient", unheard.Select(r => (r.Row, Detail: JsonSerializer.Serialize(new
            {
                rung = r.Fired.RungId,
                period = r.Fired.Period,
                scheduledAt = r.Fired.At,
                recipients = r.Recipients.Select(rule => $"{rule.At.ToString().ToLowerInvariant()}/{rule.Role}"),
            }))), now));
        await batch.ExecuteNonQueryAsync(cancellation);
        return fired.Length;
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

    private NpgsqlBatchCommand NoteOf(string action, IEnumerable<(DueDeadline Row, string Detail)> notes, DateTimeOffset now)
    {
        var all = notes.ToArray();
        return Statement(Note, Uuids([.. all.Select(n => n.Row.TaskId)]), Texts([.. all.Select(_ => action)]), Jsons([.. all.Select(n => n.Detail)]),
            Instant(now), Instant(BusinessClock.Whole(system.GetUtcNow())));
    }
}
