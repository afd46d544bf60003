using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>The journal explains the state: what bursts were shown is on record, and running them again in memory gives the stored state byte for byte.</summary>
public sealed class ReplayTests : CommittedCases
{
    private protected override async Task SeedAsync()
    {
        await ExecuteAsync("insert into unit (id, code, name, short_name, kind, path, attributes) values (1, 'root', 'Root', 'Root', 'national', '/1/', '{\"zz\": 1.50, \"a\": \"Đ\"}')");
        await ExecuteAsync("insert into ladder (id, body) values ('default', $1::jsonb)", P(Ladder.Standard.Write()));
    }

    [Fact]
    public async Task Settings_that_were_changed_since_are_taken_as_they_were()
    {
        await SetAsync("flowchart-mode", "\"TokenBased\"");
        await SetAsync("retry-policies", """{"twice": {"maxRetryAttempts": 2, "delay": "00:10:00"}}""");
        var fault = Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid"));
        fault["customProperties"] = new JsonObject { ["resilienceStrategy"] = new JsonObject { ["strategyId"] = "twice" } };
        await Host.ImportAsync(Definition("d", Flow("s>c c>k c>w k>j w>j", Line("s"), Of("Elsa.Correlate", "c", ("correlationId", "later")), fault, Wait("w"), Join("j", "WaitAny"))), true);
        var id = await StartAsync("d", correlationId: "at first");
        await SetAsync("retry-policies", """{"twice": {"maxRetryAttempts": 0, "delay": "09:10:00"}}""");
        await SetAsync("flowchart-mode", "\"CounterBased\"");
        await Host.AdvanceAsync(TimeSpan.FromMinutes(10));
        (await ScalarAsync<string>($"select sub_status from instance where id = '{id}'")).ShouldBe("Faulted", "the policy has no other try for it any more");
        await Host.ImportAsync(Definition("kid", Line("kid")), true);
        await ExecuteAsync("delete from setting");
        await ShouldReplayAsync(id, 2);

        await Host.TellAsync(id, EventKind.Retry, []);
        await ShouldReplayAsync(id, 3);
        (await ScalarAsync<string>($"select facts ->> 'was' from journal where instance_id = '{id}' and burst = 1")).ShouldContain("at first");
    }

    [Fact]
    public async Task What_was_missing_then_and_is_there_now_stays_missing()
    {
        var ask = Of("Workflows.HumanTask", "ask", ("roles", Expression("Object", "[\"Chair\"]")), ("form", "bieu-mau"), ("deadline", "before 01-01(+1)"));
        await Host.ImportAsync(Definition("d", Sequence(ask, Of("Later", "later"), Line("end"))), true);
        var id = await StartAsync("d");
        await ExecuteAsync("insert into form (id, version, body) values ('bieu-mau', 1, '{}')");
        await Host.ImportAsync(Definition("Later", Line("inner"), ("options", new JsonObject { ["usableAsActivity"] = true })), true);
        Host.Services.GetRequiredService<ReferenceStore>().Invalidate();
        await ShouldReplayAsync(id, 1);

        await Host.TellAsync(id, EventKind.Retry, []);
        await Host.TellAsync(id, EventKind.TaskDone, new JsonObject { ["taskId"] = await ScalarAsync<string>("select id::text from task") });
        (await ScalarAsync<string>($"select sub_status from instance where id = '{id}'")).ShouldBe("Finished");
        await ShouldReplayAsync(id, 3);
    }

