using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>An instance with more events than one burst takes, also while it stands still after a fault, through PostgreSQL.</summary>
public sealed class HeldEventTests
{
    private const int Children = 25_000;
    private static readonly Guid Parent = new("0d6c0c5e-0b0b-4a0a-8a0a-000000000001");

    [Fact]
    public async Task Counts_of_a_whole_country_reach_the_parent_though_no_burst_could_hold_them()
    {
        await using var database = await Postgres.CreateDatabase();
        var runner = await StartParentAsync(database);
        await CountAsync(database);
        while (await runner.RunNowAsync(Parent) is RunAnswer.Working) { }
        (await TextAsync(database, "select concat(sub_status, ' ', state -> 'output' ->> 'ended') from instance join instance_state on instance_id = id")).ShouldBe($"Finished {Children}");
    }

    [Fact]
    public async Task A_parent_that_stands_still_keeps_them_as_rows_and_a_retry_counts_each_once()
    {
        await using var database = await Postgres.CreateDatabase();
        var runner = await StartParentAsync(database);
        await RunAsync(database, "with head as (update instance set status = 'Finished', sub_status = 'Faulted') update instance_state set state = (state::jsonb || '{\"status\": \"Finished\", \"subStatus\": \"Faulted\"}')::json");
        await CountAsync(database);
        while (await runner.RunNowAsync(Parent) is RunAnswer.Working) { }
        (await TextAsync(database, "select sub_status || ' ' || (select count(*) from held_event) || ' ' || (select count(*) from instance_event) from instance"))
            .ShouldBe($"Faulted {Children + 1} 0");
        (await TextAsync(database, "select (length(state::text) < 5000)::text from instance_state")).ShouldBe("true");

        await RunAsync(database, $"insert into instance_event (instance_id, kind, at) values ('{Parent}', 'retry', '2026-11-20T08:00:00Z')");
        while (await runner.RunNowAsync(Parent) is RunAnswer.Working) { }
        (await TextAsync(database, "select concat(sub_status, ' ', state -> 'output' ->> 'ended') || ' ' || (select count(*) from held_event) from instance join instance_state on instance_id = id"))
            .ShouldBe($"Finished {Children} 0");
    }

    [Fact]
    public async Task One_claim_finds_what_lies_behind_an_instance_with_thousands_of_events()
    {
        await using var database = await Postgres.CreateDatabase();
        var runner = await StartParentAsync(database);
        await CountAsync(database);
        for (var n = 1; n <= 3; n++)
            (await StartWorkflow.StartAsync(database.DataSource, new NewInstance(new Guid($"f0000000-0000-7000-8000-00000000000{n}"), "kid", 1), Actor.System, DateTimeOffset.UnixEpoch))
                .ShouldBe(StartAnswer.Started);
        using var place = new ReadyPlace();

        (await runner.RunReadyAsync(place, 3)).ShouldBe(3);
        (await TextAsync(database, "select string_agg(right(id::text, 1), ',' order by id) from instance where definition_id = 'kid' and status = 'Finished'")).ShouldBe("1,2");
        (await runner.RunReadyAsync(place, 3)).ShouldBe(1, "behind the last claim");
        place.Restart();
        (await runner.RunReadyAsync(place, 3)).ShouldBe(1, "the parent has not taken all of its events yet");
    }

    /// <summary>A parent that waits for the children of a cascade which has created none here: the tests tell it of theirs.</summary>
    private static async Task<Runner> StartParentAsync(Postgres database)
    {
        var cascade = Of("Workflows.Cascade", "all", ("definitionId", "kid"));
        cascade["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "counts" } };
        var parent = Definition("parent", Sequence(cascade, Of("Elsa.SetOutput", "told", ("outputName", "ended"), ("outputValue", Expression("JavaScript", "getVariable('counts').finished")))),
            ("variables", new JsonArray(new JsonObject
            {
                ["id"] = "counts",
                ["name"] = "counts",
                ["typeName"] = "Object",
                ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowStorageDriver, Elsa.Workflows.Core",
            })),
            ("outputs", new JsonArray(new JsonObject { ["name"] = "ended", ["type"] = "Object" })));
        foreach (var (id, body) in new[] { ("parent", parent), ("kid", Definition("kid", Line("kid"))) })
        {
            (body["id"], body["version"]) = (id + "-1", 1);
            await RunAsync(database, "insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ($1 || '-1', $1, 1, $2, true, true, '2026-11-20')",
                P(id), P(body.ToJsonString()));
        }

        await RunAsync(database, "insert into calendar (id, version, body, loaded_at) values ('vn-public', 1, $1::jsonb, '2019-12-01')", P(WorkingCalendar.VietnamPublic.Write()));
        await RunAsync(database, "insert into unit (id, code, name, short_name, kind, path) values (1, 'root', 'Root', 'Root', 'national', '/1/')");
        var definitions = new DefinitionStore(database.DataSource, new(database.DataSource, new(new ActivityCatalog(typeof(Activity).Assembly))));
        var clock = new BusinessClock(TimeProvider.System);
        var runner = new Runner(
            database.DataSource, new LoadInstances(definitions, new ReferenceStore(database.DataSource, TimeProvider.System)), new CommitBursts([]), clock,
            TimeProvider.System, CrashPoints.None, new Nudge(database.DataSource, TimeProvider.System, NullLogger<Nudge>.Instance), NullLogger<Runner>.Instance);
        (await StartWorkflow.StartAsync(database.DataSource, new NewInstance(Parent, "parent", 1), Actor.System, clock.Now())).ShouldBe(StartAnswer.Started);
        using var place = new ReadyPlace();
        (await runner.RunReadyAsync(place, 1)).ShouldBe(1);
        return runner;
    }

    private static Task CountAsync(Postgres database) => RunAsync(database, string.Create(CultureInfo.InvariantCulture, $$"""
        with waiting as (
          select s.instance_id as id, c.value ->> 'id' as context from instance_state s, json_array_elements(s.state -> 'contexts') c where c.value ->> 'nodeId' like '%:all'),
        none as (delete from instance_event)
        insert into instance_event (instance_id, kind, body, at)
        select id, case n when 0 then 'children-started' else 'children-ended' end,
          jsonb_build_object('contextId', context) || case n when 0 then '{"total": {{Children}}}'::jsonb else '{"finished": 1, "faulted": 0, "cancelled": 0}' end, '2026-11-20T08:00:00Z'
        from waiting, generate_series(0, {{Children}}) n order by n
        """));

    private static async Task RunAsync(Postgres database, string sql, params Npgsql.NpgsqlParameter[] values)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await Command(connection, sql, values).ExecuteNonQueryAsync();
    }

    private static async Task<string> TextAsync(Postgres database, string sql)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return (string)(await Command(connection, sql).ExecuteScalarAsync())!;
    }
}
