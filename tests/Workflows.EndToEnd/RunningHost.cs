using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Workflows.EndToEnd;

/// <summary>The host as its own process with a private PostgreSQL and the demo, as <c>./run</c> starts it.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "workflows-e2e-" + Guid.NewGuid().ToString("N")[..8]);
    private Process? _process;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");
    public HttpClient Http { get; private set; } = new();

    /// <summary>The private PostgreSQL of this host; its socket lies beside its data.</summary>
    public string ConnectionString => $"Host={Path.Combine(_folder, "data", "socket")};Username=workflows;Database=workflows;Pooling=false";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await StartAsync(null);
    }

    /// <summary>Starts the process on the same data; <paramref name="crashAt"/> arms a crash point.</summary>
    public async Task StartAsync(string? crashAt)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WorkflowHost.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["DATA_DIR"] = Path.Combine(_folder, "data");
        start.Environment["Workflows__Mode"] = "Demo";
        start.Environment["WORKFLOWS_CRASH_AT"] = crashAt ?? "";
        start.Environment.Remove("ConnectionStrings__Workflows");
        _process = Process.Start(start)!;
        var output = new System.Text.StringBuilder();
        var ready = new TaskCompletionSource();
        void Take(string? line)
        {
            if (line is null) return;
            lock (output) output.AppendLine(line);
            if (line.Contains("Ctrl+C", StringComparison.Ordinal)) ready.TrySetResult();
        }

        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(ready.Task, ended) == ended) throw new InvalidOperationException($"The host ended: {output}");
        Address = new Uri($"http://127.0.0.1:{port}/");
        Http = new HttpClient { BaseAddress = Address };
    }

    /// <summary>Ends when the process has died of its crash point.</summary>
    public Task DiedAsync() => _process!.WaitForExitAsync();

    public async Task<JsonNode?> MoveClockAsync(string to)
    {
        var answer = await Http.PostAsJsonAsync("api/demo/clock", new { to });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync());
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
        if (_process is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-INT", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await _process.WaitForExitAsync();
        }

        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A person's programs: the JSON API with a bearer token.</summary>
public sealed class Api(Uri address, string token)
{
    private readonly HttpClient _http = new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new("Bearer", token) } };

    public async Task<(HttpStatusCode Status, JsonNode? Body)> GetAsync(string path) => await ReadAsync(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string path, object body) => await ReadAsync(await _http.PostAsJsonAsync(path, body));

    /// <summary>The person's open task at this step.</summary>
    public async Task<JsonNode> TaskAsync(string activity)
    {
        var (_, body) = await GetAsync("api/tasks?mine=work&limit=200");
        return ((JsonArray)body!["items"]!).First(t => t!["activity"]!.GetValue<string>() == activity)!;
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
