using System.Text.Json;

namespace WorkflowHost.Email;

/// <summary>
/// Access tokens for XOAUTH2, kept until a minute before they expire (system clock). One for all connections of a host. Neither tokens nor secrets
/// reach a log or an error's text.
/// </summary>
public sealed class AccessTokenSource(TokenSettings settings, TimeProvider system) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly SemaphoreSlim _one = new(1);
    private string? _token;
    private DateTimeOffset _until;

    /// <summary>A token that should be good now. <paramref name="refused"/>: the one the server has just refused; it is not given again.</summary>
    /// <exception cref="IOException">There is none to be had; the message says why.</exception>
    public async Task<string> GetAsync(string? refused, CancellationToken cancellation)
    {
        if (settings.File is { } file) return Usable(await ReadAsync(file, cancellation));
        await _one.WaitAsync(cancellation);
        try
        {
            if (_token is { } known && known != refused && system.GetUtcNow() < _until) return known;
            return _token = await AskAsync(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellation)).Trim();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The file of the access token cannot be read: {e.Message}", e);
        }
    }

    private async Task<string> AskAsync(CancellationToken cancellation)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = settings.RefreshToken is null ? "client_credentials" : "refresh_token",
            ["client_id"] = settings.ClientId!,
        };
        if (settings.ClientSecret is { } secret) form["client_secret"] = secret;
        if (settings.RefreshToken is { } refresh) form["refresh_token"] = refresh;
        if (settings.Scope is { } scope) form["scope"] = scope;
        try
        {
            using var body = new FormUrlEncodedContent(form);
            using var answer = await _http.PostAsync(settings.Url, body, cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            using var json = JsonDocument.Parse(text);
            if (!answer.IsSuccessStatusCode)
                throw new IOException($"The token endpoint {settings.Url!.Host} answered {(int)answer.StatusCode} {(json.RootElement.TryGetProperty("error", out var error) ? error.ToString() : "")}.");
            var seconds = json.RootElement.TryGetProperty("expires_in", out var expires) && expires.TryGetInt32(out var value) ? value : 300;
            _until = system.GetUtcNow().AddSeconds(seconds) - Margin;
            return Usable(json.RootElement.GetProperty("access_token").GetString());
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new IOException($"The token endpoint {settings.Url!.Host} gave no access token: {e.GetType().Name}.", e);
        }
    }

    private static string Usable(string? token) =>
        token is { Length: > 0 } && token.All(c => c is > ' ' and < '\x7f') ? token : throw new IOException("There is no usable access token for the mail server.");
}
