using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static Workflows.Tests.Races.RaceHost;

namespace Workflows.Tests.Races;

/// <summary>Two at once, brought to the same point by a barrier: who wins, and the loser's exact answer.</summary>
public sealed class RaceTests : IAsyncLifetime
{
    private const string Designer = "thietke", Administrator = "quantri";
    private RaceHost host = null!;

    public async Task InitializeAsync()
    {
        host = await RaceHost.StartAsync();
        await host.SignInAsync(Designer, Administrator);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Of_two_completions_one_is_done_and_the_other_is_told_who_was_faster()
    {
        var (task, instance) = await TaskAsync();
        Task<(HttpStatusCode Status, JsonNode? Body)> one, other;
        await using (await host.HoldAsync("select 1 from task where id = $1 for update", task))
        {
            (one, other) = (CompleteAsync(Designer, task), CompleteAsync(Administrator, task));
            await host.UntilWaitingAsync(2, one, other);
        }

        var answers = new[] { await one, await other };
        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        var (status, lost) = answers.Single(a => a.Status != HttpStatusCode.OK);
        (status, lost!["type"]!.ToString()).ShouldBe((HttpStatusCode.Conflict, "conflict"));
        (lost["happened"]!["action"]!.ToString(), lost["current"]!["status"]!.ToString(), lost["current"]!["revision"]!.GetValue<int>()).ShouldBe(("task.completed", "completed", 2));
        (await host.ScalarAsync<long>($"select count(*) from journal where instance_id = '{instance}'")).ShouldBe(2);
        (await Invariants.BrokenAsync(host.Database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rung_that_fires_while_the_task_is_handed_in_is_in_the_ledger_and_no_mail_goes_out()
    {
        var (task, _) = await TaskAsync(dueNow: true);
        Task<FiredBatch> firing;
        Task<(HttpStatusCode Status, JsonNode? Body)> completing;
        await using (await host.HoldAsync("lock table digest in share mode"))
        {
            firing = Task.Run(() => host.Get<FireDue>().RunAsync(Now));
            await host.UntilWaitingAsync(1, firing);
            completing = CompleteAsync(Designer, task);
            await host.UntilWaitingAsync(2, completing);
        }

        (await firing).ShouldBe(new FiredBatch(1, 1));
        (await completing).Status.ShouldBe(HttpStatusCode.OK);
        while (await host.Get<CloseDigests>().RunAsync(Now) > 0) { }
        (await host.ScalarAsync<long>("select count(*) from rung_fired")).ShouldBe(1);
        (await host.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(0, "a task that is done reminds nobody");
        (await host.ScalarAsync<bool>($"select next_at is null and stopped_at is not null from deadline where task_id = '{task}'")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_completion_in_flight_keeps_the_rung_from_firing()
    {
        var (task, _) = await TaskAsync(dueNow: true);
        Task<(HttpStatusCode Status, JsonNode? Body)> completing;
        await using (await host.HoldInsertAsync("task_round"))
        {
            completing = CompleteAsync(Designer, task);
            await host.UntilWaitingAsync(1, completing);
            (await host.Get<FireDue>().RunAsync(Now)).ShouldBe(new FiredBatch(0, 0), "its row is held: another one's work");
        }

        (await completing).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Get<FireDue>().RunAsync(Now)).ShouldBe(new FiredBatch(0, 0));
        (await host.ScalarAsync<long>("select count(*) from rung_fired")).ShouldBe(0);
    }

    [Fact]
    public async Task A_cancellation_behind_the_event_that_ends_the_instance_is_told_that_it_is_over()
    {
        var instance = await WaitingAsync("tin");
        Task<(HttpStatusCode Status, JsonNode? Body)> cancelling;
        await using (await host.HoldAsync("select 1 from instance where id = $1 for no key update", instance))
        {
            (await TriggerAsync("tin")).Body!["resumed"]!.GetValue<int>().ShouldBe(1);
            cancelling = CancelAsync(instance);
            await host.UntilWaitingAsync(1, cancelling);
        }

        var (status, lost) = await cancelling;
        (status, lost!["type"]!.ToString(), lost["current"]!["subStatus"]!.ToString()).ShouldBe((HttpStatusCode.Conflict, "conflict", "Finished"));
        (await host.ScalarAsync<string>($"select sub_status from instance where id = '{instance}'")).ShouldBe("Finished");
        (await Invariants.BrokenAsync(host.Database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_behind_a_cancellation_resumes_nothing()
    {
        var instance = await WaitingAsync("tin");
        Task<(HttpStatusCode Status, JsonNode? Body)> cancelling, triggering;
        await using (await host.HoldAsync("select 1 from instance where id = $1 for no key update", instance))
        {
            cancelling = CancelAsync(instance);
            await host.UntilWaitingAsync(1, cancelling);
            triggering = TriggerAsync("tin");
            await host.UntilWaitingAsync(2, triggering);
        }

        (await triggering).Status.ShouldBe(HttpStatusCode.OK);
        (await cancelling).Status.ShouldBe(HttpStatusCode.OK);
        (await host.ScalarAsync<string>($"select sub_status from instance where id = '{instance}'")).ShouldBe("Cancelled");
        (await host.ScalarAsync<long>("select count(*) from instance_event")).ShouldBe(0);
        var (status, again) = await CancelAsync(instance);
        (status, again!["current"]!["subStatus"]!.ToString()).ShouldBe((HttpStatusCode.Conflict, "Cancelled"));
        (await CancelAsync(Guid.NewGuid())).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_start_while_a_version_is_published_runs_the_old_one_or_the_new_one_and_never_none()
    {
        await host.PublishAsync("khoi-dong", WaitFor("bat-dau", starts: true), Work());
        Task<int> publishing;
        Task<(HttpStatusCode Status, JsonNode? Body)> executing;
        await using (await host.HoldInsertAsync("trigger"))
        {
            // The old version is retired, the new one stored, and nothing is committed.
            publishing = host.PublishAsync("khoi-dong", WaitFor("bat-dau", starts: true), Work("Việc khác"));
            await host.UntilWaitingAsync(1, publishing);
            (await TriggerAsync("bat-dau")).Body!["started"]!.GetValue<int>().ShouldBe(1);
            // A start by name settles its version first, then waits until nobody changes the definition.
            executing = host.PostAsync(Designer, "/elsa/api/workflow-definitions/khoi-dong/execute", new { });
            await host.UntilWaitingAsync(2, executing);
        }

        (await publishing).ShouldBe(2);
        (await executing).Status.ShouldBe(HttpStatusCode.OK);
        (await TriggerAsync("bat-dau")).Body!["started"]!.GetValue<int>().ShouldBe(1);
        (await host.ScalarAsync<string>("select string_agg(version::text, ' ' order by created_at, version) from instance where definition_id = 'khoi-dong'")).ShouldBe("1 1 2");
    }

    [Fact]
    public async Task Two_publications_at_once_become_two_versions()
    {
        await host.PublishAsync("hai-ban", Work());
        Task<int> one, other;
        await using (await host.HoldAsync("select pg_advisory_xact_lock(hashtextextended('definition/hai-ban', 0))"))
        {
            (one, other) = (host.PublishAsync("hai-ban", Work("Một")), host.PublishAsync("hai-ban", Work("Hai")));
            await host.UntilWaitingAsync(2, one, other);
        }

        new[] { await one, await other }.Order().ShouldBe([2, 3]);
        (await host.ScalarAsync<long>("select count(*) from definition_version where definition_id = 'hai-ban' and is_published")).ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_hosts_on_one_instance_one_runs_it_and_the_other_finds_nothing_left()
    {
        var (task, instance) = await TaskAsync();
        // Completed and not run: the intake alone.
        await using (await host.HoldAsync("select 1 from instance where id = $1 for no key update", instance))
            (await CompleteAsync(Designer, task)).Status.ShouldBe(HttpStatusCode.Accepted, "somebody holds the instance for longer than a person waits");
        Task<RunAnswer> one, other;
        await using (await host.HoldAsync("select 1 from instance where id = $1 for no key update", instance))
        {
            (one, other) = (Task.Run(() => host.Get<Runner>().RunNowAsync(instance)), Task.Run(() => host.Get<Runner>().RunNowAsync(instance)));
            await host.UntilWaitingAsync(2, one, other);
        }

        (await one, await other).ShouldBe((RunAnswer.Settled, RunAnswer.Settled));
        (await host.ScalarAsync<long>($"select count(*) from journal where instance_id = '{instance}'")).ShouldBe(2);
        (await host.ScalarAsync<int>($"select burst from instance where id = '{instance}'")).ShouldBe(2);
        (await Invariants.BrokenAsync(host.Database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_child_ends_while_its_parent_is_held_and_does_not_wait_for_it()
    {
        await host.PublishAsync("con", Work());
        await host.PublishAsync("cha", new JsonObject
        {
            ["id"] = "goi",
            ["type"] = "Elsa.DispatchWorkflow",
            ["version"] = 1,
            ["workflowDefinitionId"] = Literal("String", "con"),
            ["waitForCompletion"] = new JsonObject { ["typeName"] = "Boolean", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = true } },
        });
        var parent = await StartAsync("cha");
        await host.Get<ReadyWorker>().RunAllAsync();
        var child = await host.ScalarAsync<Guid>($"select id from instance where parent_id = '{parent}'");
        var task = await host.ScalarAsync<Guid?>($"select id from task where instance_id = '{child}'");
        if (task is null) await host.ExecuteAsync($"update instance set unit_id = 1 where id = '{child}'");

        await using (await host.HoldAsync("select 1 from instance where id = $1 for no key update", parent))
        {
            (await CompleteAsync(Designer, task!.Value)).Status.ShouldBe(HttpStatusCode.OK);
            (await host.ScalarAsync<string>($"select sub_status from instance where id = '{child}'")).ShouldBe("Finished");
            (await host.ScalarAsync<string>($"select kind from instance_event where instance_id = '{parent}'")).ShouldBe("child-ended");
        }

        await host.Get<ReadyWorker>().RunAllAsync();
        (await host.ScalarAsync<string>($"select sub_status from instance where id = '{parent}'")).ShouldBe("Finished");
    }

    [Fact]
    public async Task An_event_that_meets_a_wait_being_committed_reaches_it_beside_those_that_wait_already()
    {
        await host.PublishAsync("gap-nhau", WaitFor("tin"), Work());
        await StartAsync("gap-nhau");
        Task<(HttpStatusCode Status, JsonNode? Body)> starting, triggering;
        await using (await host.HoldAsync("lock table task_spec in share mode"))
        {
            // Its wait is written and not committed.
            starting = host.PostAsync(Designer, "/elsa/api/workflow-definitions/gap-nhau/execute", new { });
            await host.UntilWaitingAsync(1, starting);
            triggering = TriggerAsync("tin");
            await host.UntilWaitingAsync(2, triggering);
        }

        await Task.WhenAll(starting, triggering);
        await host.Get<ReadyWorker>().RunAllAsync();
        (await host.ScalarAsync<long>("select count(*) from bookmark where name = 'Elsa.Event'")).ShouldBe(0, "the wait was met");
        (await host.ScalarAsync<long>("select count(*) from stimulus")).ShouldBe(0);
    }

    [Fact]
    public async Task A_wait_that_meets_an_event_being_committed_takes_it()
    {
        await host.PublishAsync("gap-nhau", WaitFor("tin"), Work());
        Task<(HttpStatusCode Status, JsonNode? Body)> starting, triggering;
        await using (await host.HoldInsertAsync("stimulus"))
        {
            // It has found no wait and is about to be kept.
            triggering = TriggerAsync("tin");
            await host.UntilWaitingAsync(1, triggering);
            starting = host.PostAsync(Designer, "/elsa/api/workflow-definitions/gap-nhau/execute", new { });
            await host.UntilWaitingAsync(2, starting);
        }

        await Task.WhenAll(starting, triggering);
        await host.Get<ReadyWorker>().RunAllAsync();
        (await host.ScalarAsync<long>("select count(*) from bookmark where name = 'Elsa.Event'")).ShouldBe(0, "the kept event was taken");
        (await host.ScalarAsync<long>("select count(*) from stimulus")).ShouldBe(0);
    }

    /// <summary>Whoever publishes one event does not wait behind a cascade of others.</summary>
    [Fact]
    public async Task An_event_runs_what_it_reached_and_leaves_the_rest_to_the_pulses()
    {
        var reached = await WaitingAsync("tin");
        var (_, dispatched) = await host.PostAsync(Designer, "/elsa/api/workflow-definitions/cho-tin/dispatch", new { });

        (await TriggerAsync("tin")).Status.ShouldBe(HttpStatusCode.OK);

        (await host.ScalarAsync<string>($"select sub_status from instance where id = '{reached}'")).ShouldNotBe("Suspended");
        (await host.ScalarAsync<int>($"select burst from instance where id = '{dispatched!["workflowInstanceId"]}'")).ShouldBe(0);
    }

    /// <summary>A step writes its rows where they lie; who waits for a lock finds them elsewhere than when it began to look.</summary>
    [Fact]
    public async Task A_step_that_waited_for_its_instance_writes_the_row_that_moved_meanwhile()
    {
        var (task, instance) = await TaskAsync();
        Task<(HttpStatusCode Status, JsonNode? Body)> completing;
        await using (var connection = await host.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await new NpgsqlBatch(connection, transaction)
            {
                BatchCommands =
                {
                    Db.Statement("update instance set updated_at = updated_at where id = $1", Db.P(instance)),
                    Db.Statement("update instance_state set state = state where instance_id = $1", Db.P(instance)),
                },
            }.ExecuteNonQueryAsync();
            completing = CompleteAsync(Designer, task);
            await host.UntilWaitingAsync(1, completing);
            await transaction.CommitAsync();
        }

        (await completing).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await host.Get<ReadyWorker>().RunAllAsync();
        (await host.ScalarAsync<string>($"select status || ' ' || burst from instance where id = '{instance}'")).ShouldBe("Finished 2");
        (await host.ScalarAsync<int>($"select incident_count from instance where id = '{instance}'")).ShouldBe(0);
    }

    private DateTimeOffset Now => host.Get<BusinessClock>().Now();

    private async Task<(Guid Task, Guid Instance)> TaskAsync(bool dueNow = false)
    {
        await host.PublishAsync("mot-viec", Work());
        var instance = await StartAsync("mot-viec");
        var task = await host.ScalarAsync<Guid>($"select id from task where instance_id = '{instance}'");
        if (dueNow)
        {
            // Five working days before the last lawful day, 31/12/2019.
            await host.ExecuteAsync($"""
                update deadline set ladder_id = 'default', legal_due = '2020-01-01 00:00+07', due = '2020-01-01 00:00+07', next_at = '2019-12-24 08:00+07' where task_id = '{task}'
                """);
            await host.MoveClockAsync(new DateTimeOffset(2019, 12, 24, 8, 0, 0, TimeSpan.FromHours(7)));
        }

        return (task, instance);
    }

    private async Task<Guid> WaitingAsync(string eventName)
    {
        await host.PublishAsync("cho-tin", WaitFor(eventName));
        return await StartAsync("cho-tin");
    }

    private async Task<Guid> StartAsync(string definition)
    {
        var (status, body) = await host.PostAsync(Designer, $"/elsa/api/workflow-definitions/{definition}/execute", new { });
        status.ShouldBe(HttpStatusCode.OK, body?.ToJsonString());
        return Guid.Parse(body!["workflowState"]!["id"]!.ToString());
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> CompleteAsync(string user, Guid task) =>
        host.PostAsync(user, $"/api/tasks/{task}/complete", new { revision = 1, operationId = Guid.NewGuid().ToString(), data = new { } });

    private Task<(HttpStatusCode Status, JsonNode? Body)> CancelAsync(Guid instance) =>
        host.PostAsync(Administrator, $"/api/instances/{instance}/cancel", new { reason = "Không cần nữa." });

    private Task<(HttpStatusCode Status, JsonNode? Body)> TriggerAsync(string name) => host.PostAsync(Designer, $"/elsa/api/events/{name}/trigger", new { });
}
