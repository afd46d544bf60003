using System.Text.Json;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/calendars</c>: working calendars as data; a change shows what it does before it is applied.</summary>
public static class CalendarsApi
{
    private const int LargestBody = 256 * 1024;

    private const string Versions =
        """
        -- CalendarsApi.Versions
        select distinct on (c.id) c.id, c.version, c.loaded_at, c.body::text, (select count(*)::int from unit u where u.calendar_id = c.id)
        from calendar c order by c.id, c.version desc
        """;

    private const string One =
        """
        -- CalendarsApi.One
        select body::text from calendar where id = $1 and ($2 = 0 or version = $2) order by version desc limit 1
        """;

    /// <summary>A calendar in the list.</summary>
    /// <param name="NoticeYears">Years whose official notice is loaded; the dates of all others are provisional.</param>
    /// <param name="Units">Units that follow it.</param>
    public sealed record Listed(string Id, int Version, DateTimeOffset LoadedAt, IReadOnlyList<DayOfWeek> WorkingWeek, IReadOnlyList<int> NoticeYears, int Units);

    public static void MapCalendarsApi(this IEndpointRouteBuilder routes)
    {
        var calendars = routes.MapGroup("/api/calendars").RequireActor().WithTags("Calendars");
        calendars.MapGet("", List).Produces<List<Listed>>().WithName("ListCalendars").WithSummary("Calendars with their version and the years whose notice is loaded");
        calendars.MapGet("/{id}", Read).WithName("GetCalendar").WithSummary("One calendar, whole; a former version with ?version=");
        calendars.MapPost("/{id}/changes/preview", Preview).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody))
            .WithName("PreviewCalendarChange").WithSummary("What a notice, own days or another working week would do: days, reminders that move, last working days shown otherwise");
        calendars.MapPost("/{id}/changes", Apply).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody))
            .WithName("ChangeCalendar").WithSummary("Applies a change that was previewed, named by its token, as a new version");
    }

    private static async Task<IResult> List(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return Results.Json(await Db.Command(connection, Versions).ListAsync(r =>
        {
            var calendar = WorkingCalendar.Read(r.GetString(3));
            return new Listed(r.GetString(0), r.GetInt32(1), r.Instant(2), calendar.WorkingWeek, [.. calendar.Notices.Select(n => n.Year)], r.GetInt32(4));
        }, stop), DeadlineJson.Options);
    }

    private static async Task<IResult> Read(string id, NpgsqlDataSource database, CancellationToken stop, int version = 0)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        var found = await Db.Command(connection, One, Db.P(id), Db.P(version)).ListAsync(r => r.GetString(0), stop);
        return found.Count == 0 ? Problems.NotFound() : Results.Text(found[0], "application/json");
    }

    private static async Task<IResult> Preview(string id, HttpRequest request, RequestActor who, LoadCalendar calendars, CancellationToken stop)
    {
        var (change, refused) = await ReadAsync(request, stop);
        return change is null ? refused! : Answer(await calendars.PreviewAsync(who.Actor, id, change, who.Now, stop));
    }

    private static async Task<IResult> Apply(string id, HttpRequest request, RequestActor who, LoadCalendar calendars, CancellationToken stop, string? token = null)
    {
        var (change, refused) = await ReadAsync(request, stop);
        return change is null ? refused! : Answer(await calendars.ApplyAsync(who.Actor, id, change, token, who.Now, who.RecordedAt, stop));
    }

    /// <summary>The body by the rules of calendars: an unknown member or a date that does not exist is named, never ignored.</summary>
    private static async Task<(CalendarChange? Change, IResult? Refused)> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        try
        {
            return (await JsonSerializer.DeserializeAsync<CalendarChange>(request.Body, DeadlineJson.Options, stop) ?? throw new JsonException("null"), null);
        }
        catch (JsonException wrong)
        {
            return (null, Problems.Validation("body", "Nội dung gửi lên chưa đúng mẫu: " + (wrong.Path ?? "$"), "The body does not fit: " + wrong.Message));
        }
    }

    private static IResult Answer(CalendarAnswer answer) => answer switch
    {
        CalendarAnswer.Previewed done => Results.Json(done.Preview, DeadlineJson.Options),
        CalendarAnswer.Loaded done => Results.Ok(done),
        CalendarAnswer.Refused refused => Problems.Of(refused.Answer)!,
        CalendarAnswer.Changed => Problems.Conflict(
            "This change was not previewed for the calendar's present version. Look at the preview and send its token.",
            "Thay đổi này chưa được xem trước trên phiên bản hiện hành của lịch. Hãy xem trước rồi gửi mã của lần xem đó."),
        _ => throw new InvalidOperationException(answer.GetType().Name),
    };
}
