using Npgsql;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>
/// Closes digests and queues their mails: one mail a person and slot. A digest is closed when no deadline due up to its slot is left; one that
/// another host is just firing still counts as due, because its commit is not seen yet.
/// </summary>
/// <remarks>
/// What survives a crash here: before the commit the digest is open and comes again; after it the outbox row exists with a snapshot of all the
/// mail says. Lines of tasks that were handed in meanwhile are left out; a digest without lines closes without a mail.
/// </remarks>
public sealed class CloseDigests(NpgsqlDataSource database, ReferenceStore reference, CrashPoints? crashPoints = null)
{
    public const int BatchSize = 200;

    // Whoever writes lines holds the digest's row (RungLedger.OpenDigests), so a digest is never closed under an open line. The second: what comes
    // late stands a few microseconds behind the slot that was closed.
    private const string Take =
        """
        -- CloseDigests.Take
        select g.id, g.person_id, g.slot
        from digest g
        where g.closed_at is null and g.slot < $2 + interval '1 second' and not exists (select from deadline d where d.next_at <= g.slot)
        order by g.slot, g.id
        limit $1
        for update skip locked
        """;

    // A reader's own work: what they may do themselves, and all of their own unit when it is not the one that owns the case. Work without a date is
    // here only since a mail about it came back: it is told to those who follow the unit, and reminds nobody.
    // Beyond the rows a mail shows only the first of each group is read: it carries the group's totals.
    private const string ReadLines =
        $$"""
        -- CloseDigests.Lines
        with wanted as (
          select distinct on (l.digest_id, l.task_id, l.purpose) l.digest_id, g.person_id, coalesce(l.as_person, g.person_id) as reader, l.as_person,
            l.skipped_person, l.away_until, l.task_id, l.purpose, me.mail_pace, me.mail_at
          from digest_line l join digest g on g.id = l.digest_id join person me on me.id = g.person_id
          where l.digest_id = any($1) and not l.withheld
          order by l.digest_id, l.task_id, l.purpose, l.as_person nulls first, l.skipped_person nulls first),
        line as (
          select w.digest_id, w.person_id, w.as_person, w.skipped_person, w.away_until, w.purpose, w.mail_pace, w.mail_at, t.*, d.due, d.extended_due, d.legal_due, d.started_at, d.next_at, d.ladder_id, d.calendar_id,
            d.round as clock_round, u.name as unit_name, o.name as owner_name, at_unit.roles as unit_roles, at_owner.roles as owner_roles,
            d.due is not null and case when w.purpose = 'review' then exists (select from (select $2::date as day) me, lateral {{FourEyes.Nearest}} n where n.person_id = w.reader and n.level = n.nearest)
              else coalesce(t.assignee_id = w.reader, false) or at_unit.roles && t.candidate_roles
                or (t.unit_id <> t.owner_unit_id and cardinality(at_unit.roles) > 0) end as own
          from wanted w
          join task t on t.id = w.task_id and t.status = case w.purpose when 'review' then 'submitted' else 'open' end
          join deadline d on d.task_id = w.task_id and d.purpose = w.purpose
          join unit u on u.id = t.unit_id
          join unit o on o.id = t.owner_unit_id
          cross join lateral (select coalesce(array_agg(a.role order by a.role <> all(t.candidate_roles), a.id), '{}') as roles from role_assignment a
            where a.person_id = w.reader and a.unit_id = t.unit_id and a.valid_from <= $2 and a.valid_to > $2) at_unit
          cross join lateral (select coalesce(array_agg(a.role order by a.id), '{}') as roles from role_assignment a
            where a.person_id = w.reader and a.unit_id = t.owner_unit_id and a.valid_from <= $2 and a.valid_to > $2) at_owner),
        ranked as (
          select *, row_number() over worst as rank, count(*) over grp as units, row_number() over (grp order by due, unit_name collate "vi-x-icu", id) as group_rank,
            count(*) over (partition by digest_id) as total
          from line
          window worst as (partition by digest_id order by due, unit_name collate "vi-x-icu", id), grp as (partition by digest_id, root_id, activity_id, purpose, own, purpose = 'work' and clock_round > 1, due is null))
        select r.digest_id, r.id, r.root_id, r.activity_id, r.purpose, r.own, r.unit_name, r.owner_name, r.unit_roles, r.owner_roles, r.due, r.started_at,
          r.next_at, r.ladder_id, r.calendar_id, r.clock_round, r.extended_due is not null, r.legal_due is not null, r.opened_at, s.body::text,
          (select max(f.saved_at) from task_draft f where f.task_id = r.id),
          (select count(*) from task_comment c where c.task_id = r.id and c.kind = 'follow-up'),
          (select e.document from deadline_extension e where e.task_id = r.id and e.outcome = 'applied' order by e.at desc limit 1),
          (select coalesce(array_agg(f.rung), '{}') from rung_fired f where f.task_id = r.id and f.purpose = 'work' and f.round = r.clock_round and f.recipients > 0),
          r.rank, r.units, r.as_person is not null, r.away_until, away.label_vi, away.label_en, away.unit,
          coalesce((select max(b.bounced_at) from digest_line l join outbox b on b.digest_id = l.digest_id and b.bounced_at is not null where l.task_id = r.id and not l.withheld),
            (select f.fired_at from rung_fired f where f.task_id = r.id and f.purpose = r.purpose and f.round = r.clock_round and f.rung = 'bounced' and f.period = 0)),
          r.mail_pace, r.mail_at, r.submitted_at,
          (select max(b.decided_at) from task_round b where b.task_id = r.id and b.decision = 'returned')
        from ranked r join task_spec s on s.id = r.spec_id
        left join lateral (
          select o.label_vi, o.label_en, u.name as unit from role_assignment a join role o on o.code = a.role join unit u on u.id = a.unit_id
          where a.person_id = coalesce(r.as_person, r.skipped_person) and a.valid_from <= $2 and a.valid_to > $2
          order by a.unit_id <> all(array[r.owner_unit_id, r.unit_id]), a.id limit 1) away on true
        where r.rank <= $3 or r.group_rank = 1
        order by r.digest_id, r.rank
        """;

