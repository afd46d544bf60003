using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Workflows.EndToEnd;

/// <summary>
/// People working on plan 23 over the JSON API. Every step looks first what is left to do, so that it can be repeated after a death of the host;
/// commands carry an operation id of their own, so that a repetition is the same command.
/// </summary>
/// <param name="address">Where a living host is now.</param>
/// <param name="revive">Called when a request got no answer; ends when a host listens again.</param>
public sealed class PlanRun(Func<Uri> address, Func<Task> revive)
{
    public const string Officer = "chuyenvien.cdyt", Chair = "chutich.cdyt", Clerk = "vanthu.cdyt";

    private static readonly byte[] Pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8.ToArray();
    private readonly HttpClient _http = new() { Timeout = Browser.Patience };
    private readonly Dictionary<string, string> _tokens = [];

    /// <summary>Requests that got no answer because the host died.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Repeats the step until it comes to its end on a living host.</summary>
    public async Task UntilDoneAsync(Func<Task> step)
    {
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (HttpRequestException lost) when (lost.StatusCode is null)
            {
                Unanswered++;
                await revive();
            }
        }
    }

    public Task MoveClockAsync(string to) => UntilDoneAsync(async () =>
    {
        var (status, body) = await SendAsync(null, HttpMethod.Post, "api/demo/clock", JsonContent.Create(new { to }));
        (status, body!["quiet"]!.GetValue<bool>()).ShouldBe((HttpStatusCode.OK, true), body.ToJsonString());
    });

    /// <summary>Ends when nothing is ready at the present business time.</summary>
    public Task SettleAsync() => UntilDoneAsync(async () =>
    {
        var (_, clock) = await SendAsync(null, HttpMethod.Get, "api/demo/clock", null);
        var (status, body) = await SendAsync(null, HttpMethod.Post, "api/demo/clock", JsonContent.Create(new { to = clock!["now"]!.GetValue<string>() }));
        (status, body!["quiet"]!.GetValue<bool>()).ShouldBe((HttpStatusCode.OK, true), body.ToJsonString());
    });

    /// <summary>The chair signs, the clerk numbers and issues; then all 34 units have their task.</summary>
    public async Task IssueAsync()
    {
        await DoAsync("kyBanHanh", Chair, _ => [], "Ky");
        // The signature may have been answered with 202: the clerk's turn comes when it has run.
        await SettleAsync();
        await UntilDoneAsync(async () =>
        {
            var plan = (await GetAsync(Clerk, "api/plans"))["items"]![0]!;
            if (plan["status"]!.GetValue<string>() == "issued") return;
            var (status, body) = await SendAsync(Clerk, HttpMethod.Post, $"api/plans/{plan["id"]}/issue", JsonContent.Create(new { }));
            status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
            body!["number"]!.GetValue<string>().ShouldBe("23/KH-CĐYT");
        });
    }

    public async Task<string> PlanIdAsync() => (await GetAsync(Officer, "api/plans"))["items"]![0]!["id"]!.GetValue<string>();

    /// <summary>Does a task of the issuer (or of the named units), with a file in <paramref name="files"/>' fields.</summary>
    public Task DoAsync(string activity, string? user, Func<string, JsonObject> data, string? outcome = null, Func<string, bool>? units = null, params string[] files) =>
        UntilDoneAsync(async () =>
        {
            foreach (var task in await TasksAsync(activity, "open", units)) await CompleteAsync(task, user ?? ChairOf(task), data(CodeOf(task)), outcome, files);
        });

    /// <summary>Units hand in, and the officer accepts.</summary>
    public async Task HandInAsync(string activity, Func<string, JsonObject> data, Func<string, bool>? units = null, params string[] files)
    {
        await DoAsync(activity, null, data, null, units, files);
        await AcceptAsync(activity, Officer, units);
    }

    public Task AcceptAsync(string activity, string user, Func<string, bool>? units = null) => UntilDoneAsync(async () =>
    {
        foreach (var task in await TasksAsync(activity, "submitted", units)) await CommandAsync(user, task, "accept", new JsonObject());
    });

    public Task ReturnAsync(string activity, string unit, string reason, string lastDay) => UntilDoneAsync(async () =>
    {
        foreach (var task in await TasksAsync(activity, "submitted", u => u == unit))
            await CommandAsync(Officer, task, "return", new JsonObject { ["reason"] = reason, ["lastDay"] = lastDay });
    });

    public Task CloseAsync(string activity, string unit, string reason) => UntilDoneAsync(async () =>
    {
        foreach (var task in await TasksAsync(activity, "open", u => u == unit)) await CommandAsync(Officer, task, "close", new JsonObject { ["reason"] = reason });
    });

    /// <summary>The tasks of one step in one state, of all units that the officer follows, or of some.</summary>
    public async Task<List<JsonNode>> TasksAsync(string activity, string? status = null, Func<string, bool>? units = null)
    {
        var found = await GetAsync(Officer, $"api/tasks?mine=all&activity={activity}&limit=200{(status is null ? "" : "&status=" + status)}");
        return [.. ((JsonArray)found["items"]!).Where(t => units is null || units(CodeOf(t!))).Select(t => t!)];
    }

    public async Task<JsonNode> GetAsync(string user, string path)
    {
        var (status, body) = await SendAsync(user, HttpMethod.Get, path, null);
        status.ShouldBe(HttpStatusCode.OK, path);
        return body!;
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(string? user, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(address(), path)) { Content = content };
        if (user is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(user));
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
    }

    public static string CodeOf(JsonNode task) => task["unit"]!["code"]!.GetValue<string>();

    public static string ChairOf(JsonNode task) => "chutich." + CodeOf(task)["CDCS-".Length..].ToLowerInvariant();

    private async Task CompleteAsync(JsonNode task, string user, JsonObject data, string? outcome, string[] files)
    {
        foreach (var field in files)
        {
            using var content = new ByteArrayContent(Pdf);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var (status, file) = await SendAsync(user, HttpMethod.Post, $"api/tasks/{task["id"]}/attachments?name={field}.pdf&field={field}", content);
            status.ShouldBe(HttpStatusCode.OK, file?.ToJsonString());
            data[field] = file!["id"]!.GetValue<string>();
        }

        await CommandAsync(user, task, "complete", new JsonObject { ["outcome"] = outcome, ["data"] = data });
    }

    /// <summary>Gives a command once: the state is looked up again after a death, and a command that had been taken in is not repeated.</summary>
    private async Task CommandAsync(string user, JsonNode task, string command, JsonObject body)
    {
        body["revision"] = task["revision"]!.GetValue<int>();
        body["operationId"] = $"{command}/{task["revision"]}";
        var (status, answer) = await SendAsync(user, HttpMethod.Post, $"api/tasks/{task["id"]}/{command}", JsonContent.Create(body));
        status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Accepted], $"{command} {task["activity"]} of {CodeOf(task)}: {answer?.ToJsonString()}");
    }

    private async Task<string> TokenAsync(string user)
    {
        if (_tokens.TryGetValue(user, out var known)) return known;
        using var answer = await _http.PostAsJsonAsync(new Uri(address(), "api/sign-in"), new { userName = user, password = "congdoan-2019" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, user);
        return _tokens[user] = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["accessToken"]!.GetValue<string>();
    }
}
