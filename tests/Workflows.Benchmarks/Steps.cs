using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace Workflows.Benchmarks;

/// <summary>
/// A step: an instance that waits for a task is resumed by its end, runs its burst and waits for the next task. Engine and raw take turns on the
/// same instances; raw sends the statements of <see cref="CommitBursts"/> with arrays that stand ready, under the same settings of the session, and claims,
/// reads and works out nothing. Neither waits for the disk at its commits: a pulse tells nobody of them.
/// </summary>
internal sealed class Steps(Engine engine)
{
    private const int WarmUpRounds = 12;
    private const int WarmUpBatch = 100;

    private const string Loop = """
        {"id":"bench-loop-1","definitionId":"bench-loop","name":"Bench loop","version":1,"root":{"id":"loop","type":"Elsa.While",
          "condition":{"typeName":"Boolean","expression":{"type":"Literal","value":true}},
          "body":{"id":"ask","type":"Workflows.HumanTask","title":{"typeName":"String","expression":{"type":"Literal","value":"Nộp kế hoạch"}},
           "roles":{"typeName":"Object","expression":{"type":"Object","value":"[\"Chair\"]"}},
           "deadline":{"typeName":"String","expression":{"type":"Literal","value":"before 01-01(+1)"}}}}}
        """;

    private const string Ends = """
        with ended as (
          select instance_id, (state -> 'bookmarks' -> 0 -> 'payload' ->> 'taskId')::uuid as task_id
          from (select instance_id, state from instance_state order by instance_id limit $1) s),
        tasks as (update task t set status = 'completed', decided_at = $2 from ended n where t.id = n.task_id),
        clocks as (update deadline d set next_at = null, stopped_at = $2 from ended n where d.task_id = n.task_id)
        insert into instance_event (instance_id, kind, body, at)
        select instance_id, 'task-done', json_build_object('taskId', task_id, 'outcome', 'Done'), $2 from ended
        """;

    /// <summary>Instances of the loop, each waiting for a task.</summary>
    public async Task PrepareAsync(int instances, CancellationToken cancellation)
    {
        await Rows.PrepareAsync(engine.Database, instances, cancellation);
        await DoAsync("insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ('bench-loop-1', 'bench-loop', 1, $1, true, true, '2019-12-01')",
            [Db.P(Loop)], cancellation);
        await DoAsync("""
            with created as (
              insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, created_at, updated_at)
              select id, 'bench-loop', 'bench-loop-1', 1, id, n + 1, $2, $2
              from (select n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, $1) n) s returning id)
            insert into instance_event (instance_id, kind, at) select id, 'start', $2 from created
            """, [Db.P(instances), Db.Instant(engine.Clock.Now())], cancellation);
        await engine.Worker.RunAllAsync(cancellation);

        // What is measured is a host that has been running for a while: the runtime compiles what is called often once more.
        for (var i = 0; i < WarmUpRounds; i++) await EngineAsync(instances, WarmUpBatch, 1, cancellation);
    }

    /// <summary>One line: steps a second of the engine and their ratio to raw, at so many instances a commit, in so many lanes and as many connections.</summary>
    public async Task<Figure> RunAsync(int instances, int batch, int lanes, int rounds, CancellationToken cancellation)
    {
        await RawAsync(instances, batch, lanes, cancellation);
        var (ours, raw) = (new Figures(0, 0, 0, 0), new Figures(0, 0, 0, 0));
        for (var i = 0; i < rounds; i++)
        {
            ours += await EngineAsync(instances, batch, lanes, cancellation);
            raw += await RawAsync(instances, batch, lanes, cancellation);
        }

        var done = instances * rounds;
        return new Figure(
            FormattableString.Invariant($"resume to commit, {batch} a commit, {(lanes == 1 ? "one lane" : $"{lanes} lanes")}"), FormattableString.Invariant($"{done / ours.Seconds:0} steps/s; processor a step: {ours.Each(done)}"),
            FormattableString.Invariant($"{raw.Seconds / ours.Seconds:0.00} of raw ({done / raw.Seconds:0}/s; {raw.Each(done)})"), ours.Seconds + raw.Seconds);
    }

