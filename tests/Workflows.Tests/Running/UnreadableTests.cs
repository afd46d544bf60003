using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using Workflows.Conformance;
using static WorkflowEngine.Storage.Db;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>What is stored and cannot be read any more stops the instance it belongs to, with an incident, and no other.</summary>
public sealed class UnreadableTests : CommittedCases
{
    [Fact]
    public async Task A_version_that_cannot_be_read_stops_its_instance_alone_until_it_is_mended()
    {
        await Host.ImportAsync(Definition("broken", Sequence(Wait("go"), Line("end"))), true);
        await Host.ImportAsync(Definition("sound", Sequence(Wait("go"))), true);
        var (broken, sound) = (await StartAsync("broken"), await StartAsync("sound"));
        var document = await SpoilAsync("broken");

        await Host.PublishAsync(new PublishedEvent("go", null, null, 7));
        var begun = await StartAsync("broken");

        (await StandsAsync(sound)).ShouldBe("Finished 0");
        (await StandsAsync(broken)).ShouldBe("Faulted 1 DefinitionUnreadable");
        (await StandsAsync(begun)).ShouldBe("Faulted 1 DefinitionUnreadable");
        (await TextAsync("select string_agg(kind, ' ' order by id) from held_event")).ShouldBe("resume start");

        await ExecuteAsync("update definition_version set document = $1 where definition_id = 'broken'", P(document));
        foreach (var id in new[] { broken, begun }) await Host.TellAsync(id, EventKind.Retry, []);
        (await StandsAsync(broken)).ShouldBe("Finished 0");
        (await StandsAsync(begun)).ShouldBe("Suspended 0");
        var replay = await Host.Services.GetRequiredService<ReplayInstance>().RunAsync(broken);
        replay!.Difference.ShouldBeNull();
    }

    [Fact]
    public async Task An_instance_whose_version_cannot_be_read_is_cancelled_with_all_it_has()
    {
        await Host.ImportAsync(Definition("kid", Sequence(Wait("never"))), true);
        await Host.ImportAsync(Definition("broken", Sequence(Of("Elsa.DispatchWorkflow", "k", ("workflowDefinitionId", "kid")), Wait("go")),
            ("options", new JsonObject { ["activationStrategyType"] = "SingletonStrategy" })), true);
        var id = await StartAsync("broken");
        await SpoilAsync("broken");

        var answer = await new CancelInstance(Database, Host.Services.GetRequiredService<Runner>()).RunAsync(Actor.System, id, "Dừng", Host.Now, Host.Now);

        answer.ShouldBeOfType<CancelAnswer.Taken>().Settled.ShouldBeTrue();
        await RunReadyAsync();
        (await TextAsync("select string_agg(sub_status, ' ') || ' ' || (select count(*) from activation) || ' ' || (select count(*) from bookmark) from instance")).ShouldBe("Cancelled Cancelled 0 0");
    }

    [Fact]
    public async Task What_has_ended_stays_so_though_its_version_cannot_be_read()
    {
        await Host.ImportAsync(Definition("broken", Sequence(Line("end"))), true);
        var id = await StartAsync("broken");
        await SpoilAsync("broken");
        await Host.TellAsync(id, EventKind.Resume, []);
        (await StandsAsync(id)).ShouldBe("Finished 0");
        (await TextAsync("select count(*)::text from instance_event")).ShouldBe("0");
    }

