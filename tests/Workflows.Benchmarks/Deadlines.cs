using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace Workflows.Benchmarks;

/// <summary>
/// Deadlines of as many units, each with a ladder of four rungs and a chair who hears of it, all due in the same second. Engine and raw take turns,
/// rung after rung, on the same deadlines; raw takes batches by skip-locked statements of its own and writes the same rows with arrays that stand
/// ready: ledger, digest, line, next instant. Some are fired before: what is measured is a host that has been running for a while.
/// </summary>
internal sealed class Deadlines(NpgsqlDataSource database)
{
    private const int WarmUp = 60_000;
    private const int WarmUpDeadlines = 2_000;

    private static readonly WorkingCalendar Calendar = WorkingCalendar.VietnamPublic;
    private static readonly DateTimeOffset Started = Calendar.InstantOf(new DateOnly(2019, 12, 2));
    private static readonly DateTimeOffset Due = Calendar.InstantOf(new DateOnly(2020, 1, 1));

    private const string FourRungs = """
        {"id":"bench","rungs":[
          {"id":"T-5","offset":-5,"unit":"workingDays","at":"08:00","recipients":[{"at":"unit","role":"assignee"}]},
          {"id":"T-3","offset":-3,"unit":"workingDays","at":"08:00","recipients":[{"at":"unit","role":"assignee"}]},
          {"id":"T-1","offset":-1,"unit":"workingDays","at":"08:00","recipients":[{"at":"unit","role":"assignee"}]},
          {"id":"last-day","offset":0,"unit":"workingDays","at":"08:00","on":"lastLawfulDay","recipients":[{"at":"unit","role":"assignee"}]}]}
        """;

    private static readonly CompiledLadder Plan = new(Ladder.Read(FourRungs), Calendar);

    private const string Take =
        """
        -- Deadlines.RawTake
        select task_id from deadline where next_at <= $1 order by next_at limit 500 for update skip locked
        """;

    private static readonly string[] Write =
    [
        "insert into rung_fired (task_id, purpose, round, rung, period, scheduled_at, due, fired_at, recipients) select n, 'work', 1, $2, 0, $3, $4, $3, 1 from unnest($1) as n",
        "insert into digest (id, person_id, slot) select n.id, n.person_id, $3 from unnest($1, $2) as n(id, person_id)",
        "insert into digest_line (digest_id, task_id, purpose, round, rung, period) select n.id, n.task_id, 'work', 1, $3, 0 from unnest($1, $2) as n(id, task_id)",
        "update deadline d set last_rung = $2, last_period = 0, next_at = $3 from unnest($1) as n(task_id) where d.task_id = n.task_id and d.purpose = 'work'",
    ];

    private readonly FireDue fire = new(database, new ReferenceStore(database, TimeProvider.System), TimeProvider.System);

    /// <summary>Units with a chair each, and a task with a running clock for each.</summary>
    public async Task PrepareAsync(int deadlines, CancellationToken cancellation)
    {
        await Rows.PrepareAsync(database, deadlines, cancellation);
        await DoAsync("insert into ladder (id, body) values ('bench', $1)", [Db.Json(FourRungs)], cancellation);
        await DoAsync("insert into role (code, label_vi, label_en) values ('Chair', 'Chủ tịch', 'Chair') on conflict do nothing", [], cancellation);
        await DoAsync($"insert into person (id, user_name, normalized_user_name, display_name, email, security_stamp, created_at) select {Id("1", "n")}, 'p' || n, 'P' || n, 'p' || n, 'p' || n || '@example.test', '', $2 from generate_series(2, $1 + 1) n", [Db.P(deadlines), Db.Instant(Started)], cancellation);
        await DoAsync($"insert into role_assignment (person_id, unit_id, role) select {Id("1", "n")}, n, 'Chair' from generate_series(2, $1 + 1) n", [Db.P(deadlines)], cancellation);
        await DoAsync("insert into task_spec (id, body) values ('00000000-0000-0000-0000-00000000aaaa', '{\"title\":{\"vi\":\"Nộp kế hoạch\"},\"deadline\":\"before 01-01(+1)\",\"campaignYear\":2019}')", [], cancellation);
        await FillAsync("2", 2, deadlines + 1, First, cancellation);
    }

