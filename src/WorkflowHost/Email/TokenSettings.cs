namespace WorkflowHost.Email;

/// <summary>Where access tokens for XOAUTH2 come from: a file that something else keeps fresh, or a token endpoint.</summary>
/// <param name="File">Read anew at each sign-in; its whole text is the token.</param>
/// <param name="Url">Token endpoint (RFC 6749); https only, except on this machine.</param>
/// <param name="RefreshToken">Given: the grant <c>refresh_token</c>; else <c>client_credentials</c>.</param>
public sealed record TokenSettings(string? File, Uri? Url, string? ClientId, string? ClientSecret, string? RefreshToken, string? Scope)
{
    /// <summary><c>Smtp:TokenFile</c>, or <c>Smtp:TokenUrl</c> with <c>ClientId</c>, <c>ClientSecret</c>, <c>RefreshToken</c>, <c>Scope</c>; null when neither is set.</summary>
    /// <exception cref="InvalidOperationException">Both are set, or the address would be asked in the clear.</exception>
    public static TokenSettings? Read(IConfigurationSection smtp)
    {
        var (file, url) = (smtp["TokenFile"], smtp["TokenUrl"]);
        if (file is null && url is null) return null;
        if (file is not null && url is not null) throw new InvalidOperationException("Set Smtp:TokenFile or Smtp:TokenUrl, not both.");
        if (file is not null) return new TokenSettings(file, null, null, null, null, null);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback))
            throw new InvalidOperationException($"Smtp:TokenUrl '{url}' is no https address.");
        if (smtp["ClientId"] is not { } client) throw new InvalidOperationException("Smtp:TokenUrl needs Smtp:ClientId.");
        return new TokenSettings(null, address, client, smtp["ClientSecret"], smtp["RefreshToken"], smtp["Scope"]);
    }
}
