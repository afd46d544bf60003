using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Tasks;

/// <summary>Of how many tasks the clocks stand still or go on, or why none.</summary>
/// <param name="Moved">Of how many the date moved by the days of the pause.</param>
public sealed record PauseAnswer(int Clocks, TaskAnswer? Refused = null, int Moved = 0);

/// <summary>
/// Stops the clocks of tasks and lets them go on, with a reason each. A clock that stands still rings nothing and loses nothing: on going on, what
/// lay in the pause is skipped. The date stays unless the resumption moves it by the days of the pause, which is recorded as an extension.
/// </summary>
/// <remarks>
/// A transaction each, clocks and dates together. It locks the tasks first and looks at their clocks then: work that was being handed in or given back
/// meanwhile is seen with the clock that it started.
/// </remarks>
public sealed class PauseClocks(NpgsqlDataSource database, ExtendDeadline extend, TaskClocks clocks)
{
    /// <summary>
    /// Since when the clocks of <c>c</c>, a task, stand still; null: they run. A clock that starts meanwhile, because the work is handed in or comes
    /// back, stands still from its start and goes on with the others.
    /// </summary>
    internal const string Since = "(select h.paused_at from deadline_pause h where h.task_id = c.id and h.resumed_at is null)";

    // Rows are locked one by one by their keys, in the order of the ids, and then joined by the whole key: PostgreSQL guesses badly how many clocks
    // have no instant here or there in a table that it has not counted, and would go through all of them for each.
    private const string Pause =
        """
        -- PauseClocks.Pause
        with held as (
          select t.*, d.purpose, n.pause_id
          from (select * from unnest($1, $2) as n(id, pause_id) order by id) n
          cross join lateral (
            select t.id, t.root_id, t.instance_id, t.unit_id from task t
            where t.id = n.id and t.status in ('open', 'submitted')
              and ($8 or exists (select from unit o, unnest($7) as p where o.id = t.owner_unit_id and starts_with(o.path, p)))
            for no key update) t
          cross join lateral (
            select d.purpose from deadline d where d.task_id = t.id and d.stopped_at is null and d.paused_at is null order by d.purpose for no key update) d)
        , paused as (
          update deadline d set paused_at = $3, next_at = null from held h where d.task_id = h.id and d.purpose = h.purpose
          returning h.*)
        , named as (
          select distinct on (id) * from paused)
        , recorded as (
          insert into deadline_pause (id, task_id, paused_at, paused_by, paused_on_behalf_of, reason)
          select n.pause_id, n.id, $3, $4, $5, $6 from named n on conflict do nothing)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $3, $9, $4, $5, 'deadline.paused', n.root_id, n.instance_id, n.id, n.unit_id, jsonb_build_object('reason', $6::text) from named n)
        select count(*)::int from named
        """;

    private const string ReadPaused =
        """
        -- PauseClocks.Paused
        select t.id, t.status, t.round, d.purpose, d.due, d.started_at, d.calendar_id, d.ladder_id, d.paused_at, s.body::text, d.stopped_at is not null
        from task t join unit o on o.id = t.owner_unit_id join task_spec s on s.id = t.spec_id
        cross join lateral (select * from deadline x where x.task_id = t.id and x.paused_at is not null offset 0) d
        where t.id = any($1) and ($3 or exists (select from unnest($2) as p where starts_with(o.path, p)))
        order by t.id, d.purpose
        """;

    private const string Resume =
        """
        -- PauseClocks.Resume
        with held as (
          select n.task_id, n.purpose, n.next_at, t.root_id, t.instance_id, t.unit_id,
            (select p.id from deadline_pause p where p.task_id = n.task_id and p.resumed_at is null) as pause_id
          from (select * from unnest($1, $2, $3, $4) as n(task_id, purpose, paused_at, next_at) order by task_id, purpose) n
          cross join lateral (select t.root_id, t.instance_id, t.unit_id from task t where t.id = n.task_id for no key update) t
          cross join lateral (select from deadline d where d.task_id = n.task_id and d.purpose = n.purpose and d.paused_at = n.paused_at for no key update) d)
        , resumed as (
          update deadline d set paused_at = null, next_at = h.next_at from held h where d.task_id = h.task_id and d.purpose = h.purpose
          returning h.*)
        , named as (
          select distinct on (task_id) * from resumed)
        , recorded as (
          update deadline_pause p set resumed_at = $5, resumed_by = $6, resumed_on_behalf_of = $7, resume_reason = $8 from named n where p.id = n.pause_id)
        , trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
          select $5, $9, $6, $7, 'deadline.resumed', n.root_id, n.instance_id, n.task_id, n.unit_id, jsonb_build_object('reason', $8::text) from named n)
        select count(*)::int from named
        """;

    // Only those that the actor may extend.
    private const string Lock =
        """
        -- PauseClocks.Lock
        select t.id from (select * from unnest($1) as n(id) order by id) n
        cross join lateral (
          select t.id from task t
          where t.id = n.id and ($3 or exists (select from unit o, unnest($2) as p where o.id = t.owner_unit_id and starts_with(o.path, p)))
          for no key update) t
        """;

    private const string OfPlan =
        """
        -- PauseClocks.OfPlan
        select id from task where root_id = $1 and status in ('open', 'submitted')
        """;

    private sealed record Row(
        Guid Id, string Status, string Purpose, DateTimeOffset? Due, DateTimeOffset StartedAt, string CalendarId, string? LadderId, DateTimeOffset PausedAt, TaskSpec Spec, bool IsStopped)
    {
        /// <summary>A date that was given in the pause loses the days after that only.</summary>
        public DateTimeOffset StoodFrom => StartedAt > PausedAt ? StartedAt : PausedAt;
    }

