using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>What a change of ladders did, or would do.</summary>
/// <param name="Tasks">Running clocks it is about.</param>
/// <param name="Moved">Of these, how many have another next reminder.</param>
/// <param name="Refused">Why nothing was done, or null.</param>
public sealed record LadderAnswer(int Tasks, int Moved, TaskAnswer? Refused = null)
{
    /// <summary>Clocks that stand still, and work handed in: they go by it when they run again.</summary>
    public int Waiting { get; init; }

    /// <summary>Every reminder that comes, goes or moves, for so many of the clocks.</summary>
    public IReadOnlyList<ReminderChange> Reminders { get; init; } = [];
}

/// <summary>
/// Writes a ladder, gives tasks or the open work of a plan another one, and takes that back; the reminders to come are planned anew from now on. What the ledger has is
/// never sent again for the same date, and what lies behind is not made up for.
/// </summary>
/// <remarks>
/// A transaction each, while no rung fires. A case keeps the ladder it was given for the tasks it opens later; hosts that do not know of it yet plan those
/// by the ladder before, and <see cref="SettleAsync"/> puts them right. Hosts remember ladders for some seconds: what one of them plans meanwhile by the ladder before is put right
/// when its instant comes (<see cref="DuePlan"/>).
/// </remarks>
public sealed class ChangeLadder(NpgsqlDataSource database, ReferenceStore reference, TimeProvider system)
{
    private const int LongestId = 60;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    private const string Hold =
        """
        -- ChangeLadder.Hold
        select pg_advisory_xact_lock(7301002)
        """;

    private const string Now =
        """
        -- ChangeLadder.Now
        select (select body::text from ladder where id = $1), array(select r from unnest($2) as r where not exists (select from role where code = r))
        """;

    private const string Write =
        """
        -- ChangeLadder.Write
        insert into ladder (id, body) values ($1, $2) on conflict (id) do update set body = excluded.body
        """;

    private const string Audit =
        """
        -- ChangeLadder.Audit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, detail) values ($1, $2, $3, $4, 'ladder.changed', $5)
        """;

    private const string TrailOfTasks =
        """
        -- ChangeLadder.Trail
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, task_id, unit_id, detail)
        select $2, $3, $4, $5, 'deadline.ladder', t.root_id, t.instance_id, t.id, t.unit_id, $6 from task t where t.id = any($1)
        """;

    private const string Named =
        """
        -- ChangeLadder.Tasks
        select id from task where root_id = $1 and ($2::text is null or activity_id = $2) and status in ('open', 'submitted')
        """;

    // The case's owner counts; a step is known by a task it had or by a drawing that one of its runs follows.
    private const string Case =
        $"""
        -- ChangeLadder.Case
        select i.unit_id, $2::text is null or exists (select from task t where t.root_id = $1 and t.activity_id = $2)
          or exists (select from definition_version v where v.id in (select c.definition_version_id from instance c where c.root_id = $1)
            and jsonb_path_exists(v.document::jsonb, '$.**.id ? (@ == $a)', jsonb_build_object('a', $2)))
        from instance i join unit u on u.id = i.unit_id
        where i.id = $1 and i.parent_id is null and {OpenInstance.Sql} and ($4 or exists (select from unnest($3) as p where starts_with(u.path, p)))
        """;

    private const string Keep =
        """
        -- ChangeLadder.Keep
        with gone as (delete from case_ladder where root_id = $1 and $2 = '' and activity_id <> ''),
        noted as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
          values ($4, $6, $7, $8, 'case.ladder', $1, $1, $9, $10))
        insert into case_ladder (root_id, activity_id, ladder_id, at, unsettled_since) values ($1, $2, $3, $4, $5)
        on conflict (root_id, activity_id) do update set ladder_id = excluded.ladder_id, at = excluded.at, unsettled_since = excluded.unsettled_since
        """;

    private const string Goes =
        """
        -- ChangeLadder.Goes
        select exists (select from case_ladder where root_id = $1 and activity_id = $2 and ladder_id = $3)
        """;

    // An empty ladder: given back; the row goes when all hosts know.
    private const string Forget =
        """
        -- ChangeLadder.Forget
        update case_ladder set ladder_id = '', at = $4, unsettled_since = $5 where root_id = $1 and activity_id = $2 and ladder_id = $3
        """;

