using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Api;

/// <summary><c>/api/tasks</c>: lists, one task, and its commands. A command answers 200 with the new state, or 202 while the instance still works on it.</summary>
public static class TasksApi
{
    private const int UsualPage = 50;
    private const int LargestPage = 200;

    /// <summary>Adds the endpoints of tasks, their attachments and deadlines.</summary>
    public static void MapTasksApi(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/api/tasks").RequireActor().WithTags("Tasks");
        tasks.MapGet("", List).Produces<Page>().WithName("ListTasks").WithSummary("Tasks the signed-in person may see, by date, page by page");
        tasks.MapGet("/{id:guid}", Get).Produces<TaskDetail>().WithName("GetTask").WithSummary("One task with form, data, history, files and the commands allowed now");
        tasks.MapPost("/{id:guid}/claim", (Guid id, Plain? body, HttpRequest http, RequestActor who, ClaimTask claim, Runner runner, CancellationToken stop) =>
            Run(claim.ClaimAsync(who.Actor, new(id, http.Revision(body?.Revision), body?.OperationId), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("ClaimTask").WithSummary("Takes an open task that nobody has");
        tasks.MapPost("/{id:guid}/release", (Guid id, Plain? body, HttpRequest http, RequestActor who, ReleaseTask release, Runner runner, CancellationToken stop) =>
            Run(release.ReleaseAsync(who.Actor, new(id, http.Revision(body?.Revision), body?.OperationId), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("ReleaseTask").WithSummary("Gives a claimed task back");
        tasks.MapPost("/{id:guid}/reassign", (Guid id, Reassignment body, HttpRequest http, RequestActor who, ReassignTask reassign, Runner runner, CancellationToken stop) =>
            Run(reassign.ReassignAsync(who.Actor, new(id, http.Revision(body.Revision), body.OperationId, body.AssigneeId, body.Reason), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("ReassignTask").WithSummary("Gives an open task to a named person of the unit");
        tasks.MapPost("/{id:guid}/complete", (Guid id, Completion body, HttpRequest http, RequestActor who, CompleteTask complete, Runner runner, CancellationToken stop) =>
            Run(complete.CompleteAsync(who.Actor, new(id, http.Revision(body.Revision), body.OperationId, body.Outcome, body.Data, body.Explanations) { Paper = body.Paper }, who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().Produces<Changed>(202).WithName("CompleteTask").WithSummary("Hands the task in; where no review is asked it is done");
        tasks.MapPost("/{id:guid}/withdraw", (Guid id, Reason? body, HttpRequest http, RequestActor who, WithdrawTask withdraw, Runner runner, CancellationToken stop) =>
            Run(withdraw.WithdrawAsync(who.Actor, new(id, http.Revision(body?.Revision), body?.OperationId, body?.Text), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("WithdrawTask").WithSummary("Takes back what was handed in, while nobody has decided");
        tasks.MapPost("/{id:guid}/accept", (Guid id, Note? body, HttpRequest http, RequestActor who, AcceptTask accept, Runner runner, CancellationToken stop) =>
            Run(accept.AcceptAsync(who.Actor, new(id, http.Revision(body?.Revision), body?.OperationId, body?.Text), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().Produces<Changed>(202).WithName("AcceptTask").WithSummary("Accepts what was handed in");
        tasks.MapPost("/{id:guid}/return", (Guid id, Return body, HttpRequest http, RequestActor who, ReturnTask @return, Runner runner, CancellationToken stop) =>
            Run(@return.ReturnAsync(who.Actor, new(id, http.Revision(body.Revision), body.OperationId, body.Reason, DueDate.Of(body.NewDue, body.LastDay)), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("ReturnTask").WithSummary("Gives it back with a reason and a new date");
        tasks.MapPost("/{id:guid}/close", (Guid id, Reason body, HttpRequest http, RequestActor who, CloseTask close, Runner runner, CancellationToken stop) =>
            Run(close.CloseAsync(who.Actor, new(id, http.Revision(body.Revision), body.OperationId, body.Text), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().Produces<Changed>(202).WithName("CloseTask").WithSummary("Ends a task with a reason, by the case owner");
        tasks.MapPost("/{id:guid}/comments", (Guid id, Comment body, RequestActor who, CommentTask comment, Runner runner, CancellationToken stop) =>
            Run(comment.CommentAsync(who.Actor, new(id, body.OperationId, body.Text, body.FollowUp), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("CommentTask").WithSummary("Adds a comment, or records a follow-up");
        tasks.MapPost("/{id:guid}/draft", (Guid id, Draft body, RequestActor who, SaveDraft save, Runner runner, CancellationToken stop) =>
            Run(save.SaveAsync(who.Actor, new(id, body.Data), who.Now, who.RecordedAt, stop), runner, stop))
            .Produces<Changed>().WithName("SaveDraft").WithSummary("Keeps what was typed so far, unchecked");
        tasks.MapGet("/{id:guid}/deliveries", Deliveries).Produces<List<Delivery>>().WithName("ListDeliveries")
            .WithSummary("What became of each reminder and escalation: queued, sent, failed, come back, opened, acted on");
        AttachmentsApi.Map(tasks);
        DeadlinesApi.Map(routes);
    }

    /// <summary>Bodies of commands; the revision may stand in If-Match instead.</summary>
    public sealed record Plain(int? Revision, string? OperationId);

    public sealed record Reassignment(int? Revision, string? OperationId, Guid AssigneeId, string? Reason);

    /// <param name="Paper">Set by who keeps the owner's registers, for what came on paper: the day it arrived counts.</param>
    public sealed record Completion(int? Revision, string? OperationId, string? Outcome, JsonObject? Data, Dictionary<string, string>? Explanations, PaperReceipt? Paper = null);

    public sealed record Reason(int? Revision, string? OperationId, [property: System.Text.Json.Serialization.JsonPropertyName("reason")] string? Text);

    public sealed record Note(int? Revision, string? OperationId, [property: System.Text.Json.Serialization.JsonPropertyName("note")] string? Text);

    /// <param name="NewDue">First instant that is late.</param>
    /// <param name="LastDay">Or the last day on time.</param>
    public sealed record Return(int? Revision, string? OperationId, string? Reason, DateTimeOffset? NewDue, DateOnly? LastDay);

    public sealed record Comment(string? OperationId, string? Text, bool FollowUp = false);

    public sealed record Draft(JsonObject? Data);

    /// <summary>What a command came to: where the task stands now, and the row that was made (comment, file).</summary>
    public sealed record Changed(Guid TaskId, string Status, int Round, int Revision, DateTimeOffset At, Guid? Id);

    /// <summary>A page of a list; <paramref name="Next"/> goes into <c>after</c>.</summary>
    public sealed record Page(IReadOnlyList<TaskItem> Items, string? Next);

    /// <summary>One task as the API gives it.</summary>
    /// <param name="Deciders">Who may decide on what was handed in; empty while nothing is, or when nobody is left (four eyes).</param>
    public sealed record TaskDetail(TaskItem Task, TaskHistory History, JsonNode? Form, IReadOnlyList<Decider> Deciders);

    private static async Task<IResult> List(
        RequestActor who, TaskQueries queries, CancellationToken stop, string mine = "all", string? status = null, string? unit = null, Guid? planId = null,
        string? activity = null, DateTimeOffset? dueBefore = null, string? after = null, int limit = UsualPage)
    {
        if (mine is not ("work" or "review" or "all")) return Problems.Validation("mine", "mine là work, review hoặc all.", "mine is work, review or all.");
        if (limit is < 1 or > LargestPage) return Problems.Validation("limit", $"limit từ 1 đến {LargestPage}.", $"limit is 1 to {LargestPage}.");
        (DateTimeOffset, Guid)? place = null;
        if (after is not null && (place = PageMark.Read(after)) is null) return Problems.Validation("after", "after không đúng.", "after is not a place in this list.");
        var filter = new TaskFilter(mine, status, unit, planId, activity, dueBefore?.ToUniversalTime(), place, limit + 1);
        var items = await queries.ListAsync(who.Actor, filter, who.Now, stop);
        var more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        return Results.Ok(new Page(items, more && TaskQueries.PlaceOf(items[^1]) is var (due, id) ? PageMark.Write(due, id) : null));
    }

    private static async Task<IResult> Get(
        Guid id, HttpResponse response, RequestActor who, TaskQueries queries, FormStore forms, OpenTask open, DeliveryLedger deliveries, NpgsqlDataSource database, CancellationToken stop)
    {
        if (await queries.FindAsync(who.Actor, id, who.Now, stop) is not { } task) return Problems.NotFound();
        await deliveries.NoteOpenedAsync(id, who.Actor.PersonId, who.Now, stop);
        await open.OpenAsync(who.Actor, id, who.Now, who.RecordedAt, stop);
        var history = await TaskHistory.ReadAsync(database, id, who.Actor.PersonId, stop);
        var form = history.Spec.FormId is { } formId ? await forms.GetBodyAsync(formId, history.Spec.FormVersion ?? 1, stop) : null;
        response.Headers.ETag = $"\"{task.Revision}\"";
        return Results.Ok(new TaskDetail(task, history, form is null ? null : JsonNode.Parse(form), await FourEyes.WhoAsync(database, id, who.Now, stop)));
    }

    private static async Task<IResult> Deliveries(Guid id, RequestActor who, TaskQueries queries, DeliveryLedger ledger, CancellationToken stop) =>
        await queries.FindAsync(who.Actor, id, who.Now, stop) is null ? Problems.NotFound() : Results.Ok(await ledger.OfTaskAsync(id, stop));

    /// <summary>After the intake has committed the instance is run in the same request, so that the next page shows the next step.</summary>
    internal static async Task<IResult> Run(Task<TaskAnswer> command, Runner runner, CancellationToken stop)
    {
        var answer = await command;
        if (Problems.Of(answer) is { } problem) return problem;
        var done = (TaskAnswer.Done)answer;
        var ran = !done.MovesInstance || await runner.RunNowAsync(done.InstanceId, stop) == RunAnswer.Settled;
        return Results.Json(new Changed(done.TaskId, done.Status, done.Round, done.Revision, done.At, done.Id), statusCode: ran ? 200 : 202);
    }

    /// <summary>The revision of the body, else of If-Match (<c>"3"</c>).</summary>
    internal static int? Revision(this HttpRequest request, int? body) =>
        body ?? (int.TryParse(request.Headers.IfMatch.ToString().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null);
}
