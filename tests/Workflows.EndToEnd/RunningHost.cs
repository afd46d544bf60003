using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using WorkflowHost.Demo;

namespace Workflows.EndToEnd;

/// <summary>The host as its own process with a private PostgreSQL and the demo, as <c>./run</c> starts it.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private readonly string _folder = ServerFolder.New("workflows-e2e-");
    private HostProcess? _process;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");
    public HttpClient Http { get; private set; } = new();

    /// <summary>The private PostgreSQL of this host; its socket lies beside its data.</summary>
    public string ConnectionString => $"Host={Path.Combine(_folder, "data", "socket")};Username=workflows;Database=workflows;Pooling=false;Command Timeout={Browser.Patience.TotalSeconds}";

    public async Task InitializeAsync()
    {
        DataFolder.Create(_folder);
        await StartAsync(null);
    }

    /// <summary>Starts the process on the same data; <paramref name="crashAt"/> arms a crash point.</summary>
    public async Task StartAsync(string? crashAt)
    {
        _process = HostProcess.Start(_folder, new Dictionary<string, string> { ["DATA_DIR"] = Path.Combine(_folder, "data"), ["WORKFLOWS_CRASH_AT"] = crashAt ?? "" });
        if (!await _process.ReadyAsync()) throw new InvalidOperationException($"The host ended: {_process.Output}");
        Address = _process.Address;
        Http = new HttpClient { BaseAddress = Address, Timeout = Browser.Patience };
    }

    /// <summary>Ends when the process has died of its crash point.</summary>
    public Task DiedAsync() => _process!.DiedAsync();

    /// <summary><c>kill -9</c>, and waits.</summary>
    public Task KillAsync()
    {
        _process!.Kill();
        return DiedAsync();
    }

    public async Task<JsonNode?> MoveClockAsync(string to)
    {
        var answer = await Http.PostAsJsonAsync("api/demo/clock", new { to });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Rows that no page makes in such numbers, straight into this host's database.</summary>
    public async Task RunSqlAsync(string sql)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(ConnectionString);
        await using var connection = await database.OpenConnectionAsync();
        await using var command = WorkflowEngine.Storage.Db.Command(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<JsonArray> MailsAsync() => (JsonArray)JsonNode.Parse(await Http.GetStringAsync(new Uri("api/demo/mail", UriKind.Relative)))!;

    public async Task<Api> SignInAsync(string userName)
    {
        var answer = await Http.PostAsJsonAsync("api/sign-in", new { userName, password = "congdoan-2019" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var token = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["accessToken"]!.GetValue<string>();
        return new Api(Address, token);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null) await _process.StopAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A person's programs: the JSON API with a bearer token.</summary>
public sealed class Api(Uri address, string token)
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Browser.Patience, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };

    public async Task<(HttpStatusCode Status, JsonNode? Body)> GetAsync(string path) => await ReadAsync(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string path, object body) => await ReadAsync(await _http.PostAsJsonAsync(path, body));

    /// <summary>The person's open task at this step; asked for again while the workflow has not come to it yet.</summary>
    public async Task<JsonNode> TaskAsync(string activity)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (_, body) = await GetAsync("api/tasks?mine=work&limit=200");
            if (((JsonArray)body!["items"]!).FirstOrDefault(t => t!["activity"]!.GetValue<string>() == activity) is { } task) return task;
            if (TimeProvider.System.GetElapsedTime(since) > Browser.Patience) throw new TimeoutException($"No task at {activity}: {body}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    public Task<(HttpStatusCode Status, JsonNode? Body)> CompleteAsync(JsonNode task, string? outcome = null, object? data = null) =>
        PostAsync($"api/tasks/{task["id"]}/complete", new
        {
            revision = task["revision"]!.GetValue<int>(),
            operationId = Guid.NewGuid().ToString(),
            outcome,
            data = data ?? new { },
        });

    private static async Task<(HttpStatusCode Status, JsonNode? Body)> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
    }
}
