using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;

namespace WorkflowHost.Api;

/// <summary><c>GET /api/events/unmatched</c>: events that were published and kept for a while, that nothing began with and nothing waited for.</summary>
public static class UnmatchedEventsApi
{
    private const int Most = 200;

    // An event is its instance's, else its plan's by correlation; one that belongs to neither is seen by everybody who operates instances anywhere.
    private const string Sql =
        """
        -- UnmatchedEventsApi.List
        select s.id, s.name, s.correlation_id, s.instance_id, s.received_at, s.expires_at
        from stimulus s
        left join every_instance i on i.id = s.instance_id
        left join every_instance r on r.id = i.root_id
        left join plan p on p.root_id = i.root_id or p.id::text = s.correlation_id
        left join unit u on u.id = coalesce(i.unit_id, r.unit_id, p.unit_id)
        where not s.has_begun and s.expires_at <= $1
          and (u.id is null or $3 or exists (select from unnest($2) as x where starts_with(u.path, x)))
        order by s.received_at desc, s.id desc
        limit $4
        """;

    /// <summary>Adds the endpoint.</summary>
    public static void MapUnmatchedEventsApi(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/events").RequireActor().WithTags("Events").MapGet("/unmatched", List).Produces<List<Item>>()
            .WithName("ListUnmatchedEvents").WithSummary("Events that began nothing and found no wait within the time they are kept");

    /// <param name="KeptUntil">Until then a wait that came later would have taken it.</param>
    public sealed record Item(Guid Id, string Name, string? CorrelationId, Guid? InstanceId, DateTimeOffset ReceivedAt, DateTimeOffset KeptUntil);

    private static async Task<IResult> List(RequestActor who, NpgsqlDataSource database, CancellationToken stop)
    {
        if (!who.Actor.May(Permission.Operate)) return Problems.Forbidden();
        await using var connection = await database.OpenConnectionAsync(stop);
        return Results.Ok(await Db.Command(connection, Sql,
            Db.Instant(who.Now), Db.Texts(who.Actor.PathsWith(Permission.Operate)), Db.P(who.Actor.IsSystem), Db.P(Most))
            .ListAsync(r => new Item(r.GetGuid(0), r.GetString(1), r.TextOrNull(2), r.GuidOrNull(3), r.Instant(4), r.Instant(5)), stop));
    }
}
