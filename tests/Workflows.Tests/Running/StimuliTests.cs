using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What starts and resumes instances, through PostgreSQL: activation strategies, triggers, answers; also when several come at once.</summary>
public sealed class StimuliTests : CommittedCases
{
    [Theory]
    [InlineData("SingletonStrategy", "a", "b", 1)]
    [InlineData("CorrelatedSingletonStrategy", "a", "a", 1)]
    [InlineData("CorrelatedSingletonStrategy", "a", "b", 2)]
    [InlineData("CorrelationStrategy", "a", "a", 1)]
    [InlineData("AllowAlwaysStrategy", "a", "a", 2)]
    public async Task Of_two_that_start_at_the_same_time_the_strategy_lets_as_many_through(string strategy, string first, string second, int running)
    {
        await DefineAsync("d", Sequence(Wait("w")), strategy);
        await using var one = await Database.OpenConnectionAsync();
        await using var other = await Database.OpenConnectionAsync();
        await using (var starting = await one.BeginTransactionAsync())
        {
            // The second statement runs while the first is not committed: it has to wait for it where the strategy forbids both.
            var done = await StartAsync(one, first);
            var waiting = StartAsync(other, second);
            await starting.CommitAsync();
            (done + await waiting).ShouldBe(running);
        }

        (await ScalarAsync<long>("select count(*) from instance")).ShouldBe(running);
    }

    [Fact]
    public async Task A_strategy_lets_the_next_one_start_when_the_first_has_ended()
    {
        await DefineAsync("d", Sequence(Wait("w")), "SingletonStrategy");
        (await StartAsync()).ShouldBe(StartAnswer.Started);
        await RunReadyAsync();
        (await StartAsync()).ShouldBe(StartAnswer.Busy);
        (await StartWorkflow.StartAsync(Database, new NewInstance(Guid.NewGuid(), "none", null), Actor.System, Host.Now)).ShouldBe(StartAnswer.NoVersion);
        await Host.PublishAsync(new PublishedEvent("w", null, null, null));
        (await StartAsync()).ShouldBe(StartAnswer.Started);
    }

