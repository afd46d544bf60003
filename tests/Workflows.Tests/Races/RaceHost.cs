using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowHost.Demo;
using WorkflowHost.Endpoints;
using WorkflowHost.Hosting;
using WorkflowHost.Scheduling;

namespace Workflows.Tests.Races;

/// <summary>
/// The host over HTTP with the demo, without its pulse: nothing moves but what a test moves. Barriers are locks that a test holds until those who race
/// wait for them.
/// </summary>
internal sealed class RaceHost : IAsyncDisposable
{
    private readonly Postgres _database;
    private readonly Installation _installation;
    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly Dictionary<string, string> _tokens = [];

    private RaceHost(Postgres database, Installation installation, WebApplication app)
    {
        (_database, _installation, _app) = (database, installation, app);
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Postgres.Patience };
    }

    public NpgsqlDataSource Database => _database.DataSource;

    public Uri Address => _http.BaseAddress!;

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="openEndpoints">What the installation lets anybody call.</param>
    public static async Task<RaceHost> StartAsync(string? openEndpoints = null)
    {
        var database = await Postgres.CreateDemo();
        var installation = await Postgres.OpenAsync(database);
        var app = await Postgres.ServeAsync(installation, builder =>
        {
            foreach (var hosted in builder.Services.Where(s => s.ImplementationType == typeof(PulseLoop)).ToArray()) builder.Services.Remove(hosted);
            builder.Services.AddSingleton(new OpenEndpoints(openEndpoints));
        });
        return new RaceHost(database, installation, app);
    }

    public async ValueTask DisposeAsync() => await (await LeaveAsync()).DisposeAsync();

    /// <summary>Ends the host; what it leaves is the caller's.</summary>
    public async Task<Postgres> LeaveAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _installation.DisposeAsync();
        return _database;
    }

    public async Task SignInAsync(params string[] users)
    {
        foreach (var user in users)
        {
            using var answer = await _http.PostAsJsonAsync("/api/sign-in", new { userName = user, password = DemoAccounts.Password });
            _tokens[user] = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!.ToString();
        }
    }

    /// <summary>A request as it is; with the token of somebody who has signed in, or without.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? content = null, string? user = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (user is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens[user]);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    /// <summary>A command of somebody who has signed in.</summary>
    public Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string user, string path, object body) => Task.Run(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens[user]);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
    });

    /// <summary>Stores and publishes a definition: these activities side by side.</summary>
    public async Task<int> PublishAsync(string id, params JsonObject[] activities)
    {
        var (status, body) = await PostAsync("thietke", "/elsa/api/workflow-definitions/import", Document(id, activities));
        status.ShouldBe(HttpStatusCode.OK, body?.ToJsonString());
        return body!["version"]!.GetValue<int>();
    }

    public static JsonObject Document(string id, params JsonObject[] activities) => new()
    {
        ["definitionId"] = id,
        ["name"] = id,
        ["isPublished"] = true,
        ["root"] = new JsonObject { ["id"] = "viec", ["type"] = "Elsa.Parallel", ["version"] = 1, ["activities"] = new JsonArray([.. activities.Select(a => (JsonNode)a.DeepClone())]) },
    };

    public static JsonObject WaitFor(string name, bool starts = false) => new()
    {
        ["id"] = "cho",
        ["type"] = "Elsa.Event",
        ["version"] = 1,
        ["eventName"] = Literal("String", name),
        ["customProperties"] = new JsonObject { ["canStartWorkflow"] = starts },
    };

    /// <summary>A task that the designer and the administrator may both do.</summary>
    public static JsonObject Work(string title = "Việc") => new()
    {
        ["id"] = "lam",
        ["type"] = "Workflows.HumanTask",
        ["version"] = 1,
        ["title"] = Literal("String", title),
        ["roles"] = new JsonObject { ["typeName"] = "List<String>", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = """["Designer", "Administrator"]""" } },
    };

    public static JsonObject Literal(string type, string value) =>
        new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    /// <summary>A connection in a transaction that holds what the statement locks, until it is disposed.</summary>
    public async Task<Barrier> HoldAsync(string sql, params object[] values)
    {
        var connection = await Database.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
#pragma warning disable CA2100 // texts of tests
        await using var hold = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values) hold.Parameters.Add(new() { Value = value });
        await hold.ExecuteNonQueryAsync();
        return new Barrier(connection, transaction);
    }

    /// <summary>Whoever inserts into the table waits, after what its transaction has written so far; all else goes on.</summary>
    public async Task<Barrier> HoldInsertAsync(string table)
    {
        await ExecuteAsync($"""
            create or replace function wait_here() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(1); return new; end $$;
            create trigger wait_here before insert on {table} for each row execute function wait_here()
            """);
        return await HoldAsync("select pg_advisory_xact_lock(1)");
    }

    public async Task MoveClockAsync(DateTimeOffset to)
    {
        await using var connection = await Database.OpenConnectionAsync();
        (await Get<BusinessClock>().MoveTo(connection, to)).ShouldBe(ClockMove.Moved);
    }

    /// <summary>Until so many sessions wait for a lock, or one of those who race has ended and will never wait.</summary>
    public async Task UntilWaitingAsync(int sessions, params Task[] racing)
    {
        while (await ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") < sessions)
            if (racing.Any(r => r.IsCompleted)) return;
    }

    public async Task ExecuteAsync(string sql)
    {
#pragma warning disable CA2100 // texts of tests
        await using var command = Database.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
#pragma warning disable CA2100 // texts of tests
        await using var command = Database.CreateCommand(sql);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Somebody's locks.</summary>
    internal sealed class Barrier(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
