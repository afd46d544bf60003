using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;

namespace Workflows.Benchmarks;

/// <summary>The rows the spike needs, the raw statements it is measured against, and its invariants.</summary>
internal static class Rows
{
    private const string Parent = """
        {"id":"spike-parent-1","definitionId":"spike-parent","name":"Spike parent","version":1,"root":{"id":"main","type":"Elsa.Sequence","activities":[
          {"id":"all","type":"Workflows.Cascade","definitionId":{"typeName":"String","expression":{"type":"Literal","value":"spike-child"}}}]}}
        """;

    private const string Bulk = """
        {"id":"spike-bulk-1","definitionId":"spike-bulk","name":"Spike bulk","version":1,"root":{"id":"main","type":"Elsa.Sequence","activities":[
          {"id":"all","type":"Elsa.BulkDispatchWorkflows","workflowDefinitionId":{"typeName":"String","expression":{"type":"Literal","value":"spike-child"}},
           "items":{"typeName":"Object","expression":{"type":"JavaScript","value":"Array.from({length: UNITS}, (x, i) => i)"}}}]}}
        """;

    private const string Entries = """[{"sequence":1,"event":"Started","activityId":"Workflow1","nodeId":"Workflow1","type":"Elsa.Workflow","contextId":"0123456789abcdef"},{"sequence":2,"event":"Started","activityId":"main","nodeId":"Workflow1:main","type":"Elsa.Sequence","contextId":"0123456789abcdeg"},{"sequence":3,"event":"Started","activityId":"ask","nodeId":"Workflow1:main:ask","type":"Workflows.HumanTask","contextId":"0123456789abcdeh","inputs":{"title":"Nộp kế hoạch","roles":["Chair"],"deadline":"before 01-01(+1)"}},{"sequence":4,"event":"Suspended","activityId":"ask","nodeId":"Workflow1:main:ask","type":"Workflows.HumanTask","contextId":"0123456789abcdeh"}]""";

    public const string Child = """
        {"id":"spike-child-1","definitionId":"spike-child","name":"Spike child","version":1,"root":{"id":"main","type":"Elsa.Sequence","activities":[
          {"id":"ask","type":"Workflows.HumanTask","title":{"typeName":"String","expression":{"type":"Literal","value":"Nộp kế hoạch"}},
           "roles":{"typeName":"Object","expression":{"type":"Object","value":"[\"Chair\"]"}},
           "deadline":{"typeName":"String","expression":{"type":"Literal","value":"before 01-01(+1)"}}}]}}
        """;

