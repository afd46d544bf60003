using WorkflowEngine.Deadlines;
using WorkflowEngine.Outbox;
using WorkflowHost.Email;
using WorkflowHost.Identity;
using WorkflowHost.Web;

namespace WorkflowHost.Api;

/// <summary><c>/api/account</c>: how often one's own mail comes, and the calendars that show one's own dates.</summary>
public static class AccountApi
{
    public static void MapAccountApi(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/api/account").RequireActor().WithTags("Account");
        account.MapGet("/mail", Read).Produces<Choice>().WithName("ReadMailChoice").WithSummary("How often mail about deadlines comes, and in which language");
        account.MapPut("/mail", Write).Produces<Choice>().WithName("ChooseMail").WithSummary("Changes it; escalations come whatever is chosen");
        account.MapGet("/calendars", async (RequestActor who, CalendarFeeds feeds, CancellationToken stop) => Results.Ok(await feeds.ListAsync(who.Actor.PersonId, stop)))
            .Produces<List<CalendarFeed>>().WithName("ListOwnCalendars").WithSummary("One's calendars that are not revoked, without their addresses");
        account.MapPost("/calendars", Make).Produces<MadeCalendar>(201).WithName("MakeOwnCalendar").WithSummary("Makes a calendar and answers its secret address, this once");
        account.MapDelete("/calendars/{id:guid}", async (Guid id, RequestActor who, CalendarFeeds feeds, CancellationToken stop) =>
            await feeds.RevokeAsync(who.Actor, id, who.Now, who.RecordedAt, stop) ? Results.NoContent() : Problems.NotFound())
            .WithName("RevokeOwnCalendar").WithSummary("Revokes a calendar: its address opens nothing from now on");
    }

    /// <param name="Language">vi or en.</param>
    /// <param name="Pace">immediate, daily or escalations.</param>
    /// <param name="DailyAt">Local time of the daily mail, "08:00".</param>
    public sealed record Choice(string? Language, string? Pace, string? DailyAt);

    /// <param name="UnitId">Whose dates; null: one's own work.</param>
    public sealed record Wish(long? UnitId);

    /// <param name="Address">For calendar programs; whoever has it reads titles and dates.</param>
    public sealed record MadeCalendar(Guid Id, string Address);

    private static async Task<IResult> Read(RequestActor who, MailPreferences preferences, CancellationToken stop) =>
        await preferences.ReadAsync(who.Actor.PersonId, stop) is { } choice
            ? Results.Ok(new Choice(choice.Language, choice.Pace, Dates.Time(choice.DailyAt))) : Problems.NotFound();

    private static async Task<IResult> Write(Choice body, RequestActor who, MailPreferences preferences, CancellationToken stop)
    {
        if (MailPreferences.Check(body.Language, body.Pace, body.DailyAt) is { Count: > 0 } errors) return Problems.Validation(errors);
        return await preferences.SetAsync(who.Actor.PersonId, body.Language, body.Pace!, MailPreferences.TimeOf(body.DailyAt), "api", who.Now, who.RecordedAt, stop)
            ? Results.Ok(body) : Problems.NotFound();
    }

    private static async Task<IResult> Make(Wish body, RequestActor who, CalendarFeeds feeds, MailRenderer mails, HttpResponse response, CancellationToken stop)
    {
        response.Headers.CacheControl = "no-store";
        return await feeds.MakeAsync(who.Actor, body.UnitId, who.Now, who.RecordedAt, stop) switch
        {
            FeedAnswer.Made made => Results.Created((string?)null, new MadeCalendar(made.Id, mails.Address($"/calendar/{made.Token}.ics"))),
            FeedAnswer.TooMany => Problems.Conflict($"You have {CalendarFeeds.Most} calendars already; revoke one first.", $"Bạn đã có {CalendarFeeds.Most} lịch; hãy thu hồi một lịch trước."),
            _ => Problems.Validation("unitId", "Bạn không giữ chức vụ nào ở đơn vị này.", "You hold no role at this unit."),
        };
    }
}
