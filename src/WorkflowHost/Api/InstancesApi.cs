using Microsoft.AspNetCore.Mvc;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/instances</c>: what an instance waits for, its journal, and its cancellation, for those who operate its unit's instances.</summary>
public static class InstancesApi
{
    private const int UsualPage = 50;

    /// <summary>Adds the endpoints.</summary>
    public static void MapInstancesApi(this IEndpointRouteBuilder routes)
    {
        var instances = routes.MapGroup("/api/instances").RequireActor().WithTags("Instances");
        instances.MapGet("/{id:guid}", Get).WithName("GetInstance").WithSummary("State, waits, incidents and children of an instance");
        instances.MapGet("/{id:guid}/journal", Journal).WithName("GetInstanceJournal").WithSummary("What made it run and what it did, newest first; contents masked");
        instances.MapGet("/{id:guid}/replay", Replay).WithName("ReplayInstance").WithSummary("Whether its journal still explains its state: runs it again in memory and compares");
        instances.MapPost("/{id:guid}/cancel", Cancel).WithName("CancelInstance").WithSummary("Cancels it with its children and open tasks, with a reason");
    }

    /// <summary>Why it is cancelled; kept in the audit.</summary>
    public sealed record Cancellation(string? Reason);

    /// <summary>A page of the journal; <paramref name="NextBefore"/> is the <c>before</c> of the next one, or null.</summary>
    public sealed record JournalPage(IReadOnlyList<JournalBurst> Items, int? NextBefore);

    private static async Task<IResult> Get(Guid id, RequestActor who, InstanceQueries queries, CancellationToken stop) =>
        await queries.FindAsync(who.Actor, id, cancellation: stop) is { } instance ? Results.Ok(instance) : Problems.NotFound();

    private static async Task<IResult> Journal(
        Guid id, RequestActor who, InstanceQueries queries, CancellationToken stop, int? before = null, int limit = UsualPage)
    {
        if (limit is < 1 or > InstanceQueries.LargestPage)
            return Problems.Validation("limit", $"limit từ 1 đến {InstanceQueries.LargestPage}.", $"limit is 1 to {InstanceQueries.LargestPage}.");
        if (before < 1) return Problems.Validation("before", "before từ 1.", "before is 1 or more.");
        if (await queries.FindAsync(who.Actor, id, cancellation: stop) is null) return Problems.NotFound();
        var page = await queries.JournalAsync(id, before, limit, stop);
        return Results.Ok(new JournalPage(page, page.Count == limit && page[^1].Burst > 1 ? page[^1].Burst : null));
    }

    private static async Task<IResult> Replay(Guid id, RequestActor who, InstanceQueries queries, ReplayInstance replay, CancellationToken stop) =>
        await queries.FindAsync(who.Actor, id, cancellation: stop) is not null && await replay.RunAsync(id, stop) is { } replayed ? Results.Ok(replayed) : Problems.NotFound();

    private static async Task<IResult> Cancel(
        Guid id, Cancellation body, RequestActor who, CancelInstance cancel, InstanceQueries queries, CancellationToken stop) =>
        await cancel.RunAsync(who.Actor, id, body.Reason, who.Now, who.RecordedAt, stop) switch
        {
            CancelAnswer.Taken taken => Results.Json(await queries.FindAsync(who.Actor, id, cancellation: stop), statusCode: taken.Settled ? 200 : 202),
            CancelAnswer.Unknown => Problems.NotFound(),
            CancelAnswer.Forbidden => Problems.Of(new TaskAnswer.Forbidden())!,
            CancelAnswer.Over over => Conflict(over.SubStatus),
            _ => Problems.Validation("reason", $"Hãy ghi lý do, tối đa {CancelInstance.LongestReason} ký tự.", $"Give a reason of at most {CancelInstance.LongestReason} characters."),
        };

    private static IResult Conflict(string subStatus)
    {
        var problem = new ProblemDetails { Status = 409, Type = "conflict", Title = $"The instance is over already: {subStatus}." };
        problem.Extensions["titleVi"] = $"Lượt chạy đã kết thúc: {subStatus}.";
        problem.Extensions["current"] = new { subStatus };
        return Results.Json(problem, statusCode: 409, contentType: "application/problem+json");
    }
}
