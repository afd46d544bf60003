using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Workflows.Tests.Managers;

/// <summary>How far a person's rights reach over the Elsa contract, and that nobody else's link or token acts by them.</summary>
public sealed class StudioReachTests(DemoInJanuary demo) : IClassFixture<DemoInJanuary>
{
    [Fact]
    public async Task A_link_somebody_else_wrote_starts_nothing_in_the_name_of_who_clicks_it()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, "csrf-thu");
        using var browser = await demo.BrowserAsync("thietke");

        var answer = await browser.GetAsync(At("/elsa/api/workflow-definitions/csrf-thu/execute"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await demo.CountAsync("select count(*) from every_instance where definition_id = 'csrf-thu'")).ShouldBe(0);
        (await designer.GetAsync(At("/elsa/api/workflow-definitions/csrf-thu/execute"))).StatusCode.ShouldBe(HttpStatusCode.OK, "a bearer token comes from no link");
    }

    [Fact]
    public async Task A_link_somebody_else_wrote_retries_nothing_either()
    {
        using var browser = await demo.BrowserAsync("quantri");

        var answer = await browser.GetAsync(At($"/elsa/api/alterations/workflows/retry?workflowInstanceIds={Guid.NewGuid()}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["type"]!.ToString().ShouldBe("antiforgery_required");
    }

    [Fact]
    public async Task An_event_reaches_no_instance_of_a_unit_the_designer_has_no_role_at()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, "xa-thu");
        var id = await StartAsync(designer, "xa-thu");
        // The same rights at one grassroots union only: the instance belongs to the confederation above.
        await DesignsAsync("vanthu.cdyt", "CDCS-BVMAT");
        using var low = await demo.ProgramAsync("vanthu.cdyt");
        (await low.GetAsync(At($"/elsa/api/workflow-instances/{id}"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var aimed = await low.PostAsJsonAsync("/elsa/api/events/xa-thu/trigger", new { workflowInstanceId = id });
        var wide = await low.PostAsJsonAsync("/elsa/api/events/xa-thu/trigger", new { });

        aimed.StatusCode.ShouldBe(HttpStatusCode.NotFound, await aimed.Content.ReadAsStringAsync());
        wide.StatusCode.ShouldBe(HttpStatusCode.Conflict, await wide.Content.ReadAsStringAsync());
        (await demo.CountAsync("select count(*) from stimulus where name = 'xa-thu'")).ShouldBe(0, "kept, it would go to whoever waits");
        (await demo.CountAsync($"select count(*) from every_instance where id = '{id}' and sub_status = 'Finished'")).ShouldBe(0);

        // Their own it reaches.
        var own = await StartAsync(low, "xa-thu");
        (await low.PostAsJsonAsync("/elsa/api/events/xa-thu/trigger", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await demo.SettleAsync(own);
        (await demo.CountAsync($"select count(*) from every_instance where id = '{own}' and sub_status = 'Finished'")).ShouldBe(1);
        (await demo.CountAsync($"select count(*) from every_instance where id = '{id}' and sub_status = 'Suspended'")).ShouldBe(1);
    }

    [Fact]
    public async Task Cancelling_all_of_a_definition_means_all_within_reach()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, "huy-het");
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/huy-het/bulk-dispatch", new { count = 501 })).EnsureSuccessStatusCode();
        await DesignsAsync("chutich.bvdl", "CDCS-BVDL");
        using var low = await demo.ProgramAsync("chutich.bvdl");
        await StartAsync(low, "huy-het");

        var own = await low.PostAsJsonAsync("/elsa/api/bulk-actions/cancel/workflow-instances", new { definitionId = "huy-het" });
        var none = await low.PostAsJsonAsync("/elsa/api/bulk-actions/cancel/workflow-instances", new { definitionId = "huy-het" });
        var all = await designer.PostAsJsonAsync("/elsa/api/bulk-actions/cancel/workflow-instances", new { definitionId = "huy-het" });

        (await own.Content.ReadFromJsonAsync<JsonNode>())!["cancelledCount"]!.GetValue<int>().ShouldBe(1);
        none.StatusCode.ShouldBe(HttpStatusCode.Conflict, "nothing of theirs runs any more");
        all.StatusCode.ShouldBe(HttpStatusCode.Accepted, "too many for a request: the pulses run them");
        (await all.Content.ReadFromJsonAsync<JsonNode>())!["cancelledCount"]!.GetValue<int>().ShouldBe(501);
        (await demo.CountAsync("select count(*) from audit where action = 'instance.cancel' and detail ->> 'reason' <> ''")).ShouldBe(502);
        await demo.SettleAllAsync();
        (await demo.CountAsync("select count(*) from instance where definition_id = 'huy-het' and status = 'Running'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_name_given_twice_resumes_nothing_and_is_no_failure_of_ours()
    {
        using var designer = await demo.ProgramAsync("thietke");
        await ImportAsync(designer, "hai-ten");
        using var started = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/hai-ten/execute", new { });
        var id = started.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        var bookmark = JsonNode.Parse(await started.Content.ReadAsStringAsync())!["workflowState"]!["bookmarks"]![0]!["id"];
        using var entrust = new HttpRequestMessage(HttpMethod.Post, At($"/elsa/api/workflow-instances/{id}/bookmarks/{bookmark}/token")) { Content = JsonContent.Create(new { minutes = 5 }) };
        entrust.Headers.Host = "khac.example";
        var told = JsonNode.Parse(await (await designer.SendAsync(entrust)).Content.ReadAsStringAsync())!;
        told["url"]!.ToString().ShouldNotContain("khac.example", Case.Insensitive, "the address is the installation's, not the request's");
        using var nobody = await demo.ProgramAsync();
        using var twice = new StringContent("""{"input":{"a":1},"input":{"a":2}}""", Encoding.UTF8, "application/json");

        var answer = await nobody.PostAsync(At($"/elsa/api/bookmarks/resume?t={told["token"]}"), twice);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
        (await demo.CountAsync($"select count(*) from bookmark where instance_id = '{id}' and taken_at is null")).ShouldBe(1);
    }

    private static async Task ImportAsync(HttpClient designer, string name) =>
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", StudioTests.Waiting(name, name))).EnsureSuccessStatusCode();

    private static async Task<string> StartAsync(HttpClient designer, string name)
    {
        using var started = await designer.PostAsJsonAsync($"/elsa/api/workflow-definitions/{name}/execute", new { });
        return started.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    private Task DesignsAsync(string person, string unit) => demo.ExecuteAsync(
        $"insert into role_assignment (person_id, role, unit_id) select p.id, 'Designer', u.id from person p, unit u where p.user_name = '{person}' and u.code = '{unit}'");

    private static Uri At(string path) => new(path, UriKind.Relative);
}
