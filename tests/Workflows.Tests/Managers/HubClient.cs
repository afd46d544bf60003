using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Workflows.Tests.Managers;

/// <summary>
/// A viewer of instances over the wire: negotiation, a web socket and the hub's JSON protocol, written by hand as SignalR's own client is no package
/// of this installation.
/// </summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly Uri Hub = new("/elsa/hubs/workflow-instance", UriKind.Relative);
    private readonly ClientWebSocket socket = new();
    private readonly Channel<JsonObject> messages = Channel.CreateUnbounded<JsonObject>();
    private readonly Channel<JsonObject> completions = Channel.CreateUnbounded<JsonObject>();
    private Task listening = Task.CompletedTask;
    private int invocation;

    /// <summary>The answer of the negotiation, for those who get none.</summary>
    public static Task<HttpResponseMessage> NegotiateAsync(HttpClient program) =>
        program.PostAsync(new Uri(Hub + "/negotiate?negotiateVersion=1", UriKind.Relative), null);

    public static async Task<HubClient> ConnectAsync(HttpClient program)
    {
        using var answer = await NegotiateAsync(program);
        var token = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["connectionToken"]!.ToString();
        var client = new HubClient();
        client.socket.Options.SetRequestHeader("Authorization", program.DefaultRequestHeaders.Authorization!.ToString());
        var address = new UriBuilder(new Uri(program.BaseAddress!, Hub)) { Scheme = "ws", Query = "id=" + Uri.EscapeDataString(token) };
        await client.socket.ConnectAsync(address.Uri, Limit());
        await client.SendAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        client.listening = client.ListenAsync();
        return client;
    }

    /// <summary>Calls the hub and waits for its answer; the error it gave, or null.</summary>
    public async Task<string?> ObserveAsync(string instanceId)
    {
        await SendAsync(new JsonObject
        {
            ["type"] = 1,
            ["invocationId"] = $"{++invocation}",
            ["target"] = "ObserveInstanceAsync",
            ["arguments"] = new JsonArray(instanceId),
        });
        return (await completions.Reader.ReadAsync(Limit()))["error"]?.ToString();
    }

    /// <summary>The next message: its name and only argument.</summary>
    public async Task<(string Name, JsonObject Body)> NextAsync()
    {
        var message = await messages.Reader.ReadAsync(Limit());
        return (message["target"]!.ToString(), message["arguments"]!.AsArray().Single()!.AsObject());
    }

    /// <summary>How many messages have come that nobody read.</summary>
    public int Waiting => messages.Reader.Count;

    /// <summary>Goes away without a word, as a window that is closed does.</summary>
    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        await listening;
    }

    private static CancellationToken Limit() => new CancellationTokenSource(Postgres.Patience).Token;

    private Task SendAsync(JsonObject message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, true, Limit());

    private async Task ListenAsync()
    {
        var (buffer, text) = (new byte[16_384], new StringBuilder());
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                text.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
                if (!got.EndOfMessage) continue;
                foreach (var part in text.ToString().Split(End, StringSplitOptions.RemoveEmptyEntries))
                {
                    var message = JsonNode.Parse(part)!.AsObject();
                    if (message["type"]?.GetValue<int>() == 1) await messages.Writer.WriteAsync(message);
                    else if (message["type"]?.GetValue<int>() == 3) await completions.Writer.WriteAsync(message);
                }

                text.Clear();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            messages.Writer.TryComplete();
        }
    }
}
