using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Pages;

/// <summary>Remembers the language on this device, and for the person signed in also for mails and other devices.</summary>
[AllowAnonymous]
public sealed class SwitchLanguageModel(UserManager<Person> people, TimeProvider time) : PageModel
{
    /// <summary>The address is only posted to.</summary>
    public IActionResult OnGet() => LocalRedirect("/");

    /// <summary>Goes back to where the switch was pressed.</summary>
    public async Task<IActionResult> OnPostAsync(string? language, string? returnUrl)
    {
        if (Language.Find(language) is not { } chosen)
        {
            return BadRequest();
        }
        Response.Cookies.Append(ChooseLanguage.Cookie, chosen.Code, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = Request.IsHttps,
            IsEssential = true,
            Expires = time.GetUtcNow().AddYears(1),
        });
        if (await people.GetUserAsync(User) is { } person && person.Language != chosen.Code)
        {
            person.Language = chosen.Code;
            await people.UpdateAsync(person);
        }
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }
}
