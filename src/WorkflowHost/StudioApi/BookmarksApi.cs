using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Email;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>
/// <c>/elsa/api/bookmarks/resume?t=TOKEN</c>: resumes one wait, for whoever has the token that somebody who operates the instance was given for it. The
/// token is checked before anything else of the request is read; it is good once and for a day at the longest.
/// </summary>
public static class BookmarksApi
{
    private const int LargestBody = 1024 * 1024, UsualMinutes = 60;

    /// <summary>Adds the endpoints.</summary>
    public static void MapBookmarksApi(this IEndpointRouteBuilder routes)
    {
        routes.MapStudioGroup("/workflow-instances").MapPost("/{id:guid}/bookmarks/{bookmarkId:guid}/token", Entrust).Needs(Permission.Operate)
            .WithName("ElsaEntrustBookmark").WithSummary("A token by which others may resume this wait, once and for a time");
        // No antiforgery: no session is looked at, and nobody can know the address without the token.
        routes.MapMethods("/elsa/api/bookmarks/resume", ["GET", "POST"], Resume).AllowAnonymous().DisableAntiforgery().WithTags("Elsa")
            .WithName("ElsaResumeBookmark").WithSummary("Resumes the wait that the token names, with input from the query or the body");
    }

    private static async Task<IResult> Entrust(
        Guid id, Guid bookmarkId, HttpContext http, RequestActor who, NpgsqlDataSource database, BookmarkTokens tokens, MailRenderer mails, CancellationToken stop)
    {
        if (await StudioJson.ReadAsync(http.Request, stop) is not { } body) return StudioJson.NoObject();
        var minutes = UsualMinutes;
        if (body["minutes"] is { } asked && (asked is not JsonValue value || !value.TryGetValue(out minutes)) || minutes < 1 || minutes > BookmarkTokens.Longest.TotalMinutes)
            return StudioJson.Refuse(400, $"minutes is 1 to {BookmarkTokens.Longest.TotalMinutes}.", $"minutes từ 1 đến {BookmarkTokens.Longest.TotalMinutes}.");
        if (!await ResumeBookmark.EntrustAsync(database, who.Actor, id, bookmarkId, minutes, who.Now, who.RecordedAt, stop))
            return StudioJson.Refuse(404, "No wait for an event, a time or an answer from outside has this id there, or it is not yours to operate.",
                "Không có điểm chờ sự kiện, thời gian hay trả lời từ bên ngoài với mã này, hoặc bạn không được vận hành.");
        var (token, until) = tokens.Issue(new BookmarkTokens.Ticket(id, bookmarkId, who.Actor.Id, who.Actor.OnBehalfOf), TimeSpan.FromMinutes(minutes));
        return StudioJson.Answer(new JsonObject { ["token"] = token, ["url"] = mails.Address($"/elsa/api/bookmarks/resume?t={token}"), ["expiresAt"] = until }, 201);
    }

    private static async Task<IResult> Resume(HttpContext http, NpgsqlDataSource database, BookmarkTokens tokens, BusinessClock clock, Runner runner, Nudge nudge, CancellationToken stop)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (tokens.Read(http.Request.Query["t"]) is not { } ticket) return StudioJson.Refuse(401, "The token is not ours, damaged or past its time.", "Mã không hợp lệ hoặc đã hết hạn.", "token");
        var (input, refused) = await InputAsync(http.Request, stop);
        if (refused is not null) return refused;
        switch (await ResumeBookmark.RunAsync(database, ticket.InstanceId, ticket.BookmarkId, input, ticket.ActorId, ticket.OnBehalfOf, clock.Now(), stop))
        {
            case ResumeAnswer.Already:
                return StudioJson.Refuse(410, "This wait was resumed before.", "Điểm chờ này đã được tiếp tục trước đó.", "used");
            case ResumeAnswer.Unknown:
                return StudioJson.Refuse(410, "Nothing waits so any more.", "Không còn gì chờ ở đây.", "gone");
        }

        var answer = new JsonObject { ["workflowInstanceId"] = ticket.InstanceId.ToString() };
        if (string.Equals(http.Request.Query["async"], "true", StringComparison.OrdinalIgnoreCase))
        {
            nudge.Now();
            return StudioJson.Answer(answer, 202);
        }

        return StudioJson.Answer(answer, await runner.RunNowAsync(ticket.InstanceId, stop) == RunAnswer.Settled ? 200 : 202);
    }

    /// <summary>What comes with the resumption: the query's <c>in</c>, or the body's <c>input</c>, as an object.</summary>
    private static async Task<(JsonObject Input, IResult? Refused)> InputAsync(HttpRequest request, CancellationToken stop)
    {
        var text = request.Query["in"].ToString();
        if (HttpMethods.IsPost(request.Method))
        {
            if (await BoundedBody.ReadAsync(request.Body, LargestBody, stop) is not { } body) return ([], StudioJson.Refuse(413, "The body is larger than 1 MB.", "Nội dung lớn hơn 1 MB."));
            if (body.Length > 0) text = System.Text.Encoding.UTF8.GetString(body);
        }

        if (string.IsNullOrWhiteSpace(text)) return ([], null);
        try
        {
            var given = JsonNode.Parse(text);
            // Looked through before it is looked into: a name given twice fails there.
            if (StorableText.Holds(given))
            {
                if (HttpMethods.IsPost(request.Method) && given is JsonObject whole) given = whole["input"]?.DeepClone() ?? new JsonObject();
                if (given is JsonObject input) return (input, null);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        return ([], StudioJson.Refuse(400, "The input must be a JSON object that can be stored.", "Dữ liệu đi kèm phải là một đối tượng JSON lưu được."));
    }
}
