using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Pages.Plans;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Overdue;

/// <summary>What the reader looks at: everything within reach, one plan, or one step of it.</summary>
public sealed record OverdueFilter(Guid? PlanId = null, string? Step = null);

/// <summary>A task that is not handed in although its date has passed.</summary>
/// <param name="Limit">First instant that is late: the plan's date or the recorded extension.</param>
/// <param name="FiredRungs">Ids of the rungs that reached somebody, to count what the unit got.</param>
/// <param name="MayAct">The reader may extend it and record a follow-up.</param>
public sealed record LateTask(
    Guid TaskId, Guid PlanId, Guid RootId, string? PlanNumber, bool IsChild, string ActivityId, Text Title, long UnitId, string UnitCode, string Unit, DateTimeOffset Limit, bool Extended,
    DateTimeOffset StartedAt, string CalendarId, string? LadderId, DateTimeOffset? OpenedAt, DateTimeOffset? DraftSavedAt, IReadOnlyList<string> FiredRungs, int FollowUps,
    DateTimeOffset? LastFollowUp, bool MayExtend, bool MayFollowUp);

/// <summary>A task that was handed in after its date.</summary>
public sealed record SubmittedLate(
    Guid TaskId, string? PlanNumber, Text Title, string Unit, DateTimeOffset Limit, DateTimeOffset CountsAt, DateTimeOffset FirstSubmittedAt, string Status, DateTimeOffset? DecidedAt, string CalendarId);

/// <summary>A date that lies ahead, for the units that have not handed in, not been decided on or not handed in again.</summary>
/// <param name="Kind">work, review or returned.</param>
public sealed record ComingStep(Guid PlanId, string? PlanNumber, Text Title, DateTimeOffset Limit, int Tasks, string CalendarId, string Kind);

/// <summary>Open tasks that are not late, and why: undated, internal (the unit's own date has passed), returned (a new round runs past its date).</summary>
public sealed record NotCounted(Guid PlanId, string? PlanNumber, string Kind, Text Title, int Tasks);

/// <summary>A date of the work between unit and reviewer, of which the plan says nothing, that has passed: a decision, or what was returned and did not come again.</summary>
/// <param name="Limit">First instant that is late.</param>
/// <param name="Since">When it was handed in; for what was returned, when.</param>
public sealed record LateRound(Guid TaskId, string? PlanNumber, Text Title, string Unit, bool IsReview, DateTimeOffset Limit, DateTimeOffset Since, string CalendarId);

/// <summary>Reads of what is late, was late and will be due, within the reach of the reader.</summary>
public sealed class OverdueQueries(NpgsqlDataSource database)
{
    /// <summary>Most rows of a list.</summary>
    public const int MostRows = 1000;

    private const string Reach = Tasks + " and d.purpose = 'work'";

    private const string Tasks =
        """
        from task t
        join task_spec s on s.id = t.spec_id
        join plan p on p.root_id = t.root_id and p.status in ('issued', 'closed')
        join unit c on c.id = t.unit_id join unit o on o.id = t.owner_unit_id
        join deadline d on d.task_id = t.id
        where ($2 or exists (select from unnest($1) as x where starts_with(c.path, x) or starts_with(o.path, x)))
          and ($3::uuid is null or p.id = $3) and ($4::text is null or t.activity_id = $4)
        """;

    private const string Late =
        $"""
        -- OverdueQueries.Late
        select t.id, p.id, t.root_id, coalesce(p.number_text, p.number_raw), t.instance_id <> t.root_id, t.activity_id, s.body #>> '{Vi}', s.body #>> '{En}', c.id, c.code,
          c.short_name, {LateSql.Limit}, d.extended_due is not null, d.started_at, d.calendar_id, d.ladder_id, t.opened_at,
          (select max(f.saved_at) from task_draft f where f.task_id = t.id),
          (select coalesce(array_agg(f.rung), '{Nothing}') from rung_fired f where f.task_id = t.id and f.purpose = 'work' and f.recipients > 0),
          (select count(*)::int from task_comment m where m.task_id = t.id and m.kind = 'follow-up'),
          (select max(m.at) from task_comment m where m.task_id = t.id and m.kind = 'follow-up'),
          $2 or exists (select from unnest($7) as x where starts_with(o.path, x)), $2 or exists (select from unnest($8) as x where starts_with(o.path, x))
        {Reach}
          and {LateSql.Awaited} and {LateSql.Limit} <= $5
        order by {LateSql.Limit}, t.activity_id, c.short_name collate "vi-x-icu", t.id
        limit $6
        """;

    private const string Submitted =
        $"""
        -- OverdueQueries.Submitted
        select t.id, coalesce(p.number_text, p.number_raw), s.body #>> '{Vi}', s.body #>> '{En}', c.short_name, {LateSql.Limit}, t.counts_at,
          t.first_submitted_at, t.status, t.decided_at, d.calendar_id
        {Reach}
          and t.status <> 'cancelled' and {LateSql.CameLate} and (p.status = 'issued' or $3 is not null) and $5 >= t.first_submitted_at
        order by t.status = 'submitted' desc, t.first_submitted_at desc, t.id
        limit $6
        """;

    // A clock of one of the three that somebody hears of: the first round runs to the plan's date, a further one and a review to their own.
    private const string Running =
        $"case when d.purpose = 'review' and t.status = 'submitted' then 'review' when d.purpose = 'work' and {LateSql.Awaited} then 'work' when d.purpose = 'work' and t.status = 'open' and t.round > 1 then 'returned' end";

