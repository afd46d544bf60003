using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Workflows.EndToEnd;

/// <summary>The host dies by <c>kill -9</c> around a request to another server: it is sent again with the same key, and the instance goes on once.</summary>
public sealed class RequestCrashTests(Durable durable) : IClassFixture<Durable>
{
    private const int KilledBySignal9 = 128 + 9;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("http-before-send", 1)]
    [InlineData("http-after-answer", 2)]
    [InlineData("http-after-commit", 1)]
    public async Task A_request_survives_a_death(string point, int sent)
    {
        var keys = new ConcurrentQueue<string>();
        using var other = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        other.Prefixes.Add(address);
        other.Start();
        var answering = AnswerAsync(other, keys);
        var name = await durable.DatabaseAsync();
        var settings = new Dictionary<string, string> { ["Workflows__HttpHosts"] = address.TrimEnd('/'), ["Workflows__HttpPrivateNetworks"] = "127.0.0.0/8" };
        string instance;
        using (var host = durable.Start(name, point, settings: settings))
        {
            (await host.ReadyAsync()).ShouldBeTrue(host.Output);
            using var designer = await SignInAsync(host.Address);
            var imported = await designer.PostAsJsonAsync("elsa/api/workflow-definitions/import", Definition(address));
            imported.IsSuccessStatusCode.ShouldBeTrue(await imported.Content.ReadAsStringAsync());
            try
            {
                (await designer.PostAsJsonAsync("elsa/api/workflow-definitions/gui-roi-chet/dispatch", new { })).EnsureSuccessStatusCode();
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                // It may die before the answer is out; the instance is there all the same.
            }

            await host.DiedAsync();
            host.ExitCode.ShouldBe(KilledBySignal9, host.Output);
        }

        await using var database = NpgsqlDataSource.Create(durable.ConnectionTo(name));
        await using (var command = database.CreateCommand("select id::text from instance where definition_id = 'gui-roi-chet'")) instance = (string)(await command.ExecuteScalarAsync())!;

        using (var host = durable.Start(name, settings: settings))
        {
            (await host.ReadyAsync()).ShouldBeTrue(host.Output);
            using var designer = await SignInAsync(host.Address);
            JsonNode state;
            while ((state = (await designer.GetFromJsonAsync<JsonNode>($"elsa/api/workflow-instances/{instance}"))!)["status"]!.ToString() != "Finished") await Task.Delay(Poll, TimeProvider.System);
            state["subStatus"]!.ToString().ShouldBe("Finished");
            var journal = (await designer.GetFromJsonAsync<JsonNode>($"elsa/api/workflow-instances/{instance}/journal"))!["items"]!.AsArray();
            journal.Count(e => e!["activityId"]!.ToString() == "gui" && e["eventName"]!.ToString() == "Completed").ShouldBe(1);
            await host.StopAsync();
        }

        (keys.Count, keys.Distinct().Count()).ShouldBe((sent, 1));
        other.Stop();
        await answering;
    }

    private static async Task AnswerAsync(HttpListener other, ConcurrentQueue<string> keys)
    {
        try
        {
            while (true)
            {
                var context = await other.GetContextAsync();
                keys.Enqueue(context.Request.Headers["Idempotency-Key"]!);
                context.Response.StatusCode = 200;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped at the end of the test.
        }
    }

    private static async Task<HttpClient> SignInAsync(Uri address)
    {
        var client = new HttpClient { BaseAddress = address, Timeout = Browser.Patience };
        var answer = await client.PostAsJsonAsync("api/sign-in", new { userName = "thietke", password = "congdoan-2019" });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["accessToken"]!.ToString());
        return client;
    }

    private static JsonNode Definition(string address) => JsonNode.Parse($$$"""
        {"definitionId":"gui-roi-chet","name":"gui-roi-chet","isPublished":true,"root":{"type":"Elsa.Flowchart","id":"so-do","version":1,"start":"gui","connections":[],
         "activities":[{"type":"Elsa.FlowSendHttpRequest","id":"gui","version":1,"url":{"typeName":"String","expression":{"type":"Literal","value":"{{{address}}}" } } }] } }
        """)!;
}
