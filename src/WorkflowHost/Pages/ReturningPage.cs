using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Pages;

/// <summary>A page on the way to another one: a form that must be passed first.</summary>
public abstract class ReturningPage : PageModel
{
    /// <summary>Where to go on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>Why it did not work.</summary>
    public ErrorSummary Errors { get; protected set; } = new([]);

    /// <summary>Where one goes on, within this site only.</summary>
    public string Onwards => Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : Usual;

    /// <summary>Where one goes on who did not come from anywhere.</summary>
    protected virtual string Usual => "/";
}
