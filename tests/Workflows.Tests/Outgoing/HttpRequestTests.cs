using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Unions;
using WorkflowEngine;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowHost.Outgoing;

namespace Workflows.Tests.Outgoing;

/// <summary>Requests of definitions from the burst that asks to the burst that goes on, on a database, with another server on this machine.</summary>
public sealed class HttpRequestTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
    private Postgres postgres = null!;
    private ServiceProvider services = null!;
    private OtherServer server = null!;
    private GuardedClient client = null!;
    private SendHttpJobs sender = null!;

    public async Task InitializeAsync()
    {
        postgres = await Postgres.CreateDatabase();
        services = new ServiceCollection().AddLogging(l => l.ClearProviders())
            .AddWorkflowEngine(postgres.DataSource, new BusinessClock(TimeProvider.System), typeof(UnionSetup).Assembly).AddSingleton<SaveDefinition>().BuildServiceProvider();
        server = await OtherServer.StartAsync();
        client = new GuardedClient(new AllowedHosts($"http://127.0.0.1:{server.Address.Port}", "127.0.0.0/8"), TimeProvider.System);
        sender = Sender(client);
    }

    public async Task DisposeAsync()
    {
        sender.Dispose();
        client.Dispose();
        await server.DisposeAsync();
        await services.DisposeAsync();
        await postgres.DisposeAsync();
    }

    [Fact]
    public async Task The_answer_takes_the_way_of_its_status_with_body_and_headers()
    {
        server.Answer = http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (404, "application/json");
            http.Response.Headers["X-Ma"] = "12";
            return http.Response.WriteAsync("""{"ten":"Đoàn"}""");
        };
        var id = await RunAsync(Flow(("url", server.Address + "tim"), ("expectedStatusCodes", new JsonArray(200, 404))));
        (await TextAsync($"select sub_status from instance where id = '{id}'")).ShouldBe("Suspended", "the burst sends nothing itself");
        server.Came.ShouldBeEmpty();

        (await sender.RunAsync(Soon)).ShouldBe(1);
        await services.GetRequiredService<Runner>().RunNowAsync(id);

        server.Came.Count.ShouldBe(1);
        (await WaysAsync(id)).ShouldBe(["404", "Done"]);
        (await TextAsync($"select state -> 'output' ->> 'than' from instance_state where instance_id = '{id}'")).ShouldContain("Đoàn");
        (await TextAsync($"select state -> 'output' ->> 'ma' from instance_state where instance_id = '{id}'")).ShouldBe("404");
        (await services.GetRequiredService<ReplayInstance>().RunAsync(id))!.Difference.ShouldBeNull();
    }

    [Theory]
    [InlineData(200, "200,Done")]
    [InlineData(500, "Unmatched status code,Done")]
    public async Task Without_expected_codes_200_is_the_one(int status, string ways)
    {
        server.Answer = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var id = await RunAsync(Flow(("url", server.Address.ToString())));
        await sender.RunAsync(Soon);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        string.Join(',', await WaysAsync(id)).ShouldBe(ways);
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again_with_growing_pauses_and_then_told()
    {
        server.Answer = http =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var id = await RunAsync(Flow(("url", server.Address.ToString()), ("expectedStatusCodes", new JsonArray(503))));
        var at = Soon;
        for (var attempt = 1; attempt < HttpJob.MostAttempts; attempt++)
        {
            (await sender.RunAsync(at)).ShouldBe(1);
            (await sender.RunAsync(at)).ShouldBe(0, "not before its pause");
            (await NumberAsync("select count(*) from instance_event")).ShouldBe(0);
            at += HttpJob.Pause(attempt) + TimeSpan.FromMinutes(1);
        }

        await sender.RunAsync(at);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (await WaysAsync(id)).ShouldBe(["503", "Done"]);
        server.Came.Count.ShouldBe(HttpJob.MostAttempts);
        server.Came.Select(c => c.Headers["Idempotency-Key"]).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_there_and_no_answer_in_time_have_ways_of_their_own()
    {
        var closed = await RunAsync(Flow(("url", "http://127.0.0.1:1/")));
        using var none = new GuardedClient(new AllowedHosts("http://127.0.0.1:1", "127.0.0.0/8"), TimeProvider.System);
        using var toNobody = Sender(none);
        await TryAllAsync(toNobody);
        await services.GetRequiredService<Runner>().RunNowAsync(closed);
        (await WaysAsync(closed)).ShouldBe(["Failed to connect"]);

        server.Answer = http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        var slow = await RunAsync(Flow(("url", server.Address.ToString())));
        using var hasty = new GuardedClient(new AllowedHosts($"http://127.0.0.1:{server.Address.Port}", "127.0.0.0/8"), TimeProvider.System, null, TimeSpan.FromMilliseconds(100));
        using var impatient = Sender(hasty);
        await TryAllAsync(impatient);
        await services.GetRequiredService<Runner>().RunNowAsync(slow);
        (await WaysAsync(slow)).ShouldBe(["Timeout"]);
    }

    [Fact]
    public async Task A_body_in_parts_is_refused_by_name_before_anything_is_sent()
    {
        var id = await RunAsync(Flow(("url", server.Address.ToString()), ("method", "POST"), ("content", "x"), ("contentType", "Multipart/form-data; boundary=x")));
        (await TextAsync($"select message from incident where instance_id = '{id}'")).ShouldBe(WorkflowEngine.Activities.HttpRequestStep.NoFiles);
        (await NumberAsync($"select count(*) from http_job where instance_id = '{id}'")).ShouldBe(0);
        server.Came.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_not_allowed_is_an_incident_that_names_the_setting_and_a_retry_asks_anew()
    {
        using var strict = new GuardedClient(new AllowedHosts(null, null), TimeProvider.System);
        using var refusing = Sender(strict);
        var id = await RunAsync(Flow(("url", server.Address.ToString())));
        await refusing.RunAsync(Soon);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (await TextAsync($"select sub_status from instance where id = '{id}'")).ShouldBe("Faulted");
        (await TextAsync($"select message from incident where instance_id = '{id}'")).ShouldContain("Workflows:HttpHosts");
        server.Came.ShouldBeEmpty();

        await ExecuteAsync($"insert into instance_event (instance_id, kind, body, at) values ('{id}', 'retry', '{{}}', '2026-11-21')");
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        await sender.RunAsync(Soon);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (await WaysAsync(id)).ShouldBe(["200", "Done"]);
    }

    [Fact]
    public async Task Secrets_stand_in_the_request_until_it_is_done_and_nowhere_else()
    {
        var id = await RunAsync(Flow(("url", server.Address.ToString()), ("authorization", "Bearer bi-mat-1"), ("requestHeaders", new JsonObject { ["X-Khoa"] = "bi-mat-2" })));
        (await NumberAsync("select count(*) from http_job where request::text like '%bi-mat-1%' and request::text like '%bi-mat-2%'")).ShouldBe(1);
        await sender.RunAsync(Soon);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (server.Came.Single().Headers["Authorization"], server.Came.Single().Headers["X-Khoa"]).ShouldBe(("Bearer bi-mat-1", "bi-mat-2"));
        (await NumberAsync("select count(*) from http_job where request::text like '%bi-mat%'")).ShouldBe(0);
        (await NumberAsync("select (select count(*) from journal where entries::text || events::text like '%bi-mat%') + (select count(*) from instance_state where state::text like '%bi-mat%') + (select count(*) from instance_event where body::text like '%bi-mat%')")).ShouldBe(0);
    }

    [Fact]
    public async Task A_sender_that_dies_behind_the_answer_sends_again_with_the_same_key_and_the_instance_goes_on_once()
    {
        var id = await RunAsync(Flow(("url", server.Address.ToString()), ("method", "POST"), ("content", "mot")));
        // As a death would leave it: the answer came, the transaction did not commit, the row is free again.
        await using (var connection = await postgres.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var job = (await HttpJob.NextAsync(connection, Soon))!;
            var outcome = await client.SendAsync(job.Id, job.Request);
            await job.RecordAsync(connection, outcome, Start, Soon);
            (await sender.RunAsync(Soon)).ShouldBe(0, "another sender passes over what one holds");
        }

        (await sender.RunAsync(Soon)).ShouldBe(1);
        (await sender.RunAsync(Soon)).ShouldBe(0);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        server.Came.Count.ShouldBe(2);
        server.Came.Select(c => c.Headers["Idempotency-Key"]).Distinct().Count().ShouldBe(1);
        (await NumberAsync($"select count(*) from journal, json_array_elements(entries) e where instance_id = '{id}' and e ->> 'event' = 'Completed' and e ->> 'activityId' = 'gui'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_instance_sends_nothing_more()
    {
        var id = await RunAsync(Flow(("url", server.Address.ToString()), ("authorization", "bi-mat")));
        await ExecuteAsync($"insert into instance_event (instance_id, kind, body, at) values ('{id}', 'cancel', '{{}}', '2026-11-21')");
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (await sender.RunAsync(Soon)).ShouldBe(0);
        server.Came.ShouldBeEmpty();
        (await TextAsync("select status || ' ' || (request::text like '%bi-mat%') from http_job")).ShouldBe("cancelled false");
    }

    [Theory]
    [InlineData(200, "hai-tram")]
    [InlineData(418, "khac")]
    public async Task The_embedded_form_runs_the_activity_of_its_status(int status, string line)
    {
        server.Answer = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var step = Step("Elsa.SendHttpRequest", ("url", server.Address.ToString()));
        step["expectedStatusCodes"] = new JsonArray(new JsonObject { ["statusCode"] = 200, ["activity"] = Line("hai-tram") });
        step["unmatchedStatusCode"] = Line("khac");
        var id = await RunAsync(new JsonObject { ["type"] = "Elsa.Sequence", ["id"] = "chuoi", ["version"] = 1, ["activities"] = new JsonArray(step) });
        await sender.RunAsync(Soon);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (await NumberAsync($"select count(*) from journal, json_array_elements(entries) e where instance_id = '{id}' and e ->> 'event' = 'Completed' and e ->> 'activityId' = '{line}'")).ShouldBe(1);
        (await TextAsync($"select sub_status from instance where id = '{id}'")).ShouldBe("Finished");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/", "GET", "no absolute address")]
    [InlineData("/a", "GET", "no absolute address")]
    [InlineData("http://127.0.0.1/", "BREW", "no method")]
    public async Task What_cannot_be_sent_fails_at_once(string url, string method, string words)
    {
        var id = await RunAsync(Flow(("url", url), ("method", method)));
        (await TextAsync($"select message from incident where instance_id = '{id}'")).ShouldContain(words);
        (await NumberAsync("select count(*) from http_job")).ShouldBe(0);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-7\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\no\0k")]
    public async Task An_odd_answer_stops_no_other_request(string answer)
    {
        using var odd = new TcpListener(IPAddress.Loopback, 0);
        odd.Start();
        var port = ((IPEndPoint)odd.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using var one = await odd.AcceptTcpClientAsync();
            await using var stream = one.GetStream();
            await stream.ReadAtLeastAsync(new byte[4096], 10);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
        });
        await RunAsync(Flow(("url", $"http://127.0.0.1:{port}/")));
        await RunAsync(Flow(("url", server.Address.ToString())));
        using var both = new GuardedClient(new AllowedHosts($"http://127.0.0.1:{server.Address.Port}, http://127.0.0.1:{port}", "127.0.0.0/8"), TimeProvider.System);
        using var by = Sender(both);

        (await by.RunAsync(Soon)).ShouldBe(2);

        await serving;
        server.Came.Count.ShouldBe(1);
        (await NumberAsync("select count(*) from http_job where attempts = 1")).ShouldBe(2);
    }

    [Fact]
    public async Task A_request_that_breaks_its_sender_counts_its_tries_and_is_told_like_any_other()
    {
        var id = await RunAsync(Flow(("url", server.Address.ToString())));
        await using (var spoil = postgres.DataSource.CreateCommand("""update http_job set request = jsonb_set(request, '{method}', '"NO METHOD"')""")) await spoil.ExecuteNonQueryAsync();
        var at = Soon;
        for (var attempt = 1; attempt <= HttpJob.MostAttempts; attempt++)
        {
            (await sender.RunAsync(at)).ShouldBe(1);
            at += HttpJob.Pause(attempt) + TimeSpan.FromMinutes(1);
        }

        await services.GetRequiredService<Runner>().RunNowAsync(id);
        (await WaysAsync(id)).ShouldBe(["Failed to connect"]);
    }

    private static DateTimeOffset Soon => TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1);

    private SendHttpJobs Sender(GuardedClient through) => new(
        postgres.DataSource, through, services.GetRequiredService<BusinessClock>(), TimeProvider.System, CrashPoints.None, services.GetRequiredService<Nudge>(), NullLogger<SendHttpJobs>.Instance);

    private static async Task TryAllAsync(SendHttpJobs by)
    {
        for (var attempt = 1; attempt <= HttpJob.MostAttempts; attempt++) await by.RunAsync(Soon + TimeSpan.FromHours(attempt));
    }

    private static JsonObject Line(string id) => Step("Elsa.WriteLine", ("text", id), id);

    private static JsonObject Step(string type, (string Name, JsonNode Value) input, string id = "gui") => Step(type, id, input);

    private static JsonObject Step(string type, string id, params (string Name, JsonNode Value)[] inputs)
    {
        var step = new JsonObject { ["type"] = type, ["id"] = id, ["version"] = 1 };
        foreach (var (name, value) in inputs)
            step[name] = new JsonObject
            {
                ["typeName"] = name == "expectedStatusCodes" ? "Int32[]" : name == "requestHeaders" ? "Object" : "String",
                ["expression"] = value is JsonValue ? new JsonObject { ["type"] = "Literal", ["value"] = value } : new JsonObject { ["type"] = "Object", ["value"] = value.ToJsonString() },
            };
        return step;
    }

    /// <summary>A flowchart that sends and sets two outputs from what came.</summary>
    private static JsonObject Flow(params (string Name, JsonNode Value)[] inputs)
    {
        var send = Step("Elsa.FlowSendHttpRequest", "gui", inputs);
        (send["statusCode"], send["parsedContent"]) = (new JsonObject { ["typeName"] = "Int32", ["memoryReference"] = new JsonObject { ["id"] = "ma" } }, new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "than" } });
        return new JsonObject { ["type"] = "Elsa.Flowchart", ["id"] = "so-do", ["version"] = 1, ["start"] = "gui", ["activities"] = new JsonArray(send), ["connections"] = new JsonArray() };
    }

    private async Task<Guid> RunAsync(JsonObject root)
    {
        var name = "d" + Guid.NewGuid().ToString("N");
        var document = new JsonObject
        {
            ["definitionId"] = name,
            ["name"] = name,
            ["isPublished"] = true,
            ["outputs"] = new JsonArray(new JsonObject { ["name"] = "ma", ["type"] = "Int32" }, new JsonObject { ["name"] = "than", ["type"] = "Object" }),
            ["root"] = root,
        };
        (await services.GetRequiredService<SaveDefinition>().RunAsync(Actor.System, document, new SaveWish("import"), Start, Start)).ShouldBeOfType<SaveAnswer.Stored>();
        var id = Guid.NewGuid();
        (await StartWorkflow.StartAsync(postgres.DataSource, new NewInstance(id, name, null), Actor.System, Start)).ShouldBe(StartAnswer.Started);
        await services.GetRequiredService<Runner>().RunNowAsync(id);
        return id;
    }

    private async Task<string[]> WaysAsync(Guid id) =>
        JsonNode.Parse(await TextAsync($"select e ->> 'outcomes' from journal, json_array_elements(entries) e where instance_id = '{id}' and e ->> 'event' = 'Completed' and e ->> 'activityId' = 'gui'"))!
            .AsArray().Select(o => o!.ToString()).ToArray();

    private async Task<string> TextAsync(string sql) => (string)(await ScalarAsync(sql))!;

    private async Task<long> NumberAsync(string sql) => (long)(await ScalarAsync(sql))!;

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = postgres.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = postgres.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
