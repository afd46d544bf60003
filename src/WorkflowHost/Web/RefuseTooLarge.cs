using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace WorkflowHost.Web;

/// <summary>
/// Refuses a form by the size it tells, behind the page's own limit (order 900) and before the antiforgery check (1000): that one cannot read a form
/// which is too large, and would call it one that is no longer valid.
/// </summary>
internal sealed class RefuseTooLarge : IAuthorizationFilter, IOrderedFilter
{
    /// <inheritdoc />
    public int Order => 950;

    /// <inheritdoc />
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        // The page that tells of it is reached by the same request.
        if (http.Features.Get<IStatusCodeReExecuteFeature>() is null && http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
            context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
    }
}