    [Fact]
    public async Task A_strategy_holds_for_events_too()
    {
        await DefineAsync("d", Flow("go>w", Begin(Wait("go")), Wait("w")), "SingletonStrategy");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeliverAsync("go")));
        (await ScalarAsync<long>("select count(*) from instance")).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_resumes_a_wait_once_however_often_it_comes_at_once()
    {
        await DefineAsync("d", Sequence(Wait("w"), Wait("x")));
        await StartAsync();
        await RunReadyAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeliverAsync("w")));

        answers.Sum(a => a.Resumed).ShouldBe(1);
        (await ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(1);
        await RunReadyAsync();
        (await ScalarAsync<string>("select activity_id from bookmark")).ShouldBe("x");
    }

    [Fact]
    public async Task A_task_is_answered_once_and_the_others_are_told_so()
    {
        await DefineAsync("d", Sequence(Of("Elsa.RunTask", "t", ("taskName", "Sign"))));
        await StartAsync();
        await RunReadyAsync();
        var task = await ScalarAsync<string>("select state #>> '{bookmarks,0,payload,taskId}' from instance_state");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => AnswerRunTask.RunAsync(Database, Actor.System, task, n, Host.Now)));

        answers.Select(a => a.Answer).Order().ShouldBe([RunTaskAnswer.Taken, RunTaskAnswer.Already, RunTaskAnswer.Already, RunTaskAnswer.Already]);
        await RunReadyAsync();
        (await ScalarAsync<string>("select sub_status from instance")).ShouldBe("Finished");
        (await AnswerRunTask.RunAsync(Database, Actor.System, task, 1, Host.Now)).Answer.ShouldBe(RunTaskAnswer.Already);
        (await AnswerRunTask.RunAsync(Database, Actor.System, Guid.NewGuid().ToString(), 1, Host.Now)).Answer.ShouldBe(RunTaskAnswer.Unknown);
    }

    [Fact]
    public async Task Every_event_starts_one_instance_while_versions_are_published()
    {
        await DefineAsync("d", Flow("go>w", Begin(Wait("go")), Wait("w")));
        var publishing = Task.Run(async () =>
        {
            for (var n = 0; n < 10; n++) await DefineAsync("d", Flow("go>w go>x", Begin(Wait("go")), Wait("w"), Line($"v{n}"), Line("x")));
        });
        var answers = new List<(int Resumed, int Started)>();
        for (var n = 0; n < 40 || !publishing.IsCompleted; n++) answers.Add(await DeliverAsync("go"));
        await publishing;

        answers.ShouldAllBe(a => a.Started == 1);
        (await ScalarAsync<long>("select count(*) from instance")).ShouldBe(answers.Count);
        (await ScalarAsync<long>("select count(*) from trigger")).ShouldBe(1);
    }

    [Fact]
    public async Task Two_starts_of_one_definition_by_the_same_event_are_two_instances()
    {
        await DefineAsync("d", Flow("a>c b>c", Begin(Of("Elsa.Event", "a", ("eventName", "go"))), Begin(Of("Elsa.Event", "b", ("eventName", "go"))), Line("c")));
        (await DeliverAsync("go")).Started.ShouldBe(2);
        (await ScalarAsync<string>("select string_agg(body ->> 'triggerActivityId', ',' order by body ->> 'triggerActivityId') from instance_event")).ShouldBe("a,b");
    }

    [Theory]
    [InlineData("Elsa.Timer", "interval", "01:00:00", 3)]
    [InlineData("Elsa.Cron", "cronExpression", "0 30 * * * *", 3)]
    [InlineData("Elsa.StartAt", "dateTime", "2026-11-20T09:15:00+00:00", 1)]
    public async Task Time_starts_instances_by_the_business_clock(string type, string input, string value, int expected)
    {
        await DefineAsync("d", Flow("t>l", Begin(Of(type, "t", (input, value))), Line("l")));
        await Host.AdvanceAsync(TimeSpan.FromHours(3));
        (await ScalarAsync<long>("select count(*) from instance where sub_status = 'Finished'")).ShouldBe(expected);
        await Host.RetractAsync("d");
        await Host.AdvanceAsync(TimeSpan.FromHours(3));
        (await ScalarAsync<long>("select count(*) from instance")).ShouldBe(expected);
    }

    [Fact]
    public async Task A_timer_fires_once_on_manyHosts_and_once_for_what_was_missed()
    {
        await DefineAsync("d", Flow("t>l", Begin(Of("Elsa.Timer", "t", ("interval", "00:10:00"))), Line("l")));
        var later = Host.Now.AddHours(5);
        var fired = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WorkflowEngine.Deadlines.FireTriggers.RunAsync(Database, later)));
        fired.Sum().ShouldBe(1);
        (await ScalarAsync<bool>($"select due_at > '{later:O}' and due_at <= '{later.AddMinutes(10):O}' from trigger")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_timer_that_cannot_run_is_stored_and_not_published()
    {
        var stored = await Host.ImportAsync(Definition("d", Flow("t>l", Begin(Of("Elsa.Cron", "t", ("cronExpression", "every day"))), Line("l"))), true);
        stored.Refusals.ShouldHaveSingleItem().ShouldContain("every day");
        stored.Workflow.IsPublished.ShouldBeFalse();
        (await StartAsync()).ShouldBe(StartAnswer.NoVersion);
    }

    [Fact]
    public async Task An_activity_made_of_a_definition_keeps_its_version_when_that_is_changed()
    {
        await Host.ImportAsync(Inner("first"), true);
        await DefineAsync("outer", Sequence(new JsonObject { ["id"] = "sub", ["type"] = "InnerBox", ["version"] = 1 }, Wait("w")));
        await Host.ImportAsync(Inner("second"), true);
        (await Host.StartAsync(new CaseStart("outer", null, null, null, null, null, null, null))).ShouldNotBe(Guid.Empty);
        await DefineAsync("again", Sequence(new JsonObject { ["id"] = "sub", ["type"] = "InnerBox", ["version"] = 2 }));
        await Host.StartAsync(new CaseStart("again", null, null, null, null, null, null, null));
        Host.Lines.ShouldBe(["first", "second"]);

        static JsonObject Inner(string line) => Definition("inner", Line(line), ("name", "Inner box"), ("options", new JsonObject { ["usableAsActivity"] = true }));
    }

    /// <summary>Also while it is kept, through a start, and in the journal.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_that_an_instance_publishes_carries_its_place_in_the_row(bool isKept)
    {
        await DefineAsync("relay", Flow("in>out", Begin(Wait("in")), Of("Elsa.PublishEvent", "out", ("eventName", "out"))));
        await DefineAsync("first", Flow("begin>in", Begin(Wait("begin")), Of("Elsa.PublishEvent", "in", ("eventName", "in"))));
        await DefineAsync("d", Sequence(Wait("out"), Wait("never")));
        if (isKept) await Host.PublishAsync(new PublishedEvent("begin", null, null, null));
        await StartAsync();
        await RunReadyAsync();
        if (!isKept) await Host.PublishAsync(new PublishedEvent("begin", null, null, null));
        (await ScalarAsync<string>("select string_agg(i.definition_id || ' ' || coalesce(s.state ->> 'hops', '-'), ', ' order by i.definition_id) from instance i join instance_state s on s.instance_id = i.id"))
            .ShouldBe("d 1, first -, relay 10");
        (await ScalarAsync<string>("select j.events #>> '{0,body,hops}' from journal j join instance i on i.id = j.instance_id where i.definition_id = 'd' and j.burst = 2")).ShouldBe("11");
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
    }

    /// <summary>With a child's start, with the word of its end, and for each of several that an event begins.</summary>
    [Fact]
    public async Task A_row_goes_on_through_children_and_counts_whom_it_begins()
    {
        await DefineAsync("kid", Line("kid"));
        await DefineAsync("each", Sequence(Of("Elsa.DispatchWorkflow", "run", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)), Of("Elsa.PublishEvent", "x", ("eventName", "x")), Wait("never")));
        await DefineAsync("all", Sequence(Of("Workflows.Cascade", "run", ("definitionId", "kid")), Of("Elsa.PublishEvent", "y", ("eventName", "y")), Wait("never")));
        foreach (var id in (string[])["a", "b", "c"]) await DefineAsync(id, Flow($"{id}x>n {id}y>n", Begin(Of("Elsa.Event", $"{id}x", ("eventName", "x"))), Begin(Of("Elsa.Event", $"{id}y", ("eventName", "y"))), Wait("n")));
        await ExecuteAsync("insert into unit (id, code, name, short_name, kind, path) values (2, 'two', 'Two', 'Two', 'grassroots', '/1/2/')");
        await StartAsync("each");
        await StartAsync("all");
        (await TextAsync("select string_agg(i.definition_id || ' ' || coalesce(s.state ->> 'hops', '-'), ', ' order by i.definition_id) from instance i join instance_state s on s.instance_id = i.id"))
            .ShouldBe("a 33, a 33, all 1, b 33, b 33, c 33, c 33, each 1, kid 1, kid 1");
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
    }

    private async Task DefineAsync(string id, JsonObject root, string? strategy = null) =>
        (await Host.ImportAsync(Definition(id, root, ("options", new JsonObject { ["activationStrategyType"] = strategy })), true)).Refusals.ShouldBeEmpty();

    private static JsonObject Begin(JsonObject activity)
    {
        activity["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return activity;
    }

    private Task<StartAnswer> StartAsync() => StartWorkflow.StartAsync(Database, new NewInstance(Guid.NewGuid(), "d", null), Actor.System, Host.Now);

    private async Task<int> StartAsync(NpgsqlConnection connection, string correlation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { StartWorkflow.Statement(new NewInstance(Guid.NewGuid(), "d", null, correlation), Actor.System, Host.Now) },
        };
        return await batch.ExecuteNonQueryAsync();
    }

    private async Task<(int Resumed, int Started)> DeliverAsync(string name)
    {
        await using var connection = await Database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { PublishedEvents.Deliver(new PublishedEvent(name, null, null, null), Guid.NewGuid(), Guid.NewGuid(), Host.Now, null, null) },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt32(0), reader.GetInt32(1));
    }
}
