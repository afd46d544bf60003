using Microsoft.AspNetCore.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Identity;

/// <summary>What a password must not be, beside too short: the user name, and outside a demo the demo's public one.</summary>
public sealed class PasswordRules(ShellSettings shell) : IPasswordValidator<Person>
{
    /// <summary>Code of the refusal, for pages that say it in the reader's language.</summary>
    public const string Guessable = "PasswordGuessable";

    /// <inheritdoc />
    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Task.FromResult(Refuses(user.UserName, password, shell.Demo)
            ? IdentityResult.Failed(new IdentityError { Code = Guessable, Description = "The password is the user name or known to everybody." })
            : IdentityResult.Success);
    }

    internal static bool Refuses(string userName, string? password, bool demo) =>
        string.Equals(password, userName, StringComparison.OrdinalIgnoreCase)
        || (!demo && string.Equals(password, DemoAccount.PublicPassword, StringComparison.OrdinalIgnoreCase));
}