    private static DateTimeOffset First => Plan.NextRung(Due, Started)!.At;

    private static string Id(string kind, string n) => $"('0190000{kind}-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid";

    /// <summary>Tasks and clocks of the units in a range, next due at an instant.</summary>
    private async Task FillAsync(string kind, int from, int to, DateTimeOffset nextAt, CancellationToken cancellation)
    {
        await DoAsync($"insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, created_at) select {Id(kind, "n")}, {Id(kind, "n")}, '00000000-0000-0000-0000-00000000bbbb', '00000000-0000-0000-0000-00000000aaaa', 'ask', 'c', 2 + n % (select count(*) - 1 from unit), 1, '{{Chair}}', $3 from generate_series($1, $2) n",
            [Db.P(from), Db.P(to), Db.Instant(Started)], cancellation);
        await DoAsync($"insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, started_at, next_at) select {Id(kind, "n")}, {Id(kind, "n")}, 'bench', 'vn-public', $3, $3, $4, $5 from generate_series($1, $2) n",
            [Db.P(from), Db.P(to), Db.Instant(Due), Db.Instant(Started), Db.Instant(nextAt)], cancellation);
        foreach (var sql in (string[])["vacuum analyze task, deadline, person, role_assignment, unit", "checkpoint"]) await DoAsync(sql, [], cancellation);
    }

    /// <summary>Rungs a second and their ratio to raw, and how late the last hundredth was.</summary>
    public async Task<IReadOnlyList<Figure>> RunAsync(int deadlines, CancellationToken cancellation)
    {
        var few = Math.Min(WarmUpDeadlines, deadlines);
        await PrepareAsync(few, cancellation);
        for (var fired = 0; fired < Math.Min(WarmUp, deadlines); fired += few) await AgainAsync(few, null, cancellation);
        await PrepareAsync(deadlines, cancellation);
        var (ours, raw, late) = (new Figures(0, 0, 0, 0), new Figures(0, 0, 0, 0), new List<(double Seconds, int Rungs)>());
        var step = Plan.NextRung(Due, Started);
        for (var isOurs = true; step is not null; isOurs = !isOurs)
        {
            var next = Plan.NextRung(Due, Started, step.RungId, step.Period);
            if (isOurs) ours += await EngineAsync(step.At, deadlines, late, cancellation);
            else raw += await RawAsync(step, next, deadlines, cancellation);
            step = next;
        }

        var rungs = deadlines * 2;
        return
        [
            new Figure(
                FormattableString.Invariant($"{deadlines} deadlines due in the same second, four rungs each: a rung fired, ledger and digest line written"),
                FormattableString.Invariant($"{rungs / ours.Seconds:0} rungs/s; processor a rung: {ours.Each(rungs)}"),
                FormattableString.Invariant($"{raw.Seconds / ours.Seconds:0.00} of raw ({rungs / raw.Seconds:0}/s; {raw.Each(rungs)})"), ours.Seconds + raw.Seconds),
            new Figure(FormattableString.Invariant($"lateness of these rungs, 99 of 100"), FormattableString.Invariant($"{Percentile(late, 0.99):0.0} s"), "at most 10 s is the goal", ours.Seconds),
        ];
    }

