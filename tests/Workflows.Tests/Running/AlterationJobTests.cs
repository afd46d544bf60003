using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What came of an alteration stands where it was asked for, with the burst's own commit; and no request waits for more than a few instances.</summary>
public sealed class AlterationJobTests : CommittedCases
{
    private OperateInstance Operate => new(Database, Host.Services.GetRequiredService<Runner>(), Host.Services.GetRequiredService<Nudge>());

    private SubmitAlterations Submit => new(Database, Host.Services.GetRequiredService<Nudge>());

    [Fact]
    public async Task Each_of_two_wishes_of_one_burst_has_an_outcome_of_its_own_in_the_commit_of_the_burst()
    {
        var id = await WaitingAsync();
        await using (var connection = await Database.OpenConnectionAsync())
            foreach (var variable in new[] { "v", "none" })
                await OperateInstance.TakeAsync(connection, Actor.System, [id], EventKind.Alter, new JsonObject { ["alterations"] = Modify(variable, 1) }, Host.Now, Host.Now, default);
        await RunReadyAsync();

        (await TextAsync($"select string_agg(outcomes::text, ' ' order by event_id) from alteration_job where instance_id = '{id}'")).ShouldBe(
            """[{"type": "ModifyVariable", "refusal": null}] [{"type": "ModifyVariable", "refusal": "There is no variable 'none' in this instance."}]""");
        (await TextAsync("select count(*) || ' ' || bool_and(j.xmin = w.xmin) from alteration_job j join journal w on w.instance_id = j.instance_id and w.burst = 2")).ShouldBe("2 true");
    }

    [Fact]
    public async Task What_an_instance_that_is_stopped_was_asked_for_has_its_reason()
    {
        var id = await WaitingAsync();
        await ExecuteAsync("update definition_version set document = jsonb_set(document::jsonb, '{root}', '[]')::text");
        Host.Services.GetRequiredService<WorkflowEngine.Definitions.DefinitionStore>().Versions.Forget();
        var answer = await Operate.AlterAsync(Actor.System, id, Modify("v", 1), Host.Now, Host.Now);
        answer.ShouldBeOfType<OperateAnswer.Taken>().Log.ShouldHaveSingleItem().Refusal.ShouldNotBeNullOrEmpty();
    }

