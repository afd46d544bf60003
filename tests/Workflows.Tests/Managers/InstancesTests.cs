using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Workflows.Tests.Managers;

[Collection("demo in January")]
public sealed class InstancesTests(DemoInJanuary demo)
{
    [Fact]
    public async Task An_operator_reads_what_an_instance_waits_for_and_its_masked_journal()
    {
        using var operators = await demo.ProgramAsync("quantri.cdyt");
        var id = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL"))["instanceId"]!.ToString();

        var instance = (await operators.GetFromJsonAsync<JsonNode>($"/api/instances/{id}"))!;
        var journal = (await operators.GetStringAsync(new Uri($"/api/instances/{id}/journal", UriKind.Relative)))!;

        instance["subStatus"]!.ToString().ShouldBe("Suspended");
        var waits = instance["waits"]!.AsArray();
        waits.Select(w => w!["kind"]!.ToString()).Order().ShouldBe(["event", "task"]);
        waits.Single(w => w!["kind"]!.ToString() == "event")!["eventName"]!.ToString().ShouldBe("phan-bo-dai-bieu");
        JsonNode.Parse(journal)!["items"]!.AsArray().Count.ShouldBeGreaterThan(0);
        journal.ShouldNotContain("Hội trường");
    }

    [Fact]
    public async Task Events_that_nothing_waited_for_are_listed_for_operators_of_their_unit()
    {
        var database = demo.App.Services.GetRequiredService<Npgsql.NpgsqlDataSource>();
        await using (var insert = database.CreateCommand("""
            insert into stimulus (id, name, hash, correlation_id, payload_id, received_at, expires_at, has_begun) values
              (gen_random_uuid(), 'qua-han', 'x', $1, gen_random_uuid(), '2019-12-18 01:00Z', '2019-12-18 01:10Z', false),
              (gen_random_uuid(), 'da-bat-dau', 'x', $1, gen_random_uuid(), '2019-12-18 01:00Z', '2019-12-18 01:10Z', true),
              (gen_random_uuid(), 'con-giu', 'x', $1, gen_random_uuid(), '2019-12-18 01:00Z', '2099-12-18 01:10Z', false)
            """))
        {
            insert.Parameters.Add(new() { Value = demo.PlanId.ToString() });
            await insert.ExecuteNonQueryAsync();
        }

        using var operators = await demo.ProgramAsync("quantri.cdyt");
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        var unmatched = (await operators.GetFromJsonAsync<JsonNode>("/api/events/unmatched"))!.AsArray();
        (unmatched.ShouldHaveSingleItem()!["name"]!.ToString(), unmatched[0]!["keptUntil"]!.GetValue<DateTimeOffset>()).ShouldBe(("qua-han", new DateTimeOffset(2019, 12, 18, 1, 10, 0, TimeSpan.Zero)));
        (await officer.GetAsync(new Uri("/api/events/unmatched", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Others_do_not_learn_of_it()
    {
        var id = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL"))["instanceId"]!.ToString();
        using var officer = await demo.ProgramAsync("chuyenvien.cdyt");
        using var nobody = await demo.ProgramAsync();
        using var browser = await demo.BrowserAsync("chutich.bvdl");

        (await officer.GetAsync(new Uri($"/api/instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await officer.PostAsJsonAsync($"/api/instances/{id}/cancel", new { reason = "thử" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await nobody.GetAsync(new Uri($"/api/instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.GetAsync(new Uri($"/instances/{id}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Cancelling_ends_tasks_and_clocks_and_a_second_time_says_so()
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var operators = await demo.ProgramAsync("quantri");
        (await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/import", StudioTests.Waiting("huy-thu"))).EnsureSuccessStatusCode();
        var started = await designer.PostAsJsonAsync("/elsa/api/workflow-definitions/huy-thu/execute", new { });
        var id = started.Headers.GetValues("x-elsa-workflow-instance-id").Single();

        (await operators.PostAsJsonAsync($"/api/instances/{id}/cancel", new { reason = " " })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var cancelled = await operators.PostAsJsonAsync($"/api/instances/{id}/cancel", new { reason = "Chạy nhầm" });
        var again = await operators.PostAsJsonAsync($"/api/instances/{id}/cancel", new { reason = "Chạy nhầm" });

        cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
        var state = JsonNode.Parse(await cancelled.Content.ReadAsStringAsync())!;
        state["subStatus"]!.ToString().ShouldBe("Cancelled");
        state["waits"]!.AsArray().ShouldBeEmpty();
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await operators.PostAsJsonAsync($"/api/instances/{Guid.NewGuid()}/cancel", new { reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_of_an_operator_shows_waits_and_asks_for_a_reason()
    {
        var id = (await demo.TaskAsync("chuyenvien.cdyt", "keHoach", "CDCS-BVDL"))["instanceId"]!.ToString();
        using var browser = await demo.BrowserAsync("quantri.cdyt");

        var html = await browser.GetStringAsync(new Uri($"/instances/{id}", UriKind.Relative));
        using var empty = DemoInJanuary.Form(html, ("Reason", ""));
        var refused = await browser.PostAsync(new Uri($"/instances/{id}", UriKind.Relative), empty);

        DemoInJanuary.Words(html).ShouldContain("Chờ sự kiện “phan-bo-dai-bieu”.");
        DemoInJanuary.Words(await refused.Content.ReadAsStringAsync()).ShouldContain("Hãy ghi lý do");
    }
}