    private const string TrailOfCase =
        """
        -- ChangeLadder.TrailOfCase
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
        values ($1, $2, $3, $4, 'case.ladder.given-back', $5, $5, $6, $7)
        """;

    private const string Unsettled =
        """
        -- ChangeLadder.Unsettled
        select root_id, activity_id, ladder_id, at, unsettled_since from case_ladder where unsettled_since < $1 order by root_id, activity_id
        """;

    // Tasks that somebody gave a ladder of their own keep it: since then where a case was given one, at any time where it was given back.
    private const string Missed =
        """
        -- ChangeLadder.Missed
        select t.id from task t join task_spec s on s.id = t.spec_id join deadline d on d.task_id = t.id and d.purpose = 'work'
        where t.root_id = $1 and t.status = 'open' and d.ladder_id is distinct from coalesce(nullif($3, ''),
            (select c.ladder_id from case_ladder c where c.root_id = $1 and c.activity_id = '' and c.ladder_id <> ''), s.body ->> 'ladderId')
          and case $2 when '' then not exists (select from case_ladder c where c.root_id = $1 and c.activity_id = t.activity_id and c.ladder_id <> '') else t.activity_id = $2 end
          and not exists (select from audit a where a.task_id = t.id and a.action = 'deadline.ladder' and ($3 = '' or a.at >= $4))
        """;

    private const string Settled =
        """
        -- ChangeLadder.Settled
        with gone as (delete from case_ladder where root_id = $1 and activity_id = $2 and unsettled_since = $3 and ladder_id = '')
        update case_ladder set unsettled_since = null where root_id = $1 and activity_id = $2 and unsettled_since = $3 and ladder_id <> ''
        """;

    private static readonly LadderAnswer NoReason = new(0, 0, TaskAnswer.Invalid.On("reason", "Hãy ghi lý do, dài nhất 2000 ký tự.", "Give a reason of at most 2000 characters."));

    private static readonly string[] Both = ["work", "review"];
    private static readonly string[] Work = ["work"];

