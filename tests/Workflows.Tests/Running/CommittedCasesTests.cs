using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Unions.Organisation;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using Workflows.Conformance;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Cases run to and fro on a database: who goes down with whom, who counts, which wait is reached, what a turn of the pulse holds up.</summary>
public sealed class CommittedCasesTests : CommittedCases
{
    /// <summary>Scripts see the order: of a start, an event, the result of a task, a child's input, an alteration, before and behind a wait.</summary>
    [Fact]
    public async Task Objects_from_outside_keep_the_order_of_their_members()
    {
        JsonObject Outside() => new() { ["zebra"] = 1, ["b"] = new JsonObject { ["long"] = 1, ["a"] = 2 }, ["aa"] = "x" };
        const string same = """{"zebra":1,"b":{"long":1,"a":2},"aa":"x"}""";
        JsonObject Says(string id, string of) => Of("Elsa.WriteLine", id, ("text", Expression("JavaScript", $"JSON.stringify({of})")));
        await Host.ImportAsync(Definition("kid", Says("k", "getInput('In')")), true);
        await Host.ImportAsync(Definition("d", Sequence(
            Says("a", "getInput('In')"), Wait("go"), Says("b", "getLastResult()"), Of("Elsa.RunTask", "t", ("taskName", "Sign")), Says("c", "getLastResult()"),
            Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"), ("input", Expression("JavaScript", $"({{ In: {same} }})"))), Wait("end"), Says("e", "variables.V")),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))), true);

        var id = await Host.StartAsync(new CaseStart("d", null, new JsonObject { ["In"] = Outside() }, null, null, null, null, null));
        await Host.PublishAsync(new PublishedEvent("go", null, null, Outside()));
        await Host.AnswerAsync(await TextAsync("select state -> 'bookmarks' -> 0 -> 'payload' ->> 'taskId' from instance_state"), Outside());
        await Host.TellAsync(id, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = Outside() }) });
        await Host.PublishAsync(new PublishedEvent("end", null, null, null));

        Host.Lines.ShouldBe([same, same, same, same, same]);
    }

    [Fact]
    public async Task What_cannot_be_stored_stops_who_sends_it_and_not_who_waits_for_it()
    {
        await Host.ImportAsync(Definition("other", Sequence(Wait("go"))), true);
        await Host.ImportAsync(Definition("d", Of("Elsa.PublishEvent", "p", ("eventName", "go"), ("payload", Expression("JavaScript", "({ a: 'x\\0y' })")))), true);
        var (waits, sends) = (await StartAsync("other"), await StartAsync("d"));

        (await TextAsync($"select sub_status from instance where id = '{waits}'")).ShouldBe("Suspended");
        (await TextAsync($"select i.sub_status || ' ' || n.kind from instance i join incident n on n.instance_id = i.id where i.id = '{sends}'")).ShouldBe("Faulted StateNotStorable");
    }

