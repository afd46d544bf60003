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
        organisation.MapPost("/people/{userName}/one-time-password", GivePassword).Produces<Given>().WithName("GiveOneTimePassword")
            .WithSummary("A password that opens nothing but the page that changes it; ends the person's sessions");
    }

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