    [Fact]
    public async Task Alterations_and_migrations_are_replayed_on_the_versions_of_that_time()
    {
        await Host.ImportAsync(Definition("d", Flow("s>ask s>t ask>e t>e", Line("s"), Ask("ask"), Of("Elsa.Delay", "t", ("timeSpan", "10.00:00:00")), Join("e", "WaitAny")),
            ("variables", Variables())), true);
        var id = await StartAsync("d");
        await AlterAsync(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v1", ["value"] = 1.50m }, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "s" });
        await AlterAsync(id, Migration(2));
        await Host.ImportAsync(Definition("d", Flow("s>hoi s>cho hoi>e cho>e", Line("s"), Ask("hoi"), Of("Elsa.Delay", "cho", ("timeSpan", "99.00:00:00")), Join("e", "WaitAny")),
            ("variables", Variables())), true);
        await ExecuteAsync("update bookmark set taken_at = '2026-11-21'");
        await AlterAsync(id, Migration(2, ("ask", "hoi"), ("t", "cho")));

        (await ScalarAsync<int>($"select version from instance where id = '{id}'")).ShouldBe(2);
        (await ScalarAsync<string>("select string_agg(activity_id || ' ' || status, ',') from task where status = 'open'")).ShouldBe("hoi open,hoi open", "open tasks are found under the new id");
        (await ScalarAsync<string>("select distinct activity_id || ' ' || (taken_at is not null) from bookmark")).ShouldBe("cho true", "what is on its way to a wait still arrives once");
        await ExecuteAsync("update definition_version set deleted_at = '2026-11-21' where version = 1");
        await ShouldReplayAsync(id, 4);

        await Host.TellAsync(id, EventKind.TaskDone, new JsonObject { ["taskId"] = await ScalarAsync<string>("select id::text from task where status = 'open' order by id limit 1") });
        await AlterAsync(id, new JsonObject { ["type"] = "Cancel" });
        await ShouldReplayAsync(id);

        JsonObject Ask(string activity) => Of("Workflows.HumanTask", activity, ("roles", Expression("Object", "[\"Chair\"]")), ("deadline", "before 01-01(+1)"));
        JsonArray Variables() => [new JsonObject { ["id"] = "v1", ["name"] = "v", ["typeName"] = "Object", ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" }];
    }

    [Fact]
    public async Task A_burst_that_stopped_at_its_bound_or_could_not_be_kept_is_replayed()
    {
        await Host.ImportAsync(Definition("long", Sequence(Wait("w"), Of("Elsa.For", "f", ("start", 1), ("end", 12_000), ("step", 1), ("body", Line("x"))), Wait("z"))), true);
        var bounded = await StartAsync("long");
        var wait = await ScalarAsync<string>("select id::text from bookmark");
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select $1, k, jsonb_build_object('bookmarkId', $2::text), '2026-11-20' from unnest('{resume,continue,continue}'::text[]) k", P(bounded), P(wait));
        await RunReadyAsync();
        (await ScalarAsync<string>($"select facts ->> 'given' from journal where instance_id = '{bounded}' and burst = 2")).ShouldBe("3");
        await ShouldReplayAsync(bounded);

        await Host.ImportAsync(Definition("big", Sequence(Wait("w"), Of("Elsa.RunJavaScript", "js", ("script", "setVariable('v', 'x'.repeat(200000)); setVariable('u', 'y'.repeat(200000))")), Wait("z")),
            ("variables", new JsonArray(Kept("v"), Kept("u")))), true);
        var big = await StartAsync("big");
        await Host.PublishAsync(new PublishedEvent("w", null, big, null));
        await ShouldReplayAsync(big, 2);
        (await ScalarAsync<string>($"select facts ->> 'stopped' from journal where instance_id = '{big}' and burst = 2")).ShouldBe("StateTooLarge");

        // What PostgreSQL cannot hold is refused; a text that only looks like it is kept.
        foreach (var (definition, script, subStatus, stopped) in ((string, string, string, string)[])[("looks", "setVariable('v', '\\\\u0000')", "Suspended", "none"), ("is", "setVariable('v', 'a\\0b')", "Faulted", "StateNotStorable")])
        {
            await Host.ImportAsync(Definition(definition, Sequence(Wait("w"), Of("Elsa.RunJavaScript", "js", ("script", script)), Wait("z")), ("variables", new JsonArray(Kept("v")))), true);
            var nul = await StartAsync(definition);
            await Host.PublishAsync(new PublishedEvent("w", null, nul, null));
            (await ScalarAsync<string>($"select i.sub_status || ' ' || coalesce(j.facts ->> 'stopped', 'none') from instance i join journal j on j.instance_id = i.id and j.burst = 2 where i.id = '{nul}'")).ShouldBe($"{subStatus} {stopped}");
            await ShouldReplayAsync(nul, 2);
        }

        await Host.ImportAsync(Definition("nobody", Of("Workflows.HumanTask", "ask", ("roles", Expression("Object", "[\"Chair\"]")), ("unit", "nowhere"))), true);
        var broken = await StartAsync("nobody", name: "of nobody");
        (await ScalarAsync<string>($"select facts ->> 'stopped' from journal where instance_id = '{broken}'")).ShouldBe("CommitFailed");
        await ShouldReplayAsync(broken, 1);

        static JsonObject Kept(string name) => new() { ["id"] = name, ["name"] = name, ["typeName"] = "String", ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" };
    }

    [Fact]
    public async Task An_instance_that_cannot_be_run_holds_up_no_other()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("w"), Line("end"))), true);
        var (broken, sound) = (await StartAsync("d"), await StartAsync("d"));
        await ExecuteAsync("update instance_state set state = jsonb_set(state::jsonb, '{contexts,1,nodeId}', '\"Workflow1:gone\"')::json where instance_id = $1", P(broken));
        await Host.PublishAsync(new PublishedEvent("w", null, null, null));
        (await ScalarAsync<string>($"select sub_status from instance where id = '{sound}'")).ShouldBe("Finished");
        (await ScalarAsync<string>($"select kind || ': ' || message from incident where instance_id = '{broken}'")).ShouldStartWith("BurstFailed: Definition");
        (await ScalarAsync<string>($"select string_agg(kind, ',') from held_event where instance_id = '{broken}'")).ShouldBe("resume", "the event is kept for a retry");
    }

