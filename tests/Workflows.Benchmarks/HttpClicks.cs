using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Storage;

namespace Workflows.Benchmarks;

/// <summary>
/// People who complete tasks, all at once: HTTP requests to a host process with the demo, beside the same two transactions (the intake of the
/// answer, the step of its instance) in SQL by as many connections on the same database.
/// </summary>
internal sealed class HttpClicks(string connectionString)
{
    private const int Clients = 32;

    // What is measured is a host that has been running for a while: in its first 10,000 requests the runtime compiles anew what it has found to be called often.
    private const int WarmUpTimes = 5;

    private const string Password = "congdoan-2019";

    private const string Definition = """
        {"id":"bench-click-1","definitionId":"bench-click","name":"Bench click","version":1,"root":{"id":"main","type":"Elsa.Sequence","activities":[
          {"id":"ask","type":"Workflows.HumanTask","title":{"typeName":"String","expression":{"type":"Literal","value":"Nộp kế hoạch"}},
           "roles":{"typeName":"Object","expression":{"type":"Object","value":"[\"ROLE\"]"}},
           "deadline":{"typeName":"String","expression":{"type":"Literal","value":"before 01-01(+1)"}}}]}}
        """;

    public async Task<Figure> RunAsync(int tasks, CancellationToken cancellation)
    {
        var port = FreePort.Next();
        using var host = Start(port);
        try
        {
            await using var database = OwnServer.Open(connectionString);
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await ReadyAsync(http, host, cancellation);
            var who = await SignInAsync(database, http, cancellation);
            var (warmUp, rawWarmUp) = (tasks * WarmUpTimes, tasks / 2);
            var all = new Queue<(Guid, Guid)>(await TasksAsync(database, who, warmUp + rawWarmUp + tasks * 2, cancellation));
            await CompleteAsync(http, Take(warmUp), cancellation);
            await RawAsync(database, who.Person, Take(rawWarmUp), cancellation);
            var measure = await Measure.BeginAsync(database, cancellation, host);
            var (ours, times, late) = await CompleteAsync(http, Take(tasks), cancellation);
            var ourFigures = measure.End();
            measure = await Measure.BeginAsync(database, cancellation);
            var raw = await RawAsync(database, who.Person, Take(tasks), cancellation);
            var rawFigures = measure.End();
            times.Sort();
            return new Figure(
                FormattableString.Invariant($"tasks completed over HTTP by {Clients} clients, p50 {times[times.Count / 2]:0.0} ms, p99 {times[times.Count * 99 / 100]:0.0} ms, answered 202: {late}"),
                FormattableString.Invariant($"{tasks / ours:0} /s; processor a task: {ourFigures.Each(tasks)}"),
                FormattableString.Invariant($"{raw / ours:0.00} of raw ({tasks / raw:0}/s; {rawFigures.Each(tasks)})"), ours + raw);

            (Guid, Guid)[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => all.Dequeue())];
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync(cancellation);
        }
    }

    private Process Start(int port)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "WorkflowHost.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["Workflows__Mode"] = "Demo";
        start.Environment["ConnectionStrings__Workflows"] = connectionString;
        var host = Process.Start(start)!;
        var said = new Queue<string>();
        host.OutputDataReceived += (_, e) => Keep(e.Data);
        host.ErrorDataReceived += (_, e) => Keep(e.Data);
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        return host;

        void Keep(string? line)
        {
            lock (said)
            {
                if (line is not null) said.Enqueue(line);
                if (said.Count > 20) said.Dequeue();
            }
        }
    }

    private static async Task ReadyAsync(HttpClient http, Process host, CancellationToken cancellation)
    {
        for (var i = 0; i < 600 && !host.HasExited; i++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("health", UriKind.Relative), cancellation);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }

        throw new InvalidOperationException("The host does not answer.");
    }

    private static async Task<(Guid Person, long Unit, string Role)> SignInAsync(NpgsqlDataSource database, HttpClient http, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var people = await Db.Command(connection, """
            -- HttpClicks.Who
            select p.id, p.user_name, a.unit_id, a.role
            from person p join role_assignment a on a.person_id = p.id join unit u on u.id = a.unit_id
            where p.password_hash is not null and u.kind = 'GrassrootsUnion' and a.role = 'Chair' order by p.user_name limit 1
            """).ListAsync(r => (Id: r.GetGuid(0), Name: r.GetString(1), Unit: r.GetInt64(2), Role: r.GetString(3)), cancellation);
        if (people.Count == 0) throw new InvalidOperationException("The demo has no chair of a grassroots union who may sign in.");
        using var answer = await http.PostAsJsonAsync("api/sign-in", new { userName = people[0].Name, password = Password }, cancellation);
        answer.EnsureSuccessStatusCode();
        var token = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!["accessToken"]!.GetValue<string>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (people[0].Id, people[0].Unit, people[0].Role);
    }

    /// <summary>New instances that the host itself brings to their task.</summary>
    private static async Task<(Guid Task, Guid Instance)[]> TasksAsync(
        NpgsqlDataSource database, (Guid Person, long Unit, string Role) who, int count, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await Db.Command(connection, "insert into definition_version (id, definition_id, version, document, is_latest, is_published, created_at) values ('bench-click-1', 'bench-click', 1, $1, true, true, '2019-12-01') on conflict do nothing",
            Db.P(Definition.Replace("ROLE", who.Role, StringComparison.Ordinal))).ExecuteNonQueryAsync(cancellation);
        await Db.Command(connection, """
            with created as (
              insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, created_at, updated_at)
              select id, 'bench-click', 'bench-click-1', 1, id, $2, '2019-12-17', '2019-12-17' from (select gen_random_uuid() as id from generate_series(1, $1)) n returning id)
            insert into instance_event (instance_id, kind, at) select id, 'start', '2019-12-17' from created
            """, Db.P(count), Db.P(who.Unit)).ExecuteNonQueryAsync(cancellation);
        while (true)
        {
            var tasks = await Db.Command(connection, """
                -- HttpClicks.Tasks
                select t.id, t.instance_id from task t join instance i on i.id = t.instance_id where i.definition_id = 'bench-click' and t.status = 'open' and t.unit_id = $1
                """, Db.P(who.Unit)).ListAsync(r => (r.GetGuid(0), r.GetGuid(1)), cancellation);
            if (tasks.Count >= count) return [.. tasks];
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
        }
    }

    private static async Task<(double Seconds, List<double> Times, int Late)> CompleteAsync(
        HttpClient http, (Guid Task, Guid Instance)[] tasks, CancellationToken cancellation)
    {
        var (times, late) = (new List<double>(tasks.Length), 0);
        var seconds = await AllAsync(tasks, async task =>
        {
            var watch = Stopwatch.StartNew();
            using var answer = await http.PostAsJsonAsync($"api/tasks/{task.Task}/complete", new { revision = 1, operationId = task.Task.ToString(), data = new { } }, cancellation);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
            lock (times)
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
                if (answer.StatusCode == HttpStatusCode.Accepted) late++;
            }
        });
        return (seconds, times, late);
    }

    private static Task<double> RawAsync(NpgsqlDataSource database, Guid person, (Guid Task, Guid Instance)[] tasks, CancellationToken cancellation) =>
        AllAsync(tasks, async task =>
        {
            var now = new DateTimeOffset(2019, 12, 18, 1, 0, 0, TimeSpan.Zero);
            await Rows.CompleteAsync(database, task.Task, person, now, cancellation);
            await Rows.StepAsync(database, task.Instance, now, cancellation);
        });

    /// <summary>Seconds until as many workers as there are clients have done all.</summary>
    private static async Task<double> AllAsync((Guid Task, Guid Instance)[] tasks, Func<(Guid Task, Guid Instance), Task> work)
    {
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (int mine; (mine = Interlocked.Increment(ref next)) < tasks.Length;) await work(tasks[mine]);
        })));
        return watch.Elapsed.TotalSeconds;
    }
}
