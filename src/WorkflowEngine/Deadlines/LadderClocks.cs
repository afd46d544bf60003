using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Deadlines;

/// <summary>Clocks that get another ladder, read in groups: what is to come of each is planned anew from now on, without what the ledger has for this date.</summary>
internal sealed class LadderClocks(ReferenceData data, DateTimeOffset now)
{
    private const string IsRunning =
        "(d.stopped_at is null and d.paused_at is null and d.due is not null and t.status = case d.purpose when 'review' then 'submitted' else 'open' end)";

    // "standing" is what a task is planned by: its step's ladder of the case, the case's, or the one that the task itself names.
    private const string Running =
        $"""
        -- LadderClocks.Running
        select d.purpose, d.calendar_id, d.due, d.started_at, coalesce(s.body ->> 'deadline', s.body ->> 'targetDate'), d.ladder_id, d.next_at,
          coalesce((select c.ladder_id from case_ladder c where c.root_id = t.root_id and c.activity_id = t.activity_id and c.ladder_id <> '' and t.activity_id is distinct from $6),
            (select c.ladder_id from case_ladder c where c.root_id = t.root_id and c.activity_id = '' and c.ladder_id <> '' and $6 is distinct from ''), s.body ->> 'ladderId') as standing,
          (select string_agg(f.rung || ' ' || f.period, ',' order by f.rung, f.period) from rung_fired f
            where f.task_id = d.task_id and f.purpose = d.purpose and f.round = d.round and f.due = d.due) as fired,
          {IsRunning} as runs,
          array_agg(d.task_id order by d.task_id)
        from deadline d join task t on t.id = d.task_id join task_spec s on s.id = t.spec_id join unit o on o.id = t.owner_unit_id
        where d.purpose = any($4) and t.status in ('open', 'submitted')
          and ($2::uuid[] is not null or {IsRunning})
          and ($1::text is null or d.ladder_id = $1) and ($2::uuid[] is null or t.id = any($2))
          and ($5 or exists (select from unnest($3) as p where starts_with(o.path, p)))
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        """;

    private const string Replan =
        """
        -- LadderClocks.Replan
        with n as (select * from unnest($1, $2, $3, $4) as x(task_id, purpose, next_at, ladder_id)),
        held as (
          select d.task_id, d.purpose, n.next_at, n.ladder_id from deadline d join n on n.task_id = d.task_id and n.purpose = d.purpose
          where d.next_at is distinct from n.next_at or d.ladder_id is distinct from n.ladder_id
          order by d.task_id, d.purpose for update of d),
        moved as (
          update deadline d set ladder_id = h.ladder_id, last_rung = null, last_period = 0,
            next_at = case when d.stopped_at is null and d.paused_at is null then h.next_at end
          from held h where d.task_id = h.task_id and d.purpose = h.purpose returning d.stopped_at is null and d.paused_at is null and d.due is not null as runs)
        select count(*) filter (where runs)::int from moved
        """;

    /// <param name="Due">Null: no date yet.</param>
    /// <param name="Standing">The ladder that the case and the task say, or null.</param>
    /// <param name="Runs">False: it stands still or was handed in, and goes by its ladder when it runs again.</param>
    private sealed record Group(
        string Purpose, string Calendar, DateTimeOffset? Due, DateTimeOffset Started, bool Soft, string? Ladder, DateTimeOffset? Next, string? Standing, string[] Fired,
        bool Runs, Guid[] Tasks);

    private readonly Dictionary<ReminderChange, int> _changes = [];
    private readonly List<(Guid Task, string Purpose, DateTimeOffset? Next, string? Ladder)> _planned = [];
    private readonly Dictionary<(string? Ladder, string Calendar), CompiledLadder?> _compiled = [];
    private readonly Dictionary<string, CompiledLadder> _givens = [];

    /// <summary>All tasks it is about, also those whose clock does not run.</summary>
    public List<Guid> Tasks { get; } = [];

    /// <summary>Of these, how many clocks run.</summary>
    public int RunningCount { get; private set; }

    /// <summary>Of these, how many get another next reminder or ladder.</summary>
    public int Moved { get; private set; }

    /// <summary>A ladder that a task names and that is not there, or null; such tasks stay as they are.</summary>
    public string? Missing { get; private set; }

    /// <summary>Every reminder of the running clocks that comes, goes or moves, the earliest first.</summary>
    public IReadOnlyList<ReminderChange> Changes =>
        [.. _changes.Select(c => c.Key with { Count = c.Value }).OrderBy(c => c.From ?? c.To).ThenBy(c => c.To).ThenBy(c => c.Rung, StringComparer.Ordinal)];

