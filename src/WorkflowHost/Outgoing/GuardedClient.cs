using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WorkflowEngine.Requests;
using WorkflowEngine.Tasks;
using WorkflowHost.Web;

namespace WorkflowHost.Outgoing;

/// <summary>Finds the addresses of a server; a test gives its own.</summary>
public delegate Task<IPAddress[]> FindAddresses(string host, CancellationToken cancellation);

/// <summary>
/// Sends requests of definitions. A name is looked up once, all its addresses are checked, and the connection goes to one of those checked: a name that
/// answers otherwise a moment later gains nothing. No proxy, no cookies, no credentials of the host; redirects are followed for GET and HEAD within
/// the same server only; time and size are bounded.
/// </summary>
public sealed class GuardedClient : IDisposable
{
    /// <summary>Most bytes of an answer: it goes into the instance's state, which is bounded too.</summary>
    public const int LargestAnswer = 100 * 1024;

    /// <summary>The longest wait for the whole answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostRedirects = 5, MostHeaders = 50, LongestHeader = 2000;
    private static readonly string[] Ours = ["Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Authorization", "Idempotency-Key"];

    private readonly AllowedHosts _allowed;
    private readonly FindAddresses _find;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _system;
    private readonly HttpClient _client;

    public GuardedClient(AllowedHosts allowed, TimeProvider system, FindAddresses? find = null, TimeSpan? patience = null)
    {
        (_allowed, _system, _find, _patience) = (allowed, system, find ?? Dns.GetHostAddressesAsync, patience ?? Patience);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Sends it and tells what came, or why nothing did.</summary>
    public async Task<HttpOutcome> SendAsync(Guid id, JsonObject request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var bound = new CancellationTokenSource(_patience, _system);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            return await FollowAsync(id, request, new Uri(request["url"]?.ToString()!), both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new HttpOutcome(HttpOutcome.Timeout, Error: $"No answer within {_patience.TotalSeconds:0} seconds.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or RefusedException)
        {
            for (var inner = e; inner is not null; inner = inner.InnerException)
                if (inner is RefusedException) return new HttpOutcome(HttpOutcome.Refused, Error: inner.Message);
            return new HttpOutcome(HttpOutcome.FailedToConnect, Error: StorableText.Mended(e.Message));
        }
    }

    private async Task<HttpOutcome> FollowAsync(Guid id, JsonObject request, Uri address, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (_allowed.Problem(address) is { } problem) throw new RefusedException(problem);
            using var message = Message(id, request, address);
            using var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is { } location && (message.Method == HttpMethod.Get || message.Method == HttpMethod.Head)
                && new Uri(address, location) is var next && next.Scheme == address.Scheme && next.IdnHost == address.IdnHost && next.Port == address.Port && redirects < MostRedirects)
            {
                address = next;
                continue;
            }

            // Another server's redirect is an answer like any other: its status is the definition's to judge.
            return new HttpOutcome(HttpOutcome.Response, (int)answer.StatusCode, Headers(answer), await ContentAsync(answer.Content, cancellation), answer.Content.Headers.ContentType?.MediaType);
        }
    }

    private static HttpRequestMessage Message(Guid id, JsonObject request, Uri address)
    {
        var message = new HttpRequestMessage(new HttpMethod(request["method"]?.ToString() ?? "GET"), address);
        if (request["content"]?.ToString() is { } content)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            if (!message.Content.Headers.TryAddWithoutValidation("Content-Type", Clean(request["contentType"]?.ToString() ?? "text/plain"))) throw new RefusedException("The content type cannot be sent.");
        }

        foreach (var (name, values) in request["headers"] as JsonObject ?? [])
        {
            if (Ours.Contains(name, StringComparer.OrdinalIgnoreCase)) throw new RefusedException($"The header '{name}' is not the definition's to set.");
            foreach (var value in values as JsonArray ?? [])
                if (!message.Headers.TryAddWithoutValidation(name, Clean(value?.ToString() ?? ""))) throw new RefusedException($"The header '{name}' cannot be sent.");
        }

        if (request["authorization"]?.ToString() is { Length: > 0 } authorization) message.Headers.TryAddWithoutValidation("Authorization", Clean(authorization));
        message.Headers.TryAddWithoutValidation("Idempotency-Key", id.ToString());
        return message;
    }

    private static string Clean(string value) => value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? value : throw new RefusedException("A header holds a line break.");

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _find(host, cancellation);
        foreach (var address in addresses)
            if (!_allowed.Addresses.Allows(address)) throw new RefusedException($"'{host}' stands at {address}, which is no public address (setting Workflows:HttpPrivateNetworks).");
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException refused) throw;
                failure = refused;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static JsonObject Headers(HttpResponseMessage answer)
    {
        var headers = new JsonObject();
        // A session of the other server is nothing for a journal.
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !h.Key.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)).Take(MostHeaders))
            headers[name] = new JsonArray([.. values.Select(v => JsonValue.Create(StorableText.Mended(StorableText.Beginning(v, LongestHeader))))]);
        return headers;
    }

    private static async Task<string?> ContentAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > LargestAnswer) throw TooLarge();
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var bytes = await BoundedBody.ReadAsync(stream, LargestAnswer, cancellation) ?? throw TooLarge();
        var encoding = Encoding.UTF8;
        try
        {
            if (content.Headers.ContentType?.CharSet is { Length: > 0 } charset) encoding = Encoding.GetEncoding(charset.Trim('"'));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // A charset nobody knows, or that is not to be read (UTF-7): most likely it is UTF-8 all the same.
        }

        return bytes.Length == 0 ? null : StorableText.Mended(encoding.GetString(bytes));
    }

    private static RefusedException TooLarge() => new($"The answer is larger than {LargestAnswer / 1024} kB.");

    /// <summary>A rule keeps the request back; another try comes to the same.</summary>
    private sealed class RefusedException(string message) : Exception(message);
}
