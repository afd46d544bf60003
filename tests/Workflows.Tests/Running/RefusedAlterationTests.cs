using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using Workflows.Conformance;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What is wrong with an alteration stops the alteration, with its reason, and not the instance, which goes on as it was.</summary>
public sealed class RefusedAlterationTests : CommittedCases
{
    private const string Missing = "missing is not defined";
    private readonly MemoryEngine _engine = new();

    public static TheoryData<string, string, string> FailingHalfWay => new()
    {
        { "loop", "body", Missing }, { "join", "w", Missing }, { "unreached", "apart", "cannot be reached" }, { "items", "w", Missing },
    };

    [Theory]
    [MemberData(nameof(FailingHalfWay))]
    public void A_step_whose_end_leads_to_a_failure_is_not_cancelled(string drawing, string step, string reason)
    {
        // The first execution is let through by v, which the test takes away.
        var condition = Expression("JavaScript", "variables.V ? true : missing()");
        _engine.Import(Definition("d", drawing switch
        {
            "loop" => Of("Elsa.While", "loop", ("condition", condition), ("body", SequenceOf("body", Wait("w")))),
            "items" => SequenceOf("all", Of("Elsa.Sequence", "s"), Of("Elsa.While", "loop", ("condition", condition), ("body", Wait("w")))),
            "join" => Flow("s>w w>j j>end s>o o>j", Line("s"), Wait("w"), Wait("o"), Of("Elsa.FlowJoin", "j", ("mode", Expression("JavaScript", "variables.V ? 'WaitAny' : missing()"))), Line("end")),
            _ => Flow("s>w", Line("s"), Wait("w"), Wait("apart")),
        }, ("variables", Kept("V", "Object", true))));
        var instance = _engine.Start("d");
        if (drawing == "unreached") Alter(instance, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "apart" }).Refusal.ShouldBeNull();
        var (before, waits) = (instance.State, instance.WaitingAt.ToArray());
        var known = instance.Journal.Count;

