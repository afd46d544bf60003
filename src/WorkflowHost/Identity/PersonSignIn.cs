using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WorkflowHost.Web;

namespace WorkflowHost.Identity;

/// <summary>
/// Identity's sign-in, for active persons only, that says of a refusal nothing but that it is one: an unknown name, a wrong
/// password, none at all, a lock and an account switched off look and, as far as hashing goes, take the same.
/// </summary>
public sealed class PersonSignIn(
    UserManager<Person> people,
    IHttpContextAccessor context,
    IUserClaimsPrincipalFactory<Person> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Person>> log,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Person> confirmation,
    ShellSettings shell)
    : SignInManager<Person>(people, context, claims, options, log, schemes, confirmation)
{
    private static readonly Person Nobody = new() { UserName = "nobody" };
    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<Person>().HashPassword(Nobody, Guid.NewGuid().ToString()));

    /// <summary>The person with this name and password, or null for every kind of refusal. Counts wrong tries.</summary>
    public async Task<Person?> CheckAsync(string userName, string password)
    {
        var person = await UserManager.FindByNameAsync(userName);
        // Identity hashes only where a password is to be compared; asked before, since the wrong try that locks was compared as well.
        if (person?.PasswordHash is null || !await CanSignInAsync(person) || await UserManager.IsLockedOutAsync(person))
            UserManager.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);
        if (person is null) return null;
        var result = await CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        // Everybody can read the demo's password: should a demo's row ever reach a production database, it opens nothing.
        return result.Succeeded && (shell.Demo || password != DemoAccount.PublicPassword) ? person : null;
    }

    /// <inheritdoc />
    public override async Task<bool> CanSignInAsync(Person user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.IsActive && await base.CanSignInAsync(user);
    }

    /// <summary>Also ends the sessions of a person who was switched off.</summary>
    public override async Task<bool> ValidateSecurityStampAsync(Person? user, string? securityStamp) =>
        user is { IsActive: true } && await base.ValidateSecurityStampAsync(user, securityStamp);
}
