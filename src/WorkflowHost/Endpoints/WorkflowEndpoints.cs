using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Requests;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using WorkflowHost.StudioApi;

namespace WorkflowHost.Endpoints;

/// <summary>
/// <c>/workflows/{path}</c>: requests of other programs that start definitions or resume what waits for them. Who calls shows a bearer token, unless the
/// definition asks for none and the installation has opened the path; a browser's session counts for nothing here, so no page of others can call in
/// somebody's name. The run answers when it comes to that in this request; else 202 with the instance's id.
/// </summary>
public static class WorkflowEndpoints
{
    private const int LongestCorrelation = 200;
    private const string Prefix = "/workflows";

    /// <summary>The policy of every answer: whatever a definition says, a browser runs and loads nothing of it.</summary>
    private const string Policy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    /// <summary>Adds the address. Studio's own links below it are more exact and go before.</summary>
    public static void MapWorkflowEndpoints(this IEndpointRouteBuilder routes) =>
        routes.Map(Prefix + "/{**path}", HandleAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(
        HttpContext http, RequestActor who, NpgsqlDataSource database, Runner runner, EndpointGate gate, OpenEndpoints open, BusinessClock clock, CancellationToken stop)
    {
        var headers = http.Response.Headers;
        (headers.CacheControl, headers.ContentSecurityPolicy, headers["X-Robots-Tag"]) = ("no-store", Policy, "noindex");
        // A refusal without words is a definition's own answer, not to be filled in by ours.
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        if (!gate.Admits(http.Connection.RemoteIpAddress)) return TooMany(http);
        var method = http.Request.Method.ToUpperInvariant();
        if (!http.Request.Path.StartsWithSegments(Prefix, out var rest) || EndpointPath.Segments(rest.Value ?? "") is not { } segments) return NotFound();
        if (!EndpointPath.Methods.Contains(method)) return WrongMethod(http, EndpointPath.Methods);
        var correlation = Named(http.Request, "correlationId");
        var named = Named(http.Request, "workflowInstanceId");
        if (correlation?.Length > LongestCorrelation || !StorableText.Holds(correlation))
            return Refusals.Bad(400, "correlation", $"Mã liên kết dài nhất {LongestCorrelation} ký tự.", $"A correlation id has at most {LongestCorrelation} characters.");
        if (named is not null && !Guid.TryParse(named, out _)) return NotFound();

        var found = await TakeRequest.FindAsync(database, method, segments, correlation, named is null ? null : Guid.Parse(named), stop);
        if (found.Endpoint is not { } endpoint) return found.Methods.Count > 0 ? WrongMethod(http, found.Methods) : NotFound();
        if (found.IsAmbiguous)
            return Refusals.Bad(409, "ambiguous", "Nhiều lượt chạy chờ yêu cầu này; hãy nêu correlationId hoặc workflowInstanceId.", "Several instances wait for this request; name correlationId or workflowInstanceId.");
        var (actor, barred) = await AdmitAsync(http, who, endpoint, open, stop);
        if (barred is not null) return barred;
        if (!gate.AdmitsTo($"{endpoint.DefinitionId}/{endpoint.ActivityId}")) return TooMany(http);
        var (request, refused) = await ReadRequest.RunAsync(http.Request, segments, endpoint.Rule, stop);
        if (refused is not null) return refused;

        // From this commit on it cannot be lost; the caller may go away.
        var call = Guid.CreateVersion7(who.Now);
        if (await TakeRequest.RunAsync(database, endpoint, call, request!, actor, actor?.Grants is [var grant, ..] ? grant.UnitId : null, correlation, clock.Now(), who.RecordedAt, stop) is not { } instance)
            return endpoint.InstanceId is not null ? Faster() : Refusals.Bad(409, "busy", "Quy trình không cho chạy thêm lúc này, hoặc vừa được thu hồi.", "The definition allows no further instance now, or was just retracted.");
        headers[RunDefinitionsApi.InstanceHeader] = instance.ToString();
        var isSettled = await runner.RunNowAsync(instance, CancellationToken.None) == RunAnswer.Settled;
        return await TakeRequest.OutcomeAsync(database, call, CancellationToken.None) switch
        {
            { Answer: { } answer } => Answer(http, answer),
            { SubStatus: nameof(SubStatus.Faulted) } => Refusals.Bad(500, "instance_faulted", "Lượt chạy dừng vì lỗi; người vận hành đã được báo trong danh sách sự cố.", "The instance failed; those who operate it see the incident.", instance),
            { IsReached: false } when isSettled => Faster(),
            _ => StudioJson.Answer(new JsonObject { ["workflowInstanceId"] = instance.ToString() }, 202),
        };
    }

    /// <summary>Who calls, null where nobody has to be known; or why the call is refused.</summary>
    private static async Task<(Actor? Actor, IResult? Refused)> AdmitAsync(HttpContext http, RequestActor who, FoundEndpoint endpoint, OpenEndpoints open, CancellationToken stop)
    {
        var isKnown = http.User.Identities.Any(i => i is ClaimsIdentity { AuthenticationType: BearerTokens.SchemeName, IsAuthenticated: true });
        var actor = isKnown ? await who.ReadAsync(stop) : null;
        var rule = endpoint.Rule;
        if (actor is null)
        {
            if (rule is { Authorize: false, Policy: null } && open.Has(rule.Path)) return (null, null);
            http.Response.Headers.WWWAuthenticate = BearerTokens.SchemeName;
            return (null, Refusals.Bad(401, "sign_in_required", "Hãy đăng nhập và gửi kèm mã truy cập (Authorization: Bearer).", "Sign in and send the access token (Authorization: Bearer)."));
        }

        if (http.User.HasClaim(c => c.Type == PersonClaims.MustChangePassword)) return (null, RequirePasswordChange.Refuse());
        if (rule.Policy is { } policy && !actor.Grants.Any(g => (g.Role == policy || g.Permissions.Contains(policy)) && (endpoint.UnitPath?.StartsWith(g.UnitPath, StringComparison.Ordinal) ?? true)))
            return (null, Refusals.Bad(403, "forbidden", "Bạn không có quyền gọi địa chỉ này.", "You may not call this."));
        return (actor, null);
    }

    private static IResult Answer(HttpContext http, CallAnswer answer)
    {
        foreach (var (name, value) in answer.Headers) http.Response.Headers[name] = value;
        return answer.Content is { } content && answer.StatusCode != StatusCodes.Status204NoContent
            ? Results.Text(content, answer.ContentType, System.Text.Encoding.UTF8, answer.StatusCode)
            : Results.StatusCode(answer.StatusCode);
    }

    private static string? Named(HttpRequest request, string query) => request.Query[query].ToString() is { Length: > 0 } asked ? asked : null;

    private static IResult NotFound() => Refusals.Bad(404, "not_found", "Không có gì nhận yêu cầu ở đây.", "Nothing takes requests here.");

    private static IResult Faster() => Refusals.Bad(409, "gone", "Điểm chờ này đã nhận yêu cầu khác hoặc không còn.", "This wait has taken another request, or is not there any more.");

    private static IResult TooMany(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "60";
        return Refusals.Bad(429, "too_many_requests", "Quá nhiều yêu cầu; hãy thử lại sau một phút.", "Too many requests; try again in a minute.");
    }

    private static IResult WrongMethod(HttpContext http, IEnumerable<string> methods)
    {
        http.Response.Headers.Allow = string.Join(", ", methods);
        return Refusals.Bad(405, "wrong_method", "Địa chỉ này không nhận phương thức đó.", "This address does not take that method.");
    }
}
