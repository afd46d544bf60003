using WorkflowEngine.Absences;
using WorkflowEngine.Deadlines;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/absences</c>: who is away, and who stands in with which duties.</summary>
public static class AbsencesApi
{
    /// <summary>How long ended absences stay in the list.</summary>
    private const int DaysShown = 90;

    public static void MapAbsencesApi(this IEndpointRouteBuilder routes)
    {
        var absences = routes.MapGroup("/api/absences").RequireActor().WithTags("Absences");
        absences.MapGet("", async (RequestActor who, ListAbsences list, CancellationToken stop) =>
        {
            var today = WorkingCalendar.VietnamPublic.DayOf(who.Now);
            return Results.Ok(await list.ReadAsync(who.Actor, today.AddDays(-DaysShown), today, stop));
        }).Produces<List<ListedAbsence>>().WithName("ListAbsences").WithSummary("One's own absences, those in which one stands in, and those of the units one administers");
        absences.MapPost("", Enter).WithName("EnterAbsence").WithSummary("Enters an absence with its deputies; for oneself, or for people of the units one administers");
        absences.MapPost("/{id:guid}/end", End).WithName("EndAbsence").WithSummary("Calls an absence off, or ends it early: the deputies' rights end at once");
    }

    /// <param name="PersonId">Whose; null: one's own.</param>
    /// <param name="FromDay">First day away.</param>
    /// <param name="LastDay">Last day away.</param>
    public sealed record Entry(Guid? PersonId, DateOnly FromDay, DateOnly LastDay, string? Reason, IReadOnlyList<Deputy>? Deputies);

    private static async Task<IResult> Enter(Entry body, RequestActor who, EnterAbsence enter, CancellationToken stop) =>
        // JSON may leave out what the record promises.
        body.Deputies?.Any(d => d?.Duties is null) == true
            ? Problems.Validation("deputies", "Hãy ghi phần việc (duties) của từng người thay.", "Give the duties of each deputy.")
            : await enter.EnterAsync(who.Actor, new(body.PersonId ?? who.Actor.PersonId, body.FromDay, body.LastDay, body.Reason, body.Deputies ?? []), who.Now, who.RecordedAt, stop) switch
            {
                AbsenceAnswer.Done done => Results.Created((string?)null, new { done.Id }),
                AbsenceAnswer.Invalid invalid => Problems.Validation(invalid.Errors),
                _ => Problems.NotFound(),
            };

    private static async Task<IResult> End(Guid id, RequestActor who, EnterAbsence enter, CancellationToken stop) =>
        await enter.EndAsync(who.Actor, id, who.Now, who.RecordedAt, stop) is AbsenceAnswer.Done ? Results.NoContent() : Problems.NotFound();
}