        // Of several the first that fails stops the rest; what was done before it stays.
        var outcomes = AlterAll(instance, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "V", ["value"] = false }, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = step }, new JsonObject { ["type"] = "Cancel" });

        outcomes.Select(o => o.Refusal is null).ShouldBe([true, false]);
        outcomes[1].Refusal!.ShouldContain(reason);
        instance.Journal.Skip(known).Select(j => j.Event).ShouldBe(["Alteration ModifyVariable succeeded", "Alteration CancelActivity failed"]);
        instance.WaitingAt.ShouldBe(waits, ignoreOrder: true);
        (instance.State.SubStatus, instance.Incidents.Count, instance.State.Contexts.Count).ShouldBe((SubStatus.Suspended, 0, before.Contexts.Count));
        instance.State.Contexts[0].Variables!["V"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void What_waits_within_something_that_has_ended_moves_along_or_refuses_the_migration()
    {
        _engine.Import(Definition("d", Flow("s>e s>w", Line("s"), Of("Elsa.End", "e"), Wait("w"))));
        var instance = _engine.Start("d");
        instance.WaitingAt.ShouldBe(["w"]);
        _engine.Import(Definition("d", Flow("s>e s>x", Line("s"), Of("Elsa.End", "e"), Of("Elsa.Event", "x", ("eventName", "w")))));

        Alter(instance, new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }).Refusal.ShouldBe("Version 2 has no place for the activity 'w', which waits.");
        Alter(instance, new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2, ["mapping"] = new JsonObject { ["w"] = "x" } }).Refusal.ShouldBeNull();
        instance.WaitingAt.ShouldBe(["x"]);
        _engine.Publish("w");
        (instance.State.SubStatus, instance.Workflow.Version).ShouldBe((SubStatus.Finished, 2));
    }

    public static TheoryData<string, string> NotKept => new()
    {
        { "{\"text\": \"" + new string('x', Runner.MaximumStateBytes) + "\"}", "256 kB" },
        { "[\"\\u0000\"]", "U+0000" },
        { new string('[', 60) + new string(']', 60), "nested deeper" },
    };

    /// <summary>JSON in a text is read for a variable of JSON: what no request could bring as itself.</summary>
    [Theory]
    [MemberData(nameof(NotKept))]
    public async Task A_value_that_cannot_be_kept_is_refused_and_what_came_with_it_is_done(string value, string reason)
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"), Line("end")), ("variables", Kept("v", "JsonNode", null))), true);
        var id = await StartAsync("d");
        var before = await TextAsync($"select state ->> 'contexts' from instance_state where instance_id = '{id}'");
        JsonObject Give(string given) => new() { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = given };

        await AlterAsync(id, Give(value), new JsonObject { ["type"] = "Cancel" });
        (await StandsAsync(id)).ShouldBe("Suspended 0");
        (await TextAsync($"select state ->> 'contexts' from instance_state where instance_id = '{id}'")).ShouldBe(before);
        (await OutcomesAsync(id)).ShouldHaveSingleItem().ShouldContain(reason);

        // Two requests of one moment and an event: each for itself.
        foreach (var body in new[] { Altering(Give("[1]"), Give(value)), Altering(Give("[2]")) })
            await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, 'alter', $2, $3)", P(id), JsonText(body.ToJsonString()), Instant(Host.Now));
        await RunReadyAsync();
        (await TextAsync($"select state -> 'contexts' -> 0 -> 'variables' ->> 'v' from instance_state where instance_id = '{id}'")).ShouldBe("[2]");
        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        (await StandsAsync(id)).ShouldBe("Finished 0");
        var replay = await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id);
        replay!.Difference.ShouldBeNull();
    }

    /// <summary>The burst runs, PostgreSQL refuses what it would write: a task of a unit that is not there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_step_whose_rows_are_refused_is_not_scheduled_and_the_instance_goes_on_as_it_was(int instances)
    {
        await Host.ImportAsync(Definition("d", Flow("s>w w>end", Line("s"), Wait("w"), Wait("end"), Of("Workflows.HumanTask", "ask", ("title", "Nộp"), ("roles", new JsonArray("Chair")), ("unit", "nowhere"))),
            ("variables", Kept("v", "Object", null))), true);
        var ids = new List<Guid>();
        for (var i = 0; i < instances; i++) ids.Add(await StartAsync("d"));
        var (body, change) = (Altering(Given(1), new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "ask" }, Given(3)), Altering(Given(2)));
        foreach (var given in new[] { body, change })
            await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select id, 'alter', $1, $2 from instance", JsonText(given.ToJsonString()), Instant(Host.Now));
        // An event of the same burst is taken, and what comes behind is not lost.
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', json_build_object('bookmarkId', id), $1 from bookmark", Instant(Host.Now));
        await RunReadyAsync();

        foreach (var id in ids)
        {
            (await StandsAsync(id)).ShouldBe("Suspended 0");
            (await OutcomesAsync(id)).ShouldHaveSingleItem().ShouldStartWith("A task is for a unit that is not there");
            (await TextAsync($"select state -> 'contexts' -> 0 -> 'variables' ->> 'v' from instance_state where instance_id = '{id}'")).ShouldBe("2");
            (await TextAsync($"select activity_id from bookmark where instance_id = '{id}'")).ShouldBe("end");
            (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
        }

        (await TextAsync("select count(*) || ' ' || (select count(*) from incident) || ' ' || (select count(*) from task) from instance_event")).ShouldBe("0 0 0");

        static JsonObject Given(int value) => new() { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = value };
    }

    /// <summary>A step of the instance's own way stops it, as without the alteration that came with it.</summary>
    [Fact]
    public async Task Rows_of_another_step_that_are_refused_stop_the_instance()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("w"), Of("Workflows.HumanTask", "ask", ("title", "Nộp"), ("roles", new JsonArray("Chair")), ("unit", "nowhere"))), ("variables", Kept("v", "Object", null))), true);
        var id = await StartAsync("d");
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) select instance_id, 'resume', json_build_object('bookmarkId', id), $1 from bookmark", Instant(Host.Now));
        await AlterAsync(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = 1 });
        (await StandsAsync(id)).ShouldBe("Faulted 1 CommitFailed");
        (await TextAsync("select kind from held_event")).ShouldBe("resume");
        (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    /// <summary>Six letters that are written as an escape is.</summary>
    [Fact]
    public async Task A_text_that_only_looks_like_a_character_that_cannot_be_stored_is_replayed_as_it_came()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("w")), ("variables", Kept("v", "String", null))), true);
        var id = await StartAsync("d");
        await AlterAsync(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "v", ["value"] = "\\u0000" });
        (await StandsAsync(id)).ShouldBe("Suspended 0");
        (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    /// <summary>What it fails on is not the alteration: the instance is stopped, as without it.</summary>
    [Fact]
    public async Task An_alteration_that_is_not_to_blame_hides_no_failure()
    {
        var names = new[] { "v", "w", "x" };
        await Host.ImportAsync(Definition("d", SequenceOf("all", [Wait("go"), .. names.Select(n => Of("Elsa.RunJavaScript", "give-" + n, ("script", $"setVariable('{n}', 'x'.repeat(90000))"))), Wait("never")]),
            ("variables", new JsonArray([.. names.Append("y").Select(n => Kept(n, "Object", null)[0]!.DeepClone())]))), true);
        var id = await StartAsync("d");
        var wait = await TextAsync("select id::text from bookmark");
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, at) values ($1, 'resume', $2, $3)", P(id), JsonText(new JsonObject { ["bookmarkId"] = wait }.ToJsonString()), Instant(Host.Now));
        await AlterAsync(id, new JsonObject { ["type"] = "ModifyVariable", ["variableId"] = "y", ["value"] = 1 });
        (await StandsAsync(id)).ShouldBe("Faulted 1 StateTooLarge");
        (await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    private static JsonArray Kept(string name, string type, JsonNode? value) =>
        [new JsonObject { ["id"] = name, ["name"] = name, ["typeName"] = type, ["value"] = value, ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver" }];

    private static JsonObject Altering(params JsonObject[] alterations) => new() { ["alterations"] = new JsonArray([.. alterations]) };

    private AlterationOutcome Alter(MemoryInstance instance, JsonObject alteration) => AlterAll(instance, alteration).ShouldHaveSingleItem();

    private List<AlterationOutcome> AlterAll(MemoryInstance instance, params JsonObject[] alterations)
    {
        instance.Alterations.Clear();
        _engine.Tell(instance, EventKind.Alter, Altering(alterations));
        return instance.Alterations;
    }

    private Task AlterAsync(Guid id, params JsonObject[] alterations) => Host.TellAsync(id, EventKind.Alter, Altering(alterations));

    private async Task<List<string>> OutcomesAsync(Guid id) => await Command(
        await Database.OpenConnectionAsync(), "select e ->> 'message' from journal, json_array_elements(entries) as e where instance_id = $1 and e ->> 'event' like 'Alteration % failed'", P(id))
        .ListAsync(r => r.GetString(0), default);

    private Task<string> StandsAsync(Guid id) =>
        TextAsync($"select concat_ws(' ', sub_status, incident_count, (select string_agg(kind, ' ') from incident where instance_id = i.id and resolved_at is null)) from instance i where id = '{id}'");
}
