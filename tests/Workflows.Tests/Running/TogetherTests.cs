using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using Workflows.Tests.Deadlines;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Requests of the same moment in shared transactions, through PostgreSQL: nobody is answered for another, and nobody holds two connections.</summary>
public sealed class TogetherTests
{
    private const int Many = 30;

    [Fact]
    public async Task Steps_of_a_moment_are_committed_together_and_one_that_cannot_be_is_set_aside_alone()
    {
        await using var database = await Postgres.CreateDatabase();
        // One connection is enough for everything a step does, cold caches and an instance set aside among it.
        await using var pool = Pool(database, 1);
        var runner = await WaitingAsync(pool);
        var ids = await ListAsync<Guid>(pool, "select id from instance order by id");
        var broken = ids[Many / 2];
        await DoAsync(pool, $"alter table task add constraint broken check (instance_id <> '{broken}' or activity_id = 'one')");
        await EndTasksAsync(pool);

        (await Task.WhenAll(ids.Select(id => Task.Run(() => runner.RunNowAsync(id))))).ShouldBe(ids.Select(id => id == broken ? RunAnswer.SetAside : RunAnswer.Settled));

        (await ListAsync<string>(pool, "select concat(instance_id, ' ', kind) from incident")).ShouldBe([$"{broken} CommitFailed"]);
        (await ListAsync<Guid>(pool, "select instance_id from task where activity_id = 'two' order by 1")).ShouldBe(ids.Where(id => id != broken));
        (await ListAsync<string>(pool, "select concat(sub_status, ' ', burst, ' ', (select count(*) from journal j where j.instance_id = i.id)) from instance i group by 1, i.id order by 1"))
            .ShouldBe(["Faulted 2 2", .. Enumerable.Repeat("Suspended 2 2", Many - 1)]);
        (await ListAsync<long>(pool, "select count(*) from instance_event")).ShouldBe([0]);
    }

    [Fact]
    public async Task One_that_can_neither_be_committed_nor_set_aside_holds_up_no_other()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var pool = Pool(database, 1);
        var runner = await WaitingAsync(pool);
        var ids = await ListAsync<Guid>(pool, "select id from instance order by id");
        await DoAsync(pool, $"alter table instance add constraint broken check (id <> '{ids[Many / 2]}' or burst < 2)");
        await EndTasksAsync(pool);

        using var place = new ReadyPlace();
        await Should.ThrowAsync<PostgresException>(() => runner.RunReadyAsync(place, Many));