    private const string ReadTotals =
        """
        -- CloseDigests.Totals
        select t.root_id, t.activity_id, count(*) filter (where t.status in ('accepted', 'completed')), count(*) filter (where t.status = 'submitted'),
          count(*) filter (where t.status = 'open')
        from unnest($1, $2) as k(root_id, activity_id) join task t on t.root_id = k.root_id and t.activity_id = k.activity_id
        group by t.root_id, t.activity_id
        """;

    private const string ReadRoles =
        """
        -- CloseDigests.Roles
        select code, label_vi, label_en from role
        """;

    private const string Close =
        """
        -- CloseDigests.Close
        update digest set closed_at = $2 where id = any($1) and closed_at is null
        """;

    private const string Queue =
        """
        -- CloseDigests.Queue
        insert into outbox (id, dedupe, kind, person_id, to_address, to_name, language, root_id, task_id, data, digest_id, importance, queued_at, next_attempt_at)
        select md5(n.dedupe)::uuid, n.dedupe, n.kind, p.id, p.email, p.display_name, p.language, n.root_id, n.task_id, n.data, n.digest_id, n.importance, $7, $7
        from unnest($1, $2, $3, $4, $5, $6, $8, $9) as n(dedupe, kind, person_id, root_id, task_id, data, digest_id, importance) join person p on p.id = n.person_id
        on conflict (dedupe) do nothing
        """;

    /// <summary>Closes up to <see cref="BatchSize"/> digests; returns how many. Run it again while it closes any.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var digests = await Command(connection, Take, P(BatchSize), Instant(now))
            .ListAsync(r => (Id: r.GetGuid(0), Person: r.GetGuid(1), Slot: r.Instant(2)), cancellation);
        if (digests.Count == 0) return 0;

        var known = await reference.GetAsync(connection, cancellation);
        var today = (DuePlan.CalendarOf(known, "vn-public") ?? WorkingCalendar.VietnamPublic).DayOf(now);
        var lines = (await ReadLinesAsync(connection, [.. digests.Select(d => d.Id)], today, cancellation)).ToLookup(l => l.DigestId);
        var compose = new ComposeMail(known, now, await ReadRolesAsync(connection, cancellation), await ReadTotalsAsync(connection, lines.SelectMany(g => g), cancellation));
        var mails = digests.Where(d => lines.Contains(d.Id)).Select(d => (Digest: d, Mail: compose.Of([.. lines[d.Id]]))).ToArray();