    /// <summary>An event that was there before ends it in the same burst.</summary>
    [Fact]
    public async Task An_instance_that_ends_before_its_turn_is_not_called_altered()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"))), true);
        var id = await StartAsync("d");
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', json_build_object('bookmarkId', id), $1 from bookmark", Instant(Host.Now));
        var answer = await Operate.AlterAsync(Actor.System, id, Modify("v", 1), Host.Now, Host.Now);
        answer.ShouldBeOfType<OperateAnswer.NotNow>().SubStatus.ShouldBe("Finished");
    }

    [Theory]
    [InlineData(EventKind.Alter)]
    [InlineData(EventKind.Retry)]
    public async Task Of_many_a_request_runs_the_first_few_and_says_of_the_others_that_they_are_taken_in(string kind)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < Runner.MostInRequest + 5; i++) ids.Add(await WaitingAsync());
        if (kind == EventKind.Retry) await ExecuteAsync("update instance set incident_count = 1");
        Guid[] asked = [.. ids, Guid.NewGuid()];

        var answers = kind == EventKind.Alter ? await Operate.AlterEachAsync(Actor.System, asked, Modify("v", 2), Host.Now, Host.Now) : await Operate.RetryEachAsync(Actor.System, asked, Host.Now, Host.Now);

        answers[^1].ShouldBeOfType<OperateAnswer.Unknown>();
        answers.SkipLast(1).ShouldAllBe(a => a is OperateAnswer.Taken);
        answers.SkipLast(1).Skip(Runner.MostInRequest).ShouldAllBe(a => !((OperateAnswer.Taken)a).Settled);
        ((OperateAnswer.Taken)answers[0]).ShouldSatisfyAllConditions(a => a.Settled.ShouldBeTrue(), a => a.Log.Count.ShouldBe(kind == EventKind.Alter ? 1 : 0));
        await RunReadyAsync();
        (await TextAsync("select count(*) || ' ' || count(outcomes) from alteration_job")).ShouldBe(kind == EventKind.Alter ? "25 25" : "0 0");
        (await TextAsync("select count(*)::text from instance_event")).ShouldBe("0");
        (await TextAsync($"select count(distinct at) || ' ' || count(*) from audit where action = 'instance.{kind}'")).ShouldBe("1 25");
    }

    [Fact]
    public async Task A_filter_by_activity_looks_through_so_many_instances_and_no_more()
    {
        var id = await WaitingAsync();
        await ExecuteAsync("""
            insert into instance (id, definition_id, definition_version_id, version, root_id, created_at, updated_at)
            select g, 'many', 'many', 1, g, '2026-11-20', '2026-11-20' from (select gen_random_uuid() as g from generate_series(1, $1)) x
            """, P(SubmitAlterations.MostLookedThrough));
        await ExecuteAsync("insert into instance_state (instance_id, state) select i.id, s.state from instance i, (select state from instance_state) s where i.definition_id = 'many'");
        await ExecuteAsync("analyze instance");

        (await Submit.ChooseAsync(Actor.System, new AlterationFilter(ActivityIds: ["w"]))).AreTooMany.ShouldBeTrue();
        var named = await Submit.ChooseAsync(Actor.System, new AlterationFilter(DefinitionIds: ["d"], ActivityIds: ["w"]));
        (named.AreTooMany, named.Instances.ShouldHaveSingleItem()).ShouldBe((false, id));
        (await Submit.ChooseAsync(Actor.System, new AlterationFilter(DefinitionIds: ["d"], ActivityIds: ["end"]))).Instances.ShouldBeEmpty();
        var answer = await Submit.RunAsync(Actor.System, "p", Modify("v", 1), new AlterationFilter(ActivityIds: ["w"]), [], Host.Now, Host.Now);
        answer.Answer.ShouldBe(SubmitAnswer.TooMany);
    }

    /// <summary>Of plans submitted before there was a place for it.</summary>
    [Fact]
    public async Task What_came_of_earlier_plans_is_read_from_their_journals_once()
    {
        var (id, over) = (await WaitingAsync(), await WaitingAsync());
        (await Submit.RunAsync(Actor.System, "p", [.. Modify("v", 1).Concat(Modify("none", 1)).Select(m => m!.DeepClone())], new AlterationFilter(Instances: [id, over]), [], Host.Now, Host.Now)).Answer.ShouldBe(SubmitAnswer.Submitted);
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, 'cancel', '{}', $2)", P(over), Instant(Host.Now));
        await ExecuteAsync("update instance_event set id = default where instance_id = $1 and kind = 'alter'", P(over));
        await ExecuteAsync("update alteration_job j set event_id = e.id from instance_event e where e.instance_id = j.instance_id and e.kind = 'alter'");
        await RunReadyAsync();
        var known = await TextAsync("select string_agg(instance_id || outcomes::text, ' ' order by instance_id) from alteration_job");
        known.ShouldContain("'none'");
        await ExecuteAsync("update alteration_job set outcomes = null");

        var sql = Migration.ReadFrom(typeof(Migration).Assembly).Single(m => m.Number == 19).Sql;
        await ExecuteAsync(sql[sql.IndexOf("update alteration_job", StringComparison.Ordinal)..]);

        (await TextAsync("select string_agg(instance_id || outcomes::text, ' ' order by instance_id) from alteration_job")).ShouldBe(known);
        var (plan, jobs) = (await Submit.FindAsync(Actor.System, "p", 0, 10))!.Value;
        (plan.Total, plan.Waiting, jobs.Count(j => j.Outcomes.Count == 2), jobs.Count(j => j.Outcomes.Count == 0)).ShouldBe((2, 0, 1, 1));
    }

    private static JsonArray Modify(string variable, int value) => [new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = variable, ["value"] = value }];

    private bool _imported;

    private async Task<Guid> WaitingAsync()
    {
        if (!_imported)
            await Host.ImportAsync(Definition("d", Sequence(Wait("w"), Line("end")), ("variables", new JsonArray(
                new JsonObject { ["id"] = "v", ["name"] = "v", ["typeName"] = "Object", ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }))), true);
        _imported = true;
        return await StartAsync("d");
    }
}
