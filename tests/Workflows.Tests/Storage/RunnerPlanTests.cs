using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Storage;

/// <summary>
/// What the Runner's statements do in a database that was never analysed, on connections that made their plans while it was empty: as a server does
/// on the day it is installed.
/// </summary>
public sealed class RunnerPlanTests
{
    private const int Many = 3_000, Idle = 20_000;
    private const string Server = "runner";

    private const string Starts =
        """
        with created as (
          insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, created_at, updated_at)
          select id, 'ask', 'ask-1', 1, id, 1, '2026-11-20', '2026-11-20' from (select gen_random_uuid() as id from generate_series(1, $1)) n returning id)
        insert into instance_event (instance_id, kind, at) select id, 'start', '2026-11-20' from created
        """;

    private static readonly string[] Tables = ["instance", "instance_event", "instance_state", "task"];

    [Fact]
    public async Task No_statement_of_the_Runner_reads_a_whole_table_however_old_its_plan_is()
    {
        await using var database = await Postgres.CreateDatabase();
        await RunAsync(database, unguarded: false);
        await using var around = NpgsqlDataSource.Create(database.ConnectionString);
        foreach (var table in Tables)
        {
            (await CountAsync(around, table, "idx_scan")).ShouldBeGreaterThan(0, table);
            (await CountAsync(around, table, "seq_scan")).ShouldBe(0, table);
            (await CountAsync(around, table, "idx_tup_fetch")).ShouldBeLessThan(20 * 2 * Many, table);
        }
    }

    /// <summary>The same with the Runner's settings made void: whole tables are read, so the test above can fail and the settings are what makes it pass.</summary>
    [Fact]
    public async Task Without_its_settings_the_Runner_reads_whole_tables()
    {
        await using var database = await Postgres.CreateDatabase();
        await RunAsync(database, unguarded: true);
        await using var around = NpgsqlDataSource.Create(database.ConnectionString);
        var read = 0L;
        foreach (var table in Tables) read += await CountAsync(around, table, "seq_scan");
        read.ShouldBeGreaterThan(0);
    }

