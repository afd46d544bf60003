using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using Workflows.Conformance;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What happens to an instance while a child runs within its run: nothing that comes meanwhile is lost, and it goes on whatever becomes of the child.</summary>
public sealed class RunsWithinRunsTests : CommittedCases
{
    private static readonly JsonObject[] _steps = [Line("s"), Wait("e"), Execute("x"), Line("met"), Line("with"), Wait("end")];

    /// <summary>Of a burst that stops for a child the queue is no sign of a loop.</summary>
    [Fact]
    public void Many_children_side_by_side_are_no_loop_without_an_end()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("kid")));
        engine.Import(Definition("d", Sequence(Of("Elsa.ParallelForEach", "p", ("items", Expression("JavaScript", "Array.from({length: 150}, (x, i) => i)")), ("body", Execute("x"))), Line("after"))));
        engine.Start("d").State.Incidents.ShouldBeEmpty();
        engine.Lines.Count.ShouldBe(151);
    }

    [Theory]
    [InlineData("Elsa.ExecuteWorkflow", true)]
    [InlineData("Elsa.ExecuteWorkflow", false)]
    [InlineData("Elsa.DispatchWorkflow", true)]
    public void A_loop_around_a_wait_for_nothing_and_a_child_becomes_an_incident(string type, bool waits)
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("kid")));
        engine.Import(Definition("d", Of("Elsa.While", "loop", ("condition", true), ("body", SequenceOf("round",
            Of("Elsa.Delay", "d", ("timeSpan", "00:00:00")), Of(type, "x", ("workflowDefinitionId", "kid"), ("waitForCompletion", waits)))))));
        var instance = HasHeard(engine, Burst.MostHeard - 3, 5 * Burst.MostHops);
        engine.Advance(TimeSpan.Zero);
        instance.State.Incidents.ShouldHaveSingleItem().Kind.ShouldBe("RunsWithoutEnd");
    }

    /// <summary>Both are events of one burst: the move to another version begins from what the burst has come to, not from what it was given.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_migration_in_the_burst_in_which_a_child_ends_or_an_event_is_set_aside_loses_nothing(bool childEnds)
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("kid")));
        for (var version = 1; version <= 2; version++) engine.Import(Definition("d", Flow("s>e s>x e>met x>with with>end", [.. _steps.Select(s => (JsonObject)s.DeepClone())])));
        engine.MostBursts = 1;
        var instance = engine.Start("d", version: 1);
        instance.State.Run!.Awaits.ShouldNotBeNull();
        var move = new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }) };
        if (childEnds)
        {
            engine.MostBursts = 1;
            engine.Together(() => { });
            engine.MostBursts = int.MaxValue;
            engine.Tell(instance, EventKind.Alter, move);
        }
        else
        {
            engine.Pick = ready => ready - 1;
            engine.MostBursts = int.MaxValue;
            engine.Together(() =>
            {
                engine.Publish("e");
                engine.Tell(instance, EventKind.Alter, move);
            });
        }

        if (childEnds) engine.Publish("e");
        engine.Lines.Order(StringComparer.Ordinal).ShouldBe(["kid", "met", "s", "with"]);
        instance.State.ShouldSatisfyAllConditions(s => s.Run.ShouldBeNull(), s => s.Incidents.ShouldBeEmpty());
        (instance.Workflow.Version, instance.Held.Count, string.Join(' ', instance.WaitingAt)).ShouldBe((2, 0, "end"));
    }

    /// <summary>The event that starts the instance resumes both waits in it: the second only when the child behind the first has come to rest.</summary>
    [Fact]
    public void A_child_behind_a_wait_that_the_start_meets_runs_before_the_next_wait_is_met()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("kid")));
        engine.Import(Definition("other", Wait("x")));
        JsonObject Meets(string id)
        {
            var wait = Wait("x");
            wait["id"] = id;
            return wait;
        }

        var start = Meets("begin");
        start["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        engine.Import(Definition("d", Flow("begin>one begin>two one>x x>with two>met", start, Meets("one"), Meets("two"), Execute("x"), Line("with"), Line("met"))));
        engine.Start("other");
        engine.MostBursts = 2;
        engine.Publish("x");
        engine.Instances[1].State.Run!.Awaits.ShouldNotBeNull();
        engine.MostBursts = int.MaxValue;
        engine.Together(() => { });
        engine.Lines[..2].ShouldBe(["kid", "with"]);
        (engine.Lines[^1], engine.Instances[1].State.SubStatus).ShouldBe(("met", SubStatus.Finished));
    }

    /// <summary>It failed in a run behind its first, in which a child of its own still ran: its parent waits for its end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_child_that_fails_beside_a_child_of_its_own_tells_its_parent(bool executes)
    {
        await Host.ImportAsync(Definition("grandkid", Line("grandkid")), true);
        var fork = Of("Elsa.Fork", "f");
        (fork["joinMode"], fork["branches"]) = ("WaitAll", new JsonArray(Fault("bad"), executes ? Of("Elsa.ExecuteWorkflow", "g", ("workflowDefinitionId", "grandkid")) : Line("g")));
        await Host.ImportAsync(Definition("kid", Sequence(Wait("w"), fork)), true);
        await Host.ImportAsync(Definition("d", Sequence(Execute("x"), Line("after"))), true);
        var parent = await StartAsync("d");
        await Host.PublishAsync(new PublishedEvent("w", null, null, null));

        (await TextAsync($"select sub_status from instance where id = '{parent}'")).ShouldBe("Finished");
        Host.Lines[^1].ShouldBe("after");
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cancel the step", "met|kid")]
    [InlineData("spoil an event", "kid|with|met")]
    [InlineData("retry", "kid|with|met")]
    [InlineData("fail the child", "with|met")]
    public async Task What_is_set_aside_comes_back_whatever_ends_the_wait_for_the_child(string what, string lines)
    {
        var id = await AwaitingAsync();
        await using (var other = await Database.OpenConnectionAsync())
        await using (var held = await other.BeginTransactionAsync())
        {
            await Command(other, "select 1 from instance where parent_id is not null for update").ExecuteNonQueryAsync();
            await Host.PublishAsync(new PublishedEvent("e", null, null, null));
            (await TextAsync("select string_agg(kind, ' ') from held_event")).ShouldBe("resume");
            if (what == "cancel the step") await Host.TellAsync(id, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "x" }) });
            if (what == "retry") await Host.TellAsync(id, EventKind.Retry, []);
            if (what == "spoil an event")
            {
                await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, 'resume', '[]', '2026-11-20')", P(id));
                await RunReadyAsync();
                (await TextAsync($"select sub_status from instance where id = '{id}'")).ShouldBe("Faulted");
                await ExecuteAsync("delete from held_event where body::text = '[]'");
            }
        }

        var child = Guid.Parse(await TextAsync("select id::text from instance where parent_id is not null"));
        if (what == "fail the child") await ExecuteAsync("update instance_event set body = '[]' where instance_id = $1", P(child));
        if (what == "spoil an event") await Host.TellAsync(id, EventKind.Retry, []);
        await RunReadyAsync();
        string.Join('|', Host.Lines.Skip(1)).ShouldBe(lines);
        (await TextAsync($"select sub_status || ' ' || (select count(*) from held_event h where h.instance_id = i.id) || ' ' || (select count(*) from instance_event) from instance i where id = '{id}'")).ShouldBe("Suspended 0 0");
        await Host.PublishAsync(new PublishedEvent("end", null, null, null));
        (await TextAsync($"select sub_status from instance where id = '{id}'")).ShouldBe("Finished");
    }

    /// <summary>Its end was told when it failed; the second one finds nobody, and both are over.</summary>
    [Theory]
    [InlineData("Elsa.ExecuteWorkflow", false)]
    [InlineData("Elsa.ExecuteWorkflow", true)]
    [InlineData("Elsa.DispatchWorkflow", true)]
    [InlineData("Elsa.BulkDispatchWorkflows", false)]
    [InlineData("Elsa.BulkDispatchWorkflows", true)]
    public async Task A_child_that_is_retried_after_its_parent_went_on_ends_by_itself(string type, bool watched)
    {
        await Host.ImportAsync(Definition("kid", Sequence(Of("Elsa.WriteLine", "f", ("text", Expression("JavaScript", "!variables.V ? missing() : 'ok'")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))), true);
        var run = Of(type, "x", ("workflowDefinitionId", "kid"), ("waitForCompletion", true), ("items", Expression("JavaScript", "[1]")));
        if (watched && type == "Elsa.BulkDispatchWorkflows") run["childFaulted"] = Line("failed");
        await Host.ImportAsync(Definition("d", Sequence(run, Line("after"), Wait("end"))), true);
        var parent = await StartAsync("d");
        Host.Lines[^1].ShouldBe("after");
        var child = Guid.Parse(await TextAsync("select id::text from instance where sub_status = 'Faulted'"));
        await Host.TellAsync(child, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 }) });
        await Host.TellAsync(child, EventKind.Retry, []);

        (await TextAsync("select string_agg(sub_status || ' ' || incident_count, ', ' order by parent_id nulls first) || ' ' || (select count(*) from instance_event) from instance")).ShouldBe("Suspended 0, Finished 0 0");
        await Host.PublishAsync(new PublishedEvent("end", null, null, null));
        (await TextAsync($"select sub_status from instance where id = '{parent}'")).ShouldBe("Finished");
        Host.Lines.Count(l => l == "after").ShouldBe(1);
    }

    /// <summary>What a request brought is set aside, by its own step or by another one that took its event along: it is told so, until it has happened.</summary>
    [Fact]
    public async Task A_request_whose_event_is_set_aside_is_not_answered_as_settled()
    {
        var id = await AwaitingAsync();
        var runner = Host.Services.GetRequiredService<Runner>();
        await using (var other = await Database.OpenConnectionAsync())
        await using (var held = await other.BeginTransactionAsync())
        {
            await Command(other, "select 1 from instance where parent_id is not null for update").ExecuteNonQueryAsync();
            await Host.PublishAsync(new PublishedEvent("e", null, null, null));
            (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.SetAside);
            (await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => runner.RunNowAsync(id))))).ShouldAllBe(answer => answer == RunAnswer.SetAside);
        }

        await RunReadyAsync();
        (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.Settled);
        Host.Lines.ShouldContain("met");
    }

    /// <summary>Another one has taken the event along, and the run stands still for a child: the request goes on with that, as the other one would have.</summary>
    [Fact]
    public async Task A_request_whose_event_is_taken_already_follows_the_child_for_which_the_run_stands_still()
    {
        await Host.ImportAsync(Definition("kid", Line("kid")), true);
        await Host.ImportAsync(Definition("d", Sequence(Wait("e"), Execute("x"), Line("after"))), true);
        var id = await StartAsync("d");
        var runner = Host.Services.GetRequiredService<Runner>();
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', jsonb_build_object('bookmarkId', id), '2026-11-20' from bookmark where instance_id = $1", P(id));
        using (var place = new ReadyPlace()) (await runner.RunReadyAsync(place, 1)).ShouldBe(1);
        await using (var other = await Database.OpenConnectionAsync())
        await using (var held = await other.BeginTransactionAsync())
        {
            await Command(other, "select 1 from instance where parent_id is not null for update").ExecuteNonQueryAsync();
            (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.Working);
        }

        (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.Settled);
        (await TextAsync($"select sub_status from instance where id = '{id}'")).ShouldBe("Finished");
        Host.Lines.ShouldBe(["kid", "after"]);
    }

    [Fact]
    public async Task A_request_that_has_run_all_it_reached_wakes_no_pulse()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("e"), Line("after"))), true);
        var (one, other) = (await StartAsync("d"), await StartAsync("d"));
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', jsonb_build_object('bookmarkId', id), '2026-11-20' from bookmark");
        var time = new CountedPauses();
        var services = Host.Services;
        var runner = new Runner(Database, services.GetRequiredService<LoadInstances>(), services.GetRequiredService<CommitBursts>(), services.GetRequiredService<BusinessClock>(),
            TimeProvider.System, CrashPoints.None, new Nudge(Database, time, NullLogger<Nudge>.Instance), NullLogger<Runner>.Instance);

        (await runner.RunFewAsync([one, other])).ShouldBeTrue();
        time.Pauses.ShouldBe(0);
        (await runner.RunFewAsync([.. Enumerable.Repeat(one, Runner.MostInRequest + 1)])).ShouldBeFalse();
        time.Pauses.ShouldBe(1, "the rest is the pulses' work");
    }

    /// <summary>Counts the pauses before notifications; none of them ends.</summary>
    private sealed class CountedPauses : TimeProvider
    {
        public int Pauses { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses++;
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The run that began with the start goes on behind the child; in Elsa it never left it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_chose_the_outcomes_of_the_workflow_is_told_also_behind_a_child_of_its_first_run(bool runsChild)
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("kid")));
        engine.Import(Definition("d", Of("Elsa.While", "loop", ("condition", true), ("body", SequenceOf("round", [.. runsChild ? new[] { Execute("x") } : [], Of("Elsa.Complete", "c", ("outcomes", "X"))])))));
        var root = engine.Start("d").Journal.Last(j => j.NodeId == "Workflow1");
        (root.Event, string.Join(",", root.Outcomes ?? [])).ShouldBe(("Completed", "X"));
    }

    /// <summary>It has failed: what comes is kept for the retry.</summary>
    [Fact]
    public async Task A_request_to_what_has_failed_is_told_that_it_is_kept_until_the_retry()
    {
        await Host.ImportAsync(Definition("d", Flow("s>e s>f e>met", Line("s"), Wait("e"), Of("Elsa.WriteLine", "f", ("text", Expression("JavaScript", "!variables.V ? missing() : 'ok'"))), Line("met")),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))), true);
        var id = await StartAsync("d");
        var runner = Host.Services.GetRequiredService<Runner>();
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', jsonb_build_object('bookmarkId', id), '2026-11-20' from bookmark where instance_id = $1", P(id));
        (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.SetAside);
        (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.SetAside);
        (await runner.RunFewAsync([id])).ShouldBeFalse("beside others neither");

        var operate = new OperateInstance(Database, runner, Host.Services.GetRequiredService<Nudge>());
        (await operate.AlterAsync(Actor.System, id, [new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 }], Host.Now, Host.Now))
            .ShouldBeOfType<OperateAnswer.Taken>().ShouldSatisfyAllConditions(a => a.Settled.ShouldBeTrue(), a => a.Log.Count.ShouldBe(1));
        await Host.TellAsync(id, EventKind.Retry, []);
        (await runner.RunNowAsync(id)).ShouldBe(RunAnswer.Settled);
        Host.Lines.ShouldBe(["s", "ok", "met"], ignoreOrder: true);
    }

    /// <summary>Within the child's run, not its first, runs a child of its own: what stops the child is told at once, and its retry tells nothing twice.</summary>
    [Theory]
    [InlineData(EventKind.Resume)]
    [InlineData(EventKind.Cancel)]
    public async Task A_child_that_is_stopped_while_its_own_child_runs_tells_its_parent_at_once(string kind)
    {
        await Host.ImportAsync(Definition("grandkid", Line("grandkid")), true);
        await Host.ImportAsync(Definition("kid", Sequence(Wait("w"), Of("Elsa.ExecuteWorkflow", "g", ("workflowDefinitionId", "grandkid")), Line("kid"))), true);
        await Host.ImportAsync(Definition("d", Sequence(Execute("x"), Line("after"))), true);
        var parent = await StartAsync("d");
        var child = Guid.Parse(await TextAsync($"select id::text from instance where parent_id = '{parent}'"));
        await using (var other = await Database.OpenConnectionAsync())
        await using (var held = await other.BeginTransactionAsync())
        {
            // The grandchild does not begin yet.
            await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', jsonb_build_object('bookmarkId', id), '2026-11-20' from bookmark where instance_id = $1", P(child));
            using var place = new ReadyPlace();
            await Host.Services.GetRequiredService<Runner>().RunReadyAsync(place, 1);
            await Command(other, $"select 1 from instance where parent_id = '{child}' for update").ExecuteNonQueryAsync();
            await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, $2, $3::json, '2026-11-20'), ($1, 'resume', '[]', '2026-11-20')", P(child), P(kind), P("{}"));
            await RunReadyAsync();
            (await TextAsync($"select sub_status from instance where id = '{child}'")).ShouldBe(kind == EventKind.Cancel ? "Cancelled" : "Faulted");
            (await TextAsync($"select sub_status from instance where id = '{parent}'")).ShouldBe("Finished", "it does not wait for what stands still");
        }

        await ExecuteAsync("delete from held_event where body::text = '[]'");
        if (kind != EventKind.Cancel) await Host.TellAsync(child, EventKind.Retry, []);
        await RunReadyAsync();
        (await TextAsync($"select sub_status from instance where id = '{child}'")).ShouldBe(kind == EventKind.Cancel ? "Cancelled" : "Finished");
        Host.Lines.Count(l => l == "after").ShouldBe(1);
        (await TextAsync("select count(*)::text from instance_event")).ShouldBe("0");
        (await ReplayEverything.DifferencesAsync(Database, Host.Services.GetRequiredService<ReplayInstance>())).ShouldBeEmpty();
    }

    /// <summary>The condition behind an executed child cannot be worked out: nothing waits for that child any more, and a retry begins it no second time.</summary>
    [Fact]
    public void A_condition_that_fails_behind_an_executed_child_leaves_no_wait_for_it()
    {
        var engine = new MemoryEngine();
        engine.Import(Definition("kid", Line("kid")));
        var condition = Expression("JavaScript", "if (variables.V == 1) throw new Error('not now'); if (variables.V == 0) { setVariable('V', 1); return true; } return false");
        engine.Import(Definition("d", Sequence(Of("Elsa.While", "w", ("condition", condition), ("body", Execute("x"))), Line("after")), ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Int32", ["value"] = "0", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))));
        var instance = engine.Start("d");
        for (var again = 0; again < 2; again++)
        {
            instance.State.ShouldSatisfyAllConditions(s => s.SubStatus.ShouldBe(SubStatus.Faulted), s => s.Bookmarks.ShouldBeEmpty());
            if (again == 0) engine.Tell(instance, EventKind.Retry);
        }

        engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 2 }) });
        engine.Tell(instance, EventKind.Retry);
        (instance.State.SubStatus, instance.State.Bookmarks.Count, string.Join(' ', engine.Lines), engine.Instances.Count).ShouldBe((SubStatus.Finished, 0, "kid after", 2));
    }

    /// <summary>Two requests of the same moment, one for the parent and one for the child that runs within its run: neither waits for the other for ever.</summary>
    [Fact]
    public async Task Requests_for_a_parent_and_for_its_child_at_once_are_both_answered()
    {
        var id = await AwaitingAsync();
        var runner = Host.Services.GetRequiredService<Runner>();
        var child = Guid.Parse(await TextAsync("select id::text from instance where parent_id is not null"));
        await ExecuteAsync("insert into instance_event (instance_id, kind, at) select $1, 'continue', '2026-11-20'", P(id));
        (await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => runner.RunNowAsync(n % 2 == 0 ? id : child))))).ShouldAllBe(answer => answer == RunAnswer.Settled);
        await RunReadyAsync();
        (await TextAsync($"select state -> 'bookmarks' -> 0 ->> 'nodeId' || (select count(*) from instance_event) from instance_state where instance_id = '{id}'")).ShouldEndWith("e0");
        (await TextAsync("select string_agg(message, ' ') from incident")).ShouldBeEmpty();
        Host.Lines.ShouldBe(["s", "kid", "with"]);
    }

    /// <summary>An instance that waits beside a child which runs within its run, and has not begun.</summary>
    private async Task<Guid> AwaitingAsync()
    {
        await Host.ImportAsync(Definition("kid", Line("kid")), true);
        await Host.ImportAsync(Definition("d", Flow("s>e s>x e>met x>with s>end", [.. _steps.Select(s => (JsonObject)s.DeepClone())])), true);
        var id = Guid.CreateVersion7(Host.Now);
        (await StartWorkflow.StartAsync(Database, new NewInstance(id, "d", 1), Actor.System, Host.Now)).ShouldBe(StartAnswer.Started);
        using var place = new ReadyPlace();
        await Host.Services.GetRequiredService<Runner>().RunReadyAsync(place, 1);
        return id;
    }

    private static JsonObject Execute(string id) => Of("Elsa.ExecuteWorkflow", id, ("workflowDefinitionId", "kid"), ("waitForCompletion", true));
}
