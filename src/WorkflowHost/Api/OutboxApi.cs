using System.Text.Json.Nodes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;
using WorkflowEngine.Running;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Api;

/// <summary><c>/api/outbox</c>: what was sent to whom, what failed and why, and sending it again. Needs the permission <c>outbox</c>.</summary>
public static class OutboxApi
{
    private const int UsualPage = 50;

    public static void MapOutboxApi(this IEndpointRouteBuilder routes)
    {
        var outbox = routes.MapGroup("/api/outbox").RequireActor().Require(a => a.May(Permission.Outbox)).WithTags("Outbox");
        outbox.MapGet("", List).WithName("ListOutbox").WithSummary("Mails of the units the signed-in person follows, newest first, page by page");
        outbox.MapGet("/{id:guid}", Get).WithName("GetMail").WithSummary("One mail with its text and the data behind it");
        outbox.MapPost("/{id:guid}/bounced", Bounced).WithName("ReportBounce").WithSummary("Records that a sent mail came back; whoever follows the work is told");
        outbox.MapPost("/{id:guid}/resend", Resend).WithName("ResendMail").WithSummary("Queues a sent or dead mail again, with the same Message-ID");
    }

    /// <summary>A page of the list; <paramref name="Next"/> goes into <c>after</c>.</summary>
    public sealed record Page(IReadOnlyList<ListedMail> Items, string? Next);

    /// <summary>A mail in full.</summary>
    public sealed record Mail(ListedMail Head, string Language, string? Text, JsonNode? Data);

    private static async Task<IResult> List(
        RequestActor who, ListOutbox list, CancellationToken stop, string? status = null, string? kind = null, string? to = null, Guid? root = null,
        Guid? task = null, string? after = null, int limit = UsualPage)
    {
        if (status is not (null or "queued" or "sent" or "dead" or "bounced"))
            return Problems.Validation("status", "Chọn queued, sent, dead hoặc bounced.", "Choose queued, sent, dead or bounced.");
        if (limit is < 1 or > ListOutbox.LargestPage)
            return Problems.Validation("limit", $"Từ 1 đến {ListOutbox.LargestPage}.", $"From 1 to {ListOutbox.LargestPage}.");
        var place = PageMark.Read(after);
        if (after is not null && place is null) return Problems.Validation("after", "Dấu trang không đọc được.", "The page mark cannot be read.");
        var rows = await list.PageAsync(who.Actor, new OutboxFilter(status, kind, to, root, task, place?.At, place?.Id, limit), stop);
        return Results.Ok(new Page(rows, rows.Count == limit ? PageMark.Write(rows[^1].QueuedAt, rows[^1].Id) : null));
    }

    private static async Task<IResult> Get(Guid id, RequestActor who, ListOutbox list, CancellationToken stop) =>
        await list.FindAsync(who.Actor, id, stop) is { } mail
            ? Results.Ok(new Mail(mail.Mail, mail.Language, WorkflowHost.Email.UnsubscribeLinks.Masked(mail.Text), JsonNode.Parse(mail.Data)))
            : Problems.NotFound();

    private static async Task<IResult> Resend(Guid id, RequestActor who, ResendMail resend, Nudge nudge, CancellationToken stop)
    {
        switch (await resend.RunAsync(who.Actor, id, who.Now, stop))
        {
            case ResendAnswer.Queued:
                nudge.Now();
                return Results.Accepted($"/api/outbox/{id}");
            case ResendAnswer.AlreadyQueued:
                return Problems.Conflict("It waits for its next attempt already.", "Thư đang chờ lần gửi kế tiếp.");
            default:
                return Problems.NotFound();
        }
    }

    /// <summary>Why it came back, as the returned mail says.</summary>
    public sealed record Bounce(string? Reason);

    private static async Task<IResult> Bounced(Guid id, Bounce body, RequestActor who, RecordBounce record, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 1000 || body.Reason.Contains('\0', StringComparison.Ordinal))
            return Problems.Validation("reason", "Hãy ghi lý do thư bị trả lại, tối đa 1000 ký tự.", "Say why it came back, in at most 1000 characters.");
        var answer = await record.RunAsync(who.Actor.PathsWith(Permission.Outbox), (who.Actor.PersonId, who.Actor.OnBehalfOf), id, body.Reason.Trim(), who.Now, stop);
        return answer switch
        {
            BounceAnswer.Recorded => Results.NoContent(),
            BounceAnswer.AlreadyRecorded => Problems.Conflict("It is on record already that this mail came back.", "Đã ghi thư này bị trả lại."),
            _ => Problems.NotFound(),
        };
    }
}
