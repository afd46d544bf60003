using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/deadlines</c>: the clocks that run, and extensions.</summary>
public static class DeadlinesApi
{
    private const int LargestPage = 500;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var deadlines = routes.MapGroup("/api/deadlines").RequireActor().WithTags("Deadlines");
        deadlines.MapGet("", List).Produces<List<DeadlineItem>>().WithName("ListDeadlines").WithSummary("Running deadlines with what fires next");
        deadlines.MapPost("/extend", Extend).Produces<Extended>().WithName("ExtendDeadlines").WithSummary("Moves the date of tasks, with reason and document; done ones stay");
    }

    /// <summary>Which tasks (by id, or those of an activity of a plan, of these units or all), until when, why.</summary>
    /// <param name="NewDue">First instant that is late.</param>
    /// <param name="LastDay">Or the last day on time.</param>
    /// <param name="Document">Number and symbol of the notice.</param>
    /// <param name="OperationId">Chosen by the caller; the same id and body get the same answer again, for thirty days.</param>
    public sealed record Extension(
        IReadOnlyList<Guid>? TaskIds, Guid? PlanId, string? Activity, IReadOnlyList<string>? Units, DateTimeOffset? NewDue, DateOnly? LastDay,
        string? Reason, string? Document, string? OperationId = null);

    /// <summary>How many moved, and how each task fared.</summary>
    public sealed record Extended(int Count, IReadOnlyList<Line> Tasks);

    /// <param name="Result">extended, done, no_deadline, not_later, forbidden or changed.</param>
    public sealed record Line(Guid TaskId, string Unit, string Result, DateTimeOffset? OldDue);

    private static async Task<IResult> List(
        RequestActor who, DeadlineQueries queries, CancellationToken stop, Guid? planId = null, string? unit = null, DateTimeOffset? dueBefore = null, int limit = 100) =>
        limit is < 1 or > LargestPage
            ? Problems.Validation("limit", $"limit từ 1 đến {LargestPage}.", $"limit is 1 to {LargestPage}.")
            : Results.Ok(await queries.ListAsync(who.Actor, planId, unit, dueBefore?.ToUniversalTime(), limit, who.Now, stop));

    private static async Task<IResult> Extend(Extension body, RequestActor who, TaskQueries queries, ExtendDeadline extend, CancellationToken stop)
    {
        if (DueDate.Of(body.NewDue, body.LastDay) is not { } due)
            return Problems.Validation("newDue", "Hãy cho hạn mới (newDue hoặc lastDay).", "Give the new date (newDue or lastDay).");
        var (ids, selection) = (body.TaskIds?.ToList(), (string?)null);
        if (ids is null)
        {
            if (body is not { PlanId: { } plan, Activity: { Length: > 0 } activity })
                return Problems.Validation("taskIds", "Hãy cho taskIds, hoặc planId và activity.", "Give taskIds, or planId and activity.");
            ids = await queries.IdsOfAsync(who.Actor, plan, activity, body.Units, who.Now, stop);
            if (ids.Count == 0) return Problems.NotFound();
            selection = $"{plan} {activity} {(body.Units is null ? "*" : string.Join(' ', body.Units.Order(StringComparer.Ordinal)))}";
        }

        var answer = await extend.ExtendAsync(who.Actor, new(ids, due, body.Reason, body.Document, body.OperationId, selection), who.Now, who.RecordedAt, stop);
        if (answer.Refused is { } refused) return Problems.Of(refused)!;
        var lines = answer.Lines.Select(l => new Line(l.TaskId, l.UnitCode, Word(l.Result), l.OldDue)).ToArray();
        // Nothing answers 200 without effect.
        return answer.Extended > 0 ? Results.Ok(new Extended(answer.Extended, lines)) : Problems.NothingExtended(lines);
    }

    private static string Word(ExtensionResult result) => result switch
    {
        ExtensionResult.Extended => "extended",
        ExtensionResult.Done => "done",
        ExtensionResult.NoDeadline => "no_deadline",
        ExtensionResult.NotLater => "not_later",
        ExtensionResult.Forbidden => "forbidden",
        _ => "changed",
    };
}