    /// <summary>The same due deadlines while few others are pending, and while so many are.</summary>
    public async Task<Figure> PendingAsync(int due, int few, int many, CancellationToken cancellation)
    {
        var far = Calendar.InstantOf(new DateOnly(2020, 6, 1));
        await PrepareAsync(due, cancellation);
        await FillAsync("3", 1, few, far, cancellation);
        await AgainAsync(due, far, cancellation);
        var before = await MedianAsync();
        await FillAsync("4", 1, many - few, far, cancellation);
        await AgainAsync(due, far, cancellation);
        var after = await MedianAsync();
        return new Figure(
            FormattableString.Invariant($"{due} rungs while {many} deadlines are pending; median of 3"), FormattableString.Invariant($"{due / after:0} rungs/s"),
            FormattableString.Invariant($"{after / before:0.00} x the time with {few} pending ({due / before:0}/s)"), before + after);

        async Task<double> MedianAsync()
        {
            double[] seconds = [await AgainAsync(due, far, cancellation), await AgainAsync(due, far, cancellation), await AgainAsync(due, far, cancellation)];
            Array.Sort(seconds);
            return seconds[1];
        }
    }

    /// <summary>The seconds for the first rung of what is due, once more; what is pending until <paramref name="far"/> stays.</summary>
    private async Task<double> AgainAsync(int due, DateTimeOffset? far, CancellationToken cancellation)
    {
        foreach (var sql in (string[])["truncate digest_line, digest, rung_fired, audit", $"update deadline set next_at = '{First:O}', last_rung = null where next_at is distinct from {(far is null ? "'infinity'" : $"'{far:O}'")}", "vacuum analyze deadline", "checkpoint"])
            await DoAsync(sql, [], cancellation);
        return (await EngineAsync(First, due, [], cancellation)).Seconds;
    }

    private async Task<Figures> EngineAsync(DateTimeOffset now, int expected, List<(double, int)> late, CancellationToken cancellation)
    {
        var measure = await Measure.BeginAsync(database, cancellation);
        var fired = 0;
        for (var taken = 1; taken > 0;)
        {
            var batch = await fire.RunAsync(now, cancellation);
            (taken, fired) = (batch.Rows, fired + batch.Rungs);
            late.Add((measure.Seconds, batch.Rungs));
        }

        return fired == expected ? measure.End() : throw new InvalidOperationException($"{fired} of {expected} rungs fired.");
    }

    private async Task<Figures> RawAsync(Occurrence step, Occurrence? next, int expected, CancellationToken cancellation)
    {
        var digests = Enumerable.Range(0, expected).Select(_ => Guid.CreateVersion7(step.At)).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var measure = await Measure.BeginAsync(database, cancellation);
        for (var done = 0; ;)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var tasks = (await Db.Command(connection, Take, Db.Instant(step.At)).ListAsync(r => r.GetGuid(0), cancellation)).ToArray();
            if (tasks.Length == 0) return done == expected ? measure.End() : throw new InvalidOperationException($"{done} of {expected} rungs written.");
            var (ids, people) = (digests[done..(done + tasks.Length)], tasks.Select(PersonOf).ToArray());
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Db.Statement(Write[0], Db.Uuids(tasks), Db.P(step.RungId), Db.Instant(step.At), Db.Instant(Due)));
            batch.BatchCommands.Add(Db.Statement(Write[1], Db.Uuids(ids), Db.Uuids(people), Db.Instant(step.At)));
            batch.BatchCommands.Add(Db.Statement(Write[2], Db.Uuids(ids), Db.Uuids(tasks), Db.P(step.RungId)));
            batch.BatchCommands.Add(Db.Statement(Write[3], Db.Uuids(tasks), Db.P(step.RungId), Db.Instant(next?.At)));
            await batch.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            done += tasks.Length;
        }
    }

    /// <summary>Any person serves the raw rows; one for each task, as the engine finds one.</summary>
    private static Guid PersonOf(Guid task) => new("01900001" + task.ToString()[8..]);

    private static double Percentile(List<(double Seconds, int Rungs)> late, double part)
    {
        var (all, seen) = (late.Sum(l => l.Rungs), 0);
        foreach (var (seconds, rungs) in late.OrderBy(l => l.Seconds))
            if ((seen += rungs) >= all * part) return seconds;
        return 0;
    }

    private async Task DoAsync(string sql, NpgsqlParameter[] values, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Db.Command(connection, sql, values);
        command.CommandTimeout = 1800;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
