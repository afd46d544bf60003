using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/incidents</c>: what has failed and why, and its retry, one by one or many at once, for those who operate the unit's instances.</summary>
public static class IncidentsApi
{
    private const int UsualPage = 50;

    /// <summary>Adds the endpoints.</summary>
    public static void MapIncidentsApi(this IEndpointRouteBuilder routes)
    {
        var incidents = routes.MapGroup("/api/incidents").RequireActor().WithTags("Incidents");
        incidents.MapGet("", List).WithName("ListIncidents").WithSummary("Failures with activity, message, attempt and inputs (masked), oldest first");
        incidents.MapPost("/retry", RetryMany).WithName("RetryIncidents").WithSummary("Retries every failed instance that the filter selects, at most a thousand at once");
        routes.MapGroup("/api/instances").RequireActor().WithTags("Instances").MapPost("/{id:guid}/retry", Retry)
            .WithName("RetryInstance").WithSummary("Re-opens it and goes on from what has failed; what has finished does not run again");
    }

    /// <summary>A page; <paramref name="NextAfter"/> is the <c>after</c> of the next one, or null.</summary>
    public sealed record Page(IReadOnlyList<Incident> Items, Guid? NextAfter);

    /// <summary>Which failed instances; at least one member has to be given.</summary>
    public sealed record Selection(IReadOnlyList<Guid>? InstanceIds, string? DefinitionId, string? ActivityId, string? Kind, int? Limit);

    /// <summary>The instances that are retried; <paramref name="MayBeMore"/>: the limit was reached, ask again.</summary>
    public sealed record Retried(IReadOnlyList<Guid> InstanceIds, bool MayBeMore);

    private static async Task<IResult> List(
        RequestActor who, IncidentQueries queries, CancellationToken stop, bool? open = true, string? definitionId = null, string? activityId = null, string? kind = null,
        Guid? instanceId = null, Guid? after = null, int limit = UsualPage)
    {
        if (limit is < 1 or > IncidentQueries.LargestPage)
            return Problems.Validation("limit", $"limit từ 1 đến {IncidentQueries.LargestPage}.", $"limit is 1 to {IncidentQueries.LargestPage}.");
        if (!who.Actor.May(Permission.Operate)) return Problems.Forbidden();
        return await queries.ListAsync(who.Actor, new IncidentFilter(open, definitionId, activityId, kind, instanceId, after, limit), stop) is { } page
            ? Results.Ok(new Page(page, page.Count == limit ? page[^1].Id : null))
            : Problems.Validation("after", "after không đúng.", "after is not a place in this list.");
    }

    private static async Task<IResult> RetryMany(Selection body, RequestActor who, OperateInstance operate, CancellationToken stop)
    {
        if (body is { InstanceIds: null, DefinitionId: null, ActivityId: null, Kind: null })
            return Problems.Validation("definitionId", "Hãy chọn ít nhất một điều kiện.", "Give at least one condition.");
        var limit = body.Limit ?? OperateInstance.LargestBatch;
        if (limit is < 1 or > OperateInstance.LargestBatch)
            return Problems.Validation("limit", $"limit từ 1 đến {OperateInstance.LargestBatch}.", $"limit is 1 to {OperateInstance.LargestBatch}.");
        if (!who.Actor.May(Permission.Operate)) return Problems.Forbidden();
        var taken = await operate.RetryManyAsync(
            who.Actor, new RetryFilter(body.InstanceIds, body.DefinitionId, body.ActivityId, body.Kind, limit), who.Now, who.RecordedAt, stop);
        return taken.Count == 0
            ? Problems.Conflict("Nothing that has failed is selected, or it is being retried already.", "Không có lượt chạy lỗi nào được chọn, hoặc đang được chạy lại.")
            : Results.Json(new Retried(taken, taken.Count == limit), statusCode: 202);
    }

    private static async Task<IResult> Retry(Guid id, RequestActor who, OperateInstance operate, InstanceQueries queries, CancellationToken stop) =>
        await operate.RetryAsync(who.Actor, id, who.Now, who.RecordedAt, stop) switch
        {
            OperateAnswer.Taken taken => Results.Json(await queries.FindAsync(who.Actor, id, cancellation: stop), statusCode: taken.Settled ? 200 : 202),
            OperateAnswer.Forbidden => Problems.Forbidden(),
            OperateAnswer.NotNow state => Problems.Conflict($"Nothing in it has failed: {state.SubStatus}.", $"Không có gì bị lỗi: {state.SubStatus}."),
            _ => Problems.NotFound(),
        };
}
