using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WorkflowHost.StudioApi;

namespace Workflows.Tests.Managers;

/// <summary>What viewers of instances are told over the hub, and who is told.</summary>
[Collection("demo in January")]
public sealed class InstanceHubTests(DemoInJanuary demo)
{
    private static readonly string[] Three = ["ActivityExecutionLogUpdatedAsync", "WorkflowExecutionLogUpdatedAsync", "WorkflowInstanceUpdatedAsync"];

    [Fact]
    public async Task A_viewer_is_told_of_a_burst_by_Elsas_three_messages()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var id = await StartAsync(designer, "hub-mot");
        await using var viewer = await HubClient.ConnectAsync(designer);
        (await viewer.ObserveAsync(id)).ShouldBeNull();
        await GoOnAsync(designer, "hub-mot");

        var (figures, journal, instance) = (await viewer.NextAsync(), await viewer.NextAsync(), await viewer.NextAsync());
        (figures.Name, journal.Name, instance.Name).ShouldBe((Three[0], Three[1], Three[2]));
        var stats = figures.Body["stats"]!.AsArray();
        // The workflow and its drawing have no box.
        stats.Select(s => s!["activityNodeId"]!.ToString()).Order().ShouldBe(["Workflow1:chuoi:cho", "Workflow1:chuoi:viet"]);
        foreach (var one in stats)
        {
            one!.AsObject().Select(m => m.Key).ShouldBe(["activityId", "activityNodeId", "startedCount", "completedCount", "uncompletedCount", "isBlocked", "isFaulted", "faultedCount", "metadata"]);
            (one["startedCount"]!.GetValue<int>(), one["completedCount"]!.GetValue<int>(), one["isBlocked"]!.GetValue<bool>()).ShouldBe((1, 1, false));
        }

