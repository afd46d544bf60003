using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.StaticAssets;

namespace WorkflowHost.Identity;

/// <summary>
/// Who signed in with a password that somebody else has set gets no further than the page that changes it: pages lead there, programs get 403.
/// Open to everybody stay the addresses that ask for no sign-in, and the files of the pages.
/// </summary>
public sealed class RequirePasswordChange(RequestDelegate next)
{
    /// <summary>The page that changes the password.</summary>
    public const string Page = "/change-password";

    /// <summary>Runs behind authorization.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.User.HasClaim(claim => claim.Type == PersonClaims.MustChangePassword) || IsOpen(context.GetEndpoint())) return next(context);
        if (IdentitySetup.IsProgram(context.Request)) return Refuse().ExecuteAsync(context);
        context.Response.Redirect(HttpMethods.IsGet(context.Request.Method)
            ? $"{Page}?returnUrl={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}"
            : Page);
        return Task.CompletedTask;
    }

    /// <summary>What a program is told.</summary>
    public static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Refuse() => TypedResults.Problem(
        statusCode: StatusCodes.Status403Forbidden,
        title: "Change the password you were given first",
        detail: $"The password was set by somebody else. Sign in with a browser and change it at {Page}.",
        type: "password_change_required",
        extensions: [KeyValuePair.Create<string, object?>("titleVi", $"Hãy đổi mật khẩu được cấp trước khi tiếp tục, tại {Page}")]);

    private static bool IsOpen(Endpoint? endpoint) =>
        endpoint is null
        || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { ViewEnginePath: "/ChangePassword" };
}
