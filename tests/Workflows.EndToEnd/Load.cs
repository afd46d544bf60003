using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Workflows.EndToEnd;

/// <summary>
/// Chairs of all units completing tasks without a pause, over two hosts on one database, while a designer starts cascades and the clock moves on. A
/// request without an answer is repeated with its operation id at the other host, as a careful program does.
/// </summary>
public sealed class Load : IAsyncDisposable
{
    private const int Clients = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Func<int, Uri> _address;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Task, string Operation)> _promised = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ConcurrentQueue<(long Sent, long Answered)> _answers = new();
    private string[] _chairs = [];
    private Task[] _running = [];

    /// <param name="address">Where the first (0) and the second (1) host listen.</param>
    public Load(Func<int, Uri> address) => _address = address;

    /// <summary>Completions answered with 200 or 202, by task and operation.</summary>
    public IReadOnlyCollection<(string Task, string Operation)> Promised => _promised;

    /// <summary>Answers that no client may ever get.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>System time until the first answered command that was sent after this timestamp; null: none yet.</summary>
    public TimeSpan? AnsweredAfter(long since)
    {
        foreach (var (sent, answered) in _answers)
            if (sent > since) return Stopwatch.GetElapsedTime(since, answered);
        return null;
    }

    /// <summary>Stores the definitions, starts the first cascade and lets everybody work.</summary>
    public async Task BeginAsync()
    {
        await SendAsync(0, "thietke", HttpMethod.Post, "elsa/api/workflow-definitions/import", LoadDefinitions.Child());
        await SendAsync(0, "thietke", HttpMethod.Post, "elsa/api/workflow-definitions/import", LoadDefinitions.Parent());
        var accounts = await _http.GetFromJsonAsync<JsonArray>(new Uri(_address(0), "api/demo/accounts"));
        _chairs = [.. accounts!.Where(a => a!["unit"]!.GetValue<string>().StartsWith("CDCS-", StringComparison.Ordinal) && a["roles"]!.AsArray().Any(r => r!.GetValue<string>() == "Chair"))
            .Select(a => a!["userName"]!.GetValue<string>())];
        _chairs.Length.ShouldBe(34);
        await StartCascadeAsync();
        _running = [.. Enumerable.Range(0, Clients).Select(n => Task.Run(() => CompleteAsync(n))), Task.Run(MoveClockAsync), Task.Run(StartCascadesAsync)];
    }

    /// <summary>Lets everybody finish the request they are at.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    /// <summary>Every completion that was answered stands in the database, and each promise is kept once.</summary>
    public async Task<IReadOnlyList<string>> BrokenPromisesAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            select p.task || ' ' || p.operation from unnest($1, $2) as p(task, operation)
            where not exists (select from task_operation o where o.task_id = p.task::uuid and o.operation_id = p.operation)
              or not exists (select from task t where t.id = p.task::uuid and t.status = 'completed')
            """);
        command.Parameters.Add(new() { Value = _promised.Select(p => p.Task).ToArray() });
        command.Parameters.Add(new() { Value = _promised.Select(p => p.Operation).ToArray() });
        await using var rows = await command.ExecuteReaderAsync();
        var broken = new List<string>();
        while (await rows.ReadAsync()) broken.Add(rows.GetString(0));
        return broken;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task CompleteAsync(int client)
    {
        var random = new Random(client);
        while (!_stop.IsCancellationRequested)
        {
            var chair = _chairs[random.Next(_chairs.Length)];
            var (listed, found) = await TryAsync(random.Next(2), chair, HttpMethod.Get, "api/tasks?mine=work&limit=200", null);
            if (listed != HttpStatusCode.OK)
            {
                await PauseAsync();
                continue;
            }

            var tasks = found!["items"]!.AsArray().Where(t => t!["activity"]!.GetValue<string>().StartsWith("tai", StringComparison.Ordinal)).Select(t => t!).ToArray();
            if (tasks.Length == 0) await PauseAsync();
            foreach (var task in tasks.Take(3)) await CompleteAsync(chair, task, random);
        }
    }

    private async Task CompleteAsync(string chair, JsonNode task, Random random)
    {
        var (id, operation) = (task["id"]!.GetValue<string>(), Guid.NewGuid().ToString());
        for (var host = random.Next(2); ; host = 1 - host)
        {
            var sent = Stopwatch.GetTimestamp();
            var (status, body) = await TryAsync(host, chair, HttpMethod.Post, $"api/tasks/{id}/complete",
                new JsonObject { ["revision"] = task["revision"]!.GetValue<int>(), ["operationId"] = operation, ["data"] = new JsonObject() });
            if (status < HttpStatusCode.InternalServerError) _answers.Enqueue((sent, Stopwatch.GetTimestamp()));
            switch (status)
            {
                case HttpStatusCode.OK or HttpStatusCode.Accepted:
                    _promised.Enqueue((id, operation));
                    return;
                case HttpStatusCode.Conflict:
                    return;
                case null or >= HttpStatusCode.InternalServerError:
                    if (_stop.IsCancellationRequested) return;
                    await PauseAsync();
                    break;
                default:
                    _wrong.Enqueue($"{status}: {body?.ToJsonString()}");
                    return;
            }
        }
    }

    private async Task MoveClockAsync()
    {
        var now = new DateTimeOffset(2019, 12, 17, 10, 0, 0, TimeSpan.FromHours(7));
        for (var host = 0; !_stop.IsCancellationRequested; host = 1 - host)
        {
            var (status, body) = await TryAsync(host, null, HttpMethod.Post, "api/demo/clock", new JsonObject { ["to"] = now.ToString("O") });
            if (status == HttpStatusCode.OK) now += TimeSpan.FromHours(1);
            else if (status is not null and < HttpStatusCode.InternalServerError) _wrong.Enqueue($"clock {status}: {body?.ToJsonString()}");
            await PauseAsync();
        }
    }

    private async Task StartCascadesAsync()
    {
        for (var host = 0; !_stop.IsCancellationRequested; host = 1 - host)
        {
            await TryAsync(host, "thietke", HttpMethod.Post, $"elsa/api/workflow-definitions/{LoadDefinitions.ParentId}/execute", []);
            for (var n = 0; n < 40 && !_stop.IsCancellationRequested; n++) await PauseAsync();
        }
    }

    private Task StartCascadeAsync() => SendAsync(0, "thietke", HttpMethod.Post, $"elsa/api/workflow-definitions/{LoadDefinitions.ParentId}/execute", []);

    private async Task SendAsync(int host, string user, HttpMethod method, string path, JsonObject body)
    {
        var (status, answer) = await TryAsync(host, user, method, path, body);
        status.ShouldNotBeNull();
        ((int)status.Value).ShouldBeInRange(200, 299, $"{path}: {answer?.ToJsonString()}");
    }

    /// <summary>One request; no status when no answer came.</summary>
    private async Task<(HttpStatusCode? Status, JsonNode? Body)> TryAsync(int host, string? user, HttpMethod method, string path, JsonObject? body)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(_address(host), path)) { Content = body is null ? null : JsonContent.Create(body) };
            if (user is not null)
            {
                if (await TokenAsync(host, user) is not { } token) return (null, null);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var answer = await _http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return (answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            return (null, null);
        }
    }

    private async Task<string?> TokenAsync(int host, string user)
    {
        if (_tokens.TryGetValue(user, out var known)) return known;
        using var answer = await _http.PostAsJsonAsync(new Uri(_address(host), "api/sign-in"), new { userName = user, password = "congdoan-2019" });
        if (answer.StatusCode >= HttpStatusCode.InternalServerError) return null;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, user);
        return _tokens[user] = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!.GetValue<string>();
    }

    private Task PauseAsync() => Task.Delay(Pause, TimeProvider.System);
}

/// <summary>A cascade to all 34 units; each does one task, waits a quarter of an hour and does another.</summary>
internal static class LoadDefinitions
{
    public const string ParentId = "tai-cha", ChildId = "tai-con";

    public static JsonObject Parent() => Definition(ParentId, [Activity("trienKhai", "Workflows.Cascade", new JsonObject
    {
        ["definitionId"] = Input("String", ChildId), ["under"] = Input("String", "owner"), ["kinds"] = Input("List<String>", """["GrassrootsUnion"]""", "Object"), ["wait"] = Input("String", "all"),
    })]);

    public static JsonObject Child() => Definition(ChildId,
    [
        Task("tai1"), Activity("cho", "Elsa.Delay", new JsonObject { ["timeSpan"] = Input("TimeSpan", "00:15:00") }), Task("tai2"),
    ]);

    private static JsonObject Task(string id) => Activity(id, "Workflows.HumanTask", new JsonObject
    {
        ["title"] = Input("String", "Việc thử tải"), ["roles"] = Input("List<String>", """["Chair"]""", "Object"),
    });

    private static JsonObject Definition(string id, JsonArray activities) => new()
    {
        ["definitionId"] = id,
        ["name"] = id,
        ["isPublished"] = true,
        ["root"] = new JsonObject { ["id"] = "viec", ["type"] = "Elsa.Sequence", ["version"] = 1, ["activities"] = activities },
    };

    private static JsonObject Activity(string id, string type, JsonObject inputs)
    {
        (inputs["id"], inputs["type"], inputs["version"]) = (id, type, 1);
        return inputs;
    }

    private static JsonObject Input(string type, string value, string expression = "Literal") =>
        new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = expression, ["value"] = value } };
}
