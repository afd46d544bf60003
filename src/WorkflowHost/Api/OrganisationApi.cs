using System.Text;
using Npgsql;
using Unions.Organisation;
using WorkflowEngine.Organisation;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>/api/organisation</c>: the units, roles and accounts as one file, out and in.</summary>
public static class OrganisationApi
{
    private const long LargestFile = 64 * 1024 * 1024;

    /// <summary>Adds the endpoints.</summary>
    public static void MapOrganisationApi(this IEndpointRouteBuilder routes)
    {
        var organisation = routes.MapGroup("/api/organisation").RequireActor().WithTags("Organisation");
        organisation.MapGet("", Export).WithName("GetOrganisation").WithSummary("Units, roles, accounts and assignments the person may read, in the form that import takes");
        organisation.MapPost("/import", Import).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestFile))
            .WithName("ImportOrganisation").WithSummary("Imports a JSON or CSV file: all or nothing; errors name their line");
        organisation.MapPost("/changes/preview", PreviewChange).WithName("PreviewUnitChange").WithSummary("What a merger, a dissolution or a new parent does to open work, before it is applied");
        organisation.MapPost("/changes", ApplyChange).WithName("ChangeUnits").WithSummary("Merges, dissolves or moves units; the token is that of the preview. With a day to come it is planned (202)");
        organisation.MapGet("/changes/planned", ListPlanned).Produces<List<PlannedUnitChange>>().WithName("ListPlannedUnitChanges").WithSummary("Changes that take effect later, and what came of earlier ones");
        organisation.MapPost("/changes/planned/{id:guid}/revoke", RevokePlanned).WithName("RevokePlannedUnitChange").WithSummary("Takes a planned change back before it takes effect");
        organisation.MapGet("/units/{code}/as-of", AsOf).Produces<UnitOnDay>().WithName("GetUnitAsOf").WithSummary("Where a unit stood on a day, who answered for its duties and who held which role");
        organisation.MapPost("/units/{code}/headcount", StateHeadcount).WithName("StateHeadcount").WithSummary("The unit's headcount, stated anew after a merger");
        organisation.MapPost("/people/{userName}/one-time-password", GivePassword).Produces<Given>().WithName("GiveOneTimePassword")
            .WithSummary("A password that opens nothing but the page that changes it; ends the person's sessions");
    }

    /// <summary>The change as a caller gives it.</summary>
    /// <param name="Kind">merge, dissolve or move.</param>
    public sealed record Change(string? Kind, IReadOnlyList<string>? Units, string? To, DateOnly EffectiveOn, string? Reason, string? Document, string? Token = null);

    /// <summary>It takes effect later.</summary>
    public sealed record PlannedAnswer(Guid Planned, UnitChangePreview Shown);

    private static async Task<IResult> ListPlanned(RequestActor who, PlannedUnitChanges planned, CancellationToken stop) =>
        who.Actor.May(Permission.Organisation) ? Results.Ok(await planned.ListAsync(who.Actor, stop)) : Problems.Forbidden();

    private static async Task<IResult> RevokePlanned(Guid id, RequestActor who, PlannedUnitChanges planned, CancellationToken stop) =>
        !who.Actor.May(Permission.Organisation) ? Problems.Forbidden() : await planned.RevokeAsync(who.Actor, id, who.Now, who.RecordedAt, stop) switch
        {
            true => Results.NoContent(),
            false => Problems.Conflict("It has taken effect, or was revoked before.", "Thay đổi đã có hiệu lực hoặc đã được rút lại."),
            _ => Problems.NotFound(),
        };

    /// <param name="Headcount">1 to 100,000.</param>
    public sealed record Stated(int Headcount);

    private static async Task<IResult> PreviewChange(Change body, RequestActor who, ChangeUnits changes, CancellationToken stop) =>
        Read(body) is { } change ? Answer(await changes.PreviewAsync(who.Actor, change, stop)) : WrongKind();

    private static async Task<IResult> ApplyChange(Change body, RequestActor who, ChangeUnits changes, WorkflowEngine.Running.Nudge nudge, CancellationToken stop)
    {
        if (Read(body) is not { } change) return WrongKind();
        var answer = await changes.ApplyAsync(who.Actor, change, body.Token, who.Now, who.RecordedAt, stop);
        if (answer is UnitChangeAnswer.Applied) nudge.Now();
        return Answer(answer);
    }

    private static UnitChange? Read(Change body) => Enum.TryParse<UnitChangeKind>(body.Kind, ignoreCase: true, out var kind) && Enum.IsDefined(kind) && !int.TryParse(body.Kind, out _)
        // A null among the codes is one that is missing, and is named as such.
        ? new UnitChange(kind, [.. (body.Units ?? []).Select(u => u ?? "null")], string.IsNullOrEmpty(body.To) ? null : body.To, body.EffectiveOn, body.Reason, body.Document)
        : null;

    private static IResult WrongKind() => Problems.Validation("kind", "Loại thay đổi: merge, dissolve hoặc move.", "The kind is merge, dissolve or move.");

    private static IResult Answer(UnitChangeAnswer answer) => answer switch
    {
        UnitChangeAnswer.Previewed shown => Results.Ok(shown.Preview),
        UnitChangeAnswer.Applied done => Results.Ok(done.Done),
        UnitChangeAnswer.Planned planned => Results.Json(new PlannedAnswer(planned.Id, planned.Shown), statusCode: 202),
        UnitChangeAnswer.Invalid invalid => Problems.Validation(invalid.Errors),
        UnitChangeAnswer.Changed => Problems.Conflict("The consequences are not those of the preview any more. Look at it again.", "Hệ quả đã khác lần xem trước. Hãy xem lại."),
        _ => Problems.Forbidden(),
    };

    private static async Task<IResult> AsOf(string code, RequestActor who, NpgsqlDataSource database, CancellationToken stop, DateOnly? day = null) =>
        await UnitAsOf.ReadAsync(database, who.Actor, code, day ?? WorkflowEngine.Deadlines.WorkingCalendar.VietnamPublic.DayOf(who.Now), stop) is { } unit ? Results.Ok(unit) : Problems.NotFound();

    private static async Task<IResult> StateHeadcount(string code, Stated body, RequestActor who, NpgsqlDataSource database, CancellationToken stop) =>
        body.Headcount is < 1 or > ConfirmHeadcount.Largest
            ? Problems.Validation("headcount", "Tổng số lao động từ 1 đến 100.000.", "The headcount is 1 to 100,000.")
            : await ConfirmHeadcount.RunAsync(database, who.Actor, code, body.Headcount, who.Now, who.RecordedAt, stop) ? Results.NoContent() : Problems.NotFound();

    /// <summary>The password, told once.</summary>
    public sealed record Given(string Password);

    private static async Task<IResult> GivePassword(string userName, RequestActor who, OneTimePassword passwords, HttpResponse response, CancellationToken stop)
    {
        if (!who.Actor.May(Permission.Organisation)) return Problems.Forbidden();
        if (await passwords.GiveAsync(who.Actor, userName, who.Now, who.RecordedAt, stop) is not { } password) return Problems.NotFound();
        response.Headers.CacheControl = "no-store";
        return Results.Ok(new Given(password));
    }

    private static async Task<IResult> Export(RequestActor who, NpgsqlDataSource database, CancellationToken stop) =>
        Results.Json(await ExportOrganisation.RunAsync(database, who.Actor, stop));

    private static async Task<IResult> Import(HttpRequest request, RequestActor who, NpgsqlDataSource database, CancellationToken stop)
    {
        if (!who.Actor.May(Permission.Organisation)) return Problems.Forbidden();
        string text;
        try
        {
            using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
            text = await reader.ReadToEndAsync(stop);
        }
        catch (DecoderFallbackException)
        {
            return Problems.Validation("file", "Tệp không phải UTF-8. Lưu lại với mã UTF-8 rồi gửi lần nữa.", "The file is not UTF-8. Save it as UTF-8 and send it again.");
        }

        return await ImportOrganisation.RunAsync(database, who.Actor, OrganisationReader.Read(text), who.Now, who.RecordedAt, stop) switch
        {
            OrganisationImport.Imported done => Results.Ok(done),
            OrganisationImport.Rejected rejected => Problems.Lines(rejected.Errors),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not told apart."),
        };
    }
}
