using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Unions;
using WorkflowEngine;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace Workflows.Tests.Running;

/// <summary>Events that come before their wait, and children of definitions that are not there: on a database, with the real Runner.</summary>
public sealed class EarlyEventTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2019, 12, 17, 3, 0, 0, TimeSpan.Zero);
    private Postgres postgres = null!;
    private ServiceProvider services = null!;

    public async Task InitializeAsync()
    {
        postgres = await Postgres.CreateDatabase();
        services = new ServiceCollection().AddLogging(l => l.ClearProviders())
            .AddWorkflowEngine(postgres.DataSource, new BusinessClock(TimeProvider.System), typeof(UnionSetup).Assembly).BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await services.DisposeAsync();
        await postgres.DisposeAsync();
    }

    /// <summary>Both transactions are open at once, so neither sees the other's row; the next turn of the pulse brings them together, once.</summary>
    [Fact]
    public async Task An_event_and_a_wait_that_commit_at_the_same_time_find_each_other_in_the_next_turn()
    {
        var (instance, bookmark) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var publisher = await postgres.DataSource.OpenConnectionAsync())
        await using (var waiter = await postgres.DataSource.OpenConnectionAsync())
        {
            await using var publishing = await publisher.BeginTransactionAsync();
            await using var waiting = await waiter.BeginTransactionAsync();
            await DeliverAsync(publisher, "thong-bao");
            await Command(waiter, "insert into bookmark (id, instance_id, activity_id, name, hash) values ($1, $2, 'cho', 'Elsa.Event', $3)",
                P(bookmark), P(instance), P(Stimulus.HashOfEvent("thong-bao"))).ExecuteNonQueryAsync();
            await using (var batch = new NpgsqlBatch(waiter) { BatchCommands = { PublishedEvents.DeliverEarly([bookmark], Start) } }) await batch.ExecuteNonQueryAsync();
            await publishing.CommitAsync();
            await waiting.CommitAsync();
        }

        (await ReadAsync<long>("select count(*) from instance_event")).ShouldBe(0);
        (await PulseTurn.IsReadyAsync(postgres.DataSource, Start)).ShouldBeTrue("a clock move does not pass over it");
        (await PublishedEvents.SweepAsync(postgres.DataSource, Start)).ShouldBe(1);
        (await PublishedEvents.SweepAsync(postgres.DataSource, Start)).ShouldBe(0);
        (await ReadAsync<string>("select e.kind || ' ' || (e.body ->> 'bookmarkId') || ' ' || (p.body #>> '{input,__EventPayloadWorkflowInput}') from instance_event e join payload p on p.id = e.payload_id")).ShouldBe($"resume {bookmark} 12");
    }

    [Fact]
    public async Task Two_hosts_that_sweep_at_once_deliver_once()
    {
        await using (var connection = await postgres.DataSource.OpenConnectionAsync()) await DeliverAsync(connection, "thong-bao");
        await WaitAsync(Guid.NewGuid(), Guid.NewGuid(), null);

        var swept = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PublishedEvents.SweepAsync(postgres.DataSource, Start)));

        swept.Sum().ShouldBe(1);
        (await ReadAsync<long>("select count(*) from instance_event")).ShouldBe(1);
    }

    [Fact]
    public async Task After_its_time_an_event_is_not_delivered_any_more()
    {
        await using (var connection = await postgres.DataSource.OpenConnectionAsync()) await DeliverAsync(connection, "thong-bao");
        var bookmark = Guid.NewGuid();
        await WaitAsync(bookmark, Guid.NewGuid(), null);
        var late = Start + PublishedEvents.KeptFor;

        (await PublishedEvents.SweepAsync(postgres.DataSource, late)).ShouldBe(0);
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { PublishedEvents.DeliverEarly([bookmark], late) } })
            await batch.ExecuteNonQueryAsync();
        (await ReadAsync<long>("select count(*) from instance_event")).ShouldBe(0);
        (await PublishedEvents.SweepAsync(postgres.DataSource, late.AddTicks(-10))).ShouldBe(1);
    }

    /// <summary>Kept events of every kind of filter meet, in a turn of the pulse, only the wait they are meant for.</summary>
    [Theory]
    [InlineData(null, false, true)]
    [InlineData("a", false, true)]
    [InlineData("b", false, false)]
    [InlineData(null, true, true)]
    [InlineData("a", true, true)]
    [InlineData("b", true, false)]
    public async Task A_kept_event_meets_the_wait_that_it_is_meant_for(string? correlation, bool isAimed, bool isMet)
    {
        var (instance, other) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
        {
            await DeliverAsync(connection, "thong-bao", correlation, isAimed ? instance : null);
            await DeliverAsync(connection, "thong-bao", correlation, other);
            await DeliverAsync(connection, "khac", correlation);
        }

        await WaitAsync(Guid.NewGuid(), instance, "a");

        (await PulseTurn.IsReadyAsync(postgres.DataSource, Start)).ShouldBe(isMet);
        (await PublishedEvents.SweepAsync(postgres.DataSource, Start)).ShouldBe(isMet ? 1 : 0);
    }

    /// <summary>Taken by a commit or brought by a turn of the pulse, a kept event does the same.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_kept_event_resumes_all_waits_that_it_meets_of_one_instance(bool byCommit)
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
        {
            await DeliverAsync(connection, "thong-bao", "a");
            await DeliverAsync(connection, "thong-bao", "b");
        }

        var waits = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var (n, wait) in waits.Index()) await WaitAsync(wait, n % 2 == 0 ? one : other, "a");
        if (byCommit)
        {
            await using var connection = await postgres.DataSource.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PublishedEvents.DeliverEarly(waits, Start) } };
            await batch.ExecuteNonQueryAsync();
        }

        await PublishedEvents.SweepAsync(postgres.DataSource, Start);

        var resumed = await ReadAsync<Guid>("select min(instance_id::text)::uuid from instance_event");
        (await ReadAsync<long>($"select count(distinct body ->> 'bookmarkId') from instance_event where instance_id = '{resumed}'")).ShouldBe(resumed == one ? 3 : 2);
        (await ReadAsync<long>("select count(*) from instance_event")).ShouldBe(resumed == one ? 3 : 2);
        (await ReadAsync<string>("select string_agg(correlation_id, ' ') from stimulus")).ShouldBe("b", "a row lies there as long as nothing has taken it");
    }

    /// <summary>Two kept events and two waits for them: the event that came first has both, the other is kept for whoever waits next.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_kept_event_that_came_first_has_all_waits(bool byCommit)
    {
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
            for (var n = 0; n < 2; n++) await DeliverAsync(connection, "thong-bao");
        await RunAsync("update stimulus set received_at = received_at - interval '1 second' where id = (select max(id::text)::uuid from stimulus)");
        var first = await ReadAsync<Guid>("select payload_id from stimulus order by received_at limit 1");
        var (instance, waits) = (Guid.NewGuid(), new[] { Guid.NewGuid(), Guid.NewGuid() });
        foreach (var wait in waits) await WaitAsync(wait, instance, null);

        if (byCommit)
        {
            await using var connection = await postgres.DataSource.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PublishedEvents.DeliverEarly(waits, Start) } };
            await batch.ExecuteNonQueryAsync();
        }
        else
        {
            (await PublishedEvents.SweepAsync(postgres.DataSource, Start)).ShouldBe(2);
        }

        (await ReadAsync<long>($"select count(*) from instance_event where payload_id = '{first}'")).ShouldBe(2);
        (await ReadAsync<long>("select count(*) from stimulus")).ShouldBe(1);
        (await PublishedEvents.SweepAsync(postgres.DataSource, Start)).ShouldBe(0);
    }

    /// <summary>However many wait for an event's name: kept events of other correlations, and one that comes for one of them, look at a few rows.</summary>
    [Fact]
    public async Task An_event_with_a_correlation_looks_at_its_own_waits_only()
    {
        const int waits = 5_000, kept = 20;
        await RunAsync("insert into bookmark (id, instance_id, activity_id, name, hash, correlation_id) select gen_random_uuid(), gen_random_uuid(), 'cho', 'Elsa.Event', $1, 'c' || n from generate_series(1, $2) n",
            P(Stimulus.HashOfEvent("thong-bao")), P(waits));
        await RunAsync("analyze bookmark");
        await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { MaxPoolSize = 1, MaxAutoPrepare = 100, AutoPrepareMinUsages = 2 }.ConnectionString);
        var before = await LookedAtAsync(one);
        for (var n = 0; n < kept; n++)
        {
            await using var connection = await one.OpenConnectionAsync();
            await DeliverAsync(connection, "thong-bao", $"x{n}");
        }

        for (var turn = 0; turn < 10; turn++)
        {
            (await PublishedEvents.SweepAsync(one, Start)).ShouldBe(0);
            (await PulseTurn.IsReadyAsync(one, Start)).ShouldBeFalse();
        }

        // A commit looks for events that came before its own waits.
        var own = await ReadAsync<Guid[]>("select array_agg(id) from bookmark where correlation_id in ('c78', 'c79')");
        for (var commit = 0; commit < 10; commit++)
        {
            await using var connection = await one.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { LoadInstances.Settings(TimeSpan.Zero, false), PublishedEvents.DeliverEarly(own, Start) } };
            await batch.ExecuteNonQueryAsync();
        }

        await using (var connection = await one.OpenConnectionAsync()) await DeliverAsync(connection, "thong-bao", "c77");
        (await ReadAsync<long>("select count(*) from instance_event")).ShouldBe(1);
        (await LookedAtAsync(one) - before).ShouldBeInRange(1, waits / 10, "rows of bookmark");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_event_that_nobody_waits_for_is_kept_with_whether_it_began_something(bool begins)
    {
        await DefineAsync("bat-dau", "Elsa.Event", "eventName", "thong-bao");
        if (begins) await RunAsync("insert into trigger (definition_version_id, activity_id, name, hash) values ('bat-dau:1', 'r', 'Elsa.Event', $1)", P(Stimulus.HashOfEvent("thong-bao")));
        await using (var connection = await postgres.DataSource.OpenConnectionAsync()) await DeliverAsync(connection, "thong-bao");

        (await ReadAsync<bool>("select has_begun from stimulus")).ShouldBe(begins);
        (await ReadAsync<long>("select count(*) from instance_event where kind = 'start'")).ShouldBe(begins ? 1 : 0);
    }

    [Theory]
    [InlineData("Elsa.ExecuteWorkflow", "workflowDefinitionId")]
    [InlineData("Elsa.DispatchWorkflow", "workflowDefinitionId")]
    [InlineData("Workflows.Cascade", "definitionId")]
    public async Task A_child_of_an_unknown_definition_is_a_named_incident_and_nobody_elses_affair(string type, string input)
    {
        await RunAsync("insert into unit (id, code, name, short_name, kind, path) values (1, 'A', 'A', 'A', 'k', '/1/')");
        await DefineAsync("parent", type, input, "khong-co");
        await DefineAsync("draft", "Elsa.WriteLine", "text", "x", published: false);
        await DefineAsync("of-draft", type, input, "draft");
        await DefineAsync("other", "Elsa.WriteLine", "text", "x");
        foreach (var definition in (string[])["parent", "of-draft", "other"])
            (await StartWorkflow.StartAsync(postgres.DataSource, new NewInstance(Guid.NewGuid(), definition, 1), Actor.System, Start)).ShouldBe(StartAnswer.Started);

        await services.GetRequiredService<ReadyWorker>().RunAllAsync();

        (await ReadAsync<string>("select string_agg(i.definition_id || ' ' || i.sub_status || coalesce(' ' || n.message, ''), E'\\n' order by i.definition_id) from instance i left join incident n on n.instance_id = i.id")).ShouldBe("""
            of-draft Faulted No published version of workflow definition with ID draft found.
            other Finished
            parent Faulted No published version of workflow definition with ID khong-co found.
            """);
        (await ReadAsync<long>("select count(*) from incident where kind = 'CommitFailed'")).ShouldBe(0);
        (await ReadAsync<long>("select count(*) from instance where parent_id is not null")).ShouldBe(0);
    }

    /// <summary>A definition that is published a moment later is found: what is published is not kept from before.</summary>
    [Fact]
    public async Task A_definition_published_just_now_counts()
    {
        await DefineAsync("parent", "Elsa.DispatchWorkflow", "workflowDefinitionId", "con");
        (await StartWorkflow.StartAsync(postgres.DataSource, new NewInstance(Guid.NewGuid(), "parent", null), Actor.System, Start)).ShouldBe(StartAnswer.Started);
        await services.GetRequiredService<ReferenceStore>().GetAsync();
        await DefineAsync("con", "Elsa.WriteLine", "text", "x");

        await services.GetRequiredService<ReadyWorker>().RunAllAsync();

        (await ReadAsync<string>("select string_agg(definition_id || ' ' || sub_status, ', ' order by definition_id) from instance")).ShouldBe("con Finished, parent Finished");
    }

    private Task DefineAsync(string id, string type, string input, string value, bool published = true) => RunAsync(
        "insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ($1, $2, 1, $3, true, $4, $5)",
        P($"{id}:1"), P(id), P(new JsonObject
        {
            ["id"] = $"{id}:1",
            ["definitionId"] = id,
            ["version"] = 1,
            ["isLatest"] = true,
            ["isPublished"] = published,
            ["root"] = new JsonObject
            {
                ["id"] = "r",
                ["type"] = type,
                ["version"] = 1,
                [input] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } },
            },
        }.ToJsonString()), P(published), Instant(Start));

    private Task WaitAsync(Guid bookmark, Guid instance, string? correlation) => RunAsync(
        "insert into bookmark (id, instance_id, activity_id, name, hash, correlation_id) values ($1, $2, 'cho', 'Elsa.Event', $3, $4)",
        P(bookmark), P(instance), P(Stimulus.HashOfEvent("thong-bao")), P(correlation, NpgsqlTypes.NpgsqlDbType.Text));

    /// <summary>How many rows of waits the server has looked at so far, with what this pool's one connection has done.</summary>
    private static async Task<long> LookedAtAsync(NpgsqlDataSource one)
    {
        await using var connection = await one.OpenConnectionAsync();
        await Command(connection, "select pg_stat_force_next_flush()").ExecuteNonQueryAsync();
        return (long)(await Command(connection, "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'bookmark'").ExecuteScalarAsync())!;
    }

    private static async Task DeliverAsync(NpgsqlConnection connection, string name, string? correlation = null, Guid? instance = null)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PublishedEvents.Deliver(new PublishedEvent(name, correlation, instance, 12), Guid.NewGuid(), Guid.NewGuid(), Start, null, null) } };
        await batch.ExecuteNonQueryAsync();
    }

    private async Task RunAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = await postgres.DataSource.OpenConnectionAsync();
        await Command(connection, sql, parameters).ExecuteNonQueryAsync();
    }

    private Task<T> ReadAsync<T>(string sql) => Plans.OnePlan.ScalarAsync<T>(postgres.DataSource, sql);
}
