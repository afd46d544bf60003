using Npgsql;
using Unions.Plans;
using WorkflowEngine.Running;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/plans</c>: open a plan, read it, number and issue it, follow it.</summary>
public static class PlansApi
{
    private const int LargestPage = 200;

    /// <summary>Adds the endpoints.</summary>
    public static void MapPlansApi(this IEndpointRouteBuilder routes)
    {
        var plans = routes.MapGroup("/api/plans").RequireActor().WithTags("Plans");
        plans.MapPost("", Create).WithName("CreatePlan").WithSummary("Opens a draft and starts the workflow that carries it");
        plans.MapGet("", List).WithName("ListPlans").WithSummary("Plans the signed-in person may read, newest first");
        plans.MapGet("/{id:guid}", Get).WithName("GetPlan").WithSummary("One plan with bases, recipients, signature block and summary");
        plans.MapPost("/{id:guid}/issue", Issue).WithName("IssuePlan").WithSummary("Takes the number from the register and issues the signed plan");
        foreach (var (name, kind, summary) in new[]
        {
            ("correct", PlanChangeKind.Correct, "Corrects a form error by a document: recipients are told, no task changes"),
            ("amend", PlanChangeKind.Amend, "Amends the plan: open tasks go by the new rules, what was handed in keeps the old ones"),
            ("withdraw", PlanChangeKind.Withdraw, "Withdraws obligations: what is unfinished ends with the reason, done work is kept"),
            ("recall", PlanChangeKind.Recall, "Recalls the plan: every open task ends, clocks stop, recipients confirm; nothing is deleted"),
        })
            plans.MapPost("/{id:guid}/" + name, (Guid id, Changing body, RequestActor who, NpgsqlDataSource database, WorkflowEngine.Running.Nudge nudge, CancellationToken stop) =>
                ChangeAsync(id, kind, body, who, database, nudge, stop)).WithName($"{kind}Plan").WithSummary(summary);
        plans.MapPost("/{id:guid}/recall/confirm", ConfirmRecall).WithName("ConfirmRecall").WithSummary("A recipient confirms that the copies of a recalled plan are destroyed");
        plans.MapGet("/{id:guid}/progress", Progress).WithName("GetPlanProgress").WithSummary("Where the plan stands, by stage and by unit");
    }

    /// <summary>Body of an issue; without a date it is today in Vietnam.</summary>
    public sealed record Issuing(DateOnly? IssuedOn);

    private static async Task<IResult> Create(PlanDraft body, RequestActor who, NpgsqlDataSource database, Runner runner, CancellationToken stop)
    {
        switch (await CreatePlan.RunAsync(database, who.Actor, body, who.Now, who.RecordedAt, stop))
        {
            case PlanCreation.Created created:
                var ran = await runner.RunNowAsync(created.RootId, stop) == RunAnswer.Settled;
                return Results.Json(new { id = created.PlanId, instanceId = created.RootId }, statusCode: ran ? 201 : 202);
            case PlanCreation.Refused refused:
                return Problems.Validation(refused.Field, refused.Vi, refused.En);
            default:
                return Problems.Forbidden();
        }
    }

    private static async Task<IResult> List(
        RequestActor who, NpgsqlDataSource database, CancellationToken stop, string? unit = null, int? campaignYear = null, string? status = null, int limit = 50) =>
        limit is < 1 or > LargestPage
            ? Problems.Validation("limit", $"limit từ 1 đến {LargestPage}.", $"limit is 1 to {LargestPage}.")
            : Results.Ok(new { items = await PlanQueries.ListAsync(database, who.Actor, unit, campaignYear, status, limit, stop) });

    private static async Task<IResult> Get(Guid id, RequestActor who, NpgsqlDataSource database, CancellationToken stop) =>
        await PlanQueries.GetAsync(database, who.Actor, id, stop) is { } plan ? Results.Json(plan) : Problems.NotFound();

