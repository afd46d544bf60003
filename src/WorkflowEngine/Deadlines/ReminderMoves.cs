using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>Reminders of one kind that another calendar version moves.</summary>
/// <param name="Ladder">The ladder that its rung is of.</param>
/// <param name="Rung">The rung that comes next.</param>
/// <param name="Period">0, or which repetition of it.</param>
/// <param name="From">When it was to come.</param>
/// <param name="To">When it comes; at once where that has passed; null: no reminder is left.</param>
public sealed record MovedReminder(Text Title, DateTimeOffset Due, string Ladder, string Rung, int Period, DateTimeOffset From, DateTimeOffset? To, int Count);

/// <summary>The displayed last working day of open deadlines that another calendar version changes; the limit itself stays.</summary>
public sealed record MovedWorkingDay(DateOnly LastDay, DateOnly From, DateOnly To, int Count);

/// <summary>
/// What another version of a calendar does to the clocks that run on it. The rung that comes next keeps being the next, at its new instant (at once
/// when that lies behind: nothing is lost); one that fired for this due instant never fires again; due instants stay as announced.
/// </summary>
internal sealed class ReminderMoves(ReferenceData reference, WorkingCalendar before, WorkingCalendar after, DateTimeOffset now, bool settle = false)
{
    private const int Batch = 5_000;

    private const string Running =
        """
        -- ReminderMoves.Running
        select d.task_id, d.purpose, d.ladder_id, d.due, d.started_at, d.last_rung, d.last_period, d.next_at,
          coalesce(s.body ->> 'deadline', s.body ->> 'targetDate'), s.body -> 'title' ->> 'vi', s.body -> 'title' ->> 'en',
          case when d.last_rung is not null then (select array_agg(f.rung || ' ' || f.period) from rung_fired f
            where f.task_id = d.task_id and f.purpose = d.purpose and f.round = d.round and f.due = d.due) end
        from deadline d
        join task t on t.id = d.task_id
        join task_spec s on s.id = t.spec_id
        where d.calendar_id = $1 and d.next_at is not null and d.due is not null and d.ladder_id is not null
        """;

    private const string Dues =
        """
        -- ReminderMoves.Dues
        select d.due, count(*)::int from deadline d
        where d.calendar_id = $1 and d.stopped_at is null and d.due is not null
        group by d.due order by d.due
        """;

    private const string Move =
        """
        -- ReminderMoves.Move
        update deadline d set next_at = n.next_at
        from unnest($1, $2, $3, $4) as n(task_id, purpose, was, next_at)
        where d.task_id = n.task_id and d.purpose = n.purpose and d.next_at = n.was
        """;

    private sealed record Change(Guid TaskId, string Purpose, DateTimeOffset From, DateTimeOffset? To);

    private readonly Dictionary<(string Ladder, bool IsNew), CompiledLadder?> ladders = [];
    private readonly List<Change> changes = [];
    private readonly Dictionary<MovedReminder, int> kinds = [];

    /// <summary>How many reminders move.</summary>
    public int Count => changes.Count;

    /// <summary>The same by kind, the earliest first.</summary>
    public IReadOnlyList<MovedReminder> Kinds =>
        [.. kinds.Select(k => k.Key with { Count = k.Value }).OrderBy(k => k.From).ThenBy(k => k.Due)];

    /// <summary>Finds them; a million rows are read in a stream, and only those that move are kept.</summary>
    public async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Command(connection, Running, P(after.Id));
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var (ladderId, due, started, last, next, words) = (rows.GetString(2), rows.Instant(3), rows.Instant(4), rows.TextOrNull(5), rows.Instant(7), rows.TextOrNull(8));
            if (Ladder(ladderId, false) is not { } old || Ladder(ladderId, true) is not { } current) continue;
            var soft = DueDeadline.IsSoft(words);
            var row = new DueDeadline
            {
                TaskId = rows.GetGuid(0),
                Purpose = rows.GetString(1),
                Round = 0,
                CalendarId = after.Id,
                Due = due,
                StartedAt = started,
                LastRung = last,
                LastPeriod = rows.GetInt32(6),
                NextAt = next,
                Words = words,
            };
            var plan = current.Plan(due, started, soft);
            if (settle && row.Occurrence(current) is { } kept && kept.At == next) continue;
            var pending = row.Occurrence(old);
            var fired = rows.IsDBNull(11) ? [] : rows.GetFieldValue<string[]>(11).ToHashSet(StringComparer.Ordinal);
            var to = Earliest(pending is null ? null : plan.At(pending.RungId, pending.Period), FirstUnfired(plan, fired));
            if (to == next) continue;
            changes.Add(new Change(row.TaskId, row.Purpose, next, to));
            var kind = new MovedReminder(new Text(rows.GetString(9), rows.TextOrNull(10)), due, ladderId, pending?.RungId ?? "", pending?.Period ?? 0, next, to, 0);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>Writes what was found, in bounded statements; a row whose reminder changed meanwhile stays as it is.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var part in changes.OrderBy(c => c.TaskId).Chunk(Batch))
            await Command(connection, Move, Uuids([.. part.Select(c => c.TaskId)]), Texts([.. part.Select(c => c.Purpose)]),
                Instants([.. part.Select(c => (DateTimeOffset?)c.From)]), Instants([.. part.Select(c => c.To)])).ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The last working days that are shown differently.</summary>
    public async Task<IReadOnlyList<MovedWorkingDay>> WorkingDaysAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        [.. (await Command(connection, Dues, P(after.Id)).ListAsync(r => (Due: r.Instant(0), Count: r.GetInt32(1)), cancellation))
            .Select(d => (d.Count, Old: Deadline.FromDue(d.Due, before), New: Deadline.FromDue(d.Due, after)))
            .Where(d => d.Old.LastWorkingDay != d.New.LastWorkingDay)
            .Select(d => new MovedWorkingDay(d.New.LastDay!.Value, d.Old.LastWorkingDay!.Value, d.New.LastWorkingDay!.Value, d.Count))];

    private DateTimeOffset? FirstUnfired(LadderPlan plan, HashSet<string> fired)
    {
        var next = plan.From(now);
        while (next is not null && fired.Contains($"{next.RungId} {next.Period}")) next = plan.Next(next.RungId, next.Period);
        return next?.At;
    }

    private CompiledLadder? Ladder(string id, bool isNew)
    {
        if (!ladders.TryGetValue((id, isNew), out var ladder))
            ladders[(id, isNew)] = ladder = DuePlan.LadderOf(reference, id) is { } steps ? new CompiledLadder(steps, isNew ? after : before) : null;
        return ladder;
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other : one;
}