    /// <summary>Writes a ladder for everybody who uses it: by who administers a topmost unit.</summary>
    /// <param name="write">False: what it would do, and nothing is written.</param>
    /// <param name="seen">The mark of the ladder that was changed; empty: there was none; null: whatever there is by now is replaced.</param>
    public async Task<LadderAnswer> PutAsync(
        Actor actor, Ladder ladder, bool write, DateTimeOffset now, DateTimeOffset recordedAt, string? seen = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        if (!actor.MayFromTheTop(Permission.Organisation)) return new(0, 0, new TaskAnswer.Forbidden());
        if (ladder.Id.Length > LongestId || !ladder.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return new(0, 0, TaskAnswer.Invalid.On("id", $"Mã: chữ không dấu, số, gạch nối; nhiều nhất {LongestId} ký tự.", $"An id has letters, digits and hyphens, {LongestId} at most."));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Read before anything is written: what a transaction wrote and may take back must not be remembered by the host.
        var data = await reference.GetAsync(connection, cancellation);
        await using var transaction = write ? await HeldAsync(connection, cancellation) : null;
        string[] roles = [.. ladder.Rungs.SelectMany(r => r.Recipients).Select(r => r.Role).Where(r => r != RecipientRule.Assignee).Distinct()];
        var (stands, unknown) = (await Command(connection, Now, P(ladder.Id), Texts(roles)).ListAsync(r => (r.TextOrNull(0), r.GetFieldValue<string[]>(1)), cancellation))[0];
        if (unknown.Length > 0)
            return new(0, 0, TaskAnswer.Invalid.On("rungs", $"Không có chức vụ {string.Join(", ", unknown)}.", $"There is no role {string.Join(", ", unknown)}."));
        if (seen is not null && seen != ((stands is null ? Ladder.Shipped.FirstOrDefault(l => l.Id == ladder.Id) : Ladder.Read(stands))?.Mark() ?? ""))
            return new(0, 0, TaskAnswer.Invalid.On("seen", "Người khác vừa sửa thang nhắc việc này. Hãy mở lại trang rồi sửa.", "Somebody else has changed this ladder. Open it again and go on."));
        var clocks = new LadderClocks(data, now);
        await clocks.PlanAsync(connection, ladder, ladder.Id, null, Actor.System, Both, null, cancellation);
        if (transaction is null) return Answer(clocks);
        await Command(connection, Write, P(ladder.Id), Json(ladder.Write())).ExecuteNonQueryAsync(cancellation);
        await clocks.WriteAsync(connection, cancellation);
        await Command(connection, Audit, Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            Json(JsonSerializer.Serialize(new { ladder = ladder.Id, rungs = ladder.Rungs.Count, tasks = clocks.RunningCount, moved = clocks.Moved }))).ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        reference.Invalidate();
        return Answer(clocks);
    }

    /// <summary>Gives tasks another ladder: these, or a case (all of it, or one step): its open work, and what it opens later.</summary>
    /// <param name="planId">Root instance of the case.</param>
    /// <param name="ladderId">Of a ladder that is loaded or shipped.</param>
    public async Task<LadderAnswer> AssignAsync(
        Actor actor, IReadOnlyList<Guid>? tasks, Guid? planId, string? activity, string? ladderId, string? reason, bool write, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation = default)
    {
        if (!IsReason(reason)) return NoReason;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var data = await reference.GetAsync(connection, cancellation);
        if (ladderId is null || DuePlan.LadderOf(data, ladderId) is not { } ladder)
            return new(0, 0, TaskAnswer.Invalid.On("ladder", "Không có thang nhắc việc này.", "There is no such ladder."));
        await using var transaction = write ? await HeldAsync(connection, cancellation) : null;
        var clocks = new LadderClocks(data, now);
        await clocks.PlanAsync(connection, ladder, null, await NamedAsync(connection, tasks, planId, activity, cancellation), actor, Work, null, cancellation);
        if (tasks is null && planId is { } root)
        {
            var cases = await Command(connection, Case, P(root), P(activity, NpgsqlDbType.Text), Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem))
                .ListAsync(r => (Unit: r.GetInt64(0), KnowsStep: r.GetBoolean(1)), cancellation);
            if (cases is not [{ } owned]) return new(0, 0, new TaskAnswer.NotFound());
            if (!owned.KnowsStep) return new(0, 0, TaskAnswer.Invalid.On("activity", "Kế hoạch không có bước này.", "The plan has no such step."));
            if (transaction is not null)
            {
                await Command(connection, Keep, P(root), P(activity ?? ""), P(ladderId), Instant(now), Instant(BusinessClock.Whole(system.GetUtcNow())), Instant(recordedAt),
                    P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(owned.Unit), Detail(ladderId, activity, reason, clocks)).ExecuteNonQueryAsync(cancellation);
            }
        }
        else if (clocks.Tasks.Count == 0)
        {
            return new(0, 0, new TaskAnswer.NotFound());
        }

        return await EndAsync(connection, transaction, clocks, actor, new { ladder = ladderId, reason = reason.Trim() }, now, recordedAt, cancellation);
    }

    /// <summary>
    /// Takes a ladder back that tasks, a case or one step of it were given: what goes by it, and what the case opens later, goes by what stood before:
    /// the case's ladder for a step of its own, else the one that the task itself names. Tasks that were given another one meanwhile keep that.
    /// </summary>
    /// <param name="planId">Root instance of the case.</param>
    /// <param name="ladderId">The one that is taken back.</param>
    public async Task<LadderAnswer> GiveBackAsync(
        Actor actor, IReadOnlyList<Guid>? tasks, Guid? planId, string? activity, string ladderId, string? reason, bool write, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation = default)
    {
        if (!IsReason(reason)) return NoReason;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var clocks = new LadderClocks(await reference.GetAsync(connection, cancellation), now);
        await using var transaction = write ? await HeldAsync(connection, cancellation) : null;
        long? unit = null;
        if (tasks is null && planId is { } root)
        {
            var cases = await Command(connection, Case, P(root), P<string?>(null, NpgsqlDbType.Text), Texts(actor.PathsWith(Permission.Extend)), P(actor.IsSystem))
                .ListAsync(r => r.GetInt64(0), cancellation);
            if (cases is not [var owner]) return new(0, 0, new TaskAnswer.NotFound());
            if (!(bool)(await Command(connection, Goes, P(root), P(activity ?? ""), P(ladderId)).ExecuteScalarAsync(cancellation))!)
                return new(0, 0, TaskAnswer.Invalid.On("planId", "Kế hoạch, hoặc bước này, không còn theo thang đã giao. Hãy mở lại trang.", "The plan, or this step, does not go by this ladder any more. Open the page again."));
            unit = owner;
        }

        var givenBack = unit is null ? null : activity ?? "";
        await clocks.PlanAsync(connection, null, ladderId, await NamedAsync(connection, tasks, planId, activity, cancellation), actor, Work, givenBack, cancellation);
        if (clocks.Missing is { } missing)
            return new(0, 0, TaskAnswer.Invalid.On("ladder", $"Không có thang “{missing}” mà công việc chọn.", $"There is no ladder '{missing}', which a task names."));
        if (unit is null && clocks.Tasks.Count == 0) return new(0, 0, new TaskAnswer.NotFound());
        if (unit is not null && transaction is not null)
        {
            await Command(connection, Forget, P(planId!.Value), P(givenBack!), P(ladderId), Instant(now), Instant(BusinessClock.Whole(system.GetUtcNow()))).ExecuteNonQueryAsync(cancellation);
            await Command(connection, TrailOfCase, Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(planId.Value), P(unit.Value),
                Detail(ladderId, activity, reason, clocks)).ExecuteNonQueryAsync(cancellation);
        }

        return await EndAsync(connection, transaction, clocks, actor, new { givenBack = ladderId, reason = reason.Trim() }, now, recordedAt, cancellation);
    }