    private const string Until = $"case when d.purpose = 'work' and t.counts_at is null then {LateSql.Limit} else d.due end";

    private const string Coming =
        $"""
        -- OverdueQueries.Coming
        select p.id, coalesce(p.number_text, p.number_raw), max(s.body #>> '{Vi}'), max(s.body #>> '{En}'), {Until}, count(*)::int, d.calendar_id, {Running}
        {Tasks}
          and {Running} is not null and {Until} > $5
        group by p.id, t.activity_id, 5, d.calendar_id, 8
        order by 5, 1, 8
        limit $6
        """;

    private const string Rounds =
        $"""
        -- OverdueQueries.Rounds
        select t.id, coalesce(p.number_text, p.number_raw), s.body #>> '{Vi}', s.body #>> '{En}', c.short_name, {Running} = 'review', d.due,
          case when d.purpose = 'review' then t.submitted_at else coalesce((select max(b.decided_at) from task_round b where b.task_id = t.id and b.decision = 'returned'), d.started_at) end, d.calendar_id
        {Tasks}
          and {Running} in ('review', 'returned') and d.due <= $5
        order by d.due, t.activity_id, c.short_name collate "vi-x-icu", t.id
        limit $6
        """;

    private const string Uncounted =
        $"""
        -- OverdueQueries.Uncounted
        select p.id, coalesce(p.number_text, p.number_raw),
          case when t.round > 1 then 'returned' when d.due is null then 'undated' else 'internal' end,
          max(s.body #>> '{Vi}'), max(s.body #>> '{En}'), count(*)::int
        {Reach}
          and t.status = 'open' and p.status = 'issued'
          and ((t.round > 1 and d.due <= $5) or (t.round = 1 and d.legal_due is null and d.extended_due is null and (d.due is null or d.due <= $5)))
        group by p.id, t.activity_id, 3
        order by p.id, min(t.created_at), t.activity_id
        limit $6
        """;

    private const string Vi = "{title,vi}";
    private const string En = "{title,en}";
    private const string Nothing = "{}";

    /// <summary>Late tasks, the longest first; at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<LateTask>> LateAsync(Actor actor, OverdueFilter filter, DateTimeOffset now, int limit = MostRows, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Late, [.. Parameters(actor, filter, now, limit), Texts(actor.PathsWith(Permission.Extend)), Texts(actor.PathsWith(Permission.CloseTask))]).ListAsync(
            r => new LateTask(
                r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.TextOrNull(3), r.GetBoolean(4), r.GetString(5), new Text(r.TextOrNull(6) ?? r.GetString(5), r.TextOrNull(7)), r.GetInt64(8),
                r.GetString(9), r.GetString(10), r.Instant(11), r.GetBoolean(12), r.Instant(13), r.GetString(14), r.TextOrNull(15), r.InstantOrNull(16), r.InstantOrNull(17),
                r.GetFieldValue<string[]>(18), r.GetInt32(19), r.InstantOrNull(20), r.GetBoolean(21), r.GetBoolean(22)), cancellation);
    }

    /// <summary>Handed in late: those that wait for a decision first.</summary>
    public async Task<IReadOnlyList<SubmittedLate>> SubmittedLateAsync(Actor actor, OverdueFilter filter, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Submitted, Parameters(actor, filter, now, 100)).ListAsync(
            r => new SubmittedLate(r.GetGuid(0), r.TextOrNull(1), new Text(r.TextOrNull(2) ?? "", r.TextOrNull(3)), r.GetString(4), r.Instant(5), r.Instant(6), r.Instant(7),
                r.GetString(8), r.InstantOrNull(9), r.GetString(10)), cancellation);
    }

    /// <summary>Dates ahead, the nearest first.</summary>
    public async Task<IReadOnlyList<ComingStep>> ComingAsync(Actor actor, OverdueFilter filter, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Coming, Parameters(actor, filter, now, 100)).ListAsync(
            r => new ComingStep(r.GetGuid(0), r.TextOrNull(1), new Text(r.TextOrNull(2) ?? "", r.TextOrNull(3)), r.Instant(4), r.GetInt32(5), r.GetString(6), r.GetString(7)), cancellation);
    }

    /// <summary>Late reviews, and what was returned and is late again; the longest first.</summary>
    public async Task<IReadOnlyList<LateRound>> RoundsAsync(Actor actor, OverdueFilter filter, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Rounds, Parameters(actor, filter, now, MostRows)).ListAsync(
            r => new LateRound(r.GetGuid(0), r.TextOrNull(1), new Text(r.TextOrNull(2) ?? "", r.TextOrNull(3)), r.GetString(4), r.GetBoolean(5), r.Instant(6), r.Instant(7), r.GetString(8)), cancellation);
    }

    /// <summary>Open and not late, with why.</summary>
    public async Task<IReadOnlyList<NotCounted>> NotCountedAsync(Actor actor, OverdueFilter filter, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Uncounted, Parameters(actor, filter, now, 100)).ListAsync(
            r => new NotCounted(r.GetGuid(0), r.TextOrNull(1), r.GetString(2), new Text(r.TextOrNull(3) ?? "", r.TextOrNull(4)), r.GetInt32(5)), cancellation);
    }

    private static NpgsqlParameter[] Parameters(Actor actor, OverdueFilter filter, DateTimeOffset now, int limit) =>
        [PlanPageQueries.Reach(actor), P(actor.IsSystem), P(filter.PlanId, NpgsqlDbType.Uuid), P(filter.Step, NpgsqlDbType.Text), Instant(now), P(limit)];
}