    [Fact]
    public async Task What_was_changed_past_the_engine_is_found()
    {
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.SetVariable", "set", ("value", 1)), Wait("w"), Line("end"))), true);
        var id = await StartAsync("d");
        await ShouldReplayAsync(id, 1);
        await ExecuteAsync("update instance_state set state = jsonb_set(state::jsonb, '{properties,paid}', 'true')::json");
        (await ReplayAsync(id)).ShouldSatisfyAllConditions(r => r.Burst.ShouldBe(1), r => r.Difference!.ShouldContain("state"));
        await ExecuteAsync("update instance_state set state = (state::jsonb #- '{properties,paid}')::json");
        await ShouldReplayAsync(id, 1);
        await ExecuteAsync("update journal set at = at + interval '1 second'");
        (await ReplayAsync(id)).Difference.ShouldNotBeNull("ids follow from the time of the burst");
        await ExecuteAsync("delete from journal");
        (await ReplayAsync(id)).Difference.ShouldNotBeNull();
        (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(Guid.NewGuid())).ShouldBeNull();
    }

    /// <summary>Until migration 0017 a parent went on beside the child that it executed.</summary>
    [Theory]
    [InlineData("-1 second", true)]
    [InlineData("1 second", false)]
    public async Task What_executed_a_child_beside_its_parent_is_named_where_it_differs(string recorded, bool isNamed)
    {
        await Host.ImportAsync(Definition("kid", Line("kid")), true);
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.ExecuteWorkflow", "x", ("workflowDefinitionId", "kid")), Wait("w"))), true);
        var id = await StartAsync("d");
        await ExecuteAsync($"update journal set recorded_at = (select applied_at + interval '{recorded}' from schema_migration where number = 17)");
        await ShouldReplayAsync(id, 2);
        await ExecuteAsync("update journal set entries = replace(entries::text, 'Started', 'Suspended')::json");
        (await ReplayAsync(id)).Difference.ShouldNotBeNull().StartsWith("Recorded while children still ran beside their parent (burst 1 executes one)", StringComparison.Ordinal).ShouldBe(isNamed);
    }

    private static JsonObject Migration(int version, params (string From, string To)[] mapping) => new()
    {
        ["type"] = "Migrate",
        ["targetVersion"] = version,
        ["mapping"] = new JsonObject(mapping.Select(m => KeyValuePair.Create(m.From, (JsonNode?)m.To))),
    };

    private Task AlterAsync(Guid id, params JsonObject[] alterations) => Host.TellAsync(id, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray([.. alterations]) });

    private async Task<Replayed> ReplayAsync(Guid id) => (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id)).ShouldNotBeNull();

    private async Task ShouldReplayAsync(Guid id, int? bursts = null)
    {
        var replayed = await ReplayAsync(id);
        replayed.Difference.ShouldBeNull($"{replayed.Burst}\n{replayed.Stored}\n{replayed.Again}");
        if (bursts is { } count) replayed.Bursts.ShouldBe(count);
    }

    private async Task SetAsync(string key, string value)
    {
        await ExecuteAsync("insert into setting (key, value) values ($1, $2::jsonb) on conflict (key) do update set value = excluded.value", P(key), P(value));
        Host.Services.GetRequiredService<ReferenceStore>().Invalidate();
    }
}
