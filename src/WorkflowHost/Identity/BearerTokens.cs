using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace WorkflowHost.Identity;

/// <summary>
/// The scheme "Bearer": an <see cref="AccessTokens"/> token in the Authorization header. The person is read with each
/// request, so a new password or a switched-off account ends a token at once.
/// </summary>
public sealed class BearerTokens(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessTokens tokens, PersonSignIn signIn)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>The name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    private const string Prefix = "Bearer ";

    /// <summary>Whether the request brings a token, good or not; then its cookie is not looked at.</summary>
    public static bool IsIn(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc />
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsIn(Request))
        {
            return AuthenticateResult.NoResult();
        }
        if (tokens.Read(Request.Headers.Authorization.ToString()[Prefix.Length..].Trim()) is not { } ticket)
        {
            return AuthenticateResult.Fail("The token is not ours, damaged or expired.");
        }
        var person = await signIn.UserManager.FindByIdAsync(ticket.Person.ToString());
        if (!await signIn.ValidateSecurityStampAsync(person, ticket.SecurityStamp))
        {
            return AuthenticateResult.Fail("The token was withdrawn.");
        }
        var principal = await signIn.CreateUserPrincipalAsync(person!);
        // The identity carries the scheme it came by: only those of a cookie need the antiforgery header.
        var identity = new ClaimsIdentity(principal.Claims, SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = SchemeName;
        return Task.CompletedTask;
    }
}
