using WorkflowEngine.Absences;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/deadlines</c>: the clocks that run, extensions (previewed, planned, revoked, taken back), pauses.</summary>
public static class DeadlinesApi
{
    private const int LargestPage = 500;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var deadlines = routes.MapGroup("/api/deadlines").RequireActor().WithTags("Deadlines");
        deadlines.MapGet("", List).Produces<List<DeadlineItem>>().WithName("ListDeadlines").WithSummary("Running deadlines with what fires next");
        deadlines.MapPost("/read", ReadWords).Produces<List<DeadlineReading>>().WithName("ReadDeadlines").WithSummary("Reads the deadlines in a plan's Vietnamese words, each with its arithmetic, to be confirmed by a person");
        deadlines.MapPost("/extend", Extend).Produces<Extended>().WithName("ExtendDeadlines").WithSummary("Moves the date of tasks, with reason and document, at once or from a later time on; done ones stay");
        deadlines.MapPost("/extend/preview", Preview).Produces<Previewed>().WithName("PreviewExtension").WithSummary("What an extension would do: tasks, reminders moved and dropped, later steps without time");
        deadlines.MapGet("/extensions/planned", Planned).Produces<List<PlannedExtension>>().WithName("ListPlannedExtensions").WithSummary("Extensions that have not taken effect");
        deadlines.MapPost("/extensions/{id:guid}/revoke", Revoke).WithName("RevokeExtension").WithSummary("Revokes a planned extension before it takes effect");
        deadlines.MapPost("/extensions/{id:guid}/undo", Undo).WithName("UndoExtension").WithSummary("Takes an extension in force back by the inverse change");
        deadlines.MapPost("/pause", Pause).Produces<Paused>().WithName("PauseDeadlines").WithSummary("Stops the clocks of tasks or of a plan's open tasks");
        deadlines.MapPost("/resume", Resume).Produces<Paused>().WithName("ResumeDeadlines").WithSummary("Lets clocks go on; the date may move by the days of the pause");
    }

    /// <param name="Text">The plan's words.</param>
    /// <param name="CampaignYear">Years become relative to it; null: they stay as written.</param>
    /// <param name="Calendar">Id of the working calendar; null: the public one.</param>
    public sealed record Sentences(string? Text, int? CampaignYear = null, string? Calendar = null);

    /// <summary>Which tasks (by id, or those of an activity of a plan, of these units or all), until when, why.</summary>
    /// <param name="NewDue">First instant that is late.</param>
    /// <param name="LastDay">Or the last day on time.</param>
    /// <param name="Document">Number and symbol of the notice.</param>
    /// <param name="OperationId">Chosen by the caller; the same id and body get the same answer again, for thirty days.</param>
    /// <param name="EffectiveAt">When it takes effect; null: at once. Until then it can be revoked.</param>
    public sealed record Extension(
        IReadOnlyList<Guid>? TaskIds, Guid? PlanId, string? Activity, IReadOnlyList<string>? Units, DateTimeOffset? NewDue, DateOnly? LastDay,
        string? Reason, string? Document, string? OperationId = null, DateTimeOffset? EffectiveAt = null);

    /// <summary>How many moved, and how each task fared.</summary>
    /// <param name="PlannedId">Under which it is revoked, when it takes effect later.</param>
    public sealed record Extended(int Count, IReadOnlyList<Line> Tasks, Guid? PlannedId = null);

    /// <param name="Result">extended, done, no_deadline, not_later, forbidden or changed.</param>
    public sealed record Line(Guid TaskId, string Unit, string Result, DateTimeOffset? OldDue);

    /// <summary>What would happen.</summary>
    public sealed record Previewed(
        int Count, IReadOnlyList<Line> Tasks, DateOnly LastDay, DateOnly LastWorkingDay, Text? Provisional, IReadOnlyList<ReminderChange> Reminders, IReadOnlyList<LaterStep> LaterSteps);

    /// <summary>Tasks by id, or all open ones of a plan (id of its root instance).</summary>
    /// <param name="MoveDue">On resuming: whether the date moves by the calendar days of the pause.</param>
    public sealed record PauseWish(IReadOnlyList<Guid>? TaskIds, Guid? PlanId, string? Reason, bool MoveDue = false);

    /// <param name="Count">Tasks whose clocks changed.</param>
    /// <param name="Moved">Tasks whose date moved.</param>
    public sealed record Paused(int Count, int Moved);

    /// <param name="Reason">Why.</param>
    public sealed record Undoing(string? Reason);

    private static async Task<IResult> List(
        RequestActor who, DeadlineQueries queries, CancellationToken stop, Guid? planId = null, string? unit = null, DateTimeOffset? dueBefore = null, int limit = 100) =>
        limit is < 1 or > LargestPage
            ? Problems.Validation("limit", $"limit từ 1 đến {LargestPage}.", $"limit is 1 to {LargestPage}.")
            : Results.Ok(await queries.ListAsync(who.Actor, planId, unit, dueBefore?.ToUniversalTime(), limit, who.Now, stop));

    private static async Task<IResult> ReadWords(Sentences body, RequestActor who, ReferenceStore reference, CancellationToken stop)
    {
        if (body.Text is not { Length: > 0 and <= DeadlineReading.MostCharacters } text)
            return Problems.Validation("text", $"Hãy cho câu chữ của kế hoạch, dài nhất {DeadlineReading.MostCharacters} ký tự.", $"Give the plan's words, at most {DeadlineReading.MostCharacters} characters.");
        if (body.CampaignYear is < 2000 or > 2100) return Problems.Validation("campaignYear", "Năm từ 2000 đến 2100.", "The year is 2000 to 2100.");
        var known = (await reference.GetAsync(stop)).Calendars;
        var id = body.Calendar ?? WorkingCalendar.VietnamPublic.Id;
        var calendar = known.GetValueOrDefault(id) ?? (id == WorkingCalendar.VietnamPublic.Id ? WorkingCalendar.VietnamPublic : null);
        if (calendar is null) return Problems.Validation("calendar", "Không có lịch này.", "There is no such calendar.");
        var readings = DeadlineReading.Of(text, body.CampaignYear, calendar.DayOf(who.Now), calendar);
        return readings.Count > 0 ? Results.Ok(readings) : Problems.Validation(
            "text", "Không thấy thời hạn nào đọc được. Hãy ghi đủ ngày, tháng, năm, ví dụ “trước ngày 25/5/2020”.", "No deadline was found. Write the date with its year, for example “trước ngày 25/5/2020”.");
    }

    private static async Task<IResult> Extend(
        Extension body, RequestActor who, TaskQueries queries, StandIns standIns, ExtendDeadline extend, PlannedExtensions planned, CancellationToken stop)
    {
        var (wish, refused) = await ReadAsync(body, who, queries, standIns, stop);
        if (wish is null) return refused!;
        var (answer, id) = body.EffectiveAt is { } from
            ? await planned.PlanAsync(wish.Actor, wish.Command, from.ToUniversalTime(), who.Now, who.RecordedAt, stop)
            : (await extend.ExtendAsync(wish.Actor, wish.Command, who.Now, who.RecordedAt, stop), null);
        if (answer.Refused is { } no) return Problems.Of(no)!;
        var lines = Lines(answer.Lines);
        // Nothing answers 200 without effect.
        return answer.Extended > 0 ? Results.Ok(new Extended(answer.Extended, lines, id)) : Problems.NothingExtended(lines);
    }

    private static async Task<IResult> Preview(
        Extension body, RequestActor who, TaskQueries queries, StandIns standIns, PreviewExtension preview, ExtensionConsequences consequences, CancellationToken stop)
    {
        var (wish, refused) = await ReadAsync(body, who, queries, standIns, stop);
        if (wish is null) return refused!;
        var shown = await preview.ReadAsync(wish.Actor, wish.Command, who.Now, stop);
        if (shown.Refused is { } no) return Problems.Of(no)!;
        var later = await consequences.ReadAsync([.. shown.Lines.Where(l => l.Result == ExtensionResult.Extended).Select(l => l.TaskId)], wish.Command.NewDue, stop);
        return Results.Ok(new Previewed(shown.Extended, Lines(shown.Lines), shown.LastDay, shown.LastWorkingDay,
            shown.Provisional is { } words ? new Text(words.Vi, words.En) : null, shown.Reminders, later));
    }

    private sealed record Wish(Actor Actor, ExtendDeadline.Command Command);

    /// <summary>The command, and in whose name: one's own, else that of somebody one stands in for with the duty to extend.</summary>
    private static async Task<(Wish? Wish, IResult? Refused)> ReadAsync(Extension body, RequestActor who, TaskQueries queries, StandIns standIns, CancellationToken stop)
    {
        if (DueDate.Of(body.NewDue, body.LastDay) is not { } due)
            return (null, Problems.Validation("newDue", "Hãy cho hạn mới (newDue hoặc lastDay).", "Give the new date (newDue or lastDay)."));
        if (body.TaskIds is null && body is not { PlanId: not null, Activity.Length: > 0 })
            return (null, Problems.Validation("taskIds", "Hãy cho taskIds, hoặc planId và activity.", "Give taskIds, or planId and activity."));
        var selection = body.TaskIds is not null ? null : $"{body.PlanId} {body.Activity} {(body.Units is null ? "*" : string.Join(' ', body.Units.Order(StringComparer.Ordinal)))}";
        var own = await IdsAsync(who.Actor);
        if (!await MayAsync(who.Actor, own))
            foreach (var standIn in (await standIns.ReadAsync(who.Actor.PersonId, who.Now, null, stop)).Where(s => s.Duties.Contains(Duty.Extend)))
            {
                var covered = await standIns.CoveredAsync(standIn, [.. await IdsAsync(standIn.Actor)], stop);
                if (covered.Count > 0 && await MayAsync(standIn.Actor, [.. covered])) return (new(standIn.Actor, CommandOf([.. covered])), null);
            }

        return own.Count == 0 && body.TaskIds is null ? (null, Problems.NotFound()) : (new(who.Actor, CommandOf(own)), null);

        async Task<List<Guid>> IdsAsync(Actor actor) =>
            body.TaskIds?.ToList() ?? await queries.IdsOfAsync(actor, body.PlanId!.Value, body.Activity!, body.Units, who.Now, stop);
        async Task<bool> MayAsync(Actor actor, List<Guid> ids) =>
            ids.Count > 0 && actor.May(Permission.Extend) && await queries.FindAsync(actor, ids[0], who.Now, stop) is { } first && first.Allowed.Contains("extend");
        ExtendDeadline.Command CommandOf(List<Guid> ids) => new(ids, due, body.Reason, body.Document, body.OperationId, selection);
    }

    private static async Task<IResult> Planned(RequestActor who, PlannedExtensions planned, CancellationToken stop, Guid? taskId = null) =>
        Results.Ok(await planned.ListAsync(who.Actor, taskId, stop));

    private static async Task<IResult> Revoke(Guid id, RequestActor who, PlannedExtensions planned, CancellationToken stop) =>
        await planned.RevokeAsync(who.Actor, id, who.Now, who.RecordedAt, stop) is { } refused ? Problems.Of(refused)! : Results.NoContent();

    private static async Task<IResult> Undo(Guid id, Undoing body, RequestActor who, PlannedExtensions planned, CancellationToken stop) =>
        await planned.UndoAsync(who.Actor, id, body.Reason, who.Now, who.RecordedAt, stop) is { } refused ? Problems.Of(refused)! : Results.NoContent();

    private static async Task<IResult> Pause(PauseWish body, RequestActor who, PauseClocks clocks, CancellationToken stop) =>
        Answer(await clocks.PauseAsync(who.Actor, body.TaskIds, body.PlanId, body.Reason, who.Now, who.RecordedAt, stop));

    private static async Task<IResult> Resume(PauseWish body, RequestActor who, PauseClocks clocks, CancellationToken stop) =>
        Answer(await clocks.ResumeAsync(who.Actor, body.TaskIds, body.PlanId, body.Reason, body.MoveDue, who.Now, who.RecordedAt, stop));

    private static IResult Answer(PauseAnswer answer) => answer.Refused is { } refused ? Problems.Of(refused)! : Results.Ok(new Paused(answer.Clocks, answer.Moved));

    private static Line[] Lines(IEnumerable<ExtensionLine> lines) => [.. lines.Select(l => new Line(l.TaskId, l.UnitCode, Word(l.Result), l.OldDue))];

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
