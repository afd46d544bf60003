using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages;

/// <summary>
/// The sign-in. A refusal never tells which of name and password was wrong, nor that an account is locked; it names the rule
/// of the lock instead. Afterwards one goes on where one was, within this site only. Who follows a link of a mail to a task reads which plan and
/// which date it is about; the task itself needs a session with the right.
/// </summary>
[AllowAnonymous]
public sealed class SignInModel(PersonSignIn signIn, ReadDemoAccounts demo, ReadTaskHint readHint, ShellSettings shell, Texts texts) : ReturningPage
{
    /// <summary>The last week of 2019: a drawing beside the sentence, not a date of anybody's.</summary>
    public static readonly DayStrip Picture = new(
        [.. Enumerable.Range(0, 7).Select(i => new DateOnly(2019, 12, 26).AddDays(i)).Select(day => new DayStrip.Day(
            day, false, day.Day == 31, day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || day.Day == 1, false))],
        []);

    /// <summary>What was typed, or the demo role's.</summary>
    [BindProperty]
    public string? UserName { get; set; }

    /// <summary>What was typed; written back only for a demo role.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Says that a session has ended, that one signed out, or that a role was filled in.</summary>
    public string? Message { get; private set; }

    /// <summary>Demo roles; none outside demo mode.</summary>
    public IReadOnlyList<DemoAccount> Roles { get; private set; } = [];

    /// <summary>The plan and date of the task where one goes on; null: one does not go on to a task.</summary>
    public TaskHint? Hint { get; private set; }

    /// <summary>Whether this field is to be corrected.</summary>
    public bool Fails(string field) => ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0;

    /// <summary>Shows the form; <paramref name="role"/> fills in a demo account by its user name.</summary>
    public async Task<IActionResult> OnGetAsync(string? role, bool ended, bool signedOut, CancellationToken cancellation)
    {
        await ReadRoles(cancellation);
        var filled = Roles.FirstOrDefault(account => account.UserName == role);
        if (filled is null && User.Identity?.IsAuthenticated == true)
        {
            return LocalRedirect(Onwards);
        }
        (UserName, Password) = (filled?.UserName, filled?.Password);
        Message = filled is not null ? texts["sign-in.demo.filled", $"“{filled.Role}”"]
            : ended ? texts["sign-in.ended"]
            : signedOut ? texts["sign-in.signed-out"]
            : null;
        return Page();
    }

    /// <summary>Checks and goes on, or says that it did not work.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(UserName))
        {
            ModelState.AddModelError(nameof(UserName), texts["sign-in.user-name.missing"]);
        }
        if (string.IsNullOrEmpty(Password))
        {
            ModelState.AddModelError(nameof(Password), texts["sign-in.password.missing"]);
        }
        if (ModelState.IsValid)
        {
            if (await signIn.CheckAsync(UserName!.Trim(), Password!) is { } person)
            {
                await signIn.SignInAsync(person, isPersistent: false);
                return LocalRedirect(Onwards);
            }
            ModelState.AddModelError("", texts["sign-in.wrong"]);
        }
        await ReadRoles(cancellation);
        Errors = ErrorSummary.From(ModelState, texts["sign-in.not-yet"]);
        Password = null;
        return Page();
    }

    private async Task ReadRoles(CancellationToken cancellation)
    {
        Roles = shell.Demo ? await demo(cancellation) : [];
        const string Tasks = "/tasks/";
        if (ReturnUrl?.StartsWith(Tasks, StringComparison.Ordinal) == true && Guid.TryParse(ReturnUrl.AsSpan(Tasks.Length), out var task)) Hint = await readHint(task, cancellation);
    }
}
