using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace WorkflowHost.Web;

/// <summary>
/// Every unsafe request that lives on the session's cookie needs the antiforgery token, in the header
/// <c>RequestVerificationToken</c> or the form. Razor Pages check it themselves; this covers all other endpoints.
/// Tokens in the Authorization header are not sent by a browser on its own and need none. A GET that changes something says so
/// (<see cref="ChangesSomething"/>): the session's cookie comes along with a link of somebody else's page, too.
/// </summary>
public sealed class RequireAntiforgery(RequestDelegate next, IAntiforgery antiforgery)
{
    /// <summary>Runs after authentication.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if ((IsUnsafe(context.Request.Method) || context.GetEndpoint()?.Metadata.GetMetadata<ChangesSomething>() is not null) && LivesOnCookie(context) && !ChecksItself(context.GetEndpoint())
            && !await IsValidAsync(context))
        {
            await TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "The antiforgery token is missing",
                detail: "Send the header RequestVerificationToken with the content of <meta name=\"antiforgery\">, or use a bearer token.",
                type: "antiforgery_required",
                extensions: [KeyValuePair.Create<string, object?>("titleVi", "Thiếu mã chống giả mạo")]).ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    /// <summary>On an endpoint whose GET changes something, as Elsa's contract has some.</summary>
    public sealed record ChangesSomething;

    private async Task<bool> IsValidAsync(HttpContext context)
    {
        try
        {
            // Not IsRequestValidAsync, which lets every GET pass.
            await antiforgery.ValidateRequestAsync(context);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            // Also a form that cannot be read holds no token.
            return false;
        }
    }

    private static bool IsUnsafe(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method));

    private static bool LivesOnCookie(HttpContext context) =>
        context.User.Identities.Any(identity => identity.AuthenticationType == IdentityConstants.ApplicationScheme);

    private static bool ChecksItself(Endpoint? endpoint) =>
        endpoint is null
        || endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null
        || endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: false };
}