    /// <summary>While the child is held up by somebody else, the wait beside it is met: what follows that comes behind all that follows the child.</summary>
    [Theory]
    [InlineData(false, "Finished Finished", "kid|with 1|met")]
    [InlineData(true, "Cancelled Finished", "kid")]
    public async Task What_comes_while_a_child_runs_within_the_run_is_kept_until_that_is_over(bool isCancelled, string subStatus, string lines)
    {
        await Host.ImportAsync(Definition("kid", Line("kid")), true);
        await Host.ImportAsync(Definition("d", Flow("s>e s>x e>met x>with", Line("s"), Wait("e"), Of("Elsa.ExecuteWorkflow", "x", ("workflowDefinitionId", "kid")), Line("met"),
            Of("Elsa.WriteLine", "with", ("text", Expression("JavaScript", "'with ' + getInput('In')"))))), true);
        var id = Guid.CreateVersion7(Host.Now);
        (await StartWorkflow.StartAsync(Database, new NewInstance(id, "d", 1, Input: new JsonObject { ["In"] = 1 }), Actor.System, Host.Now)).ShouldBe(StartAnswer.Started);
        using var place = new ReadyPlace();
        var runner = Host.Services.GetRequiredService<Runner>();
        await runner.RunReadyAsync(place, 1);
        await using (var other = await Database.OpenConnectionAsync())
        await using (var held = await other.BeginTransactionAsync())
        {
            await Command(other, "select 1 from instance where parent_id is not null for update").ExecuteNonQueryAsync();
            await Host.PublishAsync(new PublishedEvent("e", null, null, null));
            (await TextAsync("select string_agg(kind, ' ') from held_event")).ShouldBe("resume");
            if (isCancelled) await Host.TellAsync(id, EventKind.Cancel, []);
        }

        await RunReadyAsync();

        (await TextAsync("select string_agg(sub_status, ' ' order by parent_id nulls first) || ' ' || (select count(*) from held_event) || ' ' || (select count(*) from instance_event) from instance")).ShouldBe($"{subStatus} 0 0");
        string.Join('|', Host.Lines.Skip(1)).ShouldBe(lines);
        (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    [Fact]
    public async Task A_cancelled_parent_takes_a_child_down_that_had_failed()
    {
        await Host.ImportAsync(Definition("kid", Flow("s>t s>f", Line("s"), Of("Workflows.HumanTask", "t", ("title", "Nộp"), ("roles", new JsonArray("Chair"))), Fault("f"))), true);
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid")), Wait("never"))), true);
        var parent = await StartAsync("d");
        (await TextAsync("select string_agg(sub_status, ' ' order by parent_id nulls first) || ' ' || (select string_agg(status, ' ') from task) from instance")).ShouldBe("Suspended Faulted open");

        var answer = await new CancelInstance(Database, Host.Services.GetRequiredService<Runner>()).RunAsync(Actor.System, parent, "Dừng", Host.Now, Host.Now);
        answer.ShouldBeOfType<CancelAnswer.Taken>();
        await RunReadyAsync();

        (await TextAsync("select string_agg(sub_status, ' ' order by parent_id nulls first) || ' ' || (select string_agg(status, ' ') from task) from instance")).ShouldBe("Cancelled Cancelled cancelled");
    }

    [Fact]
    public async Task A_child_that_failed_and_was_retried_counts_once_where_each_end_is_looked_at()
    {
        await Host.ImportAsync(Definition("kid", Flow("s>go s>f", Line("s"), Wait("go"), Of("Elsa.WriteLine", "f", ("text", Expression("JavaScript", "getInput('Item') == 1 && !variables.V ? missing() : 'ok'")))),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))), true);
        await Host.ImportAsync(Definition("d", Sequence(
            Of("Elsa.BulkDispatchWorkflows", "b", ("workflowDefinitionId", "kid"), ("items", Expression("JavaScript", "[1, 2]")), ("childCompleted", Line("child")), ("childFaulted", Line("failed"))), Line("after"))), true);
        var parent = await StartAsync("d");
        var failed = Guid.Parse(await TextAsync("select id::text from instance where sub_status = 'Faulted'"));
        await Host.TellAsync(failed, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 }) });
        await Host.TellAsync(failed, EventKind.Retry, []);
        await Host.PublishAsync(new PublishedEvent("go", null, failed, null));
        (await TextAsync($"select sub_status from instance where id = '{failed}'")).ShouldBe("Finished");

        (await TextAsync($"select sub_status from instance where id = '{parent}'")).ShouldBe("Suspended", "the other child still waits");
    }

    [Fact]
    public async Task An_instance_whose_first_step_could_not_be_committed_has_no_failure_left_after_its_retry()
    {
        await Host.ImportAsync(Definition("d", Of("Workflows.HumanTask", "t", ("title", "Nộp"), ("roles", new JsonArray("Chair")), ("unit", "later"))), true);
        var id = await StartAsync("d");
        (await TextAsync("select sub_status || ' ' || (select string_agg(kind, ' ') from incident) from instance")).ShouldBe("Faulted CommitFailed");
        (await TextAsync("select message from incident")).ShouldStartWith("A task is for a unit that is not there");
        await ExecuteAsync("insert into unit (id, code, name, short_name, kind, path, parent_id) values (2, 'later', 'L', 'L', 'grassroots', '/1/2/', 1)");

        await Host.TellAsync(id, EventKind.Retry, []);
        await RunReadyAsync();

        (await TextAsync("select sub_status || ' ' || incident_count || ' ' || (select string_agg(status, ' ') from task) || ' ' || (select count(*) from incident where resolved_at is null) from instance"))
            .ShouldBe("Suspended 0 open 0");
    }

    [Fact]
    public async Task A_failure_that_speaks_of_what_cannot_be_stored_is_told_as_itself()
    {
        await Host.ImportAsync(Definition("d", Of("Elsa.RunJavaScript", "js", ("script", "throw new Error('a\\0b\\ud800c')"))), true);
        await StartAsync("d");
        (await TextAsync("select sub_status || ' ' || (select activity_id || ': ' || message from incident) from instance")).ShouldSatisfyAllConditions(
            told => told.ShouldStartWith("Faulted js: "), told => told.ShouldContain("a\ufffdb\ufffdc"));
    }

    [Fact]
    public async Task A_correlation_that_is_longer_than_an_index_takes_is_one_like_others()
    {
        await Host.ImportAsync(Definition("d", Wait("w"), ("options", new JsonObject { ["activationStrategyType"] = "Elsa.Workflows.ActivationValidators.CorrelatedSingletonStrategy, Elsa.Workflows.Core" })), true);
        var random = new Random(1);
        var correlation = string.Concat(Enumerable.Range(0, 4000).Select(_ => (char)('!' + random.Next(90))));
        Task<StartAnswer> AgainAsync(string with) => StartWorkflow.StartAsync(Database, new NewInstance(Guid.NewGuid(), "d", 1, with), Actor.System, Host.Now);
        (await AgainAsync(correlation)).ShouldBe(StartAnswer.Started);
        (await AgainAsync(correlation)).ShouldNotBe(StartAnswer.Started);
        (await AgainAsync(correlation + "x")).ShouldBe(StartAnswer.Started);
    }

    [Fact]
    public async Task An_event_reaches_a_wait_that_is_being_renamed_at_that_moment()
    {
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.Event", "old", ("eventName", "go")))), true);
        var (one, other) = (await StartAsync("d"), await StartAsync("d"));
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.Event", "new", ("eventName", "go")))), true);
        await ExecuteAsync($$$"""
            insert into instance_event (instance_id, kind, body, at)
            values ('{{{one}}}', 'alter', '{"alterations": [{"type": "Migrate", "targetVersion": 2, "mapping": {"old": "new"}}]}', '2026-11-20')
            """);
        Task publishing;
        await using (var migrating = await Database.OpenConnectionAsync())
        {
            await using var transaction = await migrating.BeginTransactionAsync();
            var loaded = await Host.Services.GetRequiredService<LoadInstances>().LockAsync(migrating, one, Postgres.Patience, default);
            await Host.Services.GetRequiredService<CommitBursts>().WriteAsync(migrating, loaded.ConvertAll(l => Runner.Run(l, Host.Now)), Host.Now, Host.Now, [], default);
            publishing = Host.PublishAsync(new PublishedEvent("go", null, null, null));
            while (!publishing.IsCompleted && await TextAsync("select count(*)::text from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") == "0") await Task.Yield();
            await transaction.CommitAsync();
        }

        await publishing;
        await RunReadyAsync();
        (await TextAsync($"select string_agg(sub_status || ' ' || version, ', ' order by version) from instance where id in ('{one}', '{other}')")).ShouldBe("Finished 1, Finished 2");
    }

    [Fact]
    public async Task Two_updates_of_one_task_in_one_step_both_count()
    {
        var task = Guid.NewGuid();
        await ExecuteAsync("insert into task_spec (id, body) values ($1, '{\"context\": {}}')", P(task));
        await ExecuteAsync("""
            insert into task (id, instance_id, root_id, spec_id, activity_id, context_id, unit_id, owner_unit_id, candidate_roles, created_at)
            values ($1, $1, $1, $1, 't', 'c', 1, 1, '{}', '2026-11-20')
            """, P(task));
        await ExecuteAsync(Unions.Tasks.UpdateTask.Statement.Sql, Uuids([task, task]), Uuids([task, task]), Jsons(["""{"step": "t", "values": {"a": 1}}""", """{"step": "t", "values": {"b": 2}}"""]));
        (await TextAsync("select (s.body -> 'context')::text from task t join task_spec s on s.id = t.spec_id")).ShouldBe("""{"a": 1, "b": 2}""");
    }

    [Fact]
    public async Task Tasks_of_a_case_keep_its_ladder_while_its_root_stands_still()
    {
        await Host.ImportAsync(Definition("kid", Sequence(Wait("go"), Of("Workflows.HumanTask", "t", ("title", "Nộp"), ("roles", new JsonArray("Chair")), ("deadline", "by 31-12")))), true);
        await Host.ImportAsync(Definition("d", Flow("s>k s>w w>f", Line("s"), Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)), Wait("w"), Fault("f"))), true);
        var root = await StartAsync("d");
        foreach (var ladder in (string[])["default", "hurry"])
            await ExecuteAsync("insert into ladder (id, body) select $2, jsonb_set($1::jsonb, '{id}', to_jsonb($2::text))", Json(WorkflowEngine.Deadlines.Ladder.Standard.Write()), P(ladder));
        await ExecuteAsync($"insert into case_ladder (root_id, ladder_id, at) values ('{root}', 'hurry', '2026-11-20')");
        Host.Services.GetRequiredService<ReferenceStore>().Invalidate();
        await Host.PublishAsync(new PublishedEvent("w", null, null, null));
        (await TextAsync($"select sub_status from instance where id = '{root}'")).ShouldBe("Faulted");
        Host.Services.GetRequiredService<ReferenceStore>().Invalidate();
        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        (await TextAsync("select ladder_id from deadline")).ShouldBe("hurry");
    }

    [Fact]
    public async Task A_child_of_a_child_that_has_ended_goes_down_with_the_case()
    {
        await Host.ImportAsync(Definition("leaf", Sequence(Wait("never"))), true);
        await Host.ImportAsync(Definition("kid", Sequence(Of("Elsa.DispatchWorkflow", "l", ("workflowDefinitionId", "leaf")))), true);
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid")), Wait("never"))), true);
        var root = await StartAsync("d");
        (await TextAsync("select string_agg(definition_id || ' ' || sub_status, ', ' order by definition_id) from instance")).ShouldBe("d Suspended, kid Finished, leaf Suspended");
        await new CancelInstance(Database, Host.Services.GetRequiredService<Runner>()).RunAsync(Actor.System, root, "Dừng", Host.Now, Host.Now);
        await RunReadyAsync();
        (await TextAsync("select string_agg(definition_id || ' ' || sub_status, ', ' order by definition_id) from instance")).ShouldBe("d Cancelled, kid Finished, leaf Cancelled");
    }

    [Fact]
    public async Task An_instance_whose_state_cannot_be_run_can_be_cancelled()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"))), true);
        var id = await StartAsync("d");
        await ExecuteAsync("""update instance_state set state = replace(state::text, ':go"', ':gone"')::json""");
        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        (await TextAsync("select sub_status || ' ' || (select string_agg(kind, ' ') from incident) from instance")).ShouldBe("Faulted BurstFailed");

        await new CancelInstance(Database, Host.Services.GetRequiredService<Runner>()).RunAsync(Actor.System, id, "Dừng", Host.Now, Host.Now);
        await RunReadyAsync();
        (await TextAsync("select sub_status || ' ' || (select count(*) from held_event) from instance")).ShouldBe("Cancelled 0");
    }

    [Fact]
    public async Task An_instance_that_cannot_be_run_fails_once_however_many_events_come()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"))), true);
        var id = await StartAsync("d");
        await ExecuteAsync("""update instance_state set state = replace(state::text, ':go"', ':gone"')::json""");
        for (var n = 0; n < 5; n++) await Host.TellAsync(id, EventKind.ChildrenEnded, new JsonObject { ["contextId"] = "c", ["finished"] = 1 });
        (await TextAsync("select count(*)::text || ' ' || (select count(*) from held_event) from incident")).ShouldBe("1 5");
    }

    [Fact]
    public async Task A_planned_change_that_breaks_does_not_hold_up_what_instances_do()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"))), true);
        await StartAsync("d");
        await ExecuteAsync("insert into person (id, user_name, normalized_user_name, display_name, security_stamp, created_at) values ($1, 'a', 'a', 'a', '', '2026-01-01')", P(Guid.Empty));
        await ExecuteAsync("insert into planned_change (id, kind, effective_at, body, shown, planned_at, planned_by) values ($1, 'breaks', '2026-01-01', '{}', '{}', '2026-01-01', $2)", P(Guid.NewGuid()), P(Guid.Empty));
        var ran = 0;
        var turn = new PulseTurn(
            Database, Host.Services.GetRequiredService<WorkflowEngine.Deadlines.FireTimers>(), Host.Services.GetRequiredService<PlannedExtensions>(),
            Host.Services.GetRequiredService<WorkflowEngine.Deadlines.FireDue>(), Host.Services.GetRequiredService<WorkflowEngine.Deadlines.CloseDigests>(),
            _ => Task.FromResult(++ran), (_, _) => Task.FromResult(0),
            new PlannedChanges(Database, TimeProvider.System, [new ApplyPlannedChange("breaks", (_, _, _, _, _) => throw new InvalidOperationException("broken"))]));
        (await Record.ExceptionAsync(() => turn.RunAsync(Host.Now))).ShouldBeOfType<InvalidOperationException>().Message.ShouldBe("broken");
        ran.ShouldBe(1);
        (await TextAsync("select outcome || ' ' || (done #>> '{failure,0,en}') from planned_change")).ShouldStartWith("failed The system failed");
        (await turn.RunAsync(Host.Now)).Rows.ShouldBe(0);
    }

    [Fact]
    public async Task An_instance_that_moved_to_a_version_for_many_gives_the_place_of_the_only_one_back()
    {
        JsonObject Singleton(string? strategy) => Definition("d", Sequence(Wait("go")), ("options", strategy is null ? new JsonObject() : new JsonObject { ["activationStrategyType"] = strategy }));
        await Host.ImportAsync(Singleton("SingletonStrategy"), true);
        var id = await StartAsync("d");
        (await TextAsync("select count(*)::text from activation")).ShouldBe("1");
        await Host.ImportAsync(Singleton(null), true);
        await Host.TellAsync(id, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }) });
        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        (await TextAsync("select version || ' ' || sub_status || ' ' || (select count(*) from activation) from instance")).ShouldBe("2 Finished 0");
    }

    [Fact]
    public async Task The_only_one_of_its_kind_is_the_only_one_again_after_its_retry()
    {
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.WriteLine", "f", ("text", Expression("JavaScript", "variables.V ? 'ok' : missing()"))), Wait("go")),
            ("options", new JsonObject { ["activationStrategyType"] = "SingletonStrategy" }),
            ("variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "V", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))), true);
        var id = await StartAsync("d");
        await Host.TellAsync(id, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 }) });
        await Host.TellAsync(id, EventKind.Retry, []);
        (await TextAsync("select string_agg(sub_status, ' ') from instance")).ShouldBe("Suspended");

        (await StartWorkflow.StartAsync(Database, new NewInstance(Guid.NewGuid(), "d", 1), Actor.System, Host.Now)).ShouldBe(StartAnswer.Busy);
        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        (await StartWorkflow.StartAsync(Database, new NewInstance(Guid.NewGuid(), "d", 1), Actor.System, Host.Now)).ShouldBe(StartAnswer.Started);
    }

    /// <summary>The cascade has read the tree and has not committed; whoever ends a unit then has not seen its new work.</summary>
    [Fact]
    public async Task A_unit_that_ends_while_a_cascade_commits_takes_its_new_work_along()
    {
        await UnitsAsync();
        await Host.ImportAsync(Definition("kid", Of("Workflows.HumanTask", "t", ("title", "Nộp"), ("roles", new JsonArray("Chair")))), true);
        await Host.ImportAsync(Definition("d", Of("Workflows.Cascade", "c", ("definitionId", "kid"))), true);
        var parent = Guid.CreateVersion7(Host.Now);
        (await StartWorkflow.StartAsync(Database, new NewInstance(parent, "d", 1), Actor.System, Host.Now)).ShouldBe(StartAnswer.Started);
        var changes = new ChangeUnits(Database);
        var change = new UnitChange(UnitChangeKind.Merge, ["two"], "three", new DateOnly(2026, 11, 20), "Sáp nhập", null);
        Task<UnitChangeAnswer> changing;
        await using (var cascading = await Database.OpenConnectionAsync())
        {
            await using var transaction = await cascading.BeginTransactionAsync();
            var loaded = await Host.Services.GetRequiredService<LoadInstances>().LockAsync(cascading, parent, Postgres.Patience, default);
            await Host.Services.GetRequiredService<CommitBursts>().WriteAsync(cascading, loaded.ConvertAll(l => Runner.Run(l, Host.Now)), Host.Now, Host.Now, [], default);
            changing = ApplyAsync();
            while (!changing.IsCompleted && await TextAsync("select count(*)::text from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") == "0") await Task.Yield();
            await transaction.CommitAsync();
        }

        // What the preview showed is no more: it is shown anew.
        if (await changing is UnitChangeAnswer.Changed) (await ApplyAsync()).ShouldBeOfType<UnitChangeAnswer.Applied>();
        await RunReadyAsync();
        (await TextAsync("select count(*) || ' ' || (select string_agg(u.code, ' ') from task t join unit u on u.id = t.unit_id where t.status = 'open') from instance i join unit u on u.id = i.unit_id where u.code = 'two' and i.status = 'Running'")).ShouldBe("0 three");

        async Task<UnitChangeAnswer> ApplyAsync()
        {
            var shown = (await changes.PreviewAsync(Actor.System, change)).ShouldBeOfType<UnitChangeAnswer.Previewed>().Preview;
            return await changes.ApplyAsync(Actor.System, change, shown.Token, Host.Now, Host.Now);
        }
    }

    [Fact]
    public async Task A_task_for_a_unit_that_has_ended_goes_to_its_successor()
    {
        await UnitsAsync();
        foreach (var unit in new[] { "two", "three", "four" })
            await Host.ImportAsync(Definition(unit, Of("Workflows.HumanTask", "t", ("title", "Nộp"), ("roles", new JsonArray("Chair")), ("unit", unit))), true);
        await ExecuteAsync("update unit set valid_to = '2026-11-01' where code in ('two', 'three', 'four')");
        await ExecuteAsync("insert into unit (id, code, name, short_name, kind, path, parent_id) values (5, 'five', 'F', 'F', 'grassroots', '/1/5/', 1), (6, 'six', 'S', 'S', 'grassroots', '/1/6/', 1)");
        await ExecuteAsync("insert into unit_successor (from_unit, to_unit, kind, effective_on) values (2, 3, 'merge', '2026-10-01'), (3, 5, 'rename', '2026-11-01'), (4, 5, 'split', '2026-11-01'), (4, 6, 'split', '2026-11-01')");
        foreach (var unit in new[] { "two", "three", "four" }) await StartAsync(unit);

        (await TextAsync("select string_agg(i.definition_id || ' ' || coalesce(u.code, i.sub_status), ', ' order by i.definition_id) from instance i left join task t on t.instance_id = i.id left join unit u on u.id = t.unit_id"))
            .ShouldBe("four Faulted, three five, two five");
    }

    [Fact]
    public async Task A_review_has_no_more_days_than_a_calendar()
    {
        await Host.ImportAsync(Definition("d", Of("Workflows.HumanTask", "t", ("title", "Nộp"), ("roles", new JsonArray("Chair")), ("reviewRoles", new JsonArray("Officer")), ("reviewWorkingDays", 2_000_000_000))), true);
        await StartAsync("d");
        (await TextAsync("select sub_status || ' ' || (select count(*) from task) from instance")).ShouldBe("Faulted 0");
    }

    private Task UnitsAsync() => ExecuteAsync("""
        insert into unit (id, code, name, short_name, kind, path, parent_id) values
          (2, 'two', 'T', 'T', 'grassroots', '/1/2/', 1), (3, 'three', 'T', 'T', 'grassroots', '/1/3/', 1), (4, 'four', 'F', 'F', 'grassroots', '/1/4/', 1);
        update unit set valid_to = '2026-01-01' where code = 'four'
        """);
}
