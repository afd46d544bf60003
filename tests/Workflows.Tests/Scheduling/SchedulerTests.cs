using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using Workflows.Tests.Managers;

namespace Workflows.Tests.Scheduling;

[Collection("demo in January")]
public sealed class SchedulerTests(DemoInJanuary demo)
{
    [Fact]
    public async Task An_operator_sees_what_waits_and_what_runs_next()
    {
        using var operators = await demo.ProgramAsync("quantri");

        var view = (await operators.GetFromJsonAsync<JsonNode>("/api/scheduler"))!;

        view["lanes"]!.AsArray().Select(l => l!["backlog"]!["lane"]!.ToString()).ShouldBe(["triggers", "timers", "deadlines", "mails"]);
        view["lanes"]![2]!["backlog"]!["next"].ShouldNotBeNull("reminders of plan 23 are planned");
        view["jobs"]!.AsArray().Select(j => j!["name"]!.ToString()).ShouldBe(["Housekeeping", "SettleCalendars"]);
        view["jobs"]!.AsArray().ShouldAllBe(j => j!["nextAt"] != null);
        view["lateness"]!.AsArray().Sum(s => s!["rungs"]!.GetValue<long>()).ShouldBeGreaterThan(0);
        view["hosts"]!.AsArray().Count(h => h!["runs"]!.GetValue<bool>()).ShouldBe(1);
    }

    [Fact]
    public async Task Metrics_are_text_with_the_queues_and_what_was_counted()
    {
        using var operators = await demo.ProgramAsync("quantri");
        // Told is what the process has counted since this host started; what other tests did meanwhile must not matter.
        EngineMeter.Bursts.Add(1);
        EngineMeter.RungLateness.Record(1);
        EngineMeter.Mails.Add(1, new KeyValuePair<string, object?>("state", "sent"));

        var answer = await operators.GetAsync(new Uri("/api/scheduler/metrics", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        text.ShouldContain("# TYPE workflows_queue_depth gauge\nworkflows_queue_depth{queue=\"triggers\"} ");
        text.ShouldContain("workflows_outbox{state=\"dead\"} ");
        text.ShouldContain("# TYPE workflows_bursts_total counter\nworkflows_bursts_total ");
        text.ShouldContain("workflows_deadline_lateness_seconds_bucket{le=\"+Inf\"} ");
        text.ShouldContain("workflows_mails_total{state=\"");
        text.Split('\n').Where(l => l.Length > 0 && !l.StartsWith('#')).ShouldAllBe(l => IsNumber(l.Substring(l.LastIndexOf(' ') + 1)));
    }

    [Fact]
    public async Task A_broken_clock_is_named_by_the_words_of_its_task()
    {
        await demo.ExecuteAsync(
            """
            with one as (select d.task_id, d.purpose from deadline d join task t on t.id = d.task_id and t.status = 'open' and d.purpose <> 'review'
                         where d.next_at is not null and d.stopped_at is null and d.paused_at is null and d.due is not null limit 1),
            stopped as (update deadline d set next_at = null from one where d.task_id = one.task_id and d.purpose = one.purpose returning d.task_id)
            insert into audit (at, recorded_at, action, task_id, detail)
            select '2020-01-08 01:00:00Z', '2020-01-08 01:00:00Z', 'deadline.broken', task_id, '{"reason": "thử"}' from stopped
            """);
        using var operators = await demo.ProgramAsync("quantri");

        var title = await TitleAsync(operators);
        operators.DefaultRequestHeaders.Add("Cookie", "workflows.language=en");
        var english = await TitleAsync(operators);

        title.ShouldNotContain("{");
        english.ShouldNotContain("{");
        english.ShouldNotBe(title, "in the asker's language");

        static async Task<string> TitleAsync(HttpClient client) =>
            (await client.GetFromJsonAsync<JsonNode>("/api/scheduler"))!["brokenDeadlines"]!.AsArray().Single(b => b!["reason"]!.ToString() == "thử")!["title"]!.ToString();
    }

    [Theory]
    [InlineData("/api/scheduler")]
    [InlineData("/api/scheduler/metrics")]
    public async Task Others_see_nothing_of_it(string path)
    {
        using var chair = await demo.ProgramAsync("chutich.ldld");
        using var designer = await demo.ProgramAsync("thietke");
        using var nobody = await demo.ProgramAsync();

        (await chair.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await designer.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await nobody.GetAsync(new Uri(path, UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await designer.PostAsJsonAsync("/api/scheduler/mails/pause", new { text = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_pause_needs_a_reason_is_shown_and_ends_by_resuming()
    {
        using var operators = await demo.ProgramAsync("quantri");
        using var browser = await demo.BrowserAsync("quantri");

        (await operators.PostAsJsonAsync("/api/scheduler/triggers/pause", new { text = " " })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await operators.PostAsJsonAsync("/api/scheduler/nothing/pause", new { text = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await operators.PostAsJsonAsync("/api/scheduler/triggers/pause", new { text = "Bảo trì máy chủ." })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await operators.PostAsJsonAsync("/api/scheduler/triggers/pause", new { text = "Lần nữa." })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var page = await browser.GetStringAsync(new Uri("/scheduler", UriKind.Relative));
        using var form = DemoInJanuary.Form(page, ("verb", "resume"), ("name", "triggers"));
        var resumed = await browser.PostAsync(new Uri("/scheduler", UriKind.Relative), form);

        DemoInJanuary.Words(page).ShouldContain("Bảo trì máy chủ.");
        resumed.Headers.Location!.ToString().ShouldBe("/scheduler?answer=done");
        (await operators.PostAsJsonAsync("/api/scheduler/triggers/resume", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_job_runs_when_asked_but_not_while_it_is_paused()
    {
        using var operators = await demo.ProgramAsync("quantri");

        (await operators.PostAsync(new Uri("/api/scheduler/Housekeeping/run", UriKind.Relative), null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        JsonNode? last = null;
        var since = TimeProvider.System.GetTimestamp();
        while (last?["endedAt"] is null && TimeProvider.System.GetElapsedTime(since) < Postgres.Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
            last = (await operators.GetFromJsonAsync<JsonNode>("/api/scheduler"))!["jobs"]![0]!["last"];
        }

        (await operators.PostAsJsonAsync("/api/scheduler/Housekeeping/pause", new { text = "Sao lưu." })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var refused = await operators.PostAsync(new Uri("/api/scheduler/Housekeeping/run", UriKind.Relative), null);
        (await operators.PostAsJsonAsync("/api/scheduler/Housekeeping/resume", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        last.ShouldNotBeNull();
        last["endedAt"].ShouldNotBeNull();
        last["error"].ShouldBeNull();
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    private static bool IsNumber(string text) => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);
}