        journal.Body.ShouldBeEmpty();
        instance.Body.ToJsonString().ShouldBe($$"""{"workflowInstanceId":"{{id}}"}""");
    }

    [Fact]
    public async Task Nobody_connects_without_signing_in()
    {
        using var nobody = await demo.ProgramAsync();
        (await HubClient.NegotiateAsync(nobody)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await nobody.GetAsync(new Uri("/elsa/hubs/workflow-instance", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var browser = await demo.BrowserAsync("thietke");
        (await HubClient.NegotiateAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "the session's cookie alone is another page's, too");
        var page = await browser.GetStringAsync(new Uri("/designer", UriKind.Relative));
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", Regex.Match(page, "name=\"antiforgery\" content=\"([^\"]+)\"").Groups[1].Value);
        (await HubClient.NegotiateAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.OK, "as Studio comes");
    }

    /// <summary>The same burst is told to who may see the instance, so it was there to be told.</summary>
    [Fact]
    public async Task Who_may_not_see_an_instance_is_told_nothing_of_it()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var stranger = await demo.ProgramAsync("chutich.bvdkt");
        var id = await StartAsync(designer, "hub-la");
        var watch = demo.App.Services.GetRequiredService<InstanceWatch>();
        await using var without = await HubClient.ConnectAsync(stranger);
        var before = watch.Count;
        foreach (var asked in (string[])[id, Guid.NewGuid().ToString(), "x", ""]) await without.ObserveAsync(asked);
        watch.Count.ShouldBe(before, "nothing is watched for them");
        await using var with = await HubClient.ConnectAsync(designer);
        await with.ObserveAsync(id);
        await GoOnAsync(designer, "hub-la");
        foreach (var name in Three) (await with.NextAsync()).Name.ShouldBe(name);
        without.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Who_may_see_it_no_more_is_told_nothing_from_then_on()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var other = await demo.ProgramAsync("chutich.bvdkhb");
        var id = await StartAsync(designer, "hub-thoi");
        await demo.ExecuteAsync("insert into role_assignment (person_id, role, unit_id) select p.id, 'Designer', u.id from person p, unit u where p.user_name = 'chutich.bvdkhb' and u.code = 'TLD'");
        await using var former = await HubClient.ConnectAsync(other);
        await former.ObserveAsync(id);
        await using var with = await HubClient.ConnectAsync(designer);
        await with.ObserveAsync(id);

        await demo.ExecuteAsync("delete from role_assignment a using person p where p.id = a.person_id and p.user_name = 'chutich.bvdkhb' and a.role = 'Designer'");
        await GoOnAsync(designer, "hub-thoi");

        foreach (var name in Three) (await with.NextAsync()).Name.ShouldBe(name);
        former.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Many_viewers_are_all_told_and_let_go_when_they_leave()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var ids = new[] { await StartAsync(designer, "hub-nhieu-1"), await StartAsync(designer, "hub-nhieu-2") };
        var watch = demo.App.Services.GetRequiredService<InstanceWatch>();
        await UntilAsync(() => watch.Count == 0);
        var viewers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => HubClient.ConnectAsync(designer)));
        await Task.WhenAll(viewers.Select((v, i) => v.ObserveAsync(ids[i % 2])));
        await viewers[0].ObserveAsync(ids[0]);
        watch.Count.ShouldBe(2);
        await GoOnAsync(designer, "hub-nhieu-1");
        await GoOnAsync(designer, "hub-nhieu-2");
        for (var i = 0; i < viewers.Length; i++)
        {
            foreach (var name in Three[..2]) (await viewers[i].NextAsync()).Name.ShouldBe(name);
            (await viewers[i].NextAsync()).Body["workflowInstanceId"]!.ToString().ShouldBe(ids[i % 2], "each is told of its own");
        }

        for (var i = 1; i < viewers.Length; i += 2) await viewers[i].DisposeAsync();
        await UntilAsync(() => watch.Count == 1);
        for (var i = 0; i < viewers.Length; i += 2) await viewers[i].DisposeAsync();
        await UntilAsync(() => watch.Count == 0);
    }

    [Fact]
    public async Task One_connection_watches_a_bounded_number_of_instances()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, "hub-qua");
        using var started = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/hub-qua/bulk-dispatch", new { count = InstanceHub.MostWatched + 1 });
        var ids = JsonNode.Parse(await started.Content.ReadAsStringAsync())!["workflowInstanceIds"]!.AsArray().Select(i => i!.ToString()).ToArray();
        await using var viewer = await HubClient.ConnectAsync(designer);
        foreach (var id in ids[1..]) (await viewer.ObserveAsync(id)).ShouldBeNull();
        (await viewer.ObserveAsync(ids[0])).ShouldNotBeNull().ShouldContain("at most 50");
        (await viewer.ObserveAsync(ids[1])).ShouldBeNull("it is watched already");
    }

    /// <summary>A viewer reads the instance first and asks to be told afterwards; what came in between must not be lost.</summary>
    [Fact]
    public async Task What_happened_between_reading_and_watching_is_told_at_once()
    {
        using var designer = await demo.ProgramAsync("thietke");
        var id = await StartAsync(designer, "hub-giua");
        (await designer.GetAsync(new Uri($"/elsa/api/workflow-instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await GoOnAsync(designer, "hub-giua");
        await using var late = await HubClient.ConnectAsync(designer);
        await late.ObserveAsync(id);
        foreach (var name in Three) (await late.NextAsync()).Name.ShouldBe(name);

        (await designer.GetAsync(new Uri($"/elsa/api/workflow-instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var knowing = await HubClient.ConnectAsync(designer);
        await knowing.ObserveAsync(id);
        await knowing.ObserveAsync(id);
        knowing.Waiting.ShouldBe(0, "it has read what there is");
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Postgres.Patience) throw new TimeoutException("Waited in vain.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static async Task ImportAsync(HttpClient designer, string name) =>
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", StudioTests.Waiting(name, name))).EnsureSuccessStatusCode();

    private static async Task<string> StartAsync(HttpClient designer, string name)
    {
        await ImportAsync(designer, name);
        using var run = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{name}/execute", new { });
        return run.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    private static async Task GoOnAsync(HttpClient designer, string name)
    {
        using var answer = await designer.PostAsJsonAsync($"/elsa/api/events/{name}/trigger", new { });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
