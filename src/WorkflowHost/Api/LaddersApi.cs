using System.Text.Json;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/ladders</c>: reminders and escalations as data, for everybody, for a plan or for single tasks; with <c>?preview=true</c> nothing is written.</summary>
public static class LaddersApi
{
    private const int LargestBody = 64 * 1024;

    public static void MapLaddersApi(this IEndpointRouteBuilder routes)
    {
        var ladders = routes.MapGroup("/api/ladders").RequireActor().WithTags("Ladders");
        ladders.MapGet("", List).WithName("ListLadders").WithSummary("All ladders with their rungs");
        ladders.MapGet("/{id}", Read).WithName("GetLadder").WithSummary("One ladder");
        ladders.MapPut("/{id}", Put).Produces<Changed>().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody))
            .WithName("PutLadder").WithSummary("Writes a ladder; the reminders to come of all who use it are planned anew");
        ladders.MapPost("/{id}/assign", Assign).Produces<Changed>().WithName("AssignLadder").WithSummary("Gives tasks, or a plan with its open work and what it opens later, this ladder");
        ladders.MapPost("/{id}/give-back", GiveBack).Produces<Changed>().WithName("GiveBackLadder").WithSummary("Takes this ladder back from tasks, or from a plan or step that was given it: they go by what stood before");
    }

    /// <param name="Tasks">Running clocks it is about.</param>
    /// <param name="Moved">Of these, how many have another next reminder or ladder.</param>
    /// <param name="Waiting">Clocks that stand still, and work handed in: they go by it when they run again.</param>
    /// <param name="Reminders">Every reminder that comes, goes or moves, for so many clocks.</param>
    public sealed record Changed(int Tasks, int Moved, int Waiting, IReadOnlyList<ReminderChange> Reminders);

    /// <summary>Tasks by id; or a plan (id of its root instance), of one activity or all: its open work and what it opens later.</summary>
    public sealed record Whose(IReadOnlyList<Guid>? TaskIds, Guid? PlanId, string? Activity, string? Reason);

    private static async Task<IResult> List(ReferenceStore reference, CancellationToken stop) => Results.Json(await AllAsync(reference, stop), DeadlineJson.Options);

    private static async Task<IResult> Read(string id, HttpContext http, ReferenceStore reference, CancellationToken stop)
    {
        if ((await AllAsync(reference, stop)).FirstOrDefault(l => l.Id == id) is not { } ladder) return Problems.NotFound();
        http.Response.Headers.ETag = $"\"{ladder.Mark()}\"";
        return Results.Json(ladder, DeadlineJson.Options);
    }

    // The mark that GET gives as its ETag, given back as ?seen=, keeps two people from overwriting each other.
    private static async Task<IResult> Put(string id, HttpRequest request, RequestActor who, ChangeLadder change, CancellationToken stop, bool preview = false, string? seen = null)
    {
        Ladder ladder;
        try
        {
            ladder = await JsonSerializer.DeserializeAsync<Ladder>(request.Body, DeadlineJson.Options, stop) ?? throw new JsonException("null");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            return Problems.Validation("body", "Thang nhắc việc chưa đúng mẫu: " + ((wrong as JsonException)?.Path ?? "$"), "The ladder does not fit: " + wrong.Message);
        }

        return ladder.Id != id
            ? Problems.Validation("id", "Mã trong nội dung khác mã trên địa chỉ.", "The id in the body is not the one in the address.")
            : Answer(await change.PutAsync(who.Actor, ladder, !preview, who.Now, who.RecordedAt, seen, stop));
    }

    private static async Task<IResult> Assign(string id, Whose body, RequestActor who, ChangeLadder change, CancellationToken stop, bool preview = false) =>
        RefuseNobody(body) ?? Answer(await change.AssignAsync(who.Actor, body.TaskIds, body.PlanId, body.Activity, id, body.Reason, !preview, who.Now, who.RecordedAt, stop));

    private static async Task<IResult> GiveBack(string id, Whose body, RequestActor who, ChangeLadder change, CancellationToken stop, bool preview = false) =>
        RefuseNobody(body) ?? Answer(await change.GiveBackAsync(who.Actor, body.TaskIds, body.PlanId, body.Activity, id, body.Reason, !preview, who.Now, who.RecordedAt, stop));

    private static IResult? RefuseNobody(Whose body) =>
        body.TaskIds is null && body.PlanId is null ? Problems.Validation("taskIds", "Hãy cho taskIds hoặc planId.", "Give taskIds or planId.") : null;

    private static IResult Answer(LadderAnswer answer) =>
        answer.Refused is { } refused ? Problems.Of(refused)! : Results.Ok(new Changed(answer.Tasks, answer.Moved, answer.Waiting, answer.Reminders));

    /// <summary>Those loaded, and the shipped ones that none was loaded over, by id.</summary>
    internal static async Task<IEnumerable<Ladder>> AllAsync(ReferenceStore reference, CancellationToken stop)
    {
        var loaded = (await reference.GetAsync(stop)).Ladders;
        return Ladder.Shipped.Where(l => !loaded.ContainsKey(l.Id)).Concat(loaded.Values).OrderBy(l => l.Id, StringComparer.Ordinal);
    }
}
