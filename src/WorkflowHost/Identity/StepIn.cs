namespace WorkflowHost.Identity;

/// <summary>
/// Before a page or endpoint about one task runs: settles in whose name the person acts (<see cref="RequestActor.InTaskAsync"/>), by what the
/// address asks for. Commands check every right again.
/// </summary>
public sealed class StepIn(RequestDelegate next)
{
    /// <inheritdoc cref="StepIn"/>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated == true && CommandOf(context.Request) is { } asked)
            await context.RequestServices.GetRequiredService<RequestActor>().InTaskAsync(asked.Task, asked.Command, context.RequestAborted);
        await next(context);
    }

    /// <summary>The task and the command of <c>/tasks/{id}…</c> and <c>/api/tasks/{id}…</c>; null for other addresses.</summary>
    internal static (Guid Task, string Command)? CommandOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["api", .. var rest]) parts = rest;
        if (parts is not ["tasks", var id, ..] || !Guid.TryParse(id, out var task)) return null;
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var command = parts.ElementAtOrDefault(2) switch
        {
            null when !isRead => request.Query["handler"].ToString().ToLowerInvariant() is { Length: > 0 } handler ? handler == "autosave" ? "draft" : handler : "complete",
            null or "files" or "deliveries" => "read",
            "attachments" => isRead ? "read" : "attach",
            "comments" => "comment",
            "decide" => "accept",
            var named => named,
        };
        return (task, command);
    }
}