    /// <summary>Stops clocks: of these tasks, or of all open tasks of a plan.</summary>
    public async Task<PauseAnswer> PauseAsync(
        Actor actor, IReadOnlyList<Guid>? tasks, Guid? planId, string? reason, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (Refuse(reason) is { } refused) return new(0, refused);
        return await TransactedAsync(tasks, planId, async (connection, ids) =>
        {
            if (ids.Length == 0) return new(0, new TaskAnswer.NotFound());
            await LockAsync(connection, actor, ids, cancellation);
            var paused = (int)(await Command(connection, Pause, Uuids(ids), Uuids([.. ids.Select(_ => Guid.CreateVersion7(now))]), Instant(now), P(actor.PersonId),
                P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(reason!.Trim()), Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem), Instant(recordedAt)).ExecuteScalarAsync(cancellation))!;
            return paused > 0 ? new(paused) : new(0, TaskAnswer.Invalid.On("", "Không có thời hạn nào đang chạy mà bạn được tạm dừng.", "No clock runs that you may stop."));
        }, cancellation);
    }

    /// <summary>Lets clocks go on.</summary>
    /// <param name="moveDue">Whether the date moves by the calendar days of the pause.</param>
    public async Task<PauseAnswer> ResumeAsync(
        Actor actor, IReadOnlyList<Guid>? tasks, Guid? planId, string? reason, bool moveDue, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        if (Refuse(reason) is { } refused) return new(0, refused);
        return await TransactedAsync(tasks, planId, async (connection, ids) =>
        {
            await LockAsync(connection, actor, ids, cancellation);
            var rows = await Command(connection, ReadPaused, Uuids(ids), Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem)).ListAsync(r => new Row(
                r.GetGuid(0), r.GetString(1), r.GetString(3), r.InstantOrNull(4), r.Instant(5), r.GetString(6), r.TextOrNull(7), r.Instant(8), TaskSpecJson.Read(r.GetString(9)),
                r.GetBoolean(10)), cancellation);
            if (rows.Count == 0) return new(0, TaskAnswer.Invalid.On("", "Không có thời hạn nào đang tạm dừng mà bạn được cho chạy tiếp.", "No clock stands still that you may let go on."));
            var next = new DateTimeOffset?[rows.Count];
            for (var i = 0; i < rows.Count; i++)
                if (!rows[i].IsStopped && rows[i].Status == (rows[i].Purpose == "review" ? TaskState.Submitted : TaskState.Open))
                    next[i] = await clocks.NextAsync(rows[i].CalendarId, rows[i].LadderId, rows[i].Due, rows[i].StartedAt, now, rows[i].Purpose == "work" && TaskClocks.IsSoft(rows[i].Spec), cancellation);
            var resumed = (int)(await Command(connection, Resume, Uuids([.. rows.Select(r => r.Id)]), Texts([.. rows.Select(r => r.Purpose)]), Instants([.. rows.Select(r => (DateTimeOffset?)r.PausedAt)]),
                Instants(next), Instant(now), P(actor.PersonId), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(reason!.Trim()), Instant(recordedAt)).ExecuteScalarAsync(cancellation))!;
            var moved = 0;
            if (moveDue)
                foreach (var same in rows.Where(r => r.Purpose == "work" && r.Due is not null).GroupBy(r => (r.Due, Days: DaysOf(r.StoodFrom, now))).Where(g => g.Key.Days > 0))
                    foreach (var part in same.Select(r => r.Id).Chunk(ExtendDeadline.MaximumTasks))
                        moved += await extend.MoveAsync(connection, actor, new(part, same.Key.Due!.Value.AddDays(same.Key.Days), reason, null), now, recordedAt, cancellation);
            return new(resumed, Moved: moved);
        }, cancellation);
    }

    /// <summary>Many rows at once may meet a commit that ends the same tasks.</summary>
    private Task<PauseAnswer> TransactedAsync(
        IReadOnlyList<Guid>? tasks, Guid? planId, Func<NpgsqlConnection, Guid[], Task<PauseAnswer>> run, CancellationToken cancellation) => AgainAfterDeadlockAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var answer = await run(connection, await IdsAsync(connection, tasks, planId, cancellation));
        await transaction.CommitAsync(cancellation);
        return answer;
    });

    private static Task<int> LockAsync(NpgsqlConnection connection, Actor actor, Guid[] ids, CancellationToken cancellation) =>
        Command(connection, Lock, Uuids(ids), Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem)).ExecuteNonQueryAsync(cancellation);

    private static int DaysOf(DateTimeOffset from, DateTimeOffset to) =>
        WorkingCalendar.VietnamPublic.DayOf(to).DayNumber - WorkingCalendar.VietnamPublic.DayOf(from).DayNumber;

    private static TaskAnswer? Refuse(string? reason) => StorableText.Holds(reason) ? TaskIntake.RefuseText("reason", reason, 2000)
        : TaskAnswer.Invalid.On("reason", "Nội dung có ký tự không lưu được.", "The text holds a character that cannot be stored.");

    private static async Task<Guid[]> IdsAsync(NpgsqlConnection connection, IReadOnlyList<Guid>? tasks, Guid? planId, CancellationToken cancellation) =>
        tasks is not null ? [.. tasks.Distinct()]
        : planId is { } plan ? [.. await Command(connection, OfPlan, P(plan)).ListAsync(r => r.GetGuid(0), cancellation)]
        : [];
}
