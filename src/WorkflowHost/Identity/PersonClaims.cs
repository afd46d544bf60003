using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace WorkflowHost.Identity;

/// <summary>What a session says of a person: id, user name and stamp by Identity, and the two below.</summary>
public sealed class PersonClaims(UserManager<Person> people, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<Person>(people, options)
{
    /// <summary>The claim with the name that others read.</summary>
    public const string DisplayName = "display_name";

    /// <summary>The claim with "vi" or "en".</summary>
    public const string Language = "language";

    /// <summary>The claim of those whose password was set by somebody else; see <see cref="RequirePasswordChange"/>.</summary>
    public const string MustChangePassword = "must_change_password";

    /// <summary>The person of this principal, or null when nobody is signed in.</summary>
    public static Guid? IdOf(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;
    }

    /// <inheritdoc />
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(DisplayName, user.DisplayName));
        identity.AddClaim(new Claim(Language, user.Language));
        if (user.MustChangePassword) identity.AddClaim(new Claim(MustChangePassword, "true"));
        return identity;
    }
}
