using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Api;
using WorkflowHost.StudioApi;
using Workflows.Conformance;
using Workflows.Tests.Running;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Storage;

/// <summary>What has been over for long moves out of the way, whole trees only, and can still be read.</summary>
public sealed class ArchiveTests : CommittedCases
{
    private protected override async Task SeedAsync()
    {
        await SetAsync("""{"days": 30, "batch": 2}""");
        await Host.ImportAsync(Definition("line", Line("l")), true);
        await Host.ImportAsync(Definition("waits", Sequence(Wait("w"), Line("d"))), true);
        await Host.ImportAsync(Definition("fails", Fault("f")), true);
        await Host.ImportAsync(Definition("gives", Of("Elsa.RunJavaScript", "g", ("script", "[1, 'hai']"))), true);
        foreach (var (id, child) in new[] { ("all-end", "line"), ("one-waits", "waits"), ("one-fails", "fails") })
            await Host.ImportAsync(Definition(id, Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", child), ("items", Expression("JavaScript", "[1,2,3,4,5]")), ("waitForCompletion", false))), true);
    }

    [Fact]
    public async Task Whole_trees_move_when_all_of_them_has_been_over_for_long_enough()
    {
        foreach (var definition in (string[])["line", "all-end", "one-waits", "one-fails", "waits", "fails"]) await StartAsync(definition);
        (await RunAsync(29)).ShouldBe(0);
        var later = await StartAsync("line", 10);
        (await RunAsync(31)).ShouldBe(7, "the single run, and one root with five children");
        (await HotAsync()).ShouldBe("fails Finished/Faulted 6, line Finished/Finished 1, one-fails Finished/Finished 1, one-waits Finished/Finished 1, waits Running/Suspended 6");
        (await ScalarAsync<string>("select count(*) || ' ' || min(archived_at at time zone 'UTC') from archived_instance")).ShouldBe($"7 {At(31):yyyy-MM-dd HH:mm:ss}");
        (await ScalarAsync<long>("select count(*) from journal j where not exists (select from instance i where i.id = j.instance_id)")).ShouldBe(0);
        (await ScalarAsync<long>("select count(*) from instance_state s where not exists (select from instance i where i.id = s.instance_id)")).ShouldBe(0);
        (await ScalarAsync<bool>($"select exists (select from instance where id = '{later}')")).ShouldBeTrue("it has not been over for 30 days");
        (await RunAsync(31)).ShouldBe(0);

        await Host.PublishAsync(new PublishedEvent("w", null, null, null));
        (await RunAsync(100)).ShouldBe(8, "what waited has ended since; what has failed may still be retried");
        (await HotAsync()).ShouldBe("fails Finished/Faulted 6, one-fails Finished/Finished 1");
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Archived_instances_are_read_as_before_and_nothing_changes_them()
    {
        var id = await StartAsync("all-end");
        var child = await ScalarAsync<Guid>("select id from instance where parent_id is not null limit 1");
        var (instances, studio, executions, list) = (
            new InstanceQueries(Database, Host.Services.GetRequiredService<DefinitionStore>()), new StudioQueries(Database), new ExecutionQueries(Database), new InstanceListQueries(Database));
        var before = await ReadAsync();
        (await RunAsync(31)).ShouldBe(6);
        (await ReadAsync()).ShouldBe(before);
        (await instances.FindAsync(Actor.System, child))!.ArchivedAt.ShouldBe(At(31));
        (await list.ListAsync(Actor.System, new InstanceFilter(), "Created", false, 0, 10)).Total.ShouldBe(0, "a list of everything shows what is not in the archive");
        (await list.ListAsync(Actor.System, new InstanceFilter { Search = child.ToString() }, "Created", false, 0, 10)).Total.ShouldBe(1);

        var operate = new OperateInstance(Database, Host.Services.GetRequiredService<Runner>(), Host.Services.GetRequiredService<Nudge>());
        (await operate.RetryAsync(Actor.System, id, At(32), At(32))).ShouldBeOfType<OperateAnswer.NotNow>().SubStatus.ShouldBe("Finished");
        (await new CancelInstance(Database, Host.Services.GetRequiredService<Runner>()).RunAsync(Actor.System, id, "why", At(32), At(32))).ShouldBeOfType<CancelAnswer.Over>();
        (await list.HideAsync(Actor.System, child, At(32), At(32))).ShouldBe(true);
        (await studio.FindAsync(Actor.System, child)).ShouldBeNull();
        (await ScalarAsync<long>("select count(*) from audit where action = 'instance.delete'")).ShouldBe(1);
        (await ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(0);

        async Task<string> ReadAsync()
        {
            var found = (await instances.FindAsync(Actor.System, id))!;
            return System.Text.Json.JsonSerializer.Serialize(new object?[]
            {
                found with { ArchivedAt = null }, await instances.JournalAsync(id, null, 50), await studio.FindAsync(Actor.System, child),
                (await studio.JournalAsync(child, new JournalFilter(null, null, null, null), 0, 50)).Items.Select(e => e.Entry.ToJsonString()),
                await executions.ListAsync(id, null, null), await executions.StatsAsync(id, null),
            });
        }
    }

    [Fact]
    public async Task What_an_archived_activity_gave_is_read_as_before()
    {
        var id = await StartAsync("gives");
        (await RunAsync(31)).ShouldBe(1);
        (await HotAsync()).ShouldBe("");
        (await new ExecutionQueries(Database).ListAsync(id, null, null)).Single(e => e.ActivityId == "g").Outputs!.ToJsonString().ShouldBe("""{"result":[1,"hai"]}""");
    }

    /// <summary>The session dies while it waits within its second batch: what moved before stays moved, the batch is undone, the next night goes on.</summary>
    [Fact]
    public async Task A_kill_between_and_within_batches_loses_and_doubles_nothing()
    {
        await StartAsync("all-end");
        await using (var holder = await Database.OpenConnectionAsync())
        {
            await using var holding = await holder.BeginTransactionAsync();
            await Command(holder, "select id from instance where id = (select id from instance where parent_id is not null order by id offset 3 limit 1) for update").ExecuteNonQueryAsync();
            var run = RunAsync(31);
            while (await ScalarAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where query like '-- ArchiveFinished.Move%' and wait_event_type = 'Lock' and datname = current_database()") == 0 && !run.IsCompleted)
                await Task.Yield();
            await Should.ThrowAsync<PostgresException>(() => run);
        }

        (await ScalarAsync<string>("select (select count(*) from instance) || ' ' || (select count(*) from archived_instance) || ' ' || (select count(*) from archived_journal)")).ShouldBe("4 2 2");
        (await ScalarAsync<string>("select count(*) || ' ' || count(distinct id) from every_instance")).ShouldBe("6 6");
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
        (await RunAsync(31)).ShouldBe(4);
        (await HotAsync()).ShouldBe("");
        (await ScalarAsync<string>("select count(*) || ' ' || count(distinct instance_id) from every_journal")).ShouldBe("6 6");
    }

    [Fact]
    public async Task TwoHosts_at_once_move_everything_once()
    {
        for (var i = 0; i < 4; i++) await StartAsync("all-end");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(31)));
        await RunAsync(31);
        (await HotAsync()).ShouldBe("");
        (await ScalarAsync<string>("select count(*) || ' ' || count(distinct id) from archived_instance")).ShouldBe("24 24");
    }

    [Theory]
    [InlineData("""{"days": 0}""")]
    [InlineData("""{"batch": 1000000}""")]
    [InlineData("""{"days": "soon"}""")]
    [InlineData("30")]
    public async Task A_setting_that_makes_no_sense_moves_nothing_and_is_named(string value)
    {
        await StartAsync("line");
        await SetAsync(value);
        (await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(1000))).Message.ShouldContain("'archive'");
        (await HotAsync()).ShouldBe("line Finished/Finished 1");
    }

    [Theory]
    [InlineData("instance", "archived_instance", "every_instance")]
    [InlineData("instance_state", "archived_state", "every_state")]
    [InlineData("journal", "archived_journal", "every_journal")]
    [InlineData("incident", "archived_incident", "every_incident")]
    public async Task The_archive_holds_every_column(string hot, string archived, string view)
    {
        var columns = (await ColumnsAsync(hot)).Order().ToArray();
        (await ColumnsAsync(archived)).Except(["archived_at"]).Order().ShouldBe(columns);
        (await ColumnsAsync(view)).Except(["archived_at"]).Order().ShouldBe(columns);
    }

    private DateTimeOffset At(int days) => Host.Now.AddDays(days);

    private Task<int> RunAsync(int days) => new ArchiveFinished(Database).RunAsync(At(days));

    private async Task<Guid> StartAsync(string definition, int inDays = 0)
    {
        var id = await Host.StartAsync(new CaseStart(definition, null, null, null, null, null, null, null));
        if (inDays > 0) await ExecuteAsync("update instance set finished_at = $2 where id = $1", P(id), Instant(At(inDays)));
        return id;
    }

    private Task<string> HotAsync() => ScalarAsync<string>(
        "select coalesce(string_agg(line, ', ' order by line), '') from (select definition_id || ' ' || status || '/' || sub_status || ' ' || count(*) as line from instance group by definition_id, status, sub_status) n");

    private async Task<List<string>> ColumnsAsync(string table)
    {
        await using var connection = await Database.OpenConnectionAsync();
        return await Command(connection, "select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped", P(table))
            .ListAsync(r => r.GetString(0).Split(' ') is ["archived_at", ..] ? "archived_at" : r.GetString(0));
    }

    private Task SetAsync(string value) => ExecuteAsync("insert into setting (key, value) values ('archive', $1::jsonb) on conflict (key) do update set value = excluded.value", P(value));
}
