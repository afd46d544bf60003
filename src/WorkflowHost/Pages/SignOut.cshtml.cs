using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Identity;

namespace WorkflowHost.Pages;

/// <summary>Ends the session of this device. Only a post does it: a link in a mail must not sign anybody out.</summary>
[AllowAnonymous]
public sealed class SignOutModel(PersonSignIn signIn) : PageModel
{
    /// <summary>Asks; nobody signed in goes to the sign-in.</summary>
    public IActionResult OnGet() => User.Identity?.IsAuthenticated == true ? Page() : RedirectToPage("/SignIn");

    /// <summary>Ends it.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return RedirectToPage("/SignIn", new { signedOut = true });
    }
}