    /// <summary>Plans them anew; nothing is written.</summary>
    /// <param name="given">The ladder they get; null: the one that the case and the task say.</param>
    /// <param name="of">Only clocks that go by this ladder, or null.</param>
    /// <param name="named">Only these tasks, also the ones that stand still or are handed in; null: all clocks that run.</param>
    /// <param name="givenBack">The step of their case, empty for the case itself, whose ladder counts no more; null: none.</param>
    public async Task PlanAsync(
        NpgsqlConnection connection, Ladder? given, string? of, Guid[]? named, Actor actor, string[] purposes, string? givenBack, CancellationToken cancellation)
    {
        var groups = await Command(connection, Running, P(of, NpgsqlDbType.Text), P(named, NpgsqlDbType.Array | NpgsqlDbType.Uuid), Texts(actor.PathsWith(Permission.Extend)),
            Texts(purposes), P(actor.IsSystem), P(givenBack, NpgsqlDbType.Text)).ListAsync(
            r => new Group(r.GetString(0), r.GetString(1), r.InstantOrNull(2), r.Instant(3), DueDeadline.IsSoft(r.TextOrNull(4)), r.TextOrNull(5), r.InstantOrNull(6), r.TextOrNull(7),
                r.TextOrNull(8)?.Split(',') ?? [], r.GetBoolean(9), r.GetFieldValue<Guid[]>(10)), cancellation);
        foreach (var group in groups)
        {
            var target = given?.Id ?? group.Standing;
            var steps = given is null ? Bound(target, group.Calendar) : Given(given, group.Calendar);
            if (target is not null && steps is null)
            {
                Missing = target;
                continue;
            }

            DateTimeOffset? at = null;
            if (group is { Runs: true, Due: { } due })
            {
                var after = steps?.Plan(due, group.Started, group.Soft);
                // A rung whose instant has come and which no pulse has taken yet is still to come: it is not lost where the other ladder has it too.
                var from = group.Next < now ? group.Next.Value : now;
                at = FirstUnfired(after, from, group.Fired);
                Compare(group, due, after, from, target);
                RunningCount += group.Tasks.Length;
                if (at != group.Next || target != group.Ladder) Moved += group.Tasks.Length;
            }

            Tasks.AddRange(group.Tasks);
            foreach (var task in group.Tasks) _planned.Add((task, group.Purpose, at, target));
        }
    }

    /// <summary>Writes what was planned; the caller commits it.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (_planned.Count == 0) return;
        Moved = (int)(await Command(connection, Replan, Uuids([.. _planned.Select(p => p.Task)]), Texts([.. _planned.Select(p => p.Purpose)]), Instants([.. _planned.Select(p => p.Next)]),
            P(_planned.Select(p => p.Ladder).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)).ExecuteScalarAsync(cancellation))!;
    }

    private DateTimeOffset? FirstUnfired(LadderPlan? plan, DateTimeOffset from, string[] fired)
    {
        var next = plan?.From(from);
        while (next is not null && fired.Contains($"{next.RungId} {next.Period}")) next = plan!.Next(next.RungId, next.Period);
        return next?.At;
    }

    private void Compare(Group group, DateTimeOffset due, LadderPlan? after, DateTimeOffset from, string? target)
    {
        var before = group.Next is { } next && Bound(group.Ladder, group.Calendar) is { } old ? PreviewExtension.Coming(old.Plan(due, group.Started, group.Soft), next) : [];
        var coming = after is null ? [] : PreviewExtension.Coming(after, from);
        foreach (var rung in before.Keys.Union(coming.Keys).Where(rung => !group.Fired.Contains(rung + " 0")).ToList())
        {
            DateTimeOffset? was = before.TryGetValue(rung, out var b) ? b : null, will = coming.TryGetValue(rung, out var c) ? c : null;
            if (was == will) continue;
            var change = new ReminderChange((will is null ? group.Ladder : target)!, rung, was, will, 0);
            _changes[change] = _changes.GetValueOrDefault(change) + group.Tasks.Length;
        }
    }

    private CompiledLadder? Bound(string? ladder, string calendar)
    {
        if (_compiled.TryGetValue((ladder, calendar), out var known)) return known;
        return _compiled[(ladder, calendar)] = ladder is not null && DuePlan.LadderOf(data, ladder) is { } steps ? new CompiledLadder(steps, CalendarOf(calendar)) : null;
    }

    // Apart from the others: a ladder that is being written has the id of the one before it.
    private CompiledLadder Given(Ladder ladder, string calendar)
    {
        if (!_givens.TryGetValue(calendar, out var known)) _givens[calendar] = known = new CompiledLadder(ladder, CalendarOf(calendar));
        return known;
    }

    private WorkingCalendar CalendarOf(string id) => DuePlan.CalendarOf(data, id) ?? WorkingCalendar.VietnamPublic;
}