    [Fact]
    public async Task A_migration_to_a_version_that_cannot_be_read_is_refused_and_the_instance_goes_on()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"))), true);
        var id = await StartAsync("d");
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"), Line("end"))), true);
        await SpoilAsync("d", 2);
        await Host.TellAsync(id, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray("text", new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }) });
        (await StandsAsync(id)).ShouldBe("Suspended 0");
        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        (await StandsAsync(id)).ShouldBe("Finished 0");
    }

    [Theory]
    [InlineData("update instance_event set body = '[1]'", "update held_event set body = '{\"bookmarkId\": \"{0}\"}'")]
    [InlineData("update payload set body = '1'", "update payload set body = '{\"input\": {}}'")]
    public async Task An_event_that_cannot_be_read_stops_its_instance_alone_until_it_is_mended(string spoil, string mend)
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"), Line("end"))), true);
        var (broken, sound) = (await StartAsync("d"), await StartAsync("d"));
        var bookmark = await TextAsync($"select id::text from bookmark where instance_id = '{broken}'");
        await ExecuteAsync("insert into payload (id, body, created_at) values ($1, '{}', $2)", P(Guid.Empty), Instant(Host.Now));
        await ExecuteAsync("insert into instance_event (instance_id, kind, body, payload_id, at) values ($1, 'resume', jsonb_build_object('bookmarkId', $2::text), $3, $4)", P(broken), P(bookmark), P(Guid.Empty), Instant(Host.Now));
        await ExecuteAsync(spoil);
        await Host.TellAsync(sound, EventKind.Resume, new JsonObject { ["bookmarkId"] = await TextAsync($"select id::text from bookmark where instance_id = '{sound}'") });

        (await StandsAsync(sound)).ShouldBe("Finished 0");
        (await StandsAsync(broken)).ShouldBe("Faulted 1 EventUnreadable");

        await ExecuteAsync(mend.Replace("{0}", bookmark, StringComparison.Ordinal));
        await Host.TellAsync(broken, EventKind.Retry, []);
        (await StandsAsync(broken)).ShouldBe("Finished 0");
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_stops_its_instance_alone_until_it_is_mended()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"), Line("end"))), true);
        var (broken, sound) = (await StartAsync("d"), await StartAsync("d"));
        var state = await TextAsync($"select state::text from instance_state where instance_id = '{broken}'");
        await ExecuteAsync("update instance_state set state = replace(state::text, 'Suspended', 'Elsewhere')::json where instance_id = $1", P(broken));

        await Host.PublishAsync(new PublishedEvent("go", null, null, null));
        await Host.TellAsync(broken, EventKind.Continue, []);
        (await StandsAsync(sound)).ShouldBe("Finished 0");
        (await StandsAsync(broken)).ShouldBe("Faulted 1 StateUnreadable");

        await ExecuteAsync("update instance_state set state = $1::json where instance_id = $2", P(state), P(broken));
        await Host.TellAsync(broken, EventKind.Retry, []);
        (await StandsAsync(broken)).ShouldBe("Finished 0");
    }

    /// <summary>An event's own body below a shared one: they are put together while the whole batch is loaded.</summary>
    [Fact]
    public async Task An_event_that_gives_a_name_twice_stops_its_instance_alone()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"), Line("end"))), true);
        var (broken, sound) = (await StartAsync("d"), await StartAsync("d"));
        await ExecuteAsync("""
            with shared as (insert into payload (id, body, created_at) values (gen_random_uuid(), '{"input": {}}', '2026-11-20') returning id)
            insert into instance_event (instance_id, kind, body, payload_id, at)
            select b.instance_id, 'resume', case when b.instance_id = $1 then '{"bookmarkId": "x", "bookmarkId": "y"}' else json_build_object('bookmarkId', b.id) end, s.id, '2026-11-20' from bookmark b, shared s
            """, P(broken));
        await RunReadyAsync();
        (await StandsAsync(sound)).ShouldBe("Finished 0");
        (await StandsAsync(broken)).ShouldBe("Faulted 1 EventUnreadable");
    }

    /// <summary>One state breaks no look into the states of all.</summary>
    [Fact]
    public async Task A_state_without_its_lists_is_passed_over_where_many_are_looked_through()
    {
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.HttpEndpoint", "go", ("path", "di"), ("supportedMethods", new JsonArray("GET"))), Line("end"))), true);
        var (broken, sound) = (await StartAsync("d"), await StartAsync("d"));
        await ExecuteAsync("update instance_state set state = '{\"contexts\": 5, \"bookmarks\": \"x\"}' where instance_id = $1", P(broken));

        var chosen = await new SubmitAlterations(Database, Host.Services.GetRequiredService<Nudge>()).ChooseAsync(Actor.System, new AlterationFilter(ActivityIds: ["go"]));
        chosen.Instances.ShouldBe([sound]);
        (await TakeRequest.FindAsync(Database, "GET", ["di"], null, null)).Endpoint!.InstanceId.ShouldBe(sound);
    }

    /// <summary>The setting is written by hand: policies that are none are none, and who names one gets an incident of its own.</summary>
    [Fact]
    public async Task Retry_policies_that_are_no_object_stop_nobody()
    {
        await ExecuteAsync("insert into setting (key, value) values ('retry-policies', '\"oops\"')");
        await Host.ImportAsync(Definition("d", Line("end")), true);
        (await StandsAsync(await StartAsync("d"))).ShouldBe("Finished 0");
    }

    /// <summary>Started by hand with what only a request brings.</summary>
    [Fact]
    public async Task An_answer_to_a_request_that_there_is_not_stops_nothing()
    {
        await Host.ImportAsync(Definition("d", Sequence(Of("Elsa.HttpEndpoint", "in", ("path", "di"), ("supportedMethods", new JsonArray("GET"))), Of("Elsa.WriteHttpResponse", "out", ("content", "x"), ("statusCode", 200)))), true);
        var id = Guid.CreateVersion7(Host.Now);
        await StartWorkflow.StartAsync(Database, new NewInstance(
            id, "d", 1, Input: new JsonObject { ["__HttpRequest"] = new JsonObject { ["call"] = "x" } }, Properties: new JsonObject { ["HttpCall"] = "y" }, TriggerActivityId: "in"), Actor.System, Host.Now);
        await RunReadyAsync();
        (await StandsAsync(id)).ShouldBe("Finished 0");
    }

    /// <summary>As deep as a request may send it: what is refused is refused before it is stored.</summary>
    [Fact]
    public async Task What_comes_with_an_event_is_not_kept_deeper_than_it_can_be_read()
    {
        await Host.ImportAsync(Definition("d", Sequence(Wait("go"), Line("end"))), true);
        await Host.ImportAsync(Definition("other", Sequence(Wait("stop"))), true);
        var (deep, other) = (await StartAsync("d"), await StartAsync("other"));
        JsonNode payload = new JsonArray();
        for (var level = 0; level < 70; level++) payload = new JsonArray(payload);
        await Host.PublishAsync(new PublishedEvent("go", null, null, payload));
        await Host.PublishAsync(new PublishedEvent("stop", null, null, null));
        (await StandsAsync(other)).ShouldBe("Finished 0");
        (await StandsAsync(deep)).ShouldBe("Faulted 1 EventUnreadable");
    }

    private async Task<string> SpoilAsync(string definition, int version = 1)
    {
        var document = await TextAsync($"select document from definition_version where definition_id = '{definition}' and version = {version}");
        await ExecuteAsync("update definition_version set document = jsonb_set(document::jsonb, '{root}', '[]')::text where definition_id = $1 and version = $2", P(definition), P(version));
        Host.Services.GetRequiredService<DefinitionStore>().Versions.Forget();
        return document;
    }

    private Task<string> StandsAsync(Guid id) =>
        TextAsync($"select concat_ws(' ', sub_status, incident_count, (select string_agg(kind, ' ') from incident where instance_id = i.id and resolved_at is null)) from instance i where id = '{id}'");
}