        (await ListAsync<long>(pool, "select count(*) from instance where burst = 2")).ShouldBe([Many - 1]);
    }

    /// <summary>A batch that had to be repeated one by one tells of the children that its instances await.</summary>
    [Fact]
    public async Task What_runs_within_a_run_is_followed_also_beside_one_that_cannot_be_committed()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var pool = Pool(database, 1);
        var runner = await WaitingAsync(pool, Sequence(Human("one"), Of("Elsa.ExecuteWorkflow", "run", ("workflowDefinitionId", "kid"), ("waitForCompletion", true))));
        var ids = await ListAsync<Guid>(pool, "select id from instance order by id");
        // Two: one may be alone in the first batch.
        await DoAsync(pool, $"alter table instance add constraint broken check (parent_id is null or parent_id not in ('{ids[Many / 3]}', '{ids[Many / 2]}'))");
        await EndTasksAsync(pool);

        (await Task.WhenAll(ids.Select(id => Task.Run(() => runner.RunNowAsync(id))))).Count(answer => answer == RunAnswer.SetAside).ShouldBe(2, "whose commits fail");
        (await ListAsync<string>(pool, "select concat(sub_status, ' ', count(*)) from instance where parent_id is null group by sub_status order by 1")).ShouldBe(["Faulted 2", $"Finished {Many - 2}"]);
    }

    [Fact]
    public async Task An_instance_that_somebody_holds_is_answered_for_by_itself()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var pool = Pool(database, 8);
        var runner = await WaitingAsync(pool);
        var ids = await ListAsync<Guid>(pool, "select id from instance order by id");
        await EndTasksAsync(pool);
        await using var holder = await database.DataSource.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await Db.Command(holder, "select 1 from instance where id = $1 for update", Db.P(ids[3])).ExecuteScalarAsync();

        var answers = ids.Select(id => Task.Run(() => runner.RunNowAsync(id))).ToArray();
        (await Task.WhenAll(answers.Where((_, i) => i != 3))).ShouldAllBe(answer => answer == RunAnswer.Settled);
        (await answers[3]).ShouldBe(RunAnswer.Working);
        (await ListAsync<Guid>(pool, "select distinct instance_id from instance_event")).ShouldBe([ids[3]]);

        await holding.RollbackAsync();
        (await runner.RunNowAsync(ids[3])).ShouldBe(RunAnswer.Settled);
        (await ListAsync<long>(pool, "select count(*) from task where activity_id = 'two'")).ShouldBe([Many]);
    }

    [Fact]
    public async Task Completions_of_a_moment_have_one_winner_each_and_wait_for_no_other_task()
    {
        await using var bench = await TaskBench.CreateAsync();
        var tasks = new List<Guid>();
        for (var i = 0; i < 12; i++) tasks.Add(await bench.AddAsync(review: false));
        var (chair, vice) = (await bench.ActorAsync(TaskBench.Chair), await bench.ActorAsync(TaskBench.ViceChair));
        var at = TaskBench.Hanoi(2019, 12, 27, 9);
        Task<TaskAnswer>[] held, free;
        await using (var holder = await bench.Database.OpenConnectionAsync())
        {
            await using var holding = await holder.BeginTransactionAsync();
            await Db.Command(holder, "select 1 from task where id = $1 for update", Db.P(tasks[0])).ExecuteScalarAsync();
            held = Both(tasks[0]);
            free = [.. tasks.Skip(1).SelectMany(Both)];
            await Task.WhenAll(free);
            held.ShouldAllBe(h => !h.IsCompleted);
            await holding.RollbackAsync();
        }

        foreach (var pair in (await Task.WhenAll([.. held, .. free])).Chunk(2))
        {
            pair.Count(a => a is TaskAnswer.Done).ShouldBe(1);
            pair.OfType<TaskAnswer.Conflict>().Single().Revision.ShouldBe(2);
        }

        (await bench.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(12);
        (await bench.ScalarAsync<long>("select count(*) from audit where action = 'task.completed'")).ShouldBe(12);

        Task<TaskAnswer>[] Both(Guid task) =>
            [.. new[] { chair, vice }.Select(who => Task.Run(() => bench.Complete.CompleteAsync(who, new(task, 1, $"op-{who.PersonId}", null, null, null), at, TaskBench.Issue)))];
    }

    [Fact]
    public async Task A_clock_move_with_rungs_digests_and_mails_needs_one_connection_at_a_time()
    {
        await using var world = await DueWorld.CreateAsync();
        await using var pool = Pool(world.Postgres, 1);
        var reference = new ReferenceStore(pool, TimeProvider.System);
        var turn = new PulseTurn(
            pool, new FireTimers(pool), new PlannedExtensions(pool, new TaskClocks(reference), TimeProvider.System), new FireDue(pool, reference, TimeProvider.System), new CloseDigests(pool, reference), _ => Task.FromResult(0), async (_, _) =>
                (await ListAsync<Guid>(pool, "update outbox set status = 'sent' where status = 'queued' returning id")).Count);
        var move = await new AdvanceClock(pool, world.Clock, TimeProvider.System, turn).RunAsync(DueWorld.At("24/12/2019 08:00:00"));
        move.Fired.Sum(f => f.Rungs).ShouldBe(1);
        move.Fired.Sum(f => f.Digests).ShouldBe(1);
    }

    private static NpgsqlDataSource Pool(Postgres database, int size) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, MaxPoolSize = size, NoResetOnClose = true, Timeout = 300 }.ConnectionString);

    /// <summary>Instances that wait for the first of two tasks, and a runner that has read nothing yet.</summary>
    private static async Task<Runner> WaitingAsync(NpgsqlDataSource pool, JsonObject? steps = null)
    {
        foreach (var (id, body) in new[] { ("ask", Definition("ask", steps ?? Sequence(Human("one"), Human("two")))), ("kid", Definition("kid", Line("kid"))) })
        {
            (body["id"], body["version"]) = (id + "-1", 1);
            await DoAsync(pool, "insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ($1 || '-1', $1, 1, $2, true, true, '2026-11-20')",
                Db.P(id), Db.P(body.ToJsonString()));
        }

        await DoAsync(pool, "insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1::jsonb, '2019-12-01')", Db.P(WorkingCalendar.VietnamPublic.Write()));
        await DoAsync(pool, "insert into ladder (id, body) values ('default', $1::jsonb)", Db.P(Ladder.Standard.Write()));
        await DoAsync(pool, "insert into unit (id, code, name, short_name, kind, path) values (1, 'root', 'Root', 'Root', 'national', '/1/')");
        await DoAsync(pool, """
            with created as (
              insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, created_at, updated_at)
              select id, 'ask', 'ask-1', 1, id, 1, '2026-11-20', '2026-11-20' from (select gen_random_uuid() as id from generate_series(1, $1)) n returning id)
            insert into instance_event (instance_id, kind, at) select id, 'start', '2026-11-20' from created
            """, Db.P(Many));
        using var place = new ReadyPlace();
        (await RunnerOn(pool).RunReadyAsync(place, Many)).ShouldBe(Many);
        return RunnerOn(pool);
    }

    private static JsonObject Human(string id) =>
        Of("Workflows.HumanTask", id, ("title", "Nộp báo cáo"), ("roles", Expression("Object", "[\"Chair\"]")), ("deadline", "before 01-01(+1)"));

    private static Task EndTasksAsync(NpgsqlDataSource pool) => DoAsync(pool, """
        with done as (update task set status = 'completed' where status = 'open' returning id, instance_id)
        insert into instance_event (instance_id, kind, body, at) select instance_id, 'task-done', jsonb_build_object('taskId', id, 'outcome', 'Done'), '2026-11-20' from done
        """);

    private static Runner RunnerOn(NpgsqlDataSource pool)
    {
        var definitions = new DefinitionStore(pool, new DefinitionLibrary(pool, new DefinitionReader(new ActivityCatalog(typeof(Activity).Assembly))));
        return new Runner(
            pool, new LoadInstances(definitions, new ReferenceStore(pool, TimeProvider.System)), new CommitBursts([]), new BusinessClock(TimeProvider.System),
            new Unhurried(), CrashPoints.None, new Nudge(pool, TimeProvider.System, NullLogger<Nudge>.Instance), NullLogger<Runner>.Instance);
    }

    // A runner follows children for two seconds and leaves the rest to the pulse; on a busy machine they pass at the first of them.
    private sealed class Unhurried : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private static async Task DoAsync(NpgsqlDataSource pool, string sql, params NpgsqlParameter[] values)
    {
        await using var connection = await pool.OpenConnectionAsync();
        await Db.Command(connection, sql, values).ExecuteNonQueryAsync();
    }

    private static async Task<List<T>> ListAsync<T>(NpgsqlDataSource pool, string sql)
    {
        await using var connection = await pool.OpenConnectionAsync();
        return await Db.Command(connection, sql).ListAsync(r => r.GetFieldValue<T>(0));
    }
}