    /// <summary>On a connection that makes its plans while very many wait, as one that is opened in the middle of a cascade.</summary>
    [Fact]
    public async Task A_claim_looks_no_further_than_it_takes_however_many_wait()
    {
        const int batches = 10, batch = 100;
        await using var database = await Postgres.CreateDatabase();
        await using var around = NpgsqlDataSource.Create(database.ConnectionString);
        await PrepareAsync(around);
        await RunAsync(around, Starts, Db.P(Idle));
        // Statistics of a moment when even more waited.
        await RunAsync(around, "analyze instance; analyze instance_event; update pg_class set reltuples = 20 * reltuples where relname = 'instance_event'");
        await using (var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, ApplicationName = Server }.ConnectionString))
        {
            var runner = RunnerOn(server);
            using var place = new ReadyPlace();
            for (var i = 0; i < batches; i++) (await runner.RunReadyAsync(place, batch)).ShouldBe(batch);
        }

        // Claimed, read once more, deleted by place: a few looks for each that was run, none for those that wait.
        (await CountAsync(around, "instance_event", "idx_scan")).ShouldBeInRange(1, 10 * batches * batch);
        (await CountAsync(around, "instance_event", "idx_tup_fetch")).ShouldBeLessThan(10 * batches * batch);
    }

    /// <summary>On a connection that made its plans when a vacuum had just found a row or two: a plan for so few may well go through all of them each time.</summary>
    [Fact]
    public async Task A_batch_finds_its_rows_by_their_keys_however_few_there_were_when_it_was_planned()
    {
        const int batches = 10, batch = 100;
        await using var database = await Postgres.CreateDatabase();
        await using var around = NpgsqlDataSource.Create(database.ConnectionString);
        foreach (var table in Tables) await RunAsync(around, $"alter table {table} set (autovacuum_enabled = false)");
        await PrepareAsync(around);
        await using (var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, ApplicationName = Server }.ConnectionString))
        {
            var runner = RunnerOn(server);
            await using (var first = NpgsqlDataSource.Create(database.ConnectionString)) await BatchAsync(around, RunnerOn(first), 1, isFirst: true);
            await RunAsync(around, Starts, Db.P(1));

            // The one event stays, as its instance is locked; it and a row or two are all that the statistics know of.
            await using (var holder = await around.OpenConnectionAsync())
            await using (var transaction = await holder.BeginTransactionAsync())
            {
                await Db.Command(holder, "select i.id from instance i join instance_event e on e.instance_id = i.id for update of i").ExecuteNonQueryAsync();
                foreach (var table in Tables) await RunAsync(around, $"vacuum analyze {table}");
                for (var i = 0; i < 16; i++) await BatchAsync(around, runner, i == 1 ? 2 : 1, isFirst: i % 2 == 0);
                await transaction.RollbackAsync();
            }

            await RunAsync(around, Starts, Db.P(Idle));
            using var place = new ReadyPlace();
            for (var i = 0; i < batches; i++) (await runner.RunReadyAsync(place, batch)).ShouldBe(batch);
            await RunAsync(around, """
                insert into instance_event (instance_id, kind, body, at)
                select instance_id, 'task-done', jsonb_build_object('taskId', id, 'outcome', 'Done'), '2026-11-20' from task where status = 'open'
                """);
            place.Restart();
            for (var i = 0; i < batches; i++) (await runner.RunReadyAsync(place, batch)).ShouldBe(batch);
        }

        foreach (var table in Tables) (await CountAsync(around, table, "idx_tup_fetch")).ShouldBeInRange(1, 20 * batches * batch, table);
    }

    private static async Task RunAsync(Postgres database, bool unguarded)
    {
        await using var around = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c enable_seqscan=off" }.ConnectionString);
        await RunAsync(around, "do $$ begin execute (select string_agg(format('alter table %s set (autovacuum_enabled = false)', t), ';') from unnest('{instance,instance_event,instance_state,task}'::text[]) t); end $$");
        if (unguarded) await RunAsync(around, "create function set_config(text, text, boolean) returns text language sql as 'select null::text'");
        await PrepareAsync(around);
        await using (var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, ApplicationName = Server, MaxPoolSize = 4, SearchPath = unguarded ? "public, pg_catalog" : null }.ConnectionString))
        {
            var runner = RunnerOn(server);
            for (var i = 0; i < 16; i++) await BatchAsync(around, runner, 2, isFirst: i % 2 == 0);
            await RunAsync(around, """
                with i as (
                  insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, created_at, updated_at)
                  select id, 'ask', 'ask-1', 1, id, 1, '2026-11-20', '2026-11-20' from (select gen_random_uuid() as id from generate_series(1, $1)) n returning id),
                s as (insert into instance_state (instance_id, state) select id, '{}' from i)
                insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, status, created_at)
                select id, id, id, id, 'ask', 'c', 1, 1, '{}', 'closed', '2026-11-20' from i
                """, Db.P(Idle));
            await BatchAsync(around, runner, Many, isFirst: true);
            await BatchAsync(around, runner, Many, isFirst: false);
        }
    }

    /// <summary>A count of the server's statistics, once all that the runner did is in them: its connections have ended.</summary>
    private static async Task<long> CountAsync(NpgsqlDataSource server, string table, string column)
    {
        await using var connection = await server.OpenConnectionAsync();
        while ((await Db.Command(connection, "select pid from pg_stat_activity where application_name = $1 and datname = current_database()", Db.P(Server)).ListAsync(r => r.GetInt32(0))).Count > 0)
            await Task.Yield();
        var counts = await Db.Command(connection, "select seq_scan, idx_scan, idx_tup_fetch from pg_stat_user_tables where relname = $1", Db.P(table))
            .ListAsync(r => (Seq: r.GetInt64(0), Index: r.GetInt64(1), Fetched: r.GetInt64(2)));
        return column switch { "seq_scan" => counts[0].Seq, "idx_scan" => counts[0].Index, _ => counts[0].Fetched };
    }

    private static async Task PrepareAsync(NpgsqlDataSource server)
    {
        var ask = Definition("ask", Sequence(Of("Workflows.HumanTask", "ask", ("title", "Nộp báo cáo"), ("roles", Expression("Object", "[\"Chair\"]")), ("deadline", "before 01-01(+1)"))));
        (ask["id"], ask["version"]) = ("ask-1", 1);
        await RunAsync(server, "insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ('ask-1', 'ask', 1, $1, true, true, '2026-11-20')",
            Db.P(ask.ToJsonString()));
        await RunAsync(server, "insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1::jsonb, '2019-12-01')", Db.P(WorkingCalendar.VietnamPublic.Write()));
        await RunAsync(server, "insert into ladder (id, body) values ('default', $1::jsonb)", Db.P(Ladder.Standard.Write()));
        await RunAsync(server, "insert into unit (id, code, name, short_name, kind, path) values (1, 'root', 'Root', 'Root', 'national', '/1/')");
    }

    private static Runner RunnerOn(NpgsqlDataSource server)
    {
        var definitions = new DefinitionStore(server, new DefinitionLibrary(server, new DefinitionReader(new ActivityCatalog(typeof(Activity).Assembly))));
        return new Runner(
            server, new LoadInstances(definitions, new ReferenceStore(server, TimeProvider.System)), new CommitBursts([]), new BusinessClock(TimeProvider.System),
            TimeProvider.System, CrashPoints.None, new Nudge(server, TimeProvider.System, NullLogger<Nudge>.Instance), NullLogger<Runner>.Instance);
    }

    /// <summary>New instances with their start, or the done tasks of those that wait, run as the worker runs them.</summary>
    private static async Task BatchAsync(NpgsqlDataSource server, Runner runner, int count, bool isFirst)
    {
        await RunAsync(server, isFirst
            ? Starts
            : """
                with done as (update task set status = 'completed' where unit_id = 1 and status = 'open' returning id, instance_id)
                insert into instance_event (instance_id, kind, body, at) select instance_id, 'task-done', jsonb_build_object('taskId', id, 'outcome', 'Done'), '2026-11-20' from done where $1 > 0
                """, Db.P(count));
        using var place = new ReadyPlace();
        var done = 0;
        for (int ran; (ran = await runner.RunReadyAsync(place, 500)) > 0;) done += ran;
        done.ShouldBe(count);
    }

    private static async Task RunAsync(NpgsqlDataSource server, string sql, params NpgsqlParameter[] values)
    {
        await using var connection = await server.OpenConnectionAsync();
        await Db.Command(connection, sql, values).ExecuteNonQueryAsync();
    }
}