    private static async Task<IResult> Issue(Guid id, Issuing? body, RequestActor who, NpgsqlDataSource database, Runner runner, CancellationToken stop)
    {
        // Who may not even read it learns nothing of it.
        if (await PlanQueries.GetAsync(database, who.Actor, id, stop) is null) return Problems.NotFound();
        switch (await IssuePlan.RunAsync(database, who.Actor, id, body?.IssuedOn, who.Now, who.RecordedAt, stop))
        {
            case PlanIssue.Issued issued:
                var ran = await runner.RunNowAsync(issued.RootId, stop) == RunAnswer.Settled;
                return Results.Json(new { id, number = issued.Number.ToString(), issuedOn = issued.IssuedOn }, statusCode: ran ? 200 : 202);
            case PlanIssue.AlreadyIssued already:
                return Problems.Conflict($"It was issued as {already.Number} on {already.IssuedOn:dd/MM/yyyy}.", $"Kế hoạch đã được ban hành với số {already.Number} ngày {already.IssuedOn:dd/MM/yyyy}.");
            case PlanIssue.NotReady notReady:
                return Problems.Conflict($"The plan is not signed yet (it is {notReady.Status}), or its workflow has not come to the clerk.", "Kế hoạch chưa được ký, hoặc chưa đến bước cấp số.");
            case PlanIssue.WrongDate wrong:
                return Problems.Validation("issuedOn", $"Ngày ban hành từ ngày ký {wrong.Earliest:dd/MM/yyyy} đến hôm nay {wrong.Latest:dd/MM/yyyy}.",
                    $"The date lies between the signature on {wrong.Earliest:dd/MM/yyyy} and today, {wrong.Latest:dd/MM/yyyy}.");
            case PlanIssue.NotYours:
                return Problems.Forbidden();
            default:
                return Problems.NotFound();
        }
    }

    /// <summary>A change of an issued plan.</summary>
    /// <param name="Document">Number and symbol of the document that does it.</param>
    /// <param name="Forms">Amend: form id to version.</param>
    /// <param name="Values">Amend: values that rules may use.</param>
    /// <param name="Obligations">Withdraw, or amend: which.</param>
    public sealed record Changing(string? Document, string? Reason, Dictionary<string, int>? Forms = null, System.Text.Json.Nodes.JsonObject? Values = null, IReadOnlyList<string>? Obligations = null);

    private static async Task<IResult> ChangeAsync(
        Guid id, PlanChangeKind kind, Changing body, RequestActor who, NpgsqlDataSource database, WorkflowEngine.Running.Nudge nudge, CancellationToken stop)
    {
        switch (await ChangePlan.RunAsync(database, who.Actor, id, new PlanChange(kind, body.Document, body.Reason, body.Forms, body.Values, body.Obligations), who.Now, who.RecordedAt, stop))
        {
            case PlanChangeAnswer.Done done:
                nudge.Now();
                return Results.Ok(done);
            case PlanChangeAnswer.Invalid invalid:
                return Problems.Validation(invalid.Errors);
            case PlanChangeAnswer.WrongStatus wrong:
                return Problems.Conflict($"Only an issued plan is changed; this one is {wrong.Status}.", "Chỉ thay đổi được kế hoạch đang có hiệu lực.");
            case PlanChangeAnswer.Forbidden:
                return Problems.Forbidden();
            default:
                return Problems.NotFound();
        }
    }

    private static async Task<IResult> ConfirmRecall(Guid id, RequestActor who, NpgsqlDataSource database, CancellationToken stop) =>
        await ChangePlan.ConfirmAsync(database, who.Actor, id, who.Now, who.RecordedAt, stop) ? Results.NoContent() : Problems.NotFound();

    private static async Task<IResult> Progress(Guid id, RequestActor who, NpgsqlDataSource database, CancellationToken stop)
    {
        if (await PlanQueries.GetAsync(database, who.Actor, id, stop) is not { } plan) return Problems.NotFound();
        return Results.Ok(new
        {
            id,
            status = plan["status"]!.ToString(),
            stages = await PlanProgress.StagesAsync(database, who.Actor, id, who.Now, stop),
            units = await PlanProgress.UnitsAsync(database, who.Actor, id, who.Now, stop),
        });
    }
}