        await using var batch = new NpgsqlBatch(connection);
        var closed = Statement(Close, Uuids([.. digests.Select(d => d.Id)]), Instant(now));
        batch.BatchCommands.Add(closed);
        batch.BatchCommands.Add(Statement(Queue,
            Texts([.. mails.Select(m => $"digest/{m.Digest.Person}/{m.Digest.Slot.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'}")]),
            Texts([.. mails.Select(m => m.Mail.Kind)]), Uuids([.. mails.Select(m => m.Digest.Person)]), Uuids([.. mails.Select(m => m.Mail.RootId)]),
            Uuids([.. mails.Select(m => m.Mail.TaskId)]), Jsons([.. mails.Select(m => m.Mail.Data)]), Instant(now),
            Uuids([.. mails.Select(m => m.Digest.Id)]), Ints([.. mails.Select(m => m.Mail.Importance)])));
        await batch.ExecuteNonQueryAsync(cancellation);
        if (closed.RecordsAffected != digests.Count)
            throw new InvalidOperationException($"{digests.Count} digests held, {closed.RecordsAffected} closed.");
        crashPoints?.Hit("digests-before-commit");
        await transaction.CommitAsync(cancellation);
        crashPoints?.Hit("digests-after-commit");
        return digests.Count;
    }

    private static Task<List<MailLine>> ReadLinesAsync(NpgsqlConnection connection, Guid[] digests, DateOnly today, CancellationToken cancellation) =>
        Command(connection, ReadLines, Uuids(digests), P(today), P(DigestData.MaximumRows)).ListAsync(r => new MailLine
        {
            DigestId = r.GetGuid(0),
            TaskId = r.GetGuid(1),
            RootId = r.GetGuid(2),
            ActivityId = r.GetString(3),
            IsReview = r.GetString(4) == "review",
            Own = r.GetBoolean(5),
            Unit = r.GetString(6),
            Owner = r.GetString(7),
            UnitRoles = r.GetFieldValue<string[]>(8),
            OwnerRoles = r.GetFieldValue<string[]>(9),
            Due = r.InstantOrNull(10),
            StartedAt = r.Instant(11),
            NextAt = r.InstantOrNull(12),
            LadderId = r.TextOrNull(13),
            CalendarId = r.GetString(14),
            Round = r.GetInt32(15),
            Extended = r.GetBoolean(16),
            InPlan = r.GetBoolean(17),
            OpenedAt = r.InstantOrNull(18),
            Spec = TaskSpecJson.Read(r.GetString(19)),
            DraftSavedAt = r.InstantOrNull(20),
            FollowUps = (int)r.GetInt64(21),
            Document = r.TextOrNull(22),
            RungsFired = r.GetFieldValue<string[]>(23),
            Rank = (int)r.GetInt64(24),
            UnitsInGroup = (int)r.GetInt64(25),
            StandsIn = r.GetBoolean(26),
            AwayUntil = r.IsDBNull(27) ? null : r.GetFieldValue<DateOnly>(27),
            AwayRole = r.TextOrNull(28) is { } vi ? new Text(vi, r.TextOrNull(29)) : null,
            AwayUnit = r.TextOrNull(30),
            BouncedAt = r.InstantOrNull(31),
            Pace = new MailPace(r.GetString(32), r.GetFieldValue<TimeOnly>(33)),
            SubmittedAt = r.InstantOrNull(34),
            ReturnedAt = r.InstantOrNull(35),
        }, cancellation);

    private static async Task<Dictionary<string, Text>> ReadRolesAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await Command(connection, ReadRoles).ListAsync(r => (Code: r.GetString(0), Label: new Text(r.GetString(1), r.GetString(2))), cancellation))
            .ToDictionary(r => r.Code, r => r.Label);

    /// <summary>How the obligation stands in the whole plan: only for lines on other units, so a wave of reminders counts nothing.</summary>
    private static async Task<Dictionary<(Guid, string), ObligationTotals>> ReadTotalsAsync(
        NpgsqlConnection connection, IEnumerable<MailLine> lines, CancellationToken cancellation)
    {
        var keys = lines.Where(l => !l.Own).Select(l => (l.RootId, l.ActivityId)).Distinct().ToArray();
        if (keys.Length == 0) return [];
        return (await Command(connection, ReadTotals, Uuids([.. keys.Select(k => k.RootId)]), Texts([.. keys.Select(k => k.ActivityId)]))
            .ListAsync(r => (Key: (r.GetGuid(0), r.GetString(1)), Totals: new ObligationTotals((int)r.GetInt64(2), (int)r.GetInt64(3), (int)r.GetInt64(4))), cancellation))
            .ToDictionary(r => r.Key, r => r.Totals);
    }
}