    public static async Task DropAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("drop schema public cascade; create schema public");
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task PrepareAsync(NpgsqlDataSource database, int units, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await DropAsync(database, cancellation);
        foreach (var script in typeof(Db).Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order())
        {
            using var reader = new StreamReader(typeof(Db).Assembly.GetManifestResourceStream(script)!);
            await Do(await reader.ReadToEndAsync(cancellation));
        }

        await Do("""
            insert into unit (id, code, name, short_name, kind, path) values (1, 'root', 'Root', 'Root', 'national', '/1/')
            """);
        await Do("""
            insert into unit (id, code, name, short_name, kind, parent_id, path, attributes)
              select n, 'u' || n, 'Công đoàn cơ sở ' || n, 'CĐCS ' || n, 'grassroots', 1, '/1/' || n || '/', '{"headcount": 120, "block": "HCSN"}'
              from generate_series(2, $1 + 1) n
            """, units);
        await Do("analyze unit");
        await Do("insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1::jsonb, '2019-12-01')", WorkingCalendar.VietnamPublic.Write());
        await Do("insert into ladder (id, body) values ('default', $1::jsonb)", Ladder.Standard.Write());
        foreach (var document in (string[])[Parent, Bulk.Replace("UNITS", units.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), Child])
        {
            var json = JsonNode.Parse(document)!;
            await Do("insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ($1, $2, 1, $3, true, true, '2019-12-01')",
                json["id"]!.GetValue<string>(), json["definitionId"]!.GetValue<string>(), document);
        }

        async Task Do(string sql, params object[] values)
        {
            await using var command = Db.Command(connection, sql);
            command.CommandTimeout = 300;
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public static async Task<(Figures Figures, long WalBytes)> RawAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        // The same rows that the cascade leaves or passes through: instance, start event, state, journal, task, deadline; ids in the order of the rows.
        const string create = """
            -- Rows.RawCreate
            with created as (
              insert into instance (id, definition_id, definition_version_id, version, root_id, parent_id, parent_context, report_to_parent, unit_id, name, created_at, updated_at)
              select ('016f11a2c680' || '7' || substr(p, 1, 3) || 'a' || substr(p, 4, 4) || substr(md5(id::text), 1, 11))::uuid, 'spike-child', 'spike-child-1', 1, '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 'raw', 'count', id, name, $1, $1
              from (select id, name, lpad(to_hex(id), 7, '0') as p from unit where id > 1 order by id) u returning id)
            insert into instance_event (instance_id, kind, at) select id, 'start', $1 from created
            """;
        const string run = """
            -- Rows.RawRun
            with i as (
              update instance set burst = 1, sub_status = 'Suspended', updated_at = $1
              where parent_context = 'raw' returning id, root_id, unit_id),
            s as (insert into instance_state (instance_id, state) select id, $2::json from i),
            e as (delete from instance_event where instance_id in (select id from i) returning 1),
            j as (
              insert into journal (instance_id, burst, at, recorded_at, events, facts, entries) select id, 1, $1, $1, $3::json, $4::json, $5::json from i),
            t as (
              insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, created_at)
              select ('016f11a2c680' || substr(replace(id::text, '-', ''), 13))::uuid, id, root_id, '00000000-0000-0000-0000-000000000001', 'ask', 'c', unit_id, 1, '{Chair}', $1 from i returning id, instance_id)
            insert into deadline (task_id, instance_id, ladder_id, calendar_id, legal_due, due, next_at, started_at)
            select id, instance_id, 'default', 'vn-public', $1, $1, $1, $1 from t
            """;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var now = new DateTimeOffset(2019, 12, 17, 1, 0, 0, TimeSpan.Zero);
        var state = """{"status":"Running","subStatus":"Suspended","contexts":[{"id":"0123456789abcdef","nodeId":"Workflow1","status":"Running","faultCount":0,"startedAt":"2019-12-17T01:00:00+00:00"},{"id":"0123456789abcdeg","parentId":"0123456789abcdef","nodeId":"Workflow1:main","status":"Running","properties":{"CurrentIndex":1},"faultCount":0,"startedAt":"2019-12-17T01:00:00+00:00"},{"id":"0123456789abcdeh","parentId":"0123456789abcdeg","nodeId":"Workflow1:main:ask","status":"Running","inputs":{"title":"Nộp kế hoạch","roles":["Chair"],"deadline":"before 01-01(+1)"},"faultCount":0,"startedAt":"2019-12-17T01:00:00+00:00"}],"bookmarks":[{"id":"0d6c0c5e-0b0b-7a0a-8a0a-000000000000","name":"Workflows.HumanTask","contextId":"0123456789abcdeh","nodeId":"Workflow1:main:ask","payload":{"taskId":"0d6c0c5e-0b0b-7a0a-8a0a-000000000000","taskName":"Nộp kế hoạch"},"callback":"ResumeAsync","autoBurn":true,"createdAt":"2019-12-17T01:00:00+00:00"}],"incidents":[],"queue":[],"held":[],"input":{},"output":{},"properties":{},"sequence":4}""";
        var events = """[{"id":1,"kind":"start","body":{"input":{"ParentInstanceId":"0d6c0c5e-0b0b-7a0a-8a0a-000000000000"}},"at":"2019-12-17T01:00:00+00:00"}]""";
        var facts = """{"unit":{"id":1000,"code":"u1000","name":"Công đoàn cơ sở 1000","shortName":"CĐCS 1000","kind":"grassroots","path":"/1/1000/","calendar":"vn-public","attributes":{"block":"HCSN","headcount":120}},"ownerId":1,"reference":"vn-public@1"}""";
        await EmptyAsync(database, cancellation);
        var wal = await WalAsync(database, cancellation);
        var measure = await Measure.BeginAsync(database, cancellation);
        await Sql(create, now);
        await Sql(run, now, state, events, facts, Entries);
        var figures = measure.End();
        var bytes = await WalAsync(database, cancellation) - wal;
        await EmptyAsync(database, cancellation);
        return (figures, bytes);

        async Task Sql(string sql, params object[] values)
        {
            await using var command = Db.Command(connection, sql);
            command.CommandTimeout = 600;
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>Empties what runs write and lets the server write down what it holds, so that runs do not pay for each other.</summary>
    public static async Task EmptyAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        foreach (var sql in (string[])["truncate instance, instance_state, instance_event, journal, task, deadline, payload, fan_out", "checkpoint"])
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public static async Task<string> SizesAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        const string sql = """
            -- Rows.Sizes
            select (select count(*) from instance) + (select count(*) from instance_state) + (select count(*) from journal) + (select count(*) from task) + (select count(*) from deadline)
              + (select count(*) from instance_event) + (select count(*) from payload) + (select count(*) from fan_out)
            """;
        await using var command = database.CreateCommand(sql);
        return ((long)(await command.ExecuteScalarAsync(cancellation))!).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<long> WalAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("-- Rows.Wal\nselect pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public static async Task WhenStartedAsync(NpgsqlDataSource database, Guid parent, long count, CancellationToken cancellation)
    {
        while (true)
        {
            await using var command = database.CreateCommand("-- Rows.Started\nselect count(*) from instance where parent_id = $1 and sub_status <> 'Pending'");
            command.Parameters.Add(Db.P(parent));
            if ((long)(await command.ExecuteScalarAsync(cancellation))! >= count) return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }
    }

    /// <summary>Runs what is left; the locks of killed hosts go when PostgreSQL notices the lost connection.</summary>
    public static async Task WhenQuietAsync(NpgsqlDataSource database, Engine engine, CancellationToken cancellation)
    {
        while (true)
        {
            await engine.Worker.RunAllAsync(cancellation);
            await using var command = database.CreateCommand("-- Rows.Quiet\nselect count(*) from instance_event");
            if ((long)(await command.ExecuteScalarAsync(cancellation))! == 0) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    public static async Task<(Guid TaskId, Guid InstanceId)?> OpenTaskAsync(NpgsqlDataSource database, int client, int clients, CancellationToken cancellation)
    {
        const string sql = """
            -- Rows.OpenTask
            select id, instance_id from task where status = 'open' and get_byte(uuid_send(id), 15) % $2 = $1 limit 1
            """;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await Db.Command(connection, sql, Db.P(client), Db.P(clients)).ListAsync(r => (r.GetGuid(0), r.GetGuid(1)), cancellation);
        return found.Count == 0 ? null : found[0];
    }

    public static async Task CompleteAsync(NpgsqlDataSource database, Guid task, Guid instance, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Db.Statement("""
            -- Rows.Complete
            with done as (
              update task set status = 'completed', revision = revision + 1, submitted_at = $2, first_submitted_at = $2, counts_at = $2, decided_at = $2
              where id = $1 and status = 'open' returning id, instance_id, context_id),
            clock as (update deadline d set next_at = null, stopped_at = $2 from done where d.task_id = done.id),
            round as (
              insert into task_round (task_id, round, submitted_at, submitted_by, data) select id, 1, $2, $3, '{"number": "05/KH-CĐCS"}' from done),
            operation as (
              insert into task_operation (task_id, actor_id, operation_id, body_hash, answer, at) select id, $3, $1::text, 'h', '{}', $2 from done),
            trail as (
              insert into audit (at, recorded_at, actor_id, action, instance_id, task_id) select $2, $2, $3, 'task.completed', instance_id, id from done)
            insert into instance_event (instance_id, kind, body, at)
            select instance_id, 'task-done', json_build_object('taskId', id, 'outcome', 'Done', 'data', '{}'::json), $2 from done
            """, Db.P(task), Db.Instant(now), Db.P(instance)));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The step of an instance whose only task is done, as the Runner writes it, with nothing worked out.</summary>
    public static async Task StepAsync(NpgsqlDataSource database, Guid instance, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var read = new NpgsqlBatch(connection);
        foreach (var sql in (string[])
            [
                "select * from instance where id = $1 for no key update", "select id, body::text from instance_event where instance_id = $1 order by id",
                "select state::text from instance_state where instance_id = $1",
            ])
            read.BatchCommands.Add(Db.Statement(sql, Db.P(instance)));
        var state = "";
        await using (var reader = await read.ExecuteReaderAsync(cancellation))
        {
            await reader.NextResultAsync(cancellation);
            await reader.NextResultAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) state = reader.GetString(0);
        }

        await using var write = new NpgsqlBatch(connection);
        write.BatchCommands.Add(Db.Statement("update instance set burst = burst + 1, status = 'Finished', sub_status = 'Finished', updated_at = $2, finished_at = $2 where id = $1", Db.P(instance), Db.Instant(now)));
        write.BatchCommands.Add(Db.Statement("delete from instance_event where instance_id = $1", Db.P(instance)));
        write.BatchCommands.Add(Db.Statement("update instance_state set state = $2 where instance_id = $1", Db.P(instance), Db.JsonText(state)));
        write.BatchCommands.Add(Db.Statement(
            "insert into journal (instance_id, burst, at, recorded_at, events, facts, entries) values ($1, 2, $2, $2, $3, '{}', $3) on conflict do nothing", Db.P(instance), Db.Instant(now), Db.JsonText(Entries)));
        write.BatchCommands.Add(Db.Statement("delete from bookmark where instance_id = $1", Db.P(instance)));
        write.BatchCommands.Add(Db.Statement("delete from held_event where instance_id = $1", Db.P(instance)));
        write.BatchCommands.Add(Db.Statement("update task set status = 'cancelled' where instance_id = $1 and status in ('open', 'submitted')", Db.P(instance)));
        await write.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public static async Task<Dictionary<string, long>> FiguresAsync(NpgsqlDataSource database, Guid parent, CancellationToken cancellation)
    {
        const string sql = """
            -- Rows.Figures
            select 'rows', (select count(*) from instance) + (select count(*) from instance_state) + (select count(*) from journal) + (select count(*) from task) + (select count(*) from deadline) + (select count(*) from instance_event)
            union all select 'dead_' || case relname when 'instance_event' then 'event' else relname end, n_dead_tup from pg_stat_user_tables where relname in ('instance', 'instance_event', 'task')
            union all select 'broken: units without exactly one child', (select count(*) from unit where id > 1) - (select count(distinct unit_id) from instance where parent_id = $1)
              where exists (select from instance where id = $1 and definition_id = 'spike-parent')
            union all select 'broken: children and units differ in number', (select count(*) from unit where id > 1) - (select count(*) from instance where parent_id = $1)
            union all select 'broken: instances without a task', count(*) from instance i where parent_id = $1 and not exists (select from task t where t.instance_id = i.id)
            union all select 'broken: two tasks of an instance', count(*) - count(distinct instance_id) from task
            union all select 'broken: journal and bursts differ', (select sum(burst) from instance) - (select count(*) from journal)
            union all select 'broken: events left', count(*) from instance_event
            union all select 'broken: completed task, running instance', count(*) from task t join instance i on i.id = t.instance_id where t.status = 'completed' and i.status = 'Running'
            union all select 'broken: parent counted wrongly', (select count(*) from instance where parent_id = $1 and status = 'Finished')
              - (select coalesce((c.value -> 'properties' ->> 'finished')::bigint, (select count(*) from unit where id > 1) - (c.value -> 'properties' ->> 'Open')::bigint, 0)
                 from instance_state s, json_array_elements(s.state -> 'contexts') c where s.instance_id = $1 and c.value ->> 'nodeId' like '%:all')
            """;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Db.Command(connection, "select pg_stat_clear_snapshot()").ExecuteNonQueryAsync(cancellation);
        var rows = await Db.Command(connection, sql, Db.P(parent)).ListAsync(r => (r.GetString(0), r.IsDBNull(1) ? 0 : (long)r.GetDecimal(1)), cancellation);
        return rows.ToDictionary(r => r.Item1, r => r.Item2);
    }
}
