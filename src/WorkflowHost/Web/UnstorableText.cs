using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using WorkflowHost.Api;
using WorkflowHost.Identity;

namespace WorkflowHost.Web;

/// <summary>
/// Text that PostgreSQL cannot hold (the character NUL) in whatever place of a request: the statement was refused as a whole, so nothing was written,
/// and it is the request that is wrong.
/// </summary>
internal sealed class UnstorableText : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter }) return false;
        if (!IdentitySetup.IsProgram(httpContext.Request))
        {
            // Without a body: the page of this status is written behind this.
            httpContext.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return true;
        }

        await Problems.Validation("", "Có ký tự không lưu được (U+0000).", "It holds a character that cannot be stored (U+0000).").ExecuteAsync(httpContext);
        return true;
    }
}