    /// <summary>What the engine takes for one step of each of so many instances.</summary>
    /// <param name="lanes">Batches under way at once; a host's pulse has <see cref="ReadyWorker.Lanes"/>.</param>
    public async Task<Figures> EngineAsync(int instances, int batch, int lanes, CancellationToken cancellation)
    {
        await EventsAsync(instances, cancellation);
        using var place = new ReadyPlace();
        var measure = await Measure.BeginAsync(engine.Database, cancellation);
        var done = (await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(LaneAsync, cancellation)))).Sum();
        var figures = measure.End();
        return done == instances ? figures : throw new InvalidOperationException($"{done} of {instances} instances had an event.");

        async Task<int> LaneAsync()
        {
            var total = 0;
            for (var ran = -1; ran != 0; total += ran) ran = await engine.Runner.RunReadyAsync(place, batch, cancellation);
            return total;
        }
    }

    private async Task<Figures> RawAsync(int instances, int batch, int lanes, CancellationToken cancellation)
    {
        await EventsAsync(instances, cancellation);
        var batches = await PreparedAsync(instances, batch, cancellation);
        var next = -1;
        var measure = await Measure.BeginAsync(engine.Database, cancellation);
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(LaneAsync, cancellation)));
        return measure.End();

        async Task LaneAsync()
        {
            await using var own = await engine.Database.OpenConnectionAsync(cancellation);
            for (int i; (i = Interlocked.Increment(ref next)) < batches.Count;)
            {
                await using var transaction = await own.BeginTransactionAsync(cancellation);
                await using var commands = new NpgsqlBatch(own);
                foreach (var command in batches[i]) commands.BatchCommands.Add(command);
                await commands.ExecuteNonQueryAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }
        }
    }

    /// <summary>What the engine would send for these instances, worked out by itself and not sent: a burst is pure, and its locks are given back.</summary>
    private async Task<List<NpgsqlBatchCommand[]>> PreparedAsync(int instances, int batch, CancellationToken cancellation)
    {
        var (prepared, count, now) = (new List<NpgsqlBatchCommand[]>(), 0, engine.Clock.Now());
        using var place = new ReadyPlace();
        await using var connection = await engine.Database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        while (await engine.Load.ClaimAsync(connection, place, batch, cancellation) is { Count: > 0 } loaded)
        {
            count += loaded.Count;
            var statements = engine.Commit.Statements(loaded.ConvertAll(l => Runner.Run(l, now)), now, now);
            prepared.Add([LoadInstances.Settings(TimeSpan.Zero, isAnswered: false), .. statements.Select(s => s.Command)]);
        }

        await transaction.RollbackAsync(cancellation);
        return count == instances ? prepared : throw new InvalidOperationException($"{count} of {instances} instances had an event.");
    }

    /// <summary>
    /// The end of the task that each of the first instances waits for. Neither side cleans up behind the other: raw's rows are read while its arrays are made,
    /// which already removes the versions that the step before has left, outside of what is measured.
    /// </summary>
    private async Task EventsAsync(int instances, CancellationToken cancellation)
    {
        await DoAsync(Ends, [Db.P(instances), Db.Instant(engine.Clock.Now())], cancellation);
        await DoAsync("vacuum instance, instance_state, instance_event", [], cancellation);
    }

    /// <summary>Instances that wait, as the first one does, up to so many; written by <c>insert … select</c>.</summary>
    public async Task FillAsync(int waiting, CancellationToken cancellation)
    {
        const string id = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
        string[] fills =
        [
            $"insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, sub_status, burst, created_at, updated_at) select {id}, i.definition_id, i.definition_version_id, 1, {id}, 1 + n % 1000, 'Suspended', 1, i.created_at, i.updated_at from (select * from instance order by id limit 1) i, generate_series(1, $1) n",
            $"insert into instance_state (instance_id, state) select {id}, s.state from (select * from instance_state order by instance_id limit 1) s, generate_series(1, $1) n",
            $"insert into journal (instance_id, burst, at, recorded_at, events, facts, entries) select {id}, 1, j.at, j.recorded_at, j.events, j.facts, j.entries from (select * from journal order by instance_id, burst limit 1) j, generate_series(1, $1) n",
            $"insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, created_at) select {id}, {id}, {id}, t.spec_id, t.activity_id, t.context_id, 1 + n % 1000, 1 + n % 1000, t.candidate_roles, t.created_at from (select * from task order by id limit 1) t, generate_series(1, $1) n",
            $"insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, next_at, started_at) select {id}, {id}, d.ladder_id, d.calendar_id, d.legal_due, d.due, d.legal_due - interval '1 day', d.started_at from (select * from deadline order by task_id limit 1) d, generate_series(1, $1) n",
        ];
        foreach (var sql in fills) await DoAsync(sql, [Db.P(waiting)], cancellation);
        foreach (var sql in (string[])["vacuum analyze instance, instance_state, journal, task, deadline", "checkpoint"]) await DoAsync(sql, [], cancellation);
    }

    private async Task DoAsync(string sql, NpgsqlParameter[] values, CancellationToken cancellation)
    {
        await using var connection = await engine.Database.OpenConnectionAsync(cancellation);
        await using var command = Db.Command(connection, sql, values);
        command.CommandTimeout = 1800;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
