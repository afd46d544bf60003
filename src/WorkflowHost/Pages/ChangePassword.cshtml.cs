using Microsoft.AspNetCore.Mvc;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages;

/// <summary>
/// Changes one's own password; the only page for those whose password was set by somebody else. The current one is asked for, and wrong tries
/// count towards the lock as at the sign-in. Every other session and token of the person ends.
/// </summary>
public sealed class ChangePasswordModel(PersonSignIn signIn, Texts texts) : ReturningPage
{
    /// <summary>The password of now.</summary>
    [BindProperty]
    public string? Current { get; set; }

    /// <summary>The one to come.</summary>
    [BindProperty]
    public string? New { get; set; }

    /// <summary>The same again, against a slip.</summary>
    [BindProperty]
    public string? Again { get; set; }

    /// <summary>Nothing else is open until it is changed.</summary>
    public bool Forced => User.HasClaim(claim => claim.Type == PersonClaims.MustChangePassword);

    /// <summary>Checks, changes and goes on, or says what is wrong.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        if (string.IsNullOrEmpty(Current)) ModelState.AddModelError(nameof(Current), texts["password.current.missing"]);
        if (string.IsNullOrEmpty(New)) ModelState.AddModelError(nameof(New), texts["password.new.missing"]);
        else if (New == Current) ModelState.AddModelError(nameof(New), texts["password.new.same"]);
        else if (New != Again) ModelState.AddModelError(nameof(Again), texts["password.again.differs"]);
        if (ModelState.IsValid && await ChangeAsync()) return LocalRedirect(Onwards);
        Errors = ErrorSummary.From(ModelState);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> ChangeAsync()
    {
        if (await signIn.UserManager.GetUserAsync(User) is not { } person || await signIn.CheckAsync(person.UserName, Current!) is not { } same)
        {
            ModelState.AddModelError(nameof(Current), texts["password.current.wrong"]);
            return false;
        }

        same.MustChangePassword = false;
        var result = await signIn.UserManager.ChangePasswordAsync(same, Current!, New!);
        foreach (var error in result.Errors)
            ModelState.AddModelError(nameof(New), texts[error.Code switch
            {
                "PasswordTooShort" => "password.new.short",
                PasswordRules.Guessable => "password.new.guessable",
                "ConcurrencyFailure" => "password.meanwhile",
                _ => "password.new.refused",
            }]);
        if (result.Succeeded) await signIn.RefreshSignInAsync(same);
        return result.Succeeded;
    }
}