    /// <summary>
    /// Gives tasks that opened while hosts did not know of their case's ladder yet that ladder, once all hosts know it. Gives how many; harmless to repeat.
    /// </summary>
    public async Task<int> SettleAsync(DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var settled = 0;
        var open = await Command(connection, Unsettled, Instant(system.GetUtcNow() - Settling)).ListAsync(
            r => (Root: r.GetGuid(0), Activity: r.GetString(1), Ladder: r.GetString(2), At: r.Instant(3), Since: r.Instant(4)), cancellation);
        foreach (var row in open)
        {
            await using var transaction = await HeldAsync(connection, cancellation);
            Guid[] missed = [.. await Command(connection, Missed, P(row.Root), P(row.Activity), P(row.Ladder), Instant(row.At)).ListAsync(r => r.GetGuid(0), cancellation)];
            if (missed.Length > 0)
            {
                var clocks = new LadderClocks(await reference.GetAsync(connection, cancellation), now);
                await clocks.PlanAsync(connection, null, null, missed, Actor.System, Work, null, cancellation);
                await clocks.WriteAsync(connection, cancellation);
                settled += clocks.Moved;
            }

            await Command(connection, Settled, P(row.Root), P(row.Activity), Instant(row.Since)).ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        return settled;
    }

    /// <summary>A transaction while which no rung fires and nobody else changes a ladder. A preview has none: it only reads.</summary>
    private static async Task<NpgsqlTransaction> HeldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation);
        await Command(connection, Hold).ExecuteNonQueryAsync(cancellation);
        return transaction;
    }

    private async Task<LadderAnswer> EndAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, LadderClocks clocks, Actor actor, object detail, DateTimeOffset now, DateTimeOffset recordedAt,
        CancellationToken cancellation)
    {
        if (transaction is null) return Answer(clocks);
        await clocks.WriteAsync(connection, cancellation);
        await Command(connection, TrailOfTasks, Uuids([.. clocks.Tasks]), Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid),
            Json(JsonSerializer.Serialize(detail))).ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        reference.Invalidate();
        return Answer(clocks);
    }

    private static async Task<Guid[]> NamedAsync(NpgsqlConnection connection, IReadOnlyList<Guid>? tasks, Guid? planId, string? activity, CancellationToken cancellation) =>
        tasks is not null ? [.. tasks.Distinct()] : planId is { } plan
            ? [.. await Command(connection, Named, P(plan), P(activity, NpgsqlDbType.Text)).ListAsync(r => r.GetGuid(0), cancellation)] : [];

    private static NpgsqlParameter Detail(string ladder, string? activity, string reason, LadderClocks clocks) =>
        Json(JsonSerializer.Serialize(new { ladder, activity, reason = reason.Trim(), tasks = clocks.RunningCount, moved = clocks.Moved }));

    private static bool IsReason([NotNullWhen(true)] string? text) => StorableText.Holds(text) && !string.IsNullOrWhiteSpace(text) && text.Length <= 2000;

    private static LadderAnswer Answer(LadderClocks clocks) =>
        new(clocks.RunningCount, clocks.Moved) { Waiting = clocks.Tasks.Count - clocks.RunningCount, Reminders = clocks.Changes };
}
