using Npgsql;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.Api;

/// <summary><c>/health</c>: whether this host can do its work - the database answers and the pulse turns.</summary>
public static class HealthApi
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", ReadAsync).WithName("Health").WithTags("Health").AllowAnonymous().DisableAntiforgery();

    private static async Task<IResult> ReadAsync(NpgsqlDataSource database, Pulse pulse, TimeProvider system, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await Db.Command(connection, "-- HealthApi.Read\nselect 1").ExecuteNonQueryAsync(cancellation);
        }
        catch (NpgsqlException)
        {
            return Results.Json(new { status = "unhealthy", reason = "The database does not answer." }, statusCode: 503);
        }

        return pulse.LastTurnAt is not { } last ? Results.Json(new { status = "unhealthy", reason = "The pulse has not turned yet." }, statusCode: 503)
            : system.GetUtcNow() - last > LongestSilence ? Results.Json(new { status = "unhealthy", reason = "The pulse has not turned for 30 seconds." }, statusCode: 503)
            : Results.Ok(new { status = "healthy" });
    }
}
